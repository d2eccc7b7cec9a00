"""The middle of the window: overview, rolls and lanes, one above the other, and which of them are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from app.lanes.note_keys import NoteKeys
from app.lanes.overview_strip import OverviewStrip
from app.lanes.pedal_lane import PedalLane
from app.lanes.roll_pair import LEAST_PX, MARGINS, READABLE_PX, RollPair
from app.lanes.scroll_bars import TimeScrollBar
from app.lanes.tempo_lane import TempoLane
from app.lanes.velocity_lane import VelocityLane
from app.session.session import Session
from app.views.time_view import GUTTER_WIDTH, TimeView
from app.views.velocity_matrix import VelocityMatrix
from app.views.viewport import Viewport

GAP = 4
CANVAS_EDGE = 3  # of a view, beside its canvas


@dataclass(frozen=True)
class Lane:
    """Part of the stack that can be left out.

    Attributes:
        view: the view.
        part: what is laid out: its panel, or the view itself.
        height: 0..1 of the stack's, unless the user has given it another; in pixels from 1 on.
        least: 0..1 of the stack's height that it has at least.
        shown: whether it is shown where the user has not chosen.
        yields: whether it then makes room for rolls that can be read, or only for those at their least height.
    """

    view: QWidget
    part: QWidget
    height: float
    least: float = 0.0
    shown: bool = True
    yields: bool = True


class ViewStack(QWidget):
    """All views of a session. What is shown, and how high, the user chooses, and is remembered.

    In a low window lanes are left out so that the rolls can be read; one that was switched on stays as long as the
    rolls have their least height, the one switched on last longest.

    Attributes:
        shown_changed: another lane is shown, or one no longer.
        viewport: the seconds and pitches on screen in all views.
        rolls: both piano rolls.
    """

    shown_changed = Signal()

    def __init__(self, session: Session) -> None:
        """Show `session`."""
        super().__init__()
        self._settings = session.settings
        self.viewport = viewport = Viewport(session)
        self.rolls = RollPair(session, viewport)
        self._time_bar = TimeScrollBar(session, viewport)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._lanes = {lane.view.objectName(): lane for lane in _build_lanes(session, viewport, self.rolls.rolls)}
        self._choices = {name: session.settings.shown(name) for name in self._lanes}
        self._latest: list[str] = []  # switched on, the last one first
        self._rolls_least = 0
        self._build()
        session.changed.connect(self._follow_rolls)

    def pictures(self) -> list[tuple[str, QWidget]]:
        """Return the name of each view, and the view."""
        views = *self.rolls.rolls, *(lane.view for lane in self._lanes.values() if lane.part is not lane.view)
        rolls = self.tr("Piano roll A"), self.tr("Piano roll B")
        names = *rolls, self.tr("Velocities"), self.tr("Tempo"), self.tr("Pedal"), self.tr("Matrix")
        return list(zip(names, views, strict=True))

    @property
    def lanes(self) -> tuple[str, ...]:
        """Return the object names of the lanes, whether they are shown or not."""
        return tuple(self._lanes)

    @property
    def choices(self) -> dict[str, bool]:
        """Return whether a lane is to be shown, for those that the user has chosen or left out."""
        return {name: choice for name, choice in self._choices.items() if choice is not None}

    def is_shown(self, name: str) -> bool:
        """Return whether a lane is shown."""
        return not self._lanes[name].part.isHidden()

    def set_shown(self, name: str, shown: bool) -> None:
        """Show a lane from now on, or leave it out; the window remembers it."""
        self._choices[name] = shown
        self._settings.set_shown(name, shown)
        self._latest = [*([name] if shown else []), *(other for other in self._latest if other != name)]
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return room for the rolls alone."""
        least = self.rolls.minimumSizeHint()
        return QSize(least.width(), least.height() + self._time_bar.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the lanes that have no room, and share the height among the others."""
        super().resizeEvent(event)
        self._fit()

    # --- the layout --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._splitter.setParent(self)
        self._splitter.setHandleWidth(GAP)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.rolls)
        for lane in self._lanes.values():
            if lane.part is not lane.view:
                self._splitter.addWidget(lane.part)
            else:
                lane.part.setParent(self)
        self._time_bar.setParent(self)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.splitterMoved.connect(self._keep_heights)

    def _fit(self) -> None:
        self._rolls_least = self.rolls.height_for(LEAST_PX)
        before = [name for name in self._lanes if self.is_shown(name)]
        shown = self._seen()
        for name, lane in self._lanes.items():
            lane.part.setVisible(name in shown)
        top, bar = 0, self._time_bar.sizeHint().height()
        for name in shown:
            if (part := self._lanes[name].part) is self._lanes[name].view:
                part.setGeometry(0, top, self.width(), part.sizeHint().height())
                top += part.height() + GAP
        self._splitter.setGeometry(0, top, self.width(), self.height() - top - bar)
        self._share_heights(self._splitter.height())
        left, edge = MARGINS[0] + CANVAS_EDGE + 1 + GUTTER_WIDTH, MARGINS[2] + CANVAS_EDGE + 1
        self._time_bar.setGeometry(left, self.height() - bar, self.width() - left - edge, bar)
        if shown != before:
            self.shown_changed.emit()

    @Slot()
    def _follow_rolls(self) -> None:
        """Share the height anew where the rolls need another, as with the chord names of a metered piece."""
        if self.rolls.height_for(LEAST_PX) != self._rolls_least:
            self._fit()

    def _seen(self) -> list[str]:
        """Return the names of the lanes that have room, from the top."""
        free = self.height() - self._time_bar.sizeHint().height()
        least, readable = (self.rolls.height_for(canvas) for canvas in (LEAST_PX, READABLE_PX))
        seen = []
        for name in (*self._latest, *(name for name in self._lanes if name not in self._latest)):
            lane, choice = self._lanes[name], self._choices[name]
            stays = choice or not lane.yields
            need = GAP + self._least(lane)
            if (lane.shown if choice is None else choice) and free - need >= (least if stays else readable):
                seen.append(name)
                free -= need
        return [name for name in self._lanes if name in seen]

    def _share_heights(self, total: int) -> None:
        """Give each lane the height that it wants, and the rolls the rest.

        Lanes yield what the rolls lack to be read; heights that the user gave, only what they lack to be seen.
        """
        panels = [lane for lane in self._lanes.values() if lane.part is not lane.view]
        least = [0 if lane.part.isHidden() else self._least(lane) for lane in panels]
        for lane, pixels in zip(panels, least, strict=True):
            lane.part.setMinimumHeight(pixels)
        wanted = [max(self._wanted(lane), low) if low else 0 for lane, low in zip(panels, least, strict=True)]
        free = total - GAP * sum(low > 0 for low in least)
        given = [self._settings.height(lane.view.objectName()) is not None for lane in panels]
        for canvas, yields in ((READABLE_PX, [not each for each in given]), (LEAST_PX, [True] * len(given))):
            spare = [(high - low) * each for high, low, each in zip(wanted, least, yields, strict=True)]
            lack = self.rolls.height_for(canvas) - (free - sum(wanted))
            if lack > 0 and sum(spare) > 0:
                share = min(lack / sum(spare), 1.0)
                wanted = [high - round(share * each) for high, each in zip(wanted, spare, strict=True)]
        self._splitter.setSizes([free - sum(wanted), *wanted])

    def _wanted(self, lane: Lane) -> int:
        own = self._settings.height(lane.view.objectName())
        if own is not None:
            return own
        return round(lane.height if lane.height >= 1 else lane.height * self.height())

    def _least(self, lane: Lane) -> int:
        layout = lane.part.layout()
        hint = lane.part.sizeHint() if lane.part is lane.view or layout is None else layout.totalMinimumSize()
        return max(hint.height(), ceil(lane.least * self.height()))

    def _keep_heights(self) -> None:
        """Remember the heights that the user has given the lanes."""
        for name, lane in self._lanes.items():
            if lane.part is not lane.view and not lane.part.isHidden():
                self._settings.set_height(name, lane.part.height())


def _build_lanes(session: Session, viewport: Viewport, rolls: Sequence[TimeView]) -> tuple[Lane, ...]:
    """Build the lanes in their order from the top; of those that nobody chose, the first ones are left out last."""
    velocities, matrix = VelocityLane(session, viewport), VelocityMatrix(session, viewport)
    NoteKeys(session, (*rolls, velocities), velocities)
    overview, tempo, pedal = (
        OverviewStrip(session, viewport),
        TempoLane(session, viewport),
        PedalLane(session, viewport),
    )
    for view in (velocities, matrix):
        view.ruler.hide()  # the one under the rolls is for all
    return (
        Lane(velocities, _panel(velocities), height=0.24, least=0.2, yields=False),
        Lane(overview, overview, height=1),
        Lane(tempo, _panel(tempo), height=72),
        Lane(pedal, _panel(pedal), height=56),
        Lane(matrix, _panel(matrix), height=0.18, shown=False),
    )


def _panel(view: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("class", "panel")
    column = QVBoxLayout(frame)
    column.setContentsMargins(*MARGINS)
    column.addWidget(view)
    return frame
