"""How the window looks, as the user chooses it: theme and colour map, shown at once and taken back by Cancel."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QComboBox, QFormLayout

from app.system.settings import Settings
from app.theme import theme
from app.theme.colour_maps import COLOUR_MAPS, DEFAULT

STRIP = QSize(72, 12)


class AppearancePage(QObject):
    """Two choices among the preferences."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        """Show what `settings` say."""
        super().__init__(parent)
        self._settings = settings
        self.theme = _choice("themeCombo", self.tr("Theme"), self.tr("The colours of the window"))
        for name, text in (
            ("dark", self.tr("Dark")),
            ("light", self.tr("Light")),
            ("system", self.tr("As the desktop")),
        ):
            self.theme.addItem(text, name)
        self.colour_map = _choice(
            "colourMapCombo",
            self.tr("Colours of velocities"),
            self.tr(
                "From soft to loud. Each rises evenly in lightness, so that it reads also without seeing its hues."
            ),
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
        form.addRow(self.tr("Colours of velocities"), self.colour_map)

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
