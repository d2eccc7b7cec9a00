"""Preferences of the look: theme and colour map, applied at once and reverted by Cancel."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFormLayout

from app.system.settings import Settings
from app.theme import palette
from app.theme.colour_maps import COLOUR_MAPS
from app.theme.theme import apply_saved_theme
from app.widgets.forms import combo_box

STRIP = QSize(72, 12)


class AppearancePage(QObject):
    """Two choices among the preferences."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        """Show what `settings` say."""
        super().__init__(parent)
        self._settings = settings
        self.theme = combo_box("themeCombo", self.tr("Theme"), self.tr("The colours of the window"))
        for name, text in (
            ("dark", self.tr("Dark")),
            ("light", self.tr("Light")),
            ("system", self.tr("Same as the desktop")),
        ):
            self.theme.addItem(text, name)
        self.colour_map = combo_box(
            "colourMapCombo",
            self.tr("Velocity colours"),
            self.tr("From soft to loud. Lightness changes evenly, so each map can be read without colour vision."),
        )
        names = {
            "sunset": self.tr("Sunset"),
            "lagoon": self.tr("Lagoon"),
            "blue_yellow": self.tr("Blue to yellow"),
            "grey": self.tr("Greys"),
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
        form.addRow(self.tr("Theme"), self.theme)
        form.addRow(self.tr("Velocity colours"), self.colour_map)

    def preview(self) -> None:
        """Apply the current choice."""
        apply_saved_theme(self.theme.currentData(), self.colour_map.currentData())
        self._draw_strips()

    def accept(self) -> None:
        """Save the choice."""
        settings, chosen = self._settings, (self.theme.currentData(), self.colour_map.currentData())
        if chosen != (settings.theme, settings.colour_map):
            settings.theme, settings.colour_map = chosen
            apply_saved_theme(*chosen)

    def reject(self) -> None:
        """Revert to the saved look."""
        apply_saved_theme(self._settings.theme, self._settings.colour_map)

    def _draw_strips(self) -> None:
        """Show each map beside its name, as it is on this theme's ground."""
        name = "light" if palette.current().window == palette.LIGHT.window else "dark"
        for index in range(self.colour_map.count()):
            colours = palette.themed(name, self.colour_map.itemData(index)).velocity_colours
            strip = QImage(colours.tobytes(), len(colours), 1, 3 * len(colours), QImage.Format.Format_RGB888)
            self.colour_map.setItemIcon(index, QIcon(QPixmap.fromImage(strip).scaled(STRIP)))
