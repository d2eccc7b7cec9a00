"""Whole pieces that models invent, made as a user would make them, beside real ones of a split.

Models of every kind are measured alike, from the notes that their files hold: those that draw images and those that
write token by token. What is transcribed has the lengths of the transcriber; they are compared all the same, and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.cover_metrics import known_windows
from tonenet_core.analysis.image_metrics import likeness
from tonenet_core.analysis.piece_metrics import (
    FEATURES,
    far_similarity,
    longest_copy,
    piece_means,
    repeated_share,
    share_in_key,
)
from tonenet_core.checkpoint import CheckpointInfo, load_generator
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.written import PAGES
from tonenet_core.errors import DataError, ToneNetError
from tonenet_core.evaluation.report import Report, Samples
from tonenet_core.generate import Request, generate
from tonenet_core.harmony.chroma import find_chroma
from tonenet_core.performance import NOTE_DTYPE, TrainingPiece
from tonenet_core.progress import Progress, no_progress

LENGTH_SEC = 60.0
SEEDS = 20
LEAST_NOTES = 40  # of a minute that counts as music
TRAINING_PIECES = 400  # of a style: its minutes give the usual range, and its runs are known
REAL, SEEN = "real pieces", "training set"
LIKE = "Whole pieces of a minute: overlapped area"
SIGNS = "Whole pieces of a minute: density, structure and copies"
LIKE_NOTE = (
    "With the minutes of the split, by pieces' means (Yang & Lerch): 1 is as alike as they are among themselves. Over: "
    "features with .9 or more."
)
SIGNS_NOTE = (
    f"{SEEDS} seeds a style. Inside: whether notes a second, polyphony at the strokes, and far similarity lie between "
    "the 5th and 95th percentile of the training set's minutes. Far similarity: how well stretches of two seconds come "
    "back 8 s or more away (cosine of chroma). Repeated: runs of eight notes that occur more than once in the piece. "
    "In key: notes of the scale of their half minute. Copied: notes of the longest run that stands in the training "
    "set, in any key and tempo; figures, which repeat up to four notes, are left out. Silent: pieces without music."
)

Notes = NDArray[np.void]


def measure_whole_pieces(
    infos: Sequence[CheckpointInfo], cache: Cache, split: str, progress: Progress = no_progress
) -> tuple[Report, Samples]:
    """Measure generators on a split of a cache, each in all its styles that the split has.

    Raises:
        DataError: if it has none of them.
        Cancelled: if `progress` asks to stop.
    """
    report, samples = Report([info.name for info in infos], split), Samples()
    styles = list(dict.fromkeys(style for info in infos for style in info.styles))
    for number, style in enumerate(styles):
        pieces = [piece for piece in cache.pieces(split, (style,)) if not piece.source.endswith(PAGES)]
        real = [minute for piece in pieces if (minute := middle(piece)) is not None]
        if len(real) < 3:
            continue
        for piece in pieces:
            report.pieces[piece.source] = report.pieces.get(piece.source, 0) + 1
        seen = _some(cache, style)
        known = known_windows(piece.notes for piece in seen)
        minutes = [minute for piece in seen if (minute := middle(piece)) is not None]
        ranges = _ranges(minutes)
        _add(report, f"{style}: {REAL}", real, ranges, known)
        _add_likeness(report, f"{style}: {SEEN}", real, minutes[:: max(len(minutes) // SEEDS, 1)][:SEEDS])
        own = [info for info in infos if style in info.styles]
        for place, info in enumerate(own):
            progress((number + place / len(own)) / len(styles))
            made = list(_invented(info, style))
            _add(report, f"{style}: {info.title}", made, ranges, known)
            _add_likeness(report, f"{style}: {info.title}", real, [notes for notes in made if len(notes)])
    if not report.pieces:
        raise DataError(f"{cache.folder} holds no pieces of {' or '.join(styles)} in its {split} split.")
    progress(1.0)
    return report, samples


def middle(piece: TrainingPiece) -> Notes | None:
    """Return the middle minute of a piece, from 0 on; all of a shorter one; None where there is hardly any music."""
    notes = piece.notes
    if not len(notes):
        return None
    first, last = float(notes["onset_sec"][0]), float(notes["onset_sec"][-1])
    start = max((first + last - LENGTH_SEC) / 2, first)
    cut = notes[(notes["onset_sec"] >= start) & (notes["onset_sec"] < start + LENGTH_SEC)].copy()
    if len(cut) < LEAST_NOTES:
        return None
    cut["onset_sec"] -= cut["onset_sec"][0]
    cut["duration_sec"] = np.minimum(cut["duration_sec"], LENGTH_SEC - cut["onset_sec"])
    return cut


def _some(cache: Cache, style: str) -> list[TrainingPiece]:
    pieces = cache.pieces("train", (style,))
    chosen = np.linspace(0, len(pieces) - 1, min(len(pieces), TRAINING_PIECES)).astype(int)
    return [piece for index in chosen if not (piece := pieces[int(index)]).source.endswith(PAGES)]


def _invented(info: CheckpointInfo, style: str) -> Iterable[Notes]:
    """Yield a minute from each seed; no notes where a model is silent."""
    model, statistics = load_generator(info.path), info.training.get("data")
    for seed in range(SEEDS):
        try:
            made = generate(model, Request(LENGTH_SEC, style, seed=seed), statistics=statistics).notes
        except ToneNetError:
            made = np.zeros(0, NOTE_DTYPE)
        yield made


def _ranges(minutes: Sequence[Notes]) -> dict[str, tuple[float, float]]:
    """Return the usual range of each sign of the training set's minutes."""
    found: dict[str, list[float]] = {}
    for notes in minutes:
        means = piece_means(notes)
        for name, value in (
            *((each, means[each]) for each in ("density", "polyphony")),
            ("far", _far_similarity(notes)),
        ):
            found.setdefault(name, []).append(value)
    return {name: (float(np.nanpercentile(each, 5)), float(np.nanpercentile(each, 95))) for name, each in found.items()}


def _add(
    report: Report,
    row: str,
    pieces: Sequence[Notes],
    ranges: dict[str, tuple[float, float]],
    known: NDArray[np.uint64],
) -> None:
    table = report.table(SIGNS, SIGNS_NOTE)
    for notes in pieces:
        table.add(row, "silent", float(len(notes) < LEAST_NOTES))
        if not len(notes):
            continue
        means, far = piece_means(notes), _far_similarity(notes)
        table.add(row, "notes inside", _inside(means["density"], ranges["density"]))
        table.add(row, "polyphony inside", _inside(means["polyphony"], ranges["polyphony"]))
        table.add(row, "far similarity", far)
        table.add(row, "far similarity inside", _inside(far, ranges["far"]))
        table.add(row, "repeated", repeated_share(notes))
        table.add(row, "in key", share_in_key(notes))
        if not row.endswith(REAL):
            table.add(row, "copied, notes", float(longest_copy(notes, known)))


def _add_likeness(report: Report, row: str, real: Sequence[Notes], made: Sequence[Notes]) -> None:
    if len(made) < 3:
        return
    table = report.table(LIKE, LIKE_NOTE)
    sets = [[piece_means(notes) for notes in pieces] for pieces in (real, made)]
    areas = {name: likeness(*([means[name] for means in each] for each in sets))[0] for name in FEATURES}
    for name, area in areas.items():
        table.add(row, name, area)
    table.add(row, "over", float(sum(area >= 0.9 for area in areas.values())))


def _far_similarity(notes: Notes) -> float:
    """Return `far_similarity` of notes."""
    end = float((notes["onset_sec"] + notes["duration_sec"]).max(initial=0.0))
    return far_similarity(find_chroma(notes, np.arange(int(2 * end) + 1) / 2))


def _inside(value: float, usual: tuple[float, float]) -> float:
    return float(usual[0] <= value <= usual[1])
