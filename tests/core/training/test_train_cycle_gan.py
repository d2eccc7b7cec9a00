"""Training of the CycleGAN through the one loop: the blocks that it begins with, and resuming, its pool included."""

import re

import pytest
import torch
from safetensors.torch import load_file

from tests.core.training.test_train_images import curves, run
from tests.pieces import Note, piece
from tonenet_core import checkpoint
from tonenet_core.data.prepare import prepare
from tonenet_core.errors import Cancelled, CheckpointError, DataError
from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig

RECIPE = """
model = "cycle-gan"
title = "Tiny"
comparison = true

[config]
styles = ["jazz", "classical"]
start = "BLOCKS"
latent = 6
hidden = 16
blocks = 1
inner = 8
translations = 1
judges = 4
settled = 2
horizon = 4
pool = 2

[training]
steps = 4
windows = 1
learning_rate = 2e-3
momentum = 0.5
warmup_steps = 2
validate_every = 2
average = 0.5
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Melodies over basses: two pieces of each style to learn from, and one to be validated on."""
    data = tmp_path_factory.mktemp("data")
    rows = ["style,file,split,group"]
    for style, low in (("jazz", 40), ("classical", 48)):
        (data / style).mkdir()
        for number, split in enumerate(("train", "train", "valid")):
            notes = [Note(place * 240, 72 + (place * 5 + number) % 9, 80, 200) for place in range(96)]
            notes += [Note(place * 480, low + (place * 7) % 5, 60, 400) for place in range(48)]
            (data / style / f"{number}.mid").write_bytes(piece(notes))
            rows.append(f"{style},{style}/{number}.mid,{split},{style}{number}")
    (data / "manifest.csv").write_text("\n".join(rows))
    prepare(data, data / "cache")
    return data / "cache"


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    torch.manual_seed(0)
    blocks = VaeGan(VaeGanConfig(("jazz", "classical"), latent=6, hidden=16, blocks=1, prior=0))
    path = tmp_path_factory.mktemp("blocks") / "blocks.safetensors"
    checkpoint.save(path, blocks, "Blocks", {})
    return RECIPE.replace("BLOCKS", str(path))


@pytest.fixture(scope="module")
def trained(cache, recipe, tmp_path_factory):
    return run(tmp_path_factory.mktemp("trained"), cache, recipe)


def test_losses_and_figures_are_logged_and_pieces_drawn_beside_their_covers(trained):
    rows = curves(trained)
    assert [float(row["step"]) for row in rows] == [2, 4]
    losses = ("cycle", "identity", "chroma", "density", "hands", "adversarial whole", "discriminator alone")
    assert {f"train {name}" for name in losses} <= set(rows[0])
    assert {"valid cycle F1", "valid changed", "valid diversity", "valid playable"} <= set(rows[0])
    assert float(rows[0]["train rate of encoder"]) == 0
    assert float(rows[1]["train rate of encoder"]) > 0
    assert [path.name for path in sorted(trained.with_name("sheets").glob("*.png"))] == ["000002.png", "000004.png"]
    info = checkpoint.read_info(trained)
    assert info.comparison
    assert info.training["step"] == 4  # the last weights, whatever the figures
    assert info.training["data"] == {"classical": 2, "jazz": 2}


def test_past_covers_are_in_the_state_of_the_run_and_in_no_checkpoint(trained):
    state = torch.load(trained.with_name("resume.ckpt"), weights_only=True)
    assert state["memory"]["count"].tolist() == [2, 2]
    assert state["memory"]["images"].shape == (2, 2, 88, 88)
    assert state["memory"]["images"].any()
    shipped = load_file(trained)
    assert set(shipped) == set(state["network"])
    assert torch.uint8 not in {value.dtype for value in shipped.values()}


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not(trained, recipe, cache, tmp_path):
    def stop(fraction):
        if fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(tmp_path, cache, recipe, progress=stop)
    torch.manual_seed(12345)
    resumed = run(tmp_path, cache, recipe, resume=True)
    without_time = [
        [{name: value for name, value in row.items() if name != "seconds"} for row in curves(path)]
        for path in (trained, resumed)
    ]
    assert without_time[0] == without_time[1]
    first, second = (checkpoint.load(path, "cpu").state_dict() for path in (trained, resumed))
    assert all(torch.equal(first[name], second[name]) for name in first)
    memories = [torch.load(path.with_name("resume.ckpt"), weights_only=True)["memory"] for path in (trained, resumed)]
    assert all(torch.equal(value, memories[1][name]) for name, value in memories[0].items())


def test_blocks_that_do_not_fit_or_are_missing_get_a_sentence(cache, recipe, tmp_path):
    with pytest.raises(DataError, match="has other sizes"):
        run(tmp_path / "a", cache, recipe.replace("latent = 6", "latent = 4"))
    with pytest.raises(CheckpointError, match="no model called 'nobody'"):
        run(tmp_path / "b", cache, re.sub('start = ".*"', 'start = "nobody"', recipe))
