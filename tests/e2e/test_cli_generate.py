"""The commands that invent, as a user runs them: a process of its own, with a small model made for the purpose."""

import numpy as np
import pytest
import torch

from tests import pieces
from tests.e2e.commands import assert_refused, tonenet
from tests.training_pieces import STYLES
from tonenet_core import checkpoint
from tonenet_core.midi import read_midi
from tonenet_core.models.image.gan import Gan
from tonenet_core.models.image.image_model import ImageConfig
from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig

SIZE = {"styles": STYLES, "latent": 6, "hidden": 16, "blocks": 1}
DATA = {style: {"tempo": 100.0, "notes_per_second": [1, 2, 3], "polyphony": [1, 2, 3]} for style in STYLES}


@pytest.fixture
def folder(tmp_path):
    """A folder with a VAE-GAN, a GAN and two pieces."""
    torch.manual_seed(0)
    for name, model in (("vae", VaeGan(VaeGanConfig(**SIZE, prior=8, mixtures=2))), ("gan", Gan(ImageConfig(**SIZE)))):
        model.generator.leave[1].bias.data.view(4, 88, 3)[:, ::6, 0] += 2.5
        checkpoint.save(tmp_path / f"{name}.safetensors", model, name, {"data": DATA})
    for index in (0, 1):
        (tmp_path / f"{index}.mid").write_bytes(pieces.melody(100 + 50 * index, seed=index))
    return tmp_path


@pytest.mark.parametrize("model", ["vae", "gan"])
def test_generate_writes_a_piece_and_a_seed_gives_the_same_bytes(folder, model):
    words = ("generate", "--model", f"{model}.safetensors", "--length", 12, "--style", "Classical")
    results = [
        tonenet(*words, "--seed", seed, "-o", f"{name}.mid", cwd=folder)
        for name, seed in zip("abc", (3, 3, 4), strict=True)
    ]
    first, again, other = ((folder / f"{name}.mid").read_bytes() for name in "abc")

    assert [result.returncode for result in results] == [0, 0, 0], results[0].stderr
    assert "of classical" in results[0].stdout
    assert first == again
    assert first != other
    piece = read_midi(folder / "a.mid")
    assert abs(piece.duration_sec - 12) <= 2.4  # a bar
    assert piece.beats_sec[1] - piece.beats_sec[0] == pytest.approx(0.6)  # the style's tempo


def test_velocities_of_the_performer(folder):
    words = ("generate", "--model", "vae.safetensors", "--length", 5)
    drawn = tonenet(*words, "-o", "a.mid", cwd=folder)
    played = tonenet(*words, "--velocities", "performer", "-o", "b.mid", cwd=folder)

    assert drawn.returncode == played.returncode == 0, played.stderr
    one, other = (read_midi(folder / name) for name in ("a.mid", "b.mid"))
    assert one.notes["pitch"].tolist() == other.notes["pitch"].tolist()
    assert one.velocities.tolist() != other.velocities.tolist()


def test_reconstruct_and_interpolate(folder):
    back = tonenet("reconstruct", "0.mid", "--model", "vae.safetensors", "-o", "back.mid", cwd=folder)
    way = tonenet(
        "interpolate", "0.mid", "1.mid", "--model", "vae.safetensors", "--steps", 3, "--out-dir", "w", cwd=folder
    )

    assert back.returncode == way.returncode == 0, back.stderr + way.stderr
    assert sorted(path.name for path in (folder / "w").iterdir()) == ["0.mid", "1.mid", "2.mid"]
    whole, end = read_midi(folder / "back.mid"), read_midi(folder / "w" / "0.mid")
    assert end.notes["pitch"].tolist() == whole.notes["pitch"].tolist()
    assert len(read_midi(folder / "w" / "2.mid")) > 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("generate", "--model", "performer", "-o", "a.mid"), "generates none"),
        (("generate", "--model", "vae.safetensors", "--style", "polka", "-o", "a.mid"), "polka"),
        (("generate", "--model", "vae.safetensors", "--velocities", "stylenet", "-o", "a.mid"), "perform"),
        (("generate", "--model", "vae.safetensors", "--length", "0", "-o", "a.mid"), "length"),
        (("reconstruct", "0.mid", "--model", "gan.safetensors", "-o", "a.mid"), "no encoder"),
        (("transfer", "0.mid", "--to", "jazz", "--model", "vae.safetensors", "-o", "a.mid"), "plays none"),
        (("interpolate", "0.mid", "1.mid", "--model", "vae.safetensors", "--out-dir", "."), "an input"),
    ],
)
def test_wrong_usage_exits_with_2_and_writes_nothing(folder, words, reason):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = tonenet(*words, cwd=folder)

    assert result.returncode == 2
    assert reason in " ".join(result.stderr.split())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_cannot_be_done_is_one_line(folder):
    assert_refused(tonenet("generate", "--model", "none", "-o", "a.mid", cwd=folder), "none")
    assert_refused(tonenet("generate", "--model", "vae.safetensors", "-o", "no/a.mid", cwd=folder), "no/a.mid")
    assert_refused(
        tonenet("reconstruct", "x.mid", "--model", "vae.safetensors", "-o", "a.mid", cwd=folder), "x.mid does not exist"
    )


@pytest.mark.parametrize("words", [("--seed", 2), ("--model", "vae-gan", "--seed", 1)])
def test_a_shipped_model_is_found_and_its_piece_is_like_real_ones(tmp_path, words):
    listed = tonenet("models", cwd=tmp_path, fresh=True)
    made = tonenet("generate", *words, "--length", 30, "-o", "a.mid", cwd=tmp_path, fresh=True)

    assert listed.stdout.startswith("performer: ")  # generators come after what transfers are made with
    assert listed.stdout.index("\npianist: ") < listed.stdout.index("\nvae-gan: ")
    assert made.returncode == 0, made.stderr
    piece, known = read_midi(tmp_path / "a.mid"), checkpoint.find("vae-gan").training["data"]["jazz"]
    assert abs(piece.duration_sec - 30) <= 240 / known["tempo"]  # a bar
    low, _, high = known["notes_per_second"]
    assert low <= len(piece) / piece.duration_sec <= high
    sounding = np.sum([(piece.notes["onset_sec"] <= t) & (t < ends(piece)) for t in np.arange(0, 30, 0.05)], axis=1)
    low, _, high = known["polyphony"]
    assert low <= sounding[sounding > 0].mean() <= high
    assert piece.notes["duration_sec"].min() >= 0.03
    assert len(set(piece.velocities.tolist())) > 20


def test_without_a_model_the_pianist_writes_and_the_performer_plays(tmp_path):
    words = ("generate", "--length", 5, "--seed", 2, "--key", "F#m", "--metre", "3/4", "--style", "classical")
    plain = tonenet(*words, "-o", "a.mid", cwd=tmp_path)
    named = tonenet(*words, "--model", "pianist", "--velocities", "performer", "-o", "b.mid", cwd=tmp_path)
    flat = tonenet(*words, "--velocities", "constant", "-o", "c.mid", cwd=tmp_path)

    assert plain.returncode == named.returncode == flat.returncode == 0, plain.stderr + named.stderr + flat.stderr
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()
    played, constant = read_midi(tmp_path / "a.mid"), read_midi(tmp_path / "c.mid")
    assert played.notes["pitch"].tolist() == constant.notes["pitch"].tolist()
    assert len(set(played.velocities.tolist())) > 3
    assert len(set(constant.velocities.tolist())) == 1


def ends(piece):
    return piece.notes["onset_sec"] + piece.notes["duration_sec"]
