"""One file a model: safetensors weights, and in the header's metadata all that rebuilds the network. No pickle."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tonenet_core.atomic import replacing
from tonenet_core.errors import CheckpointError
from tonenet_core.locations import SHIPPED_CHECKPOINTS, user_checkpoints
from tonenet_core.models import MODELS, model_class

CHECKPOINT_FORMAT = 1
SUFFIX = ".safetensors"
DEFAULT = "stylenet"
_LARGEST_HEADER = 100_000_000  # bytes; safetensors' own bound


@dataclass(frozen=True)
class CheckpointInfo:
    """What a checkpoint says of itself, read without torch.

    Attributes:
        path: the file.
        name: its stem, by which it is chosen.
        title: the name for people.
        model: key of `models.MODELS`.
        styles: the styles it plays in.
        default_accents: how much of the source's accents it keeps unless asked otherwise, 0..1.
        config: keyword arguments of the model's `Config`.
        training: recipe, data hash, seed, hardware, time and figures.
        card: the model card beside it, if there is one.
    """

    path: Path
    name: str
    title: str
    model: str
    styles: tuple[str, ...]
    default_accents: float
    config: dict[str, Any]
    training: dict[str, Any]
    card: Path | None


def save(path: Path, network: Any, title: str, training: dict[str, Any]) -> None:
    """Write a model as a checkpoint, whole or not at all; weights in half precision.

    Args:
        path: ends in `.safetensors`.
        network: one of `models.MODELS`' classes.
        title: the name for people.
        training: what it was trained on; JSON.
    """
    import torch
    from safetensors.torch import save as to_bytes

    model = next(name for name, (_, attribute) in MODELS.items() if attribute == type(network).__name__)
    header = {
        "format": CHECKPOINT_FORMAT,
        "title": title,
        "model": model,
        "styles": list(network.styles),
        "default_accents": network.default_accents,
        "config": asdict(network.config),
        "training": training,
    }
    weights = {name: value.detach().to("cpu", torch.float16) for name, value in network.state_dict().items()}
    data = to_bytes(weights, metadata={"tonenet": json.dumps(header)})
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as unfinished:
        unfinished.write_bytes(data)


def read_info(path: Path) -> CheckpointInfo:
    """Read what a checkpoint says of itself.

    Raises:
        CheckpointError: if the file is missing, damaged, or of another version.
    """
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(_LARGEST_HEADER, path.stat().st_size):
                raise ValueError("its header is longer than the file")
            said = json.loads(json.loads(file.read(length))["__metadata__"]["tonenet"])
        if said["format"] != CHECKPOINT_FORMAT:
            raise CheckpointError(f"{path} was made for another version of ToneNet (format {said['format']}).")
        card = path.with_suffix(".md")
        return CheckpointInfo(
            path=path,
            name=path.stem,
            title=str(said["title"]),
            model=str(said["model"]),
            styles=tuple(str(style) for style in said["styles"]),
            default_accents=float(said["default_accents"]),
            config=dict(said["config"]),
            training=dict(said["training"]),
            card=card if card.is_file() else None,
        )
    except OSError as error:
        raise CheckpointError(f"The checkpoint {path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, struct.error) as error:
        raise CheckpointError(f"{path} is not a ToneNet checkpoint, or it is damaged ({error}).") from error


def installed() -> list[CheckpointInfo]:
    """Return the shipped checkpoints and the user's own, the default first; damaged ones are left out."""
    found = {}
    for folder in (SHIPPED_CHECKPOINTS, user_checkpoints()):
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            try:
                found[path.stem] = read_info(path)
            except CheckpointError:
                continue
    return sorted(found.values(), key=lambda info: (info.name != DEFAULT, info.name))


def find(name_or_path: str | Path = DEFAULT) -> CheckpointInfo:
    """Return the installed checkpoint of this name, or the one in this file.

    Raises:
        CheckpointError: if there is none.
    """
    if Path(name_or_path).suffix == SUFFIX:
        return read_info(Path(name_or_path))
    known = {info.name: info for info in installed()}
    if str(name_or_path) not in known:
        names = ", ".join(known) or "none"
        raise CheckpointError(f"There is no model called {str(name_or_path)!r}; installed: {names}.")
    return known[str(name_or_path)]


def load(name_or_path: str | Path = DEFAULT, device: str = "auto") -> Any:
    """Rebuild a model from its checkpoint, ready to predict, on a device (see `devices.resolve`).

    Raises:
        CheckpointError: if there is none, or its weights do not fit its config.
        DeviceError: if the device is not there.
    """
    info = find(name_or_path)
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from tonenet_core.devices import resolve

    where = resolve(device)
    try:
        network = build(info.model, info.config)
        network.load_state_dict({name: value.float() for name, value in load_file(info.path).items()})
    except (SafetensorError, RuntimeError, KeyError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{info.path} is damaged, or made for another version: {reason}.") from error
    return network.to(where).eval()


def build(model: str, config: dict[str, Any]) -> Any:
    """Return an untrained network from its name and the keyword arguments of its Config.

    Raises:
        KeyError: if there is no such model.
        TypeError: if the config has a key that the model does not know.
    """
    network = model_class(model)
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
    return network(network.Config(**settings))
