"""The filters of file dialogs."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from tonenet_core.midi.containers import PROJECT_SUFFIX
from tonenet_core.midi.folders import PIECE_SUFFIXES

_SUFFIX = re.compile(r"\*(\.\w+)")


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


def with_chosen_suffix(path: Path, suffix: str, chosen: str) -> Path:
    """Return the file that is meant by a name that was typed into a dialog.

    Args:
        path: as typed; an end that is not the suggested one was typed on purpose, and stays.
        suffix: of the suggested name, and what is put behind a name without one, unless another kind was chosen.
        chosen: the filter that was chosen; empty where the dialog does not tell.
    """
    usual, ends = Path(f"_{suffix}").suffix, _SUFFIX.findall(chosen)
    end = usual if not ends or usual in ends else ends[0]
    if path.suffix:
        return path.with_suffix(end) if path.suffix == usual else path
    return path.with_name(path.name + suffix.removesuffix(usual) + end)


def _patterns(*suffixes: str) -> str:
    patterns = [f"*{suffix}" for suffix in suffixes]
    return " ".join([*patterns, *(pattern.upper() for pattern in patterns)])
