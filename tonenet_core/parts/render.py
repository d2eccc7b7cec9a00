"""Performances of an interpretation: its velocities, its time, and its pedal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.editing.edits import NO_EDITS, Edits
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.interpretation import DEFAULT_PARTS, Interpretation, Level, Part, apply
from tonenet_core.midi.retime import (
    PEDAL_CHANGE_DTYPE,
    TEMPO_CHANGE_DTYPE,
    Retimed,
    Retiming,
    TimeMap,
    note_ticks,
    pedal_ticks,
    retime,
    scan_source,
    tempo_changes,
)
from tonenet_core.midi.smf import Smf
from tonenet_core.midi.tempo_map import sec_at, ticks_at
from tonenet_core.parts.compose import NoteTimes, note_times
from tonenet_core.parts.passage import keep_outside, keep_pedal_outside, scope_weights
from tonenet_core.parts.pedal_messages import PedalMessages, pedal_messages
from tonenet_core.performance import Performance
from tonenet_core.timing.passage import Passage
from tonenet_core.timing.taps import with_taps
from tonenet_core.timing.tempo import GLIDE, find_tempo, glide, keep_length, seconds_at

_TICKS_TO_GLIDE = 32  # of a beat; with fewer its quarters would differ by what is rounded


@dataclass(frozen=True, eq=False)
class Rendered:
    """Result of an interpretation.

    Attributes:
        performance: the piece in the style.
        order: `(n,)` int64, for each of its notes the place of the same note in the original.
        time_map: of the original's seconds, by swing and tempo; None where they are the same.
    """

    performance: Performance
    order: NDArray[np.int64]
    time_map: TimeMap | None = None


def render(
    performance: Performance,
    interpretation: Interpretation,
    strength: float = 1.0,
    accents: float = 0.0,
    *,
    level: Level = "keep",
    parts: Collection[Part] = DEFAULT_PARTS,
    passage: Passage | None = None,
    edits: Edits = NO_EDITS,
    hands: Hands = BOTH_HANDS,
) -> Rendered:
    """Return a piece with an interpretation's velocities and time.

    Args:
        performance: the piece that was interpreted.
        interpretation: made from it.
        strength: 0..1.5; 0 is the original, bit for bit.
        accents: as in `interpretation.velocities`.
        level: as there.
        parts: that change.
        passage: outside of which everything stays; None: the whole piece is played in the style.
        edits: velocities set by hand, whatever the others are.
        hands: how far each is; tempo, swing and pedal belong to both, and stay where one hand stays.

    Raises:
        MidiError: if the file's damage allows no other times.
    """
    styled = performance
    weights = scope_weights(performance, passage, hands)
    if "dynamics" in parts:
        styled = apply(performance, interpretation, strength, accents, level, weights=weights)
    styled = edits.apply(styled)
    time = interpretation.time
    if time is None or strength == 0:
        return Rendered(styled, np.arange(len(styled)))
    time = keep_outside(performance, time, passage, hands)
    retiming = Retiming()
    if changes_time(interpretation, strength, parts):
        change = keep_length(find_tempo(performance.beats_sec).log_period, strength * time.log_period)
        stays = None if weights is None else weights == 0
        retiming = _retiming(styled, note_times(performance, time, strength, stays), change)
    if time.pedal is not None and "pedal" in parts and hands.together:
        messages = pedal_messages(styled, time.pedal, strength * hands.together)
        retiming = _with_pedal(styled, retiming, messages, passage)
    made = retime(styled, retiming)
    return Rendered(_with_taps_of(performance, made), made.order, made.time_map)


def _with_taps_of(performance: Performance, made: Retimed) -> Performance:
    """Return a retimed Performance with the beats that were tapped to the original, where they are now."""
    result = made.performance
    if performance.tapped_sec is None or result.tapped_sec is not None:
        return result
    taps = np.array(performance.tapped_sec)
    moved = taps if made.time_map is None else made.time_map.apply(taps)
    return replace(with_taps(result, moved), notices=result.notices)


def changes_time(interpretation: Interpretation, strength: float, parts: Collection[Part]) -> bool:
    """Whether `render` may move notes."""
    return interpretation.time is not None and strength != 0 and bool({"timing", "articulation"} & set(parts))


def _retiming(performance: Performance, times: NoteTimes, change: NDArray[np.float64]) -> Retiming:
    """Return the ticks of other times, and of another tempo; notes that stay keep their very ticks."""
    file = scan_source(performance)
    tempos = file.tempos
    notes, now = performance.notes, note_ticks(performance)
    moved = times.onset_sec != notes["onset_sec"]
    held = times.duration_sec != notes["duration_sec"]
    onset = np.where(moved, ticks_at(tempos, times.onset_sec), now["onset"])
    end = np.where(moved | held, ticks_at(tempos, times.onset_sec + times.duration_sec), now["end"])
    if len(performance.beats_sec) > 1 and len(times.warp.from_beat):
        begin, to = (
            ticks_at(tempos, seconds_at(performance.beats_sec, places))
            for places in (times.warp.from_beat, times.warp.to_beat)
        )
        rises = np.append(True, (np.diff(np.maximum.accumulate(begin)) > 0) & (np.diff(np.maximum.accumulate(to)) > 0))
        begin, to = np.maximum(begin[rises], 0), np.maximum(to[rises], 0)
    else:
        begin = to = np.zeros(0)
    tempo = _tempo_map(performance, file, change)
    return Retiming(begin, to, np.maximum(onset, 0), np.maximum(end, 0), tempo)


def _with_pedal(
    performance: Performance, retiming: Retiming, messages: PedalMessages, passage: Passage | None
) -> Retiming:
    """Return a Retiming with a pedal, which goes through the warp, too; messages that stay keep their very ticks.

    Where the channels of the piano have different pedals none of them is that of the piece, and all stay.
    """
    own = pedal_ticks(performance)
    if own is None:
        return retiming
    if passage is not None:
        messages = keep_pedal_outside(performance, messages, passage)
    ticks = ticks_at(scan_source(performance).tempos, messages.time_sec)
    stays = messages.origin >= 0
    ticks[stays] = own[messages.origin[stays]]
    if not (retiming.warps or retiming.is_fractional):
        ticks = np.rint(ticks)  # finer ticks for the pedal alone would change every other event
    changes = np.zeros(len(ticks), PEDAL_CHANGE_DTYPE)
    changes["tick"] = np.maximum.accumulate(retiming.warp(np.maximum(ticks, 0))) if len(ticks) else ticks
    changes["value"] = messages.value
    return replace(retiming, pedal=changes)


def _tempo_map(performance: Performance, file: Smf, change: NDArray[np.float64]) -> NDArray[np.void] | None:
    """Return the tempo map in which the log period of each beat has changed, gliding; None where it stays.

    Before the first beat that changes and after the last one the file's own tempos hold. Files of SMPTE time have none.
    """
    if not change.any() or file.ticks_per_beat is None:
        return None
    changed = np.flatnonzero(change)
    beats_sec, change = performance.beats_sec[changed[0] : changed[-1] + 2], change[changed[0] : changed[-1] + 1]
    beats = np.maximum(ticks_at(file.tempos, beats_sec), 0)
    steps = GLIDE if np.diff(beats).min() >= _TICKS_TO_GLIDE else 1
    within = np.outer(np.diff(beats), np.arange(steps) / steps)
    ticks = np.append(beats[:-1, None] + np.rint(within), beats[-1])
    seconds = np.diff(sec_at(file.tempos, ticks)).reshape(-1, steps)
    if steps > 1:
        seconds *= np.exp(glide(change))
    seconds *= (np.diff(beats_sec) * np.exp(change) / seconds.sum(axis=1))[:, None]
    microseconds = seconds.ravel() / np.diff(ticks) * file.ticks_per_beat * 1e6
    own = tempo_changes(performance)
    before, after = own[own["tick"] < ticks[0]], own[own["tick"] > ticks[-1]]
    made = np.zeros(len(ticks), TEMPO_CHANGE_DTYPE)
    made["tick"] = ticks
    whole = np.diff(np.rint(np.cumsum(microseconds)), prepend=0.0)  # what follows does not move by what is rounded
    made["microseconds"][:-1] = np.clip(whole, 1, 0xFFFFFF)
    made["microseconds"][-1] = own["microseconds"][np.searchsorted(own["tick"], ticks[-1], "right") - 1]
    return np.concatenate([before, made, after])
