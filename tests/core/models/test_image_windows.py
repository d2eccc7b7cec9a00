from dataclasses import replace

import numpy as np
import pytest

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.encoding.grid import Grid, encode
from tonenet_core.encoding.images import ONSET, roll
from tonenet_core.models.image import windows
from tonenet_core.models.image.windows import beats_a_minute, image_statistics, sample_images, spaced_images, transposed


def long_image(piece):
    return roll(encode(piece, Grid()))


def marked(key, length=200):
    """A long image in which one key alone is struck, at each step."""
    whole = np.zeros((length, 88, 2), np.uint8)
    whole[:, key] = 60, 1
    return whole


def keys(images):
    return [int(np.flatnonzero(image[..., ONSET].any(axis=0))[0]) for image in images.numpy()]


def test_a_batch_has_as_many_images_of_each_style_and_says_which():
    pieces = {style: {"a": [long_image(scale_piece(style, bars=20))]} for style in STYLES}
    batch = sample_images(pieces, STYLES, 3, 0, np.random.default_rng(0))

    assert batch["image"].shape == (6, 88, 88, 2)
    assert batch["style"].tolist() == [[1, 0]] * 3 + [[0, 1]] * 3


def test_sources_are_drawn_equally_often_and_pieces_by_length():
    pieces = {"jazz": {"few": [marked(10)], "many": [marked(20, 100), marked(30, 900)]}}
    found = keys(sample_images(pieces, ("jazz",), 400, 0, np.random.default_rng(0))["image"])

    assert found.count(10) == pytest.approx(200, abs=40)
    assert found.count(30) > 5 * found.count(20) > 0


def test_images_begin_on_beats():
    whole = np.zeros((400, 88, 2), np.uint8)
    whole[::4, 40] = 60, 1
    batch = sample_images({"jazz": {"a": [whole]}}, ("jazz",), 20, 0, np.random.default_rng(0))

    assert batch["image"][:, ::4, 40, ONSET].bool().all()
    assert not batch["image"][:, 1::4, 40].bool().any()


def test_images_are_transposed_within_bounds_and_leave_the_keyboard_at_its_ends():
    found = keys(sample_images({"jazz": {"a": [marked(40)]}}, ("jazz",), 200, 3, np.random.default_rng(0))["image"])

    assert set(found) == {37, 38, 39, 40, 41, 42, 43}
    assert not transposed(marked(87), 1).any()
    assert not transposed(marked(0), -1).any()


def test_a_short_piece_is_filled_with_silence():
    batch = sample_images({"jazz": {"a": [marked(40, 30)]}}, ("jazz",), 2, 0, np.random.default_rng(0))

    assert batch["image"][:, :30, 40].bool().all()
    assert not batch["image"][:, 30:].bool().any()


def test_spaced_images_leave_silence_out():
    whole = marked(40, 88 * 4)
    whole[170:270] = 0

    assert len(spaced_images(marked(40, 88 * 4), 4)) == 4
    assert len(spaced_images(whole, 4)) < 4
    assert len(spaced_images(marked(40, 50), 4)) == 1


def test_tempo_is_the_beats_or_the_steps_of_a_free_recording():
    assert beats_a_minute(np.arange(10) * 0.75, Grid()) == pytest.approx(80)
    assert beats_a_minute(np.zeros(0), Grid(step_sec=0.125)) == pytest.approx(120)


def test_statistics_are_those_of_the_music():
    """Eighths at 120 a minute, one at a time: four notes a second, polyphony one."""
    pieces = [scale_piece("jazz", bars=11, seed=seed) for seed in range(3)]
    slow = [
        replace(piece, notes=piece.notes.copy(), beats_sec=piece.beats_sec * 2, style="classical") for piece in pieces
    ]
    for piece in slow:
        piece.notes["onset_sec"] *= 2
    found = image_statistics([*pieces, *slow], Grid(), 2)

    assert found["jazz"]["tempo"] == 120
    assert found["jazz"]["notes_per_second"] == pytest.approx([4, 4, 4], abs=0.4)  # a grid ends after its piece
    assert found["jazz"]["polyphony"] == pytest.approx([1, 1, 1])
    assert found["classical"]["tempo"] == 60
    assert windows.PERCENTILES == (5, 50, 95)
