"""Contrast of the lines, notes and texts of the window on their grounds, in the dark and the light theme.

Taken from the pixels of the whole window at 1440 x 900 with a made-up piece, and printed as the table of
docs/screens/README.md. The ratio is that of WCAG 2.2; of each kind the smallest is shown.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.theme import palette, theme
from app.views.piano_roll import PianoRoll
from benchmarks._drawn_window import DrawnWindow
from tests.app.contrast import lines_and_notes, soft_piece, texts


def measured(name: str, folder: Path) -> dict[str, float]:
    """Return the least contrast of each kind in a theme."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    theme.apply_theme(app, name)
    drawn = DrawnWindow(folder)
    drawn.first_picture_sec(soft_piece(folder / "soft.mid"))
    drawn.transfer()
    roll = drawn.window.findChild(PianoRoll, "originalRoll")
    found = {kind: min(ratios) for kind, ratios in lines_and_notes(roll, drawn.window).items()}
    found["texts"] = min(texts(drawn.window).values())
    drawn.close()
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        columns = [measured(name, Path(folder)) for name in palette.THEMES]
    print("| | " + " | ".join(palette.THEMES) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for kind in columns[0]:
        print(f"| {kind} | " + " | ".join(f"{column[kind]:.2f}:1" for column in columns) + " |")


if __name__ == "__main__":
    main()
