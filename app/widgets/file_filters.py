"""The filters of file dialogs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from tonenet_core.midi.folders import PIECE_SUFFIXES


def midi_filter() -> str:
    """Return the filter of a dialog that opens MIDI files and scores; suffixes may be in small letters or capitals."""
    patterns = [f"*{suffix}" for suffix in PIECE_SUFFIXES]
    patterns += [pattern.upper() for pattern in patterns]
    text = QCoreApplication.translate("FileDialogs", "MIDI files and scores ({0});;All files (*)")
    return text.format(" ".join(patterns))
