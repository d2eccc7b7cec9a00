"""The commands `tonenet evaluate` and `tonenet judge`."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Annotated

import typer

from tonenet_core.cli.options import AsJson, Device
from tonenet_core.cli.terminal import print_line, show_progress
from tonenet_core.errors import ToneNetError

Transcribed = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Transcriptions of classical recordings, which show whether the judge hears the transcriber.",
    ),
]


def evaluate(
    checkpoints: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...", help="Installed models or checkpoints; the first is compared with the others."
        ),
    ],
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="A data folder, or a cache made of one.")],
    split: Annotated[str, typer.Option(help="Which of its pieces: train, valid or test.")] = "test",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="A folder for report, figures and pictures.")
    ] = None,
    transcribed: Transcribed = None,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Measure models on unseen pieces: accuracy, spread, style and transfers, against simple baselines."""
    from tonenet_core.evaluation.evaluate import evaluate as measure

    with show_progress("Measuring") as progress:
        report, samples = measure(
            checkpoints, data, split=split, transcribed=transcribed, device=device, progress=progress
        )
    text = json.dumps(report.as_json(), indent=2)
    if out is not None:
        from tonenet_core.evaluation.pictures import draw_pictures

        out.mkdir(parents=True, exist_ok=True)
        (out / f"{split}.json").write_text(text + "\n", encoding="utf-8")
        (out / f"{split}.md").write_text(report.as_markdown(), encoding="utf-8")
        for path in draw_pictures(out, samples):
            logging.getLogger("tonenet_core").info("%s is ready.", path)
    print_line(text if as_json else report.as_markdown())


# -- the style judge ----------------------------------------------------------------------------------------------

judge = typer.Typer(help="Fit the style judge, and measure its reliability.", no_args_is_help=True)


@judge.command("fit")
def fit_judge(
    data: Annotated[Path, typer.Option(metavar="CACHE", help="A cache written by `tonenet prepare`.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="The judge to write.")],
    seed: Annotated[int, typer.Option(help="Makes the fit repeatable.")] = 0,
) -> None:
    """Fit a judge to one half of the training tunes and calibrate it on `valid`."""
    from tonenet_core.data.cache import open_cache
    from tonenet_core.judge.fit import fit_judge as fit

    cache = open_cache(data)
    with show_progress("Fitting") as progress:
        fit(cache, seed=seed, progress=progress).save(out)
    print_line(f"{out} is ready.")


@judge.command("measure")
def measure_judge(
    *,
    data: Annotated[Path, typer.Option(metavar="CACHE", help="A cache written by `tonenet prepare`.")],
    path: Annotated[
        Path | None, typer.Option("--judge", metavar="FILE", help="The judge.", show_default="the shipped one")
    ] = None,
    split: Annotated[str, typer.Option(help="Which of the pieces: train, valid or test.")] = "test",
    notes: Annotated[
        int | None,
        typer.Option(min=1, help="The number of notes to judge, from the middle of each piece.", show_default="all"),
    ] = None,
    transcribed: Transcribed = None,
    as_json: AsJson = False,
) -> None:
    """Measure the judge on unseen pieces, and on their notes with velocities of no style."""
    from tonenet_core.data.cache import open_cache
    from tonenet_core.encoding.written import PAGES
    from tonenet_core.files.locations import SHIPPED_JUDGE
    from tonenet_core.judge import load_judge
    from tonenet_core.judge.report import measure_judge as measure
    from tonenet_core.judge.report import transcribed_pieces

    path = path or SHIPPED_JUDGE
    found = load_judge(path)
    if found is None:
        raise ToneNetError(f"There is no judge in {path}; make one with `tonenet judge fit`.")
    pieces = [piece for piece in open_cache(data).pieces(split, found.styles) if not piece.source.endswith(PAGES)]
    if not pieces:
        raise ToneNetError(f"{data} holds no pieces of {' or '.join(found.styles)} in its {split} split.")
    with show_progress("Measuring") as progress:
        control = [] if transcribed is None else transcribed_pieces(transcribed)
        report = measure(found, pieces, transcribed=control, notes=notes, progress=progress)
    print_line(json.dumps(report.as_json(), indent=2) if as_json else report.as_markdown())
