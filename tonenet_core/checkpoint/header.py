"""One file a model: safetensors weights, and in the header's metadata all that rebuilds the network. No pickle.

Styles that were added to a checkpoint (`style_file.py`), beside it or in the user's own folder, come with it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tonenet_core.checkpoint.style_file import StyleFile, added_styles
from tonenet_core.errors import CheckpointError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.locations import SHIPPED_CHECKPOINTS, user_checkpoints
from tonenet_core.files.safetensors_header import DAMAGE, read_header, weights_sha256
from tonenet_core.models import COMPOSERS, GENERATORS, MODELS, PERFORMERS, RECONSTRUCTING, model_class

CHECKPOINT_FORMAT = 1
SUFFIX = ".safetensors"
DEFAULT = "performer"
_KEY = "tonenet"
_DAMAGED = "{name} is not a ToneNet checkpoint, or it is damaged ({why})."


@dataclass(frozen=True)
class CheckpointInfo:
    """What a checkpoint says of itself, read without torch.

    Attributes:
        path: the file.
        name: its stem, by which it is chosen.
        title: the name for people.
        model: key of `models.MODELS`.
        styles: the styles it plays in, the added ones last.
        default_accents: how much of the source's accents it keeps unless asked otherwise, 0..1.
        config: keyword arguments of the model's `Config`.
        training: recipe, data hash, seed, hardware, time and figures.
        card: the model card beside it, if there is one.
        added: the styles that are not its own.
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
    added: tuple[StyleFile, ...] = ()

    @property
    def performs(self) -> bool:
        """Whether the model performs a piece without dynamics, each seed another way."""
        return self.model in PERFORMERS

    @property
    def generates(self) -> bool:
        """Whether the model invents pieces instead of playing them: then no transfer is made with it."""
        return self.model in GENERATORS

    @property
    def reconstructs(self) -> bool:
        """Whether it also knows the way from a piece to latents, for reconstruction and interpolation."""
        return self.model in RECONSTRUCTING

    @property
    def composes(self) -> bool:
        """Whether it invents token by token, so that it can go on with a piece."""
        return self.model in COMPOSERS

    @property
    def metres(self) -> tuple[str, ...]:
        """The metres, such as "6/8", that a composer can be asked for, as for a key; empty: it knows neither."""
        return tuple(self.training.get("data", {}).get(self.styles[0], {}).get("metres", ()))

    @property
    def comparison(self) -> bool:
        """Whether it is there to be compared with, rather than to make music."""
        return bool(self.training.get("comparison"))


def save(path: Path, network: Any, title: str, training: dict[str, Any]) -> None:
    """Write a model as a checkpoint, whole or not at all; single-precision weights in half precision.

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
        "default_accents": getattr(network, "default_accents", 0.0),  # a generator has none
        "config": asdict(network.config),
        "training": training,
    }
    # Trees are kept as they are: their integers are node numbers, and their thresholds bear no rounding.
    weights = {
        name: value.detach().to("cpu", torch.float16 if value.dtype == torch.float32 else value.dtype)
        for name, value in network.state_dict().items()
    }
    data = to_bytes(weights, metadata={_KEY: json.dumps(header)})
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as unfinished:
        unfinished.write_bytes(data)


def read_info(path: Path) -> CheckpointInfo:
    """Read what a checkpoint says of itself, and which styles were added to it.

    Raises:
        CheckpointError: if the file is missing, damaged, or of another version.
    """
    try:
        said = read_header(path, _KEY)
        if said["format"] != CHECKPOINT_FORMAT:
            text = "{name} was made for another version of ToneNet (format {number})."
            raise CheckpointError(text, name=path, number=reason(said["format"]))
        card = path.with_suffix(".md")
        check_fields(CheckpointInfo, said)
        own = tuple(said["styles"])
        if not 0 <= said["default_accents"] <= 1 or not own:
            raise ValueError("its accents or styles are none")
        # The user's folder comes last: what somebody added himself goes before what came with the checkpoint.
        found = added_styles(path, dict.fromkeys([path.parent, user_checkpoints()]))
        added = tuple(style for style in found if style.style not in own)
        return CheckpointInfo(
            path=path,
            name=path.stem,
            title=said["title"],
            model=said["model"],
            styles=(*own, *(style.style for style in added)),
            default_accents=float(said["default_accents"]),
            config=said["config"],
            training=_with_statistics(said["training"], added),
            card=card if card.is_file() else None,
            added=added,
        )
    except OSError as error:
        raise CheckpointError("The checkpoint {name} cannot be read: {why}.", name=path, why=error.strerror) from error
    except DAMAGE as error:
        raise CheckpointError(_DAMAGED, name=path, why=reason(error)) from error


def _with_statistics(training: dict[str, Any], added: tuple[StyleFile, ...]) -> dict[str, Any]:
    """Add what the style files remember of their data to what the checkpoint remembers of its own."""
    data = dict(training.get("data", {}))
    for style in added:
        data |= style.training.get("data", {})
    return training | {"data": data} if added else training


def install_style(path: Path) -> Path:
    """Copy a style file to where every checkpoint finds it, in the place of an older one, and return the copy."""
    target = user_checkpoints() / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as unfinished:
        shutil.copyfile(path, unfinished)
    return target


def installed() -> list[CheckpointInfo]:
    """Return the checkpoints that transfers are made with, the default first; damaged ones are left out."""
    return [info for info in _found() if not info.generates]


def generators() -> list[CheckpointInfo]:
    """Return the checkpoints that invent pieces: those that can also reconstruct one, the others, the compared ones."""
    found = (info for info in _found() if info.generates)
    return sorted(found, key=lambda info: (info.comparison, not info.reconstructs))


def _found() -> list[CheckpointInfo]:
    """Return the shipped checkpoints and the user's own, the default first."""
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
    known = {info.name: info for info in _found()}
    if str(name_or_path) not in known:
        names = ", ".join(known) or "none"
        text = "There is no model called {name}; installed: {names}."
        raise CheckpointError(text, name=repr(str(name_or_path)), names=names)
    return known[str(name_or_path)]


def digest(info: CheckpointInfo) -> str:
    """Return what tells a model from every other: a SHA-256 of its weights and those of the styles added to it.

    Raises:
        CheckpointError: if a file of it is gone or damaged.
    """
    try:
        found = [weights_sha256(path) for path in (info.path, *(style.path for style in info.added))]
    except OSError as error:
        raise CheckpointError(
            "The checkpoint {name} cannot be read: {why}.", name=info.path, why=error.strerror
        ) from error
    except ValueError as error:
        raise CheckpointError(_DAMAGED, name=info.path, why=error) from error
    return hashlib.sha256(" ".join(found).encode()).hexdigest()


def load(name_or_path: str | Path = DEFAULT, device: str = "auto", *, with_added: bool = True) -> Any:
    """Rebuild a model from its checkpoint, ready to predict, on a device (see `devices.resolve`).

    Args:
        name_or_path: as in `find`.
        device: where it predicts.
        with_added: False leaves the model its own styles alone.

    Raises:
        CheckpointError: if there is none, or its weights or an added style's do not fit its config.
        DeviceError: if the device is not there. One whose memory is full is told in the model's `notices`, and the CPU
            takes its place.
    """
    info = find(name_or_path)
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from tonenet_core.compute.devices import fall_back, is_full, resolve

    where = resolve(device)
    try:
        with _not_larger_than(info.path), warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # torch's word on layers of no size
            network = build(info.model, info.config)
        if tuple(network.styles) != info.styles[: len(info.styles) - len(info.added)]:
            raise ValueError("its styles are not those of its config")
        weights = load_file(info.path)
        _refuse_no_numbers(weights)
        network.load_state_dict(weights)
    except (SafetensorError, OSError, RuntimeError, AssertionError, UserWarning, *DAMAGE) as error:
        text = reason(str(error).partition("\n")[0])
        said = "{name} is damaged, or made for another version: {why}."
        raise CheckpointError(said, name=info.path, why=text) from error
    for style in info.added if with_added else ():
        weights = style.weights()
        try:
            _refuse_no_numbers(weights)
            network.add_style(style.style)
            network.load_style(style.style, weights)
        except (ValueError, RuntimeError) as error:
            text = "The style file {name} is damaged: {why}."
            raise CheckpointError(text, name=style.path, why=reason(error)) from error
    network.notices = ()
    try:
        network.to(where)
    except RuntimeError as error:
        if not is_full(error):
            raise
        fall_back(network)
    return network.eval()


@contextmanager
def _not_larger_than(path: Path) -> Iterator[None]:
    """Let networks be built in the block that are about as large as a file, whatever sizes it declares.

    Raises:
        ValueError: out of the block, as soon as one is larger; its memory has not been touched by then.
    """
    from torch.nn.modules import module

    left = 100_000 + 2 * path.stat().st_size  # numbers; half precision takes two bytes, and some are registered twice

    def count(_module: Any, _name: str, value: Any) -> None:
        nonlocal left
        left -= 1 if value is None else 1 + value.numel()
        if left < 0:
            raise ValueError("its weights are fewer than its config says")

    watching = (
        module.register_module_parameter_registration_hook(count),
        module.register_module_buffer_registration_hook(count),
    )
    try:
        yield
    finally:
        for hook in watching:
            hook.remove()


def _refuse_no_numbers(weights: dict[str, Any]) -> None:
    """Refuse weights that would make every velocity a number that is none."""
    import torch

    for name, value in weights.items():
        if value.is_complex() or not torch.isfinite(value).all():
            raise ValueError(f"the weights {reason(name)} are not finite")


def build(model: str, config: dict[str, Any]) -> Any:
    """Return an untrained network from its name and the keyword arguments of its Config.

    Raises:
        KeyError: if there is no such model.
        TypeError: if the config has a key that the model does not know.
        ValueError: if a value of it cannot be.
    """
    network = model_class(model)
    check_fields(network.Config, config)
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
    return network(network.Config(**settings))
