"""Training of networks that contest, through the one loop: rates, duty, sheets, resuming."""

import csv

import pytest
import torch

from tests.pieces import folder_of_melodies
from tonenet_core import checkpoint
from tonenet_core.data.prepare import prepare
from tonenet_core.errors import Cancelled, DataError
from tonenet_core.models import model_class
from tonenet_core.progress import no_progress
from tonenet_core.training.options import RunOptions
from tonenet_core.training.train import train

RECIPE = """
model = "vae-gan"
title = "Tiny"

[config]
styles = ["jazz", "classical"]
latent = 6
hidden = 16
blocks = 1
prior = 8
mixtures = 2
rates = "gate"
prior_rate = 1.0
settled = 9

[training]
steps = 12
windows = 2
learning_rate = 2e-3
momentum = 0.5
warmup_steps = 4
validate_every = 6
average = 0.5
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    data = folder_of_melodies(tmp_path_factory.mktemp("data"), [150] * 4)
    prepare(data, data / "cache")
    return data / "cache"


def run(folder, cache, recipe=RECIPE, progress=no_progress, **options):
    folder.mkdir(exist_ok=True)
    (folder / "tiny.toml").write_text(recipe)
    return train(folder / "tiny.toml", cache, folder / "out", RunOptions(device="cpu", **options), progress=progress)


@pytest.fixture(scope="module")
def trained(cache, tmp_path_factory):
    return run(tmp_path_factory.mktemp("trained"), cache)


def curves(path):
    with path.with_name("curves.csv").open() as file:
        return list(csv.DictReader(file))


def test_losses_rates_duty_and_signs_of_collapse_are_logged_and_sheets_drawn(trained):
    rows = curves(trained)
    names = {"generator", "discriminator", "encoder", "prior"}

    assert [float(row["step"]) for row in rows] == [6, 12]
    assert {f"train rate of {name}" for name in names} | {f"train duty of {name}" for name in names} <= set(rows[0])
    assert {"valid silent", "valid saturated", "valid diversity", "valid F1", "train similarity"} <= set(rows[0])
    assert float(rows[0]["train rate of encoder"]) == pytest.approx(2e-3 * (0.25 + 0.5 + 0.75 + 3) / 6, rel=1e-3)
    assert float(rows[1]["train duty of encoder"]) == 0.5  # settled in the middle
    assert float(rows[1]["train duty of prior"]) == 1
    sheets = sorted(trained.with_name("sheets").glob("*.png"))
    assert [path.name for path in sheets] == ["000006.png", "000012.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in sheets)


def test_a_network_that_is_held_does_not_move(cache, tmp_path, monkeypatch):
    held = "tonenet_core.models.image.image_model.adversarial_rates"
    monkeypatch.setattr(held, lambda how, rate, losses: (rate, 0.0))
    seen = []

    def build(model, config):
        torch.manual_seed(0)
        seen.append(model_class(model)(model_class(model).Config(**config)))
        seen.append({name: value.clone() for name, value in seen[0].named_parameters()})
        return seen[0]

    monkeypatch.setattr("tonenet_core.training.train.build", build)
    path = run(tmp_path, cache)
    network, before = seen
    moved = {name.split(".")[0] for name, value in network.named_parameters() if not torch.equal(value, before[name])}

    assert moved == {"encoder", "generator", "prior"}
    assert float(curves(path)[0]["train duty of discriminator"]) == 0


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not(trained, cache, tmp_path):
    def stop(fraction):
        if fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(tmp_path, cache, progress=stop)
    torch.manual_seed(12345)
    resumed = run(tmp_path, cache, resume=True)

    without_time = [
        [{name: value for name, value in row.items() if name != "seconds"} for row in curves(path)]
        for path in (trained, resumed)
    ]
    assert without_time[0] == without_time[1]
    first, second = (checkpoint.load(path, "cpu").state_dict() for path in (trained, resumed))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_what_a_checkpoint_remembers_of_its_images(trained):
    info = checkpoint.read_info(trained)

    assert info.generates
    assert info.reconstructs
    assert info.training["data"]["jazz"]["tempo"] == 120
    assert len(info.training["data"]["classical"]["polyphony"]) == 3


def test_the_plain_gan_trains_in_the_same_loop(cache, tmp_path):
    recipe = "\n".join(line for line in RECIPE.splitlines() if not line.startswith(("prior", "mixtures", "settled")))
    path = run(tmp_path, cache, recipe.replace('"vae-gan"', '"gan"'))
    info = checkpoint.read_info(path)

    assert info.generates
    assert not info.reconstructs
    assert "valid F1" not in curves(path)[0]


def test_a_wrong_config_gets_a_sentence(cache, tmp_path):
    with pytest.raises(DataError, match="gamma"):
        run(tmp_path, cache, RECIPE.replace("latent = 6", "latent = 6\ngamma = -1.0"))
