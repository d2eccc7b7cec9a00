import numpy as np
import pytest

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.checkpoint import load, save
from tonenet_core.errors import DataError
from tonenet_core.models.swing import StyleSwing, SwingModel, carry_swing
from tonenet_core.models.timing.swing import Swing, SwingConfig

SOURCES = ("jazz rules", "classical rules")


def eighths(style, log2_bur, seed=0, bars=8):
    """A piece of eighths with the mean beat-upbeat ratio, and a little of chance."""
    piece = scale_piece(style, bars=bars, seed=seed)
    bur = log2_bur + np.random.default_rng(seed).normal(0, 0.05, bars * 4)
    piece.notes["onset_sec"][1::2] = piece.notes["onset_sec"][::2] + 0.5 / (1 + 2.0**-bur)
    return piece


def fitted(*pieces, **changes):
    model = Swing(SwingConfig(styles=STYLES, sources=SOURCES, **changes))
    model.fit(list(pieces), 0)
    return model


@pytest.fixture(scope="module")
def model():
    pieces = [eighths("jazz", 0.3 + 0.1 * seed, seed) for seed in range(5)]
    return fitted(*pieces, *(eighths("classical", -0.04 + 0.02 * seed, 10 + seed) for seed in range(5)))


def test_it_learns_each_styles_mean_and_spread(model):
    assert isinstance(model, SwingModel)
    jazz, classical = model.swing("jazz"), model.swing("classical")

    assert jazz.mean_at(np.array([0.5])) == pytest.approx([0.5], abs=0.05)
    assert classical.mean_at(np.array([0.5])) == pytest.approx([0.0], abs=0.05)
    assert jazz.spread > classical.spread


def test_straight_pieces_of_a_style_that_swings_are_another_kind():
    pieces = [eighths("jazz", 0.6, seed) for seed in range(3)] + [eighths("jazz", 0.0, 9)]
    model = fitted(*pieces, *(eighths("classical", 0.0, 10 + seed) for seed in range(2)))

    assert model.swing("jazz").mean_at(np.array([0.5])) == pytest.approx([0.6], abs=0.05)


def test_a_mean_that_is_known_from_elsewhere():
    pieces = [eighths(style, 0.4, seed) for style in STYLES for seed in range(2)]
    model = fitted(*pieces, known_style="jazz", known_tempos=(60.0, 240.0), known_means=(0.7, 0.1), known_spread=0.3)

    assert model.swing("jazz").mean_at(np.array([0.5])) == pytest.approx([0.4], abs=0.03)
    assert model.swing("jazz").mean_at(np.array([1.0])) == pytest.approx([0.7], abs=0.03)
    assert model.swing("jazz").spread == pytest.approx(0.3)


def test_too_few_pieces():
    with pytest.raises(DataError, match="too few"):
        fitted(eighths("jazz", 0.5))


def test_save_and_load(tmp_path, model):
    save(tmp_path / "it.safetensors", model, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")

    assert isinstance(again, Swing)
    assert again.swing("jazz").mean == pytest.approx(model.swing("jazz").mean, abs=1e-2)
    with pytest.raises(KeyError):
        again.swing("polka")


FLAT = StyleSwing(np.array([60.0, 240.0]), np.zeros(2), 0.1, 0.2)
SWUNG = StyleSwing(np.array([60.0, 240.0]), np.array([0.7, 0.3]), 0.3, 0.4)


WIDE = np.full(4, -1.5), np.full(4, 2.5)


def test_a_piece_keeps_its_place_among_others_and_comes_back():
    period = np.array([0.5, 0.4, 0.6, 0.5])
    played = SWUNG.mean_at(period) + 0.3 + np.array([-0.1, 0.0, 0.2, 0.0])
    straight = carry_swing(SWUNG, FLAT, period, played, bounds=WIDE)

    assert straight == pytest.approx(0.1 + np.array([-0.05, 0, 0.1, 0]))
    assert carry_swing(FLAT, SWUNG, period, straight, bounds=WIDE) == pytest.approx(played)


def test_a_pair_without_room_stays_inside_its_bounds_and_comes_back():
    period = np.full(5, 0.5)
    bounds = np.full(5, -0.7), np.full(5, 1.4)
    played = np.array([0.0, 0.05, -0.05, 0.6, -0.4])
    swung = carry_swing(FLAT, SWUNG, period, played, bounds=bounds)

    assert (np.diff(swung[[4, 2, 0, 1, 3]]) > 0).all()
    assert (swung > bounds[0]).all()
    assert (swung < bounds[1]).all()
    assert swung[3] > 1.3
    assert carry_swing(SWUNG, FLAT, period, swung, bounds=bounds) == pytest.approx(played, abs=1e-6)


def test_a_pair_that_cannot_move_stays():
    there = np.array([0.1, 0.1, 0.3])
    bounds = np.array([-0.7, -0.7, 0.3]), np.array([1.4, 1.4, 0.3])

    assert carry_swing(FLAT, SWUNG, np.full(3, 0.5), there, bounds=bounds)[2] == pytest.approx(0.3)


def test_a_middle_that_is_asked_for():
    period, bounds = np.full(5, 0.5), (np.full(5, -1.5), np.full(5, 2.5))
    made = carry_swing(FLAT, SWUNG, period, np.array([0.0, 0.1, -0.1, 0.05, -0.05]), bounds=bounds, middle=1.0)

    assert np.median(made) == pytest.approx(1.0)
