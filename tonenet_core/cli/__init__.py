"""The command line: each command parses its words and makes one core call.

Nothing heavy is imported before a command needs it, so that `tonenet --help` answers at once. Results go to stdout;
errors, notices and progress to stderr, progress only to a terminal. Exit status: 0 done, 1 an error that names the
file, 2 wrong usage, 130 interrupted.

A file is never replaced that the user did not name: `-o` may name any file, even the input; `--out-dir` refuses a
folder that would put a result in the place of an input.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tonenet_core import __version__
from tonenet_core.cli import generate
from tonenet_core.cli.terminal import need_folder_of, show_progress, style_of, tell
from tonenet_core.errors import MidiError, ToneNetError
from tonenet_core.models import ATTENTIVE
from tonenet_core.progress import Progress, no_progress, part

if TYPE_CHECKING:
    from tonenet_core.batch import Manner
    from tonenet_core.checkpoint import CheckpointInfo
    from tonenet_core.judge import Judge
    from tonenet_core.performance import Performance

app = typer.Typer(
    name="tonenet",
    help="Plays a pianist's MIDI in another style: the same notes, other dynamics.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # importing rich for the help would double the time it takes
    pretty_exceptions_enable=False,
)

Device = Annotated[str, typer.Option(help="Where to compute: auto (a GPU if there is one), cpu, cuda or cuda:1.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print figures as JSON on stdout.")]


def main() -> None:
    """Run the command line and exit with its status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that unfinished files are removed
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        app(prog_name="tonenet")
    except ToneNetError as error:
        tell(str(error))
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that may not be written to
        tell(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
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


# -- transfer -----------------------------------------------------------------------------------------------------


@app.command()
def transfer(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="IN.mid", help="MIDI files to read, or a folder of them.", show_default=False),
    ],
    *,
    to: Annotated[str, typer.Option("--to", help="The style to play in, such as classical or jazz.")],
    source: Annotated[
        str | None, typer.Option("--from", help="The style the file is played in.", show_default="found by the model")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The file to write, replaced if it exists.", show_default=False)
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
        int, typer.Option(min=0, help="Of the performance of a file without dynamics; another seed, another one.")
    ] = 0,
    device: Device = "auto",
    as_json: AsJson = False,
    matrices: Annotated[
        Path | None, typer.Option(help="Also draw the velocity matrices before and after.", metavar="PNG")
    ] = None,
    attention: Annotated[
        Path | None, typer.Option(help="Also draw what an attention model looked at, note by note.", metavar="PNG")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Of a folder: processes that share the work.")] = 1,
    ray: Annotated[
        bool, typer.Option("--ray", help="Of a folder: on the Ray cluster of RAY_ADDRESS, or on Ray's workers here.")
    ] = False,
) -> None:
    """Give piano MIDI another style's velocities; everything else stays as it is, byte for byte.

    Several files and --out-dir make a batch: what cannot be read is told at the end and does not stop the others. Of a
    folder, the files in it and in its folders; called again after it was stopped, it goes on where it was.
    """
    if any(path.is_dir() for path in inputs):
        if len(inputs) > 1 or out_dir is None or out or matrices or attention:
            raise typer.BadParameter("A folder goes alone, with --out-dir DIR, and without pictures.")
        wanted = _TransferRun(model, to, source, strength, accents, seed, device, None, None, judged=False)
        _transfer_folder(inputs[0], out_dir, wanted, workers=workers, ray=ray, as_json=as_json)
        return
    pairs = _outputs(inputs, out, out_dir)
    for option, picture in (("--matrices", matrices), ("--attention", attention)):
        if picture is not None and len(inputs) > 1:
            raise typer.BadParameter(f"{option} draws one piece; give one IN.mid.")
        if picture is not None:
            need_folder_of(picture)
    run = _TransferRun(model, to, source, strength, accents, seed, device, matrices, attention, as_json)
    refusals = []
    with show_progress(f"Transfer to {run.style}") as progress:
        for index, (path, target) in enumerate(pairs):
            try:
                done = run.on(path, target, part(progress, index, len(pairs)))
            except MidiError as error:
                refusals.append(str(error))
            else:
                _report(done, as_json)
    if refusals and len(pairs) > 1:
        refusals.append(f"{len(refusals)} of {len(pairs)} files were left out.")
    if refusals:
        tell(*refusals)
        raise typer.Exit(1)


def _transfer_folder(folder: Path, out_dir: Path, run: _TransferRun, *, workers: int, ray: bool, as_json: bool) -> None:
    from tonenet_core.batch import ray_executor, transfer_folder
    from tonenet_core.compute.workers import processes

    manner = run.manner()
    with show_progress(f"Transfer to {run.style}") as progress:
        report = transfer_folder(
            folder, out_dir, manner, workers=workers, executors=ray_executor if ray else processes, progress=progress
        )
    tell(*report.left_out)
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    else:
        typer.echo(f"{out_dir}: {report.done:,} files in {run.style}, {report.before:,} were there before")
    if report.left_out:
        tell(f"{len(report.left_out)} of {report.done + report.before + len(report.left_out)} files were left out.")
        raise typer.Exit(1)


def _outputs(inputs: list[Path], out: Path | None, out_dir: Path | None) -> list[tuple[Path, Path]]:
    """Return each input with the file that it becomes; wrong usage if that is not one file for each."""
    if (out is None) == (out_dir is None):
        raise typer.BadParameter("Give either -o OUT.mid or --out-dir DIR.")
    if out is not None:
        if len(inputs) > 1:
            raise typer.BadParameter("-o takes one IN.mid; for several give --out-dir DIR.")
        need_folder_of(out)
        return [(inputs[0], out)]
    assert out_dir is not None
    pairs = [(path, out_dir / path.name) for path in inputs]
    places = {path.resolve() for path in inputs}
    taken: set[Path] = set()
    for path, target in pairs:
        if target.resolve() in places:
            raise typer.BadParameter(f"--out-dir {out_dir} would replace {target}, which is an input.")
        if target in taken:
            raise typer.BadParameter(f"--out-dir: two of the files are called {path.name}.")
        taken.add(target)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MidiError(f"The folder {out_dir} could not be made: {error.strerror}.") from error
    return pairs


@dataclass(frozen=True)
class _Figures:
    """What `--json` prints of one transfer."""

    file: str
    out: str
    notes: int
    model: str
    style: str
    source_style: str
    strength: float
    accents: float
    mean_velocity_before: float
    mean_velocity_after: float
    mean_absolute_change: float
    judged_before: dict[str, float] | None
    judged_after: dict[str, float] | None
    seconds: float
    notices: tuple[str, ...]


@dataclass
class _TransferRun:
    """One call of `tonenet transfer`: the model is loaded once, and only when there is a file for it."""

    model: str
    wanted: str
    source: str | None
    strength: float
    accents: float | None
    seed: int
    device: str
    matrices: Path | None
    attention: Path | None
    judged: bool

    def __post_init__(self) -> None:
        if self.attention is not None and self._info.model not in ATTENTIVE:
            raise typer.BadParameter(f"The model {self._info.name} has no attention.", param_hint="--attention")
        if self._info.generates:
            raise typer.BadParameter(
                f"The model {self._info.name} invents pieces, it plays none.", param_hint="--model"
            )
        self.style = style_of(self._info, self.wanted, "--to")
        self.source_style = None if self.source is None else style_of(self._info, self.source, "--from")

    @cached_property
    def _info(self) -> CheckpointInfo:
        from tonenet_core.checkpoint import find

        return find(self.model)

    @cached_property
    def _loaded(self) -> Any:
        from tonenet_core.checkpoint import load

        return load(self._info.path, self.device)

    @cached_property
    def _judge(self) -> Judge | None:
        from tonenet_core.judge import load_judge

        return load_judge() if self.judged else None

    def manner(self) -> Manner:
        """Return what `batch` needs to know of it."""
        from tonenet_core.batch import Manner
        from tonenet_core.checkpoint import digest

        path = self._info.path.resolve()
        return Manner(
            model=path,
            digest=digest(self._info),
            style=self.style,
            source_style=self.source_style,
            strength=self.strength,
            accents=self.accents,
            seed=self.seed,
            device=self.device,
        )

    def _verdict(self, performance: Performance) -> dict[str, float] | None:
        """Return the independent judge's probability of each style, if it was asked for and there is one."""
        if self._judge is None:
            return None
        return {style: round(each, 4) for style, each in self._judge.verdict(performance).probability.items()}

    def on(self, path: Path, target: Path, progress: Progress) -> _Figures:
        """Transfer one file."""
        from tonenet_core.midi import read_midi, write_midi

        performance = read_midi(path)
        model = self._loaded
        from tonenet_core.transfer import apply, interpret

        began = time.monotonic()
        accents = self._info.default_accents if self.accents is None else self.accents
        interpretation = interpret(
            performance, model, self.style, source_style=self.source_style, seed=self.seed, progress=progress
        )
        styled = apply(performance, interpretation, self.strength, accents)
        seconds = time.monotonic() - began
        write_midi(target, styled)
        if self.matrices is not None:
            _draw(self.matrices, performance, styled, self.style)
        if self.attention is not None:
            from tonenet_core.plots.plots import attention

            attention(self.attention, model.attention(performance, self.style), name=path.name, style=self.style)
        before, after = performance.velocities.astype(float), styled.velocities.astype(float)
        return _Figures(
            file=str(path),
            out=str(target),
            notes=len(performance),
            model=self._info.name,
            style=self.style,
            source_style=interpretation.source_style,
            strength=self.strength,
            accents=accents,
            mean_velocity_before=round(float(before.mean()), 3),
            mean_velocity_after=round(float(after.mean()), 3),
            mean_absolute_change=round(float(abs(after - before).mean()), 3),
            judged_before=self._verdict(performance),
            judged_after=self._verdict(styled),
            seconds=round(seconds, 3),
            notices=(*performance.notices, *interpretation.notices),
        )


def _draw(path: Path, original: Performance, styled: Performance, style: str) -> None:
    from tonenet_core.encoding.grid import Grid, encode
    from tonenet_core.plots.plots import velocity_matrices

    before, after = encode(original, Grid()), encode(styled, Grid())
    matrices = before.velocity_matrix, after.velocity_matrix
    try:
        velocity_matrices(path, before.step_times_sec, *matrices, name=original.name, style=style)
    except OSError as error:
        raise ToneNetError(f"{path} could not be written: {error.strerror or error}.") from error


def _report(done: _Figures, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    tell(*done.notices)
    typer.echo(
        f"{done.out}: {done.notes:,} notes in {done.style}, mean velocity "
        f"{done.mean_velocity_before:.1f} to {done.mean_velocity_after:.1f}, "
        f"changed by {done.mean_absolute_change:.1f} on average"
    )


# -- new pieces ---------------------------------------------------------------------------------------------------

for command in (generate.generate, generate.reconstruct, generate.interpolate):
    app.command()(command)


# -- the other commands -------------------------------------------------------------------------------------------


@app.command()
def render(
    path: Annotated[Path, typer.Argument(metavar="IN.mid", help="The MIDI file; all its tracks are heard.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The WAV file to write, replaced if it exists.")],
    soundfont: Annotated[
        Path | None, typer.Option(help="An .sf2 or .sf3 file.", show_default="the best that is found")
    ] = None,
) -> None:
    """Render a MIDI file to sound, through FluidSynth."""
    from tonenet_core.midi import read_midi
    from tonenet_core.sound.synth import render_wav

    performance = read_midi(path)
    tell(*performance.notices)
    with show_progress("Rendering") as progress:
        render_wav(performance, out, soundfont, progress)


@app.command()
def models(
    name: Annotated[str | None, typer.Argument(help="Print the card of this one.", show_default=False)] = None,
) -> None:
    """List the installed models, or print one's card."""
    from tonenet_core.checkpoint import find, generators, installed

    if name is not None:
        info = find(name)
        if info.card is None:
            raise ToneNetError(f"The model {info.name} has no card: there is no {info.path.with_suffix('.md')}.")
        typer.echo(info.card.read_text(encoding="utf-8"))
        return
    logging.getLogger("tonenet_core").setLevel(logging.WARNING)  # styles that were left out, and why
    found = [*installed(), *generators()]
    if not found:
        typer.echo("No models are installed; `tonenet train` makes one.")
    for info in found:
        typer.echo(f"{info.name}: {info.title}")
        typer.echo(f"  does        {'invents pieces' if info.generates else 'transfers pieces'}")
        if info.comparison:
            typer.echo("  purpose     to be compared with")
        typer.echo(f"  styles      {', '.join(info.styles)}")
        for style in info.added:
            typer.echo(f"  added       {style.title}: {style.path}")
        typer.echo(f"  checkpoint  {info.path}")
        typer.echo(f"  card        {info.card or 'none'}")


@app.command()
def prepare(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="MIDI files: a manifest.csv, or a folder for each style.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="CACHE", help="The cache to write.")],
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what was read before a stop; keep it if this call is stopped.")
    ] = False,
) -> None:
    """Read folders of MIDI into a cache that models are trained on."""
    from tonenet_core.data.prepare import prepare as prepare_cache

    with show_progress("Reading") as progress:
        left_out = prepare_cache(folder, out, progress, workers=workers, resume=resume)
    tell(*(f"Left out: {sentence}" for sentence in left_out))
    typer.echo(f"{out} is ready.")


@app.command()
def train(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.toml", help="A recipe, or the name of a shipped one.")],
    *,
    data: Annotated[
        Path, typer.Option(metavar="CACHE", help="What `tonenet prepare` wrote; with --name, also a folder of MIDI.")
    ],
    name: Annotated[
        str | None,
        typer.Option(help="The style that add_style adds to a model; without -o it is installed.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="DIR", help="The folder of the run.", show_default="runs/RECIPE or NAME[-SEED]"
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Fixes everything random.", show_default="the recipe's")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in that folder.")] = False,
    device: Device = "auto",
    devices: Annotated[int, typer.Option(min=1, help="How many of them; under torchrun, as it says.")] = 1,
    memory: Annotated[
        float, typer.Option(metavar="GB", help="What prepared pieces may take; of more, they are read when drawn.")
    ] = 4.0,
) -> None:
    """Train a model, or a style of one's own, from a recipe; the folder gets it and its curves as CSV and PNG."""
    from tonenet_core.checkpoint import install_style
    from tonenet_core.files.locations import RECIPES
    from tonenet_core.training.add_style import add_style
    from tonenet_core.training.distributed import is_first
    from tonenet_core.training.train import train as train_model

    shipped = RECIPES / recipe.with_suffix(".toml").name
    if not recipe.exists() and recipe.parts[:-1] in ((), (RECIPES.name,)) and shipped.is_file():
        recipe = shipped
    logging.getLogger("tonenet_core").setLevel(logging.INFO)
    run = recipe.stem if name is None else name.lower()
    folder = out or Path("runs") / (run if seed is None else f"{run}-{seed}")
    how: dict[str, Any] = {"seed": seed, "resume": resume, "device": device, "devices": devices}
    how["memory"] = int(memory * 2**30)
    with show_progress("Training") if is_first() else nullcontext(no_progress) as progress:
        if name is None:
            trained = train_model(recipe, data, folder, **how, progress=progress)
        else:
            trained = add_style(recipe, data, name, folder, **how, progress=progress)
    if not is_first():
        return
    if name is not None and out is None:
        trained = install_style(trained)
    typer.echo(f"{trained} is ready.")


@app.command()
def evaluate(
    checkpoints: Annotated[
        list[str], typer.Argument(metavar="MODEL...", help="Installed models or checkpoints; the first is compared.")
    ],
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="A data folder, or a cache made of one.")],
    split: Annotated[str, typer.Option(help="Which of its pieces: train, valid or test.")] = "test",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="A folder for report, figures and pictures.")
    ] = None,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Measure models on pieces they have not seen: accuracy, spread, style, transfers; against simple baselines."""
    from tonenet_core.evaluation.evaluate import evaluate as measure

    with show_progress("Measuring") as progress:
        report, samples = measure(checkpoints, data, split=split, device=device, progress=progress)
    text = json.dumps(report.as_json(), indent=2)
    if out is not None:
        from tonenet_core.evaluation.pictures import draw_pictures

        out.mkdir(parents=True, exist_ok=True)
        (out / f"{split}.json").write_text(text + "\n", encoding="utf-8")
        (out / f"{split}.md").write_text(report.as_markdown(), encoding="utf-8")
        for path in draw_pictures(out, samples):
            logging.getLogger("tonenet_core").info("%s is ready.", path)
    typer.echo(text if as_json else report.as_markdown())


# -- the style judge ----------------------------------------------------------------------------------------------

judge = typer.Typer(help="Fit the style judge, and measure how far it is to be trusted.", no_args_is_help=True)
app.add_typer(judge, name="judge")


@judge.command("fit")
def fit_judge(
    data: Annotated[Path, typer.Option(metavar="CACHE", help="What `tonenet prepare` wrote.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="The judge to write.")],
    seed: Annotated[int, typer.Option(help="Fixes everything random.")] = 0,
) -> None:
    """Fit a judge to one half of the training tunes and calibrate it on `valid`."""
    from tonenet_core.data.cache import open_cache
    from tonenet_core.judge import fit_judge as fit

    cache = open_cache(data)
    with show_progress("Fitting") as progress:
        fit(cache, seed=seed, progress=progress).save(out)
    typer.echo(f"{out} is ready.")


@judge.command("measure")
def measure_judge(
    data: Annotated[Path, typer.Option(metavar="CACHE", help="What `tonenet prepare` wrote.")],
    path: Annotated[
        Path | None, typer.Option("--judge", metavar="FILE", help="The judge.", show_default="the shipped one")
    ] = None,
    split: Annotated[str, typer.Option(help="Which of the pieces: train, valid or test.")] = "test",
    notes: Annotated[
        int | None, typer.Option(min=1, help="How many notes of each are heard, from the middle.", show_default="all")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the judge about pieces it has not seen, and about their notes with velocities of no style."""
    from tonenet_core.data.cache import open_cache
    from tonenet_core.files.locations import SHIPPED_JUDGE
    from tonenet_core.judge import load_judge
    from tonenet_core.judge.report import measure_judge as measure

    path = path or SHIPPED_JUDGE
    found = load_judge(path)
    if found is None:
        raise ToneNetError(f"There is no judge in {path}; make one with `tonenet judge fit`.")
    pieces = list(open_cache(data).pieces(split, found.styles))
    if not pieces:
        raise ToneNetError(f"{data} holds no pieces of {' or '.join(found.styles)} in its {split} split.")
    with show_progress("Measuring") as progress:
        report = measure(found, pieces, notes=notes, progress=progress)
    typer.echo(json.dumps(report.as_json(), indent=2) if as_json else report.as_markdown())
