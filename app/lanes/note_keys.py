"""Selecting notes and changing their velocities by keyboard, in rolls and velocity lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent

from app.views.time_view import TimeView
from app.widgets.key_spin import pitch_name
from app.widgets.time_text import time_text

if TYPE_CHECKING:
    from app.lanes.velocity_lane import VelocityLane
    from app.session.session import Session

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PAGE = 10  # velocities


class NoteKeys(QObject):
    """Keys of views that have the focus: Shift and arrows select, up and down change the selected notes' velocities."""

    def __init__(self, session: Session, views: Sequence[TimeView], lane: VelocityLane) -> None:
        """Serve views, and have `lane` give up what is drawn in it."""
        super().__init__(lane)
        self._session, self._editing, self._lane = session, session.editing, lane
        for view in views:
            view.installEventFilter(self)

    def eventFilter(self, view: QObject, event: QEvent) -> bool:
        """Take the keys that are about notes."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not isinstance(view, TimeView):
            return False
        pressed = QKeyCombination(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Key(event.key()))
        action = self._actions(view).get(pressed.toCombined())
        if action is None:
            return False
        action()
        return True

    def _actions(self, view: TimeView) -> dict[int, Callable[[], object]]:
        selection, editing = self._editing.selection, self._editing
        actions: dict[QKeyCombination | Key, Callable[[], object]] = {
            SHIFT | Key.Key_Right: lambda: self._step(view, 1),
            SHIFT | Key.Key_Left: lambda: self._step(view, -1),
            CONTROL | SHIFT | Key.Key_Right: lambda: self._step(view, 1, extend=True),
            CONTROL | SHIFT | Key.Key_Left: lambda: self._step(view, -1, extend=True),
        }
        if len(selection):
            changes: dict[QKeyCombination | Key, Callable[[], object]] = {
                Key.Key_Up: lambda: editing.shift(1),
                Key.Key_Down: lambda: editing.shift(-1),
                Key.Key_PageUp: lambda: editing.shift(PAGE),
                Key.Key_PageDown: lambda: editing.shift(-PAGE),
                Key.Key_Delete: editing.remove,
                Key.Key_Backspace: editing.remove,
            }
            actions |= {key: partial(self._change, view, change) for key, change in changes.items()}
        if self._lane.drawing:
            actions[Key.Key_Escape] = self._lane.cancel
        elif len(selection):
            actions[Key.Key_Escape] = selection.clear
        return {
            QKeyCombination(key).toCombined() if isinstance(key, Key) else key.toCombined(): action
            for key, action in actions.items()
        }

    def _step(self, view: TimeView, by: int, *, extend: bool = False) -> None:
        window, piece = view.viewport, self._session.original
        note = self._editing.selection.step(by, window.start_sec, extend=extend)
        if note is None or piece is None:
            return
        onset, pitch = float(piece.notes["onset_sec"][note]), float(piece.notes["pitch"][note])
        if not window.start_sec <= onset < window.end_sec:
            window.show_span(onset - window.span_sec / 2, onset + window.span_sec / 2)
        if not window.low <= pitch <= window.high:
            window.pan_pitches(pitch - (window.low + window.high) / 2)
        self._announce(view, f"{pitch_name(int(pitch))}, {time_text(onset)}, {self._velocity_text()}")

    def _change(self, view: TimeView, change: Callable[[], object]) -> None:
        change()
        self._announce(view, self._velocity_text())

    def _velocity_text(self) -> str:
        notes, velocities = self._editing.selection.notes, self._editing.velocities
        piece = self._session.original
        if velocities is None and piece is not None:
            velocities = piece.velocities
        if velocities is None or not len(notes):
            return ""
        ends = sorted({int(velocities[notes].min()), int(velocities[notes].max())})
        return self.tr("velocity {0}").format("–".join(map(str, ends)))

    def _announce(self, view: TimeView, text: str) -> None:
        if QAccessible.isActive() and text:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, text))
