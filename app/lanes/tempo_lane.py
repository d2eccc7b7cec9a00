"""The tempo lane: how fast the beats of both sides follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from app.lanes.tempo_curve import Curve, TempoCurves, tempo_curve, tempo_range
from app.views.lane_gutter import LaneGutter
from app.views.time_picture import Rows
from app.views.time_view import TimeView
from app.widgets.time_axis import bar_and_beat
from app.widgets.time_text import time_text

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.viewport import Viewport
    from tonenet_core.performance import Performance

ROWS = Rows(-0.1, 1.1, (0.0, 1.0))
LEAST_HEIGHT = 46


class TempoLane(TimeView):
    """Tempo before and after in quarters a minute, both at their places in the original's time."""

    def __init__(self, session: Session, viewport: Viewport) -> None:
        """Show the tempo of both sides of `session`."""
        self._levels = LaneGutter()
        super().__init__(session, viewport, rows=ROWS, ruler=False, gutter=self._levels)
        self._sides: tuple[Performance | None, Performance | None] = (None, None)
        self._curves: list[Curve] = []
        self._lines = TempoCurves()
        self.canvas.add(self._lines)
        self.setObjectName("tempoLane")
        self.setAccessibleName(self.tr("Tempo lane"))
        self.setMinimumHeight(LEAST_HEIGHT)
        self.set_compact(True, self.tr("Tempo"))
        self.refresh()

    def refresh(self) -> None:
        """Show the tempo of both sides; one whose beats stay as they are has the tempo of the other."""
        if self.session.sides == self._sides:
            return
        self._sides = self.session.sides
        before, after = (tempo_curve(side) for side in self._sides)
        moved = self.session.player.places.time_map
        if moved is not None:
            after = moved.inverse.apply(after[0]), after[1]
        self._curves = [curve for curve in (before, after) if len(curve[1])]
        there = self._sides[0] is not None
        self.set_empty(self.tr("No beats are known in this piece") if there and not self._curves else "")
        slow, fast = tempo_range(self._curves) if self._curves else (1.0, 2.0)
        self._lines.set_curves(self._curves, slow, fast)
        top = ROWS.high / (ROWS.high - ROWS.low)
        labels = ((1.0, fast), (0.0, slow)) if self._curves else ()
        self._levels.set_labels([(top - row / (ROWS.high - ROWS.low), f"{tempo:.0f}") for row, tempo in labels])
        self.setAccessibleDescription(self._description())
        self.canvas.redraw()

    def point(self, place: QPointF | None) -> None:
        """Show the tempo of the beat under the mouse, before and after."""
        self.set_readout("" if place is None or not self._curves else self._text(place.x()))

    def _text(self, second: float) -> str:
        seconds, tempo = self._curves[0]
        beat = min(max(int(np.searchsorted(seconds, second, side="right")) - 1, 0), len(tempo) - 1)
        begin, middle = float(seconds[beat]), float(seconds[beat] + seconds[beat + 1]) / 2
        tempos = [f"{_tempo_at(curve, middle):.0f}" for curve in self._curves]
        piece = next(side for side in self._sides if side is not None and side.metered)
        places = [part for part in (bar_and_beat(piece, begin), time_text(begin)) if part]
        return "  ·  ".join([*places, self.tr("{0} a minute").format(" → ".join(tempos))])

    def _description(self) -> str:
        """Return the mean tempos for screen readers."""
        if not self._curves:
            return self.tr("no beats are known")
        means = [f"{len(tempo) / np.sum(1 / tempo):.0f}" for _, tempo in self._curves]
        return self.tr("mean tempo {0}").format(" → ".join(means))


def _tempo_at(curve: Curve, second: float) -> float:
    seconds, tempo = curve
    return float(tempo[min(max(int(np.searchsorted(seconds, second, side="right")) - 1, 0), len(tempo) - 1)])
