"""The commands `tonenet prepare` and `tonenet train`."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from tonenet_core.cli.options import Device
from tonenet_core.cli.terminal import print_line, show, show_progress
from tonenet_core.errors import ToneNetError
from tonenet_core.progress import no_progress


def prepare(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="MIDI files: a manifest.csv, or a folder for each style.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="CACHE", help="The cache to write.")],
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = 1,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Continue a call that was stopped; keep finished work if this one is stopped."),
    ] = False,
) -> None:
    """Read folders of MIDI files into a cache for training."""
    from tonenet_core.data.prepare import prepare as prepare_cache

    with show_progress("Reading") as progress:
        left_out = prepare_cache(folder, out, progress, workers=workers, resume=resume)
    show(*(f"Left out: {sentence}" for sentence in left_out))
    print_line(f"{out} is ready.")


def train(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.toml", help="A recipe, or the name of a shipped one.")],
    *,
    data: Annotated[
        Path,
        typer.Option(metavar="CACHE", help="A cache written by `tonenet prepare`; with --name, also a folder of MIDI."),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            help="The name of a style to add to a model (recipe add_style); without -o it is installed.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="DIR", help="The folder of the run.", show_default="runs/RECIPE or NAME[-SEED]"
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Makes the run repeatable.", show_default="the recipe's")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in that folder.")] = False,
    device: Device = "auto",
    devices: Annotated[
        int, typer.Option(min=1, help="The number of devices; under torchrun, the number of its processes is used.")
    ] = 1,
    memory: Annotated[
        float,
        typer.Option(
            metavar="GB", help="Memory for prepared pieces; of a larger corpus, pieces are prepared when drawn."
        ),
    ] = 4.0,
) -> None:
    """Train a model, or an added style, from a recipe.

    It is written to a folder, with its learning curves (CSV and PNG).
    """
    from tonenet_core.checkpoint import install_style
    from tonenet_core.files.locations import RECIPES
    from tonenet_core.training.add_style import add_style
    from tonenet_core.training.distributed import is_first
    from tonenet_core.training.options import RunOptions
    from tonenet_core.training.train import train as train_model

    shipped = RECIPES / recipe.with_suffix(".toml").name
    if not recipe.exists() and recipe.parts[:-1] in ((), (RECIPES.name,)) and shipped.is_file():
        recipe = shipped
    if not recipe.exists():
        names = ", ".join(sorted(path.stem for path in RECIPES.glob("*.toml")))
        raise ToneNetError(f"There is no recipe {recipe}; those that are shipped: {names}.")
    logging.getLogger("tonenet_core").setLevel(logging.INFO)
    run = recipe.stem if name is None else name.lower()
    folder = out or Path("runs") / (run if seed is None else f"{run}-{seed}")
    options = RunOptions(seed=seed, resume=resume, device=device, devices=devices, memory=int(memory * 2**30))
    with show_progress("Training") if is_first() else nullcontext(no_progress) as progress:
        if name is None:
            trained = train_model(recipe, data, folder, options, progress=progress)
        else:
            trained = add_style(recipe, data, name, folder, options, progress=progress)
    if not is_first():
        return
    if name is not None and out is None:
        trained = install_style(trained)
    print_line(f"{trained} is ready.")
