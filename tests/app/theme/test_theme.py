import re
from string import Template

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from app.dialogs.appearance_page import AppearancePage
from app.system.settings import Settings
from app.theme import icons, palette, theme
from app.theme.colour_maps import COLOUR_MAPS
from app.theme.oklch import contrast, from_hex, luminance, ramp
from app.theme.theme import apply_saved_theme
from tonenet_core.files.locations import RESOURCES

THEMES = list(palette.THEMES.values())
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear sRGB.
BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.fixture(autouse=True)
def dark_afterwards(qapp):
    yield
    theme.apply_theme(qapp, "dark")


@pytest.mark.parametrize("look", THEMES)
def test_every_velocity_is_visible_on_the_canvas(look):
    for ground in (look.canvas, look.canvas_dark):
        assert contrast(look.velocity_colours[1:], from_hex(ground)).min() >= 3


def test_the_named_velocity_colours_are_those_of_the_dark_theme():
    assert palette.VELOCITY_COLOURS.shape == (128, 3)
    assert palette.VELOCITY_COLOURS.dtype == np.uint8
    np.testing.assert_array_equal(palette.DARK.velocity_colours, palette.VELOCITY_COLOURS)


@pytest.mark.parametrize("look", THEMES)
def test_velocity_colours_are_in_order_of_lightness_towards_more_contrast(look):
    against = contrast(look.velocity_colours, from_hex(look.canvas))
    assert (np.diff(against) > 0).all()


@pytest.mark.parametrize("look", THEMES)
@pytest.mark.parametrize("kind", BLINDNESS)
def test_velocity_colours_keep_their_order_without_colour_vision(look, kind):
    """What is left of the ramp still rises (or falls) in lightness from each 16th to the next."""
    steps = look.velocity_colours[4::8] / 255
    linear = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(BLINDNESS[kind]).T, 0, 1) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(seen) > 0).all() or (np.diff(seen) < 0).all()


@pytest.mark.parametrize("look", THEMES)
def test_difference_colours_say_softer_same_and_louder(look):
    softer, same, louder = (look.difference_colours[change + 127].astype(int) for change in (-40, 0, 40))
    assert softer[2] > softer[0] + 30  # blue
    assert louder[0] > louder[2] + 30  # orange
    assert np.ptp(same) < 12  # grey
    assert (look.difference_colours[127 + palette.DIFFERENCE_LIMIT] == look.difference_colours[254]).all()
    assert contrast(look.difference_colours, from_hex(look.canvas)).min() >= 2.9


@pytest.mark.parametrize("look", THEMES)
def test_texts_can_be_read(look):
    pairs = [
        ("text", "window"), ("text", "panel"), ("text", "control"), ("text", "control_hover"), ("muted", "panel"),
        ("muted", "control"), ("muted", "canvas"), ("on_accent", "accent"), ("on_accent", "accent_hover"),
        ("accent_text", "panel"), ("accent_text", "control"), ("accent_text", "groove"),
        ("accent_text", "control_pressed"), ("on_accent", "accent_pressed"), ("text", "groove"), ("text", "canvas"),
        ("text", "control_pressed"), ("muted", "window"),
    ]  # fmt: skip
    ratios = {pair: float(contrast(*(from_hex(getattr(look, name)) for name in pair))) for pair in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


def test_contrast_is_that_of_the_guideline():
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast(from_hex("#777777"), from_hex("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_ramp_hits_grey_and_keeps_lightness_even():
    greys = ramp([0.0, 1.0], [0, 0], [0, 0], 3)
    assert greys[0].tolist() == [0, 0, 0]
    assert greys[2].tolist() == [255, 255, 255]
    assert luminance(greys[1]) == pytest.approx(0.125, abs=0.005)  # OKLab's lightness is a cube root


@pytest.mark.parametrize("look", THEMES)
def test_style_sheet_is_whole(look):
    sheet = theme.style_sheet(look)
    assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert sheet.count("{") == sheet.count("}")
    for picture in re.findall(r"url\(icons:([^)]+)\)", sheet):
        assert (icons.ICONS / picture).is_file()


def test_style_sheet_names_only_colours_there_are():
    template = Template((RESOURCES / "themes" / "window.qss").read_text(encoding="utf-8"))
    assert template.is_valid()
    assert "accent" in template.get_identifiers()


def test_style_sheet_survives_a_desktop_font_of_unknown_size():
    assert "11.5pt" in theme.style_sheet(palette.DARK, -1)


@pytest.mark.parametrize("name", palette.THEMES)
def test_primary_button_is_the_accent(qapp, qtbot, name):
    theme.apply_theme(qapp, name)
    button = QPushButton("          Transfer          ")
    button.setProperty("primary", True)
    qtbot.addWidget(button)
    button.resize(200, 40)
    ground = button.grab().toImage().pixelColor(12, 20)
    assert ground == QColor(palette.current().accent)


def test_combo_box_shows_its_arrow(qapp, qtbot):
    theme.apply_theme(qapp)
    combo = QComboBox()
    combo.addItem("StyleNet")
    qtbot.addWidget(combo)
    combo.resize(160, 32)
    image = combo.grab().toImage()
    right = {image.pixelColor(x, y).name() for x in range(136, 156) for y in range(8, 24)}
    assert any(contrast(from_hex(colour), from_hex(palette.DARK.control)) > 2.5 for colour in right)


def test_unknown_theme_is_refused(qapp):
    with pytest.raises(KeyError):
        theme.apply_theme(qapp, "pink")
    assert palette.current() is palette.DARK


def test_system_theme_is_one_of_the_two(qapp):
    theme.apply_theme(qapp, "system")
    assert palette.current() in THEMES


def _ink(icon, mode=None):
    image = (icon.pixmap(32, 32) if mode is None else icon.pixmap(32, 32, mode)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_icons_take_the_theme_colour(qapp):
    assert _ink(icons.icon("stop")) == {palette.DARK.text}
    assert _ink(icons.icon("stop"), QIcon.Mode.Disabled) == {palette.DARK.disabled}
    assert _ink(icons.icon("stop", "#ff0000")) == {"#ff0000"}


@pytest.mark.parametrize("path", sorted(icons.ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(qapp, path):
    assert _ink(icons.icon(path.stem))


def test_missing_icon_is_an_error(qapp):
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")


def test_icons_follow_a_change_of_theme(qapp, qtbot):
    theme.apply_theme(qapp, "dark")
    button, action = QPushButton(), QAction("Stop")
    button.addAction(action)
    qtbot.addWidget(button)
    icons.set_icon(button, "stop")
    icons.set_icon(action, "stop")
    theme.apply_theme(qapp, "light")
    assert _ink(button.icon()) == {palette.LIGHT.text}
    assert _ink(action.icon()) == {palette.LIGHT.text}


def test_window_icon_is_set(qapp):
    theme.apply_theme(qapp)
    assert not qapp.windowIcon().pixmap(64, 64).isNull()


def test_repolish_lets_the_style_sheet_see_a_property(qapp, qtbot):
    theme.apply_theme(qapp)
    badge = QLabel("          ")
    badge.setProperty("class", "badge")
    qtbot.addWidget(badge)
    badge.resize(60, 24)
    before = badge.grab().toImage().pixelColor(10, 12)
    theme.repolish(badge, heard=True)
    after = badge.grab().toImage().pixelColor(10, 12)
    assert before == QColor(palette.DARK.groove)
    assert after == QColor(palette.DARK.accent)


# --- the desktop's own choice ----------------------------------------------------------------------------------------


class Hints(QObject):
    """A desktop that prefers light or dark, and can be told to."""

    colorSchemeChanged = Signal(Qt.ColorScheme)  # noqa: N815

    def __init__(self, prefers):
        super().__init__()
        self._prefers, self.asked = prefers, None

    def colorScheme(self):
        return self.asked or self._prefers

    def setColorScheme(self, scheme):
        self.asked = scheme
        self.colorSchemeChanged.emit(scheme)

    def unsetColorScheme(self):
        self.asked = None
        self.colorSchemeChanged.emit(self._prefers)

    def prefer(self, scheme):
        self._prefers = scheme
        if self.asked is None:
            self.colorSchemeChanged.emit(scheme)


@pytest.fixture
def desktop(qapp, monkeypatch):
    theme.apply_theme(qapp, "dark")
    hints = Hints(Qt.ColorScheme.Light)
    monkeypatch.setattr(type(qapp), "styleHints", lambda _app: hints)
    yield hints
    theme.apply_theme(qapp, "dark")


def test_the_window_follows_the_desktop_only_if_asked(qapp, desktop):
    assert palette.current() is palette.DARK
    theme.apply_theme(qapp, "system")
    assert palette.current() is palette.LIGHT
    desktop.prefer(Qt.ColorScheme.Dark)
    assert palette.current() is palette.DARK
    desktop.prefer(Qt.ColorScheme.Light)
    assert palette.current() is palette.LIGHT
    theme.apply_theme(qapp, "dark")
    desktop.prefer(Qt.ColorScheme.Dark)
    desktop.prefer(Qt.ColorScheme.Light)
    assert palette.current() is palette.DARK


def test_the_desktop_learns_which_theme_was_chosen(qapp, desktop):
    theme.apply_theme(qapp, "light")
    assert desktop.asked == Qt.ColorScheme.Light
    theme.apply_theme(qapp, "dark")
    assert desktop.asked == Qt.ColorScheme.Dark
    theme.apply_theme(qapp, "system")
    assert desktop.asked is None


def test_following_the_desktop_keeps_the_colour_map(qapp, desktop):
    theme.apply_theme(qapp, "system", "grey")
    desktop.prefer(Qt.ColorScheme.Dark)
    np.testing.assert_array_equal(palette.current().velocity_colours, COLOUR_MAPS["grey"].on_dark)


# --- colour maps -----------------------------------------------------------------------------------------------------

NEIGHBOURS = 0.015  # distance in OKLab; about where two large fields side by side begin to look different
LMS = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
       [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
OKLAB = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip


def seen(colours, kind):
    """Linear sRGB as somebody sees it who lacks a kind of cone."""
    encoded = np.asarray(colours) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return np.clip(linear @ np.array(BLINDNESS.get(kind, np.eye(3))).T, 0, 1)


@pytest.mark.parametrize("name", COLOUR_MAPS)
@pytest.mark.parametrize("ground", ["dark", "light"])
@pytest.mark.parametrize("kind", ["all cones", *BLINDNESS])
def test_a_colour_map_is_a_staircase_of_lightness_with_steps_to_be_seen(name, ground, kind):
    look = palette.themed(ground, name)
    colours = seen(look.velocity_colours[4::8], kind)
    lightness = np.diff(colours @ [0.2126, 0.7152, 0.0722])
    assert (lightness > 0).all() if ground == "dark" else (lightness < 0).all()
    oklab = np.cbrt(colours @ np.array(LMS).T) @ np.array(OKLAB).T
    assert np.linalg.norm(np.diff(oklab, axis=0), axis=1).min() > NEIGHBOURS


@pytest.mark.parametrize("name", COLOUR_MAPS)
@pytest.mark.parametrize("ground", ["dark", "light"])
def test_a_colour_map_shows_on_its_ground(name, ground):
    look = palette.themed(ground, name)
    for lane in (look.canvas, look.canvas_dark):
        assert contrast(look.velocity_colours[1:], from_hex(lane)).min() >= 3


def test_the_accent_and_the_grey_of_before_are_told_apart_by_everybody():
    """Dots before and after, in the velocity lane."""
    for look in THEMES:
        for kind in BLINDNESS:
            before, after = (seen(from_hex(colour), kind) for colour in (look.before, look.accent))
            assert np.abs(before - after).max() > 0.1, (look.window, kind)


def test_an_unknown_colour_map_is_refused(qapp):
    with pytest.raises(KeyError):
        theme.apply_theme(qapp, "dark", "rainbow")


# --- the choices -----------------------------------------------------------------------------------------------------


@pytest.fixture
def appearance(qapp, qtbot, tmp_path):
    theme.apply_theme(qapp, "dark")
    appearance = AppearancePage(Settings(tmp_path / "settings.ini"))
    for combo in (appearance.theme, appearance.colour_map):
        qtbot.addWidget(combo)
    return appearance


def choose(combo, name):
    """Choose as a user does, who is told apart from the program by `activated`."""
    combo.setCurrentIndex(combo.findData(name))
    combo.activated.emit(combo.currentIndex())


def test_a_choice_is_seen_at_once_and_cancel_takes_it_back(appearance):
    choose(appearance.theme, "light")
    choose(appearance.colour_map, "lagoon")
    assert palette.current().window == palette.LIGHT.window
    np.testing.assert_array_equal(palette.current().velocity_colours, COLOUR_MAPS["lagoon"].on_light)
    appearance.reject()
    assert palette.current() is palette.DARK


def test_a_choice_is_remembered(appearance, tmp_path):
    choose(appearance.theme, "light")
    choose(appearance.colour_map, "blue_yellow")
    appearance.accept()
    again = Settings(tmp_path / "settings.ini")
    assert (again.theme, again.colour_map) == ("light", "blue_yellow")


def test_settings_that_name_what_there_is_not_do_no_harm(qapp):
    apply_saved_theme("pink", "rainbow")
    assert palette.current() is palette.DARK


def test_the_pictures_of_the_core_have_the_colours_of_the_window():
    from tonenet_core.plots.figure import CHANGE_COLOURS, VELOCITY_COLOURS

    largest = 48  # a velocity change from which the difference has its last colour
    changes = palette.DARK.difference_colours[127 - largest : 128 + largest]
    for drawn, shown in ((VELOCITY_COLOURS, palette.DARK.velocity_colours), (CHANGE_COLOURS, changes)):
        colours = 255 * drawn(np.linspace(0, 1, len(shown)))[:, :3]
        assert np.abs(colours - shown).max() <= 12
