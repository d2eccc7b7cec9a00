import numpy as np
import pytest

from app.playback.volume import DEFAULT_VOLUME, Volume, gain_at


def applied(volume, factor, *, at_once):
    out = np.ones((100, 2), np.float32)
    volume.factor = factor
    volume.apply(out, at_once=at_once)
    return out


def test_a_factor_changes_in_a_ramp_and_then_stays():
    volume = Volume()
    ramp = applied(volume, 0.5, at_once=False)
    assert (ramp[0, 0], ramp[-1, 0]) == (1.0, 0.5)
    assert np.abs(np.diff(ramp[:, 0])).max() < 0.01
    assert np.all(applied(volume, 0.5, at_once=False) == 0.5)


def test_in_a_silence_a_factor_changes_at_once():
    assert np.all(applied(Volume(), 0.5, at_once=True) == 0.5)


def test_the_default_volume_leaves_samples_as_they_are_and_the_last_fifth_adds_nine_decibels():
    assert gain_at(DEFAULT_VOLUME) == 1.0
    assert gain_at(0.0) == 0.0
    assert 20 * np.log10(gain_at(1.0)) == pytest.approx(9.0)
