"""Other times: the same events in the same tracks, notes that stay notes, and the very same file on the way back."""

import io
import itertools
import shutil
import subprocess
import zlib

import mido
import numpy as np
import pretty_midi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pieces
from tests.conftest import ROOT
from tests.core.midi.retiming_pieces import files, retimings
from tests.pieces import Note
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi, read_midi, smf
from tonenet_core.midi.retime import (
    PEDAL_CHANGE_DTYPE,
    TEMPO_CHANGE_DTYPE,
    Retiming,
    note_ticks,
    restore,
    retime,
    tempo_changes,
)


def parse(data):
    return parse_midi(data, "piece.mid")


def is_smpte(performance):
    return not len(tempo_changes(performance))


@st.composite
def retimed(draw, **options):
    """A Performance, a Retiming and what comes of it."""
    try:
        performance = parse(draw(files(**options)))
    except MidiError:  # a piano whose program changed
        performance = parse(pieces.combo())
    retiming = draw(retimings(note_ticks(performance), is_smpte=is_smpte(performance)))
    return performance, retiming, retime(performance, retiming)


def identity(performance):
    """A Retiming that asks for the times that are there."""
    ticks = note_ticks(performance)
    knots = np.array([0.0, 1000.0])
    tempo = tempo_changes(performance) if not is_smpte(performance) else None
    return Retiming(knots, knots, ticks["onset"], ticks["end"], tempo)


@given(files())
def test_the_times_that_are_there_give_the_very_same_bytes(data):
    try:
        performance = parse(data)
    except MidiError:
        return
    assert retime(performance, Retiming()).performance is performance
    louder = performance.with_velocities(127 - performance.velocities // 2)
    result = retime(louder, identity(louder)).performance
    assert result.to_bytes() == louder.to_bytes()
    assert result.source == data


@given(retimed(), st.booleans())
def test_the_original_comes_back_byte_for_byte(case, velocities):
    performance, _, result = case
    back = restore(result.performance, velocities=True)
    assert back.performance.source == performance.source
    assert np.array_equal(result.order[back.order], np.arange(len(performance)))
    assert back.performance.notes.tobytes() == performance.notes.tobytes()
    styled = result.performance.with_velocities(128.0 - result.performance.velocities)
    now = restore(styled).performance
    assert now.source == performance.source
    assert now.velocities.tolist() == (128 - performance.velocities).tolist()


@given(retimed())
def test_the_result_is_what_is_read_from_its_bytes(case):
    performance, _, result = case
    new = result.performance
    again = parse(new.to_bytes())
    assert again.notes.tobytes() == new.notes.tobytes()
    assert again.pedal.tobytes() == new.pedal.tobytes()
    assert again.beats_sec.tobytes() == new.beats_sec.tobytes()
    assert (new.name, new.notices, new.left_out) == (performance.name, performance.notices, performance.left_out)
    for column in ("pitch", "velocity"):
        assert np.array_equal(new.notes[column], performance.notes[column][result.order])


def tracks_of(data):
    """The events of each track in the eyes of mido: message and tick, without the meta event of the original."""
    file = mido.MidiFile(file=io.BytesIO(smf_bytes(data)))
    tracks = []
    for track in file.tracks:
        tick, events = 0, []
        for message in track:
            tick += message.time
            if not (message.type == "sequencer_specific" and bytes(message.data[:8]) == b"\x7dToneNet"):
                events.append((tick, message.copy(time=0)))
        tracks.append(events)
    return file, tracks


def smf_bytes(data):
    return data[20 : 20 + int.from_bytes(data[16:20], "little")] if data[:4] == b"RIFF" else data


def is_new(message, retiming):
    """Whether a Retiming replaces messages of this kind."""
    tempo = message.type == "set_tempo" and retiming.tempo is not None
    return tempo or (message.is_cc(64) and retiming.pedal is not None)


def key_of(message):
    """What messages keep their order: those of one key; those of all other kinds together."""
    return (message.channel, message.note) if message.type in ("note_on", "note_off") else None


@given(retimed())
def test_tracks_keep_their_events_and_the_order_of_each_kind(case):
    performance, retiming, result = case
    _, before = tracks_of(performance.source)
    _, after = tracks_of(result.performance.to_bytes())
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        for key in {key_of(message) for _, message in old}:
            kept = [[m for _, m in part if key_of(m) == key and not is_new(m, retiming)] for part in (old, new)]
            assert kept[0] == kept[1]
        ends = [tick for tick, message in new if message.type == "end_of_track"]
        assert all(tick == new[-1][0] for tick in ends)


@given(retimed())
def test_notes_keep_a_length_and_get_no_new_overlap(case):
    performance, _, result = case
    old, new = (smf.scan(piece.source, "") for piece in (performance, result.performance))
    before, after = (intervals(performance), intervals(result.performance))
    assert {key: len(notes) for key, notes in before.items()} == {key: len(notes) for key, notes in after.items()}
    for key, notes in after.items():
        was = before[key]
        assert sum(end == on for on, end in notes) <= sum(end == on for on, end in was)
        assert overlaps(notes) <= overlaps(was)
    assert len(old.events) - count(old, 64) == len(new.events) - count(new, 64)


def count(file, control):
    events = file.events
    return int(np.count_nonzero(((events["status"] & 0xF0) == 0xB0) & (events["data1"] == control)))


def intervals(performance):
    """The notes of each key of a channel, in ticks, in the order of their onsets."""
    keys = {}
    ticks, events = note_ticks(performance), performance.file.events[performance.file.note_rows]
    for (onset, end), event in zip(ticks.tolist(), events, strict=True):
        keys.setdefault((event["status"] & 15, event["data1"]), []).append((onset, end))
    return {key: sorted(notes) for key, notes in keys.items()}


def overlaps(notes):
    """Number of pairs of neighbours that overlap."""
    return sum(first[1] > second[0] for first, second in itertools.pairwise(notes))


@given(retimed(formats=(0, 1)))
def test_times_that_are_asked_for_again_come_back_to_the_tick(case):
    performance, retiming, result = case
    new = result.performance
    factor = ticks_a_beat(new) // ticks_a_beat(performance)
    ticks = note_ticks(performance)[result.order]
    warp = Retiming(retiming.to_tick * factor, retiming.from_tick * factor)
    back = retime(new, Retiming(warp.from_tick, warp.to_tick, ticks["onset"] * factor, ticks["end"] * factor))
    found = note_ticks(back.performance)
    factor = ticks_a_beat(back.performance) // ticks_a_beat(performance)
    assert np.array_equal(found["onset"], ticks["onset"][back.order] * factor)
    # What goes with the warp ("all notes off" at a note's end, the band) is rounded to a tick twice; where the way back
    # is steep, it stretches the first rounding.
    steepest = np.max(np.diff(retiming.from_tick) / np.diff(retiming.to_tick), initial=1.0)
    assert np.abs(found["end"] - ticks["end"][back.order] * factor).max() <= factor * steepest
    before, after = (np.sort(band_ticks(piece)) for piece in (performance, back.performance))
    assert np.abs(before * factor - after).max(initial=0) <= factor * steepest
    again = restore(back.performance, velocities=True)
    assert again.performance.source == performance.source


def ticks_a_beat(performance):
    division = int.from_bytes(smf_bytes(performance.source)[12:14], "big")
    return division & 0xFF if division & 0x8000 else division


def band_ticks(performance):
    """Ticks of the notes of bass and drums."""
    events = performance.file.events
    return events["tick"][np.isin(events["status"], (0x91, 0x99)) & (events["data2"] > 0)]


@given(retimed(formats=(0, 1)))
def test_the_band_goes_through_the_warp_alone(case):
    performance, retiming, result = case
    factor = ticks_a_beat(result.performance) / ticks_a_beat(performance)
    expected = retiming.warp(band_ticks(performance)) * factor
    # The bass's own program changes at the beginning of its track; drums are 240 ticks apart.
    assert np.abs(np.sort(band_ticks(result.performance)) - np.sort(expected)).max(initial=0) <= 1.5


@given(retimed(formats=(0, 1)))
def test_mido_hears_each_note_where_it_is_read(case):
    result = case[2].performance
    if is_smpte(result):
        return  # mido does not know the length of such ticks
    now, heard = 0.0, []
    for message in mido.MidiFile(file=io.BytesIO(smf_bytes(result.to_bytes()))):
        now += message.time
        if message.type == "note_on" and message.velocity:
            heard.append((now, message.note))
    events = result.file.events
    struck = events[((events["status"] & 0xF0) == 0x90) & (events["data2"] > 0)]
    assert struck["time_sec"] == pytest.approx(np.array([time for time, _ in heard]), abs=1e-6)
    assert struck["data1"].tolist() == [pitch for _, pitch in heard]


@pytest.mark.parametrize(
    "data", [pieces.combo(), pieces.melody(40, 2), pieces.running_status()], ids=["band", "melody", "running status"]
)
def test_pretty_midi_hears_each_note_where_it_is_read(data):
    performance = parse(data)
    there = note_ticks(performance)
    swing = Retiming(
        np.array([0.0, 240, 480, 720, 960]),
        np.array([0.0, 320, 480, 800, 960]),
        np.arange(len(there)) * 100.0,
        np.arange(len(there)) * 100.0 + 90,
        tempos((0, 400_000), (700, 600_000)),
    )
    result = retime(performance, swing).performance
    other = pretty_midi.PrettyMIDI(io.BytesIO(result.to_bytes()))
    heard = sorted(
        (note.start, note.pitch, note.velocity, note.end)
        for instrument in other.instruments
        if instrument.program == 0 and not instrument.is_drum
        for note in instrument.notes
    )
    mine = result.notes
    assert mine["onset_sec"] == pytest.approx([note[0] for note in heard])
    assert mine["onset_sec"] + mine["duration_sec"] == pytest.approx([note[3] for note in heard])
    assert mine["velocity"].tolist() == [note[2] for note in heard]


def test_the_tracks_that_were_chosen_stay_chosen():
    performance = parse_midi(pieces.combo(), "piece.mid", tracks=[3])
    result = retime(performance, lags(performance, 5)).performance
    assert result.tracks == (3,)
    again = parse_midi(result.to_bytes(), "piece.mid", tracks=[3])
    assert again.notes.tobytes() == result.notes.tobytes()
    assert again.file.family_notes.tolist() == result.file.family_notes.tolist()
    assert result.notes["pitch"].tolist() == [36, 37, 38, 39]
    piano = pieces.combo()
    assert restore(parse(result.to_bytes())).performance.source == piano


# Tempo, pedal, ticks


def lags(performance, ticks):
    """A Retiming that delays every note."""
    there = note_ticks(performance)
    return Retiming(onset_tick=there["onset"] + float(ticks), end_tick=there["end"] + float(ticks))


def tempos(*changes):
    return np.array(list(changes), TEMPO_CHANGE_DTYPE)


def pedal(*changes):
    return np.array(list(changes), PEDAL_CHANGE_DTYPE)


def test_a_tempo_map_takes_the_place_of_the_files_own():
    performance = parse(pieces.combo())
    result = retime(performance, Retiming(tempo=tempos((0, 500_000), (480, 250_000)))).performance
    assert tempo_changes(result).tolist() == [(0.0, 500_000), (480.0, 250_000)]
    assert result.notes["onset_sec"] == pytest.approx([0, 0.25, 0.5, 0.625, 0.75, 0.875, 1.0, 1.125])
    assert note_ticks(result).tolist() == note_ticks(performance).tolist()
    _, tracks = tracks_of(result.source)
    assert [(tick, message.tempo) for tick, message in tracks[0] if message.type == "set_tempo"] == [
        (0, 500_000),
        (480, 250_000),
    ]
    assert not any(message.type == "set_tempo" for track in tracks[1:] for _, message in track)


def test_each_sequence_of_format_2_gets_its_part_of_the_tempo_map():
    performance = parse(pieces.format_2())
    result = retime(performance, Retiming(tempo=tempos((0, 250_000), (2000, 125_000)))).performance
    assert result.notes["onset_sec"][:8] == pytest.approx(np.arange(8) / 8)
    assert np.diff(result.notes["onset_sec"][8:]) == pytest.approx(np.full(7, 0.0625))


def test_a_pedal_takes_the_place_of_the_pianos_own():
    performance = parse(pieces.scale())
    result = retime(performance, Retiming(pedal=pedal((0, 100), (240, 0), (240, 0), (480, 127)))).performance
    assert result.pedal["value"].tolist() == [100, 0, 127]
    assert result.pedal["time_sec"] == pytest.approx([0, 0.25, 0.5])
    assert (
        retime(performance, Retiming(pedal=pedal((0, 127), (900, 0), (960, 127), (1900, 0)))).performance is performance
    )


def test_a_pedal_that_was_not_there_is_put_in_all_channels_of_the_piano_before_its_notes():
    left, right = pieces.note_events([Note(0, 40)]), pieces.note_events([Note(0, 80)], 3)
    performance = parse(pieces.midi(pieces.track(left), pieces.track([(0, pieces.program(7, 3)), *right])))
    _, tracks = tracks_of(retime(performance, Retiming(pedal=pedal((0, 127)))).performance.source)
    assert [message.type for _, message in tracks[0]][:2] == ["control_change", "note_on"]
    assert [message.type for _, message in tracks[1]][:3] == ["program_change", "control_change", "note_on"]
    assert tracks[1][1][1].channel == 3


def test_parts_of_ticks_are_asked_for_where_a_tick_is_coarse():
    performance = parse(pieces.melody(20, 3, division=96))
    result = retime(performance, lags(performance, 0.5)).performance
    assert result.notes["onset_sec"] - performance.notes["onset_sec"] == pytest.approx(
        np.full(20, 0.5 * 0.5 / 96), abs=0.0005
    )
    assert int.from_bytes(result.source[12:14], "big") == 96 * 6
    assert int.from_bytes(retime(performance, lags(performance, 1)).performance.source[12:14], "big") == 96


def test_ticks_of_smpte_are_warped_and_have_no_tempo_map():
    performance = parse(pieces.smpte())
    with pytest.raises(ValueError, match="no tempo map"):
        retime(performance, Retiming(tempo=tempos((0, 500_000))))
    result = retime(performance, Retiming(np.array([0.0, 1000]), np.array([0.0, 2000]))).performance
    assert result.notes["onset_sec"][:4] == pytest.approx([0, 0.48, 0.96, 1.44])


def test_a_lag_of_the_first_note_does_not_take_it_before_the_beginning():
    performance = parse(pieces.scale())
    ticks = note_ticks(performance)
    onset = np.maximum(ticks["onset"] - 30.0, 0.0)
    result = retime(performance, Retiming(onset_tick=onset, end_tick=ticks["end"].astype(float))).performance
    assert note_ticks(result)["onset"].tolist() == onset.tolist()


def test_a_note_does_not_pass_its_program_change_nor_all_notes_off():
    events = [(100, pieces.program(0)), *pieces.note_events([Note(100, 60), Note(600, 60)])]
    events += [(500, bytes([0xB0, 123, 0])), (550, pieces.program(40)), (590, pieces.program(4))]
    performance = parse(pieces.midi(pieces.track([(0, pieces.program(40)), *events])))
    ticks = note_ticks(performance)
    early = Retiming(onset_tick=np.maximum(ticks["onset"] - 90.0, 0), end_tick=ticks["end"] + 800.0)
    result = retime(performance, early).performance
    assert note_ticks(result).tolist() == [(100, 500), (590, 1640)]
    late = Retiming(onset_tick=ticks["onset"] + 480.0, end_tick=ticks["end"] + 800.0)
    assert note_ticks(retime(performance, late).performance)["onset"].tolist() == [499, 1080]


def test_a_note_off_does_not_pass_the_next_note_of_its_key():
    performance = parse(pieces.piece([Note(0, 60, 64, 240), Note(240, 60, 64, 240)]))
    ends = np.array([700.0, 700.0])
    result = retime(performance, Retiming(onset_tick=np.array([0.0, 230.0]), end_tick=ends)).performance
    assert note_ticks(result).tolist() == [(0, 230), (230, 700)]
    result = retime(performance, Retiming(onset_tick=np.array([0.0, 0.0]), end_tick=ends)).performance
    assert note_ticks(result).tolist() == [(0, 1), (1, 700)]


# The meta event


def with_event(content):
    return pieces.piece([Note(0, 60), Note(480, 64)], (0, pieces.meta(0x7F, content)))


def own_event(performance):
    data = performance.source
    begin = data.index(b"\x7dToneNet\x01")
    length = data[begin - 1] | (data[begin - 2] & 0x7F) << 7 if data[begin - 2] & 0x80 else data[begin - 1]
    return data[begin : begin + length]


def test_a_second_retiming_keeps_the_first_original():
    performance = parse(pieces.combo())
    once = retime(performance, Retiming(tempo=tempos((0, 400_000)), pedal=pedal((0, 9)))).performance
    twice = retime(once, lags(once, 3)).performance
    thrice = retime(twice.with_velocities(twice.velocities - 1), Retiming(pedal=pedal((5, 7)))).performance
    assert thrice.source.count(b"ToneNet") == 1
    assert restore(thrice, velocities=True).performance.source == performance.source


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x7dToneNet",
        b"\x7dToneNet\x01" + bytes(16),
        b"\x7dToneNet\x01" + bytes(16) + zlib.compress(bytes(200_000_000)),
        b"\x7dToneNet\x01" + bytes(16) + zlib.compress(b"\xff" * 100_000),
        b"\x7dToneNet\x02" + bytes(16) + zlib.compress(bytes(100)),
    ],
    ids=["nothing", "name", "no content", "bomb", "numbers", "version"],
)
def test_an_event_of_another_kind_is_passed_over_and_kept(content):
    performance = parse(with_event(content))
    assert restore(performance).performance is performance
    result = retime(performance, lags(performance, 7)).performance
    assert content in result.source
    assert restore(result).performance.source == performance.source


def test_an_original_of_another_file_is_passed_over():
    first, second = parse(with_event(b"a")), parse(pieces.piece([Note(0, 61), Note(480, 64)]))
    event = own_event(retime(first, lags(first, 7)).performance)
    foreign = parse(pieces.piece([Note(7, 61), Note(487, 64)], (0, pieces.meta(0x7F, event))))
    assert restore(foreign).performance is foreign
    assert restore(second).performance is second


def test_a_note_that_another_program_adds_makes_an_original_count_for_nothing():
    performance = parse(pieces.scale())
    result = retime(performance, lags(performance, 7)).performance
    file = mido.MidiFile(file=io.BytesIO(result.source))
    saved = io.BytesIO()
    file.save(file=saved)
    assert restore(parse(saved.getvalue())).performance.source == performance.source
    file.tracks[0].insert(5, mido.Message("note_on", note=50, velocity=1))
    saved = io.BytesIO()
    file.save(file=saved)
    changed = parse(saved.getvalue())
    assert restore(changed).performance is changed


def test_a_retiming_is_checked():
    performance = parse(pieces.scale())
    for wrong in (
        {"from_tick": [0, 5, 5], "to_tick": [0, 1, 2]},
        {"from_tick": [0, 5], "to_tick": [0]},
        {"from_tick": [0, 5], "to_tick": [0, np.nan]},
        {"from_tick": [-1, 5], "to_tick": [0, 1]},
        {"onset_tick": [1, 2]},
        {"tempo": tempos((5, 1), (4, 1))},
        {"tempo": tempos((5, 0))},
        {"pedal": pedal((5, 128))},
    ):
        with pytest.raises(ValueError, match=r"of|are|is|need"):
            Retiming(**wrong)
    with pytest.raises(ValueError, match="1 onsets for 8 notes"):
        retime(performance, Retiming(onset_tick=np.zeros(1), end_tick=np.ones(1)))


def test_a_file_that_would_get_too_long_is_refused_with_a_sentence():
    performance = parse(pieces.scale())
    with pytest.raises(MidiError, match=r"up to 3 can be opened\.$"):
        retime(performance, Retiming(np.array([0.0, 480.0]), np.array([0.0, 2.0**25])))


# Damage, other programs, and the data


def test_no_note_comes_between_the_parts_of_an_exclusive_message():
    parts = [(100, b"\xf0\x02\x43\x10"), (200, b"\xf7\x01\x11"), (300, b"\xf7\x02\x12\xf7")]
    notes = pieces.note_events([Note(0, 60, ticks=50), Note(400, 62, ticks=50)])
    performance = parse(pieces.midi(pieces.track([*parts, *notes])))
    ends = np.array([220.0, 450.0])
    result = retime(performance, Retiming(onset_tick=np.array([0.0, 150.0]), end_tick=ends)).performance
    assert note_ticks(result).tolist() == [(0, 100), (300, 450)]
    kinds = [message[0] & 0xF0 for message in messages(result) if message[0] != 0xFF]
    assert kinds == [0x90, 0x80, 0xF0, 0xF0, 0xF0, 0x90, 0x80]
    with pytest.raises(MidiError, match=r"cannot be changed without damage to it\.$"):
        retime(performance, Retiming(pedal=pedal((150, 127))))


def messages(performance):
    """All messages of a file's first track, by a reader that knows nothing but the format."""
    data = performance.source
    place = data.index(b"MTrk") + 8
    found, status = [], 0
    while place < len(data):
        _, place = quantity(data, place)
        if data[place] >= 0xF0:
            length, after = quantity(data, place + (2 if data[place] == 0xFF else 1))
            found.append(data[place : after + length])
            if data[place : place + 2] == b"\xff\x2f":
                break
            place = after + length
            continue
        if data[place] >= 0x80:
            status, place = data[place], place + 1
        size = 1 if 0xC0 <= status < 0xE0 else 2
        found.append(bytes([status]) + data[place : place + size])
        place += size
    return found


def quantity(data, place):
    value = 0
    while True:
        value = value << 7 | data[place] & 0x7F
        place += 1
        if data[place - 1] < 0x80:
            return value, place


def test_running_status_is_kept_where_the_messages_keep_their_order():
    performance = parse(pieces.running_status())
    result = retime(performance, lags(performance, 5)).performance
    own = len(b"\0" + pieces.meta(0x7F, own_event(result)))
    assert len(result.source) == len(performance.source) + own
    shuffled = parse(pieces.melody(30, 4))
    assert messages(shuffled)  # it has running status, notes of either hand, and a pedal
    ticks = note_ticks(shuffled)
    jitter = np.arange(30) * 7 % 5 * 40.0
    result = retime(shuffled, Retiming(onset_tick=ticks["onset"] + jitter, end_tick=ticks["end"] + jitter)).performance
    assert sorted(messages(result)[1:]) == sorted(messages(shuffled))


def test_what_cannot_be_read_stays_in_its_place():
    first = pieces.track(pieces.note_events([Note(0, 60)]), end=b"")
    cut = first[:4] + (int.from_bytes(first[4:8], "big") + 3).to_bytes(4, "big") + first[8:] + b"\x10\x90\x40"
    other = pieces.chunk(b"XFIH", b"words")
    data = b"junk" + pieces.midi(cut, other, pieces.track(pieces.note_events([Note(480, 64)]))) + b"behind"
    performance = parse(data)
    result = retime(performance, lags(performance, 9)).performance
    assert result.source.startswith(b"junkMThd")
    assert result.source.endswith(b"\xff\x2f\x00behind")
    assert b"\x10\x90\x40" + other in result.source
    assert restore(result).performance.source == data


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "faults").glob("*.*i*")), ids=lambda path: path.name)
def test_files_that_users_brought_are_moved_and_come_back(path):
    assert_there_and_back(read_midi(path))


def assert_there_and_back(performance):
    ticks = note_ticks(performance)
    last = float(ticks["end"].max() + 1)
    chance = np.random.default_rng(0)
    warp = Retiming(np.linspace(0, last, 5), np.array([0, 0.2, 0.5, 0.8, 1]) * last)
    onset = np.maximum(warp.warp(ticks["onset"]) + chance.integers(-20, 20, len(ticks)), 0)
    end = np.maximum(warp.warp(ticks["end"]) + chance.integers(-20, 20, len(ticks)), onset + 1)
    changed = Retiming(warp.from_tick, warp.to_tick, onset, end)
    result = retime(performance.with_velocities(128.0 - performance.velocities), changed)
    new = result.performance
    assert parse_midi(new.to_bytes(), performance.name).notes.tobytes() == new.notes.tobytes()
    assert np.array_equal(new.notes["pitch"], performance.notes["pitch"][result.order])
    assert np.array_equal(new.velocities, 128 - performance.velocities[result.order])
    lengths = [np.diff(note_ticks(piece).view(np.int64).reshape(-1, 2)) for piece in (performance, new)]
    assert np.count_nonzero(lengths[1] == 0) <= np.count_nonzero(lengths[0] == 0)
    assert restore(new, velocities=True).performance.source == performance.source
    assert retime(performance, identity(performance)).performance is performance


@pytest.mark.data
def test_files_of_all_data_sets_are_moved_and_come_back(data_folder):
    opened = 0
    for folder in sorted(path for path in data_folder.iterdir() if path.is_dir()):
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".mid", ".midi"))
        for path in paths if folder.name == "robustness" else paths[:: max(len(paths) // 5, 1)]:
            try:
                performance = read_midi(path)
            except MidiError:
                assert folder.name == "robustness"
                continue
            assert_there_and_back(performance)
            opened += 1
    assert opened > 60


@pytest.mark.skipif(not shutil.which("timidity"), reason="NO TIMIDITY: install it to run this test")
@pytest.mark.parametrize("data", [pieces.combo(), pieces.melody(40, 2)], ids=["band", "melody"])
def test_timidity_plays_each_note_where_it_is_read(data, tmp_path):
    changes = tempos((0, 400_000), (700, 600_000))
    swing = Retiming(np.array([0.0, 240, 480, 720, 960]), np.array([0.0, 320, 480, 800, 960]), tempo=changes)
    result = retime(parse(data), swing).performance
    (tmp_path / "in.mid").write_bytes(result.to_bytes())
    words = ["timidity", "-Om", "-o", str(tmp_path / "out.mid"), str(tmp_path / "in.mid")]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    # It writes what it plays as a MIDI file of its own.
    played = smf.scan((tmp_path / "out.mid").read_bytes(), "out.mid").events
    played = played[((played["status"] & 0xF0) == 0x90) & (played["data2"] > 0)]
    events = result.file.events
    read = events[((events["status"] & 0xF0) == 0x90) & (events["data2"] > 0)]
    key = ("status", "data1")
    heard, written = (np.sort(notes[[*key, "time_sec"]], order=[*key, "time_sec"]) for notes in (played, read))
    assert heard[[*key]].tolist() == written[[*key]].tolist()
    assert heard["time_sec"] == pytest.approx(written["time_sec"], abs=0.002)
