"""The installed checkpoints: the shipped ones and the user's own, found by name."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tonenet_core.checkpoint.header import DAMAGED, SUFFIX, CheckpointInfo, read_info
from tonenet_core.checkpoint.style_file import STYLE_SUFFIX, StyleFile, renamed, style_key
from tonenet_core.errors import CheckpointError, DataError, Sentence
from tonenet_core.files import locations
from tonenet_core.files.atomic import replacing
from tonenet_core.files.safetensors_header import weights_sha256

DEFAULT = "performer"
ACCOMPANIST = "accompanist"
GENERATOR = "pianist"


def installed() -> list[CheckpointInfo]:
    """Return the checkpoints that can make transfers, the default first; damaged ones are left out."""
    return [info for info in _all() if info.transfers]


def time_models() -> list[CheckpointInfo]:
    """Return the checkpoints of parts of a performance beside its velocities."""
    return [info for info in _all() if info.entry.kind == "timing"]


def beat_trackers() -> list[CheckpointInfo]:
    """Return the checkpoints that find the beats of recordings."""
    return [info for info in _all() if info.entry.kind == "beats"]


def accompanists() -> list[CheckpointInfo]:
    """Return the checkpoints that write accompaniments: first the one called accompanist, last the comparisons."""
    found = (info for info in _all() if info.entry.kind == "accompaniment")
    return sorted(found, key=lambda info: (info.comparison, info.name != ACCOMPANIST))


def generators() -> list[CheckpointInfo]:
    """Return the checkpoints that generate pieces, the one that is used by default first.

    That is the one called pianist; those follow that can also reconstruct a piece; the comparisons are last.
    """
    found = (info for info in _all() if info.generates)
    return sorted(found, key=lambda info: (info.comparison, info.name != GENERATOR, not info.reconstructs))


def _all() -> list[CheckpointInfo]:
    """Return the shipped checkpoints and the user's own, the default first."""
    found = {}
    for folder in (locations.SHIPPED_CHECKPOINTS, locations.user_checkpoints()):
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            try:
                found[path.stem] = read_info(path)
            except CheckpointError:
                continue
    return sorted(found.values(), key=lambda info: (info.name != DEFAULT, info.name))


def find(
    name_or_path: str | Path = DEFAULT, usable: Callable[[CheckpointInfo], bool] = lambda _: True
) -> CheckpointInfo:
    """Return the installed checkpoint of this name, or the one in this file.

    Args:
        name_or_path: of it.
        usable: whether the caller has a use for a checkpoint; the error names those alone.

    Raises:
        CheckpointError: if there is no such checkpoint.
    """
    if Path(name_or_path).suffix == SUFFIX:
        return read_info(Path(name_or_path))
    known = {info.name: info for info in _all()}
    if str(name_or_path) not in known:
        names = ", ".join(name for name, info in known.items() if usable(info)) or "none"
        text = "There is no model called {name}; installed: {names}."
        raise CheckpointError(text, name=repr(str(name_or_path)), names=names)
    return known[str(name_or_path)]


def digest(info: CheckpointInfo) -> str:
    """Return a SHA-256 that identifies a model: of its weights and those of the styles added to it.

    Raises:
        CheckpointError: if one of its files is missing or damaged.
    """
    try:
        found = [weights_sha256(path) for path in (info.path, *(style.path for style in info.added))]
    except OSError as error:
        raise CheckpointError(
            "The checkpoint {name} cannot be read: {why}.", name=info.path, why=error.strerror
        ) from error
    except ValueError as error:
        raise CheckpointError(DAMAGED, name=info.path, why=error) from error
    return hashlib.sha256(" ".join(found).encode()).hexdigest()


def style_files(checkpoint: Path) -> tuple[tuple[str, int], ...]:
    """Return the style files that a checkpoint may have, each with the time of its last change."""
    folders = dict.fromkeys([checkpoint.parent, locations.user_checkpoints()])
    found = []
    for path in sorted(path for folder in folders for path in folder.glob(f"*{STYLE_SUFFIX}")):
        with suppress(OSError):  # it is being deleted
            found.append((str(path), path.stat().st_mtime_ns))
    return tuple(found)


def install_style(path: Path) -> Path:
    """Copy a style file to the folder that is searched for every checkpoint, over an older one; return the copy."""
    target = locations.user_checkpoints() / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as unfinished:
        shutil.copyfile(path, unfinished)
    return target


def rename_style(style: StyleFile, title: str) -> Path:
    """Give an added style another name and return its new file.

    Raises:
        DataError: if the title cannot be a name.
        CheckpointError: if the file is damaged, or cannot be written or removed.
    """
    try:
        path = renamed(style, title, style.path.parent)
        if path != style.path:
            style.path.unlink()
    except OSError as error:
        raise _unchangeable(style, error) from error
    return path


def remove_style(style: StyleFile) -> None:
    """Delete the file of an added style.

    Raises:
        CheckpointError: if it cannot be deleted.
    """
    try:
        style.path.unlink(missing_ok=True)
    except OSError as error:
        raise _unchangeable(style, error) from error


def _unchangeable(style: StyleFile, error: OSError) -> CheckpointError:
    text = "The style file {name} cannot be changed: {why}."
    return CheckpointError(text, name=style.path, why=error.strerror or error)


def check_name(base: CheckpointInfo, title: str, *, apart_from: str = "") -> None:
    """Check that a style of a checkpoint can be called so.

    Args:
        base: the checkpoint.
        title: the name.
        apart_from: the style that is to be renamed.

    Raises:
        DataError: if the title cannot be a name, or a style of the checkpoint has it.
    """
    if (key := style_key(title)) != apart_from and key in (style.lower() for style in base.styles):
        text = "There is a style called {name} already: choose another name."
        raise DataError(Sentence(text, name=title.strip()))
