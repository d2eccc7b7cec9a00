"""The demo piece is what its script writes, and is fit to be a demo."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from tonenet_core.midi import read_midi

DEMO = Path(__file__).parents[2] / "resources" / "demo"


@pytest.fixture
def compose(monkeypatch):
    spec = importlib.util.spec_from_file_location("compose", DEMO / "compose.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "compose", module)
    spec.loader.exec_module(module)
    return module


def test_the_script_writes_the_shipped_file_bit_for_bit(compose):
    assert compose.compose() == (DEMO / "corner-table.mid").read_bytes()
    assert compose.compose() == compose.compose()


def test_every_written_bar_is_read_whole(compose):
    # An entry that the pattern did not recognise would silently be a missing note.
    written = sum(len(bar.split()) for bar in compose.RIGHT_HAND)
    read = sum(len(list(compose.read_bar(text, bar))) for bar, text in enumerate(compose.RIGHT_HAND))
    assert read == written
    assert len(compose.LEFT_HAND) == len(compose.RIGHT_HAND)


def test_it_opens_as_a_metered_minute_with_real_dynamics():
    piece = read_midi(DEMO / "corner-table.mid")
    assert piece.metered
    assert not piece.notices
    assert 55 <= piece.duration_sec <= 75
    assert len(piece) > 400
    assert piece.velocities.min() < 35
    assert piece.velocities.max() > 95
    assert piece.velocities.std() > 12


def test_it_swings():
    piece = read_midi(DEMO / "corner-table.mid")
    beat = np.interp(piece.notes["onset_sec"], piece.beats_sec, np.arange(len(piece.beats_sec)))
    off_beat = (beat % 1)[(beat % 1 > 0.4) & (beat % 1 < 0.85)]
    assert len(off_beat) > 100
    assert 0.6 < np.median(off_beat) < 0.72


def test_no_key_is_struck_while_it_is_down():
    notes = read_midi(DEMO / "corner-table.mid").notes
    for pitch in np.unique(notes["pitch"]):
        own = notes[notes["pitch"] == pitch]
        assert np.all(own["onset_sec"][:-1] + own["duration_sec"][:-1] <= own["onset_sec"][1:] + 1e-9)
