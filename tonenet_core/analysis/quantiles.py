"""Conditional quantile transport: a player's accents, carried from one style's distribution to another's.

A *shape* `(n, 128)` gives for each note of a piece the probability of each velocity relative to the piece's loudness;
column `CENTRE` is "as loud as the piece". Its cumulative distribution covers every velocity that MIDI allows in a soft
or a loud piece, 128 either way, and is linear between whole velocities, so it is continuous and strictly increasing:
every velocity has one quantile and every quantile one velocity, and a whole velocity is in the middle of its step (the
mid-quantile).

A piece's loudness is the value at which the mean normal score of its velocities under a style is zero. Unlike the plain
mean it is the same after transport, exactly, so that transport there and back gives the original up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

VALUES = 128
CENTRE = 64
REACH = 128  # largest distance of a velocity from a piece's loudness, either way
# Share and decay of the exponential tails (Laplace) of each shape. Beyond a style's range they fall equally fast in all
# styles, so that transport only shifts an outlier: a tail is never squeezed into a few whole velocities of another.
TRACE, TAIL = 0.1, 8.0
_LARGEST_SCORE = 8.0  # beyond it, double precision has no quantiles
_HALVINGS = 44

CDF = NDArray[np.float64]
"""`(n, 257)`: the cumulative distribution of each note, 0 to 1, at the borders of the 256 steps of relative velocities
-128..127."""


def cumulative_distribution(shape: NDArray[np.floating], width: float = 1.0) -> CDF:
    """Return the cumulative distributions of a shape `(n, 128)`, of any floating type.

    Args:
        shape: see this module.
        width: > 0; factor on the distributions' width, about the piece's loudness.
    """
    mass = shape.astype(np.float64) + 1e-12  # a row of zeros counts as flat
    mass /= mass.sum(axis=1, keepdims=True)
    borders = np.zeros((len(shape), 2 * REACH + 1))
    reached = borders[:, 1:]
    np.matmul(mass, TRACE * _tails(), out=reached)
    reached[:, REACH - CENTRE : REACH - CENTRE + VALUES] += (1 - TRACE) * mass
    np.cumsum(reached, axis=1, out=reached)
    borders /= borders[:, -1:]
    return borders if width == 1.0 else _widened(borders, width)


def shape_spread(shape: NDArray[np.floating]) -> float:
    """Return the standard deviation of a piece's velocities predicted by a shape `(n, 128)`, medians and residuals."""
    mass = shape.mean(axis=0, dtype=np.float64)
    mass /= max(mass.sum(), 1e-12)
    values = np.arange(VALUES)
    return float(np.sqrt(mass @ (values - mass @ values) ** 2))


@cache
def _tails() -> NDArray[np.float64]:
    """Return the tails of a shape's columns, `(128, 256)`, each row a distribution."""
    away = np.arange(2 * REACH) - (np.arange(VALUES)[:, None] + REACH - CENTRE)
    density = np.exp(-np.abs(away) / TAIL)
    return np.asarray(density / density.sum(axis=1, keepdims=True))


def _widened(borders: CDF, width: float) -> CDF:
    """Return F(x / width) at the same borders; probability beyond the 256 steps is added to the outermost."""
    middle, last = REACH + 0.5, 2 * REACH
    place = np.clip((np.arange(last + 1) - middle) / width + middle, 0, last)
    low = np.minimum(place.astype(np.int64), last - 1)
    widened = borders[:, low] + (place - low) * (borders[:, low + 1] - borders[:, low])
    widened[:, 0], widened[:, -1] = 0.0, 1.0
    # Where it was cut off, the function is given a slight slope, so that it can be inverted.
    rising = np.linspace(0, 1, last + 1)
    return np.asarray((1 - 1e-9) * widened + 1e-9 * rising)


def quantile_of(borders: CDF, relative: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return F(x), 0..1, for one relative velocity a note `(n,)`, any real number."""
    place = np.clip(relative + REACH + 0.5, 0, 2 * REACH)
    step = np.minimum(place.astype(np.int64), 2 * REACH - 1)
    rows = np.arange(len(borders))
    low, high = borders[rows, step], borders[rows, step + 1]
    return np.asarray(low + (place - step) * (high - low))


def velocity_at(borders: CDF, quantile: ArrayLike) -> NDArray[np.float64]:
    """Return the relative velocity `(n,)` at one quantile a note, or at one for all: the inverse of `quantile_of`."""
    wanted = np.broadcast_to(np.asarray(quantile, np.float64), (len(borders),))
    step = np.clip((borders < wanted[:, None]).sum(axis=1) - 1, 0, 2 * REACH - 1)
    rows = np.arange(len(borders))
    low, high = borders[rows, step], borders[rows, step + 1]
    return np.asarray(step + (wanted - low) / np.maximum(high - low, 1e-15) - REACH - 0.5)


def normal_scores(borders: CDF, relative: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the normal score of each note's quantile: standard deviations from the median."""
    return to_normal(quantile_of(borders, relative))


def to_normal(quantile: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the normal scores of quantiles, 0..1; the inverse of `from_normal`."""
    import torch  # only for its inverse of the normal distribution; the window imports this module and not torch

    scores = torch.special.ndtri(torch.from_numpy(quantile)).numpy()
    return np.asarray(np.clip(np.nan_to_num(scores, nan=0.0), -_LARGEST_SCORE, _LARGEST_SCORE))


def from_normal(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the quantiles, 0..1, of normal scores."""
    import torch

    return np.asarray(torch.special.ndtr(torch.from_numpy(scores)).numpy())


def loudness(borders: CDF, velocity: NDArray[np.float64]) -> float:
    """Return the loudness of a piece under a style, at which the mean normal score of velocity - loudness is zero."""
    return _zero(lambda middle: normal_scores(borders, velocity - middle), velocity)


def _zero(scores: Callable[[float], NDArray[np.float64]], velocity: NDArray[np.float64]) -> float:
    """Return the loudness at which the mean of a piece's scores is zero.

    The mean decreases with the loudness; its zero is found by bisection.
    """
    if not len(velocity):
        return float(CENTRE)
    low, high = float(velocity.min()) - CENTRE, float(velocity.max()) + CENTRE
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if scores(middle).mean() > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def transport(
    source: CDF, target: CDF, velocity: NDArray[np.float64], apart: NDArray[np.float64] | float = 0.0
) -> NDArray[np.float64]:
    """Return the velocities `(n,)`, as real numbers from 0.5 to 127.5, with the player's quantiles in the target style.

    Both distributions are conditioned on MIDI's range at the piece's loudness: an accent approaches the end of the
    range instead of being clipped there, which could not be undone.

    Source: F_t^-1(F_s(v)), the one-dimensional optimal transport map (Villani, Topics in Optimal Transportation, 2003,
    theorem 2.18), for each note on its own.

    Args:
        source: of the style that is played.
        target: of the style to play in.
        velocity: `(n,)`, 1..127.
        apart: `(n,)`, by which the source's distributions are moved down, and the target's up, beforehand; with the
            styles exchanged and `-apart` the transport is undone.
    """
    middle = _zero(lambda middle: to_normal(_share_within(source, velocity, middle - apart)), velocity)
    low, high = _ends(target, middle + apart)
    quantile = low + _share_within(source, velocity, middle - apart) * (high - low)
    return velocity_at(target, quantile) + middle + apart


def _share_within(
    borders: CDF, velocity: NDArray[np.float64], middle: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Return the quantiles of a piece of loudness `middle`, in all or of each note, within MIDI's velocities."""
    low, high = _ends(borders, middle)
    return np.asarray((quantile_of(borders, velocity - middle) - low) / np.maximum(high - low, 1e-9))


def _ends(borders: CDF, middle: NDArray[np.float64] | float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return F at the ends of MIDI's range for a piece of loudness `middle`, `(n,)` each."""
    softest, loudest = (np.broadcast_to(end - middle, len(borders)) for end in (0.5, VALUES - 0.5))
    return quantile_of(borders, softest), quantile_of(borders, loudest)


def log_likelihood(shape: NDArray[np.floating], velocity: NDArray[np.float64]) -> float:
    """Return the mean log-density, in nats a note, of a piece's velocities at its own loudness under a style."""
    borders = cumulative_distribution(shape)
    relative = velocity - loudness(borders, velocity)
    half = np.full(len(velocity), 0.5)
    density = quantile_of(borders, relative + half) - quantile_of(borders, relative - half)
    return float(np.log(np.maximum(density, 1e-12)).mean())


def autoregression(scores: list[NDArray[np.float64]], order: int) -> NDArray[np.float64]:
    """Return an autoregressive process as coherent as these normal scores: `order` coefficients, then the noise's sd.

    The coefficients solve the Yule-Walker equations for the autocorrelation averaged over the pieces (Box & Jenkins,
    Time Series Analysis, 1970, section 3.2); with that noise the process has unit variance.
    """
    correlation = np.zeros(order + 1)
    count = 0
    for piece in scores:
        if len(piece) > 4 * order and piece.std() > 0:
            centred = (piece - piece.mean()) / piece.std()
            lags = [float(np.mean(centred[lag:] * centred[: len(centred) - lag])) for lag in range(order + 1)]
            correlation += lags
            count += 1
    if not count:
        return np.concatenate([np.zeros(order), [1.0]])
    correlation /= count
    lag = np.abs(np.subtract.outer(np.arange(order), np.arange(order)))
    coefficients = np.linalg.solve(correlation[lag] + 1e-6 * np.eye(order), correlation[1:])
    variance = max(1.0 - float(coefficients @ correlation[1:]), 1e-3)
    return np.concatenate([coefficients, [np.sqrt(variance)]])


def coherent_scores(count: int, process: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return `(count,)` normal scores of a process, as coherent as a player's: mean 0, variance 1.

    Args:
        count: of notes.
        process: as from `autoregression`.
        seed: of the noise.
    """
    order, sd = len(process) - 1, float(process[-1])
    backwards = process[:-1][::-1]
    settle = 20 * order
    noise = np.random.default_rng(seed).normal(0, sd, count + settle)
    scores = np.zeros(count + settle + order)
    for index in range(count + settle):
        scores[index + order] = backwards @ scores[index : index + order] + noise[index]
    drawn = scores[order + settle :]
    return np.asarray(drawn - drawn.mean()) if count else drawn
