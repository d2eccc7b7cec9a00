"""How a model pedals a page, against the humans of the same score; and a player's pedal, there and back.

All players of a score have the same beats, and are each other's ceiling.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.written import played_beats
from tonenet_core.evaluation.pages import HUMANS, SEEDS, is_page
from tonenet_core.evaluation.report import Report, Table
from tonenet_core.interpretation import PedalInterpretation
from tonenet_core.models.pedal import PedalModel
from tonenet_core.parts.pedal import carry_pedal, has_pedal, perform_pedal
from tonenet_core.parts.pedal_messages import pedal_messages
from tonenet_core.performance import PEDAL_DTYPE, Piece, TrainingPiece
from tonenet_core.timing.chord_changes import find_changes
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.pedal_states import find_states
from tonenet_core.timing.pedalling import DOWN, find_pedalling

FROM_PAGE = "Pedal from the page"
PAGE_NOTE = (
    "Quarter beats of a written score, against each human performance of it, mean over humans. F1, down: beats for "
    "most of which the pedal is down; kappa: their agreement beyond chance; F1, pressed: beats in which it is pressed. "
    "Down: share of the beats; presses: of the pedal, a beat; lag: median ms from a chord to the press after it."
)
TRANSFERS = "Transfers of the pedal"
TRANSFER_NOTE = (
    "To the other style. Changed: share of the clusters whose state (up, down) is another one. Lag: median ms of the "
    "presses. Back: share of the clusters whose state is the original one after the way back, and error of the lags "
    "there, RMSE in ms."
)
ALWAYS = "down throughout, pressed each beat"
CHANGES = "down throughout, pressed at each change of harmony"
RANDOM = "at random, as often as the humans"
FEWEST_BEATS = 20

Flags = NDArray[np.bool_]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BeatPedal:
    """Pedal at the beats of a page.

    Attributes:
        first: the first beat that it is known at.
        down: `(b,)`, whether it is down for most of a beat.
        pressed: `(b,)`, whether it is pressed within the beat.
        presses: a beat.
        lag_sec: median from a cluster to the press that follows; NaN without any.
    """

    first: int
    down: Flags
    pressed: Flags
    presses: float
    lag_sec: float


def measure_pedal_pages(report: Report, models: Sequence[tuple[str, PedalModel]], pages: list[TrainingPiece]) -> None:
    """Add one score's figures: of each model, by its title, of baselines, and of the humans themselves."""
    found = (_of_human(page) for page in pages if len(page.played_pedal))
    humans = [human for human in found if len(human.down) >= FEWEST_BEATS]
    if not models or not humans:
        return
    table, page = report.table(FROM_PAGE, PAGE_NOTE), pages[0]
    for title, model in models:
        if page.style in model.styles:
            target = model.pedalling(page, page.style, page=True)
            process = model.residuals(page.style)
            _against(table, title, [_performed(page, perform_pedal(target, process, None))], humans)
            takes = [_performed(page, perform_pedal(target, process, seed)) for seed in SEEDS]
            _against(table, f"{title}, performed", takes, humans)
    every = np.ones(max(len(page.beats_sec) - 1, 0), np.bool_)
    clusters = find_clusters(page.notes)
    changes = clusters.time_sec[find_changes(page, clusters)]
    at_changes = np.histogram(changes, page.beats_sec)[0] > 0
    for title, pressed in ((ALWAYS, every), (CHANGES, at_changes)):
        _against(table, title, [BeatPedal(0, every, pressed, float(pressed.mean()), float("nan"))], humans)
    for name in ("down", "pressed"):
        shares = [float(getattr(human, name).mean()) for human in humans]
        _add(table, RANDOM, f"F1, {name}", (_chance(float(np.mean(shares)), share) for share in shares))
        pairs = (_agreement(a, b, name) for a, b in combinations(humans, 2))
        both = [each for each in pairs if each is not None]
        _add(table, HUMANS, f"F1, {name}", (f1(*each) for each in both))
        if name == "down":
            _add(table, HUMANS, "kappa, down", (kappa(*each) for each in both))
    _add_usage(table, HUMANS, humans)


def f1(mine: Flags, theirs: Flags) -> float:
    """Return the harmonic mean of precision and recall; NaN where neither has any."""
    total = int(mine.sum() + theirs.sum())
    return 2 * int((mine & theirs).sum()) / total if total else float("nan")


def kappa(mine: Flags, theirs: Flags) -> float:
    """Return Cohen's kappa, the agreement beyond chance; NaN where both are all the same.

    Source: J. Cohen, A coefficient of agreement for nominal scales, 1960.
    """
    a, b = float(mine.mean()), float(theirs.mean())
    by_chance = a * b + (1 - a) * (1 - b)
    return (float((mine == theirs).mean()) - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")


def _chance(mine: float, theirs: float) -> float:
    return 2 * mine * theirs / (mine + theirs) if mine + theirs else float("nan")


def _against(table: Table, row: str, takes: list[BeatPedal], humans: list[BeatPedal]) -> None:
    for name in ("down", "pressed"):
        pairs = [_agreement(take, human, name) for take in takes for human in humans]
        both = [pair for pair in pairs if pair is not None]
        _add(table, row, f"F1, {name}", (f1(*pair) for pair in both))
        if name == "down":
            _add(table, row, "kappa, down", (kappa(*pair) for pair in both))
    _add_usage(table, row, takes)


def _add_usage(table: Table, row: str, takes: list[BeatPedal]) -> None:
    _add(table, row, "down", (float(take.down.mean()) for take in takes))
    _add(table, row, "presses", (take.presses for take in takes))
    _add(table, row, "lag, ms", (1000 * take.lag_sec for take in takes))


def _agreement(mine: BeatPedal, theirs: BeatPedal, name: str) -> tuple[Flags, Flags] | None:
    """Return the flags of both at the beats that both have; None for too few beats."""
    own, other = getattr(mine, name), getattr(theirs, name)
    first = max(mine.first, theirs.first)
    last = min(mine.first + len(own), theirs.first + len(other))
    if last - first < FEWEST_BEATS:
        return None
    return own[first - mine.first : last - mine.first], other[first - theirs.first : last - theirs.first]


def _of_human(page: TrainingPiece) -> BeatPedal:
    first, beats = played_beats(page)
    clusters = find_clusters(page.notes)
    time = np.maximum.accumulate(page.played["onset_sec"][clusters.top])
    return _at_beats(page.played_pedal, beats, time, first)


def _performed(page: TrainingPiece, made: PedalInterpretation) -> BeatPedal:
    """Return the pedal of a page that was performed, at the page's beats."""
    return _at_beats(pedalled(page, made), page.beats_sec, find_clusters(page.notes).time_sec, 0)


def pedalled(piece: Piece, made: PedalInterpretation) -> NDArray[np.void]:
    """Return the pedal of a piece in a style at full strength, of `PEDAL_DTYPE`."""
    messages = pedal_messages(piece, made, 1.0)
    pedal = np.empty(len(messages.time_sec), PEDAL_DTYPE)
    pedal["time_sec"], pedal["value"] = messages.time_sec, messages.value
    return pedal


def _at_beats(pedal: NDArray[np.void], beats: Values, time_sec: Values, first: int) -> BeatPedal:
    """Return a pedal at beats that it was played at, given the times of the clusters."""
    count = max(len(beats) - 1, 0)
    down = pedal["value"] >= DOWN
    press = pedal["time_sec"][down & ~np.concatenate([[False], down[:-1]])]
    moments = np.sort(np.concatenate([beats, pedal["time_sec"]]))
    is_held = np.append(down, False)[np.searchsorted(pedal["time_sec"], moments[:-1], "right") - 1]
    held = np.concatenate([[0.0], np.cumsum(np.diff(moments) * is_held)])
    share = np.diff(np.interp(beats, moments, held)) / np.maximum(np.diff(beats), 1e-6) if count else np.zeros(0)
    pressed = np.histogram(press, beats)[0] if count else np.zeros(0, np.int64)
    lag = find_states(time_sec, pedal).press_sec
    known = lag[np.isfinite(lag)]
    middle = float(np.median(known)) if len(known) else float("nan")
    return BeatPedal(first, share > 0.5, pressed > 0, float(pressed.mean()) if count else 0.0, middle)


def _add(table: Table, row: str, column: str, figures: Iterable[float]) -> None:
    known = [float(figure) for figure in figures if np.isfinite(figure)]
    if known:
        table.add(row, column, float(np.mean(known)))


# -- transfers ----------------------------------------------------------------------------------------------------


def measure_pedal_transfers(
    report: Report, model: PedalModel, pieces: Iterable[TrainingPiece], captured: Collection[str]
) -> None:
    """Add the figures of transfers of the played pieces of some sources, whose pedal was captured."""
    for piece in pieces:
        if piece.source in captured and not is_page(piece) and has_pedal(piece):
            report.pieces[piece.source] = report.pieces.get(piece.source, 0) + 1
            measure_pedal_transfer(report, model, piece)


def measure_pedal_transfer(report: Report, model: PedalModel, piece: TrainingPiece) -> None:
    """Add the figures of a played piece with a pedal, to each other style and back."""
    if not has_pedal(piece):
        return
    table, clusters = report.table(TRANSFERS, TRANSFER_NOTE), find_clusters(piece.notes)
    before = find_states(clusters.time_sec, piece.pedal)
    for style in sorted(set(model.styles) - {piece.style}):
        row = f"{piece.source} to {style}"
        there = _in_style(piece, model, style, piece.style)
        back = _in_style(there, model, piece.style, style)
        after, again = (find_states(clusters.time_sec, each.pedal) for each in (there, back))
        table.add(row, "changed", float(np.mean(before.is_down != after.is_down)))
        for name, states, played in (("before", before, piece), ("after", after, there)):
            found = find_pedalling(played, clusters)
            _add(table, row, f"down, {name}", [found.share_down])
            _add(table, row, f"presses a second, {name}", [found.presses_a_second])
            _add(table, row, f"lag, ms, {name}", [1000 * float(np.nanmedian(states.press_sec))])
        table.add(row, "back, states", float(np.mean(before.is_down == again.is_down)))
        error = again.press_sec - before.press_sec
        _add(table, row, "back, ms", [1000 * float(np.sqrt(np.nanmean(error**2)))])


def _in_style(piece: Piece, model: PedalModel, style: str, source_style: str) -> Piece:
    clusters = find_clusters(piece.notes)
    made = carry_pedal(piece, clusters, model, style, source_style)
    return Piece(piece.notes, piece.beats_sec, piece.downbeats_sec, pedalled(piece, made))
