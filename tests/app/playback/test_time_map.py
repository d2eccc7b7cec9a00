"""Two sides with times of their own: one musical place, heard, shown and looped on either."""

import numpy as np
import pytest

from app.playback.crossfade import FADE
from app.playback.mixer import Mixer
from app.playback.player import Player
from app.playback.track import CHUNK, Track
from tests.app.fake_port import Stage
from tests.pieces import TICKS, Note, piece
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import TEMPO_CHANGE_DTYPE, Retiming, retime
from tonenet_core.sound.schedule import SAMPLE_RATE

BEATS = 24
NOTICED = 0.02 * SAMPLE_RATE  # frames
PIECE = parse_midi(piece(Note(beat * TICKS, 60 + beat % 12, 90, 60) for beat in range(BEATS)), "test")
PERIODS = 500_000 * (1 + 0.4 * np.sin(np.arange(BEATS)))  # as it breathes
TEMPO = np.array(list(zip(np.arange(BEATS) * TICKS, PERIODS.astype(int), strict=True)), TEMPO_CHANGE_DTYPE)
HALVES = np.arange(4, 8.5, 0.5)
SWUNG = Retiming(HALVES * TICKS, (HALVES + np.where(HALVES % 1 > 0, 0.12, 0.0)) * TICKS, tempo=TEMPO)
RETIMED = retime(PIECE, SWUNG)
B, MAP = RETIMED.performance, RETIMED.time_map


def numbers(performance, time_map=None, tempo=1.0) -> Track:
    """A track whose samples say which frame they are, in 1 of 2**23."""
    track = Track(performance, tempo, time_map=time_map)
    frames = np.arange(-(-track.end_frame // CHUNK) * CHUNK)
    samples = np.stack([frames / 2**23, (1 if time_map is None else -1) * frames / 2**23], axis=1).astype(np.float32)
    for index in range(len(samples) // CHUNK):
        track.put(index, samples[index * CHUNK : (index + 1) * CHUNK])
    return track


@pytest.fixture
def mixer():
    mixer = Mixer()
    mixer.set_tracks(numbers(PIECE), numbers(B, MAP))
    return mixer


def pull(mixer, count):
    """The frames that were heard, and whether they were B's."""
    out = np.empty((count, 2), np.float32)
    for begin in range(0, count, 700):
        mixer.mix(out[begin : begin + 700])
    return np.rint(out[:, 0].astype(np.float64) * 2**23).astype(int), out[:, 1] < 0


def in_a(frame):
    return MAP.inverse.at(frame / SAMPLE_RATE) * SAMPLE_RATE


def in_b(frame):
    return MAP.at(frame / SAMPLE_RATE) * SAMPLE_RATE


def test_the_other_side_goes_on_at_the_same_musical_place_and_back(mixer):
    mixer.seek(5 * SAMPLE_RATE)
    mixer.play()
    heard, _ = pull(mixer, 4000)
    mixer.set_side("styled")
    other, is_b = pull(mixer, 100_000)
    assert is_b[FADE:].all()
    assert np.array_equal(np.diff(other[FADE:]), np.ones(100_000 - FADE - 1))
    assert other[FADE] == pytest.approx(in_b(heard[-1] + 1) + FADE, abs=2)
    assert abs(other[FADE] - heard[-1]) > 2 * NOTICED  # which is not the same second
    mixer.set_side("original")
    back, is_b = pull(mixer, 4000)
    assert not is_b[FADE:].any()
    assert back[FADE] == pytest.approx(in_a(other[-1] + 1) + FADE, abs=2)


def test_notes_that_are_heard_next_are_the_same_ones(mixer):
    for beat in range(1, BEATS - 1):
        here = round((PIECE.notes["onset_sec"][beat] - 0.2) * SAMPLE_RATE)
        mixer.set_side("original")
        mixer.seek(here)
        mixer.play()
        pull(mixer, 1000)
        mixer.set_side("styled")
        heard, _ = pull(mixer, 1000)
        assert np.searchsorted(B.notes["onset_sec"], heard[-1] / SAMPLE_RATE) == beat


def test_switches_to_and_fro_do_not_wander(mixer):
    mixer.seek(SAMPLE_RATE)
    mixer.play()
    gone = 0.0
    pull(mixer, 700)
    for turn in range(40):
        mixer.set_side(("styled", "original")[turn % 2])
        before = mixer.position
        pull(mixer, 1400)
        gone += mixer.position - before
    assert mixer.position == pytest.approx(SAMPLE_RATE + 700 + gone, abs=40)


def test_a_loop_returns_to_its_beginning_on_the_side_that_sounds(mixer):
    begin, end = 2 * SAMPLE_RATE, 3 * SAMPLE_RATE
    mixer.set_loop((begin, end))
    mixer.set_side("styled")
    mixer.seek(begin)
    mixer.play()
    heard, _ = pull(mixer, 200_000)
    rounds = round_starts(heard, in_b(2.5 * SAMPLE_RATE))
    assert len(rounds) >= 3
    assert np.diff(rounds) == pytest.approx(in_b(end) - in_b(begin), abs=2)
    assert heard[1000:].min() == pytest.approx(in_b(begin), abs=FADE)
    assert heard.max() == pytest.approx(in_b(end), abs=FADE)
    mixer.set_side("original")
    heard, _ = pull(mixer, 200_000)
    assert np.diff(round_starts(heard, 2.5 * SAMPLE_RATE)) == pytest.approx(end - begin, abs=2)
    assert heard[FADE:].min() == pytest.approx(begin, abs=FADE)
    assert heard.max() == pytest.approx(end, abs=FADE)


def round_starts(heard, middle):
    """Where the frame in the middle of a loop was passed."""
    return np.flatnonzero((heard[:-1] < middle) & (heard[1:] >= middle))


def test_a_new_result_goes_on_at_the_same_musical_place(mixer):
    mixer.set_side("styled")
    mixer.seek(4 * SAMPLE_RATE)
    mixer.play()
    pull(mixer, 10_000)
    before = mixer.position
    mixer.set_tracks(numbers(PIECE), numbers(PIECE))
    assert mixer.position == before
    heard, _ = pull(mixer, 4000)
    assert heard[-1] == pytest.approx(before + 4000, abs=0.5 * FADE)


def test_another_tempo_keeps_the_musical_place_of_both_sides(mixer):
    mixer.set_side("styled")
    mixer.seek(4 * SAMPLE_RATE)
    mixer.play()
    heard, _ = pull(mixer, 10_000)
    mixer.set_tracks(numbers(PIECE, tempo=0.8), numbers(B, MAP, tempo=0.8))
    later, _ = pull(mixer, 4000)
    assert later[-1] * 0.8 == pytest.approx(heard[-1] + 4000 * 0.8, abs=FADE)
    mixer.set_side("original")
    later, _ = pull(mixer, 4000)
    assert later[-1] * 0.8 == pytest.approx(in_a(heard[-1] + 4000 * 0.8) + 4000 * 0.8, abs=FADE)


def test_a_port_is_sent_the_notes_of_the_same_place():
    stage = Stage(PIECE, B, time_map=MAP)
    stage.play_from(PIECE.notes["onset_sec"][10] - 0.2, 0.1)
    stage.mixer.set_side("styled")
    begun = stage.now
    stage.run(1.5)
    time, key = next(each for each in stage.instrument.struck() if each[0] > begun)
    assert key == B.notes["pitch"][10]
    here = PIECE.notes["onset_sec"][10] - 0.1
    assert time - begun == pytest.approx(B.notes["onset_sec"][10] - MAP.at(here), abs=0.01)


# --- the player ------------------------------------------------------------------------------------------------------


@pytest.fixture
def player(qtbot):
    player = Player(audio=False)
    player.set_performances(PIECE, B, time_map=MAP)
    yield player
    player.close()


def test_position_length_and_loop_are_those_of_the_side_that_sounds(player):
    player.seek(5.0)
    player.set_loop((4.0, 6.0))
    assert (player.position_sec, player.loop) == (5.0, (4.0, 6.0))
    length = player.duration_sec
    player.set_side("styled")
    assert player.position_sec == pytest.approx(MAP.at(5.0), abs=1e-4)
    assert player.loop == pytest.approx((MAP.at(4.0), MAP.at(6.0)))
    assert player.duration_sec == pytest.approx(MAP.at(length), abs=1e-4)
    assert player.places.position_sec("original") == pytest.approx(5.0, abs=1e-4)
    assert player.places.loop_sec("original") == pytest.approx((4.0, 6.0))
    player.seek(player.position_sec)
    player.set_side("original")
    assert player.position_sec == pytest.approx(5.0, abs=1e-4)
    assert player.loop == (4.0, 6.0)


def test_a_second_can_be_named_on_either_side(player):
    player.seek(5.0, "styled")
    player.set_loop((4.5, 5.5), "styled")
    assert player.position_sec == pytest.approx(MAP.inverse.at(5.0), abs=1e-4)
    assert player.places.loop_sec("styled") == pytest.approx((4.5, 5.5))


def test_a_seek_stays_within_the_side(player):
    player.set_side("styled")
    player.seek(1e6)
    assert player.position_sec == pytest.approx(player.duration_sec, abs=1e-4)
    player.set_side("original")
    assert player.position_sec == pytest.approx(player.duration_sec, abs=1e-4)


def test_a_switch_reports_where_the_other_side_is(qtbot, player):
    player.seek(5.0)
    with qtbot.waitSignal(player.moved) as moved:
        player.set_side("styled")
    assert moved.args[0] == pytest.approx(MAP.at(5.0), abs=1e-4)


def test_a_masked_switch_changes_no_figure(player):
    player.seek(5.0)
    player.set_loop((4.0, 6.0))
    before = player.position_sec, player.duration_sec, player.loop
    player.set_side("styled", masked=True)
    assert (player.position_sec, player.duration_sec, player.loop) == before
    player.set_side("original")
    assert player.position_sec == 5.0


def test_another_result_keeps_the_musical_place(player):
    player.set_side("styled")
    player.seek(5.0)
    here = player.places.position_sec("original")
    player.set_performances(PIECE, PIECE.with_velocities(PIECE.velocities // 2))
    assert player.position_sec == pytest.approx(here, abs=1e-4)
    player.set_performances(PIECE, B, time_map=MAP)
    assert player.position_sec == pytest.approx(5.0, abs=1e-4)


def test_while_it_plays_the_playhead_moves_as_the_side_that_sounds(qtbot, player):
    player.seek(2.0)
    player.play()
    qtbot.waitUntil(lambda: player.position_sec > 2.3, timeout=20_000)
    here = player.position_sec
    player.set_side("styled")
    assert MAP.at(here) - 1e-4 <= player.position_sec < MAP.at(here + 0.2)
    there = player.position_sec
    qtbot.waitUntil(lambda: player.position_sec > there + 0.3, timeout=20_000)
    player.pause()


def test_both_sides_sound_at_one_place_to_the_ear(qtbot):
    """Render both through the synthesizer, and find the onset that follows a switch in the samples."""
    mixer = Mixer()
    player = Player(audio=False, mixer=mixer)
    try:
        player.set_performances(PIECE, B, time_map=MAP)
        tracks = dict(mixer.sides)
        qtbot.waitUntil(lambda: all(track.ready(0, 12 * CHUNK) for track in tracks.values()), timeout=60_000)
    finally:
        player.close()
    mixer = Mixer()
    mixer.set_tracks(tracks["original"], tracks["styled"])
    for beat in (5, 9, 12):
        before = 0.15
        mixer.set_side("original")
        mixer.seek(round((PIECE.notes["onset_sec"][beat] - before) * SAMPLE_RATE))
        mixer.play()
        out = np.empty((2048, 2), np.float32)
        mixer.mix(out)
        mixer.set_side("styled")
        out = np.empty((SAMPLE_RATE // 2, 2), np.float32)
        mixer.mix(out)
        loud = np.abs(out[FADE:]).max(axis=1)
        onset = FADE + int(np.flatnonzero(loud > 0.3 * loud.max())[0])
        here = PIECE.notes["onset_sec"][beat] - before + 2048 / SAMPLE_RATE
        expected = (B.notes["onset_sec"][beat] - MAP.at(here)) * SAMPLE_RATE
        assert onset == pytest.approx(expected, abs=NOTICED)
