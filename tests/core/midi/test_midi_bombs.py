"""Files that are made to exhaust whoever reads them; `python -m tests.fuzz.bombs` measures larger ones."""

import tracemalloc

import pytest

from tests import pieces
from tests.fuzz.bombs import END, LARGE, LONGEST_DELTA, ON, SMALL, body
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi, smf

REFUSED = {
    "a delta of 4 bytes before each of 40 notes": "up to 3 can be opened",
    "a tempo of ten hours": "up to 3 can be opened",
}


@pytest.mark.parametrize("name", SMALL)
def test_a_few_bytes_take_little_memory_and_end_in_a_piece_or_a_sentence(name):
    data = SMALL[name]()
    tracemalloc.start()
    try:
        performance = parse_midi(data, "bomb.mid")
        said = performance.notices
    except MidiError as refusal:
        performance, said = None, (str(refusal),)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 60_000_000
    assert all(len(sentence) < 300 and sentence.endswith(".") for sentence in said)
    if name in REFUSED:
        assert REFUSED[name] in said[0]
    else:
        assert len(performance)


def test_beats_and_bars_are_those_of_the_music_however_late_it_begins():
    data = SMALL["music that begins after 200,000,000 beats"]()
    performance = parse_midi(data, "late.mid")
    assert performance.beats_sec[0] == pytest.approx(performance.notes["onset_sec"][0], abs=0.51)
    assert 9 <= len(performance.downbeats_sec) <= 12  # 40 beats


MESSAGES = {
    "notes": b"\x01\x3c\x40",
    "texts": b"\0\xff\x01\0",
    "tempos": b"\x01\xff\x51\x03\x07\xa1\x20",
    "data without a status": b"\0\x01",
    "system messages": b"\0\xf8",
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_messages_of_every_kind_are_bounded(message, monkeypatch):
    monkeypatch.setattr(smf, "MAX_MESSAGES", 1000)
    start = b"" if message == b"\0\x01" else ON
    assert smf.scan(body(start + message * 990 + END), "fits.mid")
    with pytest.raises(MidiError, match="more than 1,000 messages"):
        smf.scan(body(start + message * 1010 + END), "bomb.mid")


def test_messages_are_counted_over_all_tracks(monkeypatch):
    monkeypatch.setattr(smf, "MAX_MESSAGES", 1000)
    track = pieces.chunk(b"MTrk", b"\0\xff\x01\0" * 200 + END)
    with pytest.raises(MidiError, match="more than 1,000 messages"):
        smf.scan(pieces.midi(*[track] * 6), "bomb.mid")


def test_chunks_are_bounded():
    scale = pieces.scale()
    assert len(parse_midi(scale[:14] + b"XXXX\0\0\0\0" * 1000 + scale[14:], "some.mid")) == 8
    with pytest.raises(MidiError, match="contains no tracks"):
        parse_midi(scale[:14] + b"XXXX\0\0\0\0" * 200_000 + scale[14:], "bomb.mid")


def test_more_than_a_million_notes_are_refused():
    with pytest.raises(MidiError, match=r"contains 1,000,001 notes; up to 1,000,000 can be opened\."):
        parse_midi(LARGE["1,000,001 notes"](), "bomb.mid")


def test_three_hours_are_opened_and_more_are_not():
    second = pieces.tempo(60)  # a beat a second
    for seconds, opens in ((10_790, True), (10_810, False)):
        data = pieces.piece([pieces.Note(0, 60), pieces.Note(480 * seconds, 60)], (0, second))
        if opens:
            assert parse_midi(data, "long.mid").duration_sec > seconds
        else:
            with pytest.raises(MidiError, match=r"lasts 3\.0 hours"):
                parse_midi(data, "long.mid")


def test_silence_that_never_ends_is_not_counted():
    data = body(ON + b"\x01\x3c\0" + (LONGEST_DELTA + b"\xff\x01\0") * 40 + END)
    assert parse_midi(data, "silent.mid").duration_sec < 1
