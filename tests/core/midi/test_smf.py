"""The scanner: every message with its place and time, whatever the file's format, dialect or damage."""

import random

import numpy as np
import pytest

from tests import pieces
from tonenet_core.errors import MidiError
from tonenet_core.midi import smf


def scan(data):
    return smf.scan(data, "piece.mid")


def struck(file):
    events = file.events
    return events[((events["status"] & 0xF0) == 0x90) & (events["data2"] > 0)]


def assert_scale(file):
    assert struck(file)["data1"].tolist() == [note.pitch for note in pieces.SCALE]
    assert struck(file)["data2"].tolist() == [note.velocity for note in pieces.SCALE]


@pytest.mark.parametrize(
    "data",
    [pieces.scale(), pieces.running_status(), pieces.rmid(pieces.scale()), pieces.smpte()],
    ids=["plain", "running status", "RMID", "SMPTE"],
)
def test_offsets_point_at_the_velocity_bytes(data):
    file = scan(data)
    assert_scale(file)
    for event in struck(file):
        assert data[event["offset"]] == event["data2"]
        assert data[event["offset"] - 1] == event["data1"]
    assert file.notices == ()


def test_messages_of_one_data_byte_have_no_second_one():
    data = pieces.piece([], (0, bytes([0xC0, 5])), (7, bytes([0xD0, 99])))
    events = scan(data).events
    assert events["data1"].tolist() == [5, 99]
    assert events["data2"].tolist() == [0, 0]
    assert [data[offset] for offset in events["offset"]] == [5, 99]


def test_tracks_are_merged_by_time_and_keep_file_order_at_one_tick():
    first = pieces.track([(0, pieces.program(1)), (100, pieces.program(2))])
    second = pieces.track([(0, pieces.program(3)), (50, pieces.program(4)), (100, pieces.program(5))])
    events = scan(pieces.midi(first, second)).events
    assert events["data1"].tolist() == [1, 3, 4, 2, 5]
    assert events["track"].tolist() == [0, 1, 1, 0, 1]


def test_time_follows_tempos_of_all_tracks():
    conductor = pieces.track([(0, pieces.tempo(60)), (480, pieces.tempo(120))])
    other = pieces.track([(960, pieces.tempo(240)), (1440, pieces.program(0))])
    file = scan(pieces.midi(conductor, other))
    assert file.sec_at([0, 240, 480, 960, 1440]) == pytest.approx([0, 0.5, 1.0, 1.5, 1.75])
    assert file.events["time_sec"].tolist() == pytest.approx([1.75])


def test_of_two_tempos_at_one_tick_the_last_counts():
    data = pieces.piece(pieces.SCALE, (0, pieces.tempo(60)), (0, pieces.tempo(240)))
    assert scan(data).sec_at(480) == pytest.approx(0.25)


def test_without_a_tempo_it_is_120_a_minute():
    file = scan(pieces.piece(pieces.SCALE))
    assert file.sec_at(480) == pytest.approx(0.5)
    assert file.time_signatures.tolist() == [(0, 4, 4)]


@pytest.mark.parametrize(
    ("frames", "per_frame", "seconds"), [(25, 40, 0.24), (24, 10, 1.0), (30, 80, 0.1), (29, 100, 0.080080)]
)
def test_smpte_ticks_are_fractions_of_a_frame(frames, per_frame, seconds):
    file = scan(pieces.smpte(frames, per_frame))
    assert file.ticks_per_beat is None
    assert file.events["time_sec"][2] == pytest.approx(seconds, abs=1e-5)


def test_sequences_of_format_2_follow_one_another_with_their_own_tempo():
    file = scan(pieces.format_2())
    assert struck(file)["time_sec"][[0, 8, 16, 17]] == pytest.approx([0, 2, 4, 4.5])
    assert file.track_end_ticks.tolist() == [1920, 3840, 5760]


def test_ports_are_distinguished():
    data = pieces.midi(pieces.track([(0, pieces.program(1))]), pieces.track([(0, pieces.meta(0x21, b"\x01"))]))
    assert scan(data).track_ports.tolist() == [0, 1]


def test_time_signatures():
    data = pieces.piece(pieces.SCALE, (0, pieces.time_signature(3, 4)), (960, pieces.time_signature(7, 8)))
    assert scan(data).time_signatures.tolist() == [(0, 3, 4), (960, 7, 8)]


def test_running_status_continues_after_meta_and_exclusive_messages():
    body = bytes([0, 0x90, 60, 50, 10, 0xFF, 1, 1, 65, 10, 62, 51, 10, 0xF0, 2, 1, 0xF7, 10, 64, 52])
    body += b"\0" + pieces.END_OF_TRACK
    file = scan(pieces.midi(pieces.chunk(b"MTrk", body)))
    assert struck(file)["data1"].tolist() == [60, 62, 64]
    assert struck(file)["tick"].tolist() == [0, 20, 40]


def test_exclusive_messages_in_parts_are_passed_over():
    parts = [(0, bytes([0xF0, 2, 0x43, 0x12])), (10, bytes([0xF7, 3, 1, 2, 3])), (20, bytes([0xF7, 1, 0xF7]))]
    file = scan(pieces.piece(pieces.SCALE, *parts))
    assert_scale(file)
    assert file.notices == ()


def test_unknown_chunks_are_passed_over():
    scale = pieces.track(pieces.note_events(pieces.SCALE))
    data = pieces.midi(scale)[:14] + pieces.chunk(b"XFIH", bytes(9)) + scale + pieces.chunk(b"XFKM", b"MTr")
    file = scan(data)
    assert_scale(file)
    assert file.notices == ()


# Damage: the notes are read and the user is told.

SCALE_TRACK = pieces.track(pieces.note_events(pieces.SCALE))
OTHER_TRACK = pieces.track(pieces.note_events([pieces.Note(0, 40)]))


def with_length(track, length):
    return track[:4] + length.to_bytes(4, "big") + track[8:]


SIZE = len(SCALE_TRACK) - 8
DAMAGED = {
    "track longer than the file": with_length(SCALE_TRACK, SIZE + 1000),
    "track of declared 4 GB": with_length(SCALE_TRACK, 0xFFFFFFFF),
    "track of declared length 0": with_length(SCALE_TRACK, 0),
    "track cut short by its length": with_length(SCALE_TRACK, SIZE // 2),
    "no end of track": pieces.track(pieces.note_events(pieces.SCALE), end=b""),
    "file ends within the end of track": SCALE_TRACK[:-1],
    "exclusive message longer than the track": pieces.track(
        [*pieces.note_events(pieces.SCALE), (5000, b"\xf0" + pieces.number(1 << 27))]
    ),
    "text longer than the track": pieces.track(
        [*pieces.note_events(pieces.SCALE), (5000, b"\xff\x01" + pieces.number(200_000_000) + b"x")]
    ),
    "data byte before any status": pieces.chunk(b"MTrk", b"\0\x05" + SCALE_TRACK[8:]),
    "trailing garbage": SCALE_TRACK + b"\0" * 50,
    "bytes after the end of track": pieces.chunk(b"MTrk", SCALE_TRACK[8:] + b"\x90\x10\x90"),
}


@pytest.mark.parametrize("track", DAMAGED.values(), ids=DAMAGED)
def test_notes_of_a_damaged_last_track_are_read(track):
    assert_scale(scan(pieces.midi(track)))


@pytest.mark.parametrize("what", [what for what in DAMAGED if "length" in what or what == "no end of track"])
def test_the_track_after_a_damaged_one_is_read(what):
    file = scan(pieces.midi(DAMAGED[what], OTHER_TRACK))
    assert struck(file)[struck(file)["track"] == 1]["data1"].tolist() == [40]
    assert_scale(scan(pieces.midi(DAMAGED[what])))


@pytest.mark.parametrize("what", ["no end of track", "text longer than the track", "data byte before any status"])
def test_damage_is_reported_in_one_sentence(what):
    (notice,) = scan(pieces.midi(DAMAGED[what])).notices
    assert notice.startswith("piece.mid is damaged (")
    assert notice.endswith(".")


@pytest.mark.parametrize(
    "message",
    [bytes([0xF1, 5]), bytes([0xF2, 5, 6]), bytes([0xF3, 5]), *(bytes([kind]) for kind in (0xF4, 0xF6, 0xF8, 0xFE))],
)
def test_system_messages_between_the_notes_are_passed_over(message):
    file = scan(pieces.piece(pieces.SCALE, (300, message)))
    assert_scale(file)
    assert "system messages" in file.notices[0]


def test_data_bytes_above_127_are_taken_as_127():
    data = bytearray(pieces.scale())
    place = int(struck(scan(bytes(data)))["offset"][3])
    data[place] = 200
    file = scan(bytes(data))
    assert struck(file)["data2"].tolist() == [40, 50, 60, 127, 80, 90, 100, 110]
    assert "above 127" in file.notices[0]


def test_of_many_problems_some_are_listed_and_the_rest_counted():
    file = scan(pieces.midi(*[pieces.track(pieces.note_events(pieces.SCALE), end=b"")] * 9))
    (notice,) = file.notices
    assert "track 3 has no end; and 6 more problems" in notice


def test_missing_tracks_are_reported():
    data = bytearray(pieces.scale())
    data[10:12] = b"\x00\x03"
    assert "2 of 3 tracks are missing" in scan(bytes(data)).notices[0]


def test_a_division_of_0_is_reported():
    file = scan(pieces.midi(SCALE_TRACK, division=0))
    assert_scale(file)
    assert "tick" in file.notices[0]


def test_silence_without_end_is_not_counted():
    endless = pieces.track(pieces.note_events(pieces.SCALE), end_delta=(1 << 28) - 1)
    assert scan(pieces.midi(endless, division=1)).end_sec <= smf.MAX_SEC


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "piece.mid is empty."),
        (b"not a midi file", "piece.mid is not a MIDI file."),
        (b"RIFF\x04\0\0\0WAVE", "piece.mid is not a MIDI file."),
        (b"MThd\0\0\0\x06\0", "piece.mid ends inside its header."),
        (pieces.midi(), "piece.mid contains no tracks."),
    ],
)
def test_what_is_no_midi_file_is_refused_with_one_sentence(data, reason):
    with pytest.raises(MidiError) as refusal:
        scan(data)
    assert str(refusal.value) == reason


def test_too_many_messages_are_refused(monkeypatch):
    monkeypatch.setattr(smf, "MAX_MESSAGES", 10)
    with pytest.raises(MidiError, match="more than 10 messages"):
        scan(pieces.scale())


SEEDS = [
    pieces.scale(),
    pieces.combo(),
    pieces.running_status(),
    pieces.rmid(pieces.combo()),
    pieces.format_2(),
    pieces.smpte(),
]


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_is_read_or_refused_but_never_a_crash(seed):
    chance = random.Random(seed)
    for _ in range(500):
        data = bytearray(SEEDS[seed])
        for _ in range(chance.randrange(1, 8)):
            place = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    data[place] = chance.choice([0, 0x7F, 0x80, 0x90, 0xF0, 0xF7, 0xFF])
                case 2:
                    del data[place : place + chance.randrange(1, 5)]
                case _:
                    data[place:place] = chance.randbytes(chance.randrange(1, 5))
            data = data or bytearray(1)
        try:
            file = scan(bytes(data))
        except MidiError:
            continue
        offsets = file.events["offset"]
        assert len(np.unique(offsets)) == len(offsets)
        assert np.all(np.diff(file.events["tick"]) >= 0)
        assert np.all(file.events["data2"] <= 127)


def test_what_stands_behind_a_midi_file_in_its_wrapper_is_no_message():
    endless = pieces.track([(0, pieces.meta(1, b"x")), *pieces.note_events(pieces.SCALE)], end=b"")
    data = pieces.midi(endless, file_format=0)
    assert len(data) % 2 == 1  # a byte of padding stands behind it
    assert len(scan(pieces.rmid(data)).events) == 16
    damaged = pieces.rmid(data).replace(b"data" + len(data).to_bytes(4, "little"), b"data\x07\0\0\0")
    assert len(struck(scan(damaged))) >= 8
