"""The welcome page, shown while no piece is open: how to begin, and recent files."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.session.session import Session
from app.theme import icons, palette
from app.widgets.buttons import push_button
from tonenet_core.errors import printable
from tonenet_core.midi.folders import PIECE_SUFFIXES

RECENT_SHOWN = 5
ICON_PX = 56
HINT_WIDTH = 156


class Welcome(QFrame):
    """Welcome page; its buttons open a file, the demo, the batch, the shortcuts, or a recent file."""

    def __init__(self, session: Session, open_: QAction, demo: QAction, batch: QAction, sheet: QAction) -> None:
        """Offer these actions, and the recent files of the session's settings."""
        super().__init__()
        self._session = session
        self.setProperty("class", "panel")
        self.setObjectName("welcome")
        self._column = column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(3)
        for widget in self._texts():
            column.addWidget(widget)
        column.addSpacing(8)
        column.addLayout(
            _row(
                _button(open_, self.tr("Open…"), "openButton", primary=True),
                _button(demo, self.tr("Try the demo"), "demoButton"),
                _button(batch, self.tr("Many files…"), "batchButton"),
            )
        )
        self._hints = self._build_hints(_button(sheet, self.tr("All shortcuts (F1)"), "sheetButton", flat=True))
        column.addWidget(self._hints, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._build_recent())
        column.addStretch(4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the hints where they do not fit."""
        super().resizeEvent(event)
        margins, hints = self._column.contentsMargins(), self._hints.sizeHint()
        height = hints.height() + self._column.spacing()
        others = self._column.minimumSize().height() - (0 if self._hints.isHidden() else height)
        width = margins.left() + hints.width() + margins.right()
        self._hints.setVisible(others + height <= self.height() and width <= self.width())

    def _texts(self) -> list[QLabel]:
        icon, invitation, more = QLabel(), QLabel(), QLabel()
        icon.setPixmap(icons.icon("import", palette.current().muted).pixmap(ICON_PX, ICON_PX))
        invitation.setText(self.tr("Drop a piano MIDI file or a score here"))
        invitation.setProperty("class", "title")
        text = self.tr("One file ({0}), several, or a whole folder. Your files are never changed.")
        more.setText(text.format(" ".join(PIECE_SUFFIXES)))
        more.setProperty("class", "muted")
        for label in (icon, invitation, more):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        more.setWordWrap(True)
        return [icon, invitation, more]

    def _build_hints(self, sheet: QPushButton) -> QWidget:
        """Build the four steps, in their order, and the button of the shortcuts."""
        steps = (
            (self.tr("Drop"), self.tr("The piece appears as it was played. Space plays it.")),
            (self.tr("Transfer"), self.tr("Click a style: the same notes, played another way.")),
            (self.tr("Compare"), self.tr("Tab switches sides in the middle of a phrase.")),
            (self.tr("Take it with you"), self.tr("Drag the result out of the window, or press Ctrl+E.")),
        )
        hints = QWidget()
        grid = QGridLayout(hints)
        grid.setContentsMargins(0, 22, 0, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for place, (title, text) in enumerate(steps):
            heading, label = QLabel(f"{place + 1}  {title}"), QLabel(text)
            heading.setProperty("class", "heading")
            label.setProperty("class", "muted")
            label.setWordWrap(True)
            label.setFixedWidth(HINT_WIDTH)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(heading, 0, place)
            grid.addWidget(label, 1, place, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(sheet, 2, 0, 1, len(steps), Qt.AlignmentFlag.AlignHCenter)
        return hints

    def _build_recent(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        paths = [path for path in self._session.settings.recent if path.is_file()][:RECENT_SHOWN]
        if not paths:
            return column
        heading = QLabel(self.tr("Recent files"))
        heading.setProperty("class", "muted")
        column.addSpacing(10)
        column.addWidget(heading, 0, Qt.AlignmentFlag.AlignHCenter)
        for path in paths:
            name = printable(path.name)
            text, label = name.replace("&", "&&"), self.tr("Open {0}").format(name)
            button = push_button("", text, printable(path), partial(self._session.open, path), label=label, flat=True)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return column


def _row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _button(action: QAction, text: str, name: str, *, primary: bool = False, flat: bool = False) -> QPushButton:
    return push_button(name, text, action.toolTip(), action.trigger, primary=primary, flat=flat)
