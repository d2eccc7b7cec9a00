"""The user's settings, kept between two starts in an ini file."""

from __future__ import annotations

import logging
import math
import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from app.system.file_names import path_of_setting, text_of
from tonenet_core.files.atomic import replacing

RECENT_MAX = 10
log = logging.getLogger(__name__)


class Settings:
    """The user's choices, kept by QSettings at once when they are set."""

    def __init__(self, file: Path | None = None) -> None:
        """Open the user's own settings, or those in `file` (ini format)."""
        if file is None:
            # The name of a file that is not there yet: reading the real one is what has to wait.
            beside = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "ToneNet", "none")
            file = Path(beside.fileName()).with_name("ToneNet.ini")
        _remove_objects(file)
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def recent(self) -> list[Path]:
        """The pieces opened last, latest first, at most `RECENT_MAX`."""
        names = self._value("recent")
        if not isinstance(names, list):  # ini files keep a list of one as a text
            names = [names]
        return [path_of_setting(name) for name in names if isinstance(name, str) and name][:RECENT_MAX]

    def remember_piece(self, path: Path) -> None:
        """Put `path` at the head of the recent pieces, and its folder as the one to open next."""
        self._store.sync()  # another window may have opened pieces too
        rest = [other for other in self.recent if other != path]
        self._store.setValue("recent", [text_of(other) for other in [path, *rest][:RECENT_MAX]])
        self.open_folder = path.parent

    def forget_recent(self) -> None:
        """Empty the list of recent pieces."""
        self._store.remove("recent")

    @property
    def open_folder(self) -> Path:
        """Where the open dialog starts."""
        return self._folder("open_folder")

    @open_folder.setter
    def open_folder(self, folder: Path) -> None:
        self._store.setValue("open_folder", text_of(folder))

    @property
    def export_folder(self) -> Path | None:
        """Where the last export went; None before the first."""
        return self._folder("export_folder") if self._store.contains("export_folder") else None

    @export_folder.setter
    def export_folder(self, folder: Path) -> None:
        self._store.setValue("export_folder", text_of(folder))

    @property
    def soundfont(self) -> Path | None:
        """The SoundFont that the user chose; None for the best one found."""
        name = self._text("soundfont")
        return path_of_setting(name) if name else None

    @soundfont.setter
    def soundfont(self, path: Path | None) -> None:
        self._store.setValue("soundfont", text_of(path))

    @property
    def device(self) -> str:
        """The device for the models: "auto", "cpu" or "cuda:N"."""
        return self._text("device") or "auto"

    @device.setter
    def device(self, name: str) -> None:
        self._store.setValue("device", name)

    @property
    def audio_device(self) -> str | None:
        """The name of the audio device that the user chose; None for the default one."""
        return self._text("audio_device") or None

    @audio_device.setter
    def audio_device(self, name: str | None) -> None:
        self._store.setValue("audio_device", name or "")

    @property
    def midi_port(self) -> str | None:
        """The name of the MIDI port that plays; None for the built-in synthesizer."""
        return self._text("midi_port") or None

    @midi_port.setter
    def midi_port(self, name: str | None) -> None:
        self._store.setValue("midi_port", name or "")

    @property
    def language(self) -> str:
        """The language of the window, `en` for instance; "system" for the system's."""
        return self._text("language") or "system"

    @language.setter
    def language(self, name: str) -> None:
        self._store.setValue("language", name)

    @property
    def theme(self) -> str:
        """The name of the theme."""
        return self._text("theme") or "dark"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def colour_map(self) -> str:
        """The name of the colour map for velocities."""
        return self._text("colour_map") or "sunset"

    @colour_map.setter
    def colour_map(self, name: str) -> None:
        self._store.setValue("colour_map", name)

    @property
    def volume(self) -> float:
        """The playback volume, 0..1."""
        return self._share("volume", 0.8)

    @volume.setter
    def volume(self, volume: float) -> None:
        self._store.setValue("volume", str(volume))

    @property
    def metronome_volume(self) -> float:
        """The volume of the metronome's clicks, 0..1."""
        return self._share("metronome_volume", 0.5)

    @metronome_volume.setter
    def metronome_volume(self, volume: float) -> None:
        self._store.setValue("metronome_volume", str(volume))

    @property
    def level_match(self) -> bool | None:
        """Whether A and B are played equally loud; None where the user has not chosen."""
        return {"yes": True, "no": False}.get(self._text("level_match"))

    @level_match.setter
    def level_match(self, on: bool) -> None:
        self._store.setValue("level_match", "yes" if on else "no")

    @property
    def midi_keyboard(self) -> bool:
        """Whether the keys of a connected MIDI keyboard are heard and lit."""
        return self._text("midi_keyboard") != "no"

    @midi_keyboard.setter
    def midi_keyboard(self, on: bool) -> None:
        self._store.setValue("midi_keyboard", "yes" if on else "no")

    @property
    def ask_unsaved(self) -> bool:
        """Whether closing asks about a result that was not exported."""
        return self._text("ask_unsaved") != "no"

    @ask_unsaved.setter
    def ask_unsaved(self, ask: bool) -> None:
        self._store.setValue("ask_unsaved", "yes" if ask else "no")

    def shown(self, part: str) -> bool | None:
        """Return whether a part of the window is shown; None where the user has not chosen."""
        return {"yes": True, "no": False}.get(self._text(f"shown_{part}"))

    def set_shown(self, part: str, shown: bool) -> None:
        """Keep whether a part of the window is shown."""
        self._store.setValue(f"shown_{part}", "yes" if shown else "no")

    def height(self, part: str) -> int | None:
        """Return the height in pixels that the user gave a part of the window; None for its own."""
        text = self._text(f"height_{part}")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None

    def set_height(self, part: str, pixels: int) -> None:
        """Keep the height of a part of the window."""
        self._store.setValue(f"height_{part}", str(pixels))

    def bytes(self, key: str) -> QByteArray:
        """Return the geometry or state that Qt saved under `key`; empty if none was saved."""
        value = self._value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Keep a geometry or state of Qt's under `key`."""
        self._store.setValue(key, value)

    def sync(self) -> None:
        """Write everything to the disk now."""
        self._store.sync()

    def _value(self, key: str) -> object:
        """Return the value in the file; None if it is missing or Python cannot read it."""
        try:
            return self._store.value(key)
        except (RuntimeError, TypeError, ValueError):
            return None

    def _text(self, key: str) -> str:
        value = self._value(key)
        return value if isinstance(value, str) else ""

    def _share(self, key: str, usual: float) -> float:
        """Return a number of 0..1; the usual one where there is none."""
        try:
            share = float(self._text(key) or usual)
        except ValueError:
            return usual
        return min(max(share, 0.0), 1.0) if math.isfinite(share) else usual

    def _folder(self, key: str) -> Path:
        name = self._text(key)
        folder = path_of_setting(name)
        return folder if name and os.path.isdir(folder) else Path.home()  # noqa: PTH112  (a name may be too long)


def _remove_objects(file: Path) -> None:
    """Take out of a settings file what would be read as objects; the program writes texts, lists of them and bytes.

    Qt reads `@Variant(...)` by whatever the bytes say: PySide unpickles Python objects, which can run any code, and a
    length that was damaged takes any amount of memory.
    """
    try:
        lines = file.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if b"@Variant" not in line and b"@DateTime" not in line]
        if kept != lines:
            log.warning("%s held objects that this program never wrote; they were taken out", file)
            with replacing(file) as cleaned:
                cleaned.write_bytes(b"".join(kept))
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("%s could not be read: %s", file, error)
