"""Command line: each command parses its words and makes one core call.

Nothing heavy is imported before a command needs it, so that `tonenet --help` answers at once. Results go to stdout;
errors, notices and progress to stderr, progress only to a terminal. Exit status: 0 done, 1 an error that names the
file, 2 wrong usage, 130 interrupted.

`-` is standard input or output; a file that goes to stdout goes there alone, never to a terminal.

A file is never replaced that the user did not name: `-o` may name any file, even the input; `--out-dir` refuses a
folder in which a result would replace an input.
"""

from __future__ import annotations

import logging
import signal
import sys
from typing import Annotated

import typer

from tonenet_core import __version__
from tonenet_core.cli import analyse, cover, evaluation, generate, models, restore, training, transfer
from tonenet_core.cli.terminal import show, write_any_letter
from tonenet_core.errors import ToneNetError

app = typer.Typer(
    name="tonenet",
    help="Plays a pianist's MIDI in another style: the same notes, other dynamics.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # importing rich for the help would double the time it takes
    pretty_exceptions_enable=False,
)

for command in (
    transfer.transfer,
    cover.cover,
    analyse.analyse,
    generate.generate,
    generate.reconstruct,
    generate.interpolate,
    restore.restore,
    models.render,
    models.models,
    training.prepare,
    training.train,
    evaluation.evaluate,
):
    app.command()(command)
app.add_typer(evaluation.judge, name="judge")


def main() -> None:
    """Run the command line and exit with its status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that unfinished files are removed
    write_any_letter()
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        app(prog_name="tonenet")
    except ToneNetError as error:
        show(str(error))
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that may not be written to
        show(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tonenet {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that come before a command."""
