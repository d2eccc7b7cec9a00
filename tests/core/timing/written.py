"""Pieces for the tests of timing, as arrays."""

import numpy as np
from hypothesis import strategies as st

from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Piece

NO_BEATS = np.zeros(0)


def piece_of(rows, beats_sec=NO_BEATS, pedal=()):
    """A piece of rows `(onset_sec, duration_sec, pitch, velocity)`, which need no order."""
    notes = np.array(sorted(rows, key=lambda row: (row[0], row[2])), NOTE_DTYPE)
    return Piece(notes, np.asarray(beats_sec, float), NO_BEATS, np.array(list(pedal), PEDAL_DTYPE))


def metered(rows, period_sec=0.5, first_sec=0.0):
    """A piece of rows `(onset_beat, duration_beat, pitch)` at one tempo."""
    beats = max((row[0] + row[1] for row in rows), default=1)
    grid = first_sec + period_sec * np.arange(int(np.ceil(beats)) + 1)
    return piece_of([(first_sec + on * period_sec, long * period_sec, key, 64) for on, long, key in rows], grid)


def eighths(ratio=1.0, bars=6, left_hand=True):
    """A line of eighths in which each beat is divided as `ratio : 1`, over chords in half notes."""
    way = ratio / (1 + ratio)
    rows = []
    for beat in range(4 * bars):
        rows += [(beat, way, 72 + beat % 5), (beat + way, 1 - way, 74 + beat % 3)]
        if left_hand and beat % 2 == 0:
            rows += [(beat, 2.0, 48), (beat, 2.0, 55)]
    return metered(rows)


@st.composite
def pieces(draw, most=60, with_beats=None):
    """Any piece: chords, runs, rolls, doubled and silent notes, metered or not, with or without pedal."""
    count = draw(st.integers(0, most))
    seed = draw(st.integers(0, 2**32 - 1))
    chance = np.random.default_rng(seed)
    gap = draw(st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.3, 1.0]))
    onset = np.cumsum(chance.exponential(gap, count) * (chance.random(count) < draw(st.sampled_from([0.3, 0.7, 1.0]))))
    if draw(st.booleans()):
        onset = np.rint(onset * 24) / 24 + chance.normal(0, draw(st.sampled_from([0.0, 0.004])), count)
    onset = np.abs(onset)
    duration = np.where(chance.random(count) < 0.05, 0.0, chance.exponential(0.4, count))
    pitch = chance.integers(21, 109, count) if draw(st.booleans()) else chance.integers(60, 66, count)
    rows = list(zip(onset, duration, pitch, chance.integers(1, 128, count), strict=True))
    end = float(onset.max(initial=0.0))
    is_metered = draw(st.booleans()) if with_beats is None else with_beats
    period = draw(st.sampled_from([0.2, 0.5, 0.83]))
    beats = np.arange(int(end / period) + 2) * period
    beats = beats + chance.uniform(-0.2, 0.2, len(beats)) * period * draw(st.sampled_from([0.0, 1.0]))
    messages = np.sort(chance.uniform(0, end + 1, draw(st.integers(0, 30))))
    pedal = list(zip(messages, chance.integers(0, 128, len(messages)), strict=True))
    return piece_of(rows, beats if is_metered else NO_BEATS, pedal)
