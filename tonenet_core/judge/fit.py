"""Fitting of the style judge: trees by LightGBM, calibration by SciPy; both come with the extra `train`."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.tree_ensemble import Boosting, fit
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.events import FEATURES, encode_events
from tonenet_core.encoding.written import PAGES
from tonenet_core.errors import DataError
from tonenet_core.judge.judge import FEWEST, JUDGED_FEATURES, Judge, leaning, standardise
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress, part

STYLES = ("jazz", "classical")
BOOSTING = Boosting(rounds=300, leaves=31)
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
    columns = [FEATURES.index(name) for name in JUDGED_FEATURES]
    count = 0
    for index, style in enumerate(styles):
        pieces = [piece for piece in half_of(cache, style) if np.ptp(piece.notes["velocity"]) > 0]
        count += len(pieces)
        rows = [encode_events(piece)[:, columns] for piece in pieces]
        targets = [standardise(piece.notes["velocity"].astype(np.float64)) for piece in pieces]
        sources = [piece.source for piece in pieces]
        trees.append(fit(rows, targets, sources, boosting, seed=seed, progress=part(progress, index, 2)))
    judge = Judge(styles, (trees[0], trees[1]))
    training = {"seed": seed, "data_sha256": cache.sha256, "pieces": count}
    performances = (piece for piece in cache.pieces("valid", styles) if not piece.source.endswith(PAGES))
    valid = [piece for piece in performances if len(piece.notes) >= FEWEST]
    slope, intercept = _calibrate(judge, valid)
    return Judge(styles, judge.trees, slope=slope, intercept=intercept, training=training)


def half_of(cache: Cache, style: str) -> list[TrainingPiece]:
    """Return the style's training pieces of half of the tunes, chosen by a hash; performances, not pages."""
    entries = [entry for entry in cache.entries if entry.split == "train" and entry.style == style]
    pieces = zip(entries, cache.pieces("train", (style,)), strict=True)
    played = ((entry, piece) for entry, piece in pieces if not entry.source.endswith(PAGES))
    return [piece for entry, piece in played if hashlib.sha1(entry.group.encode()).digest()[0] % 2 == 0]


def _calibrate(judge: Judge, pieces: list[TrainingPiece]) -> tuple[float, float]:
    """Return slope and intercept of the log-odds of the first style over the leaning.

    Source: logistic regression (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.2), with a ridge on
    the slope of the scaled leaning. Styles have equal weight, and so have sources within a style.
    """
    if {piece.style for piece in pieces} != set(judge.styles):
        raise DataError(f"There are no pieces of {' and '.join(judge.styles)} to calibrate the judge on.")
    leanings = np.array([leaning(piece.notes["velocity"], judge.difference(piece)) for piece in pieces])
    is_first = np.array([piece.style == judge.styles[0] for piece in pieces], np.float64)
    groups = [(piece.style, piece.source) for piece in pieces]
    sources = {style: len({group for group in groups if group[0] == style}) for style in judge.styles}
    weight = np.array([len(pieces) / (2 * sources[group[0]] * groups.count(group)) for group in groups])
    return logistic_fit(leanings, is_first, weight)


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
