"""The commands `tonenet generate`, `reconstruct` and `interpolate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tonenet_core.cli.streams import (
    STREAM,
    check_output,
    input_argument,
    output_file,
    output_option,
    read_piece,
    report,
    stream_or_path,
)
from tonenet_core.cli.terminal import number_of, show, show_progress, style_of

if TYPE_CHECKING:
    from tonenet_core.checkpoint import CheckpointInfo
    from tonenet_core.models.base import Autoencoder, ImageGenerator, SequenceGenerator, VelocityModel

BY_TOKEN = "Pianist and SeqGAN"
"""The models that write token by token."""

GeneratorName = Annotated[
    str, typer.Option("--model", help="An installed model that generates (see `tonenet models`), or a checkpoint.")
]
Tempo = Annotated[
    float | None, typer.Option(min=10.0, max=400.0, help="Beats a minute.", show_default="the style's or the piece's")
]
OutputFile = Annotated[Path, output_option("OUT.mid", "The file to write, replaced if it exists. -: standard output.")]
_VELOCITIES = "image or constant: the generated ones; or a model that performs, such as performer."
VelocitiesFrom = Annotated[str, typer.Option("--velocities", help=_VELOCITIES)]


def generate(
    out: OutputFile,
    *,
    model: GeneratorName = "pianist",
    length: Annotated[float, typer.Option(min=1.0, max=3600.0, help="Seconds.")] = 30.0,
    style: Annotated[str | None, typer.Option(help="The style.", show_default="the model's first")] = None,
    temperature: Annotated[
        float, typer.Option(min=0.0, max=2.0, help="1 samples as learnt; lower values are more conventional.")
    ] = 1.0,
    tempo: Tempo = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives another piece.")] = 0,
    top_p: Annotated[
        float | None,
        typer.Option(
            help=f"{BY_TOKEN}: sample from the most probable tokens up to this total, 0..1.", show_default="0.95"
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help=f"{BY_TOKEN}: the key, such as G or F#m.", show_default="random")
    ] = None,
    metre: Annotated[
        str | None, typer.Option(help=f"{BY_TOKEN}: the metre, such as 3/4.", show_default="random")
    ] = None,
    primer: Annotated[
        Path | None,
        typer.Option(
            metavar="IN.mid",
            parser=stream_or_path,
            help=f"{BY_TOKEN}: a piece whose first bars are continued.",
            show_default=False,
        ),
    ] = None,
    primer_bars: Annotated[int, typer.Option(min=1, help="The number of bars of the primer to keep.")] = 4,
    repeats: Annotated[
        bool, typer.Option("--repeats/--no-repeats", help="SeqGAN: play each part twice, A A B B.")
    ] = True,
    velocities: Annotated[
        str | None, typer.Option(help=_VELOCITIES, show_default="performer with the pianist, else the generated ones")
    ] = None,
) -> None:
    """Generate a piece, or continue the first bars of one."""
    check_output(out)
    info, loaded = _generator(model)
    from tonenet_core.generate import Primer, Request
    from tonenet_core.generate import generate as generate_piece
    from tonenet_core.midi import write_midi

    wanted = style_of(info, style, "--style")
    request = Request(length, wanted, temperature, tempo, seed, top_p=top_p, key=key, metre=metre, repeats=repeats)
    opening = None if primer is None else Primer(read_piece(primer), primer_bars)
    with show_progress("Generating") as progress:
        piece = generate_piece(
            loaded,
            request,
            primer=opening,
            statistics=info.training.get("data"),
            velocities=_usual_performer(info, wanted) if velocities is None else _performer(velocities),
            progress=progress,
        )
    with output_file(out) as file:
        write_midi(file, piece)
    report(out, f"{number_of(len(piece), 'note')}, {piece.duration_sec:.1f} seconds of {request.style}")


def reconstruct(
    path: Annotated[Path, input_argument("IN.mid", "The MIDI file to read; -: standard input.")],
    out: OutputFile,
    *,
    model: GeneratorName = "vae-gan",
    style: Annotated[str | None, typer.Option(help="The style of the piece.", show_default="the model's first")] = None,
    tempo: Tempo = None,
    velocities: VelocitiesFrom = "image",
) -> None:
    """Encode a piece into a model's latents and decode it again."""
    check_output(out)
    info, loaded = _autoencoder(model)
    from tonenet_core.generate import reconstruct as reconstruct_piece
    from tonenet_core.midi import write_midi

    piece = read_piece(path)
    show(*piece.notices)
    known = style_of(info, style, "--style")
    with show_progress("Reconstructing") as progress:
        result = reconstruct_piece(
            piece,
            loaded,
            style=known,
            tempo=tempo,
            name=piece.name,
            velocities=_performer(velocities),
            progress=progress,
        )
    with output_file(out) as file:
        write_midi(file, result)
    report(out, f"{number_of(len(result), 'note')} of {len(piece):,}")


def interpolate(
    first: Annotated[Path, input_argument("A.mid", "The first piece; -: standard input.")],
    second: Annotated[Path, input_argument("B.mid", "The last piece; -: standard input.")],
    out_dir: Annotated[Path, typer.Option(help="A folder for the results, 0.mid and so on; made if missing.")],
    *,
    steps: Annotated[int, typer.Option(min=2, max=100, help="The number of pieces, both ends included.")] = 5,
    model: GeneratorName = "vae-gan",
    styles: Annotated[
        tuple[str, str] | None, typer.Option(help="The styles of the two pieces.", show_default="the model's first")
    ] = None,
) -> None:
    """Interpolate between two pieces in a model's latent space."""
    info, loaded = _autoencoder(model)
    from tonenet_core.generate import interpolate as interpolate_pieces
    from tonenet_core.midi import write_midi
    from tonenet_core.midi.folders import make_folder

    if first == second == STREAM:
        raise typer.BadParameter("Only one of the two pieces can be read from standard input.")
    ends = read_piece(first), read_piece(second)
    known = [style_of(info, style, "--styles") for style in styles or (None, None)]
    targets = [out_dir / f"{index:0{len(str(steps - 1))}}.mid" for index in range(steps)]
    inputs = {path.resolve() for path in (first, second) if path != STREAM}
    for target in targets:
        if target.resolve() in inputs:
            raise typer.BadParameter(f"--out-dir {out_dir} would replace {target}, which is an input.")
    with show_progress("Interpolating") as progress:
        made = interpolate_pieces(ends[0], ends[1], loaded, steps=steps, styles=(known[0], known[1]), progress=progress)
    make_folder(out_dir)
    for target, piece in zip(targets, made, strict=True):
        write_midi(target, piece)
        report(target, number_of(len(piece), "note"))


def _generator(name: str) -> tuple[CheckpointInfo, ImageGenerator | SequenceGenerator]:
    """Return the description of a model that generates, and the model; wrong usage if it does not."""
    from tonenet_core.checkpoint import load_generator

    info = _generator_info(name)
    return info, load_generator(info.path)


def _autoencoder(name: str) -> tuple[CheckpointInfo, Autoencoder]:
    """Return the description of a generator with an encoder, and the model; wrong usage if it has none."""
    from tonenet_core.checkpoint import autoencoder, load

    info = _generator_info(name)
    if not info.reconstructs:
        raise typer.BadParameter(f"The model {info.name} has no encoder.", param_hint="--model")
    return info, autoencoder(load(info.path, "cpu"), info.name)


def _generator_info(name: str) -> CheckpointInfo:
    from tonenet_core.checkpoint import find

    info = find(name, lambda each: each.generates)
    if not info.generates:
        raise typer.BadParameter(f"The model {info.name} transfers pieces and generates none.", param_hint="--model")
    return info


def _usual_performer(info: CheckpointInfo, style: str) -> VelocityModel | None:
    """Return the performer for a model that invents notes alone, if it plays their style."""
    from tonenet_core.checkpoint import installed, load_velocity_model

    players = [each for each in installed() if each.performs and style in each.styles] if info.composes else []
    return load_velocity_model(players[0].path, "cpu") if players else None


def _performer(name: str) -> VelocityModel | None:
    """Return the model that plays the generated notes; None keeps the generated velocities."""
    from tonenet_core.checkpoint import find, load_velocity_model

    if name in ("image", "constant"):
        return None
    info = find(name, lambda each: each.performs)
    if not info.performs:
        raise typer.BadParameter(f"The model {info.name} does not perform; --velocities is image or performer.")
    return load_velocity_model(info.path, "cpu")
