"""The piano roll: one side's notes, coloured by velocity, beside a keyboard."""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QResizeEvent

from app.playback.side import Side
from app.system.language import style_name
from app.theme import palette
from app.views.colour_range import colour_range
from app.views.keyboard import Keyboard
from app.views.note_item import NoteItem, NoteMarks
from app.views.time_view import TimeView
from app.views.viewport import Viewport
from app.widgets.colour_bar import ColourBar
from app.widgets.key_spin import pitch_name
from app.widgets.time_text import time_text
from tonenet_core.editing.edits import NO_EDITS

if TYPE_CHECKING:
    from app.session.session import Session
    from tonenet_core.performance import Performance

POINT_PX = 2.0  # a note so near to the mouse is still meant by it


class PianoRoll(TimeView):
    """One side's notes. Hovering shows pitch, time, and the velocity before and after in the header.

    Attributes:
        note_pointed: signal with the note under the mouse by its index in the original, or None.
        notes: its notes on the canvas.
        keyboard: at the left.
        scale: the colours of velocities, shown by the upper roll, or of changes, by the lower one.
    """

    note_pointed = Signal(object)

    def __init__(self, session: Session, viewport: Viewport, side: Side) -> None:
        """Show `original` or `styled` of the session."""
        self.keyboard = Keyboard(viewport)
        self._side: Side = side
        super().__init__(session, viewport, side=side, ruler=side == "styled", gutter=self.keyboard)
        self._shown: Performance | None = None
        self._range = colour_range()
        self._by_change = False
        self._compared: Performance | None = None  # whose velocities the changes shown are from
        self.notes = NoteItem()
        self._edited, self._selected = NoteMarks(selected=False), NoteMarks(selected=True)
        for item in (self.notes, self._edited, self._selected):
            self.canvas.add(item)
        self._marked: tuple[Any, ...] = ()
        self.scale = ColourBar()
        self.header.addWidget(self.scale)
        self.setObjectName(f"{side}Roll")
        self._sounding = np.empty(0, dtype=np.intp)
        self.restyle()
        self.refresh()
        session.player.moved.connect(self._light_sounding)
        session.player.changed.connect(self._light_sounding)
        viewport.changed.connect(self._place_lights)  # after the canvas, which moves the notes
        session.editing.selection.changed.connect(self._mark)

    def refresh(self) -> None:
        """Show the session's notes and what they are called."""
        original = self._side == "original"
        performance = self.session.sides[0 if original else 1]
        self.set_title(self._name(), "A" if original else "B", "" if original else self._origin())
        self.set_heard(self.session.side == self._side)
        self.set_empty("" if performance is not None else self._invitation(), "import" if original else "")
        new_range = colour_range(*self.session.sides)
        compared = self._before()
        if performance is not self._shown or new_range != self._range or compared is not self._compared:
            if performance is not self._shown:
                self._shown = performance
                self._sounding = self._sounding[:0]
                self.notes.set_performance(performance)
            self._compared = compared
            self.notes.set_changes(self._changes())
            self._range = new_range
            self.notes.set_range(*new_range)
            self._show_scale()
            self.canvas.redraw()
        self._mark()
        self._light_sounding()
        self._describe()

    @property
    def by_change(self) -> bool:
        """Whether a result is coloured by the change of its velocities."""
        return self._by_change

    def set_by_change(self, by_change: bool) -> None:
        """Colour a result by the change of its velocities, softer blue and louder orange, or by its velocities."""
        self._by_change = by_change
        self.refresh()

    def _before(self) -> Performance | None:
        """Return the piece from whose velocities the changes are counted; None where colours are of velocities."""
        shows_changes = self._by_change and self._side == "styled" and self.session.styled is not None
        return self.session.original if shows_changes else None

    def _changes(self) -> NDArray[np.int16] | None:
        if self._compared is None or self._shown is None:
            return None
        before, order = self._compared.velocities, self.session.order
        return np.asarray(self._shown.velocities.astype(np.int16) - (before if order is None else before[order]))

    def restyle(self) -> None:
        """Take up the theme's colours."""
        super().restyle()
        if hasattr(self, "scale"):
            self._show_scale()

    def _show_scale(self) -> None:
        limit = self.notes.limit
        self.scale.setVisible(self._side == "original" or limit is not None)
        if limit is not None:
            shown = palette.current().changes_to(limit)[127 - limit : 128 + limit]
            ends = self.tr("softer {0}").format(f"−{limit}"), self.tr("{0} louder").format(f"+{limit}")
            self.scale.set_scale(shown, ends, self.tr("Change of velocity"))
            return
        soft, loud = self._range
        ends = self.tr("soft {0}").format(soft), self.tr("{0} loud").format(loud)
        self.scale.set_scale(palette.current().velocity_colours, ends, self.tr("Velocities of this piece, A and B"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take what is lit along with the notes."""
        super().resizeEvent(event)
        self._place_lights()

    def note_at(self, place: QPointF) -> int | None:
        """Return the note of the open piece at a second and pitch, by its index in the original, or None."""
        reach = POINT_PX * self.viewport.span_sec / max(self.canvas.viewport().width(), 1)
        index = self.notes.note_at(place.x(), round(place.y()), reach)
        rows = self._rows()
        return None if index is None or rows is None else int(rows[index])

    def notes_in(self, seconds: tuple[float, float], pitches: tuple[float, float]) -> NDArray[np.int64]:
        """Return the notes of the open piece between two seconds and two pitches, by their indices in the original."""
        rows = self._rows()
        return np.zeros(0, np.int64) if rows is None else rows[self.notes.notes_in(seconds, pitches)]

    def _rows(self) -> NDArray[np.int64] | None:
        """Return the index in the original of each note that is shown; None where another piece is."""
        shown, order = self._shown, self.session.order
        if shown is None or (self._side == "original" and shown is not self.session.original):
            return None
        return np.arange(len(shown)) if self._side == "original" or order is None else order

    def _mark(self) -> None:
        """Mark the notes that are selected, and in B those whose velocities were set by hand."""
        editing = self.session.editing
        edits = editing.edits.notes if self._side == "styled" else NO_EDITS.notes
        state = (self._shown, edits, editing.selection.notes)
        if len(state) == len(self._marked) and all(map(is_, state, self._marked)):
            return
        were = any(len(notes) for notes in self._marked[1:])
        self._marked, rows = state, self._rows()
        if self._shown is not None:
            for item, notes in ((self._edited, edits), (self._selected, editing.selection.notes)):
                item.mark(self._shown.notes[np.zeros(0, np.intp) if rows is None else np.isin(rows, notes)])
        if were or len(edits) or len(editing.selection):
            self.canvas.redraw()

    def _light_sounding(self) -> None:
        """Light up the notes that sound, while the side is heard."""
        player = self.session.player
        heard = player.playing and self.session.side == self._side
        sounding = self.notes.sounding_at(player.places.position_sec(self._side)) if heard else self._sounding[:0]
        if not np.array_equal(sounding, self._sounding):
            self._sounding = sounding
            self._place_lights()

    def _place_lights(self) -> None:
        self.canvas.lights.show(self.notes.places_of(self._sounding, self.canvas.devicePixelRatioF()))

    def point(self, place: QPointF | None) -> None:
        """Name the key under the mouse, and the note there: time, velocity before and after."""
        pitch = round(place.y()) if place is not None else None
        self.keyboard.light(pitch if self._shown is not None else None)
        reach = POINT_PX * self.viewport.span_sec / max(self.canvas.viewport().width(), 1)
        index = None if place is None or pitch is None else self.notes.note_at(place.x(), pitch, reach)
        self.note_pointed.emit(None if index is None else self._row_of(index))
        self.set_readout("" if place is None or self._shown is None else self._note_text(index, place))

    def _note_text(self, index: int | None, place_at: QPointF) -> str:
        if index is None or self._shown is None:
            return f"{pitch_name(round(place_at.y()))}  ·  {time_text(max(place_at.x(), 0.0))}"
        note = self._shown.notes[index]
        place = f"{pitch_name(int(note['pitch']))}  ·  {time_text(float(note['onset_sec']))}"
        return f"{place}  ·  " + self.tr("velocity {0}").format(self._velocities(index))

    def _velocities(self, index: int) -> str:
        before, after, rows = self.session.original, self.session.styled, self._rows()
        if after is None or rows is None:
            return str(self._shown.velocities[index]) if self._shown is not None else ""
        return " → ".join(str(side.velocities[rows[index]]) for side in (before, after) if side is not None)

    def _row_of(self, index: int) -> int:
        """Return the index in the original of a note that is shown: those of a result may be struck in another order.

        Those of a piece and of its source are other notes, and keep their own.
        """
        order = self.session.order
        return index if self._side == "original" or order is None else int(order[index])

    def _name(self) -> str:
        take = self.session.take
        if self._side == "original" or take is None or take.is_by_hand:
            return self.session.side_names[0 if self._side == "original" else 1]
        style, percent = style_name(take.interpretation.style.capitalize()), f"{take.strength * 100:.0f}"
        return self.tr("{0}  ·  strength {1} %").format(style, percent)

    def _origin(self) -> str:
        """Return the model and styles of the result; another model may be chosen by now."""
        take = self.session.take
        if take is None or take.is_by_hand:
            return ""
        style, source = take.interpretation.style, take.interpretation.source_style
        if style == source:
            return self.tr("Made by {0}").format(take.model)
        return self.tr("Made by {0}, from {1} to {2}").format(take.model, style_name(source), style_name(style))

    def _invitation(self) -> str:
        if self._side == "original":
            return self.tr("Drop a piano MIDI file or a score here, or press Ctrl+O")
        if self.session.original is None:
            return ""
        styles = self.session.transfers.options.styles
        if not styles:
            return ""
        return self.tr("Press Transfer to {0} to hear it in another style").format(style_name(styles[0].title()))

    def _describe(self) -> None:
        """Describe the view for screen readers."""
        self.setAccessibleName(self.tr("Piano roll: {0}").format(self._name()))
        count = len(self._shown) if self._shown is not None else 0
        description = [self.tr("%Ln notes", "", count) if count else self._invitation()]
        if self._side == "styled" and self._origin():
            description.append(self._origin())
        self.setAccessibleDescription("; ".join(description))
