"""Beats that keep their tempo, by what is struck between them."""

import numpy as np
import pytest

from tonenet_core.errors import Cancelled
from tonenet_core.models.beats.steady_path import find_steady_path
from tonenet_core.timing.beat_path import LENGTHS_SEC, PHASES, STEPS, STEPS_PER_OCTAVE, BeatEvidence

BEAT_SEC, FIRST_SEC = 0.47, 0.3
BEATS = FIRST_SEC + BEAT_SEC * np.arange(64)


def swung(seed=0, unsure=0.5):
    """Evidence of a swinging hand that strikes one beat in five, some of them early, and most upbeats."""
    rng = np.random.default_rng(seed)
    place = np.sort(np.concatenate([rng.choice(64, 13, replace=False), np.arange(63)[rng.random(63) < 0.8] + 0.64]))
    time = FIRST_SEC + BEAT_SEC * place + rng.normal(0, 0.015, len(place))
    away = np.remainder(np.arange(PHASES) / PHASES - place[:, None] + 0.5, 1) - 0.5
    phase = np.exp(-0.5 * (away / 0.06) ** 2)
    phase = (1 - unsure) * phase / phase.sum(axis=1, keepdims=True) + unsure / PHASES
    length = np.exp(-0.5 * (STEPS_PER_OCTAVE * np.log2(LENGTHS_SEC / 0.5)) ** 2)[None].repeat(len(time), axis=0)
    odds = np.where(place % 1 == 0, 1.0, -1.0)
    return BeatEvidence(time, odds, length / length.sum(axis=1, keepdims=True), phase)


@pytest.mark.parametrize("seed", range(3))
def test_upbeats_alone_tell_where_the_beats_are(seed):
    path = find_steady_path(swung(seed))
    nearest = np.abs(BEATS[:, None] - path.time_sec).min(axis=1)
    assert np.mean(nearest[2:-2] < 0.04) > 0.9
    assert len(path.time_sec) == pytest.approx(64, abs=2)
    assert np.diff(path.time_sec) == pytest.approx(np.full(len(path.time_sec) - 1, BEAT_SEC), abs=0.08)


def test_a_beat_stands_on_the_cluster_that_strikes_it():
    evidence = swung()
    path = find_steady_path(evidence)
    struck = path.cluster >= 0
    assert 5 < np.count_nonzero(struck) < 30
    assert np.array_equal(path.time_sec[struck], evidence.time_sec[path.cluster[struck]])


def test_too_few_clusters_have_no_beats_and_cancel_is_heard():
    nothing = BeatEvidence(
        np.arange(3.0), np.zeros(3), np.full((3, STEPS), 1 / STEPS), np.full((3, PHASES), 1 / PHASES)
    )
    assert not len(find_steady_path(nothing).time_sec)

    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        find_steady_path(swung(), progress=stop)
