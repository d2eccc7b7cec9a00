"""Learning a style from a folder: the order, the run, what was reached."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.dialogs.learning.order_page import OrderPage
from app.dialogs.learning.run_page import RunPage
from app.session.session import Session
from app.widgets.file_drops import FileDrops
from tonenet_core.learning.order import Order

WIDTH, HEIGHT = 560, 440


class LearnDialog(QDialog):
    """Shows and steers the session's learning; closing it lets the learning go on."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show what `session` learns, or offer to learn something."""
        super().__init__(parent)
        self._session, self._learning = session, session.learning
        self.setObjectName("learnStyleDialog")
        self.setWindowTitle(self.tr("Learn a Style from a Folder"))
        self.order_page, self.run_page = OrderPage(session), RunPage(session)
        self._pages = QStackedWidget()
        for page in (self.order_page, self.run_page):
            page.leave.connect(self.reject)
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.addWidget(self._pages)
        self.resize(WIDTH, HEIGHT)
        invitation = self.tr("Let go to learn from it")
        FileDrops(self, self.take, accepting=lambda: not self._learning.running, invitation=invitation)
        self.order_page.begin.connect(self._begin)
        self.run_page.again.connect(self._again)
        self._learning.changed.connect(self.refresh)
        self.refresh()

    def take(self, paths: Sequence[Path]) -> None:
        """Read a folder that was dropped, or that of a file."""
        if paths and not self._learning.running:
            self._again()
            self.order_page.choose(paths[0] if paths[0].is_dir() else paths[0].parent)

    @Slot()
    def refresh(self) -> None:
        """Show the page of what is done now."""
        shown = self.run_page if self._learning.phase in ("learning", "learnt", "stopped") else self.order_page
        if self._pages.currentWidget() is not shown:
            self._pages.setCurrentWidget(shown)
        self.order_page.learn.setDefault(shown is self.order_page)
        self.run_page.hide_button.setDefault(shown is self.run_page)

    def done(self, result: int) -> None:
        """Let the learning go on, and say so; forget what was found or reached."""
        if self._learning.running and self.isVisible():
            text = self.tr("The style is learnt meanwhile. Transfer > Learn a Style from a Folder shows how far it is.")
            self._session.messages.say("info", text)
        self._learning.end()
        super().done(result)

    @Slot(object)
    def _begin(self, order: Order) -> None:
        self._learning.start(order)

    @Slot()
    def _again(self) -> None:
        self._learning.end()
        self.order_page.name.setModified(False)
        self.order_page.name.clear()
        self.order_page.folder.clear()
