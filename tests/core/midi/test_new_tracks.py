import numpy as np
import pytest

from tests import pieces
from tonenet_core.midi import parse_midi
from tonenet_core.midi.new_tracks import in_time_of
from tonenet_core.midi.retime import note_ticks, tempo_changes

CHANGING = [(0, pieces.tempo(90)), (0, pieces.time_signature(3, 4)), (700, pieces.tempo(133)), (1900, pieces.tempo(71))]


def test_notes_have_the_very_ticks_tempos_and_bars_that_they_had():
    source = parse_midi(pieces.piece(pieces.SCALE, *CHANGING), "Scale")
    made = in_time_of(source, {"High": source.notes[4:], "Low": source.notes[:4], "None": source.notes[:0]}, "Two")

    assert made.notes["onset_sec"].tolist() == source.notes["onset_sec"].tolist()
    assert made.notes["duration_sec"].tolist() == pytest.approx(source.notes["duration_sec"].tolist())
    assert made.notes["pitch"].tolist() == source.notes["pitch"].tolist()
    assert note_ticks(made).tolist() == note_ticks(source).tolist()
    assert tempo_changes(made).tolist() == tempo_changes(source).tolist()
    assert made.downbeats_sec.tolist() == source.downbeats_sec.tolist()
    assert made.file.track_names == (b"Two", b"High", b"Low")
    assert made.name == "Two"


def test_coarse_ticks_are_divided_and_those_of_video_become_beats():
    coarse = parse_midi(pieces.melody(60, division=24), "coarse")
    made = in_time_of(coarse, {"All": coarse.notes}, "coarse")
    assert (note_ticks(made)["onset"] == 20 * note_ticks(coarse)["onset"]).all()

    video = parse_midi(pieces.smpte(), "video")
    again = in_time_of(video, {"All": video.notes}, "video")
    assert np.abs(again.notes["onset_sec"] - video.notes["onset_sec"]).max() < 0.0002


def test_two_notes_of_one_key_in_two_tracks_keep_their_ends():
    source = parse_midi(pieces.scale(), "Scale")
    notes = source.notes[[0, 0]].copy()
    notes["onset_sec"], notes["duration_sec"] = (0.0, 0.5), (2.0, 0.25)
    made = in_time_of(source, {"One": notes[:1], "Other": notes[1:]}, "x")
    assert made.notes["duration_sec"].tolist() == [2.0, 0.25]


def test_notes_far_from_the_others_are_notes_and_no_switches():
    source = parse_midi(pieces.melody(60), "x")
    notes = source.notes.copy()
    notes["velocity"] = 64
    notes["velocity"][:2], notes["pitch"][:2] = 40, 24
    notes["pitch"][2:] = 60 + np.arange(58) % 12
    notes["velocity"][5] = 70
    assert len(in_time_of(source, {"All": notes}, "x")) == 60
