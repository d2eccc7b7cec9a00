"""The message bar, and the dialog with the trace of a bug."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Sequence
from functools import partial
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFontDatabase,
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.documents.messages import Message, Offer
from app.session.session import Session
from app.theme import icons, palette, theme
from app.widgets.buttons import push_button, tool_button

log = logging.getLogger(__name__)

ICON_PX = 18
LEAST_TEXT_PX = 260  # of a longer text beside its buttons
BESIDE_PX = 60  # margins, and what is between text and buttons


class MessageBar(QFrame):
    """One sentence, buttons for what can be done about it, and one that takes it away; hidden with nothing to say.

    It lies over another widget and is in no layout: nothing moves when a message comes or goes.
    """

    def __init__(self, session: Session, place: QWidget, controls: QWidget, parent: QWidget) -> None:
        """Prepare the bar.

        Args:
            session: has the message.
            place: what a message lies over.
            controls: a row below it, under which a message begins that has no room there.
            parent: holds both.
        """
        super().__init__(parent)
        self._session, self._place, self._row, self._over = session, place, controls, parent
        for each in (place, controls):
            each.installEventFilter(self)
        self._shown: Message | None = None
        self.setObjectName("messageBar")
        self.setProperty("class", "message")
        self._icon, self._text = QLabel(), QLabel()
        self._text.setObjectName("messageText")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # screen readers get it as an announcement
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = tool_button(
            "dismissButton", "close", self.tr("Dismiss the message"), self.tr("Dismiss"), session.messages.dismiss
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(10)
        row.addWidget(self._icon)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(10)
        self._body.addWidget(self._text, 1)
        self._offers = QHBoxLayout()
        self._offers.setSpacing(6)
        self._offers.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._body.addLayout(self._offers)
        row.addLayout(self._body, 1)
        row.addWidget(self._close)
        session.messages.changed.connect(self.refresh)
        self.hide()
        self.refresh()

    def text(self) -> str:
        """Return the text shown; empty for none."""
        return self._text.text() if self._shown else ""

    def refresh(self) -> None:
        """Re-read the session's message."""
        message = self._session.message
        if message is self._shown:
            return
        self._shown = message
        if message is None:
            self.hide()
            self._show_offers(())
            return
        self._text.setText(message.text)
        self._show_offers(message.offers)
        self._icon.setPixmap(icons.icon(message.kind, self._colour(message.kind)).pixmap(ICON_PX, ICON_PX))
        self.setAccessibleName(message.text)
        theme.repolish(self, kind=message.kind)
        self._lie_over()
        self.show()
        self.raise_()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message.text))

    def eventFilter(self, place: QObject, event: QEvent) -> bool:
        """Follow the widget that the bar lies over."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide):
            self._lie_over()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take another height where the text breaks otherwise."""
        super().resizeEvent(event)
        self._lie_over()

    def _lie_over(self) -> None:
        if self._shown is None:
            return
        layout, place = self.layout(), self._place
        assert layout is not None
        self._body.setDirection(self._direction(place.width()))
        layout.activate()
        height = max(layout.totalHeightForWidth(place.width()), layout.totalMinimumSize().height(), place.height())
        corner, row = place.mapTo(self._over, QPoint(0, 0)), self._row
        top = row.mapTo(self._over, QPoint(0, 0)).y()
        y = corner.y() if row.isHidden() or corner.y() + height <= top else top + row.height()
        self.setGeometry(corner.x(), y, place.width(), height)

    def _direction(self, width: int) -> QBoxLayout.Direction:
        """Return where the buttons stand: beside the text, or below one that would have too narrow a column."""
        beside = self._icon.sizeHint().width() + self._offers.sizeHint().width() + self._close.sizeHint().width()
        whole = self._text.fontMetrics().horizontalAdvance(self._text.text())
        fits = width - beside - BESIDE_PX >= min(whole, LEAST_TEXT_PX)
        below = self._offers.count() > 0 and not fits
        self._body.setContentsMargins(0, 8 if below else 0, 0, 8 if below else 0)
        return QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight

    def _show_offers(self, offers: Sequence[Offer]) -> None:
        while (item := self._offers.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.hide()
                button.deleteLater()
        for offer in offers:
            self._offers.addWidget(push_button(offer.name, offer.text, call=partial(self._take_up, offer)))

    def _take_up(self, offer: Offer) -> None:
        self._session.messages.dismiss()
        offer.call()

    @staticmethod
    def _colour(kind: str) -> str:
        colours = palette.current()
        return {"info": colours.info, "warning": colours.warning}.get(kind, colours.error)


class BugDialog(QDialog):
    """Dialog with the trace of a bug, to copy; the program keeps running."""

    def __init__(self, trace: str, parent: QWidget | None = None) -> None:
        """Show `trace`."""
        super().__init__(parent)
        self.setObjectName("bugDialog")
        self.setWindowTitle(self.tr("Error in ToneNet"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sentence = QLabel(
            self.tr(
                "Something went wrong. This is a bug in ToneNet, not a mistake of yours. Your files are unharmed, and "
                "you can keep working. The text below helps to fix it."
            )
        )
        sentence.setWordWrap(True)
        self.trace = QPlainTextEdit(trace)
        self.trace.setReadOnly(True)
        self.trace.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.trace.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.trace.setAccessibleName(self.tr("Error report"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = push_button("copyTraceButton", self.tr("Copy"), self.tr("Copy the error report"), self._copy)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(sentence)
        column.addWidget(self.trace, 1)
        column.addWidget(buttons)
        self.resize(720, 420)

    def add(self, trace: str) -> None:
        """Append a further trace."""
        self.trace.appendPlainText("\n" + trace)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.trace.toPlainText())


class BugReporter(QObject):
    """Logs uncaught exceptions of any thread and shows them in one dialog on the GUI thread."""

    _happened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Report over `parent`; nothing is caught before `install`."""
        super().__init__(parent)
        self._parent = parent
        self._dialog: BugDialog | None = None
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Install `sys.excepthook` and `threading.excepthook`."""
        sys.excepthook = self.report
        threading.excepthook = lambda args: self.report(args.exc_type, args.exc_value, args.exc_traceback)

    def uninstall(self) -> None:
        """Restore Python's own hooks."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def report(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """Log an exception and show it; may be called on any thread."""
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        log.critical("%s", text)
        self._happened.emit(text)

    @Slot(str)
    def _show(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.add(text)
            return
        self._dialog = BugDialog(text, self._parent)
        self._dialog.destroyed.connect(self._forget)
        self._dialog.show()

    @Slot()
    def _forget(self) -> None:
        self._dialog = None
