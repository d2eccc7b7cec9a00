import numpy as np
import pytest

from tonenet_core.timing.tempo import GLIDE, find_sections, glide, keep_length


def wavering(count, seed=0):
    return np.log(0.5) + 0.08 * np.random.default_rng(seed).normal(size=count)


def test_a_piece_in_one_tempo_has_one_section():
    assert find_sections(wavering(500)) == [0, 500]
    assert find_sections(wavering(10)) == [0, 10]
    assert find_sections(np.zeros(0)) == [0, 0]


def test_a_section_begins_where_the_tempo_changes():
    slow = wavering(300) + np.where((np.arange(300) >= 100) & (np.arange(300) < 180), 0.8, 0.0)

    assert find_sections(slow) == [0, 100, 180, 300]


def test_a_ritardando_is_no_section():
    assert find_sections(wavering(200) + np.where(np.arange(200) >= 188, 1.0, 0.0)) == [0, 200]


def test_changes_that_keep_the_length():
    played = wavering(50)
    made = keep_length(played, np.linspace(-0.5, 0.5, 50))

    assert np.exp(played + made).sum() == pytest.approx(np.exp(played).sum())
    assert np.diff(made) == pytest.approx(np.full(49, 1 / 49))
    assert not keep_length(played, np.zeros(50)).any()


def test_a_gliding_tempo_keeps_each_beat_and_has_no_steps():
    log_period = np.random.default_rng(0).normal(0, 0.2, 50)
    fine = glide(log_period)
    assert fine.shape == (50, GLIDE)
    assert np.exp(fine).mean(axis=1) == pytest.approx(np.exp(log_period))
    assert np.abs(np.diff(fine.ravel())).max() < 0.75 * np.abs(np.diff(log_period)).max()
    assert glide(np.full(5, 0.3)) == pytest.approx(np.full((5, GLIDE), 0.3))
    assert glide(np.zeros(0)).shape == (0, GLIDE)
