"""The commands that invent: new pieces, and pieces through a generator's latents. `cli.py` makes them commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tonenet_core.cli.terminal import need_folder_of, show, show_progress, style_of
from tonenet_core.errors import MidiError

if TYPE_CHECKING:
    from tonenet_core.checkpoint import CheckpointInfo

GeneratorName = Annotated[
    str, typer.Option("--model", help="An installed model that invents (see `tonenet models`), or a checkpoint.")
]
Tempo = Annotated[
    float | None, typer.Option(min=10.0, max=400.0, help="Beats a minute.", show_default="the style's or the piece's")
]
VelocitiesFrom = Annotated[
    str,
    typer.Option(
        "--velocities", help="image, constant: as the model writes them; or an installed model that performs."
    ),
]


def generate(
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write, replaced if it exists.")],
    *,
    model: GeneratorName = "vae-gan",
    length: Annotated[float, typer.Option(min=1.0, max=3600.0, help="Seconds.")] = 30.0,
    style: Annotated[str | None, typer.Option(help="The style.", show_default="the model's first")] = None,
    temperature: Annotated[float, typer.Option(min=0.0, max=2.0, help="1 is as learnt, less is tamer.")] = 1.0,
    tempo: Tempo = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another piece.")] = 0,
    top_p: Annotated[
        float | None,
        typer.Option(help="Of a SeqGAN: draw from the likeliest tokens that make up this, 0..1.", show_default="0.95"),
    ] = None,
    key: Annotated[str | None, typer.Option(help="Likewise: such as G or F#m.", show_default="as it likes")] = None,
    metre: Annotated[str | None, typer.Option(help="Likewise: such as 6/8.", show_default="as it likes")] = None,
    primer: Annotated[
        Path | None, typer.Option(metavar="IN.mid", help="Likewise: a piece to go on with.", show_default=False)
    ] = None,
    primer_bars: Annotated[int, typer.Option(min=1, help="How many of its first bars.")] = 4,
    repeats: Annotated[
        bool, typer.Option("--repeats/--no-repeats", help="Likewise: play each part twice, A A B B.")
    ] = True,
    velocities: VelocitiesFrom = "image",
) -> None:
    """Invent a piece, from noise, or go on with the first bars of one."""
    need_folder_of(out)
    info, loaded = _generator(model)
    from tonenet_core.generate import Primer, Request
    from tonenet_core.generate import generate as invent
    from tonenet_core.midi import read_midi, write_midi

    wanted = style_of(info, style, "--style")
    request = Request(length, wanted, temperature, tempo, seed, top_p=top_p, key=key, metre=metre, repeats=repeats)
    opening = None if primer is None else Primer(read_midi(primer), primer_bars)
    with show_progress("Generating") as progress:
        piece = invent(
            loaded,
            request,
            primer=opening,
            statistics=info.training.get("data"),
            velocities=_performer(velocities),
            progress=progress,
        )
    write_midi(out, piece)
    typer.echo(f"{out}: {len(piece):,} notes, {piece.duration_sec:.1f} seconds of {request.style}")


def reconstruct(
    path: Annotated[Path, typer.Argument(metavar="IN.mid", help="The MIDI file to read.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write, replaced if it exists.")],
    *,
    model: GeneratorName = "vae-gan",
    style: Annotated[str | None, typer.Option(help="The style of the piece.", show_default="the model's first")] = None,
    tempo: Tempo = None,
    velocities: VelocitiesFrom = "image",
) -> None:
    """Send a piece through a model's latents and back: what is left of it is what the model knows."""
    need_folder_of(out)
    info, loaded = _generator(model, reconstructs=True)
    from tonenet_core.generate import reconstruct as through
    from tonenet_core.midi import read_midi, write_midi

    piece = read_midi(path)
    show(*piece.notices)
    known = style_of(info, style, "--style")
    with show_progress("Reconstructing") as progress:
        result = through(
            piece,
            loaded,
            style=known,
            tempo=tempo,
            name=piece.name,
            velocities=_performer(velocities),
            progress=progress,
        )
    write_midi(out, result)
    typer.echo(f"{out}: {len(result):,} notes of {len(piece):,}")


def interpolate(
    first: Annotated[Path, typer.Argument(metavar="A.mid", help="Where the way begins.")],
    second: Annotated[Path, typer.Argument(metavar="B.mid", help="Where it ends.")],
    out_dir: Annotated[Path, typer.Option(help="A folder for the results, 0.mid and so on; made if missing.")],
    *,
    steps: Annotated[int, typer.Option(min=2, max=100, help="Pieces, the two ends among them.")] = 5,
    model: GeneratorName = "vae-gan",
    styles: Annotated[
        tuple[str, str] | None, typer.Option(help="The styles of the two.", show_default="the model's first")
    ] = None,
) -> None:
    """Write pieces on the way from one to another, through a model's latents."""
    info, loaded = _generator(model, reconstructs=True)
    from tonenet_core.generate import interpolate as on_the_way
    from tonenet_core.midi import read_midi, write_midi

    ends = read_midi(first), read_midi(second)
    known = [style_of(info, style, "--styles") for style in styles or (None, None)]
    targets = [out_dir / f"{index:0{len(str(steps - 1))}}.mid" for index in range(steps)]
    inputs = {path.resolve() for path in (first, second)}
    for target in targets:
        if target.resolve() in inputs:
            raise typer.BadParameter(f"--out-dir {out_dir} would replace {target}, which is an input.")
    with show_progress("Interpolating") as progress:
        made = on_the_way(ends[0], ends[1], loaded, steps=steps, styles=(known[0], known[1]), progress=progress)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MidiError(f"The folder {out_dir} could not be made: {error.strerror}.") from error
    for target, piece in zip(targets, made, strict=True):
        write_midi(target, piece)
        typer.echo(f"{target}: {len(piece):,} notes")


def _generator(name: str, *, reconstructs: bool = False) -> tuple[CheckpointInfo, Any]:
    """Return a model that invents, loaded; wrong usage if it does not."""
    from tonenet_core.checkpoint import find, load

    info = find(name)
    if not info.generates:
        raise typer.BadParameter(f"The model {info.name} plays pieces, it invents none.", param_hint="--model")
    if reconstructs and not info.reconstructs:
        raise typer.BadParameter(f"The model {info.name} has no encoder.", param_hint="--model")
    return info, load(info.path, "cpu")


def _performer(name: str) -> Any:
    """Return the model that plays new notes; None for the images' own velocities."""
    from tonenet_core.checkpoint import find, load

    if name in ("image", "constant"):
        return None
    info = find(name)
    if not info.performs:
        raise typer.BadParameter(f"The model {info.name} does not perform; --velocities is image or performer.")
    return load(info.path, "cpu")
