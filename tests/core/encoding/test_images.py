import numpy as np
import pytest

from tests.pieces import Note, piece
from tests.training_pieces import scale_piece
from tonenet_core.encoding.grid import Grid, encode
from tonenet_core.encoding.images import IMAGE_STEPS, image_at, images, pixels, read_notes, roll
from tonenet_core.midi import parse_midi

SIXTEENTH = 120  # ticks


def performance(*notes):
    return parse_midi(piece(notes), "a piece")


def held_and_repeated():
    """A note of two beats; the same key struck three times without a gap; a chord."""
    return performance(
        Note(0, 60, 100, 960),
        *(Note(place * SIXTEENTH, 72, 40 + place, SIXTEENTH) for place in (4, 5, 6)),
        *(Note(960, pitch, 64, 480) for pitch in (48, 52, 55)),
    )


def rows(notes):
    return sorted((int(n["step"]), int(n["key"]) + 21, int(n["steps"]), int(n["velocity"])) for n in notes)


def test_a_held_note_comes_back_as_one_note_and_repeated_strokes_as_several():
    (image,) = images(held_and_repeated(), Grid())

    assert image.shape == (88, 88, 2)
    assert rows(read_notes(image)) == [
        (0, 60, 8, 100),
        (4, 72, 1, 44),
        (5, 72, 1, 45),
        (6, 72, 1, 46),
        (8, 48, 4, 64),
        (8, 52, 4, 64),
        (8, 55, 4, 64),
    ]


def test_with_the_write_ups_one_channel_every_step_of_a_held_note_is_a_stroke():
    (image,) = images(held_and_repeated(), Grid(), channels=1)
    back = read_notes(image)

    assert image.shape == (88, 88, 1)
    assert [step for step, pitch, _, _ in rows(back) if pitch == 60] == list(range(8))
    assert {velocity for _, pitch, _, velocity in rows(back) if pitch == 60} == {100}
    assert set(back["steps"]) == {1}


def test_one_channel_holds_the_velocity_of_the_latest_stroke():
    whole = roll(encode(performance(Note(0, 60, 30, 240), Note(240, 60, 90, 240)), Grid()), channels=1)

    assert whole[:4, 60 - 21, 0].tolist() == [30, 30, 90, 90]


def test_every_note_of_a_long_piece_is_read_back():
    source = scale_piece("jazz", bars=40, seed=3)
    encoding = encode(source, Grid())
    cut = images(source, Grid())
    back = read_notes(np.concatenate(cut))

    assert len(cut) == -(-encoding.steps // IMAGE_STEPS)
    found = {(int(n["step"]), int(n["key"])): int(n["velocity"]) for n in back}
    assert found == {
        (int(step), int(key)): int(velocity)
        for step, key, velocity in zip(
            encoding.step_of_note, encoding.key_of_note, encoding.velocity_of_note, strict=True
        )
    }
    assert np.array_equal(np.sort(back["steps"]), np.sort(encoding.end_of_note - encoding.step_of_note))


def test_sound_without_a_stroke_is_no_note_and_thresholds_count():
    image = np.zeros((88, 88, 2), np.float32)
    image[3:6, 40, 1] = 1.0
    assert len(read_notes(image)) == 0
    image[3, 40, 0] = 0.3
    assert rows(read_notes(image)) == [(3, 61, 3, 38)]
    assert rows(read_notes(image, sustain=1.0)) == [(3, 61, 1, 38)]
    assert len(read_notes(image, onset=0.4)) == 0


def test_beyond_the_ends_is_silence():
    whole = roll(encode(held_and_repeated(), Grid()))
    before = image_at(whole, -4)

    assert not before[:4].any()
    assert np.array_equal(before[4 : 4 + 12], whole[:12])
    assert not image_at(whole, len(whole)).any()


def test_pixels_are_0_to_1():
    whole = roll(encode(held_and_repeated(), Grid()))

    assert pixels(whole)[0, 60 - 21].tolist() == pytest.approx([100 / 127, 1.0])
    assert pixels(whole[..., :1]).max() <= 1


def test_a_free_recording_is_cut_in_time_steps():
    source = scale_piece("jazz", bars=2)
    free = type(source)(**{**vars(source), "beats_sec": np.zeros(0)})
    steps = read_notes(images(free, Grid(step_sec=0.125))[0])["step"]

    assert steps.tolist() == list(range(0, 32, 2))


def test_there_are_one_or_two_channels():
    with pytest.raises(ValueError, match="1 or 2 channels"):
        roll(encode(held_and_repeated(), Grid()), channels=3)
