"""How the window looks, as the user chooses it: theme and colour map, shown at once and taken back by Cancel."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QComboBox, QFormLayout

from app import theme
from app.colour_maps import COLOUR_MAPS, DEFAULT
from app.settings import Settings

STRIP = QSize(72, 12)


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("Appearance", text)


class Appearance:
    """Two choices among the preferences."""

    def __init__(self, settings: Settings) -> None:
        """Show what `settings` say."""
        self._settings = settings
        self.theme = _choice("themeCombo", tr("Theme"), tr("The colours of the window"))
        for name, text in (("dark", tr("Dark")), ("light", tr("Light")), ("system", tr("As the desktop"))):
            self.theme.addItem(text, name)
        self.colour_map = _choice(
            "colourMapCombo",
            tr("Colours of velocities"),
            tr("From soft to loud. Each rises evenly in lightness, so that it reads also without seeing its hues."),
        )
        names = {
            "sunset": tr("Sunset"),
            "lagoon": tr("Lagoon"),
            "blue_yellow": tr("Blue to yellow"),
            "grey": tr("Greys"),
        }
        for name in COLOUR_MAPS:
            self.colour_map.addItem(names[name], name)
        self.colour_map.setIconSize(STRIP)
        self.theme.setCurrentIndex(max(self.theme.findData(settings.theme), 0))
        self.colour_map.setCurrentIndex(max(self.colour_map.findData(settings.colour_map), 0))
        for combo in (self.theme, self.colour_map):
            combo.activated.connect(self.preview)
        self._draw_strips()

    def add_to(self, form: QFormLayout) -> None:
        """Put both into a form."""
        form.addRow(tr("Theme"), self.theme)
        form.addRow(tr("Colours of velocities"), self.colour_map)

    def preview(self) -> None:
        """Dress the window in what is chosen now."""
        dress(self.theme.currentData(), self.colour_map.currentData())
        self._draw_strips()

    def accept(self) -> None:
        """Keep what is chosen."""
        settings, chosen = self._settings, (self.theme.currentData(), self.colour_map.currentData())
        if chosen != (settings.theme, settings.colour_map):
            settings.theme, settings.colour_map = chosen
            dress(*chosen)

    def reject(self) -> None:
        """Go back to what was before."""
        dress(self._settings.theme, self._settings.colour_map)

    def _draw_strips(self) -> None:
        """Show each map beside its name, as it is on this theme's ground."""
        name = "light" if theme.current().window == theme.LIGHT.window else "dark"
        for index in range(self.colour_map.count()):
            colours = theme.themed(name, self.colour_map.itemData(index)).velocity_colours
            strip = QImage(colours.tobytes(), len(colours), 1, 3 * len(colours), QImage.Format.Format_RGB888)
            self.colour_map.setItemIcon(index, QIcon(QPixmap.fromImage(strip).scaled(STRIP)))


def dress(name: str, colour_map: str) -> None:
    """Dress the program; settings written by another version may name what there is not."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    known = name if name in (*theme.THEMES, "system") else "dark"
    wanted = (known, colour_map if colour_map in COLOUR_MAPS else DEFAULT)
    if wanted != theme.chosen(app):
        theme.apply_theme(app, *wanted)


def _choice(name: str, label: str, tip: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(label)
    combo.setToolTip(tip)
    return combo
