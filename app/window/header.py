"""The line at the top: the open piece, and buttons for the most used actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.session.session import Session
from app.system.language import style_name
from app.widgets.buttons import action_button
from app.widgets.time_text import time_text
from tonenet_core.errors import printable

ICON_ONLY = frozenset({"undoAction", "redoAction"})
ROOM_FOR_TEXTS = 1000  # pixels of width


class Header(QWidget):
    """Name, notes, duration and styles of the piece; a button for each action given, and further parts.

    Attributes:
        title: the part that describes the piece; a message is shown in its place.
    """

    def __init__(self, session: Session, actions: Sequence[QAction], *parts: QWidget) -> None:
        """Describe `session` at the left and offer `actions` and `parts` at the right."""
        super().__init__()
        self._session = session
        self.name, self.facts = QLabel(), QLabel()
        self.name.setProperty("class", "title")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setObjectName("pieceFacts")
        self.facts.setProperty("class", "muted")
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title = QWidget()
        described = QHBoxLayout(self.title)
        described.setContentsMargins(2, 0, 0, 0)
        described.setSpacing(12)
        described.addWidget(self.name)
        described.addWidget(self.facts, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        buttons = {action: action_button(action, icon_only=action.objectName() in ICON_ONLY) for action in actions}
        for part in (*buttons.values(), *parts):
            row.addWidget(part)
        self._texts = [button for action, button in buttons.items() if action.objectName() not in ICON_ONLY]
        self._texts += [part for part in parts if isinstance(part, QToolButton)]
        session.changed.connect(self.refresh)
        session.player.changed.connect(self.refresh)  # the length that is played is known a little later
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the buttons' texts in a narrow window, and shorten a long name to what fits."""
        style = Qt.ToolButtonStyle
        for button in self._texts:
            wide = self.width() >= ROOM_FOR_TEXTS
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)
        super().resizeEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Re-read the session."""
        piece, path, title = self._session.original, self._session.path, self._session.title
        if piece is None:
            self.name.setText("ToneNet")
            self.facts.setText(self.tr("No piece is open"))
            return
        room = max(self.width() // 3, 120)
        self.name.setText(self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, room))
        self.name.setToolTip(printable(path or title))
        parts = [self.tr("%Ln notes", "", len(piece)), time_text(self._session.player.duration_sec, tenths=False)]
        if self._session.style:
            parts.append(self.tr("style: {0}").format(style_name(self._session.style)))
        if muted := len(self._session.player.audible.muted):
            parts.append(self.tr("%Ln tracks muted", "", muted))
        self.facts.setText("  ·  ".join(parts))
