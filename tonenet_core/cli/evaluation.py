"""The commands `tonenet evaluate` and `tonenet judge`."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tonenet_core.cli.options import AsJson, Device
from tonenet_core.cli.terminal import print_line, show_progress
from tonenet_core.errors import ToneNetError

if TYPE_CHECKING:
    from tonenet_core.judge.report import JudgeReport, ShareTable
    from tonenet_core.judge.time_report import TimeReport
    from tonenet_core.performance import TrainingPiece
    from tonenet_core.progress import Progress

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
            metavar="MODEL...",
            help="Installed models or checkpoints; the first is compared with the others. cover: what writes covers.",
        ),
    ],
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="A data folder, or a cache made of one.")],
    split: Annotated[str, typer.Option(help="Which of its pieces: train, valid or test.")] = "test",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="A folder for report, figures and pictures.")
    ] = None,
    transcribed: Transcribed = None,
    pieces: Annotated[
        int | None,
        typer.Option(min=1, help="Of covers: how many pieces of each set, evenly spaced.", show_default="all"),
    ] = None,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Measure models on unseen pieces, against simple baselines.

    Accuracy, spread, style and transfers; of models of time, covers and new pieces what belongs to those.
    """
    from tonenet_core.evaluation.evaluate import evaluate as measure

    if checkpoints[0] == "cover":
        _evaluate_covers(checkpoints[1:], data, split, out, pieces=pieces, as_json=as_json)
        return
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


def _evaluate_covers(
    names: list[str], data: Path, split: str, out: Path | None, *, pieces: int | None, as_json: bool
) -> None:
    """Measure the models of covers, by default the arranger, all that are installed, and the baselines."""
    from tonenet_core.checkpoint import accompanists
    from tonenet_core.cover import ARRANGER
    from tonenet_core.evaluation.cover_baselines import BASELINES
    from tonenet_core.evaluation.covers import measure_covers

    names = names or [ARRANGER, *(info.name for info in accompanists()), *BASELINES]
    with show_progress("Measuring") as progress:
        report = measure_covers(names, data, split, progress, most=pieces)
    text = json.dumps(report.as_json(), indent=2)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"covers-{split}.json").write_text(text + "\n", encoding="utf-8")
        (out / f"covers-{split}.md").write_text(report.as_markdown(), encoding="utf-8")
    print_line(text if as_json else report.as_markdown())


# -- the style judge ----------------------------------------------------------------------------------------------

judge = typer.Typer(help="Fit the style judge, and measure its reliability.", no_args_is_help=True)


OfNotes = Annotated[
    bool, typer.Option("--notes", help="The judge of notes, which names the genre of covers, not that of velocities.")
]
OfTime = Annotated[
    bool, typer.Option("--time", help="The judge of time: how chords are broken, and how long notes are held.")
]


@judge.command("fit")
def fit_judge(
    data: Annotated[Path, typer.Option(metavar="CACHE", help="A cache written by `tonenet prepare`.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="The judge to write.")],
    seed: Annotated[int, typer.Option(help="Makes the fit repeatable.")] = 0,
    *,
    notes: OfNotes = False,
    time: OfTime = False,
) -> None:
    """Fit a judge to half of the training tunes.

    It is calibrated on `valid`. The judge of notes is fitted to all tunes.
    """
    from tonenet_core.data.cache import open_cache
    from tonenet_core.judge.fit import fit_judge as fit
    from tonenet_core.judge.fit_notes import fit_note_judge
    from tonenet_core.judge.fit_time import fit_time_judge

    _check_kind(notes=notes, time=time)
    cache = open_cache(data)
    with show_progress("Fitting") as progress:
        fitted = (fit_note_judge if notes else fit_time_judge if time else fit)(cache, seed=seed, progress=progress)
        fitted.save(out)
    print_line(f"{out} is ready.")


@judge.command("measure")
def measure_judge(
    *,
    data: Annotated[Path, typer.Option(metavar="CACHE", help="A cache written by `tonenet prepare`.")],
    path: Annotated[
        Path | None, typer.Option("--judge", metavar="FILE", help="The judge.", show_default="the shipped one")
    ] = None,
    split: Annotated[str, typer.Option(help="Which of the pieces: train, valid or test.")] = "test",
    notes: OfNotes = False,
    time: OfTime = False,
    excerpt: Annotated[
        int | None,
        typer.Option(min=1, help="The number of notes to judge, from the middle of each piece.", show_default="all"),
    ] = None,
    transcribed: Transcribed = None,
    as_json: AsJson = False,
) -> None:
    """Measure a judge on unseen pieces and on controls.

    Controls are playing of no style, or notes that nobody would write.
    """
    from tonenet_core.files.locations import SHIPPED_JUDGE, SHIPPED_NOTE_JUDGE, SHIPPED_TIME_JUDGE
    from tonenet_core.judge.report import transcribed_pieces

    _check_kind(notes=notes, time=time)
    if (notes or time) and excerpt is not None:
        raise typer.BadParameter(
            f"The judge of {'time' if time else 'notes'} judges whole pieces.", param_hint="--excerpt"
        )
    control = [] if transcribed is None else transcribed_pieces(transcribed)
    with show_progress("Measuring") as progress:
        report: JudgeReport | ShareTable | TimeReport
        if notes:
            report = _measured_notes(path or SHIPPED_NOTE_JUDGE, data, split, control, progress)
        elif time:
            report = _measured_time(path or SHIPPED_TIME_JUDGE, data, split, control, progress)
        else:
            report = _measured(path or SHIPPED_JUDGE, data, split, control, excerpt=excerpt, progress=progress)
    print_line(json.dumps(report.as_json(), indent=2) if as_json else report.as_markdown())


def _check_kind(*, notes: bool, time: bool) -> None:
    if notes and time:
        raise typer.BadParameter("It is one judge or the other.", param_hint="--notes, --time")


def _measured(
    path: Path,
    data: Path,
    split: str,
    control: list[TrainingPiece],
    *,
    excerpt: int | None,
    progress: Progress,
) -> JudgeReport:
    from tonenet_core.judge import load_judge
    from tonenet_core.judge.report import measure_judge as measure

    found = load_judge(path)
    if found is None:
        raise ToneNetError(f"There is no judge in {path}; make one with `tonenet judge fit`.")
    pieces = _judged_pieces(data, split, found.styles)
    return measure(found, pieces, transcribed=control, notes=excerpt, progress=progress)


def _measured_notes(path: Path, data: Path, split: str, control: list[TrainingPiece], progress: Progress) -> ShareTable:
    from tonenet_core.judge.notes import load_note_judge
    from tonenet_core.judge.notes_report import measure_note_judge

    found = load_note_judge(path)
    if found is None:
        raise ToneNetError(f"There is no judge of notes in {path}; make one with `tonenet judge fit --notes`.")
    pieces = _judged_pieces(data, split, found.classes[:-1])
    return measure_note_judge(found, pieces, transcribed=control, progress=progress)


def _measured_time(path: Path, data: Path, split: str, control: list[TrainingPiece], progress: Progress) -> TimeReport:
    from tonenet_core.judge.time import load_time_judge
    from tonenet_core.judge.time_report import measure_time_judge

    found = load_time_judge(path)
    if found is None:
        raise ToneNetError(f"There is no judge of time in {path}; make one with `tonenet judge fit --time`.")
    pieces = _judged_pieces(data, split, found.styles)
    return measure_time_judge(found, pieces, transcribed=control, progress=progress)


def _judged_pieces(data: Path, split: str, styles: tuple[str, ...]) -> list[TrainingPiece]:
    """Return the performances of a split."""
    from tonenet_core.data.cache import open_cache
    from tonenet_core.encoding.written import PAGES

    pieces = [piece for piece in open_cache(data).pieces(split, styles) if not piece.source.endswith(PAGES)]
    if not pieces:
        raise ToneNetError(f"{data} holds no pieces of {' or '.join(styles)} in its {split} split.")
    return pieces
