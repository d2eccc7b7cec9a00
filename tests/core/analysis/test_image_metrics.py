import numpy as np
import pytest

from tonenet_core.analysis import image_metrics as metrics
from tonenet_core.encoding.images import STEP_NOTE_DTYPE


def notes(*rows):
    return np.array(list(rows), STEP_NOTE_DTYPE)


def random_notes(rng, low=20, count=60):
    step = np.sort(rng.integers(0, 88, count))
    made = np.zeros(count, STEP_NOTE_DTYPE)
    made["step"], made["steps"] = step, rng.integers(1, 5, count)
    made["key"], made["velocity"] = rng.integers(low, low + 30, count), rng.integers(40, 90, count)
    return made


def test_the_five_features_of_a_few_notes():
    found = metrics.values(notes((0, 4, 30, 50), (0, 2, 40, 60), (8, 2, 50, 70)), 10)

    assert found["polyphony"].tolist() == [2, 2, 1, 1, 1, 1]  # steps in which nothing sounds do not count
    assert found["pitch"].tolist() == [30, 40, 50]
    assert found["duration"].tolist() == [4, 2, 2]
    assert found["inter-onset"].tolist() == [8]
    assert found["velocity"].tolist() == [50, 60, 70]


def test_a_note_that_sounds_beyond_the_image_is_counted_to_its_end():
    assert metrics.values(notes((6, 9, 30, 50)), 8)["polyphony"].tolist() == [1, 1]


def test_histograms_share_all_or_nothing():
    rng = np.random.default_rng(0)
    low, high = ([random_notes(rng, key) for _ in range(20)] for key in (0, 50))
    alike, apart = metrics.pooled_overlap(low, low, 88), metrics.pooled_overlap(low, high, 88)

    assert all(value == pytest.approx(1) for value in alike.values())
    assert apart["pitch"] == 0
    assert apart["velocity"] > 0.8


def test_likeness_of_one_distribution_and_of_two():
    rng = np.random.default_rng(0)
    real, same, shifted = rng.normal(0, 1, 80), rng.normal(0, 1, 80), rng.normal(6, 1, 80)
    overlap, divergence = metrics.likeness(real, same)
    far_overlap, far_divergence = metrics.likeness(real, shifted)

    assert overlap > 0.9
    assert divergence < 0.05
    assert far_overlap < 0.1
    assert far_divergence > 2
    narrow_overlap, _ = metrics.likeness(real, np.zeros(80))  # a collapsed set is not alike, though it is in the middle
    assert narrow_overlap < overlap
    with pytest.raises(ValueError, match="three"):
        metrics.likeness(real, [1.0, 2.0])


def test_onset_scores():
    true = np.zeros((4, 88), bool)
    true[0, :4] = True
    other = np.zeros((4, 88), bool)
    other[0, 2:4] = True

    assert metrics.onset_scores(true, true) == 1
    assert metrics.onset_scores(true, other) == pytest.approx(2 / 3)
    assert metrics.onset_scores(true, np.zeros_like(true)) == 0
    assert metrics.onset_scores(np.zeros_like(true), np.zeros_like(true)) == 1


def test_silence_and_saturation():
    full = np.zeros(88 * 30, STEP_NOTE_DTYPE)
    full["step"], full["key"], full["steps"] = np.repeat(np.arange(88), 30), np.tile(np.arange(30), 88), 1

    assert metrics.saturated(full, 88)
    assert not metrics.silent(full)
    assert metrics.silent(notes((0, 1, 1, 1)))
    rng = np.random.default_rng(0)
    assert not metrics.saturated(random_notes(rng), 88)
    assert not metrics.silent(random_notes(rng))


def test_diversity_is_none_where_all_images_are_one():
    rng = np.random.default_rng(0)
    different = rng.random((6, 88, 88)) < 0.05

    assert metrics.diversity(np.repeat(different[:1], 6, axis=0)) == pytest.approx(0)
    assert metrics.diversity(different) > 0.9
