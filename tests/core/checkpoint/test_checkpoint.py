import json
import struct
import subprocess
import sys

import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES, scale_piece
from tonenet_core import checkpoint
from tonenet_core.compute import devices
from tonenet_core.errors import CheckpointError, DeviceError
from tonenet_core.models.expression.stylenet import StyleNet, StyleNetConfig
from tonenet_core.models.image.gan import Gan
from tonenet_core.models.image.image_model import ImageConfig
from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig
from tonenet_core.models.pianist.network import PianistConfig
from tonenet_core.models.pianist.pianist import Pianist


@pytest.fixture
def network():
    torch.manual_seed(0)
    return StyleNet(StyleNetConfig(styles=STYLES, hidden=8, layers=1, window_steps=32))


@pytest.fixture
def saved(network, tmp_path):
    path = tmp_path / "mine.safetensors"
    checkpoint.save(path, network, "Mine", {"seed": 7})
    return path


def test_a_model_comes_back_from_its_file_alone(network, saved):
    loaded = checkpoint.load(saved, "cpu")
    piece = scale_piece("jazz")

    assert loaded.config == network.config
    # Weights are kept in half precision.
    assert np.allclose(loaded.predict(piece, "jazz"), network.predict(piece, "jazz"), atol=0.2)


def test_what_it_says_of_itself_is_read_without_torch(saved):
    code = (
        "import sys, pathlib; from tonenet_core import checkpoint;"
        "info = checkpoint.read_info(pathlib.Path(sys.argv[1]));"
        "checkpoint.installed();"
        "print(info.name, info.title, info.styles, info.training['seed'], 'torch' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code, saved], capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[0] == "mine Mine ('jazz', 'classical') 7 False"


def test_the_card_is_found_beside_it(saved):
    assert checkpoint.read_info(saved).card is None
    saved.with_suffix(".md").write_text("# Card")
    assert checkpoint.read_info(saved).card == saved.with_suffix(".md")


def test_the_users_checkpoints_are_found_by_name(saved, monkeypatch):
    monkeypatch.setattr("tonenet_core.files.locations.user_checkpoints", lambda: saved.parent)
    (saved.parent / "broken.safetensors").write_bytes(b"no")

    assert checkpoint.find("mine").path == saved
    assert "broken" not in [info.name for info in checkpoint.installed()]
    with pytest.raises(CheckpointError, match=r"installed: .*mine"):
        checkpoint.find("yours")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:5],
        lambda data: data[: len(data) // 2],
        lambda data: struct.pack("<Q", 2**60) + data[8:],
        lambda data: b"MThd" + data,
        lambda data: data.replace(b"jazz", b"ja\xffz"),
        lambda data: data.replace(b'\\"hidden\\": 8', b'\\"hidden\\": 9'),
        lambda data: data.replace(b'\\"model\\": \\"stylenet\\"', b'\\"model\\": \\"stylenot\\"'),
        lambda data: data.replace(b'\\"hidden\\"', b'\\"hedden\\"'),
        lambda data: data.replace(b'\\"format\\": 1', b'\\"format\\": 9'),
    ],
)
def test_a_damaged_checkpoint_gets_a_sentence(saved, damage):
    data = saved.read_bytes()
    damaged = damage(data)
    assert damaged != data
    saved.write_bytes(damaged)

    with pytest.raises(CheckpointError, match=r"mine\.safetensors"):
        checkpoint.load(saved, "cpu")


def rewritten(path, **config):
    """Give a checkpoint other values in its config; the weights stay."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    said = json.loads(header["__metadata__"]["tonenet"])
    said["config"] |= config
    header["__metadata__"]["tonenet"] = json.dumps(said)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"hidden": 5_000}, "fewer than its config says"),  # would take some GB
        ({"layers": 1_000_000_000}, "fewer than its config says"),  # would never be done
        ({"hidden": "8"}, "hidden cannot be '8'"),
        ({"hidden": True}, "hidden cannot be True"),
        ({"dropout": float("nan")}, "dropout cannot be nan"),
        ({"styles": "jazz"}, "styles cannot be 'jazz'"),
        ({"styles": [["jazz"]]}, "styles cannot be a list"),
        ({"window_steps": 0}, "a window has"),
        ({"window_steps": 2_000_000_000}, "a window has"),
        ({"step_sec": 1e-9}, "a grid has"),
        ({"steps_per_beat": 1_000_000}, "a grid has"),
    ],
)
def test_a_config_that_asks_for_too_much_is_refused_before_it_gets_it(saved, config, reason):
    rewritten(saved, **config)
    with pytest.raises(CheckpointError, match=reason):
        checkpoint.load(saved, "cpu")


def test_its_own_config_again_is_no_damage(saved):
    rewritten(saved, hidden=8)
    assert checkpoint.load(saved, "cpu").config.hidden == 8


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(network, tmp_path, bad):
    with torch.no_grad():
        next(network.parameters()).view(-1)[3] = bad
    checkpoint.save(tmp_path / "bad.safetensors", network, "Bad", {})
    with pytest.raises(CheckpointError, match="are not finite"):
        checkpoint.load(tmp_path / "bad.safetensors", "cpu")


def test_a_safetensors_file_of_somebody_else(tmp_path):
    header = json.dumps({"__metadata__": {"format": "pt"}}).encode()
    path = tmp_path / "other.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header)

    with pytest.raises(CheckpointError, match="not a ToneNet checkpoint"):
        checkpoint.read_info(path)


def test_a_missing_file(tmp_path):
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoint.load(tmp_path / "none.safetensors")


def test_a_device_that_is_not_there(saved, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)

    assert devices.available() == [("cpu", "CPU")]
    assert devices.resolve("auto") == torch.device("cpu")
    with pytest.raises(DeviceError, match="cuda"):
        checkpoint.load(saved, "cuda")


def test_cuda_is_taken_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: f"Card {index}")

    assert devices.available() == [("cuda:0", "Card 0"), ("cuda:1", "Card 1"), ("cpu", "CPU")]
    assert devices.resolve("auto") == torch.device("cuda:0")
    assert devices.resolve("cuda") == torch.device("cuda:0")
    assert devices.resolve("cuda:1") == torch.device("cuda:1")


def test_models_that_invent_are_no_transfer_models(tmp_path, monkeypatch):
    folder = tmp_path / "shipped"
    torch.manual_seed(0)
    size = {"styles": STYLES, "latent": 2, "hidden": 4, "blocks": 1}
    checkpoint.save(folder / "a-gan.safetensors", Gan(ImageConfig(**size)), "Old", {"comparison": True})
    checkpoint.save(folder / "gan.safetensors", Gan(ImageConfig(**size)), "GAN", {})
    checkpoint.save(folder / "vae-gan.safetensors", VaeGan(VaeGanConfig(**size, prior=4)), "VAE-GAN", {})
    checkpoint.save(folder / "pianist.safetensors", Pianist(PianistConfig(STYLES, hidden=4, inner=4)), "Pianist", {})
    network = StyleNet(StyleNetConfig(styles=STYLES, hidden=4, layers=1))
    checkpoint.save(folder / "stylenet.safetensors", network, "StyleNet", {})
    monkeypatch.setattr("tonenet_core.files.locations.SHIPPED_CHECKPOINTS", folder)
    monkeypatch.setattr("tonenet_core.files.locations.user_checkpoints", lambda: tmp_path / "own")

    assert [info.name for info in checkpoint.installed()] == ["stylenet"]
    assert [info.name for info in checkpoint.generators()] == ["pianist", "vae-gan", "gan", "a-gan"]
    assert [info.reconstructs for info in checkpoint.generators()] == [False, True, False, False]
    assert [info.comparison for info in checkpoint.generators()] == [False, False, False, True]
    assert checkpoint.find("vae-gan").generates
    assert not checkpoint.find("stylenet").generates


def test_a_model_of_another_kind_is_refused_in_a_sentence(saved, tmp_path):
    gan = Gan(ImageConfig(styles=STYLES, latent=2, hidden=4, blocks=1))
    checkpoint.save(tmp_path / "gan.safetensors", gan, "GAN", {})
    assert checkpoint.load_velocity_model(saved, "cpu").styles == STYLES
    assert checkpoint.load_generator(tmp_path / "gan.safetensors").styles == STYLES
    with pytest.raises(CheckpointError, match="cannot play given ones"):
        checkpoint.load_velocity_model(tmp_path / "gan.safetensors", "cpu")
    with pytest.raises(CheckpointError, match="cannot generate any"):
        checkpoint.load_generator(saved)


def test_a_checkpoint_of_a_model_that_there_is_not(saved):
    saved.write_bytes(saved.read_bytes().replace(b"stylenet", b"stylenot"))
    with pytest.raises(CheckpointError, match="stylenot"):
        checkpoint.read_info(saved)
