"""The command `tonenet cover`: a piece in another genre, with other notes under its melody."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tonenet_core.cli.options import AsJson, Device
from tonenet_core.cli.streams import check_output, input_argument, output_file, output_option, read_piece, report
from tonenet_core.cli.terminal import number_of, print_json, show, show_progress
from tonenet_core.cli.transfer_options import parts_of, track_numbers

if TYPE_CHECKING:
    from tonenet_core.cover import Performing
    from tonenet_core.interpretation import Part


def cover(
    path: Annotated[Path, input_argument("IN.mid", "The MIDI file to read; -: standard input.")],
    *,
    to: Annotated[str, typer.Option("--to", help="The genre, such as jazz or classical.")],
    out: Annotated[Path, output_option("OUT.mid", "The file to write, replaced if it exists. -: standard output.")],
    model: Annotated[
        str | None,
        typer.Option(
            help="The model that writes the accompaniment (see `tonenet models`), or arranger: by rule.",
            show_default="the best that is installed for the genre",
        ),
    ] = None,
    keep: Annotated[
        str,
        typer.Option(
            metavar="0..1|bass",
            help="How much of the original accompaniment stays; 0 is none, 1 all; bass: its bass; or bass,0.3.",
        ),
    ] = "0",
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives another accompaniment.")] = 0,
    temperature: Annotated[
        float, typer.Option(min=0.0, max=2.0, help="1 samples as learnt; lower values are more conventional.")
    ] = 1.0,
    tracks: Annotated[
        str | None,
        typer.Option(metavar="1,3", help="The numbers of the tracks to read.", show_default="those of the piano"),
    ] = None,
    parts: Annotated[
        str,
        typer.Option(
            metavar="dynamics,timing,articulation,pedal|all",
            help="What is then played in the style: velocities; swing, and lags inside chords; notes' lengths; pedal.",
        ),
    ] = "dynamics,pedal",
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Write a cover: the same melody over another accompaniment.

    The melody stays, note by note; the accompaniment is new, in the other genre, for piano alone. They stand in tracks
    of their own, as does what was kept of the old accompaniment.
    """
    from tonenet_core.cover import CoverOptions, load_cover_model
    from tonenet_core.cover import cover as make_cover
    from tonenet_core.midi import write_midi

    check_output(out, as_json=as_json)
    share, keep_bass = _kept(keep)
    chosen = parts_of(parts)
    writer = load_cover_model(model, device, to.lower())
    styles = {name.lower(): name for name in writer.styles}
    if to.lower() not in styles:
        text = f"There are covers in {' and '.join(writer.styles)}, not in {to!r}."
        raise typer.BadParameter(text, param_hint="--to")
    options = CoverOptions(styles[to.lower()], share, seed, temperature, chosen, keep_bass)
    piece = read_piece(path, track_numbers(tracks))
    with show_progress(f"Cover in {options.style}") as progress:
        made = make_cover(piece, writer, options, _performing(device, chosen), progress)
    with output_file(out) as file:
        write_midi(file, made.performance)
    if as_json:
        figures = {
            "file": str(path),
            "out": str(out),
            "style": options.style,
            "notes_before": len(piece),
            "notes": len(made.performance),
            "melody_notes": made.melody_notes,
            "melody_kept": round(made.melody_kept, 4),
            "new_notes": made.new_notes,
            "chroma_similarity": round(made.chroma, 4),
            "playable": round(made.playable, 4),
            "notices": made.notices,
        }
        print_json(figures)
        return
    show(*made.notices)
    notes = f"{number_of(made.melody_notes, 'note')} of the melody, {number_of(made.new_notes, 'new note')} under it"
    report(out, f"{notes}, in {options.style}")


def _kept(text: str) -> tuple[float, bool]:
    """Return the share of the accompaniment that stays, 0..1, and whether the bass does; wrong usage for others."""
    words = [word.strip().lower() for word in text.split(",")]
    shares = [word for word in words if word != "bass"]
    try:
        share = float(shares[0]) if shares else 0.0
    except ValueError:
        share = -1.0
    if len(shares) > 1 or len(words) > 2 or not 0 <= share <= 1:
        raise typer.BadParameter(f"{text!r} is neither a share of 0 to 1 nor bass.", param_hint="--keep")
    return share, "bass" in words


@cache
def _performing(device: str, parts: tuple[Part, ...]) -> Performing:
    """Return what plays covers: the installed performer, if there is one, and the models of time where they play."""
    from tonenet_core.checkpoint import installed, load_velocity_model
    from tonenet_core.cover import Performing
    from tonenet_core.judge import shipped_judge
    from tonenet_core.parts.installed import time_models
    from tonenet_core.parts.time import TIME_PARTS

    performer = next((info for info in installed() if info.performs), None)
    if performer is None:
        return Performing()
    time = time_models(device) if TIME_PARTS & set(parts) else None
    return Performing(load_velocity_model(performer.path, device), time, shipped_judge(), device)
