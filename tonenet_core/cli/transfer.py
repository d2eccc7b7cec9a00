"""The command `tonenet transfer`: files, or a folder of them, in another style."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tonenet_core.cli.options import AsJson, Device
from tonenet_core.cli.outputs import outputs
from tonenet_core.cli.pictures import check_pictures, draw_attention_of, draw_matrices
from tonenet_core.cli.streams import (
    STREAM,
    input_argument,
    output_file,
    output_option,
    read_piece,
)
from tonenet_core.cli.terminal import (
    number_of,
    print_json,
    print_line,
    report_refusals,
    show,
    show_progress,
    style_of,
)
from tonenet_core.cli.transfer_figures import print_figures
from tonenet_core.cli.transfer_options import (
    USUAL_PARTS,
    Beats,
    LoudnessLevel,
    Performing,
    hands_of,
    parts_of,
    scope_of,
    track_numbers,
)
from tonenet_core.errors import MidiError
from tonenet_core.progress import part

if TYPE_CHECKING:
    from tonenet_core.checkpoint import CheckpointInfo
    from tonenet_core.transfer import TransferOptions


def transfer(
    inputs: Annotated[
        list[Path],
        input_argument("IN.mid", "MIDI files to read, or a folder of them. -: standard input."),
    ],
    *,
    to: Annotated[str, typer.Option("--to", help="The style to play in, such as classical or jazz.")],
    source: Annotated[
        str | None, typer.Option("--from", help="The style the file is played in.", show_default="detected")
    ] = None,
    out: Annotated[
        Path | None, output_option("OUT.mid", "The file to write, replaced if it exists. -: standard output.")
    ] = None,
    out_dir: Annotated[
        Path | None,
        typer.Option(help="A folder for the results, which keep their names; made if missing.", show_default=False),
    ] = None,
    model: Annotated[
        str, typer.Option(help="An installed model (see `tonenet models`) or a checkpoint.")
    ] = "performer",
    strength: Annotated[float, typer.Option(min=0.0, max=1.5, help="0 is the original, 1 the style.")] = 1.0,
    accents: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            help="How much of the player's accents to keep; 0 is the style's own median for each note.",
            show_default="the model's own",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="For pieces that are performed: another seed gives another performance.")
    ] = 0,
    level: Annotated[
        LoudnessLevel, typer.Option(help="The loudness of the result: keep the original's, or take the style's usual.")
    ] = LoudnessLevel.KEEP,
    perform: Annotated[
        Performing,
        typer.Option(help="Perform the piece instead of carrying over its accents; auto: unless they were played."),
    ] = Performing.AUTO,
    tracks: Annotated[
        str | None,
        typer.Option(metavar="1,3", help="The numbers of the tracks to play.", show_default="those of the piano"),
    ] = None,
    parts: Annotated[
        str | None,
        typer.Option(
            metavar="dynamics,timing,articulation,pedal|all",
            help="What is played in the style: velocities; swing, and lags inside chords; notes' lengths; the pedal.",
            show_default=USUAL_PARTS,
        ),
    ] = None,
    swing: Annotated[
        float | None,
        typer.Option(
            min=-1.0,
            max=1.5,
            help="With timing: how unequal the eighths become; 0 is straight, 1 is two to one.",
            show_default="as is usual for the style",
        ),
    ] = None,
    rubato: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.5,
            help="With timing: how far the tempo goes from the piece's own, 0, to the style's, 1.",
            show_default="1 for a page that the piano plays alone, else 0",
        ),
    ] = None,
    tap: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With timing: its beats, in seconds, one a line.", show_default="its own"),
    ] = None,
    beats: Annotated[
        Beats,
        typer.Option(
            help="With timing: the file's own beats, those of --tap, those found in the notes, or none; "
            "auto: those that there are, or else those found, if they are sure."
        ),
    ] = Beats.FILE,
    from_bar: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="A", help="Play only a passage in the style, from this bar.", show_default="the first"
        ),
    ] = None,
    to_bar: Annotated[
        int | None, typer.Option(min=0, metavar="B", help="The passage's last bar.", show_default="the last")
    ] = None,
    from_time: Annotated[
        float | None,
        typer.Option(min=0.0, metavar="S", help="Play only a passage, from this second.", show_default="the start"),
    ] = None,
    to_time: Annotated[
        float | None, typer.Option(min=0.0, metavar="S", help="The second where it ends.", show_default="the end")
    ] = None,
    hands: Annotated[
        str,
        typer.Option(
            metavar="left|right|both|L,R",
            help="Play only this hand in the style, or each by its share (0..1) of --strength; the other stays.",
        ),
    ] = "both",
    split: Annotated[
        str,
        typer.Option(metavar="voice|KEY", help="Where the hands part: by staff or voice, or at a key such as C4."),
    ] = "voice",
    device: Device = "auto",
    as_json: AsJson = False,
    matrices: Annotated[
        Path | None, typer.Option(help="Also draw the velocity matrices before and after.", metavar="PNG")
    ] = None,
    attention: Annotated[
        Path | None, typer.Option(help="Also draw the attention weights of a model with attention.", metavar="PNG")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="For a folder: the number of processes.")] = 1,
    ray: Annotated[
        bool,
        typer.Option(
            "--ray", help="For a folder: use the Ray cluster of RAY_ADDRESS, or Ray's workers on this machine."
        ),
    ] = False,
) -> None:
    """Play piano MIDI in another style. The notes stay the same; what --parts does not name is kept, byte for byte.

    Several files and --out-dir make a batch: a file that cannot be read is reported at the end and does not stop the
    others. A folder is read with its subfolders; a batch of it that was stopped continues when it is called again.
    """
    from tonenet_core.interpretation import DEFAULT_PARTS
    from tonenet_core.transfer import TransferOptions

    info = _transfer_model(model)
    style, source_style = style_of(info, to, "--to"), None if source is None else style_of(info, source, "--from")
    options = TransferOptions(
        style,
        source_style,
        strength,
        accents,
        seed,
        level.value,
        perform.value,
        track_numbers(tracks),
        DEFAULT_PARTS if parts is None else parts_of(parts),
        swing,
        rubato,
        scope_of(from_bar, to_bar, from_time, to_time),
        hands_of(hands, split),
        beats.value,
    )
    chosen = None if beats == Beats.FILE else beats
    for option, value in (("--swing", swing), ("--rubato", rubato or None), ("--tap", tap), ("--beats", chosen)):
        if value is not None and "timing" not in options.parts:
            raise typer.BadParameter(f"{option} belongs to timing: give --parts timing too.", param_hint=option)
    if tap is not None and beats in (Beats.TRACKED, Beats.NONE):
        raise typer.BadParameter(f"The beats of --tap are tapped ones, not those of --beats {beats.value}.")
    if any(path != STREAM and path.is_dir() for path in inputs):
        if len(inputs) > 1 or out_dir is None or out or matrices or attention or tap:
            raise typer.BadParameter("A folder goes alone, with --out-dir DIR, and without pictures or --tap.")
        _transfer_folder(inputs[0], out_dir, info, options, device=device, workers=workers, ray=ray, as_json=as_json)
        return
    pairs = outputs(inputs, out, out_dir, as_json=as_json)
    check_pictures(inputs, info, matrices, attention)
    if tap is not None and len(pairs) > 1:
        raise typer.BadParameter("The beats of --tap are those of one IN.mid.", param_hint="--tap")
    timing_asked = any(each is not None for each in (parts, swing, rubato or None, tap, chosen))
    _transfer_files(
        pairs,
        info,
        options,
        tap=tap,
        device=device,
        as_json=as_json,
        timing_asked=timing_asked,
        matrices=matrices,
        attention=attention,
    )


def _transfer_model(name: str) -> CheckpointInfo:
    from tonenet_core.checkpoint import find

    info = find(name, lambda each: each.transfers)
    if info.generates:
        raise typer.BadParameter(f"The model {info.name} generates pieces and plays none.", param_hint="--model")
    if not info.transfers:
        raise typer.BadParameter(f"The model {info.name} makes no transfers of its own.", param_hint="--model")
    return info


def _transfer_files(
    pairs: list[tuple[Path, Path]],
    info: CheckpointInfo,
    options: TransferOptions,
    *,
    tap: Path | None,
    device: str,
    as_json: bool,
    timing_asked: bool,
    matrices: Path | None,
    attention: Path | None,
) -> None:
    from tonenet_core.checkpoint import load_velocity_model
    from tonenet_core.file_transfer import model_interpreter, transfer_performance
    from tonenet_core.midi import write_midi
    from tonenet_core.timing.taps import read_taps, with_taps

    loaded = cache(partial(load_velocity_model, info.path, device))
    refusals = []
    with show_progress(f"Transfer to {options.style}") as progress:
        for index, (path, target) in enumerate(pairs):
            try:
                original = read_piece(path, options.tracks)
                if tap is not None:
                    original = with_taps(original, read_taps(tap))
                run = model_interpreter(loaded, device)
                result = transfer_performance(original, run, options, part(progress, index, len(pairs)))
                with output_file(target) as file:
                    write_midi(file, result.styled)
            except MidiError as error:
                refusals.append(str(error))
                continue
            if matrices is not None:
                draw_matrices(matrices, result)
            if attention is not None:
                draw_attention_of(attention, loaded(), result)
            print_figures(result, path, target, info, as_json=as_json, timing_asked=timing_asked)
    report_refusals(refusals, len(pairs))


def _transfer_folder(
    folder: Path,
    out_dir: Path,
    info: CheckpointInfo,
    options: TransferOptions,
    *,
    device: str,
    workers: int,
    ray: bool,
    as_json: bool,
) -> None:
    from tonenet_core.batch import BatchModel, transfer_folder
    from tonenet_core.checkpoint import digest
    from tonenet_core.compute.ray import ray_executor
    from tonenet_core.compute.workers import processes

    model, executors = BatchModel(info.path.resolve(), digest(info), device), ray_executor if ray else processes
    with show_progress(f"Transfer to {options.style}") as progress:
        done = transfer_folder(folder, out_dir, model, options, workers=workers, executors=executors, progress=progress)
    if as_json:
        print_json(asdict(done))
    else:
        show(*done.notices)
        before = f"{done.before:,} {'was' if done.before == 1 else 'were'} done before"
        print_line(f"{out_dir}: {number_of(done.done, 'file')} in {options.style}, {before}")
    report_refusals(list(done.left_out), done.done + done.before + len(done.left_out), folder=True)
