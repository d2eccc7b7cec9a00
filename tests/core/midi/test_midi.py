"""Files to Performances and back: which notes, how long, and that an export changes velocity bytes and nothing else."""

import csv
import io
import os
from collections import defaultdict

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import pieces
from tests.pieces import Note
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi, read_midi, write_midi
from tonenet_core.midi import read as midi_reader


def parse(data):
    return parse_midi(data, "piece.mid")


def durations(*events):
    """Durations in quarter notes of one track's notes, by onset."""
    track = pieces.track([(0, pieces.tempo(60)), *events], end_delta=480)
    return (parse(pieces.midi(track)).notes["duration_sec"]).round(6).tolist()


def on(tick, pitch=60, velocity=64, channel=0):
    return tick, bytes([0x90 | channel, pitch, velocity])


def off(tick, pitch=60, channel=0):
    return tick, bytes([0x80 | channel, pitch, 0])


# Which notes


def test_the_scale_is_read_as_written():
    performance = parse(pieces.scale())
    assert performance.notes["pitch"].tolist() == [60, 62, 64, 65, 67, 69, 71, 72]
    assert performance.velocities.tolist() == [40, 50, 60, 70, 80, 90, 100, 110]
    assert performance.notes["onset_sec"] == pytest.approx(np.arange(8) / 4)
    assert performance.notes["duration_sec"] == pytest.approx(np.full(8, 0.25))
    assert performance.pedal["value"].tolist() == [127, 0, 127, 0]
    assert performance.pedal["time_sec"] == pytest.approx([0, 0.9375, 1, 1.9791667])
    assert performance.name == "piece.mid"
    assert performance.notices == ()


def test_of_a_band_only_the_piano_is_taken():
    performance = parse(pieces.combo())
    assert performance.notes["pitch"].tolist() == [60, 62, 64, 65, 67, 69, 71, 72]
    assert performance.notices == ()
    (notice,) = performance.transfer_notices
    assert notice == ("8 of the 12 melodic notes of piece.mid are played; the others stay as they are (bass: 4).")


def test_all_piano_tracks_are_taken():
    left, right = pieces.note_events([Note(0, 40)]), pieces.note_events([Note(0, 80)], 3)
    performance = parse(pieces.midi(pieces.track(left), pieces.track([(0, pieces.program(7, 3)), *right])))
    assert performance.notes["pitch"].tolist() == [40, 80]


def test_the_program_counts_that_is_set_when_the_note_sounds():
    events = [(0, pieces.program(0)), on(0), off(9), (10, pieces.program(40)), on(20, 62), off(30, 62)]
    performance = parse(pieces.midi(pieces.track([*events, (40, pieces.program(4)), on(50, 64), off(60, 64)])))
    assert performance.notes["pitch"].tolist() == [60, 64]
    assert performance.left_out == ("strings: 1",)


def test_the_program_of_a_channel_may_stand_in_another_track():
    setup = pieces.track([(0, pieces.program(40, 1))])
    violin, piano = pieces.note_events([Note(0, 70)], 1), pieces.note_events([Note(0, 50)], 0)
    performance = parse(pieces.midi(setup, pieces.track(violin), pieces.track(piano)))
    assert performance.notes["pitch"].tolist() == [50]


def test_a_channel_of_another_port_has_its_own_program():
    organ = pieces.track([(0, pieces.meta(0x21, b"\x01")), (0, pieces.program(19)), *pieces.note_events([Note(0, 70)])])
    piano = pieces.track(pieces.note_events([Note(0, 50)]))
    assert parse(pieces.midi(organ, piano)).notes["pitch"].tolist() == [50]


def test_programs_of_format_2_hold_for_their_own_track():
    assert len(parse(pieces.format_2())) == 16  # of three times eight, the organ's are not taken


def test_without_a_piano_all_but_the_drums_are_taken_with_a_notice():
    flute = pieces.track([(0, pieces.program(73, 2)), *pieces.note_events(pieces.SCALE, 2)])
    drums = pieces.track(pieces.note_events([Note(0, 36)], 9))
    performance = parse(pieces.midi(flute, drums))
    assert len(performance) == 8
    (notice,) = performance.notices
    assert "no piano" in notice


def test_only_the_pedal_of_the_piano_is_kept():
    organ = [(0, pieces.program(19, 1)), (5, bytes([0xB1, 64, 99])), *pieces.note_events([Note(0, 70)], 1)]
    piano = [(7, pieces.PEDAL_DOWN), *pieces.note_events([Note(0, 50)])]
    assert parse(pieces.midi(pieces.track(organ), pieces.track(piano))).pedal["value"].tolist() == [127]


def test_keys_that_no_piano_has_stay_in_the_file_only():
    data = pieces.piece([Note(0, 20), Note(0, 21), Note(0, 108), Note(0, 109)])
    performance = parse(data)
    assert performance.notes["pitch"].tolist() == [21, 108]
    assert "(2)" in performance.notices[0]
    assert performance.to_bytes() == data
    assert pieces.velocities_only(data, performance.with_velocities([1, 2]).to_bytes(), performance.velocity_offsets)


def test_notes_are_sorted_by_onset_then_pitch():
    performance = parse(pieces.piece([Note(100, 50), Note(0, 80), Note(0, 30), Note(0, 60)]))
    assert performance.notes["pitch"].tolist() == [30, 60, 80, 50]


# How long


def test_a_key_struck_again_while_down_gives_each_note_its_own_end():
    assert durations(on(0), on(480), off(960), off(1920)) == [2.0, 3.0]


def test_one_note_off_for_two_notes_ends_both():
    assert durations(on(0), on(480), off(960)) == [2.0, 1.0]


def test_a_note_never_ended_lasts_until_its_key_is_struck_again_or_the_track_ends():
    assert durations(on(0), on(480), on(960, 70), off(1440, 70)) == [1.0, 3.0, 1.0]


def test_a_note_of_no_length_is_a_note():
    assert durations(on(0), off(0), on(480), off(960)) == [0.0, 1.0]


def test_a_note_on_of_velocity_0_is_a_note_off():
    assert durations(on(0), on(480, velocity=0)) == [1.0]


def test_a_note_off_without_its_note_is_passed_over():
    assert durations(off(0), off(10), on(480), off(960), off(1000), on(1440), off(1920)) == [1.0, 1.0]


def test_other_channels_and_tracks_do_not_end_a_note():
    one = pieces.track([(0, pieces.tempo(60)), on(0), off(960, channel=1), off(1440)])
    other = pieces.track([off(480)])
    assert parse(pieces.midi(one, other)).notes["duration_sec"].tolist() == pytest.approx([3.0])


def by_the_rule(events):
    """Pair note-ons and note-offs (tick, is_on, key) as the module says, in the slow and plain way."""
    ends = {}
    waiting = defaultdict(list)
    for place, (_, is_on, key) in enumerate(events):
        if is_on:
            waiting[key].append(place)
        elif waiting[key]:
            ends[waiting[key].pop(0)] = place
    for key, left in waiting.items():
        for place in left:
            later = range(place + 1, len(events))
            offs = [other for other in later if events[other][2] == key and not events[other][1]]
            ons = [other for other in later if events[other][2] == key and events[other][1]]
            ends[place] = next(iter(offs or ons), None)
    last = max(tick for tick, _, _ in events)
    return [(events[ends[p]][0] if ends[p] is not None else last) - events[p][0] for p in sorted(ends)]


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(60, 62)), min_size=1, max_size=40))
def test_pairing_agrees_with_the_plain_way(events):
    events.sort(key=lambda event: event[0])
    if not any(is_on for _, is_on, _ in events):
        return
    data = pieces.midi(
        pieces.track([on(tick, key) if is_on else off(tick, key) for tick, is_on, key in events]), division=1
    )
    notes = parse(data).notes
    expected = by_the_rule(events)
    onsets_pitches = [(tick, key) for tick, is_on, key in events if is_on]
    expected = [length for _, length in sorted(zip(onsets_pitches, expected, strict=True), key=lambda pair: pair[0])]
    assert (notes["duration_sec"] * 2).round(6).tolist() == expected


# Beats


def test_beats_are_quarter_notes_and_downbeats_bars():
    waltz = [Note(place * 480, 60 + place % 3) for place in range(12)]
    data = pieces.piece(waltz, (0, pieces.tempo(60)), (0, pieces.time_signature(3, 4)), (2880, pieces.tempo(120)))
    performance = parse(data)
    assert performance.metered
    assert performance.beats_sec == pytest.approx([0, 1, 2, 3, 4, 5, 6, 6.5, 7, 7.5, 8, 8.5, 9])
    assert performance.downbeats_sec == pytest.approx([0, 3, 6, 7.5, 9])


def test_bars_may_begin_between_two_beats():
    notes = [Note(place * 240, 60) for place in range(28)]
    performance = parse(pieces.piece(notes, (0, pieces.tempo(60)), (0, pieces.time_signature(7, 8))))
    assert performance.downbeats_sec == pytest.approx([0, 3.5, 7, 10.5, 14])


@pytest.mark.parametrize("seed", range(5))
def test_onsets_anywhere_have_no_beats(seed):
    performance = parse(pieces.melody(500, seed, metered=False))
    assert not performance.metered
    assert len(performance.beats_sec) == len(performance.downbeats_sec) == 0


@pytest.mark.parametrize("shift", [13, 50, 100])
def test_onsets_at_a_constant_distance_from_the_beat_take_the_beats_with_them(shift):
    notes = [Note(place * 120 + shift, 60 + place % 12) for place in range(64)]
    performance = parse(pieces.piece(notes))
    steps = np.interp(performance.notes["onset_sec"], performance.beats_sec, np.arange(len(performance.beats_sec))) * 4
    assert steps == pytest.approx(np.rint(steps), abs=1e-6)


def test_beats_reach_from_the_first_to_the_last_note():
    performance = parse(pieces.melody(300, 3))
    assert performance.beats_sec[0] <= performance.notes["onset_sec"][0]
    assert performance.beats_sec[-1] >= performance.duration_sec


def test_ticks_of_a_clock_have_no_beats():
    assert not parse(pieces.smpte()).metered


def test_a_tempo_that_nobody_meant_gives_no_beats():
    notes = [Note(place * 480, 60) for place in range(40)]
    instant, slow = pieces.meta(0x51, b"\0\0\1"), pieces.meta(0x51, b"\xff\xff\xff")
    assert parse(pieces.piece(notes)).metered
    assert not parse(pieces.piece(notes, (0, instant))).metered
    assert not parse(pieces.piece(notes, (0, slow), (960, instant))).metered


# What is refused


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pieces.piece([]), "contains no notes"),
        (pieces.midi(pieces.track(pieces.note_events([Note(0, 36)], 9))), "contains only drums"),
        (pieces.piece([Note(0, 5)]), "no notes within the piano's 88 keys"),
        (pieces.piece([Note(0, 60), Note(100_000_000, 60)]), "lasts 28.9 hours"),
        (pieces.scale()[:40], "contains no notes"),
        (b"", "is empty"),
        (b"no midi", "is not a MIDI file"),
    ],
)
def test_refusals_name_file_and_reason(data, reason):
    with pytest.raises(MidiError, match=reason) as refusal:
        parse(data)
    assert str(refusal.value).startswith("piece.mid ")
    assert str(refusal.value).endswith(".")


def test_too_many_notes_or_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(midi_reader, "MAX_NOTES", 7)
    with pytest.raises(MidiError, match="contains 8 notes"):
        parse(pieces.scale())
    monkeypatch.setattr(midi_reader, "MAX_BYTES", 20)
    with pytest.raises(MidiError, match="too large"):
        parse(pieces.scale())


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.mid")
    for name, reason in [
        ("", "is a folder"),
        ("missing.mid", "does not exist"),
        ("pipe.mid", "is not a file"),
        ("\0", "read"),
    ]:
        with pytest.raises(MidiError, match=reason):
            read_midi(tmp_path / name)


# Writing


def test_a_file_comes_back_as_it_was(tmp_path):
    path = tmp_path / "Band.mid"
    path.write_bytes(pieces.combo())
    performance = read_midi(path)
    assert performance.name == "Band.mid"
    write_midi(tmp_path / "out.mid", performance)
    assert (tmp_path / "out.mid").read_bytes() == pieces.combo()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["Band.mid", "out.mid"]


def test_illegal_velocity_bytes_stay_until_the_velocity_is_another():
    data = bytearray(pieces.scale())
    performance = parse(pieces.scale())
    data[performance.velocity_offsets[0]] = 200
    performance = parse(bytes(data))
    assert performance.velocities[0] == 127
    assert performance.to_bytes() == data
    assert performance.with_velocities(np.full(8, 9)).to_bytes()[performance.velocity_offsets[0]] == 9


def test_writing_keeps_permissions_and_follows_links(tmp_path):
    real, link = tmp_path / "real.mid", tmp_path / "link.mid"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_midi(link, parse(pieces.scale()))
    assert link.is_symlink()
    assert real.read_bytes() == pieces.scale()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "piece.mid"
    target.write_bytes(b"old")

    def disk_full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(MidiError, match=r"piece.mid could not be written: No space left on device\."):
        write_midi(target, parse(pieces.scale()))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_writing_into_no_folder_is_an_error(tmp_path):
    with pytest.raises(MidiError, match="could not be written"):
        write_midi(tmp_path / "missing" / "out.mid", parse(pieces.scale()))


# An export changes nothing but velocities: byte by byte, and in the eyes of another reader


def piano_notes(file):
    """Which messages of a mido file are notes of the piano, as {(track, place)}, by another way than the module's."""
    messages = []
    for track_number, track in enumerate(file.tracks):
        tick = 0
        for place, message in enumerate(track):
            tick += message.time
            messages.append((tick, track_number, place, message))
    messages.sort(key=lambda entry: (entry[0], entry[3].type != "program_change", *entry[1:3]))
    programs = defaultdict(int)
    piano, melodic = set(), set()
    for _, track_number, place, message in messages:
        lane = (track_number if file.type == 2 else 0, getattr(message, "channel", -1))
        if message.type == "program_change":
            programs[lane] = message.program
        if message.type == "note_on" and message.velocity and message.channel != 9:
            melodic.add((track_number, place))
            if programs[lane] <= 7:
                piano.add((track_number, place))
    chosen = piano or melodic
    return {key for key in chosen if 21 <= file.tracks[key[0]][key[1]].note <= 108}


def assert_only_velocities_differ(before, after, requested):
    """Check an export by mido's parse of both files; `requested` are the new velocities in file order."""
    old, new = (mido.MidiFile(file=io.BytesIO(data), clip=True) for data in (before, after))
    notes = piano_notes(old)
    assert len(notes) == len(requested)
    assert len(old.tracks) == len(new.tracks)
    velocities = iter(requested)
    for track_number, (old_track, new_track) in enumerate(zip(old.tracks, new.tracks, strict=True)):
        expected = [
            message.copy(velocity=int(next(velocities))) if (track_number, place) in notes else message
            for place, message in enumerate(old_track)
        ]
        assert expected == list(new_track)


NOTES = st.builds(
    Note, tick=st.integers(0, 2000), pitch=st.integers(0, 127), velocity=st.integers(1, 127), ticks=st.integers(0, 700)
)


@st.composite
def tracks(draw):
    """Any track: notes that overlap, of no length, off the keyboard; programs in the middle; stray note-offs; texts."""
    channel = draw(st.sampled_from([0, 0, 1, 9]))
    events = pieces.note_events(draw(st.lists(NOTES, max_size=12)), channel, off_as_velocity_0=draw(st.booleans()))
    ticks = st.integers(0, 2000)
    events += [
        (draw(ticks), pieces.program(draw(st.sampled_from([0, 3, 7, 8, 40])), channel))
        for _ in range(draw(st.integers(0, 2)))
    ]
    extras = st.sampled_from(
        [
            off(0)[1],
            pieces.PEDAL_DOWN,
            pieces.meta(5, b"la"),
            pieces.tempo(77),
            b"\xf0\x03\x43\x10\xf7",
            bytes([0xE0, 1, 2]),
        ]
    )
    events += draw(st.lists(st.tuples(ticks, extras), max_size=4))
    return pieces.track(events, running_status=draw(st.booleans()))


@settings(max_examples=300)
@given(st.lists(tracks(), min_size=1, max_size=4), st.sampled_from([1, 1, 2]), st.randoms(use_true_random=False))
def test_exports_of_any_file_change_velocity_bytes_of_piano_notes_only(chunks, file_format, chance):
    data = pieces.midi(*chunks, file_format=0 if len(chunks) == 1 else file_format)
    try:
        performance = parse(data)
    except MidiError:
        file = mido.MidiFile(file=io.BytesIO(data))
        assert not piano_notes(file)
        return
    wanted = np.array([chance.randrange(-20, 150) for _ in range(len(performance))])
    styled = performance.with_velocities(wanted)
    exported = styled.to_bytes()
    assert pieces.velocities_only(data, exported, performance.velocity_offsets)
    in_file_order = np.argsort(performance.velocity_offsets)
    assert_only_velocities_differ(data, exported, np.clip(wanted, 1, 127)[in_file_order])
    assert parse(exported).velocities.tolist() == styled.velocities.tolist()
    assert performance.to_bytes() == data


DATA_STEP = int(os.environ.get("DATA_STEP", "8"))  # one file in so many; 1 for every file, which takes minutes


def manifest(data_folder):
    with (data_folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.data
def test_exports_of_data_change_velocity_bytes_of_notes_only(data_folder):
    files = [path for path in sorted(data_folder.rglob("*")) if path.suffix.lower() in (".mid", ".midi")]
    assert len(files) > 1000
    tried, opened = files[::DATA_STEP], 0
    for path in tried:
        try:
            performance = read_midi(path)
        except MidiError:
            assert path.parent.name == "robustness"
            continue
        opened += 1
        before = np.frombuffer(performance.source, np.uint8)
        assert performance.to_bytes() == performance.source
        styled = performance.with_velocities(128.0 - performance.velocities)
        after = np.frombuffer(styled.to_bytes(), np.uint8)
        differing = np.flatnonzero(before != after)
        changed = performance.velocity_offsets[performance.velocities != 64]
        assert np.array_equal(differing, np.sort(changed))
        # The bytes are those of note-ons: the pitch stands before the velocity.
        assert np.array_equal(before[performance.velocity_offsets - 1], performance.notes["pitch"])
    assert opened > 0.95 * len(tried)


@pytest.mark.data
def test_exports_of_some_data_are_the_same_in_the_eyes_of_mido(data_folder):
    for row in manifest(data_folder)[:: 20 * DATA_STEP]:
        performance = read_midi(data_folder / row["file"])
        wanted = 128 - performance.velocities.astype(int)
        in_file_order = np.argsort(performance.velocity_offsets)
        exported = performance.with_velocities(wanted).to_bytes()
        assert_only_velocities_differ(performance.source, exported, wanted[in_file_order])


@pytest.mark.data
def test_the_manifest_counts_the_same_notes(data_folder):
    """The manifest was made with pretty_midi, which drops notes of no length, and takes one of two pianos in a few."""
    other, metered_right, files = [], 0, 0
    for row in manifest(data_folder)[::DATA_STEP]:
        performance = read_midi(data_folder / row["file"])
        counted = int(np.count_nonzero(performance.notes["duration_sec"] > 0))
        files += 1
        metered_right += performance.metered == (row["metered"] == "1")
        if counted != int(row["notes"]):
            other.append(row["file"])
    assert len(other) <= 0.01 * files
    assert files > 100
    assert all(name.startswith("jazz/") for name in other)
    assert metered_right / files > 0.98


@pytest.mark.data
def test_odd_and_damaged_files_are_opened_or_refused_with_a_sentence(data_folder):
    refused = {}
    for path in sorted((data_folder / "robustness").glob("*.mid")):
        try:
            performance = read_midi(path)
        except MidiError as refusal:
            refused[path.stem.removeprefix("test-")] = str(refusal)
        else:
            assert len(performance)
            assert performance.to_bytes() == path.read_bytes()
    assert set(refused) == {
        "all-gm-percussion",
        "control-7e-mono-mode-on",
        "empty",
        "empty-file",
        "not-a-midi-file",
        "sysex-7e-06-01-id-request",
        "sysex-7e-09-02-gm-disable",
        "sysex-7e-09-03-gm2-enable",
    }
    for name, sentence in refused.items():
        assert sentence.startswith(f"test-{name}.mid ")
        assert sentence.endswith(".")
        assert "\n" not in sentence


def test_the_same_seconds_on_another_tempo_grid_have_the_same_beats():
    """As a host exports what a sequencer placed: the music stands on beats, the ticks do not."""
    seconds = np.cumsum([0, *[0.25, 0.25, 0.5, 0.25, 0.75, 0.5] * 12])
    by_tempo = {}
    for tempo_bpm in (120, 97):
        ticks = np.rint(seconds * tempo_bpm / 60 * pieces.TICKS).astype(int)
        notes = [Note(int(tick), 60 + index % 12, ticks=pieces.TICKS // 4) for index, tick in enumerate(ticks)]
        by_tempo[tempo_bpm] = parse_midi(pieces.piece(notes, (0, pieces.tempo(tempo_bpm))), "grid")
    assert np.allclose(by_tempo[97].beats_sec, by_tempo[120].beats_sec, atol=2e-3)
    assert by_tempo[97].metered
