"""Colour ramps whose lightness rises or falls evenly, so that they read in order also without seeing their hues.

Ramps are laid out in OKLCh, the polar form of OKLab (Ottosson 2020, "A perceptual color space for image processing"),
and given back as 8-bit sRGB. Contrast is that of WCAG 2.2, success criterion 1.4.11.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_OKLAB_TO_LMS = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480]]
)
_LMS_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def ramp(lightness: ArrayLike, chroma: ArrayLike, hue_deg: ArrayLike, count: int) -> NDArray[np.uint8]:
    """Return `count` colours, `(count, 3)` sRGB, evenly spaced along stops in OKLCh.

    Args:
        lightness: at each stop, 0..1.
        chroma: at each stop, 0 to about 0.3; colours outside sRGB are clipped to it.
        hue_deg: at each stop; not wrapped, so 280 to 440 goes by way of red to yellow.
        count: how many colours.
    """
    stops = [np.asarray(values, dtype=np.float64) for values in (lightness, chroma, hue_deg)]
    position = np.linspace(0, len(stops[0]) - 1, count)
    level, colourfulness, hue = (np.interp(position, np.arange(len(stop)), stop) for stop in stops)
    angle = np.deg2rad(hue)
    lab = np.stack([level, colourfulness * np.cos(angle), colourfulness * np.sin(angle)], axis=-1)
    linear = np.clip((lab @ _OKLAB_TO_LMS.T) ** 3 @ _LMS_TO_LINEAR.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    colours: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return colours


def from_hex(colour: str) -> NDArray[np.uint8]:
    """Return `#rrggbb` as `(3,)` uint8."""
    return np.frombuffer(bytes.fromhex(colour.removeprefix("#")), dtype=np.uint8)


def luminance(colour: ArrayLike) -> NDArray[np.float64]:
    """Return the relative luminance, 0..1, of sRGB colours `(..., 3)` of 0..255."""
    encoded = np.asarray(colour, dtype=np.float64) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ _LUMINANCE)


def contrast(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Return the contrast ratio, 1..21, between sRGB colours `(..., 3)` of 0..255."""
    one, other = luminance(first), luminance(second)
    return np.asarray((np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05))
