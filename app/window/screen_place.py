"""Where the window opens: wholly inside the part of a screen that is free for windows, its title bar included."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QSize, Qt
from PySide6.QtWidgets import QMainWindow, QStyle

FIRST = QSize(1440, 900)  # on a screen that has room for it
BORDER = 8  # pixels of the frame at the left, at the right and below, where they are broad


def place_window(window: QMainWindow, remembered: QByteArray) -> None:
    """Give a window that was not shown yet its place and size; one that is too large for the screen is maximised.

    Args:
        window: has its minimum size.
        remembered: what `saveGeometry` gave, perhaps on a screen that is gone; empty at the first start.
    """
    known = window.restoreGeometry(remembered)  # moves the window to a screen that is there
    free = window.screen().availableGeometry()
    title_bar = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    if not known:
        window.resize(FIRST)
        free.adjust(BORDER, title_bar + BORDER, -BORDER, -BORDER)
    else:
        free.setTop(free.top() + title_bar)  # a window beside another one may have no border
    if window.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
        return
    if window.width() > free.width() or window.height() > free.height():
        window.resize(window.size().boundedTo(free.size()))
        window.setWindowState(Qt.WindowState.WindowMaximized)
    elif not known:
        placed = QRect(window.pos(), window.size())
        placed.moveCenter(free.center())
        window.setGeometry(placed)
