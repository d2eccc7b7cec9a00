"""Lead sheets as the accompanist sees them: its steps, when each is, and the highest pitch that it may write there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.arranging.lead_sheet import LeadSheet
from tonenet_core.encoding.beat_tokens import STEPS
from tonenet_core.encoding.events import CHORD_SEC
from tonenet_core.harmony.melody import melody_of
from tonenet_core.models.accompaniment.tokens import BELOW_MELODY, NO_BASS, Context, melody_steps, triads_of
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH, PIANO_KEYS

SHORTEST_SEC = CHORD_SEC
"""Length of the shortest note: what is struck within it is struck at once."""


@dataclass(frozen=True, eq=False)
class Desk:
    """A lead sheet in steps, `s` of them.

    Attributes:
        sheet: the lead sheet.
        context: of its melody and harmony.
        times_sec: `(s + 1,)` rising, when each step is: with the melody where it strikes, else as the beats say.
        ceiling: `(s + 1,)`, the highest pitch that stays clear of the melody for `SHORTEST_SEC` at least; a melody note
            counts until the next.
        kept: `(s,)` lists of the pitches of the piece's own notes that stay, by the step in which they are struck.
        taken: `(s + 1, 88)` bool, keys that these notes hold.
    """

    sheet: LeadSheet
    context: Context
    times_sec: NDArray[np.float64]
    ceiling: NDArray[np.int64]
    kept: list[list[int]]
    taken: NDArray[np.bool_]


def lay_out(sheet: LeadSheet, colour: float = 1.0) -> Desk:
    """Return a lead sheet in steps.

    Args:
        sheet: the lead sheet.
        colour: share of its chroma, beside its plain triads, 0..1.
    """
    borders, melody = np.asarray(sheet.beats_sec, np.float64), sheet.melody
    struck, sounding = melody_steps(borders, melody_of(melody, np.arange(len(melody))), metered=True)
    bass = np.asarray(sheet.bass)
    triads = triads_of(sheet.chords)
    chroma = colour * sheet.chroma + (1 - colour) * triads
    context = Context(
        borders,
        True,
        np.asarray(sheet.bar_place),
        (chroma / np.maximum(np.linalg.norm(chroma, axis=1, keepdims=True), 1e-9)).astype(np.float32),
        triads,
        np.where(bass > 0, bass % 12, NO_BASS),
        struck,
        sounding,
    )
    times = np.interp(np.arange(STEPS * context.beats + 1) / STEPS, np.arange(len(borders)), borders)
    onset = context.steps_at(melody["onset_sec"])
    times[onset[::-1]] = melody["onset_sec"][::-1]  # of several notes in a step the first
    times = np.maximum.accumulate(times)
    ceiling = _ceiling(sheet, context)
    soon = np.searchsorted(times, times + SHORTEST_SEC - 1e-9, side="left")
    step = np.arange(len(times))
    until = np.stack([step, np.maximum(soon, step + 1)], axis=1).ravel()
    lowest = np.minimum.reduceat(np.append(ceiling, HIGHEST_PITCH), until)[::2]
    clear = np.where(times < 0, 0, lowest)  # nothing is written before the file begins
    return Desk(sheet, context, times, clear, *_kept(sheet, context))


def _ceiling(sheet: LeadSheet, context: Context) -> NDArray[np.int64]:
    melody = sheet.melody
    size = STEPS * context.beats + 1
    ceiling = np.full(size, HIGHEST_PITCH)
    start = context.steps_at(melody["onset_sec"])
    end = context.steps_at(melody["onset_sec"] + melody["duration_sec"])
    end = np.maximum(end, np.append(start[1:], size))
    if len(start):
        start[0] = 0  # nothing stands above the melody's first note before it
    for first, last, pitch in zip(
        start.tolist(), np.maximum(end, start + 1).tolist(), melody["pitch"].tolist(), strict=True
    ):
        ceiling[first:last] = np.minimum(ceiling[first:last], pitch - BELOW_MELODY)
    return ceiling


def _kept(sheet: LeadSheet, context: Context) -> tuple[list[list[int]], NDArray[np.bool_]]:
    kept: list[list[int]] = [[] for _ in range(STEPS * context.beats)]
    taken = np.zeros((STEPS * context.beats + 1, PIANO_KEYS), bool)
    start = context.steps_at(sheet.kept["onset_sec"])
    end = np.maximum(context.steps_at(sheet.kept["onset_sec"] + sheet.kept["duration_sec"]), start + 1)
    for first, last, pitch in zip(start.tolist(), end.tolist(), sheet.kept["pitch"].tolist(), strict=True):
        if first < len(kept):
            kept[first].append(pitch)
            taken[first:last, pitch - LOWEST_PITCH] = True
    return kept, taken
