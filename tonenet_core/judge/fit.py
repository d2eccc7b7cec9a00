"""Fitting of the style judge: trees by LightGBM, calibration by SciPy; both come with the extra `train`."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.tree_ensemble import Boosting, fit
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.events import FEATURES, encode_events
from tonenet_core.encoding.written import PAGES
from tonenet_core.errors import DataError
from tonenet_core.judge.judge import FEWEST, JUDGED_FEATURES, Judge, leaning, relief
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress, part

STYLES = ("jazz", "classical")
BOOSTING = Boosting(rounds=150, leaves=31, learning_rate=0.1)
# Sources that the trees do not learn from: what they add to the classical half did not pay on `valid`.
CALIBRATED_ONLY = ("classical_maestro",)
NOTES = 600_000  # of a source at most, drawn piece by piece
_NORMAL_95 = 1.96
_RIDGE = 1.0  # keeps the slope finite if the leaning separates the styles perfectly


def fit_judge(
    cache: Cache,
    styles: tuple[str, str] = STYLES,
    *,
    boosting: Boosting = BOOSTING,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Judge:
    """Fit a judge to half of the training tunes, and calibrate it on `valid`.

    The half is chosen by a hash of the tune, so that it stays the same when tunes are added.

    Raises:
        DataError: if a style has no pieces, or LightGBM is not installed.
        Cancelled: if `progress` asks to stop.
    """
    trees = []
    count = 0
    for index, style in enumerate(styles):
        pieces = [piece for piece in half_of(cache, style) if np.ptp(piece.notes["velocity"]) > 0]
        count += len(pieces)
        sources = [piece.source for piece in pieces]
        rows, targets = _drawn_notes(pieces, seed)
        trees.append(fit(rows, targets, sources, boosting, seed=seed, progress=part(progress, index, 2)))
    judge = Judge(styles, (trees[0], trees[1]))
    training = {"seed": seed, "data_sha256": cache.sha256, "pieces": count}
    performances = (piece for piece in cache.pieces("valid", styles) if not piece.source.endswith(PAGES))
    valid = [piece for piece in performances if len(piece.notes) >= FEWEST]
    slope, intercept, surest = _calibrate(judge, valid)
    return replace(judge, slope=slope, intercept=intercept, surest=surest, training=training)


def _drawn_notes(pieces: list[TrainingPiece], seed: int) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float64]]]:
    """Return features and targets of notes of each piece, of a large source not of all."""
    columns = [FEATURES.index(name) for name in JUDGED_FEATURES]
    available: Counter[str] = Counter()
    for piece in pieces:
        available[piece.source] += len(piece.notes)
    rng = np.random.default_rng(seed)
    rows, targets = [], []
    for piece in pieces:
        drawn = rng.random(len(piece.notes)) < NOTES / available[piece.source]
        rows.append(encode_events(piece)[drawn][:, columns])
        targets.append(relief(piece.notes["velocity"].astype(np.float64))[drawn])
    return rows, targets


def half_of(cache: Cache, style: str, left_out: tuple[str, ...] = CALIBRATED_ONLY) -> list[TrainingPiece]:
    """Return the style's training pieces of half of the tunes, chosen by a hash, that the trees learn from.

    They are performances, not pages, and of no source that is left out.
    """
    entries = [entry for entry in cache.entries if entry.split == "train" and entry.style == style]
    pieces = zip(entries, cache.pieces("train", (style,)), strict=True)
    taught = ((entry, piece) for entry, piece in pieces if not entry.source.endswith((PAGES, *left_out)))
    return [piece for entry, piece in taught if hashlib.sha1(entry.group.encode()).digest()[0] % 2 == 0]


def _calibrate(judge: Judge, pieces: list[TrainingPiece]) -> tuple[float, float, float]:
    """Return slope and intercept of the log-odds of the first style over the leaning, and the largest probability.

    That is the lower end of the 95 % interval of the share that is then right.

    Source: logistic regression (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.2), with a ridge on
    the slope of the scaled leaning. Styles have equal weight, and so have sources within a style.
    """
    if {piece.style for piece in pieces} != set(judge.styles):
        raise DataError(f"There are no pieces of {' and '.join(judge.styles)} to calibrate the judge on.")
    leanings = np.array([leaning(piece.notes["velocity"], judge.expectations(piece))[0] for piece in pieces])
    is_first = np.array([piece.style == judge.styles[0] for piece in pieces], np.float64)
    groups = [(piece.style, piece.source) for piece in pieces]
    sources = {style: len({group for group in groups if group[0] == style}) for style in judge.styles}
    weight = np.array([len(pieces) / (2 * sources[group[0]] * groups.count(group)) for group in groups])
    slope, intercept = logistic_fit(leanings, is_first, weight)
    right = np.count_nonzero((slope * leanings + intercept > 0) == (is_first > 0))
    return slope, intercept, lowest_share(int(right), len(pieces))


def lowest_share(right: int, count: int) -> float:
    """Return the lower end of the 95 % interval of a share, at least .5.

    Source: Wilson, Probable Inference, Journal of the American Statistical Association 22 (1927).
    """
    share, squared = right / count, _NORMAL_95**2
    middle = share + squared / (2 * count)
    reach = _NORMAL_95 * math.sqrt(share * (1 - share) / count + squared / (4 * count**2))
    return max((middle - reach) / (1 + squared / count), 0.5)


def logistic_fit(
    values: NDArray[np.float64], is_first: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[float, float]:
    """Return slope and intercept of a logistic regression of one variable, `(n,)` each; see `_calibrate`.

    Raises:
        DataError: if SciPy is not installed.
    """
    try:
        from scipy.optimize import minimize
        from scipy.special import expit
    except ImportError as error:
        raise DataError("Fitting the judge needs SciPy: pip install 'tonenet[train]'.") from error
    scale = max(float(np.sqrt(np.mean(values**2))), 1e-6)
    design = np.stack([values / scale, np.ones(len(values))], axis=1)
    ridge = np.array([_RIDGE, 1e-6])

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        log_odds = design @ parameters
        nats = np.logaddexp(0, log_odds) - is_first * log_odds
        predicted = expit(log_odds)
        gradient = design.T @ (weight * (predicted - is_first)) + ridge * parameters
        return float(weight @ nats + 0.5 * ridge @ parameters**2), gradient

    found = minimize(loss, np.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-9})
    return float(found.x[0] / scale), float(found.x[1])
