"""Performances of an interpretation: its velocities, and its time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.interpretation import DEFAULT_PARTS, Interpretation, Level, Part, apply
from tonenet_core.midi.containers import without_riff
from tonenet_core.midi.retime import Retiming, note_ticks, retime
from tonenet_core.midi.smf import scan
from tonenet_core.midi.tempo_map import ticks_at
from tonenet_core.parts.compose import NoteTimes, note_times
from tonenet_core.performance import Performance
from tonenet_core.timing.tempo import seconds_at


@dataclass(frozen=True, eq=False)
class Rendered:
    """Result of an interpretation.

    Attributes:
        performance: the piece in the style.
        order: `(n,)` int64, for each of its notes the place of the same note in the original.
    """

    performance: Performance
    order: NDArray[np.int64]


def render(
    performance: Performance,
    interpretation: Interpretation,
    strength: float = 1.0,
    accents: float = 0.0,
    *,
    level: Level = "keep",
    parts: Collection[Part] = DEFAULT_PARTS,
) -> Rendered:
    """Return a piece with an interpretation's velocities and time.

    Args:
        performance: the piece that was interpreted.
        interpretation: made from it.
        strength: 0..1.5; 0 is the original, bit for bit.
        accents: as in `interpretation.velocities`.
        level: as there.
        parts: that change.

    Raises:
        MidiError: if the file's damage allows no other times.
    """
    styled = performance
    if "dynamics" in parts:
        styled = apply(performance, interpretation, strength, accents, level)
    time = interpretation.time
    if time is None or strength == 0 or not {"timing", "articulation"} & set(parts):
        return Rendered(styled, np.arange(len(styled)))
    return _with_times(styled, note_times(performance, time, strength))


def _with_times(performance: Performance, times: NoteTimes) -> Rendered:
    """Return a piece with other times; notes that stay keep their very ticks."""
    tempos = scan(without_riff(performance.source), performance.name).tempos
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
        retiming = Retiming(
            np.maximum(begin[rises], 0), np.maximum(to[rises], 0), np.maximum(onset, 0), np.maximum(end, 0)
        )
    else:
        retiming = Retiming(onset_tick=np.maximum(onset, 0), end_tick=np.maximum(end, 0))
    made = retime(performance, retiming)
    return Rendered(made.performance, made.order)
