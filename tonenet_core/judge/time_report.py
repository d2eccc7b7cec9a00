"""Reliability of the judge of time: real pieces whose parts it names right, and parts of no style that it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import autoregression, coherent_scores
from tonenet_core.analysis.velocity_metrics import scipy_stats
from tonenet_core.judge.fit_time import SEQUENCED, TRANSCRIBED
from tonenet_core.judge.report import DRAWS, NOISE, NOISE_ON_TOP, ORDER, PERMUTED, ShareTable
from tonenet_core.judge.time import FEWEST_VALUES, TimeJudge, unit
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress, stretch

NOT_CAPTURED = (*SEQUENCED, *TRANSCRIBED)
DEAD_PAN = "dead-pan"
TIME_CONTROLS = (PERMUTED, NOISE, NOISE_ON_TOP, DEAD_PAN)

Values = NDArray[np.float64]


@dataclass(frozen=True)
class TimeControls:
    """Values of a part that are of no style: what is heard in them is chance.

    Attributes:
        coherence: of each part and style along a piece, see `autoregression`.
    """

    coherence: dict[tuple[str, str], Values]

    @staticmethod
    def of(parts: Iterable[tuple[str, str, Values]]) -> TimeControls:
        """Make controls as coherent as these, which are part, style and values, `(k,)`, each."""
        played: dict[tuple[str, str], list[Values]] = {}
        for name, style, values in parts:
            played.setdefault((name, style), []).append(unit(values))
        return TimeControls({key: autoregression(each, ORDER) for key, each in played.items()})

    def values(self, control: str, played: Values, name: str, style: str, seed: int) -> Values:
        """Return the values of a control, `(k,)`.

        Args:
            control: one of `TIME_CONTROLS`: the values in random order; noise instead of them, or on top of them; all
                the same.
            played: the piece's own values, whose spread the noise has.
            name: of the part.
            style: whose coherence the noise has.
            seed: of the noise or the order.
        """
        if control == PERMUTED:
            return np.random.default_rng(seed).permutation(played)
        if control == DEAD_PAN:
            return np.full(len(played), float(np.median(played)))
        noise = coherent_scores(len(played), self.coherence[name, style], seed) * played.std()
        return np.asarray(noise + (played if control == NOISE_ON_TOP else played.mean()))


@dataclass
class TimeReport:
    """The figures of a judge of time.

    Attributes:
        tables: shares of pieces for each part.
    """

    tables: dict[str, ShareTable] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the tables of the parts."""
        return {name: table.as_json() for name, table in self.tables.items()}

    def as_markdown(self) -> str:
        """Return the tables of the judge's card."""
        return "\n".join(f"{name.capitalize()}:\n\n{table.as_markdown()}" for name, table in self.tables.items())


def measure_time_judge(
    judge: TimeJudge,
    pieces: Sequence[TrainingPiece],
    *,
    transcribed: Sequence[TrainingPiece] = (),
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = no_progress,
) -> TimeReport:
    """Measure a judge on unseen pieces, and on the same notes with times of no style.

    Args:
        judge: see `time.load_time_judge`.
        pieces: of the judge's styles; a part of too few notes is left out.
        transcribed: pieces that show whether the judge takes a transcriber for a style; the coherence of the noise is
            without them. "all" is without all sources that are not played by hand or not captured.
        draws: of each control, a piece.
        seed: of the controls.
        progress: see `Progress`.

    Raises:
        DataError: if SciPy is not installed.
        Cancelled: if `progress` asks to stop.
    """
    scipy_stats()
    everything, heard = [*pieces, *transcribed], []
    sources = {piece.source for piece in pieces}
    tell = stretch(progress, 0.0, 0.8)
    for index, piece in enumerate(everything):
        tell(index / len(everything))
        heard.append(judge.listen(piece))
    noise = TimeControls.of(
        (name, piece.style, played.values)
        for piece, parts in zip(pieces, heard, strict=False)
        for name, (played, _) in parts.items()
        if len(played.rows) >= FEWEST_VALUES
    )
    apart = {piece.source for piece in transcribed} | {each for each in sources if each.endswith(NOT_CAPTURED)}
    report = TimeReport({name: ShareTable(apart=apart) for name in judge.parts})
    for index, (piece, parts) in enumerate(zip(everything, heard, strict=True)):
        progress(0.8 + 0.2 * index / len(everything))
        (other,) = (style for style in judge.styles if style != piece.style)
        seeds = [int(each) for each in np.random.SeedSequence([seed, index]).generate_state(draws)]
        for name, (played, expected) in parts.items():
            if len(played.rows) < FEWEST_VALUES:
                continue
            table, verdict = report.tables[name], judge.verdict_on(name, expected, played.values)
            table.add("as played: own style likelier", piece.source, float(verdict.probability[piece.style] > 0.5))
            table.add("as played: own style named", piece.source, float(verdict.named == piece.style))
            table.add("as played: other style named", piece.source, float(verdict.named == other))
            for control in TIME_CONTROLS:
                drawn = (noise.values(control, played.values, name, other, each) for each in seeds)
                named = [judge.verdict_on(name, expected, each).named == other for each in drawn]
                table.add(f"{control}: other style named", piece.source, float(np.mean(named)))
    progress(1.0)
    return report
