import numpy as np
import pytest

from tonenet_core.analysis.cover_metrics import (
    COPIED_NOTES,
    copied_share,
    known_windows,
    structure_kept,
    textures,
    windows,
)
from tonenet_core.performance import NOTE_DTYPE


def notes_of(rows):
    notes = np.array([(onset, length, pitch, 64) for onset, length, pitch in rows], NOTE_DTYPE)
    return notes[np.lexsort((notes["pitch"], notes["onset_sec"]))]


def tune(seed, count=60):
    rng = np.random.default_rng(seed)
    return notes_of([(place * 0.3, 0.25, int(pitch)) for place, pitch in enumerate(rng.integers(40, 80, count))])


def test_a_copy_is_found_in_any_key_and_tempo_and_a_stranger_is_not():
    known = known_windows([tune(1), tune(2)])
    copy = tune(1).copy()
    copy["pitch"] += 5
    copy["onset_sec"] *= 1.7
    assert copied_share(copy, known) == 1.0
    assert copied_share(tune(3), known) == 0.0
    half = np.concatenate([tune(3)[:30], copy[30:]])
    half["onset_sec"] = np.arange(60) * 0.3
    assert copied_share(half, known) == pytest.approx(23 / 53)
    assert np.isnan(copied_share(tune(1)[: COPIED_NOTES - 1], known))


def test_a_figure_is_nobodys():
    alberti = notes_of([(place * 0.25, 0.2, (48, 55, 52, 55)[place % 4]) for place in range(32)])
    assert len(windows(alberti)) == 0
    assert len(windows(tune(1))) == 53


def test_notes_struck_together_are_no_broken_chord():
    chord = notes_of([(place // 4 * 1.0, 0.5, 48 + 4 * (place % 4) + place // 4) for place in range(16)])
    broken = chord.copy()
    broken["onset_sec"] = np.arange(16) * 0.25
    assert not set(windows(chord).tolist()) & set(windows(broken).tolist())


def test_a_piece_is_built_as_itself_and_otherwise_than_a_shuffled_one():
    rng = np.random.default_rng(0)
    parts = [rng.random((16, 12)) for _ in range(3)]
    chroma = np.concatenate([parts[index] for index in (0, 1, 0, 2, 1, 0)])
    assert structure_kept(chroma, chroma) == pytest.approx(1.0)
    assert structure_kept(chroma, chroma + 0.1 * rng.random(chroma.shape)) > 0.9
    assert structure_kept(chroma, rng.permutation(chroma)) < 0.4
    assert np.isnan(structure_kept(chroma[:8], chroma[:8]))


def test_textures_are_what_sounds_and_how_often_something_is_struck():
    chords = notes_of([(beat * 0.5, 0.45, pitch) for beat in range(21) for pitch in (48, 52, 55)])
    found = textures(chords)
    assert found["polyphony"] == pytest.approx(3.0)
    assert found["density"] == pytest.approx(6.3)
    assert found["inter-onset"] == pytest.approx(0.5)
