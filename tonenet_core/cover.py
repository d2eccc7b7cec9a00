"""Covers: a piece in another genre. Its melody stays, note by note; what stands under it is new.

The melody is found (`harmony.melody`) and locked; an accompaniment model (`models.base.AccompanimentModel`) or the
arranger's rules write the rest over the piece's own chords. Then the performer plays it in the style. A cover is for
piano alone: other instruments are left out, as they would go on playing the old genre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tonenet_core.arranging.arranger import Arranger
from tonenet_core.checkpoint import accompanists, find, load
from tonenet_core.errors import CheckpointError, Sentence, ToneNetError, counted
from tonenet_core.interpretation import Part
from tonenet_core.judge import Judge
from tonenet_core.models import MODELS
from tonenet_core.models.base import AccompanimentModel, Model, VelocityModel
from tonenet_core.parts.render import render
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress, no_progress, stretch

if TYPE_CHECKING:
    from tonenet_core.parts.time import TimeModels

ARRANGER = "arranger"
ARRANGED_STYLES = Arranger.styles
RULES_FIRST = ("classical",)  # genres in which more covers by rule are named as meant than of the model that learnt
MAX_TEMPERATURE = 2.0
MELODY, ACCOMPANIMENT, KEPT = "Melody", "Accompaniment", "Original accompaniment"
"""Names of the tracks of a cover."""
MOVING: frozenset[Part] = frozenset({"timing", "articulation"})  # parts that ask in which style the piece is played
READ_DONE, WRITTEN_DONE = 0.1, 0.6  # shares of the time
COVER_PARTS: tuple[Part, ...] = ("dynamics", "pedal")
"""Parts that are played by default: no note moves, and the new accompaniment has a pedal of its own."""
SAME_SEC = 0.002  # between an onset and itself, once it was a tick


@dataclass(frozen=True)
class CoverOptions:
    """Options of a cover.

    Attributes:
        style: the genre; one of the model's.
        keep: 0..1, share of the beats whose own accompaniment stays.
        keep_bass: whether the bass of each half bar stays too.
        seed: another one gives another accompaniment.
        temperature: 0..2, of a model that samples.
        parts: of the performance that the performer plays in the style.

    Raises:
        ToneNetError: if a number is out of range.
    """

    style: str
    keep: float = 0.0
    seed: int = 0
    temperature: float = 1.0
    parts: tuple[Part, ...] = COVER_PARTS
    keep_bass: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.keep <= 1:
            raise ToneNetError("The share to keep is 0 to 1, not {found}.", found=f"{self.keep:g}")
        if not 0 <= self.temperature <= MAX_TEMPERATURE:
            raise ToneNetError("A temperature is 0 to 2, not {found}.", found=f"{self.temperature:g}")


@dataclass(frozen=True)
class Performing:
    """Models that play a cover; without a performer, the notes have the level of the piece."""

    performer: VelocityModel | None = None
    time: TimeModels | None = None
    judge: Judge | None = None
    device: str = "cpu"


@dataclass(frozen=True, eq=False)
class Cover:
    """A cover.

    Attributes:
        performance: of which the tracks are named `MELODY`, `ACCOMPANIMENT`, `KEPT`.
        notices: sentences for the user.
        melody_notes: the number of notes of the melody.
        melody_kept: share of them that are in the cover, at their pitch and time, 0..1.
        new_notes: the number of notes that are new.
        chroma: mean cosine of the chroma of piece and cover over the beats, 0..1.
        playable: share of the strokes that two hands can play, 0..1.
    """

    performance: Performance
    notices: tuple[str, ...]
    melody_notes: int
    melody_kept: float
    new_notes: int
    chroma: float
    playable: float


def best_model(style: str) -> str:
    """Return the name of the installed model that writes best in a genre, by `docs/results/covers-test.md`."""
    learnt = [info.name for info in accompanists() if style in info.styles and not info.comparison]
    return ARRANGER if style in RULES_FIRST or not learnt else learnt[0]


def load_cover_model(name: str | None, device: str = "cpu", style: str = "jazz") -> AccompanimentModel:
    """Return a model by name or path; None: the best that is installed for a genre.

    Raises:
        CheckpointError: if there is none of that name, or it is not trained, or it writes no accompaniments.
    """
    name = best_model(style) if name is None else name
    if name == ARRANGER:
        return Arranger()
    if name in MODELS and MODELS[name].kind == "accompaniment" and name not in {info.name for info in accompanists()}:
        text = "The model {name} has no checkpoint yet: train it with `tonenet train {recipe}`, and give its file."
        raise CheckpointError(text, name=name, recipe=name.replace("-", "_"))
    info = find(name, lambda each: each.entry.kind == "accompaniment")
    return accompanist(load(info.path, device), info.name)


def accompanist(model: Model, name: str) -> AccompanimentModel:
    """Return a loaded model as one that writes accompaniments; CheckpointError, with its name, if it does not."""
    if not isinstance(model, AccompanimentModel):
        raise CheckpointError("The model {name} writes no accompaniments.", name=name)
    return model


def cover(
    performance: Performance,
    model: AccompanimentModel,
    options: CoverOptions,
    performing: Performing | None = None,
    progress: Progress = no_progress,
) -> Cover:
    """Return a cover of a piece.

    Args:
        performance: the piece; the notes that were not taken from its file are left out.
        model: writes the accompaniment.
        options: see there.
        performing: what plays the notes; None: nothing.
        progress: see `Progress`.

    Raises:
        ToneNetError: if the model has no such style, or the piece no melody.
        Cancelled: if `progress` asks to stop.
    """
    from tonenet_core.arranging.reading import read_lead_sheet
    from tonenet_core.harmony.hands import playable_share
    from tonenet_core.midi.new_tracks import in_time_of

    if options.style not in model.styles:
        text = "The model has no style {name}; it plays {styles}."
        raise ToneNetError(text, name=repr(options.style), styles=", ".join(model.styles))
    sheet, notices = read_lead_sheet(performance, options.keep, options.seed, keep_bass=options.keep_bass)
    progress(READ_DONE)
    written = stretch(progress, READ_DONE, WRITTEN_DONE)
    new = model.accompany(sheet, options.style, options.seed, options.temperature, written)
    tracks = {MELODY: sheet.melody, ACCOMPANIMENT: new, KEPT: sheet.kept}
    made = in_time_of(performance, _at_level(tracks, sheet.beats_sec, sheet.level), performance.name)
    playable = playable_share(made.notes)
    chroma = _chroma_similarity(performance, made, sheet.beats_sec)
    kept = _share_kept(sheet.melody, made)
    played, more = _performed(made, performance, options, performing, stretch(progress, WRITTEN_DONE, 1.0))
    progress(1.0)
    left_out = _left_out(performance)
    return Cover(
        performance=played,
        notices=(*performance.notices, *left_out, *notices, *more),
        melody_notes=len(sheet.melody),
        melody_kept=kept,
        new_notes=len(new),
        chroma=chroma,
        playable=playable,
    )


def stays(performance: Performance) -> NDArray[np.bool_] | None:
    """Return which notes of a cover are the piece's own, `(n,)`; None for any other piece."""
    names = performance.file.track_names
    if ACCOMPANIMENT.encode() not in names or MELODY.encode() not in names:
        return None
    tracks = performance.file.events["track"][performance.file.note_rows]
    return np.asarray(np.array([name != ACCOMPANIMENT.encode() for name in names])[tracks])


def _at_level(
    tracks: dict[str, NDArray[np.void]], beats_sec: NDArray[np.float64], level: NDArray[np.float64]
) -> dict[str, NDArray[np.void]]:
    """Return the tracks, in which the piece's own notes have the level about them, as a page writes it."""
    leveled = {}
    for title, notes in tracks.items():
        leveled[title] = notes.copy()
        if title != ACCOMPANIMENT:
            beat = np.clip(np.searchsorted(beats_sec, notes["onset_sec"], "right") - 1, 0, len(level) - 1)
            leveled[title]["velocity"] = level[beat].astype(np.uint8)
    return leveled


def _performed(
    made: Performance, source: Performance, options: CoverOptions, performing: Performing | None, progress: Progress
) -> tuple[Performance, tuple[str, ...]]:
    """Return the piece played in the style, and sentences for the user."""
    from tonenet_core.parts.pedal import PEDALLED
    from tonenet_core.parts.time import TIME_PARTS, with_time
    from tonenet_core.transfer import interpret

    if performing is None or performing.performer is None or options.style not in performing.performer.styles:
        return made, ()
    performer, style = performing.performer, options.style
    others = [each for each in performer.styles if each != style]
    judge = performing.judge if MOVING & set(options.parts) else None
    verdict = None if judge is None else judge.verdict(source).named
    source_style = verdict if verdict in performer.styles else next(iter(others), style)
    interpretation = interpret(
        made,
        performer,
        style,
        source_style=source_style,
        seed=options.seed,
        perform="yes",
        device=performing.device,
        progress=stretch(progress, 0.0, 0.8),
    )
    notices: tuple[str, ...] = ()
    if performing.time is not None and TIME_PARTS & set(options.parts):
        interpretation = with_time(
            made,
            interpretation,
            performing.time,
            options.parts,
            seed=options.seed,
            progress=stretch(progress, 0.8, 1.0),
        )
        said = () if interpretation.time is None else interpretation.time.notices
        notices = tuple(each for each in said if each != PEDALLED)  # which goes without saying
    return render(made, interpretation, 1.0, 1.0, parts=options.parts).performance, notices


def _share_kept(melody: NDArray[np.void], made: Performance) -> float:
    """Return the share of a melody's notes that are in a piece at their pitch, onset and length."""
    notes = made.notes
    found = 0
    for note in melody:
        near = slice(*np.searchsorted(notes["onset_sec"], note["onset_sec"] + np.array([-SAME_SEC, SAME_SEC])))
        is_same = (notes["pitch"][near] == note["pitch"]) & (
            np.abs(notes["duration_sec"][near] - note["duration_sec"]) <= 2 * SAME_SEC
        )
        found += bool(is_same.any())
    return found / len(melody)


def _chroma_similarity(one: Performance, other: Performance, beats_sec: NDArray[np.float64]) -> float:
    from tonenet_core.harmony.chroma import chroma_similarity, find_chroma

    return chroma_similarity(find_chroma(one.notes, beats_sec), find_chroma(other.notes, beats_sec))


def _left_out(performance: Performance) -> tuple[Sentence, ...]:
    if not performance.left_out:
        return ()
    one = "A cover is for piano alone: {notes} note of other instruments is left out ({instruments})."
    many = "A cover is for piano alone: {notes} notes of other instruments are left out ({instruments})."
    count = performance.notes_left_out
    return (counted(count, one, many, notes=count, instruments=performance.left_out),)
