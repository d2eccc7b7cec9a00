"""Training the performer from sources in shares, in the arithmetic of a GPU, and what its shipped recipes promise."""

import numpy as np
import pytest
import torch

from tests.pieces import Note, piece
from tonenet_core import checkpoint
from tonenet_core.data.prepare import prepare
from tonenet_core.encoding.events import FEATURES
from tonenet_core.errors import Cancelled
from tonenet_core.files.locations import RECIPES
from tonenet_core.training.options import RunOptions
from tonenet_core.training.recipe import read_recipe
from tonenet_core.training.train import train

TINY = """
model = "performer"
title = "Tiny"

[config]
styles = ["jazz", "classical"]
hidden = 8
layers = 1
style_size = 4
block = 8
window_notes = 16
phrase_notes = 32
sources = ["club", "bar", "hall"]
shares = [0.3, 0.2, 0.5]
transcribed = ["bar"]
spread = 1.3
hide_touch = 0.2
written = 0.3
recognised = 0.5

[training]
steps = 6
windows = 2
validate_every = 3
precision = "bf16-mixed"
"""
LARGEST_BYTES = 20_000_000


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    rows = ["style,file,split,group"]
    for style, source in (("jazz", "club"), ("jazz", "bar"), ("classical", "hall")):
        (data / source).mkdir()
        for index, split in enumerate(("train", "train", "valid")):
            rng = np.random.default_rng(index)
            notes = [Note(240 * place, int(rng.integers(40, 80)), int(rng.integers(30, 90))) for place in range(40)]
            (data / source / f"{index}.mid").write_bytes(piece(notes))
            rows.append(f"{style},{source}/{index}.mid,{split},{source}{index}")
    (data / "manifest.csv").write_text("\n".join(rows))
    prepare(data, data / "cache")
    return data / "cache"


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(cache, tmp_path):
    recipe = tmp_path / "tiny.toml"
    recipe.write_text(TINY)

    def stop_after_half(fraction):
        if fraction >= 0.6:
            raise Cancelled

    whole = train(recipe, cache, tmp_path / "whole", RunOptions(device="cpu"))
    with pytest.raises(Cancelled):
        train(recipe, cache, tmp_path / "parts", RunOptions(device="cpu"), progress=stop_after_half)
    resumed = train(recipe, cache, tmp_path / "parts", RunOptions(device="cpu", resume=True))
    first, second = (checkpoint.load(path, "cpu") for path in (whole, resumed))

    assert all(torch.equal(value, second.state_dict()[name]) for name, value in first.state_dict().items())
    assert first.residuals("jazz").shape == (33,)
    shares = first.recognition.shares(np.zeros((8, len(FEATURES)), np.float32), 0)[0].tolist()
    assert shares[2:] == [0.0, 0.5]  # of the hall, which no jazz is from, and of the unknown source
    assert sum(shares) == pytest.approx(1)


def test_the_gpu_recipe_teaches_the_same_with_another_size():
    small, large = (read_recipe(RECIPES / f"{name}.toml") for name in ("performer", "performer_gpu"))
    sizes = {"hidden", "block", "style_size", "window_notes"}

    assert {key for key in small.config if small.config[key] != large.config[key]} <= sizes
    for recipe in (small, large):
        network = checkpoint.build(recipe.model, recipe.config)
        assert 2 * sum(value.numel() for value in network.state_dict().values()) < LARGEST_BYTES
        features = torch.zeros(1, 8, network.networks[0].enter.in_features)
        assert network.networks[0](features, torch.tensor([1])).shape == (1, 8, 2, 128)
