"""The tempo of onsets that a machine placed, whatever the ticks of their file say; none for what a human played."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonenet_core.midi.steady_tempo import find_steady_tempo


def onsets(tempo, steps_per_beat=2, count=200, first_sec=0.0, seed=0):
    """Return onsets on a grid with gaps of one to three steps."""
    steps = np.cumsum(np.random.default_rng(seed).integers(1, 4, count))
    return first_sec + (steps - steps[0]) * 60 / tempo / steps_per_beat


@pytest.mark.parametrize("tempo", [72.5, 97, 120, 133, 143])
@pytest.mark.parametrize("steps_per_beat", [1, 2, 3, 4, 6])
def test_the_beat_of_a_grid(tempo, steps_per_beat):
    found = find_steady_tempo(onsets(tempo, steps_per_beat, first_sec=1.25))
    assert found is not None
    assert found.first_sec == pytest.approx(1.25, abs=1e-6)
    ratio = found.beat_sec / (60 / tempo)  # a grid of thirds alone may as well be one of halves of another beat
    assert ratio == pytest.approx(1) if steps_per_beat in (2, 4) else 0.5 <= ratio <= 2


@given(st.floats(72, 144), st.integers(0, 100))
def test_ticks_of_another_tempo_round_the_onsets_and_change_nothing(tempo, seed):
    tick = 60 / 97 / 480
    found = find_steady_tempo(np.rint(onsets(tempo, seed=seed) / tick) * tick)
    assert found is not None
    assert abs(np.log2(found.beat_sec * tempo / 60)) < 1.001
    assert np.abs(found.beats_sec(10.0)[0]) < 0.002


@pytest.mark.parametrize("seed", range(20))
def test_a_human_has_no_steady_tempo(seed):
    moved = np.sort(onsets(120, seed=seed) + np.random.default_rng(seed).normal(0, 0.02, 200))
    assert find_steady_tempo(moved) is None


def test_rubato_has_none():
    straight = onsets(120)
    assert find_steady_tempo(straight + 0.3 * np.sin(straight / 5)) is None


@pytest.mark.parametrize("count", [0, 1, 15])
def test_a_few_onsets_tell_nothing(count):
    assert find_steady_tempo(onsets(120, count=16)[:count]) is None


def test_beats_reach_from_the_first_onset_to_the_end():
    found = find_steady_tempo(onsets(120, first_sec=0.5))
    beats = found.beats_sec(10.0)
    assert beats[0] == pytest.approx(0.5)
    assert beats[-2] < 10.0 <= beats[-1] + 1e-6
