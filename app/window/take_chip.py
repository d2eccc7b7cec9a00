"""A take as a chip: a click hears it, a double click names it, a drag takes it into another program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QIcon, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QWidget

from app.theme import icons, palette, theme

WIDEST = 270  # pixels of a chip's text
ICON = QSize(13, 13)
KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class TakeChip(QToolButton):
    """Chip of a take, or of the original.

    Attributes:
        stepped: the chip beside it is wanted: -1 or 1.
        name_wanted: the take is to be named.
        delete_wanted: the take is to be deleted.
        menu_wanted: its menu is to be shown at a point of the screen.
    """

    stepped = Signal(int)
    name_wanted = Signal()
    delete_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, choose: Callable[[], object], drag: Callable[[QWidget], object] | None) -> None:
        """Call `choose` on a click, and `drag` when the chip is dragged; None: it cannot be."""
        super().__init__()
        self._drag = drag
        self._pressed_at: QPoint | None = None
        self._shown: tuple[object, ...] = ()
        self._starred = False
        self.setProperty("class", "chip")
        self.setCheckable(True)
        self.setIconSize(ICON)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clicked.connect(lambda _=False: choose())

    def show_take(self, key: str, name: str, tip: str, *, heard: bool, current: bool, starred: bool = False) -> None:
        """Show a take.

        Args:
            key: that hears it; empty for none.
            name: shortened where it is long.
            tip: under the mouse.
            heard: whether it is what is heard.
            current: whether it is B.
            starred: whether it has a star.
        """
        shown = (key, name, tip, heard, current, starred)
        self.setChecked(heard)  # also where nothing changed: the click has switched it
        if shown == self._shown:
            return
        self._shown = shown
        short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, WIDEST).replace("&", "&&")
        text = f"{key}  {short}" if key else short
        self.setText(f" {text}" if starred else text)  # else it would touch the star
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)
        self.setAccessibleName(self.tr("{0}, starred").format(name) if starred else name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if heard else Qt.FocusPolicy.ClickFocus)  # one stop for Tab
        self._starred = starred
        self._draw_star()
        theme.repolish(self, current=current)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the star in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._starred:
            self._draw_star()

    def _draw_star(self) -> None:
        if not self._starred:
            self.setIcon(QIcon())
            return
        colours = palette.current()
        star = icons.icon("star", colours.text)
        on_accent = icons.icon("star", colours.on_accent)
        for size in on_accent.availableSizes():
            star.addPixmap(on_accent.pixmap(size), QIcon.Mode.Normal, QIcon.State.On)
        self.setIcon(star)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may begin."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag once the mouse has gone far enough."""
        begun = self._pressed_at
        if begun is None or self._drag is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
        elif (event.position().toPoint() - begun).manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.setDown(False)  # else letting go would count as a click
            self._drag(self)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Name the take."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.name_wanted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu, under the mouse or, by keyboard, under the chip."""
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu_wanted.emit(self.mapToGlobal(self.rect().bottomLeft()) if by_keyboard else event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the strip with Left and Right, choose with Enter, delete with Delete."""
        key = Qt.Key(event.key())
        if key in KEYS:
            self.stepped.emit(KEYS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)


class NameEdit(QLineEdit):
    """Field for the name of a take, in the place of its chip: Enter or leaving it keeps the name, Esc drops it.

    Attributes:
        left: it is no longer needed; with whether the name counts, and whether the keyboard ended it.
    """

    left = Signal(bool, bool)

    def __init__(self, name: str, hint: str, parent: QWidget) -> None:
        """Show a name, selected; `hint` is shown while there is none."""
        super().__init__(name, parent)
        self._over = False
        self.setObjectName("takeNameEdit")
        self.setAccessibleName(self.tr("Name of the take"))
        self.setPlaceholderText(hint)
        self.setProperty("class", "chip")
        self.setMaxLength(80)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Keep Esc and Enter from the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _ends(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End with Enter or Esc."""
        if _ends(event):
            self._leave(kept=event.key() != Qt.Key.Key_Escape, by_keyboard=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep the name, unless only the window has lost the focus, or a menu is open."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self._leave(kept=True, by_keyboard=False)

    def _leave(self, *, kept: bool, by_keyboard: bool) -> None:
        if not self._over:
            self._over = True
            self.left.emit(kept, by_keyboard)


def _ends(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
