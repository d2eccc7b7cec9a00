"""Pictures of a transfer: velocity matrices and attention."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tonenet_core.cli.terminal import need_folder_of
from tonenet_core.errors import ToneNetError

if TYPE_CHECKING:
    from tonenet_core.checkpoint import CheckpointInfo
    from tonenet_core.file_transfer import TransferredFile
    from tonenet_core.models.base import VelocityModel


def check_pictures(inputs: list[Path], info: CheckpointInfo, matrices: Path | None, attention: Path | None) -> None:
    """Refuse pictures that cannot be drawn before anything is computed."""
    for option, picture in (("--matrices", matrices), ("--attention", attention)):
        if picture is not None and len(inputs) > 1:
            raise typer.BadParameter(f"{option} draws one piece; give one IN.mid.")
        if picture is not None:
            need_folder_of(picture)
    if attention is not None and not info.attends:
        raise typer.BadParameter(f"The model {info.name} has no attention.", param_hint="--attention")


def draw_matrices(picture: Path, result: TransferredFile) -> None:
    """Draw the velocity matrices before and after."""
    from tonenet_core.encoding.grid import Grid, encode
    from tonenet_core.plots.matrices import velocity_matrices

    before, after = encode(result.original, Grid()), encode(result.styled, Grid())
    matrices = before.velocity_matrix, after.velocity_matrix
    name, style = result.original.name, result.options.style
    try:
        velocity_matrices(picture, before.step_times_sec, *matrices, name=name, style=style)
    except OSError as error:
        raise ToneNetError(f"{picture} could not be written: {error.strerror or error}.") from error


def draw_attention_of(picture: Path, model: VelocityModel, result: TransferredFile) -> None:
    """Draw the attention weights of a model with attention."""
    from tonenet_core.models.base import AttentionModel
    from tonenet_core.plots.matrices import draw_attention

    assert isinstance(model, AttentionModel)
    _, weights = model.attend(result.original, result.options.style)
    draw_attention(picture, weights, name=result.original.name, style=result.options.style)
