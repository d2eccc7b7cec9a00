"""The line at the top: the open piece, and buttons for the most used actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.session.session import Session
from app.system.language import style_name
from app.widgets.buttons import action_button
from app.widgets.time_text import time_text
from tonenet_core.errors import printable

ICON_ONLY = frozenset({"undoAction", "redoAction"})


class Header(QWidget):
    """Name, notes, duration and styles of the piece; a button for each action given, and further parts."""

    def __init__(self, session: Session, actions: Sequence[QAction], *parts: QWidget) -> None:
        """Describe `session` at the left and offer `actions` and `parts` at the right."""
        super().__init__()
        self._session = session
        self.name, self.facts = QLabel(), QLabel()
        self.name.setProperty("class", "title")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setProperty("class", "muted")
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addSpacing(4)
        row.addWidget(self.facts, 1)
        for action in actions:
            row.addWidget(action_button(action, icon_only=action.objectName() in ICON_ONLY))
        for part in parts:
            row.addWidget(part)
        session.changed.connect(self.refresh)
        session.player.changed.connect(self.refresh)  # the length that is played is known a little later
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten a long name to what fits."""
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
        self.facts.setText("  ·  ".join(parts))
