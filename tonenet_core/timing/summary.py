"""Figures of one file's analysis, for people and programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.dynamics import NARROWEST, Dynamics, classify_dynamics
from tonenet_core.performance import Performance, Piece
from tonenet_core.timing.analyse import Analysis, analyse
from tonenet_core.timing.articulation import legato_share, overlapping_share


@dataclass(frozen=True)
class TrackSummary:
    """One track of a file: its number from 1, its notes, and how many of them are the piano's."""

    track: int
    notes: int
    notes_taken: int


@dataclass(frozen=True)
class AnalysisSummary:
    """Figures of one file. None stands for a figure that the piece has too little for.

    Attributes:
        notes: the number of the piano's notes.
        duration_sec: from the file's start to the end of the last note.
        metered: whether the file's beats mean something.
        dynamics: "played", "written" or "random".
        mean_velocity: 1..127.
        tempo_bpm: mean beats a minute.
        tempo_slow_bpm: tempo that 5 % of the beats are slower than.
        tempo_fast_bpm: tempo that 5 % of the beats are faster than.
        log_period_sd: standard deviation of the logarithm of the beats' seconds.
        to_a_click: whether the tempo is constant.
        tracked_bpm: mean tempo of the beats that were found in the notes of a free recording.
        tracked_confidence: F-measure that those beats are expected to have, 0..1.
        tracked_sure: whether a transfer uses them unasked.
        swing_ratio: mean ratio of the first to the second of two eighths; 1 is straight.
        swing_log2_ratio: its logarithm to base 2.
        swing_pairs: pairs of eighths that it is the mean of.
        swung: whether the eighths are swung.
        chord_spread_ms: mean time from first to last note of a chord.
        top_minus_rest_ms: by how much the top notes of chords come later than the others; below 0 they lead.
        rolled_chords: number of slowly rolled chords.
        legato_share: of the notes, those that reach the next one of their voice, or nearly.
        overlapping_share: those that sound into it.
        log_articulation: median of log(duration / inter-onset interval).
        pedal_share: of the time, with the pedal down.
        pedal_presses_per_sec: how often it is pressed.
        own_parts: which parts a player brought; the others are written.
        tracks: those with notes.
        left_out: by instrument, the number of melodic notes that are not the piano's.
        judged: probability of each style by the style judge; None without a judge.
        style: the one it names; None: undecided.
        notices: sentences for the user on reading.
    """

    notes: int
    duration_sec: float
    metered: bool
    dynamics: Dynamics
    mean_velocity: float
    tempo_bpm: float | None
    tempo_slow_bpm: float | None
    tempo_fast_bpm: float | None
    log_period_sd: float | None
    to_a_click: bool
    tracked_bpm: float | None
    tracked_confidence: float | None
    tracked_sure: bool
    swing_ratio: float | None
    swing_log2_ratio: float | None
    swing_pairs: int
    swung: bool | None
    chord_spread_ms: float | None
    top_minus_rest_ms: float | None
    rolled_chords: int
    legato_share: float | None
    overlapping_share: float | None
    log_articulation: float | None
    pedal_share: float | None
    pedal_presses_per_sec: float | None
    own_parts: dict[str, bool]
    tracks: tuple[TrackSummary, ...]
    left_out: dict[str, int]
    judged: dict[str, float] | None
    style: str | None
    notices: tuple[str, ...]


Judged = tuple[Mapping[str, float], str | None]
"""The probability of each style, and the style that is named, if any."""
Track = Callable[[Piece], tuple[float, float, bool]]
"""Gives the mean tempo of the beats that are found in a piece's notes, its confidence, and whether that is sure."""
Medians = Callable[[Piece], Sequence[NDArray[np.floating]]]
"""Gives the velocities `(n,)` that each style would play a piece's notes with."""


def summarise(
    performance: Performance,
    judge: Callable[[Piece], Judged] | None = None,
    medians: Medians | None = None,
    track: Track | None = None,
) -> AnalysisSummary:
    """Return the figures of a file.

    Args:
        performance: its piano notes.
        judge: of the style; None: no style is named.
        medians: tell small random velocities from played ones, and are only asked for where that is in doubt; without
            them, such velocities count as played.
        track: finds the beats of a free recording; None: they are not looked for.
    """
    found = analyse(performance)
    dynamics = _dynamics(performance, medians)
    slow, fast = found.tempo.range
    tempo, confidence, sure = (
        track(performance) if track is not None and not found.metered else (float("nan"), float("nan"), False)
    )
    probability, style = judge(performance) if judge is not None else (None, None)
    known = found.articulation[np.isfinite(found.articulation)]
    return AnalysisSummary(
        notes=len(performance),
        duration_sec=round(performance.duration_sec, 3),
        metered=found.metered,
        dynamics=dynamics,
        mean_velocity=round(float(np.mean(performance.velocities)), 2),
        tempo_bpm=_figure(found.tempo.beats_a_minute, 2),
        tempo_slow_bpm=_figure(slow, 2),
        tempo_fast_bpm=_figure(fast, 2),
        log_period_sd=_figure(found.tempo.sd, 4),
        to_a_click=found.metered and found.tempo.is_to_a_click,
        tracked_bpm=_figure(tempo, 2),
        tracked_confidence=_figure(confidence, 3),
        tracked_sure=sure,
        swing_ratio=_figure(found.swing.ratio, 3),
        swing_log2_ratio=_figure(found.swing.mean, 3),
        swing_pairs=found.swing.full_pairs,
        swung=found.swing.is_swung,
        chord_spread_ms=_figure(1000 * found.chord_spread_sec, 2),
        top_minus_rest_ms=_figure(1000 * found.top_minus_rest_sec, 2),
        rolled_chords=int(np.count_nonzero(found.clusters.rolled)),
        legato_share=_figure(legato_share(known), 4),
        overlapping_share=_figure(overlapping_share(known), 4),
        log_articulation=_figure(float(np.median(known)), 3) if len(known) else None,
        pedal_share=_figure(found.pedalling.share_down, 4),
        pedal_presses_per_sec=_figure(found.pedalling.presses_a_second, 3),
        own_parts=_own_parts(found, dynamics),
        tracks=_tracks(performance),
        left_out={
            family.template.partition(":")[0]: int(str(family.values["notes"])) for family in performance.left_out
        },
        judged=None if probability is None else {name: round(each, 4) for name, each in probability.items()},
        style=style,
        notices=performance.notices,
    )


def _figure(value: float, digits: int) -> float | None:
    return round(value, digits) + 0.0 if np.isfinite(value) else None


def _own_parts(found: Analysis, dynamics: Dynamics) -> dict[str, bool]:
    return {"dynamics": dynamics == "played", **vars(found.own)}


def _dynamics(performance: Performance, medians: Medians | None) -> Dynamics:
    velocity = performance.velocities
    dynamics = classify_dynamics(velocity)
    if dynamics == "played" and medians is not None and float(np.std(velocity)) < NARROWEST:
        return classify_dynamics(velocity, medians(performance))
    return dynamics


def _tracks(performance: Performance) -> tuple[TrackSummary, ...]:
    events, rows = performance.file.events, performance.file.note_rows
    is_note = ((events["status"] & 0xF0) == 0x90) & (events["data2"] > 0)
    count = int(events["track"].max(initial=0)) + 1
    notes = np.bincount(events["track"][is_note], minlength=count)
    taken = np.bincount(events["track"][rows], minlength=count)
    return tuple(
        TrackSummary(track + 1, int(notes[track]), int(taken[track])) for track in np.flatnonzero(notes).tolist()
    )
