"""The velocity matrix (steps x 88 keys) as an image: original, styled, their difference; and the note matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton

from app import theme
from app.colours import from_hex
from app.keyboard import Keyboard, pitch_name
from app.matrix_image import (
    STRUCK_VALUE,
    SUSTAINED_VALUE,
    ZERO_CHANGE,
    Image,
    difference_image,
    note_image,
    velocity_image,
)
from app.scale_bar import ScaleBar
from app.time_grid import clock
from app.time_plot import TimePlot
from app.time_window import BOTTOM, TimeWindow
from tonenet_core.encoding.grid import Grid, GridEncoding, encode
from tonenet_core.performance import KEYS, LOWEST_PITCH

if TYPE_CHECKING:
    from app.session import Session
    from tonenet_core.performance import Performance

GRID = Grid(steps_per_beat=4)
CHOICES = ("original", "styled", "difference", "notes")
NEEDS_STYLED = frozenset({"styled", "difference"})


class VelocityMatrix(TimePlot):
    """The matrix under the rolls. It is computed for the pixels on screen, and only while it is visible."""

    def __init__(self, session: Session) -> None:
        """Show the session's matrices, the styled one first where there is one."""
        self._keyboard = Keyboard(TimeWindow.of(session))
        super().__init__(session, gutter=self._keyboard)
        self._wanted = "styled"
        self._encoded: dict[int, tuple[Performance, GridEncoding]] = {}
        self._values: Image = np.zeros((1, KEYS), dtype=np.uint8)
        self._image = pg.ImageItem(axisOrder="col-major", levels=(0, 255))
        self.canvas.add(self._image)
        self._scale = ScaleBar()
        self._buttons = self._build_choice()
        self.header.addWidget(self._scale)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._draw)
        self.time_window.changed.connect(self._draw_soon)
        self.setObjectName("velocityMatrix")
        self.setMinimumHeight(110)
        self.set_title(self.tr("Velocity matrix"))
        self.refresh()

    @property
    def choice(self) -> str:
        """Return what is shown: `original`, `styled`, `difference` or `notes`."""
        return self._wanted if self.session.styled is not None or self._wanted not in NEEDS_STYLED else "original"

    def choose(self, choice: str) -> None:
        """Show one of `CHOICES`; what needs a styled performance is shown as soon as there is one."""
        self._wanted = choice
        self.refresh()

    def refresh(self) -> None:
        """Show the session's matrices as they are now."""
        for choice in CHOICES:
            button = self._buttons[choice]
            button.setEnabled(choice not in NEEDS_STYLED or self.session.styled is not None)
            button.setChecked(choice == self.choice)
        self._forget()
        self.restyle()
        self._describe()

    def restyle(self) -> None:
        """Take up the theme's colours."""
        super().restyle()
        if hasattr(self, "_later"):
            self._image.setLookupTable(_colours(self.choice))
            self._show_scale()
            self._draw_soon()

    def point(self, place: QPointF | None) -> None:
        """Tell key, time and value of the cell under the mouse."""
        pitch = round(place.y()) if place is not None else None
        self._keyboard.light(pitch if self.session.original is not None else None)
        self.set_readout("" if place is None or self.session.original is None else self._told(place.x(), place.y()))

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what was put off while nobody looked."""
        super().showEvent(event)
        self._draw_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        """Compute nothing while nobody looks."""
        self._later.stop()
        super().hideEvent(event)

    def _draw_soon(self) -> None:
        """Draw once, after everything that changes now has changed."""
        if self.isVisible():
            self._later.start()

    def _draw(self) -> None:
        """Compute the image for the pixels on screen."""
        window, viewport = self.time_window, self.canvas.viewport()
        columns = max(round(viewport.width() * self.devicePixelRatioF()), 1)
        self._values = self._computed(window.start_sec, window.end_sec, columns)
        self._image.setImage(self._values, autoLevels=False)
        self._image.setRect(QRectF(window.start_sec, BOTTOM, window.span_sec, KEYS))

    def _computed(self, start_sec: float, end_sec: float, columns: int) -> Image:
        original, styled = self.session.original, self.session.styled
        place = (start_sec, end_sec, columns)
        if original is None:
            return np.zeros((columns, KEYS), dtype=np.uint8)
        if self.choice == "notes":
            return note_image(self._encoding(original), *place)
        if self.choice == "original" or styled is None:
            return velocity_image(self._encoding(original), *place)
        if self.choice == "styled":
            return velocity_image(self._encoding(styled), *place)
        return difference_image(self._encoding(original), self._encoding(styled), *place)

    def _encoding(self, performance: Performance) -> GridEncoding:
        """Return a performance's encoding, computed once."""
        if id(performance) not in self._encoded:
            self._encoded[id(performance)] = (performance, encode(performance, GRID))
        return self._encoded[id(performance)][1]

    def _forget(self) -> None:
        """Drop the encodings of performances that are gone."""
        present = {id(self.session.original), id(self.session.styled)}
        self._encoded = {key: value for key, value in self._encoded.items() if key in present}

    def _told(self, second: float, row: float) -> str:
        """Return what stands at a place."""
        window = self.time_window
        column = int((second - window.start_sec) / window.span_sec * len(self._values))
        key = min(max(round(row) - LOWEST_PITCH, 0), KEYS - 1)
        value = int(self._values[min(max(column, 0), len(self._values) - 1), key])
        place = f"{pitch_name(key + LOWEST_PITCH)}  ·  {clock(max(second, 0.0))}"
        if not value:
            return place
        if self.choice == "notes":
            return f"{place}  ·  " + (self.tr("struck") if value == STRUCK_VALUE else self.tr("sustained"))
        if self.choice == "difference":
            return f"{place}  ·  " + self.tr("change {0}").format(f"{value - ZERO_CHANGE:+d}")
        return f"{place}  ·  " + self.tr("velocity {0}").format(value)

    def _build_choice(self) -> dict[str, QPushButton]:
        """Build the segmented choice in the header."""
        texts = (self.tr("Original"), self.tr("Styled"), self.tr("Difference"), self.tr("Notes"))
        hints = (
            self.tr("Velocities as played"),
            self.tr("Velocities in the other style"),
            self.tr("What the other style changes: blue softer, orange louder"),
            self.tr("Which keys are struck and which only sound on"),
        )
        group, row = QButtonGroup(self), QHBoxLayout()
        row.setSpacing(0)
        buttons = {}
        for choice, text, hint in zip(CHOICES, texts, hints, strict=True):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setToolTip(hint)
            button.setAccessibleName(f"{text}: {hint}")
            button.setProperty("class", "segment")
            button.setProperty("place", {"original": "first", "notes": "last"}.get(choice, "middle"))
            button.setObjectName(f"matrix{choice.capitalize()}Button")
            button.clicked.connect(lambda _=False, choice=choice: self.choose(choice))
            group.addButton(button)
            row.addWidget(button)
            buttons[choice] = button
        self.header.addLayout(row)
        return buttons

    def _show_scale(self) -> None:
        """Show what the colours of the choice mean."""
        colours, choice = theme.current(), self.choice
        if choice == "notes":
            table = _colours("notes")[[SUSTAINED_VALUE, STRUCK_VALUE], :3]
            self._scale.set_scale(table, (self.tr("sustained"), self.tr("struck")), self.tr("Note matrix"))
        elif choice == "difference":
            limit = theme.DIFFERENCE_LIMIT
            shown = colours.difference_colours[127 - limit : 128 + limit]
            self._scale.set_scale(shown, (f"−{limit}", f"+{limit}"), self.tr("Change of velocity"))
        else:
            self._scale.set_scale(colours.velocity_colours, ("1", "127"), self.tr("Velocity"))

    def _describe(self) -> None:
        self.setAccessibleName(self.tr("Velocity matrix"))
        self.setAccessibleDescription(self._buttons[self.choice].text())


def _colours(choice: str) -> NDArray[np.uint8]:
    """Return the lookup table of a choice, `(256, 4)`; 0 is transparent, so that the canvas is seen."""
    colours = theme.current()
    table = np.full((256, 4), 255, dtype=np.uint8)
    if choice == "notes":
        table[SUSTAINED_VALUE, :3], table[STRUCK_VALUE, :3] = from_hex(colours.before), from_hex(colours.accent)
    elif choice == "difference":
        table[1:, :3] = colours.difference_colours
    else:
        table[:128, :3] = colours.velocity_colours
    table[0] = 0
    return table
