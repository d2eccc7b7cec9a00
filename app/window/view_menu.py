"""Actions of the View menu: what is shown, and which part of the piece."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from app.lanes.view_stack import ViewStack
from app.session.session import Session
from app.widgets.actions import make_action

LOOP_MARGIN = 0.04  # of a loop's length, to both sides of it


class ViewMenu(QObject):
    """The actions; they re-read the views and the player when these change."""

    def __init__(self, window: QMainWindow, session: Session, views: ViewStack, menu: QMenu) -> None:
        """Add the actions to `menu` of `window`."""
        super().__init__(window)
        self._window, self._session, self._views, self._menu = window, session, views, menu
        self._lanes = {name: self._add_switch(name, *words) for name, words in self._texts().items()}
        menu.addSeparator()
        viewport = views.viewport
        self._loop = self._add("zoomToLoopAction", self.tr("Zoom to &Loop"), self._zoom_to_loop, "Z")
        self._all = self._add("zoomToAllAction", self.tr("Zoom to &All"), viewport.show_all, "Shift+Z")
        self._playhead = self._add("showPlayheadAction", self.tr("&Jump to Playhead"), viewport.show_playhead, "J")
        views.shown_changed.connect(self._refresh)
        session.changed.connect(self._refresh)
        session.player.changed.connect(self._refresh)
        self._refresh()

    def _texts(self) -> dict[str, tuple[str, str]]:
        """Return text and key for each lane."""
        return {
            "velocityLane": (self.tr("&Velocity Lane"), "Shift+V"),
            "tempoLane": (self.tr("&Tempo Lane"), "Shift+T"),
            "pedalLane": (self.tr("&Pedal Lane"), "Shift+P"),
            "velocityMatrix": (self.tr("Velocity &Matrix"), "Shift+M"),
            "overviewStrip": (self.tr("&Overview"), "Shift+O"),
        }

    def _zoom_to_loop(self) -> None:
        loop = self._session.player.loop
        if loop is not None:
            margin = LOOP_MARGIN * (loop[1] - loop[0])
            self._views.viewport.show_span(loop[0] - margin, loop[1] + margin)

    def _add_switch(self, name: str, text: str, keys: str) -> QAction:
        """Add an action that shows a lane, or leaves it out."""
        views = self._views
        action = self._add(f"{name}Action", text, lambda: views.set_shown(name, not views.is_shown(name)), keys)
        action.setCheckable(True)
        return action

    def _add(self, name: str, text: str, call: Callable[[], object], keys: str) -> QAction:
        action = make_action(self._window, name, text, call, keys)
        self._menu.addAction(action)
        return action

    def _refresh(self) -> None:
        there = self._session.original is not None
        for name, action in self._lanes.items():
            action.setChecked(self._views.is_shown(name))
            action.setEnabled(there)
        self._all.setEnabled(there)
        self._playhead.setEnabled(there)
        self._loop.setEnabled(self._session.player.loop is not None)
