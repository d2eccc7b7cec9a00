"""Movement of the window's parts when a message appears: in a window with a result, at several sizes, in pixels.

A part counts if it is visible and has an object name; the movement is that of its corners. 0 means that nothing under
the mouse moves.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget

from app.documents.messages import Offer
from app.theme import theme
from app.window.message_bar import MessageBar
from benchmarks._drawn_window import DrawnWindow
from benchmarks._long_piece import write_long_piece

SIZES = ((900, 500), (1366, 768), (1440, 900))
WORDS = (1, 12, 90)
NOTES = 1_000


def places(window: QWidget) -> dict[str, QRect]:
    """Return the places in `window` of its visible parts that have a name, without those of the message bar."""
    bar = window.findChild(MessageBar)
    parts = [part for part in window.findChildren(QWidget) if part.isVisible() and part.objectName()]
    return {
        part.objectName(): QRect(part.mapTo(window, QPoint(0, 0)), part.size())
        for part in parts
        if part is not bar and not bar.isAncestorOf(part)
    }


def movement(before: QRect, after: QRect) -> int:
    """Return how far the corners of a part are from where they were, in pixels."""
    moved = (before.topLeft() - after.topLeft(), before.bottomRight() - after.bottomRight())
    return max(max(abs(point.x()), abs(point.y())) for point in moved)


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def main() -> None:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    theme.apply_theme(app)
    with tempfile.TemporaryDirectory() as folder:
        drawn = DrawnWindow(Path(folder))
        drawn.first_picture_sec(write_long_piece(Path(folder) / "piece.mid", NOTES))
        drawn.transfer()
        messages, window = drawn.session.messages, drawn.window
        print(f"{'window':<14}{'words':>7}{'parts':>7}{'largest movement, px':>22}")
        for size in SIZES:
            for words in WORDS:
                messages.dismiss()
                window.resize(*size)
                settle()
                before = places(window)
                messages.say("warning", "word " * words, [Offer("firstOffer", "Restore", messages.dismiss)])
                settle()
                after = places(window)
                gone = before.keys() - after.keys()
                largest = max(movement(before[name], after[name]) for name in before.keys() & after.keys())
                note = f"   hidden: {', '.join(sorted(gone))}" if gone else ""
                print(f"{f'{size[0]} x {size[1]}':<14}{words:>7}{len(before):>7}{largest:>22}{note}", flush=True)
        drawn.close()


if __name__ == "__main__":
    main()
