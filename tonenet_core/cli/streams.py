"""Standard input and output as files of a command: `-`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tonenet_core.cli.terminal import need_folder_of, print_line, show
from tonenet_core.errors import printable
from tonenet_core.score.container import SCORE_SUFFIXES

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

STREAM = Path("-")
"""Standard input or output; a file of that name is an absolute path (`stream_or_path`)."""


def stream_or_path(text: str) -> Path:
    """Return the path that a word of the command line stands for: `-` the stream, `./-` a file of that name."""
    path = Path(text)
    return path.absolute() if path == STREAM and text != "-" else path


def input_argument(metavar: str, text: str) -> Any:
    """Return a Typer argument that names a MIDI file, or `-`."""
    return typer.Argument(metavar=metavar, parser=stream_or_path, help=text, show_default=False)


def output_option(metavar: str, text: str) -> Any:
    """Return the Typer option `-o`, which names a file, or `-`."""
    return typer.Option("-o", "--out", metavar=metavar, parser=stream_or_path, help=text, show_default=False)


def check_output(out: Path, *, as_json: bool = False) -> None:
    """Refuse an output that cannot be written before anything is computed; wrong usage for an unfit stream."""
    if out != STREAM:
        if out.suffix.lower() in SCORE_SUFFIXES:
            raise typer.BadParameter(printable(f"{out} would be a MIDI file under the name of a score; give OUT.mid."))
        need_folder_of(out)
    elif as_json:
        raise typer.BadParameter("The figures of --json would mix with the file on standard output; give -o OUT.mid.")
    elif sys.stdout.isatty():
        raise typer.BadParameter("-o - needs a pipe or a file after it, such as | or >; this is a terminal.")


def read_piece(path: Path, tracks: Collection[int] | None = None) -> Performance:
    """Read a MIDI file, or standard input.

    Raises:
        MidiError: if it cannot be read.
        BadParameter: if standard input is a terminal.
    """
    from tonenet_core.midi import parse_midi, read_midi
    from tonenet_core.midi.containers import MAX_BYTES

    if path != STREAM:
        return read_midi(path, tracks)
    if sys.stdin.isatty():
        raise typer.BadParameter("- needs a MIDI file before it, such as | or <; this is a terminal.")
    return parse_midi(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input", tracks)


@contextmanager
def output_file(out: Path, suffix: str = ".mid") -> Iterator[Path]:
    """Give the file to write; one for standard output goes there when the block ends well, whole."""
    if out != STREAM:
        yield out
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out{suffix}"
        yield path
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def report(out: Path, text: str) -> None:
    """Print a line on the file that was written, on stderr if that went to stdout."""
    if out == STREAM:
        show(f"standard output: {text}")
    else:
        print_line(f"{out}: {text}")
