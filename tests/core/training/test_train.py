import csv

import numpy as np
import pytest
import torch

from tests.pieces import Note, piece
from tonenet_core import checkpoint
from tonenet_core.data.cache import open_cache
from tonenet_core.data.prepare import prepare
from tonenet_core.errors import Cancelled, DataError
from tonenet_core.files.locations import RECIPES
from tonenet_core.training.options import RunOptions
from tonenet_core.training.recipe import read_recipe
from tonenet_core.training.train import train

RECIPE = """
model = "stylenet"
title = "Tiny"

[config]
styles = ["jazz", "classical"]
hidden = 8
layers = 1
dropout = 0.1
window_steps = 32
transpose = 2

[training]
steps = 40
windows = 4
learning_rate = 2e-2
warmup_steps = 1
validate_every = 10
"""


def scale_file(style, seed):
    """Eighths on random pitches; jazz rises with the pitch, classical falls."""
    rng = np.random.default_rng(seed)
    slope = 1 if style == "jazz" else -1
    pitches = rng.integers(45, 75, size=32)
    return piece([Note(240 * i, int(pitch), int(64 + slope * (pitch - 60))) for i, pitch in enumerate(pitches)])


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    rows = ["style,file,split,group"]
    for style in ("jazz", "classical"):
        (data / style).mkdir()
        for index in range(8):
            (data / style / f"{index}.mid").write_bytes(scale_file(style, index))
            split = {6: "valid", 7: "test"}.get(index, "train")
            rows.append(f"{style},{style}/{index}.mid,{split},{index}")
    (data / "manifest.csv").write_text("\n".join(rows))
    prepare(data, data / "cache")
    return data / "cache"


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


@pytest.fixture(scope="module")
def trained(cache, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    (folder / "tiny.toml").write_text(RECIPE)
    seen = []
    path = train(folder / "tiny.toml", cache, folder / "out", RunOptions(device="cpu"), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    return path


def curves(path):
    with path.with_name("curves.csv").open() as file:
        return list(csv.DictReader(file))


def without_time(rows):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def test_the_loss_falls_and_the_best_is_kept(trained):
    rows = curves(trained)
    losses = [float(row["train loss"]) for row in rows]
    scores = [float(row["valid score"]) for row in rows]

    assert [float(row["step"]) for row in rows] == [10, 20, 30, 40]
    assert losses[-1] < losses[0] / 1.5
    assert checkpoint.read_info(trained).training["valid"]["score"] == pytest.approx(min(scores), abs=1e-3)
    assert trained.with_name("curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_checkpoint_says_what_it_was_trained_on(trained, cache):
    info = checkpoint.read_info(trained)

    assert (info.title, info.model, info.styles) == ("Tiny", "stylenet", ("jazz", "classical"))
    assert info.training["data_sha256"] == open_cache(cache).sha256
    assert (info.training["seed"], info.training["recipe"]) == (0, "tiny")
    assert set(info.training["data"]) == {"jazz", "classical"}


def test_the_same_recipe_gives_the_same_model(trained, cache, recipe, tmp_path):
    again = train(recipe, cache, tmp_path / "out", RunOptions(device="cpu"))

    assert without_time(curves(again)) == without_time(curves(trained))


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not(trained, cache, recipe, tmp_path):
    def stop(fraction):
        if fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        train(recipe, cache, tmp_path / "out", RunOptions(device="cpu"), progress=stop)
    torch.manual_seed(12345)
    resumed = train(recipe, cache, tmp_path / "out", RunOptions(device="cpu", resume=True))

    assert without_time(curves(resumed)) == without_time(curves(trained))
    first, second = (checkpoint.load(path, "cpu").state_dict() for path in (trained, resumed))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_nothing_to_resume_or_other_data(recipe, cache, trained, tmp_path):
    with pytest.raises(DataError, match="nothing to resume"):
        train(recipe, cache, tmp_path / "out", RunOptions(resume=True, device="cpu"))
    other = tmp_path / "data"
    for style in ("jazz", "classical"):
        (other / style).mkdir(parents=True)
        for index in range(12):
            (other / style / f"{index}.mid").write_bytes(scale_file(style, index))
    prepare(other, tmp_path / "cache")
    with pytest.raises(DataError, match="other data"):
        train(recipe, tmp_path / "cache", trained.parent, RunOptions(resume=True, device="cpu"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("hidden = 8", "hiden = 8"), "hiden"),
        (("steps = 40", "step = 40"), r"training\.step"),
        (("steps = 40", ""), "steps"),
        (("[config]", "[konfig]"), "konfig"),
        (('"stylenet"', '"stylenot"'), "stylenot"),
        (('model = "stylenet"', ""), "no model"),
        (("hidden = 8", "hidden = "), "cannot be read"),
        (('"jazz", "classical"', '"jazz", "polka"'), "polka"),
        (("transpose = 2", 'loss = "hinge"'), "hinge"),
    ],
)
def test_a_wrong_recipe_gets_a_sentence(recipe, cache, tmp_path, change, sentence):
    recipe.write_text(RECIPE.replace(*change))
    with pytest.raises(DataError, match=sentence):
        train(recipe, cache, tmp_path / "out", RunOptions(device="cpu"))
    assert not (tmp_path / "out").exists()


def test_a_missing_recipe(tmp_path, cache):
    with pytest.raises(DataError, match="cannot be read"):
        train(tmp_path / "none.toml", cache, tmp_path / "out")


def test_the_shipped_recipes_are_sound():
    recipes = [read_recipe(path) for path in sorted(RECIPES.glob("*.toml"))]
    assert {"stylenet", "luong", "performer"} <= {recipe.name for recipe in recipes}
    for recipe in recipes:
        if recipe.base is None:
            checkpoint.build(recipe.model, recipe.config)


def test_averaged_weights_are_what_is_kept_and_a_resumed_run_repeats_them(recipe, cache, trained, tmp_path):
    recipe.write_text(RECIPE.replace("steps = 40", "steps = 40\naverage = 0.9"))
    whole = train(recipe, cache, tmp_path / "whole", RunOptions(device="cpu"))

    def stop_after_half(fraction):
        if fraction >= 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        train(recipe, cache, tmp_path / "parts", RunOptions(device="cpu"), progress=stop_after_half)
    resumed = train(recipe, cache, tmp_path / "parts", RunOptions(device="cpu", resume=True))
    plain, first, second = (checkpoint.load(path, "cpu").state_dict() for path in (trained, whole, resumed))

    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], plain[name]) for name in first)
    trains_alike = [[row["train loss"] for row in curves(path)] for path in (trained, whole)]
    assert trains_alike[0] == trains_alike[1]  # the average is looked at, never trained on


MEMBERS = """
model = "performer"
title = "Two"

[config]
styles = ["jazz", "classical"]
hidden = 8
layers = 1
style_size = 4
block = 16
window_notes = 16

[training]
seed = 3
members = 2
steps = 8
windows = 2
validate_every = 4
"""


@pytest.fixture
def _no_pictures(monkeypatch):
    """Leave the curves undrawn, which takes longer than so small a training."""
    monkeypatch.setattr("tonenet_core.plots.curves.draw_curves", lambda *_: None)


@pytest.mark.usefixtures("_no_pictures")
def test_members_are_trained_from_seeds_of_their_own_and_joined(recipe, cache, tmp_path):
    recipe.write_text(MEMBERS)
    whole = train(recipe, cache, tmp_path / "whole", RunOptions(device="cpu"))
    network, info = checkpoint.load(whole, "cpu"), checkpoint.read_info(whole)
    recipe.write_text(MEMBERS.replace("seed = 3", "seed = 4").replace("members = 2", ""))
    second = checkpoint.load(train(recipe, cache, tmp_path / "second", RunOptions(device="cpu")), "cpu")

    assert network.config.members == info.training["members"] == 2
    first, last = (member.state_dict() for member in network.networks)
    assert all(torch.equal(last[name], value) for name, value in second.networks[0].state_dict().items())
    assert any(not torch.equal(first[name], last[name]) for name in first)
    assert info.training["valid"]["score"] > 0


@pytest.mark.usefixtures("_no_pictures")
def test_members_that_were_stopped_go_on_as_if_they_had_not(recipe, cache, tmp_path):
    recipe.write_text(MEMBERS)
    whole = train(recipe, cache, tmp_path / "whole", RunOptions(device="cpu"))

    def stop_in_the_second(fraction):
        if fraction > 0.8:
            raise Cancelled

    with pytest.raises(Cancelled):
        train(recipe, cache, tmp_path / "parts", RunOptions(device="cpu"), progress=stop_in_the_second)
    resumed = train(recipe, cache, tmp_path / "parts", RunOptions(device="cpu", resume=True))
    first, second = (checkpoint.load(path, "cpu").state_dict() for path in (whole, resumed))

    assert all(torch.equal(first[name], second[name]) for name in first)


def test_only_what_can_be_joined_has_members(recipe, cache, tmp_path):
    recipe.write_text(RECIPE + "members = 2")
    with pytest.raises(DataError, match="joined"):
        train(recipe, cache, tmp_path / "out", RunOptions(device="cpu"))
