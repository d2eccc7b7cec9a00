"""The icons of `resources/icons`, in the colours of the theme."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.theme.palette import current
from tonenet_core.files.locations import RESOURCES

ICONS = RESOURCES / "icons"
ICON_PROPERTY = "tonenetIcon"
TINT_PROPERTY = "tonenetIconTint"
ICON_SIZES = (16, 20, 24, 32, 48, 64)


def icon(name: str, colour: str | None = None) -> QIcon:
    """Return an icon of `resources/icons` in the theme's text colour, grey where disabled.

    Args:
        name: the file's name without `.svg`.
        colour: `#rrggbb` instead of the text colour, for instance `current().on_accent`.

    Raises:
        FileNotFoundError: for an unknown icon.
    """
    theme = current()
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    result = QIcon()
    for tint, mode in ((colour or theme.text, QIcon.Mode.Normal), (theme.disabled, QIcon.Mode.Disabled)):
        renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", tint).encode()))
        for size in ICON_SIZES:
            result.addPixmap(_pixmap(renderer, size), mode)
    return result


def set_icon(target: QAbstractButton | QAction, name: str) -> None:
    """Give a button or action an icon that keeps up with the theme; a primary button gets it in its text's colour."""
    colour = current().on_accent if target.property("primary") else current().text
    if (target.property(ICON_PROPERTY), target.property(TINT_PROPERTY)) == (name, colour):
        return  # rendering takes a millisecond, and widgets ask at every change
    target.setProperty(ICON_PROPERTY, name)
    target.setProperty(TINT_PROPERTY, colour)
    target.setIcon(icon(name, colour))


def retint(widget: QWidget) -> None:
    """Render the icons of a widget and its actions again, in the colours of the current theme."""
    for target in (widget, *widget.actions()):
        if name := target.property(ICON_PROPERTY):
            set_icon(cast("QAbstractButton | QAction", target), name)


def _pixmap(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
