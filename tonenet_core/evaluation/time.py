"""How models of time play: touch from the page, against the humans of the same score; touch and swing, there and back.

As in `pages.py`, all players of a score have the same notes, and are each other's ceiling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.checkpoint import CheckpointInfo, load
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.written import as_played
from tonenet_core.evaluation.judged_time import measure_judged_time
from tonenet_core.evaluation.pages import HUMANS, SEEDS, find_equal_eighths, is_page, pages_by_score
from tonenet_core.evaluation.pedal import measure_pedal_pages, measure_pedal_transfers
from tonenet_core.evaluation.players import Players
from tonenet_core.evaluation.report import Report, Table
from tonenet_core.evaluation.rhythm import measure_rhythm_pages
from tonenet_core.evaluation.tempo import measure_tempo_pages, measure_tempo_transfers
from tonenet_core.interpretation import TimeInterpretation
from tonenet_core.judge.time import TimeJudge, load_time_judge
from tonenet_core.models.base import TempoModel, TouchModel
from tonenet_core.models.expression.touch_features import touch_rows
from tonenet_core.models.micro_timing import MicroTimingModel
from tonenet_core.models.pedal import PedalModel
from tonenet_core.models.rhythm import RhythmModel
from tonenet_core.models.swing import SwingModel
from tonenet_core.models.touch import ARTICULATION, LAG, Scale
from tonenet_core.parts.compose import note_times
from tonenet_core.parts.rhythm import PageModels
from tonenet_core.parts.time import STRAIGHT, TimeModels, interpret_time
from tonenet_core.parts.touch import perform_touch
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress
from tonenet_core.timing.articulation import SHORTEST_SEC, find_articulation
from tonenet_core.timing.clusters import Clusters, find_clusters
from tonenet_core.timing.swing import FEWEST_PAIRS, find_swing

FROM_PAGE = "Touch from the page"
TRANSFERS = "Transfers of time"
PAGE_NOTE = (
    "Lags inside chords, against the chord's mean, and log articulation of written notes: correlation inside the piece "
    "with each human performance of the same score, mean over humans; of the distributions' medians, of their means, "
    "and of five takes. Spread: of the takes, over that of the humans. Melody: milliseconds by which the top of the "
    "chords is before the rest."
)
TRANSFER_NOTE = (
    "To the other style. Moved: share of notes that begin more than 10 ms earlier or later. BUR: mean log2 beat-upbeat "
    f"ratio of pieces with {FEWEST_PAIRS} pairs or more; as usual: share of them within .27 of the style's mean at "
    "their tempo; equal eighths: the same, by the pairs alone that the score has as equal ones, where it is known. "
    "Back: error after the way back, RMSE of onsets in ms, share of onsets within 5 ms, median error of lengths in %, "
    "and share of pieces whose RMSE is 5 ms at most. Straight: jazz whose eighths are straight; they stay so there, "
    "and swing on the way back."
)
USUAL = 0.27  # standard deviation of the swing of trios about the mean of their tempo
HEARD_SEC, NEAR_SEC = 0.01, 0.005
_PLACES_PER_BEAT = 48
_FEWEST = 20  # notes that two players have in common
_NAMES = ("lag", "articulation")

Values = NDArray[np.float64]
Beats = NDArray[np.int64]


def measure_time(infos: Sequence[CheckpointInfo], cache: Cache, split: str, progress: Progress) -> Report:
    """Return the figures of models of time on a split; with one of touch and one of swing, those of transfers too."""
    report = Report([info.name for info in infos], split)
    models = [(info.title, load(info.path, "cpu")) for info in infos]
    touch = [(title, model) for title, model in models if isinstance(model, TouchModel)]
    swing = [model for _, model in models if isinstance(model, SwingModel)]
    tempo = [(title, model) for title, model in models if isinstance(model, TempoModel)]
    micro_timing = [(title, model) for title, model in models if isinstance(model, MicroTimingModel)]
    pedal = [(title, model) for title, model in models if isinstance(model, PedalModel)]
    rhythm = [(title, model) for title, model in models if isinstance(model, RhythmModel)]
    players: list[Players] = list(tempo)
    for title, paced in tempo:
        for inside, other in micro_timing:
            both = PageModels(paced, other)
            players.append((f"{title}, {inside}", both))
            players += [(f"{title}, {inside}, {name}", replace(both, rhythm=network)) for name, network in rhythm]
    scores = list(pages_by_score(cache, split, infos[0].styles))
    for done, pages in enumerate(scores):
        progress(done / (2 * len(scores)))
        measure_touch_pages(report, touch, pages)
        measure_tempo_pages(report, players, pages)
        measure_rhythm_pages(report, players, pages)
        measure_pedal_pages(report, pedal, pages)
    for info, (_, model) in zip(infos, models, strict=True):
        if isinstance(model, PedalModel):
            measure_pedal_transfers(report, model, cache.pieces(split, model.styles), info.config["sources"])
    if touch and swing:
        pieces, judge = list(_transferred_pieces(cache, split, infos[0].styles)), load_time_judge()
        for done, (piece, equal) in enumerate(pieces):
            progress(0.5 + done / (2 * len(pieces)))
            report.pieces[piece.source] = report.pieces.get(piece.source, 0) + 1
            _measure_transfer(report, TimeModels(touch[0][1], swing[0]), piece, judge, equal)
    if tempo:
        styles = sorted({name for info in infos for name in (*info.styles, *info.config.get("steady_styles", ()))})
        pieces = list(_transferred_pieces(cache, split, styles))
        measure_tempo_transfers(report, tempo[0][1], [piece for piece, _ in pieces], styles)
    progress(1.0)
    return report


# -- from the page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Player:
    """One human's touch of a page.

    Attributes:
        place: which note stands where on the page.
        touch: lags, centred, and articulation, `(n,)` each; NaN of notes without.
        late_sec: by how much the notes below the top of the chords are late on average.
    """

    place: dict[tuple[int, int], int]
    touch: tuple[Values, Values]
    late_sec: float


def measure_touch_pages(report: Report, models: Sequence[tuple[str, TouchModel]], pages: list[TrainingPiece]) -> None:
    """Add one score's figures: of each model, by its title, and of the humans themselves."""
    if not models:
        return
    table, first = report.table(FROM_PAGE, PAGE_NOTE), pages[0]
    players = [_player(page) for page in pages]
    for title, model in models:
        if first.style in model.styles:
            _measure_model(table, title, model, first, players)
    for index, name in enumerate(_NAMES):
        pairs = (_agreement(a, a.touch[index], b, index) for a, b in combinations(players, 2))
        _add(table, HUMANS, f"r, {name}", pairs)
    _add(table, HUMANS, "melody, ms", (1000 * each.late_sec for each in players))


def _measure_model(table: Table, title: str, model: TouchModel, page: TrainingPiece, players: list[_Player]) -> None:
    clusters = find_clusters(page.notes)
    made = model.touch(page, page.style, page=True)
    scales = ((LAG, made.lag), (ARTICULATION, made.articulation))
    medians, means = (
        [find(scale, scale.borders(mass)) for scale, mass in scales] for find in (Scale.median, Scale.mean)
    )
    for expected in (medians, means):
        expected[0] = _centred(np.where(clusters.is_chord_note, expected[0], np.nan), clusters)
    takes = [perform_touch(page, clusters, made, model.residuals(page.style), seed) for seed in SEEDS]
    performed = [(_centred(np.where(clusters.is_chord_note, lag, np.nan), clusters), length) for lag, length in takes]
    own = players[0]
    for index, name in enumerate(_NAMES):
        for end, expected in (("", medians), (", means", means)):
            against = (_agreement(own, expected[index], each, index) for each in players)
            _add(table, title, f"r, {name}{end}", against)
        against = (_agreement(own, take[index], each, index) for take in performed for each in players)
        _add(table, title, f"r, {name}, performed", against)
        known = np.isfinite(own.touch[index])
        human = np.mean([np.nanstd(each.touch[index]) for each in players if np.isfinite(each.touch[index]).any()])
        _add(table, title, f"spread, {name}", (np.nanstd(take[index][known]) / human for take in performed))
    chord = clusters.is_chord_note
    _add(table, title, "melody, ms", (1000 * lag[chord].mean() for lag, _ in takes if chord.any()))


def _player(page: TrainingPiece) -> _Player:
    rows, clusters = touch_rows(page), find_clusters(page.notes)
    behind = np.where(LAG.holds(rows.lag_sec), rows.lag_sec, np.nan)
    late = float(np.mean(behind[np.isfinite(behind)])) if np.isfinite(behind).any() else float("nan")
    lag = _centred(behind, clusters)
    articulation = np.where(ARTICULATION.holds(rows.articulation), rows.articulation, np.nan)
    beat_sec = float(page.beats_sec[1] - page.beats_sec[0])
    places = np.rint((page.notes["onset_sec"] - page.beats_sec[0]) / beat_sec * _PLACES_PER_BEAT).astype(np.int64)
    by_note = zip(places.tolist(), page.notes["pitch"].tolist(), strict=True)
    return _Player({note: index for index, note in enumerate(by_note)}, (lag, articulation), late)


def _centred(lag: Values, clusters: Clusters) -> Values:
    """Return lags against the mean of their chord, the top note's included; NaN of single notes."""
    known = np.isfinite(lag)
    in_chord = (np.bincount(clusters.of_note, known, minlength=len(clusters)) > 0)[clusters.of_note]
    filled, size = np.where(known, lag, 0.0), np.bincount(clusters.of_note, minlength=len(clusters))
    mean = np.bincount(clusters.of_note, filled, minlength=len(clusters)) / np.maximum(size, 1)
    return np.where(in_chord, filled - mean[clusters.of_note], np.nan)


def _agreement(mine: _Player, values: Values, theirs: _Player, index: int) -> float:
    """Return the correlation of my values with another player's of the same notes; NaN for too few."""
    common = [(mine.place[note], theirs.place[note]) for note in mine.place if note in theirs.place]
    if len(common) < _FEWEST:
        return float("nan")
    own, other = np.array(common).T
    a, b = values[own], theirs.touch[index][other]
    known = np.isfinite(a) & np.isfinite(b)
    return pearson(a[known], b[known]) if known.sum() >= _FEWEST else float("nan")


def _add(table: Table, row: str, column: str, figures: Iterable[float]) -> None:
    known = [float(figure) for figure in figures if np.isfinite(figure)]
    if known:
        table.add(row, column, float(np.mean(known)))


# -- transfers ----------------------------------------------------------------------------------------------------


def _transferred_pieces(
    cache: Cache, split: str, styles: Sequence[str]
) -> Iterable[tuple[TrainingPiece, Beats | None]]:
    """Yield the played pieces, and the pages with their beats as they were played; and which have equal eighths."""
    for piece in cache.pieces(split, tuple(styles)):
        if not is_page(piece):
            yield piece, None
        elif len(piece.played):
            played = as_played(piece)
            beats = (played.beats_sec, played.downbeats_sec, played.pedal)
            yield TrainingPiece(played.notes, *beats, piece.style, piece.source, piece.name), find_equal_eighths(piece)


def _measure_transfer(
    report: Report, models: TimeModels, piece: TrainingPiece, judge: TimeJudge | None, equal: Beats | None
) -> None:
    table = report.table(TRANSFERS, TRANSFER_NOTE)
    for style in sorted(models.styles - {piece.style}):
        there, order, made = _played_in(piece, models, style, piece.style)
        back, again, _ = _played_in(there, models, piece.style, style)
        if judge is not None:
            measure_judged_time(report, judge, piece, there, style)
        row = f"{piece.source}{', straight' if STRAIGHT in made.notices else ''} to {style}"
        origin = order[again]
        moved = np.abs(there.notes["onset_sec"] - piece.notes["onset_sec"][order])
        table.add(row, "moved", float(np.mean(moved > HEARD_SEC)))
        before, after = find_swing(piece), find_swing(there)
        if len(before) >= FEWEST_PAIRS:
            table.add(row, "BUR before", before.mean)
            table.add(row, "BUR after", after.mean)
            usual = float(np.mean(models.swing.swing(style).mean_at(np.diff(piece.beats_sec)[before.beat])))
            table.add(row, "as usual", float(abs(after.mean - usual) <= USUAL))
            counted = after.is_full if equal is None else after.is_full & np.isin(after.beat, equal)
            if np.count_nonzero(counted) >= FEWEST_PAIRS:
                ratio = float(np.mean(after.log2_bur[counted]))
                table.add(row, "equal eighths, as usual", float(abs(ratio - usual) <= USUAL))
        for name, played in (("before", piece), ("after", there)):
            _add(table, row, f"lag of the rest, ms, {name}", [_lag_of_rest(played)])
            clusters = find_clusters(played.notes)
            _add(table, row, f"articulation, {name}", [float(np.nanmedian(find_articulation(played.notes, clusters)))])
        error = np.abs(back.notes["onset_sec"] - piece.notes["onset_sec"][origin])
        table.add(row, "back, ms", float(np.sqrt(np.mean(error**2))) * 1000)
        table.add(row, "back, within 5 ms", float(np.mean(error <= NEAR_SEC)))
        table.add(row, "pieces back within 5 ms", float(np.sqrt(np.mean(error**2)) <= NEAR_SEC))
        held = np.maximum(piece.notes["duration_sec"][origin], SHORTEST_SEC)
        wrong = np.abs(back.notes["duration_sec"] - piece.notes["duration_sec"][origin]) / held
        table.add(row, "back, lengths, %", 100 * float(np.median(wrong)))


def _played_in(
    piece: Piece, models: TimeModels, style: str, source_style: str
) -> tuple[Piece, NDArray[np.intp], TimeInterpretation]:
    """Return a piece in another style, where each of its notes was, and how it was made."""
    made = interpret_time(piece, models, style, source_style)
    times = note_times(piece, made, 1.0)
    notes = piece.notes.copy()
    notes["onset_sec"], notes["duration_sec"] = times.onset_sec, times.duration_sec
    order = np.lexsort((notes["pitch"], notes["onset_sec"]))
    return Piece(notes[order], piece.beats_sec, piece.downbeats_sec, piece.pedal), order, made


def _lag_of_rest(piece: Piece) -> float:
    """Return the mean lag, in ms, of chord notes behind the top; NaN without chords."""
    clusters = find_clusters(piece.notes)
    lags = clusters.lag_sec[clusters.is_chord_note]
    return float(lags.mean()) * 1000 if len(lags) else float("nan")
