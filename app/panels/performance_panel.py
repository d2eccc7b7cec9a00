"""Performance before and after: histogram of velocities or curve over time; velocities, swing, tempo, touch, pedal."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.dynamics_curve import DynamicsCurve
from app.panels.histogram import Histogram
from app.playback.side import ORIGINAL
from app.session.performance_figures import PerformanceFigures
from app.session.session import Session
from app.widgets.segmented_control import Segment, SegmentedControl
from tonenet_core.performance import Performance
from tonenet_core.timing.summary import AnalysisSummary

SOFT, LOUD = 5, 95  # percentiles of the range shown
UNKNOWN = "–"


class PerformancePanel(QFrame):
    """Panel of a performance's figures; it only reads the session.

    Attributes:
        histogram, curve: the pictures, one at a time.
        rows: a row a figure, below the names of the sides: its name, before, after.
        change: a sentence on the notes that changed.
        segments: the choice of the picture.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show the figures of `session`."""
        super().__init__(parent)
        self.setObjectName("performancePanel")
        self.setProperty("class", "panel")
        self.setAccessibleName(self.tr("Performance"))
        self._session = session
        self._seen: tuple[Performance | None, Performance | None] = (None, None)
        self._heard: Performance | None = None  # the result with its notes where they sound
        self._figures = PerformanceFigures(session.jobs, session.messages.failed, self)
        self._shown = session.settings.shown(self.objectName()) is not False
        self.histogram, self.curve = Histogram(), DynamicsCurve()
        self.histogram.setObjectName("histogram")
        self.curve.setObjectName("dynamicsCurve")
        self._pictures: dict[str, QWidget] = {"histogram": self.histogram, "curve": self.curve}
        self.curve.clicked.connect(lambda second: session.player.seek(second, ORIGINAL))
        session.player.moved.connect(self._move_playhead)
        self.change = QLabel()
        self.change.setProperty("class", "muted")
        self.change.setToolTip(self.tr("The number of notes whose velocity changed, and by how much on average"))
        self._build()
        self._figures.changed.connect(self._show_figures)
        session.changed.connect(self.refresh)
        self.refresh()

    @property
    def shown(self) -> bool:
        """Whether the panel is shown while a piece is open."""
        return self._shown

    def set_shown(self, shown: bool) -> None:
        """Show the panel from now on, or leave it out; the window remembers it."""
        self._shown = shown
        self._session.settings.set_shown(self.objectName(), shown)
        self.refresh()

    def refresh(self) -> None:
        """Re-read the session."""
        original, styled = self._session.original, self._session.styled
        self.setVisible(original is not None and self._shown)
        heard = None if styled is None else self._session.sides[1]
        if (*self._seen, self._heard) == (original, styled, heard) or not self._shown:
            return
        self._seen, self._heard = (original, styled), heard
        self._figures.follow(original, heard)
        velocities = [None if side is None else side.velocities for side in (original, styled)]
        self.histogram.show_velocities(*velocities)
        self.curve.show_performances(original, styled)
        for row in self.rows:
            row[2].setVisible(styled is not None)
        self.rows[0][1].setText(self._session.document.original_name)
        self.rows[0][2].setText(self._session.side_names[1])
        self._show_figures()
        self.change.setVisible(styled is not None)
        if original is not None and styled is not None:
            moved = np.abs(original.velocities.astype(int) - styled.velocities)
            text = self.tr("{0} of %Ln notes changed, by {1}", "", len(moved))
            self.change.setText(
                text.format(self.locale().toString(int(np.count_nonzero(moved))), self._number(float(moved.mean()), 1))
            )

    def _move_playhead(self) -> None:
        """Show where the music is; the curves stand at the seconds of the original."""
        self.curve.set_position(self._session.player.places.position_sec(ORIGINAL))

    def pictures(self) -> list[tuple[str, QWidget]]:
        """Return the name of each picture, and the picture."""
        return [(self.tr("Histogram"), self.histogram), (self.tr("Dynamics over time"), self.curve)]

    def show_picture(self, name: str) -> None:
        """Show the `histogram`, or the `curve` over time."""
        for each, picture in self._pictures.items():
            picture.setVisible(each == name)
        self.segments.check(name)

    # --- the figures -------------------------------------------------------------------------------------------------

    def _show_figures(self) -> None:
        for column, (side, found) in enumerate(
            zip(self._seen, (self._figures.before, self._figures.after), strict=True), start=1
        ):
            texts = [self._velocities(side), *self._times(found)]
            for row, text in zip(self.rows[1:], texts, strict=True):
                row[column].setText(text)

    def _velocities(self, side: Performance | None) -> str:
        if side is None or not len(side):
            return UNKNOWN
        soft, loud = np.percentile(side.velocities, [SOFT, LOUD])
        return f"{side.velocities.mean():.0f} ({soft:.0f}–{loud:.0f})"

    def _times(self, found: AnalysisSummary | None) -> tuple[str, str, str, str]:
        if found is None:
            return UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN
        slow, fast = found.tempo_slow_bpm, found.tempo_fast_bpm
        steady = slow is not None and fast is not None and round(slow) == round(fast)
        tempo = UNKNOWN if slow is None or fast is None else f"{slow:.0f}" if steady else f"{slow:.0f}–{fast:.0f}"
        swing = UNKNOWN if found.swing_ratio is None else self.tr("{0} : 1").format(self._number(found.swing_ratio, 2))
        return tempo, swing, self._percent(found.legato_share), self._percent(found.pedal_share)

    def _percent(self, share: float | None) -> str:
        return UNKNOWN if share is None else self.tr("{0} %").format(f"{100 * share:.0f}")

    def _number(self, value: float, digits: int) -> str:
        return self.locale().toString(value, "f", digits)

    # --- places ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        heading = QLabel(self.tr("Performance"))
        heading.setProperty("class", "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addStretch(1)
        self.segments = self._build_switch()
        head.addLayout(self.segments)
        column.addLayout(head)
        for picture in self._pictures.values():
            column.addWidget(picture, 1)
        self.show_picture("histogram")
        column.addLayout(self._build_rows())
        column.addWidget(self.change)

    def _build_rows(self) -> QGridLayout:
        names = (
            ("", ""),
            (self.tr("Velocity"), self.tr("Mean velocity, and the range that nine out of ten notes lie in")),
            (self.tr("Tempo"), self.tr("Quarter notes a minute; nine out of ten beats lie in this range")),
            (self.tr("Swing"), self.tr("Length of the first of two eighths against the second; 1 is straight")),
            (self.tr("Legato"), self.tr("Share of the notes that reach the next one")),
            (self.tr("Pedal"), self.tr("Share of the time with the pedal down")),
        )
        self.rows = [[QLabel(name), QLabel(), QLabel()] for name, _ in names]
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        for row, (labels, (_, tip)) in enumerate(zip(self.rows, names, strict=True)):
            for place, label in enumerate(labels):
                label.setToolTip(tip)
                label.setProperty("class", "value" if row and place else "muted")
                side = Qt.AlignmentFlag.AlignRight if place else Qt.AlignmentFlag.AlignLeft
                grid.addWidget(label, row, place, side | Qt.AlignmentFlag.AlignVCenter)
        return grid

    def _build_switch(self) -> SegmentedControl:
        """Build the segmented choice of the picture."""
        return SegmentedControl(
            [
                Segment(
                    "histogram",
                    "histogramButton",
                    self.tr("Histogram"),
                    self.tr("The number of notes at each velocity"),
                ),
                Segment(
                    "curve", "curveButton", self.tr("Over time"), self.tr("Mean velocity over the course of the piece")
                ),
            ],
            self.show_picture,
        )
