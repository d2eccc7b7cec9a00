"""Checkpoints written and read as networks; the functions import torch."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tonenet_core.checkpoint.header import CHECKPOINT_FORMAT, METADATA_KEY, CheckpointInfo
from tonenet_core.checkpoint.library import DEFAULT, find
from tonenet_core.errors import CheckpointError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.safetensors_header import DAMAGE
from tonenet_core.models import MODELS, model_class
from tonenet_core.models.base import (
    AccompanimentModel,
    Autoencoder,
    ImageGenerator,
    Model,
    Network,
    SequenceGenerator,
    StyleExtensible,
    TimeModel,
    VelocityModel,
)
from tonenet_core.models.beats.tracked import BeatModel

if TYPE_CHECKING:
    import torch


def save(path: Path, network: Network, title: str, training: dict[str, Any]) -> None:
    """Write a model as a checkpoint, whole or not at all; single-precision weights in half precision.

    Args:
        path: ends in `.safetensors`.
        network: an instance of a class in `models.MODELS`.
        title: the name that users see.
        training: provenance, as JSON.
    """
    import torch
    from safetensors.torch import save as to_bytes

    header = {
        "format": CHECKPOINT_FORMAT,
        "title": title,
        "model": next(name for name, entry in MODELS.items() if entry.cls == type(network).__name__),
        "styles": list(network.styles),
        "default_accents": network.default_accents if isinstance(network, VelocityModel) else 0.0,
        "config": asdict(network.config),
        "training": training,
    }
    # Trees stay as they are: their integers are node numbers, and their thresholds cannot be rounded.
    weights = {
        name: value.detach().to("cpu", torch.float16 if value.dtype == torch.float32 else value.dtype)
        for name, value in network.state_dict().items()
    }
    data = to_bytes(weights, metadata={METADATA_KEY: json.dumps(header)})
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as unfinished:
        unfinished.write_bytes(data)


def build(model: str, config: dict[str, Any]) -> Network:
    """Return an untrained network from its name and the keyword arguments of its Config.

    Raises:
        KeyError: if there is no such model.
        TypeError: if the config has a key that the model does not know.
        ValueError: if one of its values is not allowed.
    """
    network = model_class(model)
    check_fields(network.Config, config)
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
    return network(network.Config(**settings))


def load(name_or_path: str | Path = DEFAULT, device: str = "auto", *, with_added: bool = True) -> Model:
    """Rebuild a model from its checkpoint, ready to predict.

    Args:
        name_or_path: as in `find`.
        device: where it predicts, see `devices.resolve`. Where a GPU's memory is full, the model is on the CPU instead
            (`devices.moved_to_cpu`).
        with_added: False leaves out the added styles.

    Raises:
        CheckpointError: if there is no such checkpoint, or its weights or an added style's do not fit its config.
        DeviceError: if the device does not exist.
    """
    from tonenet_core.compute.devices import is_full, move_to_cpu, resolve

    info = find(name_or_path)
    target = resolve(device)
    network = _with_weights(info)
    if with_added:
        _add_styles(info, network)
    try:
        network.to(target)
    except RuntimeError as error:
        if not is_full(error):
            raise
        move_to_cpu(network)
    model = network.eval()
    if not isinstance(model, Model):
        raise TypeError(f"{type(model).__name__} is none of the kinds of models")
    return model


def load_velocity_model(
    name_or_path: str | Path = DEFAULT, device: str = "auto", *, with_added: bool = True
) -> VelocityModel:
    """Rebuild a model that plays given notes; arguments and errors as in `load`, CheckpointError if it is none."""
    return velocity_model(load(name_or_path, device, with_added=with_added), name_or_path)


def load_generator(name_or_path: str | Path, device: str = "cpu") -> ImageGenerator | SequenceGenerator:
    """Rebuild a model that generates pieces; arguments and errors as in `load`, CheckpointError if it is none.

    On the processor by default: a seed gives the same bytes whether or not there is a GPU, and a piece takes a second.
    """
    return generator(load(name_or_path, device), name_or_path)


def velocity_model(model: Model, name: str | Path) -> VelocityModel:
    """Return a loaded model as one that plays given notes; CheckpointError, with its name, if it is none."""
    if not isinstance(model, VelocityModel):
        if isinstance(model, TimeModel | BeatModel | AccompanimentModel):
            raise CheckpointError("The model {name} makes no transfers of its own.", name=name)
        raise CheckpointError("The model {name} generates pieces; it cannot play given ones.", name=name)
    return model


def generator(model: Model, name: str | Path) -> ImageGenerator | SequenceGenerator:
    """Return a loaded model as one that generates pieces; CheckpointError, with its name, if it is none."""
    if not isinstance(model, ImageGenerator | SequenceGenerator):
        raise CheckpointError("The model {name} plays given pieces; it cannot generate any.", name=name)
    return model


def autoencoder(model: Model, name: str | Path) -> Autoencoder:
    """Return a loaded model as one with an encoder; CheckpointError, with its name, if it has none."""
    if not isinstance(model, Autoencoder):
        raise CheckpointError("The model {name} has no encoder.", name=name)
    return model


def _with_weights(info: CheckpointInfo) -> Network:
    """Return the network of a checkpoint with its own weights, on the CPU."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        with _not_larger_than(info.path), warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # torch's warning about layers of size 0
            network = build(info.model, info.config)
        if tuple(network.styles) != info.styles[: len(info.styles) - len(info.added)]:
            raise ValueError("its styles are not those of its config")
        weights = load_file(info.path)
        _check_finite(weights)
        network.load_state_dict(weights)
    except (SafetensorError, OSError, RuntimeError, AssertionError, UserWarning, *DAMAGE) as error:
        why = reason(str(error).partition("\n")[0])
        text = "{name} is damaged, or made for another version: {why}."
        raise CheckpointError(text, name=info.path, why=why) from error
    return network


def _add_styles(info: CheckpointInfo, network: Network) -> None:
    for style in info.added:
        weights = style.weights()
        try:
            _check_finite(weights)
            if not isinstance(network, StyleExtensible):
                raise ValueError("no style can be added to its model")
            network.add_style(style.style)
            network.load_style(style.style, weights)
        except (ValueError, RuntimeError) as error:
            text = "The style file {name} is damaged: {why}."
            raise CheckpointError(text, name=style.path, why=reason(error)) from error


@contextmanager
def _not_larger_than(path: Path) -> Iterator[None]:
    """Limit the networks built in the block to about the size of a file, whatever sizes its config declares.

    Raises:
        ValueError: out of the block, before memory for a larger network has been touched.
    """
    from torch.nn.modules import module

    left = 100_000 + 2 * path.stat().st_size  # numbers; half precision takes two bytes, and some are registered twice

    def count(_module: torch.nn.Module, _name: str, value: torch.Tensor | None) -> None:
        nonlocal left
        left -= 1 if value is None else 1 + value.numel()
        if left < 0:
            raise ValueError("its weights are fewer than its config says")

    hooks = (
        module.register_module_parameter_registration_hook(count),
        module.register_module_buffer_registration_hook(count),
    )
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _check_finite(weights: dict[str, torch.Tensor]) -> None:
    """Refuse weights that would give velocities that are not numbers."""
    import torch

    for name, value in weights.items():
        if value.is_complex() or not torch.isfinite(value).all():
            raise ValueError(f"the weights {reason(name)} are not finite")
