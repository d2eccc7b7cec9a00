"""Accuracy of the style judge on real pieces, and its false positives on velocities of no style.

A judge is useful only if it does not mistake chance for a style. So the share of real pieces that it recognises is
reported beside the rate at which it names *the other* style when a piece has velocities that are independent of its
notes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import autoregression, coherent_scores
from tonenet_core.analysis.velocity_metrics import bootstrap_interval, scipy_stats
from tonenet_core.judge import Judge
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress

DRAWS = 10  # of each control, a piece
ORDER = 16  # of the noise's autoregression, in notes

Velocities = NDArray[np.float64]
Shares = dict[str, list[float]]
"""Data set -> for each piece 0 or 1, or a share of draws."""


@dataclass
class JudgeReport:
    """The figures of a judge.

    Attributes:
        crossing: the piece's own style is the likelier one.
        named: the judge is sure of the piece's own style.
        other: control -> the judge is sure of the other style.
    """

    crossing: Shares = field(default_factory=dict)
    named: Shares = field(default_factory=dict)
    other: dict[str, Shares] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return each share as mean, low, high, for each data set and for all of them."""
        rows = {"crossing .5": self.crossing, "named": self.named, **self.other}
        return {
            name: {
                source: dict(zip(("mean", "low", "high"), bootstrap_interval(values), strict=True))
                for source, values in _with_all(shares).items()
            }
            for name, shares in rows.items()
        }

    def as_markdown(self) -> str:
        """Return the tables of the judge's card."""
        head = [f"{source} ({len(values)})" for source, values in _with_all(self.crossing).items()]
        lines = [f"| | {' | '.join(head)} |", "|---|" + "---|" * len(head)]
        lines += [_row("as played: own style likelier", self.crossing), _row("as played: own style named", self.named)]
        lines += [_row(f"{control}: other style named", shares) for control, shares in self.other.items()]
        return "\n".join(lines) + "\n"


def _with_all(shares: Shares) -> Shares:
    return shares | {"all": [value for values in shares.values() for value in values]}


def _row(title: str, shares: Shares) -> str:
    cells = [f"{m:.3f} ({low:.2f}..{high:.2f})" for m, low, high in map(bootstrap_interval, _with_all(shares).values())]
    return f"| {title} | {' | '.join(cells)} |"


def measure_judge(
    judge: Judge,
    pieces: list[TrainingPiece],
    *,
    notes: int | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = no_progress,
) -> JudgeReport:
    """Measure a judge on unseen pieces, and on the same notes with velocities of no style.

    The controls: the piece's velocities in random order; noise instead of them, and noise of the same standard
    deviation on top of them, as coherent along the piece as the other style's playing is.

    Args:
        judge: see `judge.load_judge`.
        pieces: of the judge's styles.
        notes: number of notes of a piece that are used, from its middle; None: all.
        draws: of each control, a piece.
        seed: of the controls.
        progress: see `Progress`.

    Raises:
        DataError: if SciPy is not installed.
        Cancelled: if `progress` asks to stop.
    """
    scipy_stats()  # the report needs it: better refused now than after the work
    report = JudgeReport()
    coherence = {
        style: autoregression([_played(piece) for piece in pieces if piece.style == style], ORDER)
        for style in judge.styles
    }
    for index, whole in enumerate(pieces):
        piece = whole if notes is None else _middle(whole, notes)
        progress(index / len(pieces))
        (other,) = (style for style in judge.styles if style != piece.style)
        played, difference = _played(piece), judge.difference(piece)
        verdict = judge.verdict_on(difference, played)
        report.crossing.setdefault(piece.source, []).append(float(verdict.probability[piece.style] > 0.5))
        report.named.setdefault(piece.source, []).append(float(verdict.named == piece.style))
        for control, velocities in _controls(played, coherence[other]).items():
            drawn = [velocities(int(each)) for each in np.random.SeedSequence([seed, index]).generate_state(draws)]
            named = [judge.verdict_on(difference, each).named == other for each in drawn]
            report.other.setdefault(control, {}).setdefault(piece.source, []).append(float(np.mean(named)))
    progress(1.0)
    return report


def _middle(piece: TrainingPiece, notes: int) -> TrainingPiece:
    start = max(len(piece.notes) - notes, 0) // 2
    return replace(piece, notes=piece.notes[start : start + notes])


def _played(piece: TrainingPiece) -> Velocities:
    return piece.notes["velocity"].astype(np.float64)


def _controls(played: Velocities, coherence: NDArray[np.float64]) -> dict[str, Callable[[int], Velocities]]:
    """Return each control: a function from a seed to velocities."""

    def noise(seed: int) -> Velocities:
        return np.asarray(coherent_scores(len(played), coherence, seed) * played.std())

    return {
        "as played": lambda seed: played,
        "permuted": lambda seed: np.random.default_rng(seed).permutation(played),
        "the other style's noise": lambda seed: _whole(noise(seed) + played.mean()),
        "the other style's noise on top": lambda seed: _whole(noise(seed) + played),
    }


def _whole(velocities: Velocities) -> Velocities:
    return np.clip(np.rint(velocities), 1, 127)
