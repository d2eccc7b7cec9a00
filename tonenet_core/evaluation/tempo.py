"""How models of tempo play: a page's tempo against the humans of the same score, and a player's in the other style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import coherent_scores
from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.encoding.written import played_beats
from tonenet_core.evaluation.pages import HUMANS, is_page
from tonenet_core.evaluation.players import Players, play_takes
from tonenet_core.evaluation.report import Report
from tonenet_core.models.base import TempoModel
from tonenet_core.models.tempo import carry_tempo
from tonenet_core.models.timing.tempo import FARTHEST, FEWEST_BEATS
from tonenet_core.performance import TrainingPiece
from tonenet_core.timing.tempo import beats_at, find_sections, find_tempo, seconds_at

TEMPO = "Tempo from the page"
TEMPO_NOTE = (
    "Log period of each beat of a written score: correlation inside the piece with each human performance of it, mean "
    "over humans; of five takes, and their spread over that of the humans."
)
TRANSFERS = "Tempo in the other style"
TRANSFERS_NOTE = (
    "Of pieces whose tempo breathes, without those whose alignment slips; jazz, which the data has to a click only, is "
    "given tempos as steady as the two pieces of its training data that are to none. sd: of the log periods inside "
    "sections of one tempo; lag 1: their autocorrelation. Spread: sd over that of the target style (classical: the "
    "mean of the pages of this split). Back: RMSE of the log periods after the way back; length: change of the piece's "
    "seconds, there, in %."
)
FEWEST = 20  # beats that two players have in common
SLIPPED = 0.02  # share of the beats that are too far from their section's tempo, of a piece that is left out
NEAR = 0.02  # RMSE of log periods, of a tempo that has come back

Values = NDArray[np.float64]


def measure_tempo_pages(report: Report, players: Sequence[Players], pages: list[TrainingPiece]) -> None:
    """Add the tempo of one score's pages: of each model, or of those that play together, and of the humans."""
    if not players:
        return
    table, first = report.table(TEMPO, TEMPO_NOTE), pages[0]
    humans = [log_periods(page) for page in pages]

    def add(row: str, column: str, figures: Iterable[float]) -> None:
        known = [figure for figure in figures if np.isfinite(figure)]
        if known:
            table.add(row, column, float(np.mean(known)))

    for title, models in players:
        if first.style not in models.styles:
            continue
        expected, *takes = (log_period for log_period, _ in play_takes(models, first))
        add(title, "r, log beat period", (_agreement(expected, human) for human in humans))
        add(title, "r, performed", (_agreement(take, human) for take in takes for human in humans))
        spread = float(np.mean([np.nanstd(human) for human in humans if np.isfinite(human).any()]))
        add(title, "spread", (float(take.std()) / spread for take in takes))
    add(HUMANS, "r, log beat period", (_agreement(a, b) for a, b in combinations(humans, 2)))


def log_periods(page: TrainingPiece) -> Values:
    """Return the log periods of a page's beats as they were played, `(b - 1,)`; NaN of those that were not."""
    first, played = played_beats(page)
    found = np.full(max(len(page.beats_sec) - 1, 0), np.nan)
    period = np.log(np.diff(played))[: max(len(found) - first, 0)]
    found[first : first + len(period)] = period
    if len(period):
        found[np.abs(found - np.median(period)) > FARTHEST] = np.nan
    return found


def _agreement(mine: Values, theirs: Values) -> float:
    """Return the correlation of two tempo curves of one score; NaN for too few beats."""
    count = min(len(mine), len(theirs))
    known = np.isfinite(mine[:count]) & np.isfinite(theirs[:count])
    return pearson(mine[:count][known], theirs[:count][known]) if known.sum() >= FEWEST else float("nan")


# -- in the other style -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Transfer:
    """Log periods of a piece, as played, in the other style, and back; each `(b - 1,)`."""

    piece: TrainingPiece
    style: str
    before: Values
    after: Values
    back: Values


def measure_tempo_transfers(
    report: Report, model: TempoModel, pieces: Sequence[TrainingPiece], styles: Sequence[str]
) -> None:
    """Add the transfers of a split's pieces.

    Args:
        report: to add to.
        model: of the tempo.
        pieces: pages are played ones here, with the beats of their players.
        styles: those of the data.
    """
    found = []
    for piece in pieces:
        if len(piece.beats_sec) <= FEWEST_BEATS or _slips(piece):
            continue
        for style in sorted(set(styles) - {piece.style}):
            if not find_tempo(piece.beats_sec).is_to_a_click:
                found.append(_transferred(model, piece, style))
            elif piece.style not in model.styles:
                found.append(_transferred(model, _breathing(model, piece, len(found)), style))
    usual = {style: _usual_sd(found, style) for style in styles}
    table = report.table(TRANSFERS, TRANSFERS_NOTE, 3)
    for each in found:
        figures = {
            "sd before": _sd(each.before),
            "sd after": _sd(each.after),
            "spread": _sd(each.after) / usual[each.style],
            "lag 1 before": _coherence(each.before),
            "lag 1 after": _coherence(each.after),
            "back": float(np.sqrt(np.mean((each.back - each.before) ** 2))),
            "back, within .02": float(np.sqrt(np.mean((each.back - each.before) ** 2)) <= NEAR),
            "length, %": 100 * abs(float(np.exp(each.after).sum() / np.exp(each.before).sum()) - 1),
        }
        for column, figure in figures.items():
            if np.isfinite(figure):
                table.add(f"{each.piece.source} to {each.style}", column, figure)


def _slips(piece: TrainingPiece) -> bool:
    """Whether beats are no beats: in a cadenza, or where the alignment of a page is wrong."""
    return float(np.mean(np.abs(_inside(find_tempo(piece.beats_sec).log_period)) > FARTHEST)) > SLIPPED


def _usual_sd(found: Sequence[_Transfer], style: str) -> float:
    """Return the mean of a style's pieces, of pages if there are any; NaN without pieces."""
    own = [each for each in found if each.piece.style == style]
    played = [each for each in own if is_page(each.piece)] or own
    return float(np.mean([_sd(each.before) for each in played])) if played else float("nan")


def _transferred(model: TempoModel, piece: TrainingPiece, style: str) -> _Transfer:
    played = find_tempo(piece.beats_sec).log_period
    source, target = (model.style_tempo(piece, name) for name in (piece.style, style))
    made = carry_tempo(source, target, played)
    there = with_tempo(piece, made)
    source, target = (model.style_tempo(there, name) for name in (style, piece.style))
    return _Transfer(piece, style, played, made, carry_tempo(source, target, made))


def _breathing(model: TempoModel, piece: TrainingPiece, seed: int) -> TrainingPiece:
    """Return a piece to a click in a tempo as its style has it."""
    usual = model.style_tempo(piece, piece.style)
    played = find_tempo(piece.beats_sec).log_period
    scores = coherent_scores(len(played), usual.process.coherence, seed)
    return with_tempo(piece, played + usual.curve.middle + usual.curve.spread * scores)


def with_tempo(piece: TrainingPiece, log_period: Values) -> TrainingPiece:
    """Return a piece with other periods of its beats, in which everything stays at its place among them."""
    beats = piece.beats_sec[0] + np.concatenate([[0.0], np.cumsum(np.exp(log_period))])

    def moved(seconds: Values) -> Values:
        return seconds_at(beats, beats_at(piece.beats_sec, seconds))

    notes = piece.notes.copy()
    onset, end = moved(notes["onset_sec"]), moved(notes["onset_sec"] + notes["duration_sec"])
    notes["onset_sec"], notes["duration_sec"] = onset, end - onset
    return TrainingPiece(notes, beats, moved(piece.downbeats_sec), piece.pedal, piece.style, piece.source, piece.name)


def _inside(log_period: Values) -> Values:
    """Return log periods about the means of their sections."""
    return np.concatenate([part - part.mean() for part in np.split(log_period, find_sections(log_period)[1:-1])])


def _sd(log_period: Values) -> float:
    return float(np.std(_inside(log_period)))


def _coherence(log_period: Values) -> float:
    """Return the autocorrelation of log periods from beat to beat; NaN for a steady tempo."""
    about = _inside(log_period)
    return float(np.mean(about[1:] * about[:-1]) / about.var()) if about.any() else float("nan")
