"""A `changed` that brings nothing new repaints no view."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from app.session.session import Session
from app.window.main_window import MainWindow


class Painted(QObject):
    """The widgets that were painted."""

    def __init__(self, widgets):
        super().__init__()
        self.names = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.names.append(watched.objectName() or type(watched).__name__)
        return False


@pytest.mark.parametrize("name", ["originalRoll", "styledRoll", "velocityMatrix", "velocityLane", "overviewStrip"])
def test_a_view_with_nothing_new_repaints_nothing(
    window: MainWindow, session: Session, open_piece, transfer, piece_file, qtbot, name
):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    qtbot.waitUntil(lambda: session.idle, timeout=20_000)
    view = window.findChild(QWidget, name)
    if not view.isVisible():
        window.findChild(QAction, f"{name}Action").trigger()
    assert view.isVisible()
    for _ in range(10):
        QApplication.processEvents()
    painted = Painted([view, *view.findChildren(QWidget)])
    for _ in range(10):
        session.changed.emit()
        QApplication.processEvents()
    assert painted.names == []
    session.transfers.set_strength(0.5)
    QApplication.processEvents()
    assert bool(painted.names) == (name != "originalRoll")


@pytest.mark.parametrize("tool", ["transferToolButton", "coverTab", "generateToolButton"])
def test_a_window_with_nothing_new_repaints_nothing(
    window: MainWindow, session: Session, open_piece, transfer, piece_file, qtbot, tool
):
    """The panels, the bars and the menus listen to `changed` as the views do."""
    open_piece(session, piece_file)
    transfer(session, "jazz")
    window.findChild(QWidget, tool).click()
    qtbot.waitUntil(lambda: session.idle, timeout=20_000)
    for _ in range(10):
        QApplication.processEvents()
    painted = Painted(window.findChildren(QWidget))
    for _ in range(10):
        session.changed.emit()
        QApplication.processEvents()
    assert sorted(set(painted.names)) == []
    session.transfers.set_seed(session.transfers.options.seed + 1)
    session.transfers.set_strength(0.5)
    QApplication.processEvents()
    assert painted.names
