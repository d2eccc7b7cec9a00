"""The filters of file dialogs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from tonenet_core.midi.containers import PROJECT_SUFFIX
from tonenet_core.midi.folders import PIECE_SUFFIXES


def midi_filter() -> str:
    """Return the filter of a dialog that opens MIDI files and scores; suffixes may be in small letters or capitals."""
    text = QCoreApplication.translate("FileDialogs", "MIDI files and scores ({0});;All files (*)")
    return text.format(_patterns(*PIECE_SUFFIXES))


def open_filter() -> str:
    """Return the filter of a dialog that opens projects too."""
    text = QCoreApplication.translate("FileDialogs", "MIDI files, scores and projects ({0});;All files (*)")
    return text.format(_patterns(*PIECE_SUFFIXES, PROJECT_SUFFIX))


def project_filter() -> str:
    """Return the filter of a dialog that saves a project."""
    return QCoreApplication.translate("FileDialogs", "ToneNet projects ({0})").format(_patterns(PROJECT_SUFFIX))


def _patterns(*suffixes: str) -> str:
    patterns = [f"*{suffix}" for suffix in suffixes]
    return " ".join([*patterns, *(pattern.upper() for pattern in patterns)])
