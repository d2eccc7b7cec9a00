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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tonenet_core import __version__
from tonenet_core.errors import MidiError, ToneNetError
from tonenet_core.progress import Progress, no_progress, part

if TYPE_CHECKING:
    from tonenet_core.checkpoint import CheckpointInfo
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
        _tell(str(error))
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that may not be written to
        _tell(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
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
    inputs: Annotated[list[Path], typer.Argument(metavar="IN.mid", help="MIDI files to read.", show_default=False)],
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
    model: Annotated[str, typer.Option(help="An installed model (see `tonenet models`) or a checkpoint.")] = "stylenet",
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
    seed: Annotated[int, typer.Option(help="For models that draw by chance; those installed now do not.")] = 0,
    device: Device = "auto",
    as_json: AsJson = False,
    matrices: Annotated[
        Path | None, typer.Option(help="Also draw the velocity matrices before and after.", metavar="PNG")
    ] = None,
) -> None:
    """Give piano MIDI another style's velocities; everything else stays as it is, byte for byte.

    Several files and --out-dir make a batch: what cannot be read is told at the end and does not stop the others.
    """
    del seed  # accepted so that scripts need not know which models use it
    pairs = _outputs(inputs, out, out_dir)
    if matrices is not None and len(inputs) > 1:
        raise typer.BadParameter("--matrices draws one piece; give one IN.mid.")
    if matrices is not None:
        _need_folder_of(matrices)
    run = _TransferRun(model, to, source, strength, accents, device)
    refusals = []
    with _progress(f"Transfer to {run.style}") as progress:
        for index, (path, target) in enumerate(pairs):
            try:
                done = run.on(path, target, matrices, part(progress, index, len(pairs)))
            except MidiError as error:
                refusals.append(str(error))
            else:
                _report(done, as_json)
    if refusals and len(pairs) > 1:
        refusals.append(f"{len(refusals)} of {len(pairs)} files were left out.")
    if refusals:
        _tell(*refusals)
        raise typer.Exit(1)


def _outputs(inputs: list[Path], out: Path | None, out_dir: Path | None) -> list[tuple[Path, Path]]:
    """Return each input with the file that it becomes; wrong usage if that is not one file for each."""
    if (out is None) == (out_dir is None):
        raise typer.BadParameter("Give either -o OUT.mid or --out-dir DIR.")
    if out is not None:
        if len(inputs) > 1:
            raise typer.BadParameter("-o takes one IN.mid; for several give --out-dir DIR.")
        _need_folder_of(out)
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


def _need_folder_of(path: Path) -> None:
    """Refuse a place that does not exist before anything is computed."""
    if not path.absolute().parent.is_dir():
        raise ToneNetError(f"{path} could not be written: there is no folder {path.parent}.")


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
    device: str

    def __post_init__(self) -> None:
        self.style = self._known_style(self.wanted, "--to")
        self.source_style = None if self.source is None else self._known_style(self.source, "--from")

    @cached_property
    def _info(self) -> CheckpointInfo:
        from tonenet_core.checkpoint import find

        return find(self.model)

    @cached_property
    def _loaded(self) -> Any:
        from tonenet_core.checkpoint import load

        return load(self._info.path, self.device)

    def _known_style(self, style: str, option: str) -> str:
        styles = {name.lower(): name for name in self._info.styles}
        if style.lower() not in styles:
            known = ", ".join(self._info.styles)
            raise typer.BadParameter(
                f"The model {self._info.name} has no style {style!r}; it plays {known}.", param_hint=option
            )
        return styles[style.lower()]

    def on(self, path: Path, target: Path, matrices: Path | None, progress: Progress) -> _Figures:
        """Transfer one file."""
        from tonenet_core.midi import read_midi, write_midi

        performance = read_midi(path)
        model = self._loaded
        from tonenet_core.transfer import apply, interpret

        began = time.monotonic()
        accents = self._info.default_accents if self.accents is None else self.accents
        interpretation = interpret(performance, model, self.style, source_style=self.source_style, progress=progress)
        styled = apply(performance, interpretation, self.strength, accents)
        seconds = time.monotonic() - began
        write_midi(target, styled)
        if matrices is not None:
            _draw(matrices, performance, styled, self.style)
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
            seconds=round(seconds, 3),
            notices=performance.notices,
        )


def _draw(path: Path, original: Performance, styled: Performance, style: str) -> None:
    from tonenet_core.encoding.grid import Grid, encode
    from tonenet_core.plots import velocity_matrices

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
    _tell(*done.notices)
    typer.echo(
        f"{done.out}: {done.notes:,} notes in {done.style}, mean velocity "
        f"{done.mean_velocity_before:.1f} to {done.mean_velocity_after:.1f}, "
        f"changed by {done.mean_absolute_change:.1f} on average"
    )


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
    from tonenet_core.synth import render_wav

    performance = read_midi(path)
    _tell(*performance.notices)
    with _progress("Rendering") as progress:
        render_wav(performance, out, soundfont, progress)


@app.command()
def models(
    name: Annotated[str | None, typer.Argument(help="Print the card of this one.", show_default=False)] = None,
) -> None:
    """List the installed models, or print one's card."""
    from tonenet_core.checkpoint import find, installed

    if name is not None:
        info = find(name)
        if info.card is None:
            raise ToneNetError(f"The model {info.name} has no card: there is no {info.path.with_suffix('.md')}.")
        typer.echo(info.card.read_text(encoding="utf-8"))
        return
    found = installed()
    if not found:
        typer.echo("No models are installed; `tonenet train` makes one.")
    for info in found:
        typer.echo(f"{info.name}: {info.title}")
        typer.echo(f"  styles      {', '.join(info.styles)}")
        typer.echo(f"  checkpoint  {info.path}")
        typer.echo(f"  card        {info.card or 'none'}")


@app.command()
def prepare(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="MIDI files: a manifest.csv, or a folder for each style.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="CACHE", help="The cache to write.")],
) -> None:
    """Read folders of MIDI into a cache that models are trained on."""
    from tonenet_core.dataset import prepare as prepare_cache

    with _progress("Reading") as progress:
        left_out = prepare_cache(folder, out, progress)
    _tell(*(f"Left out: {sentence}" for sentence in left_out))
    typer.echo(f"{out} is ready.")


@app.command()
def train(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.toml", help="A recipe, or the name of a shipped one.")],
    *,
    data: Annotated[Path, typer.Option(metavar="CACHE", help="What `tonenet prepare` wrote.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", help="The folder of the run.", show_default="runs/RECIPE"),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in that folder.")] = False,
    device: Device = "auto",
    devices: Annotated[int, typer.Option(min=1, help="How many of them.")] = 1,
) -> None:
    """Train a model from a recipe; the folder gets the checkpoint and its curves as CSV and PNG."""
    from tonenet_core.locations import RECIPES
    from tonenet_core.train import train as run_training

    shipped = RECIPES / recipe.with_suffix(".toml").name
    if not recipe.exists() and len(recipe.parts) == 1 and shipped.is_file():
        recipe = shipped
    logging.getLogger("tonenet_core").setLevel(logging.INFO)
    folder = out or Path("runs") / recipe.stem
    with _progress("Training") as progress:
        checkpoint = run_training(
            recipe, data, folder, resume=resume, device=device, devices=devices, progress=progress
        )
    typer.echo(f"{checkpoint} is ready.")


@app.command()
def evaluate(
    checkpoint: Annotated[str, typer.Argument(help="An installed model or a checkpoint.")],
    data: Annotated[Path, typer.Option(metavar="DIR", help="A data folder, or a cache made of one.")],
    split: Annotated[str, typer.Option(help="Which of its pieces: train, valid or test.")] = "test",
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Measure a model on pieces it has not seen, against simple baselines."""
    from tonenet_core.evaluate import evaluate as measure

    with _progress("Measuring") as progress:
        report = measure(checkpoint, data, split=split, device=device, progress=progress)
    typer.echo(json.dumps(report.as_json(), indent=2) if as_json else report.as_markdown())


# -- the terminal -------------------------------------------------------------------------------------------------


def _tell(*sentences: str) -> None:
    """Write a line on stderr for each sentence."""
    for sentence in sentences:
        typer.echo(" ".join(sentence.split()), err=True)


@contextmanager
def _progress(title: str) -> Iterator[Progress]:
    """Show a bar with the time left on stderr while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.logging import RichHandler
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    # What is logged meanwhile goes above the bar, not through it.
    logging.basicConfig(handlers=[RichHandler(console=console, show_path=False)], format="%(message)s", force=True)
    # Results go above the bar too, but never where stdout leads to a file or a pipe.
    with Bar(console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task(title, total=1.0)

        def show(fraction: float) -> None:
            bar.update(task, completed=fraction)

        yield show


if __name__ == "__main__":
    main()
