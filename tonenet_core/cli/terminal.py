"""Terminal output that the commands share: lines on stderr, a progress bar; and checks of their arguments."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tonenet_core.errors import ToneNetError, printable
from tonenet_core.progress import Progress, no_progress

if TYPE_CHECKING:
    from tonenet_core.checkpoint import CheckpointInfo


def show(*sentences: str) -> None:
    """Write a line on stderr for each sentence."""
    for sentence in sentences:
        typer.echo(printable(" ".join(sentence.split())), err=True)


def print_line(text: str) -> None:
    """Write a result on stdout."""
    typer.echo(printable(text))


def print_json(figures: object) -> None:
    """Write figures on stdout as JSON."""
    print_line(json.dumps(figures, ensure_ascii=False))


def write_any_letter() -> None:
    """Let stdout and stderr take letters that the terminal's encoding lacks, as question marks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def number_of(count: int, noun: str) -> str:
    """Return a count and its noun, which takes an s in the plural."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@contextmanager
def show_progress(title: str) -> Iterator[Progress]:
    """Show a bar with the time left on stderr while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.logging import RichHandler
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    # Log lines go above the bar, not through it.
    logging.basicConfig(handlers=[RichHandler(console=console, show_path=False)], format="%(message)s", force=True)
    # Results go above the bar too, but never where stdout leads to a file or a pipe.
    with Bar(console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task(title, total=1.0)

        def update(fraction: float) -> None:
            bar.update(task, completed=fraction)

        yield update


def need_folder_of(path: Path) -> None:
    """Refuse a path in a folder that does not exist before anything is computed."""
    if not path.absolute().parent.is_dir():
        raise ToneNetError(f"{path} could not be written: there is no folder {path.parent}.")


def style_of(info: CheckpointInfo, wanted: str | None, option: str) -> str:
    """Return a style as the model spells it, its first style for None; wrong usage if it does not have it."""
    styles = {name.lower(): name for name in info.styles}
    if wanted is not None and wanted.lower() not in styles:
        raise typer.BadParameter(
            f"The model {info.name} has no style {wanted!r}; it plays {', '.join(info.styles)}.", param_hint=option
        )
    return info.styles[0] if wanted is None else styles[wanted.lower()]


def report_refusals(refusals: list[str], count: int, *, folder: bool = False) -> None:
    """Show the files that were left out, and exit with status 1 if there are any."""
    if not refusals:
        return
    show(*refusals)
    if folder or count > 1:
        were = "was" if len(refusals) == 1 else "were"
        show(f"{len(refusals):,} of {number_of(count, 'file')} {were} left out.")
    raise typer.Exit(1)
