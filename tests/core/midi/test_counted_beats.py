"""Beats as the time signatures of a metered file count them."""

import numpy as np
import pytest

from tests.pieces import TICKS, Note, piece, time_signature
from tonenet_core.data.prepare import read_arrays
from tonenet_core.midi import parse_midi
from tonenet_core.midi.beats import counted_beats
from tonenet_core.midi.smf import scan

EIGHTHS = [Note(place * TICKS // 2, 60, 64, TICKS // 2) for place in range(48)]


def counted(*signatures):
    data = piece(EIGHTHS, *((round(quarter * TICKS), time_signature(*metre)) for quarter, metre in signatures))
    return counted_beats(scan(data, "it"), parse_midi(data, "it"))


@pytest.mark.parametrize(
    ("metre", "quarters", "a_bar"),
    [((6, 8), 1.5, 2), ((12, 16), 0.75, 4), ((3, 8), 0.5, 3), ((2, 2), 2, 2), ((9, 8), 1.5, 3)],
)
def test_a_beat_is_what_a_bar_is_counted_in(metre, quarters, a_bar):
    beats_sec, downbeat = counted((0, metre))
    assert beats_sec == pytest.approx(np.arange(len(beats_sec)) * quarters * 0.5)
    assert len(beats_sec) >= 24 / quarters
    assert np.flatnonzero(downbeat).tolist() == list(range(0, len(beats_sec), a_bar))


def test_a_bar_begins_with_another_time_signature_after_an_upbeat():
    beats_sec, downbeat = counted((0, (1, 8)), (0.5, (6, 8)), (9.5, (2, 4)))
    assert beats_sec[:8] / 0.5 == pytest.approx([0, 0.5, 2, 3.5, 5, 6.5, 8, 9.5])
    assert np.diff(beats_sec[7:]) == pytest.approx(np.full(len(beats_sec) - 8, 0.5))
    assert np.flatnonzero(downbeat)[:6].tolist() == [0, 1, 3, 5, 7, 9]


def test_they_are_marked_in_a_training_piece(tmp_path):
    (tmp_path / "it.mid").write_bytes(piece(EIGHTHS, (0, time_signature(6, 8))))
    marked = read_arrays(tmp_path / "it.mid")["marked"]
    assert np.diff(marked["time_sec"]) == pytest.approx(np.full(len(marked) - 1, 0.75))
    assert marked["downbeat"][:4].tolist() == [True, False, True, False]


@pytest.mark.parametrize("metre", [(4, 4), (3, 4)])
def test_quarter_notes_are_not_counted_again(metre):
    assert not len(counted((0, metre))[0])
