"""Pictures: what they show, and that they are whole, repeatable and refuse nonsense."""

import numpy as np
import pytest
from matplotlib.image import imread

from tests import pieces
from tonenet_core.encoding.grid import Grid, encode
from tonenet_core.midi import parse_midi
from tonenet_core.plots.curves import draw_curves
from tonenet_core.plots.images import image_sheet
from tonenet_core.plots.matrices import velocity_matrices


def draw(path, change):
    """Draw the scale with its velocities changed by a number."""
    original = parse_midi(pieces.scale(), "Scale.mid")
    styled = original.with_velocities(original.velocities + float(change))
    before, after = encode(original, Grid()), encode(styled, Grid())
    matrices = before.velocity_matrix, after.velocity_matrix
    velocity_matrices(path, before.step_times_sec, *matrices, name="Scale.mid", style="classical")
    return imread(path)[..., :3]


def coloured(picture):
    """How much of a picture is neither grey nor nearly so."""
    return int(np.count_nonzero(np.ptp(picture, axis=-1) > 0.3))


def third(picture, row):
    height = len(picture) // 3
    return picture[row * height : (row + 1) * height, : int(picture.shape[1] * 0.92)]  # without the colour bars


def test_the_difference_shows_softer_and_louder_in_other_colours(tmp_path):
    louder = third(draw(tmp_path / "louder.png", 30), 2)
    softer = third(draw(tmp_path / "softer.png", -30), 2)
    same = third(draw(tmp_path / "same.png", 0), 2)
    assert coloured(louder) > 500
    assert coloured(softer) > 500
    assert coloured(same) == 0
    assert np.count_nonzero(louder[..., 0] > louder[..., 2] + 0.3) > 500  # towards orange
    assert np.count_nonzero(softer[..., 2] > softer[..., 0] + 0.3) > 500  # towards blue


def test_only_the_styled_matrix_changes_with_the_style(tmp_path):
    one, other = draw(tmp_path / "one.png", 5), draw(tmp_path / "other.png", -25)
    assert np.array_equal(third(one, 0), third(other, 0))
    assert not np.array_equal(third(one, 1), third(other, 1))


def test_the_same_piece_gives_the_same_bytes(tmp_path):
    draw(tmp_path / "one.png", 5)
    draw(tmp_path / "two.png", 5)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_nothing_to_show_or_matrices_that_do_not_fit_are_errors(tmp_path):
    empty = np.zeros((4, 88), np.uint8)
    with pytest.raises(ValueError, match="no notes"):
        velocity_matrices(tmp_path / "x.png", np.arange(5.0), empty, empty, name="x", style="jazz")
    with pytest.raises(ValueError, match="matrices of"):
        velocity_matrices(tmp_path / "x.png", np.arange(4.0), empty, empty, name="x", style="jazz")
    assert list(tmp_path.iterdir()) == []


def test_curves_of_a_run(tmp_path):
    table = tmp_path / "curves.csv"
    table.write_text("step,seconds,train loss,valid loss,valid score\n250,9,0.5,0.6,12\n500,18,0.4,,11\n", "utf-8")
    draw_curves(table, tmp_path / "curves.png")
    assert coloured(imread(tmp_path / "curves.png")[..., :3]) > 500


def test_a_table_without_curves_is_an_error(tmp_path):
    table = tmp_path / "curves.csv"
    for content in ("", "step,seconds\n1,2\n"):
        table.write_text(content, "utf-8")
        with pytest.raises(ValueError, match="no curves"):
            draw_curves(table, tmp_path / "curves.png")


def test_a_sheet_of_images_shows_strokes_and_sound(tmp_path):
    struck = np.zeros((88, 88, 2), np.float32)
    struck[::8, ::8, 0] = 1.0
    sounding = np.zeros_like(struck)
    sounding[::8, ::8, 1] = 1.0
    sheets = {}
    for name, image in (("none", np.zeros_like(struck)), ("struck", struck), ("sounding", sounding)):
        image_sheet(tmp_path / f"{name}.png", [("jazz", image), ("jazz", image[..., :1])])
        sheets[name] = imread(tmp_path / f"{name}.png")
    changed = {name: (np.abs(sheet - sheets["none"]).max(axis=-1) > 0.1) for name, sheet in sheets.items()}

    assert changed["struck"].sum() > 1000
    assert changed["sounding"].sum() > 500
    middle = sheets["none"].shape[1] // 12  # of the first of six places
    assert changed["sounding"][:, : 2 * middle].any()
    assert not changed["sounding"][:, 2 * middle :].any()  # one channel has no sound
    assert np.abs(sheets["struck"] - sheets["sounding"]).max() > 0.2
