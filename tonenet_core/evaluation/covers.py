"""Covers of held-out pieces: what the judge of notes says of them, what stayed, and what was copied.

Every figure is of whole pieces and of the notes that a file would hold. The controls stand beside it: the piece as it
is, all its notes moved by a semitone, its pitches permuted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.cover_metrics import copied_share, known_windows, structure_kept, textures
from tonenet_core.analysis.image_metrics import likeness
from tonenet_core.arranging.reading import with_beats
from tonenet_core.cover import CoverOptions, cover, load_cover_model, stays
from tonenet_core.data.cache import Entry
from tonenet_core.data.prepare import list_folder
from tonenet_core.encoding.written import PAGES
from tonenet_core.errors import DataError, ToneNetError
from tonenet_core.evaluation.cover_baselines import NEAREST, SWAP, NearestAccompaniment, StyleSwap
from tonenet_core.evaluation.report import Report
from tonenet_core.harmony.borders import beat_borders
from tonenet_core.harmony.chroma import chroma_similarity, find_chroma
from tonenet_core.harmony.hands import playable_share
from tonenet_core.harmony.melody import find_melody
from tonenet_core.judge.note_noise import PERMUTED, SEMITONE, spoilt_notes
from tonenet_core.judge.notes import NEITHER, NoteJudge, load_note_judge
from tonenet_core.midi import read_midi
from tonenet_core.models.base import AccompanimentModel
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress

STYLES = ("jazz", "classical")
SEED = 1
TRAINING_PIECES, TRAINING_NOTES = 120, 1500  # of a source whose accompaniments are known, from the middle of each
COVERS = "Covers to {0}"
NOTE = (
    "Named, neither: share of pieces that the judge of notes names so. Melody: share of its notes that are there at "
    "their pitch, onset and length. Chroma: mean cosine a beat. Structure: correlation of the self-similarity of "
    "groups of four beats. Playable: share of strokes for two hands. Copied: share of the runs of eight accompaniment "
    "notes that occur in the accompaniments of the training set, in any key and tempo; figures, which repeat up to "
    "four notes, are not counted."
)
PUBLISHED = {"jazz": (0.53, 0.31), "classical": (0.31, 0.26)}
"""Named by its own judge, and structure, of the covers of ImprovNet (Bhandari et al., arXiv 2502.04522, 2025)."""
PUBLISHED_NOTE = "ImprovNet, as published, by a judge of its own: named {0:.2f}, structure {1:.2f}."
OVERLAP = "Overlapped area with the style's own pieces"
OVERLAP_NOTE = "Of pieces' means (Yang & Lerch): 1 is as alike as the style's pieces are among themselves."
ORIGINAL = "the piece itself"

Notes = NDArray[np.void]


@dataclass(frozen=True, eq=False)
class _Measured:
    """Notes that are judged as a cover, those of them that are new, and the share of the melody that stayed."""

    row: str
    notes: Notes
    new: Notes
    melody: float


@dataclass(frozen=True, eq=False)
class _Measure:
    """Data folder, models and what their covers are measured by; figures that are collected over pieces.

    Attributes:
        means: style -> row -> textures of each piece; the row "" has the style's own pieces.
    """

    data: Path
    models: dict[str, AccompanimentModel]
    judge: NoteJudge
    known: NDArray[np.uint64]
    means: dict[str, dict[str, list[dict[str, float]]]]


def measure_covers(
    names: Sequence[str], data: Path, split: str, progress: Progress, *, most: int | None = None
) -> Report:
    """Return the figures of the covers of a split of a data folder to the style that each piece is not in.

    Args:
        names: of the models that write them, or their files; "arranger" is the rules, and `cover_baselines.BASELINES`
            are known too.
        data: a data folder; see `prepare.list_folder`.
        split: of it.
        progress: see `Progress`.
        most: pieces of each source, evenly spaced; None: all.

    Raises:
        DataError: if there is no judge of notes, or no piece.
        Cancelled: if `progress` asks to stop.
    """
    judge = load_note_judge()
    if judge is None:
        raise DataError("There is no judge of notes; make one with `tonenet judge fit --notes`.")
    nearest = NearestAccompaniment(STYLES)
    models = {Path(name).stem: _baseline(name, nearest) or load_cover_model(name) for name in names}
    entries = [each for each in list_folder(data) if not each.source.endswith(PAGES) and each.style in STYLES]
    chosen = [each for each in entries if each.split == split]
    if not chosen:
        raise DataError(f"{data} holds no pieces of {' or '.join(STYLES)} in its {split} split.")
    if most is not None:
        chosen = [each for found in _by_source(chosen).values() for each in _spaced(found, most)]
    known = known_windows(_training(data, entries, nearest if NEAREST in names else None, progress))
    report = Report(list(names), split)
    measure = _Measure(data, models, judge, known, {style: {} for style in STYLES})
    for index, entry in enumerate(chosen):
        progress(0.4 + 0.6 * index / len(chosen))
        _measure_piece(report, measure, entry)
    _add_overlaps(report, measure.means)
    progress(1.0)
    return report


def _baseline(name: str, nearest: NearestAccompaniment) -> AccompanimentModel | None:
    if name == SWAP:
        return StyleSwap()
    return nearest if name == NEAREST else None


def _by_source(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.source, []).append(entry)
    return found


def _spaced(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Return at most so many of the entries, evenly spaced."""
    rows = np.unique(np.linspace(0, len(entries) - 1, min(most, len(entries))).astype(int))
    return [entries[row] for row in rows]


def _training(
    data: Path, entries: Sequence[Entry], nearest: NearestAccompaniment | None, progress: Progress
) -> Iterator[Notes]:
    """Yield accompaniments of the training set, each of which is added to what is copied from."""
    taken = _by_source([entry for entry in entries if entry.split == "train"])
    chosen = [each for found in taken.values() for each in found[:: -(-len(found) // TRAINING_PIECES)]]
    for index, entry in enumerate(chosen):
        progress(0.4 * index / len(chosen))
        try:
            piece = read_midi(data / entry.file)
        except ToneNetError:
            continue
        first = max(len(piece) - TRAINING_NOTES, 0) // 2
        notes = piece.notes[first : first + TRAINING_NOTES]
        melody = find_melody(notes)
        if nearest is not None:
            nearest.add(entry.style, Piece(notes, piece.beats_sec, piece.downbeats_sec, piece.pedal), melody)
        yield np.delete(notes, melody.rows)


def _measure_piece(report: Report, measure: _Measure, entry: Entry) -> None:
    piece, means = read_midi(measure.data / entry.file), measure.means
    (target,) = (style for style in STYLES if style != entry.style)
    report.pieces[entry.source] = report.pieces.get(entry.source, 0) + 1
    table = report.table(COVERS.format(target), f"{NOTE} {PUBLISHED_NOTE.format(*PUBLISHED[target])}")
    with_pulse, _ = with_beats(piece)
    borders = beat_borders(with_pulse)
    own = find_chroma(piece.notes, borders)
    means[entry.style].setdefault("", []).append(textures(piece.notes))
    for made in _made(piece, target, measure.models):
        verdict = measure.judge.verdict(made.notes).named
        chroma = find_chroma(made.notes, borders)
        table.add(made.row, "named", float(verdict == target))
        table.add(made.row, "neither", float(verdict == NEITHER))
        table.add(made.row, "melody", made.melody)
        table.add(made.row, "chroma", chroma_similarity(own, chroma))
        figures = {
            "structure": structure_kept(own, chroma),
            "playable": playable_share(made.notes),
            "copied": copied_share(made.new, measure.known),
        }
        for column, figure in figures.items():
            if np.isfinite(figure):
                table.add(made.row, column, figure)
        means[target].setdefault(made.row, []).append(textures(made.notes))


def _made(piece: Performance, target: str, models: dict[str, AccompanimentModel]) -> Iterator[_Measured]:
    """Yield the controls of a piece and its covers; a piece without a melody has none."""
    melody = find_melody(piece.notes).rows
    is_new = np.ones(len(piece), np.bool_)
    is_new[melody] = False
    yield _Measured(ORIGINAL, piece.notes, piece.notes[is_new], 1.0)
    for control in (SEMITONE, PERMUTED):
        noise = spoilt_notes(piece.notes, control, SEED)
        yield _Measured(f"the piece, {control}", noise, noise, _share_there(piece.notes[melody], noise))
    for name, model in models.items():
        try:
            made = cover(piece, model, CoverOptions(target, seed=SEED))
        except ToneNetError:
            continue
        own = stays(made.performance)
        new = made.performance.notes[~own] if own is not None else made.performance.notes[:0]
        yield _Measured(name, made.performance.notes, new, made.melody_kept)


def _share_there(melody: Notes, notes: Notes) -> float:
    """Return the share of a melody's notes that are among notes."""
    there = set(zip(notes["onset_sec"].tolist(), notes["pitch"].tolist(), strict=True))
    found = [pair in there for pair in zip(melody["onset_sec"].tolist(), melody["pitch"].tolist(), strict=True)]
    return float(np.mean(found)) if found else float("nan")


def _add_overlaps(report: Report, means: dict[str, dict[str, list[dict[str, float]]]]) -> None:
    """Add the overlapped areas of the pieces' textures with those of the target style's own pieces."""
    table = report.table(OVERLAP, OVERLAP_NOTE)
    for style, rows in means.items():
        real = rows.pop("", [])
        for row, made in rows.items():
            if min(len(real), len(made)) < 3:
                continue
            for feature in made[0]:
                area, _ = likeness([each[feature] for each in real], [each[feature] for each in made])
                table.add(f"{row}, to {style}", feature, area)
