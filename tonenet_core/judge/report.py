"""Accuracy of the style judge on real pieces, and its false positives on velocities of no style.

A judge is useful only if it does not mistake chance for a style. So the share of real pieces that it recognises is
reported beside the rate at which it names *the other* style when a piece has velocities that are independent of its
notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import autoregression, coherent_scores
from tonenet_core.analysis.velocity_metrics import bootstrap_interval, scipy_stats
from tonenet_core.errors import DataError
from tonenet_core.judge import Judge
from tonenet_core.midi import read_midi
from tonenet_core.midi.folders import midi_files
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress

DRAWS = 10  # of each control, a piece
ORDER = 16  # of the noise's autoregression, in notes

Velocities = NDArray[np.float64]
Shares = dict[str, list[float]]
"""Data set -> for each piece 0 or 1, or a share of draws."""


AS_PLAYED = "as played"
PERMUTED = "permuted"
NOISE = "the other style's noise"
NOISE_ON_TOP = "the other style's noise on top"
CONTROLS = (PERMUTED, NOISE, NOISE_ON_TOP)


@dataclass(frozen=True)
class Controls:
    """Velocities of no style: what is heard in them is chance.

    Attributes:
        coherence: of each style's playing along the piece, see `autoregression`.
    """

    coherence: dict[str, NDArray[np.float64]]

    @staticmethod
    def of(pieces: Iterable[TrainingPiece], styles: tuple[str, ...]) -> Controls:
        """Make controls as coherent as these pieces."""
        played: dict[str, list[Velocities]] = {style: [] for style in styles}
        for piece in pieces:
            if piece.style in played:
                played[piece.style].append(_played(piece))
        return Controls({style: autoregression(each, ORDER) for style, each in played.items()})

    def velocities(self, control: str, played: Velocities, style: str, seed: int) -> Velocities:
        """Return the velocities of a control, `(n,)`.

        Args:
            control: one of `CONTROLS`: the velocities in random order; noise instead of them, or on top of them.
            played: the piece's own velocities, whose spread the noise has.
            style: whose coherence the noise has.
            seed: of the noise or the order.
        """
        if control == PERMUTED:
            return np.random.default_rng(seed).permutation(played)
        noise = coherent_scores(len(played), self.coherence[style], seed) * played.std()
        return _whole(noise + (played if control == NOISE_ON_TOP else played.mean()))


@dataclass
class ShareTable:
    """Shares of pieces, with 95 % bootstrap intervals.

    Attributes:
        rows: title -> data set -> for each piece 0 or 1, or a share of draws.
        apart: data sets that are not counted in "all".
    """

    rows: dict[str, Shares] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)

    def add(self, row: str, source: str, share: float) -> None:
        """Append the share of a piece."""
        self.rows.setdefault(row, {}).setdefault(source, []).append(share)

    def as_json(self) -> dict[str, Any]:
        """Return each share as mean, low, high, for each data set and for all of them."""
        return {
            name: {
                source: dict(zip(("mean", "low", "high"), bootstrap_interval(values), strict=True))
                for source, values in self._with_all(shares).items()
            }
            for name, shares in self.rows.items()
        }

    def as_markdown(self) -> str:
        """Return the table of a judge's card."""
        first = next(iter(self.rows.values()), {})
        head = [f"{source} ({len(values)})" for source, values in self._with_all(first).items()]
        lines = [f"| | {' | '.join(head)} |", "|---|" + "---|" * len(head)]
        lines += [f"| {title} | {' | '.join(self._cells(shares))} |" for title, shares in self.rows.items()]
        return "\n".join(lines) + "\n"

    def _cells(self, shares: Shares) -> list[str]:
        figures = map(bootstrap_interval, self._with_all(shares).values())
        return [f"{mean:.3f} ({low:.2f}..{high:.2f})" for mean, low, high in figures]

    def _with_all(self, shares: Shares) -> Shares:
        counted = (values for source, values in shares.items() if source not in self.apart)
        return shares | {"all": [value for values in counted for value in values]}


@dataclass
class JudgeReport:
    """The figures of a judge.

    Attributes:
        crossing: the piece's own style is the likelier one.
        named: the judge is sure of the piece's own style.
        other: control -> the judge is sure of the other style.
        apart: data sets that are not counted in "all".
    """

    crossing: Shares = field(default_factory=dict)
    named: Shares = field(default_factory=dict)
    other: dict[str, Shares] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        """Return each share as mean, low, high, for each data set and for all of them."""
        return ShareTable({"crossing .5": self.crossing, "named": self.named, **self.other}, self.apart).as_json()

    def as_markdown(self) -> str:
        """Return the tables of the judge's card."""
        rows = {"as played: own style likelier": self.crossing, "as played: own style named": self.named}
        rows |= {f"{control}: other style named": shares for control, shares in self.other.items()}
        return ShareTable(rows, self.apart).as_markdown()


def measure_judge(
    judge: Judge,
    pieces: list[TrainingPiece],
    *,
    transcribed: Sequence[TrainingPiece] = (),
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
        transcribed: pieces that show whether the judge takes a transcriber for a style; they are counted like the
            others, though "all" is without them, and so is the coherence of the noise.
        notes: number of notes of a piece that are used, from its middle; None: all.
        draws: of each control, a piece.
        seed: of the controls.
        progress: see `Progress`.

    Raises:
        DataError: if SciPy is not installed.
        Cancelled: if `progress` asks to stop.
    """
    scipy_stats()  # the report needs it: better refused now than after the work
    report = JudgeReport(apart={piece.source for piece in transcribed})
    noise = Controls.of(pieces, judge.styles)
    everything = [*pieces, *transcribed]
    for index, whole in enumerate(everything):
        piece = whole if notes is None else _middle(whole, notes)
        progress(index / len(everything))
        (other,) = (style for style in judge.styles if style != piece.style)
        played, expectations = _played(piece), judge.expectations(piece)
        verdict = judge.verdict_on(expectations, played)
        report.crossing.setdefault(piece.source, []).append(float(verdict.probability[piece.style] > 0.5))
        report.named.setdefault(piece.source, []).append(float(verdict.named == piece.style))
        report.other.setdefault(AS_PLAYED, {}).setdefault(piece.source, []).append(float(verdict.named == other))
        seeds = [int(each) for each in np.random.SeedSequence([seed, index]).generate_state(draws)]
        for control in CONTROLS:
            drawn = (noise.velocities(control, played, other, each) for each in seeds)
            named = [judge.verdict_on(expectations, each).named == other for each in drawn]
            report.other.setdefault(control, {}).setdefault(piece.source, []).append(float(np.mean(named)))
    progress(1.0)
    return report


def transcribed_pieces(folder: Path, style: str = "classical") -> list[TrainingPiece]:
    """Return the pieces of a folder of MIDI files, all of one style; the folder's name is their source.

    Raises:
        DataError: if there is none.
        MidiError: if one of them cannot be read.
    """
    pieces = []
    for path, _ in midi_files([folder]):
        read = read_midi(path)
        arrays = (read.notes, read.beats_sec, read.downbeats_sec, read.pedal)
        pieces.append(TrainingPiece(*arrays, style=style, source=folder.name, name=str(path.relative_to(folder))))
    if not pieces:
        raise DataError(f"There are no MIDI files in {folder}.")
    return pieces


def _middle(piece: TrainingPiece, notes: int) -> TrainingPiece:
    start = max(len(piece.notes) - notes, 0) // 2
    return replace(piece, notes=piece.notes[start : start + notes])


def _played(piece: TrainingPiece) -> Velocities:
    return piece.notes["velocity"].astype(np.float64)


def _whole(velocities: Velocities) -> Velocities:
    return np.clip(np.rint(velocities), 1, 127)
