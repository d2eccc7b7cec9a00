"""The look of the program: one style sheet in the colours of a theme.

The style sheet is `resources/themes/window.qss`; a theme is the set of colours put into it. Parts of the window are
marked by dynamic properties and never have style sheets of their own:

- `class`: on a QFrame `panel` or `message` (with `kind`: info, warning, error); on a QLabel `title`, `heading`,
  `muted`, `value` or `key`; on a QPushButton `segment` (with `place`: first, middle, last).
- `primary`: true on the one obvious button of the window.
- `flat`: true on a button that shows its frame only under the mouse.
"""

from __future__ import annotations

from dataclasses import fields
from string import Template

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.theme.colour_maps import COLOUR_MAPS, DEFAULT
from app.theme.icons import ICONS, retint
from app.theme.palette import MAP_PROPERTY, THEME_PROPERTY, THEMES, Theme, themed
from tonenet_core.files.locations import RESOURCES

FOLLOW_PROPERTY = "tonenetFollowsDesktop"
SYSTEM = "system"


def apply_saved_theme(name: str, colour_map: str) -> None:
    """Apply the theme of the settings; a name that only another version knows falls back to the default."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    known = name if name in (*THEMES, SYSTEM) else "dark"
    wanted = (known, colour_map if colour_map in COLOUR_MAPS else DEFAULT)
    if wanted != applied(app):
        apply_theme(app, *wanted)


def apply_theme(app: QApplication, name: str = "dark", colour_map: str = DEFAULT) -> None:
    """Apply a theme to the whole program, including widgets already on screen.

    Args:
        app: the application.
        name: `dark`, `light`, or `system` for the desktop's preference, which is then followed when it changes.
        colour_map: for velocities, one of `colour_maps.COLOUR_MAPS`.

    Raises:
        KeyError: for an unknown name or map.
    """
    _set_colour_scheme(app, name, colour_map)
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
        retint(widget)


def applied(app: QApplication) -> tuple[str, str]:
    """Return the names of theme and colour map that `apply_theme` was given last; empty before that."""
    name = "system" if app.property(FOLLOW_PROPERTY) is not None else app.property(THEME_PROPERTY)
    return name or "", app.property(MAP_PROPERTY) or DEFAULT


def _set_colour_scheme(app: QApplication, name: str, colour_map: str) -> None:
    """Have window frames and native dialogs in the same theme, or follow the desktop's."""
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


def repolish(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and let the style sheet see them, which it does not by itself."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _palette(theme: Theme) -> QPalette:
    """Return the palette for parts that the style sheet does not reach (dialogs, item views, links, placeholders)."""
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
