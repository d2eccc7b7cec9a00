"""The mixing function, pulled by hand: exact to the frame, no clicks, no sound card."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playback.crossfade import ATTACK, FADE
from app.playback.mixer import Mixer
from app.playback.track import CHUNK, TAIL, Track
from tests.pieces import Note, piece
from tonenet_core.midi import parse_midi
from tonenet_core.sound.schedule import SAMPLE_RATE

PIECE = parse_midi(piece([Note(0, 60), Note(5000, 60)]), "test")  # 5.5 s
END = round(PIECE.duration_sec * SAMPLE_RATE) + TAIL
CHUNKS = -(-END // CHUNK)
A_HZ, B_HZ = 50.0, 35.0


def wave(hertz: float, count: int = CHUNKS * CHUNK) -> np.ndarray:
    """A slow wave on the left and its negative on the right: every click stands out."""
    left = 0.5 * np.sin(2 * np.pi * hertz / SAMPLE_RATE * np.arange(count))
    return np.stack([left, -left], axis=1).astype(np.float32)


def track(samples: np.ndarray, chunks=range(CHUNKS), tempo: float = 1.0) -> Track:
    made = Track(PIECE, tempo)
    for index in chunks:
        made.put(index, samples[index * CHUNK : (index + 1) * CHUNK])
    return made


A, B = wave(A_HZ), wave(B_HZ)
FALLING = 1 - ((np.arange(FADE) + 0.5) / FADE)[:, None]
RISING = 1 - FALLING


@pytest.fixture
def mixer() -> Mixer:
    mixer = Mixer()
    mixer.set_tracks(track(A), track(B))
    return mixer


def pull(mixer: Mixer, count: int, block: int = 512) -> np.ndarray:
    out = np.full((count, 2), np.nan, np.float32)
    for begin in range(0, count, block):
        mixer.mix(out[begin : begin + block])
    return out


def started(mixer: Mixer, frame: int = 0) -> Mixer:
    """Let it play from `frame` with the attack behind it."""
    mixer.seek(frame)
    mixer.play()
    pull(mixer, 1024)
    return mixer


def biggest_step(samples: np.ndarray) -> float:
    return float(np.abs(np.diff(samples, axis=0)).max())


def test_silence_before_play_and_no_movement(mixer):
    assert not pull(mixer, 2000).any()
    assert mixer.position == 0


def test_it_plays_the_samples_from_the_position(mixer):
    mixer.seek(1000)
    mixer.play()
    out = pull(mixer, 5000)
    assert np.array_equal(out[ATTACK:], A[1000 + ATTACK : 6000])
    assert mixer.position == 6000


def test_the_other_side_goes_on_at_the_same_frame(mixer):
    started(mixer)
    mixer.set_side("styled")
    out = pull(mixer, 2048)
    assert np.allclose(out[:FADE], A[1024 : 1024 + FADE] * FALLING + B[1024 : 1024 + FADE] * RISING, atol=1e-6)
    assert np.array_equal(out[FADE:], B[1024 + FADE : 1024 + 2048])


def test_two_equal_sides_switch_without_any_trace(mixer):
    mixer.set_tracks(track(A), track(A))
    started(mixer)
    mixer.set_side("styled")
    assert np.allclose(pull(mixer, 2048), A[1024 : 1024 + 2048], atol=1e-7)


def test_a_seek_fades_from_here_to_there(mixer):
    started(mixer)
    mixer.seek(100_000)
    out = pull(mixer, 2048)
    there = A[100_000 : 100_000 + 2048]
    assert np.allclose(out[:FADE], A[1024 : 1024 + FADE] * FALLING + there[:FADE] * RISING, atol=1e-6)
    assert np.array_equal(out[FADE:], there[FADE:])
    assert mixer.position == 102_048


def test_a_pause_fades_out_and_play_goes_on_where_it_stood(mixer):
    started(mixer)
    mixer.pause()
    assert not mixer.silent
    out = pull(mixer, 1024)
    assert np.allclose(out[:FADE], A[1024 : 1024 + FADE] * FALLING, atol=1e-6)
    assert not out[FADE:].any()
    assert (mixer.position, mixer.silent) == (1024, True)
    mixer.play()
    assert np.array_equal(pull(mixer, 1024)[ATTACK:], A[1024 + ATTACK : 2048])


def test_the_loop_is_exact_to_the_frame(mixer):
    begin, end = 40_000, 50_001
    mixer.set_loop((begin, end))
    started(mixer, begin)
    out = pull(mixer, 3 * (end - begin), block=700)
    into = (1024 + np.arange(len(out))) % (end - begin)
    plain = into >= FADE  # where no fade from the loop's end goes on
    assert np.array_equal(out[plain], A[begin + into[plain]])
    assert mixer.position == begin + 1024


def test_a_loop_is_entered_and_one_behind_is_left_alone(mixer):
    mixer.set_loop((5000, 9000))
    started(mixer, 2000)
    pull(mixer, 6500)
    assert 5000 <= mixer.position < 9000
    mixer.seek(20_000)
    pull(mixer, 4000)
    assert mixer.position == 24_000


def test_a_loop_that_is_too_short_is_none(mixer):
    mixer.set_loop((5000, 5100))
    assert mixer.loop is None


def test_it_waits_where_nothing_is_rendered_and_goes_on_when_it_is(mixer):
    late = track(A, chunks=[])
    mixer.set_tracks(late, None)
    mixer.seek(1000)
    mixer.play()
    assert not pull(mixer, 4000).any()
    assert (mixer.position, mixer.waits) == (1000, 8)
    late.put(0, A[:CHUNK])
    assert np.array_equal(pull(mixer, 2000)[ATTACK:], A[1000 + ATTACK : 3000])


def test_the_end_of_what_is_rendered_is_no_click(mixer):
    mixer.set_tracks(track(A, chunks=[0]), None)
    started(mixer)
    out = pull(mixer, CHUNK)
    assert biggest_step(out) < 0.01
    assert mixer.playing
    assert mixer.position < CHUNK


def test_a_replaced_side_sounds_on_until_the_new_one_is_there(mixer):
    mixer.set_side("styled")
    started(mixer)
    replacement = track(A, chunks=[])
    mixer.set_tracks(track(A), replacement)
    assert np.array_equal(pull(mixer, 1024), B[1024:2048])
    replacement.put(0, A[:CHUNK])
    out = pull(mixer, 1024)
    assert np.array_equal(out[FADE:], A[2048 + FADE : 3072])
    assert biggest_step(out) < 0.01


def test_the_original_is_heard_where_there_is_no_styled_one(mixer):
    mixer.set_tracks(track(A), None)
    mixer.set_side("styled")
    started(mixer)
    assert np.array_equal(pull(mixer, 512), A[1024:1536])


def test_it_stops_at_the_end_and_begins_anew(mixer):
    started(mixer, END - 3000)
    out = pull(mixer, 4000)
    assert not out[-1000:].any()
    assert (mixer.playing, mixer.position) == (False, END)
    mixer.play()
    pull(mixer, 512)
    assert mixer.position == 512


def test_another_piece_begins_at_the_beginning_in_silence(mixer):
    started(mixer, 7000)
    mixer.set_tracks(track(B), None)
    mixer.rewind()
    out = pull(mixer, 2048)
    assert not out[FADE:].any()
    assert (mixer.playing, mixer.position) == (False, 0)


def test_cut_is_silent_at_once(mixer):
    started(mixer)
    mixer.cut()
    assert mixer.silent
    assert not pull(mixer, 512).any()


def test_volume_changes_without_a_step_and_loud_sound_stays_in_range(mixer):
    started(mixer)
    mixer.set_volume(3.0)
    out = pull(mixer, 20_000)
    assert biggest_step(out) < 0.02
    assert out.max() == 1.0
    mixer.set_volume(0.0)
    assert not pull(mixer, 2048)[512:].any()


# --- levels ----------------------------------------------------------------------------------------------------------


def test_each_side_has_its_gain_and_keeps_it_through_a_switch(mixer):
    mixer.set_gains(1.0, 0.5)
    started(mixer)
    assert np.array_equal(pull(mixer, 1024), A[1024:2048])
    mixer.set_side("styled")
    out = pull(mixer, 2048)
    assert np.allclose(out[:FADE], A[2048 : 2048 + FADE] * FALLING + 0.5 * B[2048 : 2048 + FADE] * RISING, atol=1e-6)
    assert np.allclose(out[FADE:], 0.5 * B[2048 + FADE : 4096], atol=1e-7)


def test_a_gain_that_changes_while_it_sounds_makes_no_step(mixer):
    started(mixer)
    mixer.set_gains(0.25, 1.0)
    out = pull(mixer, 2048)
    assert np.allclose(out[:FADE], A[1024 : 1024 + FADE] * (FALLING + 0.25 * RISING), atol=1e-6)
    assert np.allclose(out[FADE:], 0.25 * A[1024 + FADE : 3072], atol=1e-7)


# --- switches that do not tell what they are -------------------------------------------------------------------------


def masked(side: str, styled: np.ndarray, heard: str = "original") -> tuple[np.ndarray, Mixer]:
    mixer = Mixer()
    mixer.set_tracks(track(A), track(styled))
    mixer.set_side(heard)
    started(mixer)
    mixer.set_side(side, masked=True)
    return pull(mixer, 4096), mixer


def test_a_masked_switch_sounds_the_same_whether_it_is_one_or_not():
    outs = [masked(side, A, heard)[0] for side in ("original", "styled") for heard in ("original", "styled")]
    for out in outs[1:]:
        assert np.array_equal(out, outs[0])
    assert np.abs(outs[0][FADE - 1 : FADE + 1]).max() < 0.01 < np.abs(A[1024 + FADE]).max()


def test_a_masked_switch_dips_and_loses_no_time():
    out, mixer = masked("styled", B)
    assert np.allclose(out[:FADE], A[1024 : 1024 + FADE] * FALLING, atol=1e-6)
    assert np.array_equal(out[FADE + ATTACK :], B[1024 + FADE + ATTACK : 1024 + 4096])
    assert mixer.position == 1024 + 4096
    assert mixer.waits == 0
    assert biggest_step(out) < 0.02


@pytest.mark.parametrize("side", ["original", "styled"])
def test_a_masked_switch_waits_for_both_sides_whichever_is_wanted(side):
    mixer = Mixer()
    late = track(B, range(0))
    mixer.set_tracks(track(A), late)
    started(mixer)
    mixer.set_side(side, masked=True)
    assert np.array_equal(pull(mixer, 1024), A[1024:2048])
    for index in range(3):
        late.put(index, B[index * CHUNK : (index + 1) * CHUNK])
    out = pull(mixer, 4096)
    there = A if side == "original" else B
    assert np.array_equal(out[FADE + ATTACK :], there[2048 + FADE + ATTACK : 2048 + 4096])
    assert np.allclose(out[:FADE], A[2048 : 2048 + FADE] * FALLING, atol=1e-6)


# --- tempo -----------------------------------------------------------------------------------------------------------


def test_another_tempo_goes_on_at_the_same_place_once_it_is_rendered(mixer):
    mixer.set_loop((10_000, 90_000))
    started(mixer, 20_000)
    slow, nothing = track(B, range(0), tempo=0.5), track(B, range(0), tempo=0.5)
    mixer.set_tracks(slow, nothing)
    assert mixer.position == 2 * 21_024
    assert mixer.loop == (20_000, 180_000)
    assert np.array_equal(pull(mixer, 1024), A[21_024:22_048])  # the former tempo, until then
    assert mixer.position == 2 * 22_048
    assert mixer.waits == 0
    for index in range(1, 4):
        slow.put(index, B[index * CHUNK : (index + 1) * CHUNK])
    out = pull(mixer, 1024)
    assert np.array_equal(out[FADE:], B[2 * 22_048 + FADE : 2 * 22_048 + 1024])
    assert mixer.position == 2 * 22_048 + 1024


def test_a_tempo_that_is_taken_back_leaves_no_trace(mixer):
    started(mixer, 20_001)
    mixer.set_tracks(track(B, range(0), tempo=0.7), None)
    out = [pull(mixer, 512)]
    mixer.set_tracks(track(A), track(B))
    out.append(pull(mixer, 2048))
    assert np.allclose(np.concatenate(out), A[21_025 : 21_025 + 2560], atol=1e-6)
    assert mixer.position == 21_025 + 2560


def test_the_position_survives_many_changes_of_tempo(mixer):
    started(mixer, 100_000)
    mixer.pause()
    pull(mixer, 1024)
    before = mixer.position
    for percent in (*range(50, 151, 5), 100):
        mixer.set_tracks(track(A, tempo=percent / 100), track(B, tempo=percent / 100))
    assert abs(mixer.position - before) < 20  # half a millisecond


# --- without samples -------------------------------------------------------------------------------------------------


def test_it_can_be_walked_without_anything_rendered():
    mixer = Mixer()
    first, second = track(A, range(0)), track(B, range(0))
    mixer.set_tracks(first, second)
    mixer.unrendered = True
    assert mixer.advance(100) == []
    mixer.seek(500)
    mixer.play()
    assert mixer.advance(100) == [(first, 500, 600)]
    mixer.set_side("styled")
    assert mixer.advance(50) == [(second, 600, 650)]
    mixer.set_side("original", masked=True)
    assert mixer.advance(50) == [(first, 650, 700)]
    mixer.set_loop((0, 10_000))
    mixer.seek(9_900)
    assert mixer.advance(250) == [(first, 9_900, 10_000), (first, 0, 150)]
    mixer.set_loop(None)
    mixer.seek(END - 40)
    assert mixer.advance(100) == [(first, END - 40, END)]
    assert (mixer.playing, mixer.silent, mixer.position) == (False, True, END)


ACTIONS = {
    "play": lambda mixer, _frame: mixer.play(),
    "pause": lambda mixer, _frame: mixer.pause(),
    "seek": lambda mixer, frame: mixer.seek(frame),
    "A": lambda mixer, _frame: mixer.set_side("original"),
    "B": lambda mixer, _frame: mixer.set_side("styled"),
    "replace": lambda mixer, _frame: mixer.set_tracks(track(A), track(B)),
    "loop": lambda mixer, frame: mixer.set_loop((frame, frame + 3000)),
    "no loop": lambda mixer, _frame: mixer.set_loop(None),
    "X is A": lambda mixer, _frame: mixer.set_side("original", masked=True),
    "X is B": lambda mixer, _frame: mixer.set_side("styled", masked=True),
    "gains": lambda mixer, frame: mixer.set_gains(1 / (1 + frame % 3), 1 / (1 + frame % 2)),
    "tempo": lambda mixer, frame: mixer.set_tracks(*(track(side, tempo=(0.8, 1, 1.2)[frame % 3]) for side in (A, B))),
    "slow tempo": lambda mixer, _frame: mixer.set_tracks(track(A, range(2, 9), 0.9), track(B, range(3, 9), 0.9)),
    "nothing": lambda _mixer, _frame: None,
}


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), st.integers(0, END), st.integers(1, 900)), max_size=30))
def test_whatever_is_asked_there_is_no_click(actions):
    mixer = Mixer()
    mixer.set_tracks(track(A), track(B))
    mixer.play()
    blocks = []
    for action, frame, count in actions:
        ACTIONS[action](mixer, frame)
        blocks.append(pull(mixer, count, block=300))
    out = np.concatenate([*blocks, pull(mixer, 2000)])
    assert np.isfinite(out).all()
    assert biggest_step(out) < 0.015  # the waves' own 0.0036, and a fade's 1 / 132 of 0.5
