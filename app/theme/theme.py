"""How the window looks: colours, the style sheet made from them, and icons tinted with them.

There is one style sheet, `resources/themes/window.qss`; a theme is only the colours that are put into it. Parts of the
window say what they are through dynamic properties, never through own style sheets:

- `class`: on a QFrame `panel` or `message` (with `kind`: info, warning, error); on a QLabel `title`, `heading`,
  `muted`, `value` or `key`; on a QPushButton `segment` (with `place`: first, middle, last).
- `primary`: true on the one obvious button of the window.
- `flat`: true on a button that shows its frame only under the mouse.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from string import Template
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDir, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.theme.colour_maps import COLOUR_MAPS, DEFAULT
from app.theme.oklch import ramp
from tonenet_core.files.locations import RESOURCES

ICONS = RESOURCES / "icons"
THEME_PROPERTY = "tonenetTheme"
MAP_PROPERTY = "tonenetColourMap"
FOLLOW_PROPERTY = "tonenetFollowsDesktop"
ICON_PROPERTY = "tonenetIcon"
TINT_PROPERTY = "tonenetIconTint"
ICON_SIZES = (16, 20, 24, 32, 48, 64)
VELOCITY_STEPS = 16
"""In how many colours the views draw velocities; each stands for 8 velocities."""

VELOCITY_COLOURS = COLOUR_MAPS[DEFAULT].on_dark
"""`(128, 3)` uint8: the colour of each velocity on dark unless another map is chosen."""

DIFFERENCE_LIMIT = 48
"""Changes of velocity beyond this share the colour at the end of the scale."""


def _difference_colours(neutral: float, end: float) -> NDArray[np.uint8]:
    """Return `(255, 3)`: blue where softer, grey at 0, orange where louder, for changes of -127..127."""
    softer = ramp([end, neutral], [0.15, 0.005], [245, 245], DIFFERENCE_LIMIT + 1)
    louder = ramp([neutral, end], [0.005, 0.15], [65, 65], DIFFERENCE_LIMIT + 1)
    inner = np.concatenate([softer, louder[1:]])
    beyond = 127 - DIFFERENCE_LIMIT
    return np.pad(inner, ((beyond, beyond), (0, 0)), mode="edge")


@dataclass(frozen=True, eq=False)
class Theme:
    """The colours of the window, `#rrggbb` each; the names are also those used in the style sheet.

    Attributes:
        window: behind everything.
        panel: frames on the window.
        canvas: behind notes, where nothing sounds.
        canvas_dark: the lanes of black keys.
        canvas_line: beat lines, and the lines between octaves.
        canvas_bar: bar lines.
        control: buttons and fields; hovered; pressed.
        line: the border of panels.
        control_line: the border of controls.
        groove: the empty part of sliders and progress bars.
        text: and less important text, and what is switched off.
        accent: the one accent colour; hovered; pressed; text on it; itself as a line or text.
        playhead: where the music is.
        before: velocities as played.
        white_key, black_key, key_text: the keyboard.
        info, warning, error: the message bar's stripe.
        velocity_colours: `(128, 3)` uint8, by velocity.
        difference_colours: `(255, 3)` uint8, by change of velocity + 127.
    """

    window: str
    panel: str
    canvas: str
    canvas_dark: str
    canvas_line: str
    canvas_bar: str
    control: str
    control_hover: str
    control_pressed: str
    line: str
    control_line: str
    groove: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_text: str
    playhead: str
    before: str
    white_key: str
    black_key: str
    key_text: str
    info: str
    warning: str
    error: str
    velocity_colours: NDArray[np.uint8]
    difference_colours: NDArray[np.uint8]

    def velocity_steps(self) -> NDArray[np.uint8]:
        """Return the `(16, 3)` colours that velocities `8 i .. 8 i + 7` are drawn in."""
        width = 128 // VELOCITY_STEPS
        return self.velocity_colours[width // 2 :: width]


DARK = Theme(
    window="#131519",
    panel="#1c1f25",
    canvas="#15171c",
    canvas_dark="#101216",
    canvas_line="#22252c",
    canvas_bar="#343944",
    control="#2a2e37",
    control_hover="#343944",
    control_pressed="#22252c",
    line="#2a2e36",
    control_line="#3b404c",
    groove="#343944",
    text="#e9ebee",
    muted="#9da3af",
    disabled="#626874",
    accent="#e9a23b",
    accent_hover="#f2b658",
    accent_pressed="#cc8b2b",
    on_accent="#1d1406",
    accent_text="#f0b04f",
    playhead="#f4f5f7",
    before="#8b92a1",
    white_key="#c9ccd2",
    black_key="#23262d",
    key_text="#3a3f4a",
    info="#6ea8fe",
    warning="#e9a23b",
    error="#f2685f",
    velocity_colours=VELOCITY_COLOURS,
    difference_colours=_difference_colours(0.50, 0.82),
)

LIGHT = Theme(
    window="#e9ebef",
    panel="#fafbfc",
    canvas="#ffffff",
    canvas_dark="#f1f3f6",
    canvas_line="#e6e9ed",
    canvas_bar="#cbd0d8",
    control="#ffffff",
    control_hover="#f0f2f5",
    control_pressed="#e3e6eb",
    line="#d9dde3",
    control_line="#bcc2cc",
    groove="#d3d7de",
    text="#1b1e24",
    muted="#5a616d",
    disabled="#9aa0ab",
    accent="#e09a33",
    accent_hover="#ecab49",
    accent_pressed="#c98523",
    on_accent="#1d1406",
    accent_text="#7d4c00",
    playhead="#15171c",
    before="#7b8290",
    white_key="#ffffff",
    black_key="#3a3f4a",
    key_text="#5a616d",
    info="#2f6fd0",
    warning="#b26a00",
    error="#c8362c",
    velocity_colours=COLOUR_MAPS[DEFAULT].on_light,
    difference_colours=_difference_colours(0.66, 0.46),
)

THEMES = {"dark": DARK, "light": LIGHT}


def current() -> Theme:
    """Return the theme that was applied last; the dark one before that."""
    app = QApplication.instance()
    if app is None:
        return DARK
    return themed(app.property(THEME_PROPERTY) or "dark", app.property(MAP_PROPERTY) or DEFAULT)


@cache
def themed(name: str, colour_map: str = DEFAULT) -> Theme:
    """Return a theme with the velocities in a colour map.

    Raises:
        KeyError: where there is no such theme or map.
    """
    theme, colours = THEMES[name], COLOUR_MAPS[colour_map]
    if colour_map == DEFAULT:
        return theme
    return replace(theme, velocity_colours=colours.on_light if name == "light" else colours.on_dark)


def apply_theme(app: QApplication, name: str = "dark", colour_map: str = DEFAULT) -> None:
    """Dress the whole program, what is already on screen included.

    Args:
        app: the application.
        name: `dark`, `light`, or `system` for what the desktop prefers, from now on and whenever it changes its mind.
        colour_map: for velocities, one of `colour_maps.COLOUR_MAPS`.

    Raises:
        KeyError: for another name or map.
    """
    _tell_desktop(app, name, colour_map)
    if name == "system":
        name = "light" if app.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"
    theme = themed(name, colour_map)
    app.setProperty(THEME_PROPERTY, name)
    app.setProperty(MAP_PROPERTY, colour_map)
    QDir.setSearchPaths("icons", [str(ICONS)])
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme, app.font().pointSizeF()))
    app.setWindowIcon(QIcon(str(ICONS / "tonenet.svg")))
    for widget in app.allWidgets():
        _retint(widget)


def chosen(app: QApplication) -> tuple[str, str]:
    """Return the names that `apply_theme` was given last."""
    name = "system" if app.property(FOLLOW_PROPERTY) is not None else app.property(THEME_PROPERTY)
    return name or "", app.property(MAP_PROPERTY) or DEFAULT


def _tell_desktop(app: QApplication, name: str, colour_map: str) -> None:
    """Have window frames and the desktop's own dialogs in the same theme, or follow the desktop's."""
    hints = app.styleHints()
    follow = app.property(FOLLOW_PROPERTY)
    if follow is not None:
        hints.colorSchemeChanged.disconnect(follow)
        app.setProperty(FOLLOW_PROPERTY, None)
    if name != "system":
        hints.setColorScheme(Qt.ColorScheme.Light if name == "light" else Qt.ColorScheme.Dark)
        return
    hints.unsetColorScheme()

    def follow_desktop() -> None:
        apply_theme(app, "system", colour_map)

    hints.colorSchemeChanged.connect(follow_desktop)
    app.setProperty(FOLLOW_PROPERTY, follow_desktop)


def style_sheet(theme: Theme, point_size: float = 10.0) -> str:
    """Return the program's style sheet in the theme's colours.

    Args:
        theme: the colours.
        point_size: of the desktop's own font, which the sizes are made from; -1 (unknown) is taken for 10.
    """
    size = point_size if point_size > 0 else 10.0
    values = {field.name: getattr(theme, field.name) for field in fields(theme)}
    values["font_large"] = f"{size * 1.15:.1f}pt"
    return Template((RESOURCES / "themes" / "window.qss").read_text(encoding="utf-8")).substitute(values)


def icon(name: str, colour: str | None = None) -> QIcon:
    """Return an icon of `resources/icons` in the theme's text colour, grey where disabled.

    Args:
        name: the file's name without `.svg`.
        colour: `#rrggbb` instead of the text colour, for instance `current().on_accent`.

    Raises:
        FileNotFoundError: if there is no such icon.
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


def repolish(widget: QWidget, **properties: Any) -> None:
    """Set dynamic properties and let the style sheet see them, which it does not by itself."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _retint(widget: QWidget) -> None:
    """Give the widget and its actions their icons again, in the colours that hold now."""
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


def _palette(theme: Theme) -> QPalette:
    """Return the palette for what the style sheet does not reach (dialogs, item views, links, placeholders)."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    parts = {
        role.Window: theme.window,
        role.Base: theme.canvas,
        role.AlternateBase: theme.panel,
        role.Button: theme.control,
        role.ToolTipBase: theme.panel,
        role.Mid: theme.line,
        role.Dark: theme.line,
        role.Light: theme.control_hover,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent_text,
    }
    for part, colour in parts.items():
        palette.setColor(part, QColor(colour))
    for part in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText):
        palette.setColor(part, QColor(theme.text))
        palette.setColor(group.Disabled, part, QColor(theme.disabled))
    return palette
