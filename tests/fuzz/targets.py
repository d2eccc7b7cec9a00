"""What is fuzzed: each reader with its seeds, the damage that is done to them, and what must hold of what it accepts.

Seeds are made in code. A reader may accept an input or refuse it with a `ToneNetError` of one full sentence; anything
else that comes out is a find.
"""

from __future__ import annotations

import functools
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import pieces, scores
from tests.fuzz.midi_mutations import mutate as mutate_midi
from tests.fuzz.midi_mutations import mutate_retimed
from tests.fuzz.score_mutations import mutate_score
from tests.fuzz.text_mutations import mutate_project, mutate_safetensors, mutate_text
from tonenet_core.performance import Performance

STYLES = ("jazz", "classical")
Reader = Callable[[Path], None]


@dataclass(frozen=True)
class Target:
    """A reader under test.

    Attributes:
        file: name of the file that holds an input.
        seeds: sound files of its kind.
        mutate: makes a damaged one of them.
        reader: makes the function that reads a file; given a folder for what has to lie beside it.
        share: of all inputs that are tried on it.
    """

    file: str
    seeds: Callable[[], Sequence[bytes]]
    mutate: Callable[[Sequence[bytes], random.Random], bytes]
    reader: Callable[[Path], Reader]
    share: float


# -- MIDI ---------------------------------------------------------------------------------------------------------


@functools.cache
def midi_seeds() -> tuple[bytes, ...]:
    """Every form and dialect that `pieces` writes."""
    return (
        pieces.scale(),
        pieces.combo(),
        pieces.running_status(),
        pieces.rmid(pieces.combo()),
        pieces.format_2(),
        pieces.smpte(),
        pieces.smpte(29, 100),
        pieces.melody(30, 1),
        pieces.melody(30, 2, metered=False, division=96),
        pieces.piece(
            pieces.SCALE, (0, pieces.time_signature(7, 8)), (960, pieces.tempo(30)), (1900, pieces.tempo(300))
        ),
    )


def midi_reader(_folder: Path) -> Reader:
    """Read as the window does, and lay the notes out for the synthesizer."""
    import numpy as np

    from tonenet_core.midi import parse_midi
    from tonenet_core.sound.schedule import Schedule

    def read(path: Path) -> None:
        performance = parse_midi(path.read_bytes(), path.name)
        notes = performance.notes
        assert len(notes)
        assert performance.to_bytes() == performance.source
        assert notes["velocity"].min() >= 1
        assert notes["velocity"].max() <= 127
        assert notes["onset_sec"].min() >= 0
        assert notes["duration_sec"].min() >= 0
        assert performance.duration_sec < 4 * 3600
        exported = performance.with_velocities(128.0 - notes["velocity"]).to_bytes()
        differing = np.flatnonzero(np.frombuffer(exported, np.uint8) != np.frombuffer(performance.source, np.uint8))
        assert np.isin(differing, performance.velocity_offsets).all()
        assert Schedule.of(performance).end_block >= 0

    return read


def cover_reader(_folder: Path) -> Reader:
    """Cover a piece by rule, in both styles."""
    from tonenet_core.arranging.arranger import Arranger
    from tonenet_core.cover import CoverOptions, cover
    from tonenet_core.midi import parse_midi

    def read(path: Path) -> None:
        performance = parse_midi(path.read_bytes(), path.name)
        if performance.duration_sec > 60:  # every beat is accompanied: of hours that takes a while
            return
        for style in Arranger.styles:
            made = cover(performance, Arranger(), CoverOptions(style, keep=0.3, seed=1))
            assert made.melody_kept == 1.0
            assert made.performance.duration_sec < 4 * 3600
            assert 0 <= made.playable <= 1

    return read


@functools.cache
def retimed_seeds() -> tuple[bytes, ...]:
    """The same files and what they are with other times."""
    from tonenet_core.midi import parse_midi

    performances = [parse_midi(data, "seed.mid") for data in midi_seeds()]
    return midi_seeds() + tuple(_retimed(performance)[0].source for performance in performances)


def _retimed(performance: Performance) -> tuple[Performance, Performance]:
    """Return a Performance with other times, and what is restored of that."""
    import numpy as np

    from tonenet_core.midi.retime import Retiming, note_ticks, restore, retime

    ticks = note_ticks(performance)
    last = float(ticks["end"].max()) + 1
    retiming = Retiming(np.array([0, last / 2, last]), np.array([0, last * 0.7, last]))
    lags = np.arange(len(ticks)) * 37 % 23
    onset = np.clip(retiming.warp(ticks["onset"]) + lags - 11, 0, None)
    length = np.maximum(ticks["end"] - ticks["onset"], 1)
    retiming = Retiming(retiming.from_tick, retiming.to_tick, onset, onset + length)
    result = retime(performance, retiming).performance
    return result, restore(result, velocities=True).performance


def retimed_reader(_folder: Path) -> Reader:
    """Give a file other times, and its own again; look for an original in it first."""
    import numpy as np

    from tonenet_core.midi import parse_midi
    from tonenet_core.midi.retime import restore

    def read(path: Path) -> None:
        performance = parse_midi(path.read_bytes(), path.name)
        original = restore(performance).performance
        assert original is performance or len(original) == len(performance)
        result, again = _retimed(performance)
        first = restore(performance, velocities=True).performance
        assert result is performance or again.source == first.source
        assert len(result) == len(performance)
        assert np.array_equal(np.sort(result.notes["pitch"]), np.sort(performance.notes["pitch"]))
        assert parse_midi(result.to_bytes(), path.name).duration_sec < 4 * 3600

    return read


def beats_reader(_folder: Path) -> Reader:
    """Look for beats in a file's notes, and use them whatever they are."""
    import numpy as np

    from tonenet_core.midi import parse_midi
    from tonenet_core.parts.beats import with_beats
    from tonenet_core.timing.taps import check_taps

    tracker = _networks()["beats"]

    def read(path: Path) -> None:
        performance = parse_midi(path.read_bytes(), path.name)
        tracked = tracker.track(performance)
        assert 0 <= tracked.confidence <= 1
        if len(tracked.time_sec) > 1:
            check_taps(np.maximum(tracked.time_sec, 0), path.name)
            beats = with_beats(performance, tracked.time_sec).beats_sec
            assert (np.diff(beats) > 0).all()
            assert beats[0] <= performance.notes["onset_sec"][0] <= performance.duration_sec <= beats[-1]

    return read


# -- scores -------------------------------------------------------------------------------------------------------


@functools.cache
def score_seeds() -> tuple[bytes, ...]:
    """Scores with everything that the reader knows, bare and compressed."""
    return scores.waltz(4), scores.everything(), scores.compressed(scores.everything())


# -- safetensors --------------------------------------------------------------------------------------------------


@functools.cache
def _networks() -> dict[str, object]:
    """A very small network of each model."""
    import torch

    from tonenet_core import checkpoint

    torch.manual_seed(0)
    image = {"styles": STYLES, "latent": 2, "hidden": 4, "blocks": 1}
    sizes: dict[str, dict[str, object]] = {
        "stylenet": {"styles": STYLES, "hidden": 4, "layers": 1, "window_steps": 16},
        "luong": {"styles": STYLES, "hidden": 4, "layers": 1, "style_size": 2, "reach": 2},
        "performer": {"styles": STYLES, "hidden": 4, "layers": 1, "style_size": 2, "block": 4},
        "trees": {"styles": STYLES, "rounds": 2, "leaves": 3, "level_rounds": 1},
        "gan": image,
        "vae-gan": {**image, "prior": 4, "mixtures": 2},
        "touch": {"styles": STYLES, "hidden": 4, "layers": 1, "style_size": 2, "block": 4},
        "swing": {"styles": STYLES, "sources": ()},
        "tempo": {"styles": STYLES[1:], "rounds": 2, "leaves": 3, "spread_rounds": 1, "spread_leaves": 2},
        "micro-timing": {"styles": STYLES[1:], "rounds": 2, "leaves": 3, "spread_rounds": 1, "spread_leaves": 2},
        "pedal": {"styles": STYLES, "hidden": 4, "layers": 1},
        "rhythm": {"styles": STYLES[1:], "hidden": 4, "layers": 1},
        "beats": {"styles": STYLES, "channels": 4, "layers": 1},
        "seq-gan": {"styles": ("folk",), "hidden": 4, "embedding": 4, "length": 8, "filters": 2, "kernels": (1, 2)},
    }
    return {name: checkpoint.build(name, size) for name, size in sizes.items()}


def _saved(folder: Path, name: str) -> Path:
    from tonenet_core import checkpoint

    path = folder / f"{name}.safetensors"
    checkpoint.save(path, _networks()[name], name.title(), {"seed": 0, "data": {"jazz": {"mean": 64.0}}})
    return path


def _bytes_of(save: Callable[[Path], Path]) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return save(Path(folder)).read_bytes()


@functools.cache
def checkpoint_seeds() -> tuple[bytes, ...]:
    """A checkpoint of each model."""
    return tuple(_bytes_of(lambda folder, name=name: _saved(folder, name)) for name in _networks())


def _piece() -> object:
    from tonenet_core.midi import parse_midi

    return parse_midi(pieces.melody(12, 5), "piece.mid")


def checkpoint_reader(_folder: Path) -> Reader:
    """Load a model, and play a short piece with it if it plays pieces, or a part of their time."""
    from tonenet_core import checkpoint
    from tonenet_core.models.micro_timing import MicroTimingModel
    from tonenet_core.models.rhythm import RhythmModel
    from tonenet_core.transfer import transfer

    piece = _piece()

    def read(path: Path) -> None:
        info = checkpoint.read_info(path)
        assert info.styles == tuple(map(str, info.styles))
        network = checkpoint.load(path, "cpu")
        if isinstance(network, MicroTimingModel):
            made = network.micro_timing(piece, info.styles[0])
            assert made.place.shape == made.middle.shape == made.spread.shape == made.log_ioi.shape
        if isinstance(network, RhythmModel):
            assert len(network.rhythm(piece, info.styles[0]).log_period) == max(len(piece.beats_sec) - 1, 0)
        if info.entry.kind == "beats":
            assert 0 <= network.track(piece).confidence <= 1
        if info.entry.transfers:
            styled = transfer(piece, network, info.styles[0], accents=info.default_accents)
            assert 1 <= styled.velocities.min() <= styled.velocities.max() <= 127

    return read


def _style_file(folder: Path) -> Path:
    from tonenet_core.checkpoint import style_file

    base = _saved(folder, "performer")
    path = style_file.style_path(folder, "performer", "mine")
    weights = _networks()["performer"].style_weights("jazz")
    style_file.save_style(path, weights, "Mine", base, {"data": {"mine": {"mean": 64.0}}})
    return path


@functools.cache
def style_seeds() -> tuple[bytes, ...]:
    """A style of its own."""
    return (_bytes_of(_style_file),)


def style_reader(folder: Path) -> Reader:
    """Load a checkpoint beside which the style file lies."""
    from tonenet_core import checkpoint
    from tonenet_core.checkpoint import style_file

    base = _saved(folder, "performer")

    def read(path: Path) -> None:
        style_file.read_style(path)
        loaded = checkpoint.load(base, "cpu")
        assert loaded.styles[:2] == STYLES

    return read


def _judge_file(folder: Path) -> Path:
    import numpy as np

    from tonenet_core.analysis.tree_ensemble import TreeEnsemble
    from tonenet_core.judge import Judge

    feature = np.array([[0, 0, 0], [3, 0, 0]], np.int16)
    child = np.array([[1, 0, 0], [1, 0, 0]], np.int16)
    value = np.array([[60.0, -1.0, 1.0], [0.5, 1.0, -1.0]])
    trees = TreeEnsemble(feature, child, value), TreeEnsemble(feature[::-1], child, -value)
    path = folder / "judge.safetensors"
    Judge(STYLES, trees, slope=2.0, intercept=0.1, training={"seed": 0}).save(path)
    return path


@functools.cache
def judge_seeds() -> tuple[bytes, ...]:
    """A judge of two trees."""
    return (_bytes_of(_judge_file),)


def judge_reader(_folder: Path) -> Reader:
    """Load a judge and ask it."""
    from tonenet_core.judge import load_judge
    from tonenet_core.midi import parse_midi

    piece = parse_midi(pieces.melody(60, 5), "piece.mid")

    def read(path: Path) -> None:
        judge = load_judge(path)
        assert judge is not None
        assert 0.99 < sum(judge.verdict(piece).probability.values()) < 1.01

    return read


def _time_judge_file(folder: Path) -> Path:
    import numpy as np

    from tonenet_core.analysis.tree_ensemble import TreeEnsemble
    from tonenet_core.judge.time import JUDGED_PARTS, PartJudge, TimeJudge

    feature, child = np.array([[3, 0, 0]], np.int16), np.array([[1, 0, 0]], np.int16)
    trees = [TreeEnsemble(feature, child, np.array([[0.5, way, -way]])) for way in (0.01, -0.01)]
    path = folder / "time.safetensors"
    judges = {name: PartJudge((trees[0], trees[1]), slope=2.0, surest=0.9) for name in JUDGED_PARTS}
    TimeJudge(STYLES, judges, training={"seed": 0}).save(path)
    return path


@functools.cache
def time_judge_seeds() -> tuple[bytes, ...]:
    """A judge of time of one tree a style and part."""
    return (_bytes_of(_time_judge_file),)


def time_judge_reader(_folder: Path) -> Reader:
    """Load a judge of time and ask it about both parts."""
    from tonenet_core.judge.time import JUDGED_PARTS, load_time_judge
    from tonenet_core.midi import parse_midi

    piece = parse_midi(pieces.melody(60, 5), "piece.mid")

    def read(path: Path) -> None:
        judge = load_time_judge(path)
        assert judge is not None
        verdicts = judge.verdicts(piece)
        assert sorted(verdicts) == sorted(JUDGED_PARTS)
        assert all(0.99 < sum(verdict.probability.values()) < 1.01 for verdict in verdicts.values())

    return read


# -- recipes and settings -----------------------------------------------------------------------------------------

_RECIPES = (
    b'model = "stylenet"\ntitle = "Tiny"\n[config]\nstyles = ["jazz", "classical"]\nhidden = 4\nlayers = 1\n'
    b'[training]\nsteps = 4\nwindows = 2\nvalidate_every = 2\nlearning_rate = 1e-3\nprecision = "32-true"\n',
    b'model = "trees"\n[config]\nstyles = ["jazz", "classical"]\nrounds = 2\nleaves = 3\n[training]\nseed = 1\n',
    b'model = "performer"\nbase = "performer"\n[training]\nsteps = 4\naverage = 0.9\n',
)


def recipe_reader(_folder: Path) -> Reader:
    """Read a recipe, as `tonenet train` does before it looks at the data."""
    from tonenet_core.training.recipe import read_recipe

    def read(path: Path) -> None:
        assert read_recipe(path).name == path.stem

    return read


_SETTINGS = (
    b"[General]\nrecent=/a.mid, /b.mid\nopen_folder=/tmp\nexport_folder=/tmp\nsoundfont=/x.sf2\ndevice=cpu\n"
    b"theme=light\nvolume=0.5\ngeometry=@ByteArray(\\x1\\xd9\\xd0\\xcb)\nsplitter=@ByteArray()\n",
    b"[General]\nrecent=@Invalid()\nvolume=@Variant(\\0\\0\\0\\x87>L\\xcc\\xcd)\nrecent=@Variant(\\0\\0\\0\\t\\0)\n",
)


def settings_reader(_folder: Path) -> Reader:
    """Read every setting; none may be refused, because the window must open."""
    from app.system.settings import RECENT_MAX, Settings

    def read(path: Path) -> None:
        settings = Settings(path)
        assert len(settings.recent) <= RECENT_MAX
        assert 0 <= settings.volume <= 1
        assert settings.open_folder.is_dir()
        assert all(isinstance(text, str) for text in (settings.device, settings.theme))
        assert settings.export_folder is None or settings.export_folder.is_dir()
        assert settings.soundfont is None or settings.soundfont.name is not None
        settings.bytes("geometry")
        settings.bytes("splitter")

    return read


@functools.cache
def project_seeds() -> tuple[bytes, ...]:
    """Projects of a piece with three takes, one of them of other times, and of one that was made here."""
    import numpy as np

    from app.documents.document import CoverOf, Document
    from app.documents.history import History, Take
    from app.documents.project_file import PieceSettings, write_project
    from tonenet_core.interpretation import Interpretation, TimeInterpretation
    from tonenet_core.midi import parse_midi
    from tonenet_core.timing.passage import Passage

    piece = parse_midi(pieces.melody(12), "piece.mid")
    median = np.linspace(30, 90, len(piece), dtype=np.float32)
    time = TimeInterpretation(np.zeros(len(piece)), np.full(len(piece), 0.1), np.zeros(0))
    plain, timed = (Interpretation("jazz", "classical", median, median[::-1], time=each) for each in (None, time))
    history = History().add(Take(piece, plain, 1.0, 0.5, 1, "Model", name="Night", passage=Passage(0.5, 2.0)))
    history = history.add(Take(piece, timed, 0.8, 0.0, 2, "Model", parts=("dynamics", "timing", "articulation")))
    played = Document(piece, "piece.mid", Path("piece.mid"), history=history)
    made = Document(piece, "New", source=piece, cover=CoverOf("piece", "jazz", 1), history=history.choose(1))
    settings = PieceSettings(
        "styled", 1.0, (0.5, 2.0), True, (1,), (2,), (0.0, 1.0, 30.0, 50.0), (("tempoLane", True),)
    )
    with tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate((played, made)):
            write_project(Path(folder) / f"{number}.tonenet", document, settings)
        return tuple(path.read_bytes() for path in sorted(Path(folder).iterdir()))


def project_reader(_folder: Path) -> Reader:
    """Read a project, and play its current take at every strength."""
    from app.documents.project_file import read_project
    from tonenet_core.progress import no_progress

    def read(path: Path) -> None:
        document = read_project(path, no_progress).document
        for strength in (0.0, 0.4, 1.5):
            moved = document.with_history(document.history.adjust("strength", strength, 0.5, "keep"))
            for side in moved.sides:
                assert side is None or (side.velocities >= 1).all()

    return read


TARGETS: dict[str, Target] = {
    "midi": Target("input.mid", midi_seeds, mutate_midi, midi_reader, 0.8),
    "retimed": Target("input.mid", retimed_seeds, mutate_retimed, retimed_reader, 0.2),
    "score": Target("input.musicxml", score_seeds, mutate_score, midi_reader, 0.1),
    "cover": Target("input.mid", midi_seeds, mutate_midi, cover_reader, 0.02),
    "beats": Target("input.mid", midi_seeds, mutate_midi, beats_reader, 0.02),
    "checkpoint": Target("input.safetensors", checkpoint_seeds, mutate_safetensors, checkpoint_reader, 0.1),
    "style": Target("performer.mine.style", style_seeds, mutate_safetensors, style_reader, 0.02),
    "judge": Target("input.safetensors", judge_seeds, mutate_safetensors, judge_reader, 0.03),
    "time-judge": Target("time.safetensors", time_judge_seeds, mutate_safetensors, time_judge_reader, 0.02),
    "recipe": Target("input.toml", lambda: _RECIPES, mutate_text, recipe_reader, 0.03),
    "settings": Target("input.ini", lambda: _SETTINGS, mutate_text, settings_reader, 0.02),
    "project": Target("input.tonenet", project_seeds, mutate_project, project_reader, 0.02),
}
