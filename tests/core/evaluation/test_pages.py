"""What a score says of its pages."""

import numpy as np

from tests.training_pieces import scale_piece
from tonenet_core.evaluation.pages import find_equal_eighths
from tonenet_core.performance import PLAYED_DTYPE, TrainingPiece

BARS = 4


def page(swung_beats, skipped=0):
    """Eighths written equal, but for some beats at 2 : 1, of which all are played swung; the first beats are not."""
    piece = scale_piece("classical", bars=BARS)
    notes = piece.notes.copy()
    beat = np.arange(len(notes)) // 2
    notes["onset_sec"][1::2] += np.where(np.isin(beat[1::2], swung_beats), 0.5 / 6, 0.0)
    played = np.zeros(len(notes), PLAYED_DTYPE)
    played["onset_sec"][::2] = piece.notes["onset_sec"][::2]
    played["onset_sec"][1::2] = played["onset_sec"][::2] + 0.5 * 2 / 3
    played["duration_sec"] = 0.2
    notes, played = notes[2 * skipped :], played[2 * skipped :]
    return TrainingPiece(
        notes, piece.beats_sec, piece.downbeats_sec, piece.pedal, "classical", "it_pages", "it", played, piece.pedal
    )


def test_pairs_that_are_written_equal_count_however_they_are_played():
    beats = np.arange(4 * BARS)
    assert set(find_equal_eighths(page([]))) >= set(beats[:-1])
    found = set(find_equal_eighths(page([3, 4, 9])))
    assert found == set(find_equal_eighths(page([]))) - {3, 4, 9}


def test_beats_are_counted_from_the_first_that_was_played():
    assert 3 not in find_equal_eighths(page([5], skipped=2))
    assert set(find_equal_eighths(page([5], skipped=2))) >= {0, 1, 2, 4, 5}
