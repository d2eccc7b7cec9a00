"""A framed part of the right column that re-reads the session."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from app.session.session import Session


class Panel(QFrame):
    """A framed part of the column."""

    def __init__(self, session: Session) -> None:
        """Re-read `session` whenever it changes."""
        super().__init__()
        self.session = session
        self.setProperty("class", "panel")
        session.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Re-read the session."""
        raise NotImplementedError
