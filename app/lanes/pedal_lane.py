"""The pedal lane: where the sustain pedal is down, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from app.lanes.pedal_bars import ROWS, PedalBars, pedal_at
from app.views.lane_gutter import LaneGutter
from app.views.time_picture import Rows
from app.views.time_view import TimeView
from app.widgets.time_text import time_text
from tonenet_core.timing.pedalling import DOWN

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.viewport import Viewport
    from tonenet_core.performance import Performance

LEAST_HEIGHT = 40


class PedalLane(TimeView):
    """The pedals of A and B, one above the other, both at their places in A's time; one half down is paler."""

    def __init__(self, session: Session, viewport: Viewport) -> None:
        """Show the pedals of both sides of `session`."""
        self._names = LaneGutter()
        super().__init__(session, viewport, rows=Rows(0.0, float(ROWS), (1.0,)), ruler=False, gutter=self._names)
        self._sides: tuple[Performance | None, Performance | None] = (None, None)
        self._bars = PedalBars()
        self.canvas.add(self._bars)
        self.setObjectName("pedalLane")
        self.setAccessibleName(self.tr("Pedal lane"))
        self.setMinimumHeight(LEAST_HEIGHT)
        self.set_compact(True, self.tr("Pedal"))
        self._names.set_labels([(0.25, "A"), (0.75, "B")])
        self.refresh()

    def refresh(self) -> None:
        """Show the pedals of both sides."""
        if self.session.sides == self._sides:
            return
        self._sides = self.session.sides
        used = any(side is not None and len(side.pedal) for side in self._sides)
        there = self._sides[0] is not None
        self.set_empty("" if used or not there else self.tr("The pedal is not used in this piece"))
        self._bars.set_performances(*self._sides, self.session.player.places.time_map)
        self.setAccessibleDescription(self.tr("the pedal is used") if used else self.tr("the pedal is not used"))
        self.canvas.redraw()

    def point(self, place: QPointF | None) -> None:
        """Show how far both pedals are down at the moment under the mouse."""
        self.set_readout("" if place is None or self._sides[0] is None else self._text(max(place.x(), 0.0)))

    def _text(self, second: float) -> str:
        texts, time_map = [time_text(second)], self.session.player.places.time_map
        for name, side in zip("AB", self._sides, strict=True):
            if side is not None:
                value = pedal_at(side, second if name == "A" or time_map is None else time_map.at(second))
                state = self.tr("down") if value >= DOWN else self.tr("half down") if value else self.tr("up")
                texts.append(f"{name} {state} ({value})" if value else f"{name} {state}")
        return "  ·  ".join(texts)
