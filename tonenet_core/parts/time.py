"""Time of a piece in another style: the models of touch, swing, tempo and pedal, run once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import Sentence
from tonenet_core.interpretation import Interpretation, Part, PedalInterpretation, TimeInterpretation
from tonenet_core.models.base import TempoModel, TouchModel
from tonenet_core.models.micro_timing import MicroTimingModel
from tonenet_core.models.pedal import PedalModel
from tonenet_core.models.rhythm import RhythmModel
from tonenet_core.models.swing import SwingModel, carry_swing
from tonenet_core.parts.pedal import PEDALLED, carry_pedal, has_pedal, perform_pedal
from tonenet_core.parts.rhythm import PageModels, play_page
from tonenet_core.parts.tempo import NO_BEATS, play_tempo
from tonenet_core.parts.touch import carry_touch, perform_touch
from tonenet_core.parts.written import is_page, is_written
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress, part, stretch
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import Clusters, find_clusters
from tonenet_core.timing.swing import FEWEST_PAIRS, SWUNG, Swing, find_swing
from tonenet_core.timing.tempo import find_tempo

WRITTEN_EQUAL = 0.05  # log2 beat-upbeat ratio, up to which two eighths are written equal
FEW_PAIRS = Sentence("The piece has too few pairs of eighths to tell its swing, which stays as it is.")
STRAIGHT = Sentence("The eighths are straight already, and stay so.")
DRY = Sentence(
    "The piece has no pedal, and its notes are let go early, as players do over one: "
    "play the pedal in the style too, and they sound on."
)


NO_STYLE = "Only the dynamics are played: the timing and touch of {style} have not been learnt."
NOTHING: tuple[str, ...] = ()
ASIDES = FEW_PAIRS, STRAIGHT
TIME_PARTS: frozenset[Part] = frozenset({"timing", "articulation", "pedal"})
# Time of one run of the model of touch, of the pedal, of the tempo and of all that play a page's rhythm, where that of
# the dynamics is 1: as measured on pieces of 1,200 to 20,000 notes (docs/results/waiting.md); all but the pedal's on
# pieces of 1,900 to 14,600 notes.
TOUCH_RUN, PEDAL_RUNS, TEMPO_RUN, PAGE_RUN = 0.29, 0.12, 0.2, 0.85


@dataclass(frozen=True)
class TimeModels:
    """The models of a performance's time; without one of the tempo, the pedal or micro-timing that stays as it is.

    What `rhythm` expects of a page joins what those of tempo and micro-timing do.
    """

    touch: TouchModel
    swing: SwingModel
    tempo: TempoModel | None = None
    pedal: PedalModel | None = None
    micro_timing: MicroTimingModel | None = None
    rhythm: RhythmModel | None = None

    @property
    def styles(self) -> frozenset[str]:
        """Styles that both know."""
        return frozenset(self.touch.styles) & frozenset(self.swing.styles)


def with_time(
    piece: Piece,
    interpretation: Interpretation,
    models: TimeModels,
    parts: Collection[Part],
    *,
    swing: float | None = None,
    rubato: float = 0.0,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Interpretation:
    """Return an interpretation with the time of its style, in the parts that have one; the rest stays as it is.

    A style that was added to the performer has no time of its own: an aside says so, as do others why the swing stays
    where the chords change; where nothing of the timing changes, a notice says why. A piece that is in the style
    already keeps its time: it would be taken for one of another style, and swung again; it is pedalled if it has no
    pedal.
    """
    if interpretation.already:
        parts = [each for each in parts if each == "pedal" and not has_pedal(piece)]
    if not TIME_PARTS & set(parts):
        return interpretation
    style, source_style = interpretation.style, interpretation.source_style
    for name in (style, source_style):
        if name not in models.styles:
            return replace(interpretation, asides=(Sentence(NO_STYLE, style=name.capitalize()),))
    if swing is None and "timing" in parts and interpretation.performed and style == source_style:
        swing = page_swing(piece, models.swing, style)
    work = find_work(piece, parts, same_style=style == source_style, rubato=rubato)
    touch_done, pedal_done = (done / (work.whole or 1.0) for done in (work.touch, work.touch + work.pedal))
    time = interpret_time(
        piece,
        models,
        style,
        source_style,
        timing="timing" in parts,
        articulation="articulation" in parts,
        swing=swing,
        seed=seed,
        progress=stretch(progress, 0.0, touch_done),
    )
    if "pedal" in parts and models.pedal is not None and style in models.pedal.styles:
        done = stretch(progress, touch_done, pedal_done)
        pedal, notices = _pedal(piece, models.pedal, style, source_style, seed=seed, progress=done)
        seeded = time.seeded or not has_pedal(piece)
        time = replace(time, pedal=pedal, notices=(*time.notices, *notices), seeded=seeded)
    if rubato and "timing" in parts and models.tempo is not None:
        done, styles = stretch(progress, pedal_done, 1.0), (style, source_style)
        time = _with_rubato(piece, time, models, models.tempo, styles, rubato=rubato, seed=seed, progress=done)
    if "articulation" in parts and "pedal" not in parts and not has_pedal(piece) and not has_touch(piece):
        time = replace(time, notices=(*time.notices, DRY))
    progress(1.0)
    asides = tuple(each for each in time.notices if each in ASIDES)
    if asides and _changes_timing(piece, time):
        time = replace(time, notices=tuple(each for each in time.notices if each not in ASIDES))
        interpretation = replace(interpretation, asides=asides)
    return replace(interpretation, time=time)


def _with_rubato(
    piece: Piece,
    time: TimeInterpretation,
    models: TimeModels,
    tempo: TempoModel,
    styles: tuple[str, str],
    *,
    rubato: float,
    seed: int,
    progress: Progress,
) -> TimeInterpretation:
    """Return a piece's time with a style's tempo, of a page with its micro-timing, too.

    Args:
        piece: the piece.
        time: beside the tempo.
        models: of time.
        tempo: that among them.
        styles: the one to play in, and the one it is played in.
        rubato: 0..1.5.
        seed: of the performance of a piece that was played to a click.
        progress: see `Progress`.
    """
    style, source_style = styles
    if models.micro_timing is not None:
        page = PageModels(tempo, models.micro_timing, models.rhythm)
        if style in page.styles and is_page(piece):
            clusters = find_clusters(piece.notes)
            change, late = play_page(piece, clusters, page, style, rubato=rubato, seed=seed, progress=progress)
            return replace(time, log_period=change, micro_timing=late, seeded=True)
    change, notices = play_tempo(piece, tempo, style, source_style, rubato=rubato, seed=seed)
    seeded = time.seeded or (bool(change.any()) and find_tempo(piece.beats_sec).is_to_a_click)
    notices = tuple(dict.fromkeys((*time.notices, *notices)))  # that there are no beats may stand in both
    return replace(time, log_period=change, notices=notices, seeded=seeded)


def _changes_timing(piece: Piece, time: TimeInterpretation) -> bool:
    """Return whether the timing of a piece changes beside its swing."""
    return bool(time.log_period.any()) or not np.array_equal(time.lag_sec, find_clusters(piece.notes).lag_sec)


@dataclass(frozen=True)
class Work:
    """How long the models of time run over a piece, each as a multiple of the time that the dynamics take."""

    touch: float = 0.0
    pedal: float = 0.0
    tempo: float = 0.0

    @property
    def whole(self) -> float:
        """All of it."""
        return self.touch + self.pedal + self.tempo


def find_work(piece: Piece, parts: Collection[Part], *, same_style: bool, rubato: float) -> Work:
    """Return the work of `with_time`.

    Args:
        piece: the piece.
        parts: that change.
        same_style: whether the piece is taken to be played in the style already, or in none.
        rubato: as of `with_time`.
    """
    touch = 0
    if {"timing", "articulation"} & set(parts):
        touch = 2 if has_touch(piece) else 1
        touch = 0 if same_style and touch == 2 else touch
    pedal = "pedal" in parts and not (same_style and has_pedal(piece))
    tempo = 0.0
    if "timing" in parts and rubato > 0 and len(piece.beats_sec) > 1:
        tempo = PAGE_RUN if is_page(piece) else TEMPO_RUN
    return Work(TOUCH_RUN * touch, PEDAL_RUNS * pedal, tempo)


def interpret_time(
    piece: Piece,
    models: TimeModels,
    style: str,
    source_style: str,
    *,
    timing: bool = True,
    articulation: bool = True,
    swing: float | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> TimeInterpretation:
    """Return a piece's touch and swing in a style.

    Args:
        piece: the piece.
        models: their styles are those of the transfer.
        style: to play in.
        source_style: the one it is played in.
        timing: whether lags and swing change.
        articulation: whether lengths change.
        swing: log2 beat-upbeat ratio that the piece is to have; None: as is usual for the style.
        seed: of the performance of a piece without a touch of its own.
        progress: see `Progress`.
    """
    clusters = find_clusters(piece.notes)
    lag, lengths = clusters.lag_sec, find_articulation(piece.notes, clusters)
    seeded = False
    if (timing or articulation) and (style != source_style or is_written(clusters)):
        made_lag, made_lengths = _touch(
            piece, clusters, models.touch, style=style, source_style=source_style, seed=seed, progress=progress
        )
        drawn = (timing and clusters.is_chord_note.any()) or (articulation and np.isfinite(lengths).any())
        seeded = is_written(clusters) and bool(drawn)
        lag, lengths = made_lag if timing else lag, made_lengths if articulation else lengths
    found = find_swing(piece, clusters)
    log2_bur, notices = found.log2_bur, NOTHING
    if timing and (style != source_style or swing is not None):
        log2_bur, notices = _swing(piece, found, models.swing, style=style, source_style=source_style, wanted=swing)
    progress(1.0)
    return TimeInterpretation(lag, lengths, log2_bur, notices, seeded=seeded)


def page_swing(piece: Piece, model: SwingModel, style: str) -> float | None:
    """Return the log2 beat-upbeat ratio in which a style plays a page that is written straight; None: as it is written.

    Jazz is written in equal eighths and played in others.
    """
    target = model.swing(style)
    if float(np.median(target.mean)) <= SWUNG or not is_page(piece):
        return None
    found = find_swing(piece, find_clusters(piece.notes))
    if len(found) < FEWEST_PAIRS or float(np.median(np.abs(found.log2_bur))) > WRITTEN_EQUAL:
        return None
    return float(np.median(target.mean_at(np.diff(piece.beats_sec)[found.beat])))


def has_touch(piece: Piece) -> bool:
    """Return whether the piece has a player's touch, which stays where its dynamics are performed."""
    return not is_written(find_clusters(piece.notes))


def _touch(
    piece: Piece,
    clusters: Clusters,
    model: TouchModel,
    *,
    style: str,
    source_style: str,
    seed: int,
    progress: Progress,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if is_written(clusters):
        target = model.touch(piece, style, page=True, progress=progress)
        return perform_touch(piece, clusters, target, model.residuals(style), seed)
    source = model.touch(piece, source_style, progress=part(progress, 0, 2))
    return carry_touch(piece, clusters, source, model.touch(piece, style, progress=part(progress, 1, 2)))


def _swing(
    piece: Piece, found: Swing, model: SwingModel, *, style: str, source_style: str, wanted: float | None
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return the pairs' ratios in a style, and why they stay as they are if they do."""
    if len(piece.beats_sec) < 2:
        return found.log2_bur, (NO_BEATS,)
    if len(found) < FEWEST_PAIRS:
        return found.log2_bur, (FEW_PAIRS,)
    source, target = model.swing(source_style), model.swing(style)
    swings = float(np.median(source.mean)) > SWUNG
    middle = np.fmax(np.median(found.log2_bur), found.mean)  # of two kinds of passages the straight ones may be more
    if wanted is None and swings and middle <= SWUNG:
        return found.log2_bur, (STRAIGHT,) if float(np.median(target.mean)) <= SWUNG else ()
    period_sec = np.diff(piece.beats_sec)[found.beat]
    bounds = found.lowest, found.highest
    return carry_swing(source, target, period_sec, found.log2_bur, bounds=bounds, middle=wanted), ()


def _pedal(
    piece: Piece, model: PedalModel, style: str, source_style: str, *, seed: int, progress: Progress
) -> tuple[PedalInterpretation | None, tuple[str, ...]]:
    """Return a piece's pedalling in a style, None where it stays, and what the user should know of it."""
    clusters = find_clusters(piece.notes)
    page = is_written(clusters)
    if not has_pedal(piece):
        target = model.pedalling(piece, style, page=page, progress=progress)
        return perform_pedal(target, model.residuals(style), seed), (PEDALLED,)
    if style == source_style or source_style not in model.styles:
        return None, NOTHING
    return carry_pedal(piece, clusters, model, style, source_style, page=page, progress=progress), NOTHING
