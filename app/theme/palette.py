"""The colours of the window: a theme, dark and light, and the one that is applied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from app.theme.colour_maps import COLOUR_MAPS, DEFAULT
from app.theme.oklch import ramp

THEME_PROPERTY = "tonenetTheme"
MAP_PROPERTY = "tonenetColourMap"
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
        canvas_line: beat lines, and the lines between octaves; at least 1.6:1 on both of the former.
        canvas_bar: bar lines; at least 2.5:1.
        control: buttons and fields; hovered; pressed.
        line: the border of panels.
        control_line: the border of controls.
        groove: the empty part of sliders and progress bars.
        text: with muted, for less important text, and disabled.
        accent: the one accent colour; hovered; pressed; text on it; itself as a line or text.
        playhead: where the music is.
        before: velocities as played.
        white_key, black_key, key_text: the keyboard.
        info, warning, error: the message bar's stripe.
        velocity_colours: `(128, 3)` uint8, from soft to loud.
        difference_colours: `(255, 3)` uint8, by change of velocity + 127.
        new_colours: `(128, 3)` uint8, as `velocity_colours`, of notes that are new in a cover.
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
    new_colours: NDArray[np.uint8]

    def velocities_between(self, soft: int, loud: int) -> NDArray[np.uint8]:
        """Return `(128, 3)`, the colour of each velocity where the map reaches from `soft` to `loud`."""
        return self.velocity_colours[_steps(soft, loud)]

    def new_between(self, soft: int, loud: int) -> NDArray[np.uint8]:
        """Return `(128, 3)`, the same for notes that are new in a cover."""
        return self.new_colours[_steps(soft, loud)]

    def changes_to(self, limit: int) -> NDArray[np.uint8]:
        """Return `(255, 3)`, the colour of each change of velocity + 127 where the scale ends at changes of `limit`."""
        shown = np.clip(np.rint(np.arange(-127, 128) * (DIFFERENCE_LIMIT / limit)), -127, 127)
        return np.asarray(self.difference_colours[shown.astype(np.intp) + 127])


def _steps(soft: int, loud: int) -> NDArray[np.intp]:
    """Return the place of each velocity in a map that reaches from `soft` to `loud`, `(128,)`."""
    share = np.clip((np.arange(128) - soft) / (loud - soft), 0, 1)
    return np.rint(share * 127).astype(np.intp)


DARK = Theme(
    window="#131519",
    panel="#1c1f25",
    canvas="#15171c",
    canvas_dark="#101216",
    canvas_line="#3b404b",
    canvas_bar="#595d69",
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
    new_colours=COLOUR_MAPS[DEFAULT].new_on_dark,
)

LIGHT = Theme(
    window="#e9ebef",
    panel="#fafbfc",
    canvas="#ffffff",
    canvas_dark="#f1f3f6",
    canvas_line="#b6becb",
    canvas_bar="#9199a5",
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
    new_colours=COLOUR_MAPS[DEFAULT].new_on_light,
)

THEMES = {"dark": DARK, "light": LIGHT}


def current() -> Theme:
    """Return the theme that was applied last; the dark one before any was."""
    app = QApplication.instance()
    if app is None:
        return DARK
    return themed(app.property(THEME_PROPERTY) or "dark", app.property(MAP_PROPERTY) or DEFAULT)


@cache
def themed(name: str, colour_map: str = DEFAULT) -> Theme:
    """Return a theme with the velocities in a colour map.

    Raises:
        KeyError: for an unknown theme or map.
    """
    theme, colours = THEMES[name], COLOUR_MAPS[colour_map]
    if colour_map == DEFAULT:
        return theme
    if name == "light":
        return replace(theme, velocity_colours=colours.on_light, new_colours=colours.new_on_light)
    return replace(theme, velocity_colours=colours.on_dark, new_colours=colours.new_on_dark)
