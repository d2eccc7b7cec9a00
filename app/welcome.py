"""What stands in the middle before a piece is open: an invitation, and the pieces opened last."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import theme
from app.session import Session

RECENT_SHOWN = 5
ICON_PX = 56


class Welcome(QFrame):
    """Says what to do first; its buttons open a file, the demo, or a recent piece."""

    def __init__(self, session: Session, open_: QAction, demo: QAction) -> None:
        """Offer the actions `open_` and `demo`, and what the session's settings remember."""
        super().__init__()
        self._session = session
        self.setProperty("class", "panel")
        self.setObjectName("welcome")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(3)
        for widget in self._texts():
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(_button(open_, self.tr("Open…"), "openButton", primary=True))
        row.addWidget(_button(demo, self.tr("Try the demo"), "demoButton", primary=False))
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(16)
        column.addLayout(self._recent)
        column.addStretch(4)
        self._fill_recent()

    def _texts(self) -> list[QLabel]:
        icon, invitation, more = QLabel(), QLabel(), QLabel()
        icon.setPixmap(theme.icon("import", theme.current().muted).pixmap(ICON_PX, ICON_PX))
        invitation.setText(self.tr("Drop a piano MIDI file here"))
        invitation.setProperty("class", "title")
        more.setText(self.tr("Then transfer it to another style, and switch between both in the middle of a phrase."))
        more.setProperty("class", "muted")
        return [icon, invitation, more]

    def _fill_recent(self) -> None:
        paths = [path for path in self._session.settings.recent if path.is_file()][:RECENT_SHOWN]
        if not paths:
            return
        heading = QLabel(self.tr("Opened last"))
        heading.setProperty("class", "muted")
        self._recent.addWidget(heading, 0, Qt.AlignmentFlag.AlignHCenter)
        for path in paths:
            button = QPushButton(path.name.replace("&", "&&"))
            button.setProperty("flat", True)
            button.setAccessibleName(self.tr("Open {0}").format(path.name))
            button.setToolTip(str(path))
            button.clicked.connect(lambda _=False, path=path: self._session.open(path))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)


def _button(action: QAction, text: str, name: str, *, primary: bool) -> QWidget:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text.rstrip("…"))
    button.setToolTip(action.toolTip())
    button.setProperty("primary", primary)
    button.clicked.connect(action.trigger)
    return button
