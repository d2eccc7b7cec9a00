"""What the synthesizer is told: order, velocities, what is chased, how far back a seek begins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pieces
from tests.pieces import PEDAL_DOWN, PEDAL_UP, TICKS, Note
from tonenet_core.midi import parse_midi, read_midi, smf, write_midi
from tonenet_core.sound import schedule
from tonenet_core.sound.audible import Audible
from tonenet_core.sound.loudness import sound_level_lufs
from tonenet_core.sound.schedule import BLOCK, SAMPLE_RATE, Schedule, has_other_instruments
from tonenet_core.sound.synth import render_audio

SECOND = 2 * TICKS  # at 120 quarter notes a minute
BLOCKS_PER_SEC = SAMPLE_RATE / BLOCK


def schedule_of(data: bytes) -> Schedule:
    return Schedule.of(parse_midi(data, "test"))


def test_messages_keep_their_time_to_within_a_block():
    made = schedule_of(pieces.piece(pieces.SCALE))
    struck = made.blocks[made.kinds == schedule.NOTE_ON] / BLOCKS_PER_SEC
    assert np.allclose(struck, [note.tick / SECOND for note in pieces.SCALE], atol=0.5 / BLOCKS_PER_SEC + 1e-9)


def test_all_instruments_are_there():
    assert schedule_of(pieces.combo()).sounding_channels == [0, 1, 9]


def test_the_piano_alone_is_the_piano_of_the_band():
    whole = schedule_of(pieces.combo())
    alone, piano = whole.only(Audible(piano=True)), schedule_of(pieces.piece(pieces.SCALE))
    assert alone.sounding_channels == [0]
    assert alone.end_frame == whole.end_frame
    notes, expected = (each.data1[each.note_places].tolist() for each in (alone, piano))
    assert notes == expected
    assert (alone.kinds[alone.ends[alone.note_places]] == schedule.NOTE_OFF).all()
    assert (alone.data1[alone.ends[alone.note_places]] == alone.data1[alone.note_places]).all()
    louder = parse_midi(pieces.combo(), "test").with_velocities([127] * len(notes))
    assert set(alone.with_velocities_of(louder).data2[alone.note_places]) == {127}


def test_other_instruments_on_the_pianos_own_channel_are_silent_too():
    bass = pieces.track(pieces.note_events([Note(place * TICKS, 30 + place) for place in range(4)]))
    named = pieces.track([(0, pieces.meta(3, b"Piano")), *pieces.note_events(pieces.SCALE)])
    performance = parse_midi(pieces.midi(named, bass), "test")
    alone = Schedule.of(performance).only(Audible(piano=True))
    assert np.count_nonzero(alone.kinds == schedule.NOTE_ON) == len(performance)


@pytest.mark.parametrize(
    ("audible", "tracks"),
    [
        (Audible(), {2, 3, 4}),
        (Audible(muted=frozenset({3})), {2, 4}),
        (Audible(solo=frozenset({3, 4})), {3, 4}),
        (Audible(muted=frozenset({4}), solo=frozenset({3, 4})), {3}),
        (Audible(solo=frozenset({4}), piano=True), {2, 4}),
        (Audible(muted=frozenset({2}), piano=True), set()),
    ],
)
def test_muted_tracks_are_not_struck_and_of_several_solo_ones_all_are(audible, tracks):
    performance = parse_midi(pieces.combo(), "band")
    heard = Schedule.of(performance).only(audible)
    assert set(heard.tracks[heard.kinds == schedule.NOTE_ON]) == tracks
    assert len(heard.sounding_channels) == len(tracks)
    softer = heard.with_velocities_of(performance.with_velocities([3] * 8))
    assert np.count_nonzero(softer.data2[softer.kinds == schedule.NOTE_ON] == 3) == 8 * (2 in tracks)
    assert not np.any((softer.data2 != heard.data2) & (softer.kinds != schedule.NOTE_ON))


@pytest.mark.parametrize(("data", "others"), [(pieces.combo(), True), (pieces.melody(20), False)])
def test_a_band_is_told_from_a_piano(data, others):
    assert has_other_instruments(parse_midi(data, "test")) is others


def test_channels_without_notes_are_left_out():
    data = pieces.piece(pieces.SCALE, (0, pieces.program(48, 5)), (0, bytes([0xB5, 7, 0])))
    assert set(schedule_of(data).channels) == {0}


def test_two_ports_have_channels_of_their_own():
    second_port = [(0, pieces.meta(0x21, b"\x01")), *pieces.note_events(pieces.SCALE)]
    data = pieces.midi(pieces.track(pieces.note_events(pieces.SCALE)), pieces.track(second_port))
    assert schedule_of(data).sounding_channels == [0, 16]


def test_other_velocities_need_no_new_reading():
    performance = parse_midi(pieces.melody(200), "test")
    louder = performance.with_velocities(np.arange(200) % 127 + 1)
    quick, slow = Schedule.of(performance).with_velocities_of(louder), Schedule.of(louder)
    assert np.array_equal(quick.data2, slow.data2)
    assert not np.array_equal(quick.data2, Schedule.of(performance).data2)


def test_opening_playing_matching_levels_and_exporting_scan_the_file_once(tmp_path, monkeypatch):
    (tmp_path / "piece.mid").write_bytes(pieces.melody(60))
    scans, scan = [], smf.scan
    monkeypatch.setattr(smf, "scan", lambda data, name: scans.append(name) or scan(data, name))
    original = read_midi(tmp_path / "piece.mid")
    styled = original.with_velocities(np.full(60, 40))
    for performance in (original, styled):
        Schedule.of(performance)
        sound_level_lufs(performance)
    render_audio(styled, tmp_path / "piece.wav")
    write_midi(tmp_path / "styled.mid", styled)
    assert scans == ["piece.mid"]
    assert styled.file is original.file


def test_a_schedule_has_the_messages_of_the_exported_file():
    performance = parse_midi(pieces.combo(), "band")
    styled = performance.with_velocities(np.arange(len(performance)) % 127 + 1)
    ours, exported = Schedule.of(styled), schedule_of(styled.to_bytes())
    for name in ("blocks", "kinds", "channels", "data1", "data2", "ends"):
        assert np.array_equal(getattr(ours, name), getattr(exported, name))


def test_velocities_of_another_file_are_refused():
    with pytest.raises(ValueError, match="other notes"):
        schedule_of(pieces.melody(10)).with_velocities_of(parse_midi(pieces.melody(10, seed=1), "other"))


def test_the_latest_controllers_are_chased_in_their_order():
    controls = [(place * TICKS, bytes([0xB0, 7, 10 * place])) for place in range(4)]
    bends = [(place * TICKS, bytes([0xE0, 0, 10 * place])) for place in range(4)]
    made = schedule_of(pieces.piece([Note(8 * TICKS, 60)], *controls, *bends))
    block = round(2.5 * TICKS / SECOND * BLOCKS_PER_SEC)
    chased = made.chased(block, block)
    assert [(int(made.kinds[place]), int(made.data2[place])) for place in chased] == [(0xB0, 20), (0xE0, 20)]


def test_every_bank_program_and_parameter_is_chased():
    fine = [bytes([0xB0, number, value]) for number, value in ((101, 0), (100, 0), (6, 12), (101, 127), (100, 127))]
    messages = [bytes([0xB0, 0, 1]), pieces.program(4), bytes([0xB0, 0, 0]), pieces.program(5), *fine]
    made = schedule_of(pieces.piece([Note(8 * TICKS, 60)], *((0, message) for message in messages)))
    block = made.first_at(1) and round(BLOCKS_PER_SEC)
    assert list(made.chased(block, block)) == list(range(len(messages)))


def test_a_seek_begins_with_the_oldest_note_that_is_heard():
    held, later = Note(2 * SECOND, 40, ticks=4 * SECOND), Note(5 * SECOND, 60, ticks=SECOND // 4)
    made = schedule_of(pieces.piece([held, later]))
    assert made.start_for(round(5.5 * BLOCKS_PER_SEC)) == round(2 * BLOCKS_PER_SEC)


def test_a_seek_begins_a_second_before_at_least_and_six_at_most():
    made = schedule_of(pieces.piece([Note(0, 40, ticks=20 * SECOND), Note(30 * SECOND, 60)]))
    back = [block - made.start_for(block) for block in (round(12 * BLOCKS_PER_SEC), round(28 * BLOCKS_PER_SEC))]
    assert [round(blocks / BLOCKS_PER_SEC, 2) for blocks in back] == [6.0, 1.0]


def test_a_note_older_than_that_is_struck_again():
    made = schedule_of(pieces.piece([Note(0, 40, ticks=20 * SECOND), Note(30 * SECOND, 60)]))
    block = round(12 * BLOCKS_PER_SEC)
    (place,) = made.chased(made.start_for(block), block)
    assert (made.kinds[place], made.data1[place]) == (schedule.NOTE_ON, 40)


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 1), st.sampled_from(["on", "on", "off", "down", "up", "reset", "silence"]), st.integers(60, 62)
    ),
    max_size=40,
)
CONTROLS = {"down": (64, 127), "up": (64, 0), "reset": (121, 0), "silence": (123, 0)}


def message(channel: int, kind: str, key: int) -> bytes:
    if kind in CONTROLS:
        return bytes([0xB0 | channel, *CONTROLS[kind]])
    return bytes([(0x90 if kind == "on" else 0x80) | channel, key, 64])


@given(EVENTS)
def test_notes_end_as_a_player_that_goes_step_by_step_ends_them(events):
    first = [(0, "on", 60), (1, "on", 60), *events]  # so that both channels have notes
    made = schedule_of(pieces.midi(pieces.track((place * 10, message(*event)) for place, event in enumerate(first))))
    expected = list(range(len(first)))
    keys: dict[tuple[int, int], list[int]] = {}
    held: dict[int, list[int]] = {0: [], 1: []}
    down = {0: False, 1: False}

    def end(places, now):
        for place in places:
            expected[place] = now
        places.clear()

    for now, (channel, kind, key) in enumerate(first):
        pressed = keys.setdefault((channel, key), [])
        if kind == "on":
            pressed.append(now)
            expected[now] = len(first)
        elif kind == "off":
            if down[channel]:
                held[channel] += pressed
                pressed.clear()
            else:
                end(pressed, now)
        elif kind == "silence":
            for (other, _), places in keys.items():
                if other == channel:
                    end(places, now)
            end(held[channel], now)
        else:
            down[channel] = kind == "down"
            if not down[channel]:
                end(held[channel], now)
    assert list(made.ends) == expected


def test_a_pedal_holds_what_was_released_under_it():
    made = schedule_of(pieces.piece([Note(0, 60, ticks=TICKS)], (0, PEDAL_DOWN), (4 * TICKS, PEDAL_UP)))
    place = int(np.flatnonzero(made.kinds == schedule.NOTE_ON)[0])
    assert made.data1[made.ends[place]] == schedule.SUSTAIN


def test_another_tempo_moves_every_message_and_changes_none():
    made = schedule_of(pieces.melody(60))
    slow = made.at_tempo(0.75)
    assert np.abs(slow.blocks - made.times_sec / 0.75 * BLOCKS_PER_SEC).max() <= 0.5
    assert slow.end_block == pytest.approx(made.end_block / 0.75, abs=2)
    for name in ("kinds", "channels", "data1", "data2", "ends"):
        assert np.array_equal(getattr(slow, name), getattr(made, name))
    assert np.array_equal(slow.at_tempo(1.0).blocks, made.blocks)


def test_the_velocities_of_other_tracks_of_a_file_are_not_taken_for_those_of_its_piano():
    piano, bass = (parse_midi(pieces.combo(), "band", tracks) for tracks in (None, [3]))
    schedule = Schedule.of(piano)
    assert schedule.has_notes_of(parse_midi(pieces.combo(), "again"))
    assert not schedule.has_notes_of(bass)
    with pytest.raises(ValueError, match="other notes"):
        schedule.with_velocities_of(bass)
