"""Tempo of a style: the output of a tempo model, the curve that is played, and the map from style to style.

A player's log beat periods x are carried from style to style by the autoregressive (Knothe-Rosenblatt) transport
y_k = F_t^-1(F_s(x_k | x_<k, c_k) | y_<k, c_k). Each beat's distribution is given by the notes c and by the beats
before it: what a player does about the style's expectation follows an autoregressive process, and the quantile of its
innovation under the source is looked up in the target. So the curve stays smooth, and the way back undoes it. Sources:
Knothe, Contributions to the theory of convex bodies, Michigan Mathematical Journal 4, 1957; Rosenblatt, Remarks on a
multivariate transformation, Annals of Mathematical Statistics 23, 1952.

Innovations beyond the quantiles of .5 and 99.5 %, such as a fermata's, are carried up to there, and the rest of them
stays in log seconds; sections in another tempo keep it; and the piece keeps its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import autoregression
from tonenet_core.timing.tempo import find_sections, keep_length

Values = NDArray[np.float64]

LARGEST = 0.6  # change of a beat's log period: no player is farther from a piece's tempo but at its end
PROBABILITIES = np.array([0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995])
NORMAL = np.array([NormalDist().inv_cdf(probability) for probability in PROBABILITIES])
WIDEST = 2.0  # times a style's usual spread that a piece's own is carried for; what is beyond it stays as it is
_FAR = 3.0  # standard deviations from which a beat says nothing more of a piece's spread
_ROUNDS = 20


@dataclass(frozen=True, eq=False)
class TempoCurve:
    """Log periods of a piece's beats, about those of its middle, as a style would have them.

    Attributes:
        middle: `(b,)`, the expected ones.
        spread: `(b,)`, standard deviations of what players do about them.
    """

    middle: Values
    spread: Values

    def played(self, scores: Values, share: float) -> Values:
        """Return the log periods, `(b,)`, of a performance, as long as the piece at one tempo.

        Args:
            scores: `(b,)` normal scores.
            share: of the spread that is played.
        """
        curve = np.clip(self.middle + share * self.spread * scores, -LARGEST, LARGEST)
        return np.asarray(curve - np.log(np.mean(np.exp(curve)))) if len(curve) else curve


@dataclass(frozen=True, eq=False)
class TempoProcess:
    """How a style's deviations from its tempo curve hang together along a piece, in its spreads.

    Attributes:
        coherence: coefficients of the beats before, nearest first, then the noise's standard deviation; the process
            has unit variance (`quantiles.autoregression`).
        innovations: `(q,)`, ascending: the quantiles at `PROBABILITIES` of what is new in each beat, over that noise.
        usual: what the deviations of a usual piece are multiplied by.
    """

    coherence: Values
    innovations: Values
    usual: float

    @staticmethod
    def steady(coefficients: Sequence[float]) -> TempoProcess:
        """Return a process of normal innovations, whose coefficients give it unit variance."""
        order = len(coefficients)
        lagged = np.zeros((order, order))  # Yule-Walker: the autocorrelations r_1..r_p of these coefficients
        first = np.array(coefficients, np.float64)
        for row in range(order):
            for column, value in enumerate(first):
                if (behind := abs(row - column)) > 0:
                    lagged[row, behind - 1] += value
        correlation = np.linalg.solve(np.eye(order) - lagged, first)
        noise = np.sqrt(max(1.0 - float(first @ correlation), 1e-3))
        return TempoProcess(np.append(first, noise), NORMAL, 1.0)


@dataclass(frozen=True, eq=False)
class StyleTempo:
    """A style's tempo for the beats of a piece."""

    curve: TempoCurve
    process: TempoProcess


def fit_process(pieces: Iterable[tuple[TempoCurve, Values]], order: int) -> TempoProcess:
    """Return the process of pieces' deviations from their curves.

    Args:
        pieces: curve and log periods `(b,)` of each.
        order: beats that the process looks back.
    """
    scores, usual = [], []
    for curve, played in pieces:
        away = (
            played - _levels(played, curve.middle, find_sections(played - curve.middle)) - curve.middle
        ) / curve.spread
        usual.append(_spread(away))
        scores.append(np.clip(away / usual[-1], -_FAR, _FAR))
    coherence = autoregression(scores, order)
    if not scores:
        return TempoProcess(coherence, NORMAL, 1.0)
    new = [
        (each[order:] - _before(each, coherence[:-1])[order:]) / coherence[-1] for each in scores if len(each) > order
    ]
    return TempoProcess(coherence, np.quantile(np.concatenate(new), PROBABILITIES), float(np.median(usual)))


def _before(scores: Values, coefficients: Values) -> Values:
    """Return what a process expects of each beat from those before it; the first ones follow beats of 0."""
    padded = np.concatenate([np.zeros(len(coefficients)), scores])
    behind = np.lib.stride_tricks.sliding_window_view(padded[:-1], len(coefficients))
    return np.asarray(behind @ coefficients[::-1])


def carry_tempo(source: StyleTempo, target: StyleTempo, log_period: Values) -> Values:
    """Return the log periods of a piece's beats in the target style, `(b,)`; it is as long as it was.

    Args:
        source: of the style that the piece is played in, for its notes.
        target: of the style that it is to be played in.
        log_period: `(b,)`, as played.
    """
    sections = find_sections(log_period - source.curve.middle)
    level = _levels(log_period, source.curve.middle, sections)
    away = (log_period - level - source.curve.middle) / source.curve.spread
    spread = _spread(away)
    own = min(spread, WIDEST * source.process.usual)
    carried, beyond = _carried(source.process, target.process, away / own)
    rest = beyond * own * source.curve.spread
    width = own / source.process.usual * target.process.usual * target.curve.spread
    carried = _fitted(carried, rest, width, sections, to_spread=own == spread)
    made = level + target.curve.middle + width * carried + rest
    return log_period + keep_length(log_period, made - log_period)


def _carried(source: TempoProcess, target: TempoProcess, scores: Values) -> tuple[Values, Values]:
    """Return scores with the same innovations in the target's process, and the part of each that is not carried."""
    order = max(len(source.coherence), len(target.coherence)) - 1
    there, here = (np.zeros(len(scores) + order) for _ in range(2))
    lowest, highest = source.innovations[[0, -1]]
    for beat, score in enumerate(scores):
        last = slice(beat, beat + order)
        expected = _expected(source, here[last])
        new = min(max((score - expected) / source.coherence[-1], lowest), highest)
        here[beat + order] = expected + source.coherence[-1] * new
        normal = np.interp(new, source.innovations, NORMAL)
        noise = target.coherence[-1] * np.interp(normal, NORMAL, target.innovations)
        there[beat + order] = _expected(target, there[last]) + noise
    return there[order:], scores - here[order:]


def _expected(process: TempoProcess, before: Values) -> float:
    coefficients = process.coherence[:-1]
    return float(coefficients[::-1] @ before[len(before) - len(coefficients) :])


def _fitted(scores: Values, rest: Values, width: Values, sections: Sequence[int], *, to_spread: bool) -> Values:
    """Return scores moved so that the way back finds each section's level, and scaled to the piece's own spread."""
    fitted = scores.copy()
    for _ in range(4):
        for begin, end in pairwise(sections):
            part = slice(begin, end)
            fitted[part] -= _middle(width[part] * fitted[part] + rest[part]) / width[part].mean()
        if to_spread:
            fitted /= _spread(fitted + rest / width)
    return fitted


def _levels(log_period: Values, middle: Values, sections: Sequence[int]) -> Values:
    """Return the level of each beat's section, `(b,)`."""
    level = np.empty(len(log_period))
    for begin, end in pairwise(sections):
        level[begin:end] = _middle(log_period[begin:end] - middle[begin:end])
    return level


def _middle(values: Values) -> float:
    """Return the mean of values of which those far away are moved nearer (Huber, Robust Statistics, 1981)."""
    middle = float(np.median(values))
    width = float(np.median(np.abs(values - middle))) / 0.6745
    for _ in range(_ROUNDS):
        near = np.clip(values, middle - _FAR * width, middle + _FAR * width)
        middle, width = float(near.mean()), max(float(near.std()), 1e-6)
    return middle


def _spread(scores: Values) -> float:
    """Return the standard deviation about 0 of scores of which those far away are moved nearer."""
    width = float(np.median(np.abs(scores))) / 0.6745
    for _ in range(_ROUNDS):
        width = max(float(np.sqrt(np.mean(np.clip(scores, -_FAR * width, _FAR * width) ** 2))), 1e-6)
    return width
