"""The frame that all views along time share: a header, a gutter, the canvas, and a ruler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QCursor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.playback.side import ORIGINAL, Side
from app.theme import icons, palette, theme
from app.views.lane_gutter import LaneGutter
from app.views.time_canvas import TimeCanvas
from app.views.time_picture import Rows
from app.views.time_ruler import TimeRuler
from app.views.viewport import Viewport

if TYPE_CHECKING:
    from app.session.session import Session

GUTTER_WIDTH = 52  # the same in every view, so that their times stand one above the other
HEADER_HEIGHT = 24
READOUT_EDGE = 4  # from a read-out inside the canvas to its edges
EMPTY_ICON_PX = 32
TAB_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
WINDOW_REASONS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)  # the focus comes back
KEY_PAN = 0.12  # of the span on screen
KEY_ZOOM = 1.25
KEY_PITCHES = 2.0


class TimeView(QFrame):
    """A view along time. Subclasses add items to `canvas` and re-read the session in `refresh`.

    Attributes:
        viewport: the seconds and pitches on screen.
        canvas: the drawing surface.
        ruler: below it.
        header: the layout above it; subclasses add to it.
        title_label: in the header.
        badge: the letter before it.
        empty_label: the invitation in the middle of an empty canvas.
    """

    def __init__(
        self,
        session: Session,
        viewport: Viewport,
        *,
        rows: Rows | None = None,
        side: Side = ORIGINAL,
        ruler: bool = True,
        gutter: QWidget | None = None,
    ) -> None:
        """Build the frame.

        Args:
            session: the session shown.
            viewport: the seconds and pitches on screen, shared with the other views.
            rows: from the bottom to the top of the canvas; None: the pitches on screen.
            side: whose seconds are shown.
            ruler: whether times are written below on the screen; in a picture for a file they always are.
            gutter: what stands at the left of the canvas, for instance the keyboard.
        """
        super().__init__()
        self.session = session
        self.viewport = viewport
        self.canvas = TimeCanvas(session, viewport, rows=rows, side=side)
        self.ruler = TimeRuler(session, viewport, side)
        self._pitches = rows is None
        self._head, self._gutter = QWidget(), gutter or QWidget()
        self.badge, self.title_label, self._readout = QLabel(), QLabel(), QLabel()
        self.empty_label, self._empty_icon, self._empty_picture = QLabel(), QLabel(), ""
        self.header = self._build_header()
        self._build()
        self.ruler.setVisible(ruler)
        self._build_empty_state()
        self.setProperty("class", "view")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas.pointed.connect(self.point)
        session.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Re-read the session; called on every change, so it must be quick when nothing that is shown has changed."""
        raise NotImplementedError

    def point(self, place: QPointF | None) -> None:
        """Show in the header the item at a second and row under the mouse, or nothing."""

    def frame_height(self) -> int:
        """Return the height of what is above and below the canvas."""
        layout = self.layout()
        assert layout is not None
        return layout.totalMinimumSize().height() - self.canvas.minimumSizeHint().height()

    def set_title(self, title: str, badge: str = "", tip: str = "") -> None:
        """Show a title in the header, with a letter in a box before it, and more about it under the mouse."""
        self.title_label.setText(title)
        self.title_label.setToolTip(tip)
        self.badge.setText(badge)
        self.badge.setVisible(bool(badge))

    @property
    def compact(self) -> bool:
        """Whether there is no header: the title stands upright in the gutter, read-outs are inside the canvas."""
        return self._head.isHidden()

    def set_compact(self, compact: bool, title: str = "") -> None:
        """Take the header away, or bring it back; the gutter, a `LaneGutter`, shows the title instead."""
        assert isinstance(self._gutter, LaneGutter)
        if compact == self.compact:
            return
        self._head.setVisible(not compact)
        self._gutter.set_title(title if compact else "")
        if compact:
            theme.repolish(self._readout, **{"class": "overlay"})
            self._readout.setParent(self.canvas.viewport())
        else:
            theme.repolish(self._readout, **{"class": "readout"})
            self.header.insertWidget(2, self._readout, 1)
        self.set_readout("")
        self._readout.setVisible(not compact)

    def set_heard(self, heard: bool) -> None:
        """Mark the header's letter as the side that is heard."""
        if self.badge.property("heard") != heard:
            theme.repolish(self.badge, heard=heard)

    def set_readout(self, text: str) -> None:
        """Show a line at the header's right; in a lane without one, inside the canvas, beside the mouse."""
        self._readout.setText(text)
        if self.compact:
            self._readout.setVisible(bool(text))
            self._readout.adjustSize()
            inside = self.canvas.viewport()
            at_left = inside.mapFromGlobal(QCursor.pos()).x() > inside.width() / 2
            self._readout.move(READOUT_EDGE if at_left else inside.width() - self._readout.width() - READOUT_EDGE, 1)

    def readout(self) -> str:
        """Return the line at the header's right."""
        return self._readout.text()

    def set_empty(self, text: str, icon_name: str = "") -> None:
        """Show an inviting text in the middle of the canvas, under an icon; an empty text takes both away."""
        self.empty_label.setText(text)
        self._empty_picture = icon_name
        self.empty_label.setVisible(bool(text))
        self._empty_icon.setVisible(bool(text and icon_name))
        if icon_name and text:
            picture = icons.icon(icon_name, palette.current().muted).pixmap(EMPTY_ICON_PX, EMPTY_ICON_PX)
            self._empty_icon.setPixmap(picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll and zoom by keyboard: arrows, plus and minus, Home, End."""
        window, key = self.viewport, event.key()
        middle = (window.start_sec + window.end_sec) / 2
        actions = {
            Qt.Key.Key_Left: lambda: window.pan(-KEY_PAN * window.span_sec),
            Qt.Key.Key_Right: lambda: window.pan(KEY_PAN * window.span_sec),
            Qt.Key.Key_Plus: lambda: window.zoom(1 / KEY_ZOOM, middle),
            Qt.Key.Key_Equal: lambda: window.zoom(1 / KEY_ZOOM, middle),
            Qt.Key.Key_Minus: lambda: window.zoom(KEY_ZOOM, middle),
            Qt.Key.Key_Home: lambda: window.pan(-1e9),
            Qt.Key.Key_End: lambda: window.pan(1e9),
        }
        if self._pitches:
            actions[Qt.Key.Key_Up] = lambda: window.pan_pitches(KEY_PITCHES)
            actions[Qt.Key.Key_Down] = lambda: window.pan_pitches(-KEY_PITCHES)
        action = actions.get(Qt.Key(key))
        if action is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            action()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a frame for focus that came by keyboard, not by a click."""
        if event.reason() not in WINDOW_REASONS:
            theme.repolish(self, keyboardFocus=event.reason() in TAB_REASONS)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the focus frame away."""
        if event.reason() not in WINDOW_REASONS:
            theme.repolish(self, keyboardFocus=False)
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "empty_label"):
            self.restyle()

    def restyle(self) -> None:
        """Take up the theme's colours."""
        self.canvas.redraw()
        self.set_empty(self.empty_label.text(), self._empty_picture)

    def _build_header(self) -> QHBoxLayout:
        """Lay out letter, title and read-out; texts that do not fit are cut, never the canvas."""
        self.badge.setProperty("class", "badge")
        self.title_label.setProperty("class", "heading")
        self._readout.setProperty("class", "readout")
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        header = QHBoxLayout(self._head)
        header.setContentsMargins(2, 0, 2, 4)
        header.setSpacing(8)
        header.addWidget(self.badge)
        header.addWidget(self.title_label)
        header.addWidget(self._readout, 1)
        return header

    def _build(self) -> None:
        self._gutter.setFixedWidth(GUTTER_WIDTH)
        self._head.setMinimumHeight(HEADER_HEIGHT)
        grid = QGridLayout(self)
        grid.setContentsMargins(3, 2, 3, 2)
        grid.setSpacing(0)
        grid.addWidget(self._head, 0, 0, 1, 2)
        grid.addWidget(self._gutter, 1, 0)
        grid.addWidget(self.canvas, 1, 1)
        grid.setRowStretch(1, 1)
        grid.addWidget(self.ruler, 2, 1)

    def _build_empty_state(self) -> None:
        column = QVBoxLayout(self.canvas.viewport())
        column.addStretch()
        for label in (self._empty_icon, self.empty_label):
            label.setProperty("class", "empty")
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.hide()
            column.addWidget(label)
        self.empty_label.setWordWrap(True)
        column.addStretch()
