import numpy as np
import pytest

from tonenet_core.performance import NOTE_DTYPE
from tonenet_core.timing.pulse import STEADY_SEC, find_pulse


def notes_at(onset_sec, pitch=60):
    notes = np.zeros(len(onset_sec), NOTE_DTYPE)
    notes["onset_sec"], notes["duration_sec"], notes["pitch"], notes["velocity"] = onset_sec, 0.3, pitch, 64
    return notes


@pytest.mark.parametrize("beat_sec", [0.42, 0.6, 0.8])
def test_the_pulse_of_chords_and_passing_notes_is_found_where_the_tempo_drifts(beat_sec):
    rng = np.random.default_rng(1)
    beats = 1.0 + np.cumsum(beat_sec * (1 + 0.06 * np.sin(np.arange(64) / 5)))
    played = beats + rng.normal(0, 0.012, 64)
    onset = np.concatenate([played, played, played, played[:-1:3] + 0.5 * np.diff(played)[::3]])
    pitch = np.concatenate([np.full(64, 40), np.full(64, 60), np.full(64, 64), np.full(21, 72)])
    order = np.argsort(onset, kind="stable")
    notes = notes_at(onset[order])
    notes["pitch"] = pitch[order]

    found = find_pulse(notes)

    near = np.abs(found[:, None] - beats).min(axis=0)
    assert np.mean(near < 0.07) > 0.9
    assert len(found) == pytest.approx(64, abs=4)


def test_beats_cover_all_notes_and_rise():
    rng = np.random.default_rng(3)
    notes = notes_at(np.sort(rng.uniform(2, 60, 150)))
    found = find_pulse(notes)
    assert found[0] <= notes["onset_sec"][0] + 0.35
    assert found[-1] >= notes["onset_sec"][-1] + 0.3
    assert np.diff(found).min() > 0.1


def test_few_notes_have_a_steady_pulse_and_none_has_none():
    assert np.diff(find_pulse(notes_at([1.0, 1.3, 4.0]))).tolist() == pytest.approx([STEADY_SEC] * 7)
    assert len(find_pulse(notes_at([]))) == 0
