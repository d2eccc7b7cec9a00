"""The style judge: which style a piece's velocities speak of, given its notes.

For each style, trees say what that style would do with the notes, loudness and range taken out. Where the two say
different things, the player's velocities side with one of them: a piece's *leaning* is their correlation with the
difference, and counts less in a short piece. A logistic regression makes a probability of it. A judge of velocities
alone would take any smooth noise for a style, and one that sees metre, pedal or the place in the piece would recognise
the recording.

Loading and asking needs neither torch nor LightGBM; fitting needs the extra `train`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tonenet_core.analysis.tree_ensemble import Boosting, TreeEnsemble, fit
from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.events import FEATURES, METRE, PEDAL, encode_events
from tonenet_core.errors import CheckpointError, DataError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.locations import SHIPPED_JUDGE
from tonenet_core.files.safetensors_header import DAMAGE, read_header
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress, part

FORMAT = 1
_KEY = "tonenet-judge"
SURE = 0.8  # probability from which a style is named
FEWEST = 50  # notes; the leaning of fewer is chance
CHANCE_NOTES = 100  # over so many notes a leaning counts half; chosen on `valid`, to keep noise in short pieces unnamed
STYLES = ("jazz", "classical")
PLACE = ("position", "log_from_start", "log_to_end")
SEEN = tuple(name for name in FEATURES if name not in (*METRE, *PEDAL, *PLACE))
BOOSTING = Boosting(rounds=300, leaves=31)
_RIDGE = 1.0  # keeps the slope finite where one leaning parts all pieces
_ARRAYS = ("feature", "child", "value")


@dataclass(frozen=True)
class Verdict:
    """What the judge says of a piece: the probability of each style; they sum to 1."""

    probability: dict[str, float]

    @property
    def named(self) -> str | None:
        """The style that the judge is sure of; None: undecided."""
        likeliest = max(self.probability, key=lambda style: self.probability[style])
        return likeliest if self.probability[likeliest] >= SURE else None


@dataclass(frozen=True, eq=False)
class Judge:
    """Tells two styles apart.

    Attributes:
        styles: the two.
        trees: what each does with the notes.
        features: the note features that the trees see.
        slope: of the log-odds of the first style over the leaning.
        intercept: the log-odds at a leaning of 0.
        training: seed, data hash and size.
    """

    styles: tuple[str, str]
    trees: tuple[TreeEnsemble, TreeEnsemble]
    features: tuple[str, ...] = SEEN
    slope: float = 1.0
    intercept: float = 0.0
    training: dict[str, Any] = field(default_factory=dict)

    def verdict(self, piece: Piece, velocity: ArrayLike | None = None) -> Verdict:
        """Return which style a piece is played in; a piece of few notes or without dynamics is undecided.

        Args:
            piece: its notes.
            velocity: `(n,)`, 1..127, what to judge instead of the piece's own velocities.

        Raises:
            ValueError: if there is not one velocity a note.
        """
        return self.verdict_on(self.difference(piece), piece.notes["velocity"] if velocity is None else velocity)

    def difference(self, piece: Piece, progress: Progress = no_progress) -> NDArray[np.float64]:
        """Return `(n,)`, how much louder the first style plays each note than the second; the slow part of a verdict.

        Both styles are scaled to mean 0 and standard deviation 1 inside the piece.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        rows = encode_events(piece)[:, [FEATURES.index(name) for name in self.features]]
        said = [trees.predict(rows, part(progress, index, 2)) for index, trees in enumerate(self.trees)]
        return _scaled(said[0]) - _scaled(said[1])

    def verdict_on(self, difference: NDArray[np.float64], velocity: ArrayLike) -> Verdict:
        """Return the verdict on velocities `(n,)` for notes whose `difference` is known.

        Raises:
            ValueError: if there is not one velocity a note.
        """
        if np.shape(velocity) != difference.shape:
            raise ValueError(f"{np.shape(velocity)} velocities for {len(difference)} notes")
        if len(difference) < FEWEST or np.ptp(velocity) == 0:
            return Verdict(dict.fromkeys(self.styles, 0.5))
        probability = _logistic(self.slope * _leaning(velocity, difference) + self.intercept)
        return Verdict({self.styles[0]: probability, self.styles[1]: 1 - probability})

    def save(self, path: Path) -> None:
        """Write the judge as one safetensors file, whole or not at all."""
        from safetensors.numpy import save

        header = {
            "format": FORMAT,
            "styles": self.styles,
            "features": self.features,
            "slope": self.slope,
            "intercept": self.intercept,
            "training": self.training,
        }
        arrays = {name: np.stack([getattr(trees, name) for trees in self.trees]) for name in _ARRAYS}
        data = save(arrays, metadata={_KEY: json.dumps(header)})
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as unfinished:
            unfinished.write_bytes(data)


def load_judge(path: Path = SHIPPED_JUDGE) -> Judge | None:
    """Read a judge, the shipped one unless told otherwise; None if there is no such file.

    Raises:
        CheckpointError: if the file is damaged, or of another version.
    """
    if not path.is_file():
        return None
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        header, arrays = read_header(path, _KEY), load_file(path)
        if header["format"] != FORMAT or not set(header["features"]) <= set(FEATURES):
            raise CheckpointError("{name} was made for another version of ToneNet.", name=path)
        check_fields(Judge, {name: header[name] for name in ("styles", "features", "slope", "intercept")})
        one, other = header["styles"]
        first, second = (TreeEnsemble(*(arrays[name][index] for name in _ARRAYS)) for index in range(2))
        if one == other or max(first.columns, second.columns) > len(header["features"]):
            raise ValueError("its trees and styles do not fit")
        return Judge(
            styles=(one, other),
            trees=(first, second),
            features=tuple(header["features"]),
            slope=float(header["slope"]),
            intercept=float(header["intercept"]),
            training=dict(header["training"]),
        )
    except (OSError, SafetensorError, *DAMAGE) as error:
        text = "{name} is no style judge, or it is damaged ({why})."
        raise CheckpointError(text, name=path, why=reason(error)) from error


# -- fitting ----------------------------------------------------------------------------------------------------------


def fit_judge(
    cache: Cache,
    styles: tuple[str, str] = STYLES,
    *,
    boosting: Boosting = BOOSTING,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Judge:
    """Fit a judge to one half of the training tunes, and calibrate it on `valid`.

    The half is chosen by a hash of the tune, so that it stays the same when tunes are added.

    Raises:
        DataError: if a style has no pieces, or LightGBM is not installed.
        Cancelled: if `progress` asks to stop.
    """
    trees = []
    columns = [FEATURES.index(name) for name in SEEN]
    heard = 0
    for index, style in enumerate(styles):
        pieces = [piece for piece in _half(cache, style) if np.ptp(piece.notes["velocity"]) > 0]
        heard += len(pieces)
        rows = [encode_events(piece)[:, columns] for piece in pieces]
        targets = [_scaled(piece.notes["velocity"].astype(np.float64)) for piece in pieces]
        sources = [piece.source for piece in pieces]
        trees.append(fit(rows, targets, sources, boosting, seed=seed, progress=part(progress, index, 2)))
    judge = Judge(styles, (trees[0], trees[1]))
    training = {"seed": seed, "data_sha256": cache.sha256, "pieces": heard}
    valid = [piece for piece in cache.pieces("valid", styles) if len(piece.notes) >= FEWEST]
    slope, intercept = _calibration(judge, valid)
    return Judge(styles, judge.trees, slope=slope, intercept=intercept, training=training)


def _half(cache: Cache, style: str) -> list[TrainingPiece]:
    """Return the style's training pieces of every other tune."""
    entries = [entry for entry in cache.entries if entry.split == "train" and entry.style == style]
    pieces = zip(entries, cache.pieces("train", (style,)), strict=True)
    return [piece for entry, piece in pieces if hashlib.sha1(entry.group.encode()).digest()[0] % 2 == 0]


def _calibration(judge: Judge, pieces: list[TrainingPiece]) -> tuple[float, float]:
    """Return slope and intercept of the log-odds of the first style; styles weigh the same, and sources inside them.

    Source: logistic regression by Newton's method (Bishop, Pattern Recognition and Machine Learning, 2006, section
    4.3.3), with a ridge on the slope of the scaled leaning.
    """
    if {piece.style for piece in pieces} != set(judge.styles):
        raise DataError(f"There are no pieces of {' and '.join(judge.styles)} to calibrate the judge on.")
    leaning = np.array([_leaning(piece.notes["velocity"], judge.difference(piece)) for piece in pieces])
    is_first = np.array([piece.style == judge.styles[0] for piece in pieces], np.float64)
    kinds = [(piece.style, piece.source) for piece in pieces]
    sources = {style: len({kind for kind in kinds if kind[0] == style}) for style in judge.styles}
    weight = np.array([len(pieces) / (2 * sources[kind[0]] * kinds.count(kind)) for kind in kinds])
    scale = max(float(np.sqrt(np.mean(leaning**2))), 1e-6)
    design = np.stack([leaning / scale, np.ones(len(pieces))], axis=1)
    ridge = np.diag([_RIDGE, 1e-6])
    parameters = np.zeros(2)
    for _ in range(50):
        said = 1 / (1 + np.exp(-design @ parameters))
        gradient = design.T @ (weight * (said - is_first)) + ridge @ parameters
        curvature = (design.T * (weight * said * (1 - said))) @ design + ridge
        step = np.linalg.solve(curvature, gradient)
        parameters -= step
        if np.abs(step).max() < 1e-9:
            break
    return float(parameters[0] / scale), float(parameters[1])


def _leaning(velocity: ArrayLike, difference: NDArray[np.float64]) -> float:
    """Return which style the velocities side with, -1..1; the fewer the notes, the more of it is chance, the less."""
    return pearson(velocity, difference) * len(difference) / (len(difference) + CHANCE_NOTES)


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values of mean 0 and standard deviation 1; all 0 where they are constant."""
    if not len(values):
        return values
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))


def _logistic(log_odds: float) -> float:
    return float(0.5 + 0.5 * np.tanh(log_odds / 2))  # no overflow, however sure
