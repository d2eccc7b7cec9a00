"""Descriptions of checkpoints: one safetensors file a model, whose header has all that rebuilds the network. No pickle.

Styles that were added to a checkpoint (`style_file.py`) are listed with its own; their files are beside it or in the
user's own folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tonenet_core.checkpoint.style_file import StyleFile, added_styles
from tonenet_core.errors import CheckpointError, reason
from tonenet_core.files import locations
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.safetensors_header import DAMAGE, read_header
from tonenet_core.models import MODELS, ModelEntry

CHECKPOINT_FORMAT = 1
SUFFIX = ".safetensors"
METADATA_KEY = "tonenet"
DAMAGED = "{name} is not a ToneNet checkpoint, or it is damaged ({why})."


@dataclass(frozen=True)
class CheckpointInfo:
    """The description of a checkpoint, read without torch.

    Attributes:
        path: the file.
        name: its stem, by which it is chosen.
        title: the name that users see.
        model: key of `models.MODELS`.
        styles: the styles it plays in, the added ones last.
        default_accents: share of the source's accents that it keeps by default, 0..1.
        config: keyword arguments of the model's `Config`.
        training: recipe, data hash, seed, hardware, time and figures.
        card: the model card beside it, if there is one.
        added: the styles that were added to it.
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
    def entry(self) -> ModelEntry:
        """The model's row in the registry, which says what it can do."""
        return MODELS[self.model]

    @property
    def performs(self) -> bool:
        """Whether the model can perform a piece without dynamics, differently for each seed."""
        return self.entry.performs

    @property
    def generates(self) -> bool:
        """Whether the model generates pieces instead of playing given ones; transfers are not offered with it."""
        return self.entry.generates

    @property
    def transfers(self) -> bool:
        """Whether transfers are made with the model."""
        return self.entry.transfers

    @property
    def reconstructs(self) -> bool:
        """Whether the model also encodes pieces, for reconstruction and interpolation."""
        return self.entry.encodes

    @property
    def composes(self) -> bool:
        """Whether the model generates token by token, so that it can continue a piece."""
        return self.entry.kind == "sequence"

    @property
    def repeats(self) -> bool:
        """Whether the model can play each part of a piece twice."""
        return self.entry.repeats and bool(self.metres)

    @property
    def attends(self) -> bool:
        """Whether the model can show its attention."""
        return self.entry.attends

    @property
    def metres(self) -> tuple[str, ...]:
        """The metres, such as "6/8", that can be asked for; empty: neither a metre nor a key can."""
        return tuple(self.training.get("data", {}).get(self.styles[0], {}).get("metres", ()))

    @property
    def comparison(self) -> bool:
        """Whether the model was trained for comparison, rather than to make music."""
        return bool(self.training.get("comparison"))


def read_info(path: Path) -> CheckpointInfo:
    """Read the description of a checkpoint, and of the styles that were added to it.

    Raises:
        CheckpointError: if the file is missing, damaged, or of another version.
    """
    try:
        header = read_header(path, METADATA_KEY)
        if header["format"] != CHECKPOINT_FORMAT:
            text = "{name} was made for another version of ToneNet (format {number})."
            raise CheckpointError(text, name=path, number=reason(header["format"]))
        check_fields(CheckpointInfo, header)
        return _info(path, header)
    except OSError as error:
        raise CheckpointError("The checkpoint {name} cannot be read: {why}.", name=path, why=error.strerror) from error
    except DAMAGE as error:
        raise CheckpointError(DAMAGED, name=path, why=reason(error)) from error


def _info(path: Path, header: dict[str, Any]) -> CheckpointInfo:
    if header["model"] not in MODELS:
        raise ValueError(f"there is no model {header['model']!r}")
    own = tuple(header["styles"])
    if not own:
        raise ValueError("it has no styles")
    if not 0 <= header["default_accents"] <= 1:
        raise ValueError("its accents are not 0..1")
    # The user's folder comes last: a style that the user added takes precedence over one beside the checkpoint.
    found = added_styles(path, dict.fromkeys([path.parent, locations.user_checkpoints()]))
    added = tuple(style for style in found if style.style not in own)
    card = path.with_suffix(".md")
    return CheckpointInfo(
        path=path,
        name=path.stem,
        title=header["title"],
        model=header["model"],
        styles=(*own, *(style.style for style in added)),
        default_accents=float(header["default_accents"]),
        config=header["config"],
        training=_with_statistics(header["training"], added),
        card=card if card.is_file() else None,
        added=added,
    )


def _with_statistics(training: dict[str, Any], added: tuple[StyleFile, ...]) -> dict[str, Any]:
    """Add the data statistics in the style files to the checkpoint's own."""
    data = dict(training.get("data", {}))
    for style in added:
        data |= style.training.get("data", {})
    return training | {"data": data} if added else training
