"""Actions of the View menu: what is shown, and which part of the piece."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from app.lanes.view_stack import ViewStack
from app.panels.performance_panel import PerformancePanel
from app.session.session import Session
from app.widgets.actions import make_action


class ViewMenu(QObject):
    """The actions; they re-read the views and the player when these change."""

    def __init__(
        self, window: QMainWindow, session: Session, views: ViewStack, performance: PerformancePanel, menu: QMenu
    ) -> None:
        """Add the actions to `menu` of `window`."""
        super().__init__(window)
        self._window, self._session, self._views, self._menu = window, session, views, menu
        self._performance = performance
        self._switches: list[tuple[QAction, Callable[[], bool]]] = []
        self._add_switches()
        menu.addSeparator()
        rolls = views.rolls
        text, changes = self.tr("&Colour B by Change"), lambda: rolls.by_change
        self._add_switch("colourByChangeAction", text, "Shift+C", changes, rolls.set_by_change)
        text, chords = self.tr("C&hord Names"), lambda: rolls.shows_chords
        self._add_switch("chordNamesAction", text, "Shift+H", chords, rolls.set_shows_chords)
        menu.addSeparator()
        viewport = views.viewport
        self._loop = self._add("zoomToLoopAction", self.tr("Zoom to &Loop"), self._zoom_to_loop, "Z")
        self._selection = self._add(
            "zoomToSelectionAction", self.tr("Zoom to &Selection"), self._zoom_to_selection, "Alt+Z"
        )
        self._all = self._add("zoomToAllAction", self.tr("Zoom to &All"), viewport.show_all, "Shift+Z")
        self._playhead = self._add("showPlayheadAction", self.tr("&Jump to Playhead"), viewport.show_playhead, "J")
        views.shown_changed.connect(self._refresh)
        session.changed.connect(self._refresh)
        session.player.changed.connect(self._refresh)
        session.editing.selection.changed.connect(self._refresh)
        self._refresh()

    def _add_switches(self) -> None:
        lanes = {
            "velocityLane": (self.tr("&Velocity Lane"), "Shift+V"),
            "tempoLane": (self.tr("&Tempo Lane"), "Shift+T"),
            "pedalLane": (self.tr("&Pedal Lane"), "Shift+P"),
            "velocityMatrix": (self.tr("Velocity &Matrix"), "Shift+M"),
            "overviewStrip": (self.tr("&Overview"), "Shift+O"),
        }
        for name, (text, keys) in lanes.items():
            is_shown, set_shown = partial(self._views.is_shown, name), partial(self._views.set_shown, name)
            self._add_switch(f"{name}Action", text, keys, is_shown, set_shown)
        panel = self._performance
        text = self.tr("Performance Pa&nel")
        self._add_switch("performancePanelAction", text, "Shift+N", lambda: panel.shown, panel.set_shown)

    def _zoom_to_loop(self) -> None:
        loop = self._session.player.loop
        if loop is not None:
            self._views.viewport.show_between(*loop)

    def _zoom_to_selection(self) -> None:
        """Show the notes that are selected, where they sound on either side, and their pitches."""
        session, selected = self._session, self._session.editing.selection.notes
        piece, result, order = session.original, session.styled, session.order
        if piece is None or not len(selected):
            return
        notes = piece.notes[selected]
        if result is not None and order is not None:
            heard = session.sides[1]
            assert heard is not None
            notes = np.concatenate([notes, heard.notes[np.isin(order, selected)]])
        begin, end = float(notes["onset_sec"].min()), float((notes["onset_sec"] + notes["duration_sec"]).max())
        self._views.viewport.show_notes((begin, end), (float(notes["pitch"].min()), float(notes["pitch"].max())))

    def _add_switch(
        self,
        name: str,
        text: str,
        keys: str,
        is_on: Callable[[], bool],
        switch: Callable[[bool], object],
    ) -> None:
        """Add an action that is checked while something is on, and switches it."""

        def toggle() -> None:
            switch(not is_on())
            self._refresh()

        action = self._add(name, text, toggle, keys)
        action.setCheckable(True)
        self._switches.append((action, is_on))

    def _add(self, name: str, text: str, call: Callable[[], object], keys: str) -> QAction:
        action = make_action(self._window, name, text, call, keys)
        self._menu.addAction(action)
        return action

    def _refresh(self) -> None:
        there = self._session.original is not None
        for action, is_on in self._switches:
            action.setChecked(is_on())
            action.setEnabled(there)
        self._all.setEnabled(there)
        self._playhead.setEnabled(there)
        self._loop.setEnabled(self._session.player.loop is not None)
        self._selection.setEnabled(there and bool(len(self._session.editing.selection)))
