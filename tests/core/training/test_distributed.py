"""Training in several processes: torchrun starts them, gloo averages their gradients."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.pieces import folder_of_melodies
from tonenet_core import checkpoint
from tonenet_core.data.prepare import prepare
from tonenet_core.errors import DataError
from tonenet_core.training.options import RunOptions
from tonenet_core.training.train import RESUME, train

pytestmark = pytest.mark.timeout(420)  # longer than its child processes may take

ROOT = Path(__file__).parents[3]
DYING_RUN = Path(__file__).with_name("dying_run.py")
RECIPE = """
model = "luong"

[config]
styles = ["jazz", "classical"]
hidden = 8
layers = 1
style_size = 4
window_notes = 16

[training]
steps = 4
windows = 2
microbatches = 2
warmup_steps = 1
validate_every = 2
valid_pieces = 1
average = 0.5
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    data = folder_of_melodies(tmp_path_factory.mktemp("data"), range(10, 50, 10))
    prepare(data, data / "cache")
    return data / "cache"


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


def torchrun(*words):
    """Run two processes to their end; if one fails, both are started once more."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "--max-restarts=1"]
    paths = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*command, *map(str, words)], env=os.environ | paths, capture_output=True, text=True, timeout=300, check=False
    )


def figures(folder):
    with (folder / "curves.csv").open() as file:
        rows = list(csv.DictReader(file))
    return [{name: float(value) for name, value in row.items() if name != "seconds"} for row in rows]


def test_two_processes_are_as_one_and_outlive_the_death_of_one(cache, recipe, tmp_path):
    whole = train(recipe, cache, tmp_path / "whole", RunOptions(device="cpu"))
    ended = torchrun(DYING_RUN, recipe, cache, tmp_path / "two")

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("killed") == 1
    for two, one in zip(figures(tmp_path / "two"), figures(tmp_path / "whole"), strict=True):
        assert two == pytest.approx(one, rel=1e-4)
    states = [torch.load(tmp_path / name / RESUME)["network"] for name in ("two", "whole")]
    torch.testing.assert_close(*states, rtol=1e-4, atol=1e-5)
    assert checkpoint.read_info(tmp_path / "two" / whole.name).training["hardware"].startswith("2 x cpu")


def test_each_microbatch_is_another_one(cache, recipe, tmp_path):
    """Of the same two drawings the mean loss of the first steps would be that of one."""
    losses = []
    for count in (1, 2):
        recipe.write_text(
            RECIPE.replace("microbatches = 2", f"microbatches = {count}").replace("steps = 4", "steps = 2")
        )
        losses.append(
            figures(train(recipe, cache, tmp_path / str(count), RunOptions(device="cpu")).parent)[0]["train loss"]
        )
    assert losses[0] != pytest.approx(losses[1], rel=1e-6)


def test_microbatches_that_cannot_be_shared_out(cache, recipe, tmp_path, monkeypatch):
    for name, value in (("TORCHELASTIC_RUN_ID", "x"), ("LOCAL_WORLD_SIZE", "3"), ("WORLD_SIZE", "3")):
        monkeypatch.setenv(name, value)
    with pytest.raises(DataError, match="2 microbatches cannot be divided among 3"):
        train(recipe, cache, tmp_path / "out", RunOptions(device="cpu"))


def test_a_corpus_larger_than_memory_trains_alike(cache, recipe, tmp_path, caplog):
    caplog.set_level("INFO")
    held, streamed = (
        train(recipe, cache, tmp_path / str(memory), RunOptions(device="cpu", memory=memory)) for memory in (10**9, 0)
    )
    assert "prepared when it is drawn" in caplog.text
    assert figures(streamed.parent) == figures(held.parent)
    first, second = (checkpoint.load(path, "cpu").state_dict() for path in (held, streamed))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert checkpoint.read_info(held).training["data"] == checkpoint.read_info(streamed).training["data"]
