"""Loudness of a whole Performance, in LUFS.

Reference: ITU-R BS.1770-4, "Algorithms to measure audio programme loudness": K-weighting, blocks of 400 ms that overlap
by three quarters, an absolute gate at -70 LUFS and a relative one 10 LU below what passes it. The weighting is applied
to each block's spectrum, so that no filter is needed: over 400 ms that is the same within a tenth of a LU.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Performance
from tonenet_core.progress import Progress, no_progress
from tonenet_core.sound.audible import EVERYTHING, Audible
from tonenet_core.sound.schedule import Schedule
from tonenet_core.sound.soundfont import find_soundfont
from tonenet_core.sound.synth import Renderer

SILENCE_LUFS = -70.0
_RELATIVE_GATE_LU = 10.0
_BLOCK_SEC = 0.4
_HOP_SEC = 0.1
_OFFSET = -0.691
SHORT_SEC = 60.0  # up to here all of it is rendered
_STRETCHES = 12
_STRETCH_SEC = 4.0


def sound_level_lufs(
    performance: Performance,
    soundfont: Path | None = None,
    progress: Progress = no_progress,
    *,
    audible: Audible = EVERYTHING,
) -> float | None:
    """Render a Performance and return its loudness in LUFS, or None if it is silent.

    Of a piece longer than a minute, twelve stretches of 4 s are measured, at the same places in every Performance of
    the same length.

    Args:
        performance: any Performance.
        soundfont: the SoundFont, or None for `find_soundfont`'s.
        progress: see `Progress`.
        audible: which of the file's notes are rendered.

    Raises:
        SynthError: if FluidSynth or the SoundFont is missing.
    """
    schedule = Schedule.of(performance).only(audible)
    renderer = Renderer(find_soundfont(soundfont))
    try:
        rate = renderer.sample_rate
        second = schedule.end_frame / rate
        starts, length = np.zeros(1), max(second, _BLOCK_SEC)
        if second > SHORT_SEC:
            starts, length = np.linspace(0, second - _STRETCH_SEC, _STRETCHES), _STRETCH_SEC
        powers = []
        for place, start in enumerate(starts):
            renderer.open(schedule, round(start * rate))
            for part in range(-(-round(length) // round(_STRETCH_SEC)) or 1):
                progress((place + part * _STRETCH_SEC / length) / len(starts))
                count = min(_STRETCH_SEC, length - part * _STRETCH_SEC)
                powers.append(block_powers(renderer.read(round(count * rate)), rate))
    finally:
        renderer.close()
    return gated_lufs(np.concatenate(powers))


def block_powers(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Return the K-weighted power of each block of 400 ms, both channels added up.

    Args:
        samples: `(n, 2)`, full scale +-1.
        sample_rate: frames a second.

    Returns:
        `(m,)` float64, one each 100 ms; empty where there is less than 400 ms.
    """
    size, hop = round(_BLOCK_SEC * sample_rate), round(_HOP_SEC * sample_rate)
    if len(samples) < size:
        return np.zeros(0)
    weights = _weights(size, sample_rate)
    blocks = np.lib.stride_tricks.sliding_window_view(samples, size, axis=0)[::hop]
    return np.array([(np.abs(np.fft.rfft(block)) ** 2 @ weights).sum() for block in blocks])


def gated_lufs(powers: NDArray[np.float64]) -> float | None:
    """Return the gated loudness of blocks with these powers `(m,)`; None if all of them are silent."""
    loud = powers[_lufs(powers) > SILENCE_LUFS]
    if not len(loud):
        return None
    gate = float(_lufs(loud.mean())) - _RELATIVE_GATE_LU
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _lufs(power: NDArray[np.float64] | np.floating) -> NDArray[np.float64]:
    return np.asarray(_OFFSET + 10 * np.log10(np.maximum(power, 1e-20)))


@functools.cache
def _weights(size: int, sample_rate: int) -> NDArray[np.float64]:
    """Return the weight of each bin of a block's power spectrum in its K-weighted mean square, `(size // 2 + 1,)`."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = _shelf(sample_rate, z) * _high_pass(sample_rate, z)
    both_halves = np.full(len(z), 2.0)
    both_halves[0] = 1.0
    if size % 2 == 0:
        both_halves[-1] = 1.0
    return np.asarray(both_halves * np.abs(response) ** 2 / size**2)


# The standard gives the filters' coefficients for 48 kHz only; these are the analogue filters they derive from.
def _shelf(sample_rate: int, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
    hertz, gain_db, quality = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = np.tan(np.pi * hertz / sample_rate)
    high = 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    above = np.polyval([high - band * k / quality + k**2, 2 * (k**2 - high), high + band * k / quality + k**2], z)
    below = np.polyval([1 - k / quality + k**2, 2 * (k**2 - 1), 1 + k / quality + k**2], z)
    return np.asarray(above / below)


def _high_pass(sample_rate: int, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
    hertz, quality = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * hertz / sample_rate)
    scale = 1 + k / quality + k**2
    above = np.polyval([1, -2, 1], z)  # the standard's own, which is not 1 at high frequencies but 1.005
    below = np.polyval([1 - k / quality + k**2, 2 * (k**2 - 1), scale], z) / scale
    return np.asarray(above / below)
