"""The commands `tonenet prepare` and `tonenet train`."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from tonenet_core.cli.options import Device
from tonenet_core.cli.terminal import show, show_progress
from tonenet_core.progress import no_progress


def prepare(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="MIDI files: a manifest.csv, or a folder for each style.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="CACHE", help="The cache to write.")],
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what was read before a stop; keep it if this call is stopped.")
    ] = False,
) -> None:
    """Read folders of MIDI into a cache that models are trained on."""
    from tonenet_core.data.prepare import prepare as prepare_cache

    with show_progress("Reading") as progress:
        left_out = prepare_cache(folder, out, progress, workers=workers, resume=resume)
    show(*(f"Left out: {sentence}" for sentence in left_out))
    typer.echo(f"{out} is ready.")


def train(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.toml", help="A recipe, or the name of a shipped one.")],
    *,
    data: Annotated[
        Path, typer.Option(metavar="CACHE", help="What `tonenet prepare` wrote; with --name, also a folder of MIDI.")
    ],
    name: Annotated[
        str | None,
        typer.Option(help="The style that add_style adds to a model; without -o it is installed.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="DIR", help="The folder of the run.", show_default="runs/RECIPE or NAME[-SEED]"
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Fixes everything random.", show_default="the recipe's")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in that folder.")] = False,
    device: Device = "auto",
    devices: Annotated[int, typer.Option(min=1, help="How many of them; under torchrun, as it says.")] = 1,
    memory: Annotated[
        float, typer.Option(metavar="GB", help="What prepared pieces may take; of more, they are read when drawn.")
    ] = 4.0,
) -> None:
    """Train a model, or a style of one's own, from a recipe; the folder gets it and its curves as CSV and PNG."""
    from tonenet_core.checkpoint import install_style
    from tonenet_core.files.locations import RECIPES
    from tonenet_core.training.add_style import add_style
    from tonenet_core.training.distributed import is_first
    from tonenet_core.training.train import train as train_model

    shipped = RECIPES / recipe.with_suffix(".toml").name
    if not recipe.exists() and recipe.parts[:-1] in ((), (RECIPES.name,)) and shipped.is_file():
        recipe = shipped
    logging.getLogger("tonenet_core").setLevel(logging.INFO)
    run = recipe.stem if name is None else name.lower()
    folder = out or Path("runs") / (run if seed is None else f"{run}-{seed}")
    how: dict[str, Any] = {"seed": seed, "resume": resume, "device": device, "devices": devices}
    how["memory"] = int(memory * 2**30)
    with show_progress("Training") if is_first() else nullcontext(no_progress) as progress:
        if name is None:
            trained = train_model(recipe, data, folder, **how, progress=progress)
        else:
            trained = add_style(recipe, data, name, folder, **how, progress=progress)
    if not is_first():
        return
    if name is not None and out is None:
        trained = install_style(trained)
    typer.echo(f"{trained} is ready.")
