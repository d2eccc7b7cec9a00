"""What the program remembers between two starts; tests point it at a file of their own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

RECENT_MAX = 10


class Settings:
    """The user's choices, kept by QSettings at once when they are set."""

    def __init__(self, file: Path | None = None) -> None:
        """Open the user's own settings, or those in `file` (ini format)."""
        if file is None:
            self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "ToneNet", "ToneNet")
        else:
            self._store = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def recent(self) -> list[Path]:
        """The pieces opened last, latest first, at most `RECENT_MAX`."""
        names = self._store.value("recent", [])
        if not isinstance(names, list):  # ini files keep a list of one as a text
            names = [names]
        return [Path(name) for name in names if isinstance(name, str) and name]

    def remember_piece(self, path: Path) -> None:
        """Put `path` at the head of the recent pieces, and its folder as the one to open next."""
        rest = [other for other in self.recent if other != path]
        self._store.setValue("recent", [str(other) for other in [path, *rest][:RECENT_MAX]])
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
        self._store.setValue("open_folder", str(folder))

    @property
    def export_folder(self) -> Path | None:
        """Where the last export went; None before the first."""
        return self._folder("export_folder") if self._store.contains("export_folder") else None

    @export_folder.setter
    def export_folder(self, folder: Path) -> None:
        self._store.setValue("export_folder", str(folder))

    @property
    def soundfont(self) -> Path | None:
        """The SoundFont that the user chose; None for the best one found."""
        name = self._text("soundfont")
        return Path(name) if name else None

    @soundfont.setter
    def soundfont(self, path: Path | None) -> None:
        self._store.setValue("soundfont", str(path or ""))

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
    def theme(self) -> str:
        """The name of the theme."""
        return self._text("theme") or "dark"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def volume(self) -> float:
        """The playback volume, 0..1."""
        try:
            return min(max(float(self._text("volume") or 0.8), 0.0), 1.0)
        except ValueError:
            return 0.8

    @volume.setter
    def volume(self, volume: float) -> None:
        self._store.setValue("volume", str(volume))

    @property
    def ask_unsaved(self) -> bool:
        """Whether closing asks about a result that was not exported."""
        return self._text("ask_unsaved") != "no"

    @ask_unsaved.setter
    def ask_unsaved(self, ask: bool) -> None:
        self._store.setValue("ask_unsaved", "yes" if ask else "no")

    def bytes(self, key: str) -> QByteArray:
        """Return a geometry or state that Qt saved under `key`; empty when there is none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Keep a geometry or state of Qt's under `key`."""
        self._store.setValue(key, value)

    def sync(self) -> None:
        """Write everything to the disk now."""
        self._store.sync()

    def _text(self, key: str) -> str:
        return str(self._store.value(key, "") or "")

    def _folder(self, key: str) -> Path:
        folder = Path(self._text(key) or Path.home())
        return folder if folder.is_dir() else Path.home()
