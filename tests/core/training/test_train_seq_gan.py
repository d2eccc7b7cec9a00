import csv

import numpy as np
import pytest
import torch

from tests.tunes import as_midi, tune
from tonenet_core import checkpoint
from tonenet_core.data.prepare import prepare
from tonenet_core.errors import Cancelled
from tonenet_core.training.options import RunOptions
from tonenet_core.training.train import train

RECIPE = """
model = "seq-gan"
title = "Tiny"

[config]
styles = ["folk"]
form = "tokens"
length = 12
vocabulary = 64
embedding = 8
hidden = 16
filters = 4
kernels = [1, 2]
teach_steps = 12
judge_steps = 4
policy_rate = 1e-3
rollouts = 2
rollout_every = 4
policy_every = 1

[training]
steps = 24
windows = 4
learning_rate = 1e-2
warmup_steps = 1
validate_every = 4
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    data = tmp_path_factory.mktemp("data") / "folk"
    data.mkdir()
    rows = ["file,split"]
    for index in range(6):
        (data / f"{index}.mid").write_bytes(as_midi(tune(4, semitones=index, seed=index)))
        rows.append(f"{index}.mid,{'valid' if index == 5 else 'train'}")
    (data / "splits.csv").write_text("\n".join(rows))
    prepare(data, data.parent / "cache")
    return data.parent / "cache"


@pytest.fixture(scope="module")
def trained(cache, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    (folder / "tiny.toml").write_text(RECIPE)
    return train(folder / "tiny.toml", cache, folder / "out", RunOptions(device="cpu"))


def curves(path):
    with path.with_name("curves.csv").open() as file:
        return [{name: value for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def test_each_phase_logs_what_it_knows(trained):
    rows = curves(trained)

    assert [bool(row["train teaching"]) for row in rows] == [True, True, True, False, True, True]
    assert [bool(row["train on drawn"]) for row in rows] == [False, False, False, True, True, True]
    assert [bool(row["train policy"]) for row in rows] == [False] * 4 + [True] * 2
    assert float(rows[2]["train teaching"]) < float(rows[0]["train teaching"])
    assert trained.with_name("curves.png").read_bytes().startswith(b"\x89PNG")
    assert len(list((trained.parent / "sheets").glob("*.png"))) == 6


def test_the_kept_one_has_been_through_the_contest_and_knows_its_vocabulary(trained):
    info, model = checkpoint.read_info(trained), checkpoint.load(trained, "cpu")

    assert info.training["step"] in (20, 24)
    assert info.training["data"]["folk"]["tempo"] == pytest.approx(120)
    assert info.generates
    assert info.composes
    assert info.metres == ("4/4",)
    assert not info.comparison
    assert model.adversarial_begun
    assert int(model.usual.sum()) == 5
    assert len(model.vocabulary()) == 5 + 3  # pitches of the melody, chords


def test_another_seed_takes_the_place_of_the_recipes(trained, cache, tmp_path):
    (tmp_path / "tiny.toml").write_text(RECIPE.replace("validate_every = 4", "validate_every = 24"))
    other = train(tmp_path / "tiny.toml", cache, tmp_path / "out", RunOptions(device="cpu", seed=7))
    first, second = (checkpoint.load(path, "cpu").state_dict() for path in (trained, other))

    assert checkpoint.read_info(trained).training["seed"] == 0
    assert checkpoint.read_info(other).training["seed"] == 7
    assert not np.array_equal(first["generator.output.weight"], second["generator.output.weight"])


@pytest.mark.parametrize("phase", [0.4, 0.6, 0.9])
def test_a_run_that_was_stopped_in_any_phase_goes_on_as_if_it_had_not(trained, cache, tmp_path, phase):
    def stop(fraction):
        if fraction > phase:
            raise Cancelled

    (tmp_path / "tiny.toml").write_text(RECIPE)
    with pytest.raises(Cancelled):
        train(tmp_path / "tiny.toml", cache, tmp_path / "out", RunOptions(device="cpu"), progress=stop)
    torch.manual_seed(12345)
    resumed = train(tmp_path / "tiny.toml", cache, tmp_path / "out", RunOptions(device="cpu", resume=True))

    assert curves(resumed) == curves(trained)
    first, second = (checkpoint.load(path, "cpu").state_dict() for path in (trained, resumed))
    assert all(np.array_equal(first[name], second[name]) for name in first)
