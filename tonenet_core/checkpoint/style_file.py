"""Style files: a small file with the weights that an added style adds to a checkpoint.

A safetensors file that names the checkpoint it was trained with by the SHA-256 of its weights: with any other
checkpoint it is useless.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tonenet_core.errors import CheckpointError, DataError, Sentence, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.safetensors_header import DAMAGE, read_header, weights_sha256

STYLE_FORMAT = 1
STYLE_SUFFIX = ".style"
_KEY = "tonenet_style"
_NAME = re.compile(r"[^\W_][\w '&+-]{0,39}")  # a valid file name on every system
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unseen:
    """What a style has reached on pieces that it did not learn from.

    Attributes:
        pieces: their number.
        agreement: mean correlation of the style's velocities with the played ones, -1..1.
        other: the style of the checkpoint itself that comes nearest.
        others: that one's mean correlation.
        chosen: whether the same pieces have chosen when the style was best, for want of others.
    """

    pieces: int
    agreement: float
    other: str
    others: float
    chosen: bool


@dataclass(frozen=True)
class StyleFile:
    """The description of a style file, read without torch.

    Attributes:
        path: the file.
        style: the name by which the style is chosen, in lower case.
        title: the name as it was typed.
        base: name of the checkpoint that it belongs to.
        base_sha256: of that checkpoint's weights.
        training: recipe, data hash, seed, hardware, time and figures.
    """

    path: Path
    style: str
    title: str
    base: str
    base_sha256: str
    training: dict[str, Any]

    @property
    def unseen(self) -> Unseen | None:
        """What the style has reached on pieces that it did not learn from; None where that was not measured."""
        values = self.training.get("unseen", {})
        try:
            check_fields(Unseen, values)
            return Unseen(**values)
        except DAMAGE:
            return None

    def weights(self) -> dict[str, Any]:
        """Return the style's tensors, as a model's `load_style` takes them.

        Raises:
            CheckpointError: if the file is damaged.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(self.path)
        except (SafetensorError, OSError) as error:
            text = "The style file {name} is damaged: {why}."
            raise CheckpointError(text, name=self.path, why=reason(error)) from error


def style_key(title: str) -> str:
    """Return the name by which a style is chosen.

    Raises:
        DataError: if the title cannot be a name.
    """
    key = " ".join(title.split()).lower()
    if not _NAME.fullmatch(key):
        text = "A style cannot be called {name}: take up to 40 letters, digits, spaces and hyphens."
        raise DataError(Sentence(text, name=repr(title)))
    return key


def style_path(folder: Path, base: str, style: str) -> Path:
    """Return the path of a style's file in a folder."""
    return folder / f"{base}.{style}{STYLE_SUFFIX}"


def save_style(path: Path, weights: dict[str, Any], title: str, base: Path, training: dict[str, Any]) -> None:
    """Write a style file, whole or not at all; weights in half precision.

    Args:
        path: see `style_path`.
        weights: as a model's `style_weights` gives them.
        title: the style's name as it was typed.
        base: the checkpoint that it was trained with.
        training: provenance, as JSON.
    """
    import torch
    from safetensors.torch import save as to_bytes

    header = {
        "format": STYLE_FORMAT,
        "style": style_key(title),
        "title": title,
        "base": base.stem,
        "base_sha256": weights_sha256(base),
        "training": training,
    }
    halved = {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in weights.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as unfinished:
        unfinished.write_bytes(to_bytes(halved, metadata={_KEY: json.dumps(header)}))


def read_style(path: Path) -> StyleFile:
    """Read the description of a style file.

    Raises:
        CheckpointError: if it is missing, damaged, or of another version.
    """
    try:
        header = read_header(path, _KEY)
        if header["format"] != STYLE_FORMAT:
            text = "{name} was made for another version of ToneNet (format {number})."
            raise CheckpointError(text, name=path, number=reason(header["format"]))
        check_fields(StyleFile, header)
        names = {name: header[name] for name in ("style", "title", "base", "base_sha256")}
        return StyleFile(path, **names, training=header["training"])
    except OSError as error:
        raise CheckpointError("The style file {name} cannot be read: {why}.", name=path, why=error.strerror) from error
    except DAMAGE as error:
        text = "{name} is not a style file, or it is damaged ({why})."
        raise CheckpointError(text, name=path, why=reason(error)) from error


def added_styles(checkpoint: Path, folders: Iterable[Path]) -> tuple[StyleFile, ...]:
    """Return the styles that were added to a checkpoint, by name; of two files of one style, the later folder's.

    A damaged file, and one of another version of the checkpoint, is left out with a warning.

    Raises:
        OSError: if the checkpoint cannot be read.
    """
    paths = [path for folder in folders for path in sorted(folder.glob(f"*{STYLE_SUFFIX}"))]
    sha256 = weights_sha256(checkpoint) if paths else ""
    found = {}
    for path in paths:
        try:
            style = read_style(path)
        except CheckpointError as error:
            logger.warning("left out: %s", error)
            continue
        if style.base_sha256 == sha256:
            found[style.style] = style
        elif style.base == checkpoint.stem:
            logger.warning("left out: %s was made for another version of %s; train it again.", path, checkpoint)
    return tuple(found[name] for name in sorted(found))


def renamed(style: StyleFile, title: str, folder: Path) -> Path:
    """Write a copy of a style file under another name into a folder, without torch, and return it.

    Raises:
        CheckpointError: if the file is damaged.
        DataError: if the title cannot be a name.
        OSError: if the copy cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file
    from safetensors.numpy import save as to_bytes

    key = style_key(title)
    training = dict(style.training)
    if style.style in training.get("data", {}):
        training["data"] = {key: training["data"][style.style]}
    try:
        weights = load_file(style.path)
    except SafetensorError as error:
        text = "The style file {name} is damaged: {why}."
        raise CheckpointError(text, name=style.path, why=reason(error)) from error
    header = {
        "format": STYLE_FORMAT,
        "style": key,
        "title": " ".join(title.split()),
        "base": style.base,
        "base_sha256": style.base_sha256,
        "training": training,
    }
    path = style_path(folder, style.base, key)
    with replacing(path) as unfinished:
        unfinished.write_bytes(to_bytes(weights, metadata={_KEY: json.dumps(header)}))
    return path
