"""Rhythm of pages: a network that reads them from end to end, and how it joins the trees."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.core.models.test_micro_timing import page as straight_page
from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.rhythm import PLACES
from tonenet_core.errors import DataError
from tonenet_core.models.base import RhythmModel
from tonenet_core.models.micro_timing import MicroTiming
from tonenet_core.models.rhythm import PageRhythm, join
from tonenet_core.models.tempo import TempoCurve
from tonenet_core.models.timing.micro_features import OWN_FEATURES
from tonenet_core.models.timing.rhythm import Rhythm, RhythmConfig
from tonenet_core.performance import Piece, TrainingPiece

SMALL = RhythmConfig(styles=("classical",), hidden=16, layers=1, dropout=0.0, window_places=48, hide=0.0)
HELD = 0.3  # log period, by which the last beat of a bar is longer


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return Rhythm(replace(SMALL, **changes))


def page(seed=0, bars=10):
    """Eighths whose player comes late before each chord, and holds the beat before it."""
    piece = straight_page(bars, seed)
    played = piece.played.copy()
    beats = np.concatenate([[0.0], np.cumsum(0.5 * np.exp(np.where(np.arange(4 * bars) % 4 == 3, HELD, 0.0)))])
    played["onset_sec"] = np.interp(played["onset_sec"] * 2, np.arange(len(beats)), beats)
    return replace(piece, played=played)


@pytest.fixture(scope="module")
def learnt():
    model, pages = small(), [page(seed) for seed in range(4)]
    prepared = {"classical": {"classical_pages": [model.prepare_piece(each) for each in pages]}}
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=1e-2), []
    for step in range(100):
        loss = model(model.sample_batch(prepared, 4, np.random.default_rng(step)))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return model, pages, losses


def test_it_learns_what_is_held_and_what_is_late(learnt):
    model, pages, losses = learnt
    made = model.rhythm(pages[0], "classical")
    place = np.arange(0, 10 * 4 * PLACES, PLACES // 2)
    is_late = place % (4 * PLACES) == 3.5 * PLACES
    held = np.arange(len(made.log_period)) % 4 == 3

    assert isinstance(model, RhythmModel)
    assert losses[-1] < losses[0] / 2
    assert made.log_period[held].mean() - made.log_period[~held].mean() == pytest.approx(HELD, abs=0.06)
    assert made.late[is_late].mean() == pytest.approx(0.08, abs=0.02)
    assert not made.late[place % PLACES == 0].any()
    figures = model.validate(pages)
    assert min(figures["r, inside the beat"], figures["r, log beat period"]) > 0.8


def test_a_batch_has_windows_of_pages_and_no_bars_where_they_are_hidden():
    model = small(hide=1.0)
    recording = TrainingPiece(*(getattr(page(), name) for name in Piece.__annotations__), "classical", "asap", "it")
    prepared = [model.prepare_piece(each) for each in (page(), recording)]
    batch = model.sample_batch({"classical": {"a": prepared[:1], "b": prepared[1:]}}, 3, np.random.default_rng(0))

    assert len(prepared[1].targets) == 0
    with pytest.raises(DataError, match="no played pages of the style 'classical'"):
        model.sample_batch({"classical": {"b": prepared[1:]}}, 1, np.random.default_rng(0))
    assert batch["features"].shape == (3, SMALL.window_places, OWN_FEATURES)
    assert batch["targets"].shape == (3, SMALL.window_places, 3)
    assert torch.isfinite(batch["targets"]).any(dim=1).all()
    assert torch.equal(batch["features"][:, :, 43:50], torch.zeros(3, SMALL.window_places, 7))


def test_the_same_seed_is_the_same_step():
    first, second = (small(3) for _ in range(2))
    pieces = {"classical": {"classical_pages": [first.prepare_piece(page())]}}
    losses = [each(each.sample_batch(pieces, 2, np.random.default_rng(7)))["loss"] for each in (first, second)]
    assert losses[0] == losses[1]


def test_save_and_load_two_networks(tmp_path):
    both = Rhythm.joined([small(0), small(1)])
    save(tmp_path / "it.safetensors", both, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")
    alone, other, mean = (each.rhythm(page(), "classical") for each in (small(0), small(1), again))

    assert again.config.members == 2
    assert mean.late == pytest.approx((alone.late + other.late) / 2, abs=1e-4)
    with pytest.raises(KeyError):
        again.rhythm(page(), "polka")
    with pytest.raises(ValueError, match="joined"):
        Rhythm.joined([small(0), small(0, hidden=8)])


def test_beats_without_notes_lie_between_those_that_have_some_and_silence_has_none(learnt):
    model, pages, _ = learnt
    notes = pages[0].notes
    beat = notes["onset_sec"] // 0.5
    gap = notes[(beat < 8) | (beat >= 12)]
    made = model.rhythm(Piece(gap, pages[0].beats_sec, pages[0].downbeats_sec, pages[0].pedal), "classical")
    assert np.ptp(np.diff(made.log_period[7:13])) < 1e-6

    silent = Piece(notes[:0], pages[0].beats_sec, pages[0].downbeats_sec, pages[0].pedal)
    assert not model.rhythm(silent, "classical").log_period.any()
    free = Piece(notes, pages[0].beats_sec[:0], pages[0].downbeats_sec[:0], pages[0].pedal)
    assert not len(model.rhythm(free, "classical").log_period)


def test_what_is_joined_is_the_mean_of_both():
    curve = TempoCurve(np.array([0.1, -0.1]), np.array([0.2, 0.2]))
    inside = MicroTiming(np.array([0, 24, 48]), np.array([0, 0.04, 0]), np.array([0, 0.01, 0]), np.zeros(3))
    made, moved = join(curve, inside, PageRhythm(np.array([1.3, 0.7]), np.array([0, 0.02, 0])))

    assert made.middle == pytest.approx([0.2, -0.2])
    assert np.array_equal(made.spread, curve.spread)
    assert moved.middle == pytest.approx([0, 0.03, 0])
    assert np.array_equal(moved.spread, inside.spread)
