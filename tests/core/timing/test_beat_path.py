from dataclasses import replace

import numpy as np
import pytest

from tonenet_core.errors import Cancelled
from tonenet_core.timing.beat_path import LENGTHS_SEC, PHASES, STEPS, BeatEvidence, find_path

BEATS = 0.5 + np.cumsum(np.full(32, 0.5) * np.exp(0.15 * np.sin(np.arange(32) / 4)))


def evidence(time, is_beat, length=None):
    """Evidence that is right and fairly sure; of lengths only if one is given."""
    fits = np.full((len(time), STEPS), 1 / STEPS)
    if length is not None:
        fits = np.exp(-0.5 * (8 * np.log2(LENGTHS_SEC / length)) ** 2)[None].repeat(len(time), axis=0)
        fits /= fits.sum(axis=1, keepdims=True)
    return BeatEvidence(time, np.where(is_beat, 2.0, -2.0), fits, np.full((len(time), PHASES), 1 / PHASES))


def test_it_follows_a_tempo_that_breathes():
    time = np.sort(np.concatenate([BEATS, BEATS[:-1] + 0.5 * np.diff(BEATS)]))
    path = find_path(evidence(time, np.isin(time, BEATS)))
    assert path.time_sec == pytest.approx(BEATS)
    assert np.array_equal(time[path.cluster], BEATS)


def test_beats_that_nobody_strikes_stand_between_their_neighbours():
    struck = np.ones(32, np.bool_)
    struck[[5, 12, 13]] = False
    path = find_path(evidence(BEATS[struck], np.ones(29, np.bool_), 0.5))
    assert len(path.time_sec) == 32
    assert np.flatnonzero(path.cluster < 0).tolist() == [5, 12, 13]
    assert path.time_sec[5] == pytest.approx((BEATS[4] + BEATS[6]) / 2)
    assert path.time_sec == pytest.approx(BEATS, abs=0.06)


def test_a_wrong_odd_does_not_turn_it_and_a_long_rest_is_counted_out():
    time = np.sort(np.concatenate([BEATS, BEATS[10:11] + 0.2]))
    is_beat = np.isin(time, BEATS)
    odds = np.where(is_beat, 2.0, -2.0)
    odds[11] = 0.5  # between two beats
    path = find_path(replace(evidence(time, is_beat), odds=odds))
    assert path.time_sec == pytest.approx(BEATS)

    steady = np.concatenate([np.arange(16), 36 + np.arange(16)]) * 0.5
    path = find_path(evidence(steady, np.ones(32, np.bool_), 0.5))
    assert path.time_sec == pytest.approx(np.arange(52) * 0.5)


def test_too_few_clusters_have_no_beats_and_cancel_is_heard():
    assert not len(find_path(evidence(BEATS[:3], np.ones(3, np.bool_))).time_sec)
    assert not len(find_path(evidence(np.zeros(0), np.zeros(0, np.bool_))).time_sec)

    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        find_path(evidence(BEATS, np.ones(32, np.bool_)), progress=stop)
