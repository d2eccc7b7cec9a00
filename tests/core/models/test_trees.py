import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.training_pieces import STYLES, scale_piece
from tonenet_core import checkpoint
from tonenet_core.analysis.tree_ensemble import Boosting, TreeEnsemble, fit, from_lightgbm
from tonenet_core.encoding.events import FEATURES, encode_events
from tonenet_core.errors import Cancelled, CheckpointError, DataError
from tonenet_core.models.base import VelocityModel
from tonenet_core.models.expression.trees import Trees, TreesConfig
from tonenet_core.models.training import Fittable
from tonenet_core.performance import NOTE_DTYPE
from tonenet_core.training.options import RunOptions
from tonenet_core.training.recipe import read_recipe
from tonenet_core.training.train import train

lightgbm = pytest.importorskip("lightgbm", reason="NO LIGHTGBM: install tonenet[train] to run these tests")

SMALL = TreesConfig(
    styles=STYLES, rounds=60, level_rounds=20, leaves=15, learning_rate=0.2, leaf_notes=5, feature_share=1.0
)
PIECES = [scale_piece(style, bars=8, seed=seed) for style in STYLES for seed in range(6)]


def fitted(seed=0, pieces=PIECES, **changes):
    model = Trees(TreesConfig(**{**SMALL.__dict__, **changes}))
    model.fit(pieces, seed)
    return model


@pytest.fixture(scope="module")
def model():
    return fitted()


def test_it_is_a_style_model_that_is_fitted(model):
    assert isinstance(model, VelocityModel)
    assert isinstance(model, Fittable)


def test_it_learns_the_rule_of_each_style(model):
    for style, other in (STYLES, STYLES[::-1]):
        unseen = scale_piece(style, bars=8, seed=99)
        played = unseen.notes["velocity"].astype(float)
        assert np.corrcoef(model.predict(unseen, style), played)[0, 1] > 0.97
        assert np.corrcoef(model.predict(unseen, other), played)[0, 1] < -0.97


def test_it_plays_as_loud_as_such_notes_usually_are():
    def moved(semitones, seed, velocity):
        piece = scale_piece("jazz", bars=8, seed=seed, velocity=velocity)
        piece.notes["pitch"] = piece.notes["pitch"].astype(int) + semitones
        return piece

    quiet, loud = ([moved(shift, seed, level) for seed in range(4)] for shift, level in ((-18, 40), (24, 90)))
    model = fitted(pieces=[*quiet, *loud], styles=("jazz",))
    assert model.predict(moved(-18, 9, 64), "jazz").mean() == pytest.approx(40, abs=3)
    assert model.predict(moved(24, 9, 64), "jazz").mean() == pytest.approx(90, abs=3)


def test_prediction_does_not_see_the_velocities_and_stays_in_range(model):
    said = model.predict(scale_piece("jazz"), "jazz")
    assert np.array_equal(said, model.predict(scale_piece("jazz", velocity=1), "jazz"))
    assert said.dtype == np.float32
    assert said.min() >= 1
    assert said.max() <= 127


def test_a_piece_without_notes(model):
    empty = replace(scale_piece("jazz"), notes=np.zeros(0, NOTE_DTYPE))
    assert model.predict(empty, "jazz").shape == (0,)


def test_a_style_it_does_not_have(model):
    with pytest.raises(KeyError):
        model.predict(scale_piece("jazz"), "polka")


def test_the_same_seed_gives_the_same_trees_and_another_seed_others(model):
    again, other = fitted(), fitted(seed=1)
    assert all(np.array_equal(model.state_dict()[name], again.state_dict()[name]) for name in model.state_dict())
    assert not np.array_equal(model.shape_value, other.shape_value)


def test_a_model_comes_back_exactly_from_its_file(model, tmp_path):
    path = tmp_path / "mine.safetensors"
    checkpoint.save(path, model, "Mine", {})
    loaded = checkpoint.load(path, "cpu")

    assert loaded.config == model.config
    for style in STYLES:
        assert np.array_equal(loaded.predict(PIECES[0], style), model.predict(PIECES[0], style))


def test_a_checkpoint_with_a_feature_that_is_no_more(model, tmp_path):
    path = tmp_path / "mine.safetensors"
    checkpoint.save(path, model, "Mine", {})
    path.write_bytes(path.read_bytes().replace(b"chord_size", b"chord_sise"))
    with pytest.raises(CheckpointError, match="chord_sise"):
        checkpoint.load(path, "cpu")


def test_a_style_without_pieces():
    with pytest.raises(DataError, match="polka"):
        fitted(styles=("jazz", "polka"))


def test_without_lightgbm_there_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(DataError, match="LightGBM"):
        fitted()


# -- the arrays -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leaves", [2, 7, 63])
def test_the_arrays_say_what_lightgbm_says(leaves):
    rng = np.random.default_rng(leaves)
    rows = rng.normal(size=(3000, 6)).astype(np.float32)
    rows[:, 5] = rng.integers(0, 4, 3000)  # many equal values
    target = rows[:, 0] * rows[:, 1] + np.sin(3 * rows[:, 2]) + rows[:, 5] + rng.normal(size=3000)
    booster = lightgbm.train(
        {"num_leaves": leaves, "num_threads": 1, "verbose": -1}, lightgbm.Dataset(rows, target), 50
    )
    trees = from_lightgbm([booster], Boosting(rounds=50, leaves=leaves))

    unseen = np.concatenate([rows, rng.normal(scale=3, size=(3000, 6)).astype(np.float32)])
    assert np.allclose(trees.predict(unseen), booster.predict(unseen), atol=1e-9)


def test_fewer_trees_than_asked_for_where_nothing_is_left_to_split():
    rows = [np.zeros((40, 2), np.float32)]
    trees = fit(rows, [np.full(40, 3.0)], ["one"], Boosting(rounds=5, leaves=4, leaf_notes=1))
    assert trees.child.shape == (5, 7)
    assert np.allclose(trees.predict(rows[0]), 3.0)


def test_sources_weigh_the_same_whatever_their_size():
    rows = [np.zeros((count, 1), np.float32) for count in (10, 990)]
    targets = [np.zeros(10), np.ones(990)]
    trees = fit(rows, targets, ["small", "large"], Boosting(rounds=1, leaf_notes=1))
    assert trees.predict(rows[0])[0] == pytest.approx(0.5, abs=0.01)


def test_a_share_of_the_notes_can_be_left_out():
    rows = [encode_events(piece) for piece in PIECES]
    targets = [piece.notes["velocity"].astype(float) for piece in PIECES]
    sources = ["one"] * len(PIECES)
    whole, half = (fit(rows, targets, sources, Boosting(rounds=3, leaf_notes=5, kept=kept)) for kept in (1.0, 0.5))
    assert not np.array_equal(whole.value, half.value)


def test_several_fits_from_consecutive_seeds_are_averaged():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 4)).astype(np.float32)
    target = rows[:, 0] * rows[:, 1] + rng.normal(size=400)
    boosting = Boosting(rounds=4, leaves=5, leaf_notes=5, feature_share=0.5)
    both = fit([rows], [target], ["one"], replace(boosting, fits=2), seed=3)
    first, second = (fit([rows], [target], ["one"], boosting, seed=seed).predict(rows) for seed in (3, 4))

    assert not np.allclose(first, second)
    assert np.allclose(both.predict(rows), (first + second) / 2)


def test_progress_rises_to_one_and_can_stop_it():
    # One tree of one split: left of 0 is -1, right of it 1.
    trees = TreeEnsemble(np.zeros((1, 3), np.int16), np.array([[1, 0, 0]], np.int16), np.array([[0.0, -1.0, 1.0]]))
    rows = np.linspace(-1, 1, 300_000, dtype=np.float32)[:, None]
    seen = []
    assert np.array_equal(trees.predict(rows, seen.append), np.where(rows[:, 0] > 0, 1.0, -1.0))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 2

    def stop(fraction):
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        trees.predict(rows, stop)
    with pytest.raises(Cancelled):
        fit([rows], [rows[:, 0].astype(float)], ["one"], Boosting(rounds=5), progress=stop)


# -- from a recipe ----------------------------------------------------------------------------------------------------

RECIPE = """
model = "trees"
title = "Small trees"

[config]
styles = ["jazz", "classical"]
rounds = 20
leaves = 7
leaf_notes = 5

[training]
seed = 3
"""


@pytest.fixture
def cache(tmp_path):
    from tests.pieces import Note, piece
    from tonenet_core.data.prepare import prepare

    rows = ["style,file,split,group"]
    for style, slope in (("jazz", 1), ("classical", -1)):
        (tmp_path / "data" / style).mkdir(parents=True)
        for index, split in enumerate(["train", "train", "train", "valid"]):
            pitches = np.random.default_rng(index).integers(45, 75, size=40)
            notes = [Note(240 * i, int(pitch), int(64 + slope * (pitch - 60))) for i, pitch in enumerate(pitches)]
            (tmp_path / "data" / style / f"{index}.mid").write_bytes(piece(notes))
            rows.append(f"{style},{style}/{index}.mid,{split},{index}")
    (tmp_path / "data" / "manifest.csv").write_text("\n".join(rows))
    prepare(tmp_path / "data", tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(RECIPE)
    return path


def test_the_recipe_makes_a_checkpoint_that_says_what_it_was_fitted_on(cache, recipe, tmp_path):
    from tonenet_core.data.cache import open_cache

    seen = []
    path = train(recipe, cache, tmp_path / "out", progress=seen.append)
    info = checkpoint.read_info(path)

    assert (info.title, info.model, info.styles) == ("Small trees", "trees", STYLES)
    assert info.training["data_sha256"] == open_cache(cache).sha256
    assert (info.training["seed"], info.training["recipe"]) == (3, "small")
    assert set(info.training["data"]) == set(STYLES)
    assert info.training["valid"]["score"] < 8
    assert set(info.config["features"]) == set(FEATURES)
    assert seen == sorted(seen)
    with pytest.raises(DataError, match="nothing to resume"):
        train(recipe, cache, tmp_path / "out", RunOptions(resume=True))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("seed = 3", "steps = 3"), r"training\.steps"),
        (("leaves = 7", "leafs = 7"), "leafs"),
        (("leaves = 7", 'features = ["loudness"]'), "loudness"),
        (('"jazz", "classical"', '"jazz", "polka"'), "polka"),
    ],
)
def test_a_wrong_recipe_gets_a_sentence(cache, recipe, tmp_path, change, sentence):
    recipe.write_text(RECIPE.replace(*change))
    with pytest.raises(DataError, match=sentence):
        train(recipe, cache, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_shipped_recipe_is_sound():
    from tonenet_core.files.locations import RECIPES

    shipped = read_recipe(RECIPES / "trees.toml")
    assert checkpoint.build(shipped.model, shipped.config).styles == STYLES


def test_a_transcription_teaches_shape_and_no_loudness():
    captured = [scale_piece("jazz", bars=8, seed=seed) for seed in range(4)]
    guessed = [replace(scale_piece("jazz", bars=8, seed=9 + seed), source="guessed") for seed in range(4)]
    for piece in guessed:
        piece.notes["velocity"] = 100 + (piece.notes["velocity"].astype(float) - 64) / 2
    unseen = scale_piece("jazz", bars=8, seed=99)
    mixture = {"sources": ("jazz rules", "guessed"), "shares": (0.5, 0.5), "transcribed": ("guessed",), "spread": 2.0}
    said, plain = (
        fitted(pieces=[*captured, *guessed], styles=("jazz",), **how).predict(unseen, "jazz") for how in (mixture, {})
    )

    assert np.abs(said - unseen.notes["velocity"]).mean() < 2
    assert plain.mean() > said.mean() + 10
    assert plain.std() < 0.9 * said.std()


def test_no_lengths_are_learnt_from_a_transcription():
    pieces = [scale_piece("jazz", bars=8, seed=seed) for seed in range(6)]
    for seed, piece in enumerate(pieces):
        held = np.random.default_rng(seed).uniform(0.02, 0.24, len(piece.notes))
        piece.notes["duration_sec"], piece.notes["velocity"] = held, 20 + 400 * held
    long, short = (scale_piece("jazz", bars=8, seed=99) for _ in range(2))
    short.notes["duration_sec"] = 0.03
    mixture = {"sources": ("jazz rules",), "shares": (1.0,), "transcribed": ("jazz rules",)}
    deaf, hearing = (fitted(pieces=pieces, styles=("jazz",), **how) for how in (mixture, {}))

    assert np.array_equal(deaf.predict(long, "jazz"), deaf.predict(short, "jazz"))
    assert not np.array_equal(hearing.predict(long, "jazz"), hearing.predict(short, "jazz"))


def test_sources_weigh_what_the_mixture_says_and_those_without_a_share_nothing():
    low, high = (
        [replace(scale_piece("jazz", seed=seed, velocity=level), source=str(level)) for seed in range(4)]
        for level in (40, 80)
    )
    unseen = scale_piece("jazz", seed=99)
    for shares, wanted in (((0.75, 0.25), 50), ((0.0, 1.0), 80)):
        model = fitted(pieces=[*low, *high], styles=("jazz",), sources=("40", "80"), shares=shares)
        assert model.predict(unseen, "jazz").mean() == pytest.approx(wanted, abs=1)


def test_of_a_large_source_as_many_notes_are_drawn():
    many = [scale_piece("jazz", bars=8, seed=seed) for seed in range(20)]
    few = fitted(pieces=many, styles=("jazz",), source_notes=100, rounds=3, level_rounds=3)
    assert not np.array_equal(
        few.predict(many[0], "jazz"),
        fitted(pieces=many, styles=("jazz",), rounds=3, level_rounds=3).predict(many[0], "jazz"),
    )
    assert np.array_equal(
        few.predict(many[0], "jazz"),
        fitted(pieces=many, styles=("jazz",), source_notes=100, rounds=3, level_rounds=3).predict(many[0], "jazz"),
    )
