"""Which notes are the piano's: programs, drum kits by their bank, key switches, chosen tracks; and what is left out."""

import numpy as np
import pytest

from tests import pieces
from tests.conftest import ROOT
from tests.pieces import Note
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi, read_midi

FAULTS = ROOT / "tests" / "faults"
TICKS = pieces.TICKS


def control(number, value, channel=0):
    return bytes([0xB0 | channel, number, value])


@pytest.mark.parametrize("bank", [120, 126, 127])
def test_a_channel_with_a_drum_bank_plays_drums(bank):
    kit = [(0, control(0, bank, 2)), (0, pieces.program(0, 2)), *pieces.note_events([Note(0, 36)], 2)]
    performance = parse_midi(pieces.midi(pieces.track(kit), pieces.track(pieces.note_events([Note(0, 60)]))), "kit")
    assert performance.notes["pitch"].tolist() == [60]
    assert performance.notices == ()


def test_a_file_of_nothing_but_a_drum_bank_is_opened():
    """Devices before GM 2 have other sounds there."""
    kit = [(0, control(0, 120)), (0, pieces.program(56)), *pieces.note_events([Note(0, 76)])]
    assert len(parse_midi(pieces.midi(pieces.track(kit)), "kit")) == 1


def test_a_bank_counts_from_the_next_program_on():
    late = [(0, pieces.program(0)), (0, control(0, 127)), *pieces.note_events([Note(10, 60)])]
    assert len(parse_midi(pieces.midi(pieces.track(late)), "late")) == 1


def test_drums_on_another_channel_are_left_alone():
    performance = read_midi(FAULTS / "xg_bank127_drums_on_ch3.mid")
    assert performance.notes["pitch"].min() == 60
    assert len(performance) == 200


def test_a_program_set_at_the_same_tick_counts():
    performance = read_midi(FAULTS / "program_same_tick_after_note.mid")
    assert len(performance) == 200
    assert "has no piano" in performance.notices[0]


def test_it_is_said_when_most_of_a_file_stays_as_it_is():
    performance = read_midi(FAULTS / "silent_strings_1_piano_note.mid")
    assert len(performance) == 1
    (notice,) = performance.transfer_notices
    assert performance.notes_left_out == 24
    assert "1 of the 25 melodic notes" in notice
    assert "24)" in notice


@pytest.mark.parametrize("number", [120, 123])
def test_notes_end_where_all_are_ended(number):
    """As a synthesizer plays it: the file has no note-off of its own."""
    on = [(0, bytes([0x90, 60, 64])), (TICKS, bytes([0x90, 64, 64]))]
    end = [(2 * TICKS, control(number, 0)), (4 * TICKS, bytes([0x90, 67, 64])), (5 * TICKS, bytes([0x80, 67, 64]))]
    notes = parse_midi(pieces.midi(pieces.track([*on, *end])), "ended").notes
    assert notes["duration_sec"].tolist() == pytest.approx([1.0, 0.5, 0.5])


def test_a_note_that_is_struck_where_all_end_goes_on():
    events = [(0, control(123, 0)), *pieces.note_events([Note(0, 60, ticks=TICKS)])]
    assert parse_midi(pieces.midi(pieces.track(events)), "begins").notes["duration_sec"].tolist() == [0.5]


def test_a_file_that_ends_its_notes_with_a_controller():
    ended = read_midi(FAULTS / "cc123_as_off.mid")
    plain = read_midi(FAULTS / "without_duplicates.mid")
    assert np.array_equal(ended.notes["onset_sec"], plain.notes["onset_sec"])
    assert ended.notes["duration_sec"].max() < 2.0


def music(count=60):
    return [Note(index * 240, 60 + index % 12, 50 + index % 30) for index in range(count)]


def test_key_switches_are_left_alone():
    switches = [Note(index * 4800, 24, 100) for index in range(3)]
    performance = parse_midi(pieces.piece(sorted(switches + music(), key=lambda note: note.tick)), "sampled")
    assert performance.notes["pitch"].min() == 60
    assert "key switches" in performance.notices[0]
    assert "(3)" in performance.notices[0]


@pytest.mark.parametrize(
    "low",
    [
        [Note(0, 24, 100)],  # one low note may be the last of a piece
        [Note(0, 24, 100), Note(480, 24, 90)],  # played
        [Note(index * 240, 24, 100) for index in range(20)],  # a pedal point
        [Note(0, 50, 100), Note(480, 50, 100)],  # near the music
    ],
)
def test_low_notes_of_the_music_are_played(low):
    performance = parse_midi(pieces.piece(low + music()), "music")
    assert len(performance) == len(low) + 60
    assert performance.notices == ()


def test_chosen_tracks_are_played_whatever_their_instrument():
    performance = parse_midi(pieces.combo(), "band", tracks=[3])
    assert performance.notes["pitch"].tolist() == [36, 37, 38, 39]
    assert "4 of the 12" in performance.transfer_notices[0]
    assert performance.left_out == ("piano: 8",)


def test_a_track_without_notes_cannot_be_chosen():
    with pytest.raises(MidiError, match="Track 1, 4 of band has no notes"):
        parse_midi(pieces.combo(), "band", tracks=[4, 1])
