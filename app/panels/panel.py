"""Base of the panels: a frame that re-reads the session."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from app.session.session import Session


class Panel(QFrame):
    """Frame in the right column."""

    def __init__(self, session: Session) -> None:
        """Refresh whenever `session` changes."""
        super().__init__()
        self.session = session
        self.setProperty("class", "panel")
        session.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Re-read the session."""
        raise NotImplementedError
