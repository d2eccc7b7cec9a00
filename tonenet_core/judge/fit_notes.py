"""Fitting of the judge of notes: excerpts of real pieces, and the same with notes that nobody would write.

Needs SciPy, which comes with the extra `train`. Source: multinomial logistic regression with a ridge (Bishop, Pattern
Recognition and Machine Learning, 2006, section 4.3.4).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tonenet_core.data.cache import Cache
from tonenet_core.encoding.written import PAGES
from tonenet_core.errors import DataError
from tonenet_core.judge.fit import CALIBRATED_ONLY, STYLES
from tonenet_core.judge.note_features import note_features
from tonenet_core.judge.note_noise import CONTROLS, spoil
from tonenet_core.judge.notes import FEWEST_NOTES, NEITHER, NoteJudge, scaled
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress

EXCERPTS = 5_000  # of a style, the sources weighing the same
SHORTEST, LONGEST = 200, 3000  # notes of an excerpt
SPOILT = (1.0, 1.0, 0.5, 0.3)  # shares of the notes of an excerpt that are, in turn
RIDGE = 1e-3
ITERATIONS = 300

Values = NDArray[np.float64]


def fit_note_judge(
    cache: Cache, styles: tuple[str, ...] = STYLES, *, seed: int = 0, progress: Progress = no_progress
) -> NoteJudge:
    """Fit a judge to the training pieces of a cache; those of a source in `CALIBRATED_ONLY` are left unseen.

    Raises:
        DataError: if a style has no pieces, or SciPy is not installed.
        Cancelled: if `progress` asks to stop.
    """
    sources = {style: _by_source(cache, style) for style in styles}
    for style, found in sources.items():
        if not found:
            raise DataError(f"There are no pieces of {style} to fit the judge on.")
    rng = np.random.default_rng(seed)
    rows: list[Values] = []
    labels: list[int] = []
    weights: list[float] = []
    wanted = len(styles) * EXCERPTS
    for label, style in enumerate(styles):
        for pieces in sources[style].values():
            count = EXCERPTS // len(sources[style])
            for number, (onset, pitch) in enumerate(_excerpts(pieces, count, rng)):
                progress(0.9 * len(rows) / (2 * wanted))
                noise = spoil(pitch, CONTROLS[number % len(CONTROLS)], rng, SPOILT[number % len(SPOILT)])
                rows += [note_features(onset, pitch), note_features(onset, noise)]
                labels += [label, len(styles)]
                weights += [1.0, 1.0 / len(styles)]
    features = np.array(rows)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    matrix = _regression(scaled(features, mean, spread), np.array(labels), np.array(weights))
    progress(1.0)
    pieces_count = sum(len(pieces) for each in sources.values() for pieces in each.values())
    training = {"seed": seed, "data_sha256": cache.sha256, "pieces": pieces_count}
    return NoteJudge((*styles, NEITHER), mean, spread, matrix, training)


def _by_source(cache: Cache, style: str) -> dict[str, list[TrainingPiece]]:
    found: dict[str, list[TrainingPiece]] = {}
    for piece in cache.pieces("train", (style,)):
        if not piece.source.endswith((PAGES, *CALIBRATED_ONLY)) and len(piece.notes) >= FEWEST_NOTES:
            found.setdefault(piece.source, []).append(piece)
    return found


def _excerpts(
    pieces: list[TrainingPiece], count: int, rng: np.random.Generator
) -> Iterator[tuple[Values, NDArray[np.int64]]]:
    """Yield onsets and pitches of excerpts, of each piece in turn."""
    for number in range(count):
        notes = pieces[number % len(pieces)].notes
        length = int(np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST))))
        start = int(rng.integers(max(len(notes) - length, 0) + 1))
        excerpt = notes[start : start + length]
        yield excerpt["onset_sec"].astype(np.float64), excerpt["pitch"].astype(np.int64)


def _regression(features: Values, labels: NDArray[np.int64], weights: Values) -> Values:
    """Return the weights of a regression, `(classes, features + 1)`, the intercepts last."""
    try:
        from scipy.optimize import minimize
    except ImportError as error:
        raise DataError("Fitting the judge needs SciPy: pip install 'tonenet[train]'.") from error
    design = np.column_stack([features, np.ones(len(features))])
    classes, share = int(labels.max()) + 1, weights / weights.sum()
    is_label = np.eye(classes)[labels]
    ridge = np.full(design.shape[1], RIDGE)
    ridge[-1] = 0.0

    def loss(flat: Values) -> tuple[float, Values]:
        matrix = flat.reshape(classes, -1)
        scores = design @ matrix.T
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        slope = ((np.exp(logs) - is_label) * share[:, None]).T @ design + 2 * ridge * matrix
        return float(-(share[:, None] * is_label * logs).sum() + (ridge * matrix**2).sum()), slope.ravel()

    start = np.zeros(classes * design.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    return np.asarray(found.x.reshape(classes, -1))
