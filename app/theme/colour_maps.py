"""The colour maps that velocities can be drawn in; all of them rise or fall evenly in lightness.

So they keep their order without colour vision, on a grey printer, and for each of the colour deficiencies; on a light
ground loud is dark, on a dark one bright.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.theme.oklch import ramp

Stops = Sequence[float]
LIGHTNESS_ON_DARK: Stops = (0.54, 0.635, 0.73, 0.83, 0.93)
LIGHTNESS_ON_LIGHT: Stops = (0.62, 0.52, 0.42, 0.32, 0.22)
NEW_CHROMA: Stops = (0.09, 0.1, 0.1, 0.1, 0.09)


@dataclass(frozen=True, eq=False)
class ColourMap:
    """Colours of the velocities.

    Attributes:
        on_dark: `(128, 3)` uint8, from soft to loud.
        on_light: `(128, 3)` uint8, from soft to loud.
        new_on_dark: `(128, 3)` uint8, those of notes that are new in a cover; a hue that the map does not have.
        new_on_light: `(128, 3)` uint8, the same.
    """

    on_dark: NDArray[np.uint8]
    on_light: NDArray[np.uint8]
    new_on_dark: NDArray[np.uint8]
    new_on_light: NDArray[np.uint8]


def _map(
    chroma_on_dark: Stops, hue_on_dark: Stops, chroma_on_light: Stops, hue_on_light: Stops, new_hue: float = 170.0
) -> ColourMap:
    """Return a map from what its colours are at five stops, in OKLCh; see `colours.ramp`."""
    return ColourMap(
        ramp(LIGHTNESS_ON_DARK, chroma_on_dark, hue_on_dark, 128),
        ramp(LIGHTNESS_ON_LIGHT, chroma_on_light, hue_on_light, 128),
        ramp(LIGHTNESS_ON_DARK, NEW_CHROMA, (new_hue,) * 5, 128),
        ramp(LIGHTNESS_ON_LIGHT, NEW_CHROMA, (new_hue,) * 5, 128),
    )


NONE = (0.0, 0.0, 0.0, 0.0, 0.0)
COLOUR_MAPS = {
    # From blue over magenta to a pale yellow.
    "sunset": _map(
        (0.19, 0.11, 0.09, 0.08, 0.12),
        (269, 316, 363, 416, 473),
        (0.08, 0.17, 0.15, 0.2, 0.07),
        (443, 372, 367, 328, 261),
    ),
    # From blue over green to yellow: what viridis made well known, in the lightness that shows on this canvas.
    "lagoon": _map(
        (0.14, 0.11, 0.11, 0.14, 0.16),
        (275, 235, 175, 140, 108),
        (0.12, 0.11, 0.10, 0.11, 0.13),
        (130, 160, 195, 245, 280),
        new_hue=345.0,
    ),
    # From blue to yellow without any red or green, as cividis.
    "blue_yellow": _map(
        (0.12, 0.07, 0.01, 0.08, 0.14), (262, 262, 262, 95, 95), (0.11, 0.07, 0.01, 0.07, 0.13), (85, 85, 85, 262, 262)
    ),
    "grey": _map(NONE, NONE, NONE, NONE),
}
DEFAULT = "sunset"
