"""The filters of file dialogs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication


def midi_filter(suffixes: Sequence[str]) -> str:
    """Return the filter of a dialog that opens MIDI files of these suffixes, in small letters and capitals."""
    patterns = [f"*{suffix}" for suffix in suffixes]
    patterns += [pattern.upper() for pattern in patterns]
    text = QCoreApplication.translate("FileDialogs", "MIDI files ({0});;All files (*)")
    return text.format(" ".join(patterns))
