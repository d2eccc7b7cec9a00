"""Where the harmony changes."""

import numpy as np
import pytest

from tests.core.timing.written import piece_of
from tonenet_core.timing.chord_changes import clash, find_changes, novelty
from tonenet_core.timing.clusters import find_clusters


def chords(*chords):
    rows = [(second, 1.0, pitch, 64) for second, chord in enumerate(chords) for pitch in chord]
    piece = piece_of(rows)
    return find_changes(piece, find_clusters(piece.notes)).tolist()


def test_another_chord_or_another_bass_is_a_change_and_an_inversion_over_the_same_notes_is_none():
    c, f, a_minor = (48, 64, 67, 72), (53, 65, 69, 72), (45, 64, 69, 72)
    assert chords(c, c, f, f) == [False, False, True, False]
    assert chords(c, a_minor) == [False, True]
    assert chords(c, (52, 60, 67, 72)) == [False, False]


def test_chromas():
    c, e_flat, d_flat = (np.eye(12)[[list(pitches)]].sum(axis=1) for pitches in ((0, 4, 7), (3, 7, 10), (1, 5, 8)))

    assert novelty(c, c) == pytest.approx([0])
    assert novelty(c, d_flat) == pytest.approx([1])
    assert clash(c, d_flat) > clash(c, e_flat) > clash(c, c) == 0
