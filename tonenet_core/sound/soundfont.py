"""Search for a SoundFont, the samples that FluidSynth plays with."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
from collections.abc import Iterator
from pathlib import Path

from tonenet_core.errors import SynthError
from tonenet_core.files.locations import RESOURCES, SOUNDFONTS

log = logging.getLogger(__name__)

SYSTEM_FOLDERS = (
    "~/.local/share/soundfonts",
    "~/.local/share/sounds/sf3",
    "~/.local/share/sounds/sf2",
    "~/Library/Audio/Sounds/Banks",
    "/usr/local/share/soundfonts",
    "/usr/share/sounds/sf3",
    "/usr/share/sounds/sf2",
    "/usr/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
    "C:/soundfonts",
)
_PREFERRED = ("musescore_general", "fluidr3mono", "fluidr3", "fluid", "default")  # pianos that respond to velocity


def find_soundfont(user: Path | None = None) -> Path:
    """Return the SoundFont to play with.

    That is the user's choice; else the first usable file of `soundfonts/`, of the packaged resources, or of the
    system's folders; else the one in the pretty_midi package.

    Args:
        user: the file that the user chose, or None.

    Raises:
        SynthError: if the user's choice is missing or is not a SoundFont, or none is found.
    """
    if user is not None:
        if not user.is_file():
            raise SynthError("The SoundFont {name} does not exist; choose another one.", name=user)
        if not _is_soundfont(user):
            raise SynthError("{name} is not a SoundFont; choose a file whose name ends in .sf2 or .sf3.", name=user)
        return user
    return next(usable_soundfonts())


def usable_soundfonts() -> Iterator[Path]:
    """Yield the files that look like SoundFonts, the best first.

    Raises:
        SynthError: after the last one.
    """
    for candidate in candidates():
        if _is_soundfont(candidate):
            yield candidate
        else:
            log.warning("%s is not a SoundFont and is skipped", candidate)
    raise SynthError(
        "There is no sound because no SoundFont was found. Put one (.sf2 or .sf3) into {folder}, "
        "or install one (Debian and Ubuntu: apt install fluidr3mono-gm-soundfont).",
        folder=SOUNDFONTS,
    )


def candidates() -> Iterator[Path]:
    """Yield the files that are named like SoundFonts, in the order in which they are preferred."""
    for folder in (SOUNDFONTS, RESOURCES / "soundfonts", *(Path(name).expanduser() for name in SYSTEM_FOLDERS)):
        with contextlib.suppress(OSError):
            files = [file for file in folder.iterdir() if file.suffix.lower() in (".sf2", ".sf3") and file.is_file()]
            yield from (file.resolve() for file in sorted(files, key=_preference))
    pretty_midi = importlib.util.find_spec("pretty_midi")
    if pretty_midi is not None and pretty_midi.origin is not None:
        bundled = Path(pretty_midi.origin).parent / "TimGM6mb.sf2"
        if bundled.is_file():
            yield bundled


def _preference(file: Path) -> tuple[int, str]:
    name = file.name.lower()
    ranks = (rank for rank, start in enumerate(_PREFERRED) if name.startswith(start))
    return next(ranks, len(_PREFERRED)), name


def _is_soundfont(file: Path) -> bool:
    """Return whether the file begins like a SoundFont and is as long as its header says."""
    try:
        with file.open("rb") as opened:
            header = opened.read(12)
        length = file.stat().st_size
    except OSError:
        return False
    declared = int.from_bytes(header[4:8], "little") + 8
    return header[:4] == b"RIFF" and header[8:12] == b"sfbk" and declared <= length + 1
