"""The tracks of a file: what they are called, what plays on them, and choosing among them."""

import numpy as np
import pytest

from tests import pieces
from tests.pieces import Note, meta, midi, note_events, track
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi
from tonenet_core.midi.tracks import Track, choose_tracks, list_tracks


def named(name: bytes, *events):
    return track([(0, meta(3, name)), *events, *note_events([Note(0, 60)])])


def test_a_band_is_listed_without_its_conductor_and_its_drums_are_never_played():
    piano, bass, drums = list_tracks(parse_midi(pieces.combo(), "band"))
    assert piano == Track(2, "Piano", ("piano: 8",), 8, "all")
    assert bass == Track(3, "", ("bass: 4",), 4, "none")
    assert drums == Track(4, "", ("drums: 4",), 4, "none", is_drums=True)
    assert drums.played((4,)) == "none"
    assert [each.played((3,)) for each in (piano, bass)] == ["none", "all"]
    assert [each.played(None) for each in (piano, bass)] == ["all", "none"]


def test_other_tracks_of_the_same_file_are_those_of_reading_it_so():
    performance = parse_midi(pieces.combo(), "band").with_velocities(np.full(8, 5))
    chosen, read = choose_tracks(performance, (3,)), parse_midi(pieces.combo(), "band", [3, 3])
    assert chosen.notes.tolist() == read.notes.tolist()
    assert chosen.to_bytes() == pieces.combo()
    assert chosen.tracks == read.tracks == (3,)
    assert choose_tracks(chosen, None).notes["pitch"].tolist() == performance.notes["pitch"].tolist()
    with pytest.raises(MidiError, match="Track 4"):
        choose_tracks(performance, (4,))


def test_a_track_of_two_instruments_is_played_in_part():
    events = [*note_events([Note(0, 60), Note(480, 62)]), (900, pieces.program(40)), *note_events([Note(960, 64)])]
    performance = parse_midi(midi(track(events)), "both")
    (both,) = list_tracks(performance)
    assert (both.notes, both.usual, both.instruments) == (3, "some", ("piano: 2", "strings: 1"))
    assert both.played((1,)) == "all"


def test_without_a_piano_everything_is_played():
    tracks = list_tracks(parse_midi(midi(named(b"Flute", (0, pieces.program(73)))), "flute"))
    assert [each.usual for each in tracks] == ["all"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Flügel".encode(), "Flügel"),
        ("Flügel".encode("latin-1"), "Flügel"),
        (b" Left\nhand\x00 ", "Left hand"),
        (b"", ""),
        ("é".encode() * 60, "é" * 40),
        (b"a" + "é".encode() * 60, "a" + "é" * 39),
    ],
)
def test_names_are_read_whatever_their_encoding(written, read):
    assert list_tracks(parse_midi(midi(named(written)), "named"))[0].name == read


def test_the_first_name_counts():
    data = midi(track([(0, meta(3, b"One")), (10, meta(3, b"Two")), *note_events([Note(0, 60)])]))
    assert list_tracks(parse_midi(data, "twice"))[0].name == "One"
