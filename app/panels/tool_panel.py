"""Tools of the right column, one at a time: transfer, cover, or generate."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.cover_panel import CoverPanel
from app.panels.generate_panel import GeneratePanel
from app.panels.transfer_panel import TransferPanel
from app.session.session import Session
from app.widgets.segmented_control import Segment, SegmentedControl


class ToolPanel(QWidget):
    """A switch, and the tool that it chooses."""

    def __init__(self, session: Session, ask_other: Callable[[], None]) -> None:
        """Show the tools of `session`; `ask_other` lets the user choose a second piece."""
        super().__init__()
        transfer = TransferPanel(session)
        self._tools: dict[str, QWidget] = {
            "transfer": transfer,
            "cover": CoverPanel(session),
            "generate": GeneratePanel(session, ask_other),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.segments = self._switch()
        for tool in self._tools.values():
            column.addWidget(tool)
        column.insertLayout(0, self.segments)  # last, so that Tab comes to the tool first
        self.show_tool("transfer")

        def choose_tracks() -> None:
            self.show_tool("transfer")
            transfer.show_more()

        session.tracks_wanted.connect(choose_tracks)

    def show_tool(self, name: str) -> None:
        """Show `transfer`, `cover` or `generate`."""
        for each, tool in self._tools.items():
            tool.setVisible(each == name)
        self.segments.check(name)

    def _switch(self) -> SegmentedControl:
        """Build the segmented choice of the tool."""
        return SegmentedControl(
            [
                Segment(
                    "transfer",
                    "transferToolButton",
                    self.tr("Transfer"),
                    self.tr("Play the open piece in another style"),
                ),
                Segment(
                    "cover",
                    "coverTab",
                    self.tr("Cover"),
                    self.tr("Keep the melody of the open piece and write another accompaniment"),
                ),
                Segment("generate", "generateToolButton", self.tr("Generate"), self.tr("Generate a new piece")),
            ],
            self.show_tool,
            stretch=1,
        )
