"""Beats that the shipped tracker finds, on the command line."""

import json

import pytest

from tests.core.models.test_beats import march, random_onsets
from tests.e2e.test_cli import tonenet
from tests.pieces import TICKS, Note, midi, note_events, tempo, track
from tonenet_core.files.locations import SHIPPED_CHECKPOINTS

pytestmark = pytest.mark.skipif(
    not (SHIPPED_CHECKPOINTS / "beats.safetensors").is_file(), reason="no beat tracker is shipped"
)


def recorded(notes):
    """A file of notes over ticks that mean nothing."""
    places = [
        Note(
            round(float(note["onset_sec"]) * 2 * TICKS) + place * 7 % 11,
            int(note["pitch"]),
            int(note["velocity"]) + place * 5 % 20,
            round(float(note["duration_sec"]) * 2 * TICKS),
        )
        for place, note in enumerate(notes)
    ]
    return midi(track([(0, tempo(120)), *note_events(places)]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "march.mid").write_bytes(recorded(march(3).notes))
    (folder / "chance.mid").write_bytes(recorded(random_onsets().notes))
    return folder


def test_analyse_tells_the_beats_that_it_finds_and_how_sure_they_are(folder):
    told = tonenet("analyse", "march.mid", "chance.mid", "--json", cwd=folder)
    of_march, of_chance = map(json.loads, told.stdout.splitlines())
    assert not of_march["metered"]
    assert of_march["tracked_sure"]
    assert of_march["tracked_confidence"] >= 0.9
    assert 115 < of_march["tracked_bpm"] < 125
    assert not of_chance["tracked_sure"]
    assert of_chance["tracked_confidence"] < 0.6
    line = tonenet("analyse", "chance.mid", cwd=folder).stdout.splitlines()[1]
    assert "a free recording; found in its notes:" in line
    assert "not sure" in line
