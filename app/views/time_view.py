"""The frame that all views along time share: a header, a gutter, the canvas, and a ruler in minutes and seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import icons, palette, theme
from app.views.time_canvas import TimeCanvas
from app.views.viewport import Viewport
from app.widgets.time_axis import labels

if TYPE_CHECKING:
    from app.session.session import Session

GUTTER_WIDTH = 52  # the same in every view, so that their times stand one above the other
RULER_HEIGHT = 18
HEADER_HEIGHT = 26
EMPTY_ICON_PX = 32
TAB_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
WINDOW_REASONS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)  # the focus comes back
KEY_PAN = 0.12  # of the span on screen
KEY_ZOOM = 1.25
KEY_PITCHES = 2.0


class TimeRuler(QWidget):
    """Minutes and seconds under a view; a click seeks."""

    def __init__(self, session: Session, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._window = viewport
        self._window.changed.connect(self.update)
        self.setFixedHeight(RULER_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a tick and a time at round seconds."""
        painter = QPainter(self)
        painter.setPen(QColor(palette.current().muted))
        font = painter.font()
        font.setPointSizeF(max(font.pointSizeF() * 0.9, 7.0))
        painter.setFont(font)
        letters, ticks = QFontMetricsF(font), []
        window, width, line = self._window, self.width(), 3 + letters.ascent()
        for second, text in labels(window.start_sec, window.end_sec, width):
            x = round((second - window.start_sec) / window.span_sec * width)
            length = letters.horizontalAdvance(text)
            painter.drawText(QPointF(min(max(x - length / 2, 0.0), width - length), line), text)
            ticks.append(QLineF(x, 0, x, 3))
        painter.drawLines(ticks)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek to the second that was clicked."""
        second = self._window.start_sec + event.position().x() / self.width() * self._window.span_sec
        if self._session.original is not None and event.button() == Qt.MouseButton.LeftButton:
            self._session.player.seek(min(second, self._session.player.duration_sec))


class TimeView(QFrame):
    """A view along time. Subclasses add items to `canvas` and re-read the session in `refresh`.

    Attributes:
        viewport: the seconds and pitches on screen.
        canvas: the drawing surface.
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
        pitches: bool = True,
        ruler: bool = True,
        gutter: QWidget | None = None,
    ) -> None:
        """Build the frame.

        Args:
            session: the session shown.
            viewport: the seconds and pitches on screen, shared with the other views.
            pitches: whether rows are pitches; else velocities.
            ruler: whether times are written below.
            gutter: what stands at the left of the canvas, for instance the keyboard.
        """
        super().__init__()
        self.session = session
        self.viewport = viewport
        self.canvas = TimeCanvas(session, viewport, pitches=pitches)
        self._pitches = pitches
        self.badge, self.title_label, self._readout = QLabel(), QLabel(), QLabel()
        self.empty_label, self._empty_icon, self._empty_picture = QLabel(), QLabel(), ""
        self.header = self._build_header()
        self._build(gutter or QWidget(), ruler=ruler)
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

    def set_heard(self, heard: bool) -> None:
        """Mark the header's letter as the side that is heard."""
        if self.badge.property("heard") != heard:
            theme.repolish(self.badge, heard=heard)

    def set_readout(self, text: str) -> None:
        """Show a line at the header's right."""
        self._readout.setText(text)

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
        """Scroll and zoom by keyboard: arrows, plus and minus, Home, End, 0 for the whole piece."""
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
            Qt.Key.Key_0: window.show_all,
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
        header = QHBoxLayout()
        header.setContentsMargins(2, 0, 2, 4)
        header.setSpacing(8)
        header.addWidget(self.badge)
        header.addWidget(self.title_label)
        header.addWidget(self._readout, 1)
        return header

    def _build(self, gutter: QWidget, *, ruler: bool) -> None:
        gutter.setFixedWidth(GUTTER_WIDTH)
        grid = QGridLayout(self)
        grid.setContentsMargins(3, 2, 3, 2)
        grid.setSpacing(0)
        grid.addLayout(self.header, 0, 0, 1, 2)
        grid.setRowMinimumHeight(0, HEADER_HEIGHT)
        grid.addWidget(gutter, 1, 0)
        grid.addWidget(self.canvas, 1, 1)
        grid.setRowStretch(1, 1)
        if ruler:
            grid.addWidget(TimeRuler(self.session, self.viewport), 2, 1)

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
