import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES
from tonenet_core.checkpoint import load, save
from tonenet_core.models.expression.pedal import Pedal, PedalConfig
from tonenet_core.models.expression.pedal_features import LENGTH_COLUMNS, METRE_COLUMNS, PEDAL_FEATURES, encode_clusters
from tonenet_core.models.pedal import LIFT, PRESS, PedalModel
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, PLAYED_DTYPE, Piece, TrainingPiece
from tonenet_core.timing.clusters import find_clusters

SMALL = PedalConfig(
    styles=STYLES, hidden=16, layers=1, dropout=0.0, window_clusters=32, transpose=0, tempo=1.0, hide=0.0, memory=2
)
CHORDS = ((48, 64, 67), (53, 65, 69), (55, 62, 71), (45, 60, 64))


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return Pedal(PedalConfig(**{**SMALL.__dict__, **changes}))


def chorale(style, bars=12, seed=0, length=0.4):
    """Two chords a bar, the second of them alike; jazz pedals the first of them late, classical both, at once."""
    rng = np.random.default_rng(seed)
    rows, pedal = [], []
    late = 0.2 if style == "jazz" else 0.06
    for bar in range(bars):
        chord = CHORDS[int(rng.integers(4))]
        start = 2.0 * bar + 0.5
        rows += [(start + half, length, pitch, 64) for half in (0, 1) for pitch in chord]
        pedal += [(start + 0.02, 0), (start + late, 127)]
        pedal += [(start + 1.02, 0)] if style == "jazz" else []
    notes = np.array(sorted(rows, key=lambda row: (row[0], row[2])), NOTE_DTYPE)
    beats = np.arange(2 * bars + 1) + 0.5
    return TrainingPiece(
        notes, beats, beats[::2], np.array(pedal[1:], PEDAL_DTYPE), style, f"{style} rules", f"{style} {seed}"
    )


@pytest.fixture(scope="module")
def learnt():
    network = small()
    pieces = [chorale(style, seed=seed) for style in STYLES for seed in range(3)]
    by_style = {
        style: {"rules": [network.prepare_piece(each) for each in pieces if each.style == style]} for style in STYLES
    }
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for step in range(120):
        loss = network(network.sample_batch(by_style, 4, np.random.default_rng(step)))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return network, pieces, losses


def test_it_learns_where_and_how_late_each_style_pedals(learnt):
    network, pieces, losses = learnt
    assert isinstance(network, PedalModel)
    assert losses[-1] < losses[0] / 2

    for style, second, late in (("jazz", False, 0.2), ("classical", True, 0.06)):
        made = network.pedalling(pieces[0], style)
        first = np.arange(24) % 2 == 0
        assert (made.down[first] > 0).all()
        assert ((made.down[~first] > 0) == second).all()
        assert (made.change[first] > 0).all()
        press = PRESS.median(PRESS.borders(made.press[first]))
        assert press == pytest.approx(np.full(12, late), abs=0.02)
        assert LIFT.median(LIFT.borders(made.lift[first]))[1:] == pytest.approx(np.full(11, 0.02), abs=0.03)


def test_figures_tell_the_shares_and_the_coherence_is_measured(learnt):
    network, pieces, _ = learnt
    figures = network.validate(pieces)

    assert figures["jazz rules down nll"] < 0.2
    assert figures["jazz rules share"] == pytest.approx(0.5, abs=0.03)
    assert figures["jazz rules predicted share"] == pytest.approx(0.5, abs=0.03)
    assert network.residuals("jazz").shape == (3, SMALL.memory + 1)


def test_features_see_neither_pedal_nor_velocities_and_lengths_only_of_a_page():
    piece, other = chorale("jazz"), chorale("jazz", length=0.8)
    other.notes["velocity"] = 90
    plain = Piece(other.notes, other.beats_sec, other.downbeats_sec, other.pedal[:0])
    clusters = find_clusters(piece.notes)
    rows = encode_clusters(piece, clusters)

    assert rows.shape == (24, PEDAL_FEATURES)
    assert np.array_equal(rows, encode_clusters(plain, find_clusters(plain.notes)))
    assert not rows[:, LENGTH_COLUMNS].any()
    page = encode_clusters(piece, clusters, lengths=True)
    assert not np.array_equal(page, encode_clusters(plain, clusters, lengths=True))
    free = Piece(piece.notes, piece.beats_sec[:0], piece.downbeats_sec[:0], piece.pedal)
    assert not encode_clusters(free, clusters)[:, METRE_COLUMNS].any()


def test_a_page_teaches_how_it_was_pedalled():
    piece = chorale("classical")
    played = np.zeros(len(piece.notes), PLAYED_DTYPE)
    played["onset_sec"], played["duration_sec"] = piece.notes["onset_sec"] * 1.5, 0.4
    pedal = piece.pedal.copy()
    pedal["time_sec"] *= 1.5
    page = TrainingPiece(
        piece.notes, piece.beats_sec, piece.downbeats_sec, piece.pedal[:0], "classical", "it_pages", "it", played, pedal
    )
    rows = small().prepare_piece(page)

    assert rows.page
    assert (rows.targets[:, 0] == 1).all()
    assert rows.targets[::2, 1].tolist() == [1] * 12
    assert np.nanmedian(rows.targets[:, 2]) == pytest.approx(0.09, abs=1e-3)


def test_a_piece_without_pedal_and_a_source_without_a_share_teach_nothing():
    piece = chorale("jazz")
    plain = TrainingPiece(piece.notes, piece.beats_sec, piece.downbeats_sec, piece.pedal[:0], "jazz", "jazz", "it")

    assert not len(small().prepare_piece(plain).targets)
    assert not len(small(sources=("others",), shares=(1.0,)).prepare_piece(piece).targets)


def test_save_and_load_and_a_long_piece(tmp_path, learnt):
    network, pieces, _ = learnt
    save(tmp_path / "it.safetensors", network, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")

    assert isinstance(again, Pedal)
    assert np.allclose(again.pedalling(pieces[0], "jazz").down, network.pedalling(pieces[0], "jazz").down, atol=0.05)
    long = chorale("jazz", bars=300)
    down = network.pedalling(long, "jazz").down
    assert len(down) == 600
    assert np.mean((down > 0) == (np.arange(600) % 2 == 0)) > 0.95


def test_an_empty_piece_and_a_style_that_it_does_not_have():
    piece = chorale("jazz")
    nothing = Piece(piece.notes[:0], piece.beats_sec[:0], piece.downbeats_sec[:0], piece.pedal[:0])

    assert small().pedalling(nothing, "jazz").press.shape == (0, 128)
    with pytest.raises(KeyError):
        small().pedalling(piece, "polka")
