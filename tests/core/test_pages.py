"""Pages whose velocities no player shaped, performed by the shipped model: the melody sings, nothing vanishes."""

import numpy as np
import pytest

from tests.conftest import ROOT
from tonenet_core.checkpoint import find, load_velocity_model
from tonenet_core.judge import load_judge
from tonenet_core.midi import read_midi
from tonenet_core.transfer import apply, interpret, transfer

FAULTS = ROOT / "tests" / "faults"
PAGE = read_midi(FAULTS / "flat80.mid")
TOP = np.array(
    [
        pitch == PAGE.notes["pitch"][np.abs(PAGE.notes["onset_sec"] - onset) < 0.01].max() and pitch >= 60
        for onset, pitch in zip(PAGE.notes["onset_sec"], PAGE.notes["pitch"], strict=True)
    ]
)
"""Whether a note is of the melody: the highest of its chord, in the right hand."""


def page(kind):
    count = len(PAGE)
    velocity = np.full(count, 80)
    if kind == "one note off":
        velocity[count // 2] = 81
    elif kind == "accents":
        velocity[::16] = 90
    elif kind == "hands":
        velocity[~TOP] = 64
    elif kind == "plateaus":
        velocity = np.repeat([49, 96, 64, 80], -(-count // 4))[:count]
    elif kind == "random":
        velocity = np.rint(np.random.default_rng(4).normal(80, 6, count))
    return PAGE.with_velocities(velocity)


KINDS = ("flat", "one note off", "accents", "hands", "plateaus", "random")


@pytest.fixture(scope="module")
def performer():
    return load_velocity_model(find("performer").path, "cpu")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("style", ["jazz", "classical"])
def test_a_page_is_performed(kind, style, performer):
    piece = page(kind)
    lead = float(piece.velocities[TOP].mean()) - float(piece.velocities[~TOP].mean())
    for seed in range(5):
        assert interpret(piece, performer, style, seed=seed).performed
        velocity = transfer(piece, performer, style, seed=seed).velocities.astype(float)
        assert velocity[TOP].mean() - velocity[~TOP].mean() >= max(4, lead - 8)
        assert velocity.min() >= 12
        assert velocity.mean() == pytest.approx(piece.velocities.mean(), abs=1)


@pytest.mark.parametrize("velocity", [100, 127, 1])
def test_a_page_at_any_level_has_dynamics(velocity, performer):
    piece = PAGE.with_velocities(np.full(len(PAGE), velocity))
    usual = transfer(PAGE, performer, "classical").velocities.std()
    made = interpret(piece, performer, "classical")
    played = apply(piece, made, 1.0, made.default_accents).velocities
    assert played.std() >= 0.8 * usual
    assert np.mean((played == 127) | (played == 1)) < 0.15
    (notice,) = made.notices
    assert ("room for dynamics" in notice) == (velocity in (1, 127))
    means = [apply(piece, made, share, 1.0).velocities.mean() for share in (0.0, 0.1, 0.5, 1.0, 1.5)]
    assert means[0] == velocity
    assert np.abs(np.diff(means)).max() < 25  # it moves with the strength, and does not jump


@pytest.mark.parametrize("kind", KINDS)
def test_the_style_of_a_page_is_undecided(kind):
    judge = load_judge()
    assert judge is not None
    assert judge.verdict(page(kind)).named is None


@pytest.mark.parametrize("style", ["jazz", "classical"])
def test_the_judge_is_not_certain_of_a_performed_page(style, performer):
    """It follows the style more closely than any player does."""
    judge = load_judge()
    assert judge is not None
    performed = transfer(PAGE, performer, style)
    assert max(judge.verdict(PAGE, performed.velocities).probability.values()) <= judge.surest < 0.985


@pytest.mark.parametrize(
    "name", ["flat_4bars", "nearflat_4bars", "one_note_off_81", "accent_80_90_downbeats", "hands_80_64"]
)
def test_the_pages_that_users_brought_are_performed(name, performer):
    piece = read_midi(FAULTS / f"{name}.mid")
    for style in ("jazz", "classical"):
        assert interpret(piece, performer, style).performed
        assert transfer(piece, performer, style).velocities.min() >= 12


def test_the_same_seconds_on_another_grid_are_played_alike(performer):
    pieces = [read_midi(FAULTS / f"same_seconds_{grid}.mid") for grid in ("grid120", "grid97_free")]
    played = [transfer(piece, performer, "classical").velocities.astype(float) for piece in pieces]
    change = np.abs(played[0] - played[1])  # ticks round onsets
    assert change.mean() <= 0.05
    assert change.max() <= 1


def test_copies_of_notes_change_nothing(performer):
    once, twice = (read_midi(FAULTS / f"{name}.mid") for name in ("without_duplicates", "exact_duplicates"))
    alone, both = (transfer(piece, performer, "classical").velocities for piece in (once, twice))
    assert np.array_equal(both[::2], both[1::2])
    assert np.array_equal(both[::2], alone)


def test_unison_layers_move_together(performer):
    piece = read_midi(FAULTS / "two_pianos_unison.mid")
    styled = transfer(piece, performer, "jazz").velocities.astype(int)
    change = (styled - piece.velocities).reshape(-1, 2)
    inside = ((styled > 1) & (styled < 127)).reshape(-1, 2).all(axis=1)
    assert np.mean(inside) > 0.9
    assert np.abs(change[inside, 0] - change[inside, 1]).max() <= 1
