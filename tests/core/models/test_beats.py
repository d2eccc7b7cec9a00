from itertools import pairwise

import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES
from tonenet_core.analysis.beat_metrics import f_measure
from tonenet_core.checkpoint import load, save
from tonenet_core.errors import CheckpointError
from tonenet_core.models.beats.features import FEATURES, beat_clusters, encode
from tonenet_core.models.beats.tracked import BeatModel
from tonenet_core.models.beats.tracker import BeatTracker, BeatTrackerConfig
from tonenet_core.models.beats.training_rows import targets, varied_time
from tonenet_core.performance import MARKED_DTYPE, NOTE_DTYPE, PEDAL_DTYPE, Piece, TrainingPiece

SMALL = BeatTrackerConfig(
    styles=STYLES,
    channels=16,
    layers=2,
    recurrent=1,
    dropout=0.0,
    window_clusters=64,
    tempo=1.1,
    rubato=0.05,
    thin=0.05,
    hide_touch=0.0,
)


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return BeatTracker(BeatTrackerConfig(**{**SMALL.__dict__, **changes}))


def march(seed=0, beats=48):
    """A recording with a bass note and a chord in turn, and eighths or sixteenths over them, whose tempo breathes."""
    rng = np.random.default_rng(seed)
    length = 0.5 * np.exp(0.08 * np.sin(np.arange(beats) / 5 + seed))
    times = 1.0 + np.concatenate([[0.0], np.cumsum(length)])
    rows = []
    for beat, (begin, end) in enumerate(pairwise(times)):
        rows += [(begin, 0.3, pitch, 70) for pitch in ((40,) if beat % 2 == 0 else (55, 59, 62))]
        parts = int(rng.choice([2, 4]))
        rows += [(begin + (end - begin) * part / parts, 0.1, 72 + int(rng.integers(8)), 60) for part in range(parts)]
    notes = np.array(sorted(rows, key=lambda row: (row[0], row[2])), NOTE_DTYPE)
    marked = np.zeros(beats + 1, MARKED_DTYPE)
    marked["time_sec"], marked["downbeat"] = times, np.arange(beats + 1) % 2 == 0
    nothing = np.zeros(0)
    arrays = (notes, nothing, nothing, np.zeros(0, PEDAL_DTYPE), "classical", "marches", f"march {seed}")
    return TrainingPiece(*arrays, marked=marked)


def random_onsets(seed=0, count=200):
    rng = np.random.default_rng(seed)
    notes = np.zeros(count, NOTE_DTYPE)
    notes["onset_sec"] = np.cumsum(rng.exponential(0.25, count) + 0.05)
    notes["duration_sec"], notes["pitch"], notes["velocity"] = 0.2, rng.integers(30, 90, count), 64
    return Piece(notes, np.zeros(0), np.zeros(0), np.zeros(0, PEDAL_DTYPE))


@pytest.fixture(scope="module")
def learnt():
    network = small()
    pieces = [march(seed) for seed in range(4)]
    prepared = {"classical": {"marches": [network.prepare_piece(each) for each in pieces]}}
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for step in range(50):
        loss = network(network.sample_batch(prepared, 4, np.random.default_rng(step)))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    figures = network.validate([*pieces, *(march(seed) for seed in range(4, 8))])
    return network, figures, losses


def test_it_learns_the_beats_of_a_march(learnt):
    network, figures, losses = learnt
    assert isinstance(network, BeatModel)
    assert losses[-1] < losses[0] / 2
    assert figures["marches"] > 0.95
    assert figures["score"] == pytest.approx(1 - figures["marches"])

    piece = march(9)
    tracked = network.track(piece)
    assert f_measure(piece.marked["time_sec"][:-1], tracked.time_sec) > 0.95
    assert tracked.beats_a_minute == pytest.approx(120, abs=6)


def test_it_is_sure_of_a_march_and_not_of_onsets_by_chance(learnt):
    network, _, _ = learnt
    assert network.track(march(9)).confidence > 0.85
    assert max(network.track(random_onsets(seed)).confidence for seed in range(3)) < 0.7
    assert network.track(march(9, beats=6)).confidence == 0
    assert small().track(march(9)).confidence == 0  # nothing was measured yet


def test_the_same_notes_have_the_same_beats_whatever_beats_are_known_of_them(learnt):
    network, _, _ = learnt
    piece = march(9)
    known = Piece(piece.notes, np.arange(40.0), np.arange(0, 40.0, 4), piece.pedal)
    first, second = network.track(piece), network.track(known)
    assert np.array_equal(first.time_sec, second.time_sec)
    assert first.confidence == second.confidence


def test_save_and_load_and_a_damaged_checkpoint(tmp_path, learnt):
    network, _, _ = learnt
    path = tmp_path / "it.safetensors"
    save(path, network, "It", {})
    again = load(path, device="cpu")
    assert isinstance(again, BeatTracker)
    piece = march(9)
    assert np.array_equal(again.track(piece).time_sec, network.track(piece).time_sec)
    assert again.track(piece).confidence == pytest.approx(network.track(piece).confidence, abs=0.02)

    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError):
        load(path, device="cpu")


def test_a_window_is_the_same_from_the_same_seed_and_its_targets_stay_with_its_notes():
    network = small()
    prepared = {"classical": {"marches": [network.prepare_piece(march())]}}
    first, second = (network.sample_batch(prepared, 2, np.random.default_rng(5)) for _ in range(2))
    assert all(np.array_equal(first[name], second[name], equal_nan=True) for name in first)
    assert first["features"].shape == (4, 64, FEATURES)
    there = first["there"].bool()
    assert 0.15 < float(first["struck"][..., 0][there].mean()) < 0.6

    time, beats = varied_time((np.arange(10.0), np.arange(0, 10.0, 2)), 1.3, 0.2, np.random.default_rng(1))
    assert np.array_equal(time[::2], beats)
    assert (np.diff(time) > 0.5).all()


def test_features_do_not_depend_on_when_it_is_played():
    clusters = beat_clusters(march())
    rows = encode(clusters.time_sec, clusters.rows)
    assert np.allclose(rows, encode(clusters.time_sec + 100, clusters.rows), atol=1e-5)
    assert np.abs(rows).max() <= 4


def test_each_beat_is_struck_by_the_nearest_cluster_if_one_is_near():
    time, beats = np.array([0.0, 0.45, 0.52, 1.2, 1.5]), np.array([0.0, 0.5, 1.0, 1.5])
    known = targets(time, beats, np.array([True, False, True, False]))
    assert known.struck[:, 0].tolist() == [1, 0, 1, 0, 1]
    assert known.struck[:, 1].tolist() == [1, 0, 0, 0, 0]
    assert known.step[:3] == pytest.approx(np.full(3, 8 * np.log2(2.5)))
    assert known.phase[:4] == pytest.approx([0, 0.9, 0.04, 0.4])
    assert np.isnan(known.step[-1])
    assert np.isnan(known.phase[-1])


def test_what_teaches_nothing():
    assert not len(small(sources=("others",), shares=(1.0,)).prepare_piece(march()))
    assert not len(small().prepare_piece(march(beats=8)))
    with pytest.raises(ValueError, match="share"):
        BeatTrackerConfig(styles=STYLES, sources=("one",))


def test_an_empty_piece_has_no_beats():
    piece = march()
    nothing = Piece(piece.notes[:0], piece.beats_sec, piece.downbeats_sec, piece.pedal)
    tracked = small().track(nothing)
    assert not len(tracked.time_sec)
    assert tracked.confidence == 0
    assert np.isnan(tracked.beats_a_minute)
