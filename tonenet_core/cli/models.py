"""The commands `tonenet models` and `tonenet render`."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from tonenet_core.cli.streams import check_output, input_argument, output_file, output_option, read_piece
from tonenet_core.cli.terminal import print_line, show, show_progress
from tonenet_core.errors import ToneNetError

_DOES = {
    "velocity": "transfers pieces",
    "timing": "gives transfers their time",
    "beats": "finds the beats of recordings",
    "accompaniment": "writes accompaniments for covers",
    "image": "generates pieces",
    "sequence": "generates pieces",
}
_RENDERED = (
    "The sound file to write, replaced if it exists: FLAC if it ends in .flac, else WAV. -: WAV on standard output."
)


def render(
    path: Annotated[Path, input_argument("IN.mid", "The MIDI file; all its tracks are rendered. -: standard input.")],
    out: Annotated[Path, output_option("OUT.wav", _RENDERED)],
    soundfont: Annotated[
        Path | None, typer.Option(help="An .sf2 or .sf3 file.", show_default="the best that is found")
    ] = None,
) -> None:
    """Render a MIDI file to a WAV or FLAC file, through FluidSynth."""
    from tonenet_core.sound.synth import render_audio

    check_output(out)
    performance = read_piece(path)
    show(*performance.notices)
    with output_file(out, ".wav") as file, show_progress("Rendering") as progress:
        render_audio(performance, file, soundfont, progress)


def models(
    name: Annotated[str | None, typer.Argument(help="A model whose card to print.", show_default=False)] = None,
) -> None:
    """List the installed models, or print the card of one."""
    from tonenet_core.checkpoint import accompanists, beat_trackers, find, generators, installed, time_models

    if name is not None:
        info = find(name)
        if info.card is None:
            raise ToneNetError(f"The model {info.name} has no card: there is no {info.path.with_suffix('.md')}.")
        typer.echo(info.card.read_text(encoding="utf-8"))
        return
    logging.getLogger("tonenet_core").setLevel(logging.WARNING)  # styles that were left out, and why
    found = [*installed(), *time_models(), *beat_trackers(), *accompanists(), *generators()]
    if not found:
        typer.echo("No models are installed; `tonenet train` makes one.")
    for info in found:
        typer.echo(f"{info.name}: {info.title}")
        typer.echo(f"  does        {_DOES[info.entry.kind]}")
        if info.comparison:
            typer.echo("  purpose     for comparison")
        typer.echo(f"  styles      {', '.join(info.styles)}")
        for style in info.added:
            print_line(f"  added       {style.title}: {style.path}")
        print_line(f"  checkpoint  {info.path}")
        print_line(f"  card        {info.card or 'none'}")
