import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.checkpoint import load, save
from tonenet_core.models.base import TouchModel
from tonenet_core.models.expression.touch import Touch
from tonenet_core.models.expression.touch_network import TouchConfig
from tonenet_core.models.touch import ARTICULATION, LAG
from tonenet_core.performance import PLAYED_DTYPE, Piece, TrainingPiece

SMALL = TouchConfig(
    styles=STYLES, hidden=16, layers=1, style_size=4, block=32, dropout=0.0, window_notes=32, transpose=0, hide=0.0
)


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return Touch(TouchConfig(**{**SMALL.__dict__, **changes}))


def chords(style, bars=4, seed=0, lag=None, share=None):
    """Quarters of three notes. Jazz: the lowest 20 ms late, detached. Classical: 10 ms early, overlapping."""
    piece = scale_piece(style, bars=bars, seed=seed)
    late = (0.02 if style == "jazz" else -0.01) if lag is None else lag
    ratio = (0.5 if style == "jazz" else 1.2) if share is None else share
    times = np.arange(bars * 4) * 0.5 + 0.1
    notes = np.zeros(3 * len(times), piece.notes.dtype)
    for voice, (below, lateness) in enumerate(((0, 0.0), (5, 0.0), (12, late))):
        notes["onset_sec"][voice::3] = times + lateness
        notes["pitch"][voice::3] = piece.notes["pitch"][::2] - below
    notes["duration_sec"], notes["velocity"] = 0.5 * ratio, 64
    notes = notes[np.lexsort((notes["pitch"], notes["onset_sec"]))]
    return TrainingPiece(notes, piece.beats_sec, piece.downbeats_sec, piece.pedal, style, f"{style} rules", style)


def fit(network, pieces, steps):
    by_style = {
        style: {"rules": [network.prepare_piece(each) for each in pieces if each.style == style]} for style in STYLES
    }
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for step in range(steps):
        loss = network(network.sample_batch(by_style, 4, np.random.default_rng(step)))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


@pytest.fixture(scope="module")
def learnt():
    network = small()
    pieces = [chords(style, seed=seed) for style in STYLES for seed in range(3)]
    return network, pieces, fit(network, pieces, 120)


def medians(network, piece, style):
    made = network.touch(piece, style)
    return LAG.median(LAG.borders(made.lag)), ARTICULATION.median(ARTICULATION.borders(made.articulation))


def test_it_is_a_model_of_touch_and_gives_a_distribution_for_each_note():
    made = small().touch(chords("jazz"), "jazz")

    assert isinstance(small(), TouchModel)
    assert made.lag.shape == made.articulation.shape == (48, 128)
    assert np.allclose(made.lag.astype(float).sum(axis=1), 1, atol=1e-2)


def test_it_learns_each_styles_lags_and_lengths(learnt):
    network, pieces, losses = learnt
    assert losses[-1] < losses[0] - 4

    for style, late, ratio in (("jazz", 0.02, 0.5), ("classical", -0.01, 1.2)):
        lag, articulation = medians(network, pieces[0], style)
        lowest = np.argsort(pieces[0].notes["pitch"])[:8]
        assert np.median(lag[lowest]) == pytest.approx(late, abs=0.003)
        assert np.median(articulation[:24]) == pytest.approx(np.log(ratio), abs=0.15)


def test_prediction_sees_neither_lags_nor_lengths_nor_velocities():
    network = small()
    played, other = chords("jazz"), chords("jazz", lag=-0.015, share=0.9)
    other.notes["velocity"] = 100
    order, others = (
        np.lexsort((each.notes["pitch"], np.round(each.notes["onset_sec"], 1))) for each in (played, other)
    )

    assert np.array_equal(network.touch(played, "jazz").lag[order], network.touch(other, "jazz").lag[others])


def test_a_pages_lengths_are_seen():
    network = small(seed=3)
    short, long = chords("jazz", lag=0.0, share=0.3), chords("jazz", lag=0.0, share=1.0)

    assert not np.allclose(network.touch(short, "jazz", page=True).lag, network.touch(long, "jazz", page=True).lag)
    assert np.array_equal(network.touch(short, "jazz").lag, network.touch(long, "jazz").lag)


def test_a_page_teaches_how_it_was_played():
    page, played = chords("jazz", lag=0.0, share=1.0), np.zeros(48, PLAYED_DTYPE)
    played["onset_sec"], played["duration_sec"] = page.notes["onset_sec"], 0.25
    lowest = page.notes["pitch"] == np.minimum.reduceat(page.notes["pitch"], np.arange(0, 48, 3)).repeat(3)
    played["onset_sec"][lowest] += 0.015
    row = small().prepare_piece(
        TrainingPiece(page.notes, page.beats_sec, page.downbeats_sec, page.pedal, "jazz", "jazz_pages", "it", played)
    )

    assert row.page
    assert row.targets[lowest, 0] == pytest.approx(0.015)
    assert np.isnan(row.targets[:, 0]).sum() == 16  # the top notes
    assert np.nanmax(row.targets[:, 1]) == pytest.approx(np.log(0.5))


def test_lengths_that_a_transcriber_guessed_are_not_learnt():
    network = small(sources=("jazz rules", "classical rules"), shares=(1.0, 1.0), transcribed=("jazz rules",))
    piece = chords("jazz")

    assert np.isnan(network.prepare_piece(piece).targets[:, 1]).all()
    assert np.isfinite(network.prepare_piece(piece).targets[:, 0]).any()


def test_save_and_load(tmp_path, learnt):
    network, pieces, _ = learnt
    figures = network.validate(pieces)
    assert figures["jazz rules lag nll"] < 2
    save(tmp_path / "it.safetensors", network, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")

    assert isinstance(again, Touch)
    assert medians(again, pieces[0], "jazz")[0] == pytest.approx(medians(network, pieces[0], "jazz")[0], abs=2e-3)
    assert np.allclose(again.residuals("classical"), network.residuals("classical"), atol=1e-2)


def test_an_empty_piece_and_a_style_that_it_does_not_have():
    nothing = chords("jazz", bars=0)

    assert small().touch(
        Piece(nothing.notes, nothing.beats_sec, nothing.downbeats_sec, nothing.pedal), "jazz"
    ).lag.shape == (0, 128)
    with pytest.raises(KeyError):
        small().touch(nothing, "polka")


def test_joined_networks_say_the_mean_of_what_each_says():
    first, second, piece = small(seed=1), small(seed=2), chords("jazz")
    both = Touch.joined([first, second])
    said = [each.touch(piece, "jazz") for each in (first, second, both)]

    for name in ("lag", "articulation"):
        one, other, mean = (getattr(each, name).astype(np.float32) for each in said)
        assert not np.allclose(one, other, atol=1e-3)
        assert np.allclose(mean, (one + other) / 2, atol=1e-3)
    assert both.config.members == 2
    with pytest.raises(ValueError, match="cannot be joined"):
        Touch.joined([first, small(hidden=8)])
