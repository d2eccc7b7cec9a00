"""The style judge: a classifier of the style of a piece's velocities, given its notes.

For each style, trees expect how much louder or softer than its surroundings it plays each note. A piece's *leaning* is
the correlation of what was played with the difference of the two expectations, smaller for short pieces; a logistic
regression turns it into a probability. Velocities that neither style would play are left undecided, however they lean.
A classifier of velocities alone would take any smooth noise for a style, and one that sees metre, pedal, lengths, lags
inside chords or the place in the piece would recognise the recording, or whoever transcribed it.

Loading and classifying need neither torch nor LightGBM; fitting (`fit.py`) needs the extra `train`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tonenet_core.analysis.dynamics import classify_dynamics
from tonenet_core.analysis.tree_ensemble import TreeEnsemble
from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.encoding.events import FEATURES, LAG, LENGTHS, METRE, PEDAL, encode_events
from tonenet_core.errors import CheckpointError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.locations import SHIPPED_JUDGE
from tonenet_core.files.safetensors_header import DAMAGE, read_header
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress, part

FORMAT = 2
_KEY = "tonenet-judge"
SURE = 0.8  # lowest probability with which a style is named
FEWEST = 50  # notes; the leaning of fewer is a matter of chance
CHANCE_NOTES = 100  # a leaning over this many notes is halved; chosen on `valid`, to keep noise in short pieces unnamed
POSITION = ("position", "log_from_start", "log_to_end")
UNSEEN = (*METRE, *PEDAL, *POSITION, *LENGTHS, LAG)
JUDGED_FEATURES = tuple(name for name in FEATURES if name not in UNSEEN)
SURROUNDINGS = 401  # notes that a note's loudness is compared with; chosen on `valid`: a phrase's swell tells no style
# Correlation with either style below which the verdict moves to undecided; of 161 pieces of `valid` none has less.
AGREEMENT = 0.25
_ARRAYS = ("feature", "child", "value")


@dataclass(frozen=True)
class Verdict:
    """The probability of each style; they sum to 1."""

    probability: dict[str, float]

    @property
    def named(self) -> str | None:
        """The style whose probability is at least .8; None: undecided."""
        likeliest = max(self.probability, key=lambda style: self.probability[style])
        return likeliest if self.probability[likeliest] >= SURE else None


@dataclass(frozen=True, eq=False)
class Judge:
    """A classifier of two styles.

    Attributes:
        styles: the two.
        trees: predict the velocities of each.
        features: names of the trees' columns.
        slope: of the log-odds of the first style over the leaning.
        intercept: the log-odds at a leaning of 0.
        surest: the largest probability of a verdict, .5..1: the judge has been wrong.
        training: seed, data hash and size.
    """

    styles: tuple[str, str]
    trees: tuple[TreeEnsemble, TreeEnsemble]
    features: tuple[str, ...] = JUDGED_FEATURES
    slope: float = 1.0
    intercept: float = 0.0
    surest: float = 1.0
    training: dict[str, Any] = field(default_factory=dict)

    def verdict(self, piece: Piece, velocity: ArrayLike | None = None, progress: Progress = no_progress) -> Verdict:
        """Return the verdict on a piece; one of few notes or without dynamics is undecided.

        Args:
            piece: its notes.
            velocity: `(n,)`, 1..127, judged instead of the piece's own velocities.
            progress: see `Progress`.

        Raises:
            ValueError: if the number of velocities is not that of the notes.
            Cancelled: if `progress` asks to stop.
        """
        return self.verdict_on(
            self.expectations(piece, progress), piece.notes["velocity"] if velocity is None else velocity
        )

    def expectations(self, piece: Piece, progress: Progress = no_progress) -> NDArray[np.float64]:
        """Return `(2, n)`, how much louder than its surroundings each style plays each note.

        This is the slow part of a verdict. Each row has mean 0 and standard deviation 1.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        rows = encode_events(piece)[:, [FEATURES.index(name) for name in self.features]]
        expected = [trees.predict(rows, part(progress, index, 2)) for index, trees in enumerate(self.trees)]
        return np.stack([relief(each) for each in expected])

    def verdict_on(self, expectations: NDArray[np.float64], velocity: ArrayLike) -> Verdict:
        """Return the verdict on velocities `(n,)` for notes whose `expectations` are known.

        Raises:
            ValueError: if the number of velocities is not that of the notes.
        """
        if np.shape(velocity) != expectations.shape[1:]:
            raise ValueError(f"{np.shape(velocity)} velocities for {expectations.shape[1]} notes")
        played = np.asarray(velocity, np.float64)
        if len(played) < FEWEST or classify_dynamics(played) != "played":
            return Verdict(dict.fromkeys(self.styles, 0.5))
        lean, agreement = leaning(played, expectations)
        if agreement <= 0:
            return Verdict(dict.fromkeys(self.styles, 0.5))
        log_odds = min(agreement / AGREEMENT, 1.0) * (self.slope * lean + self.intercept)
        probability = min(max(_logistic(log_odds), 1 - self.surest), self.surest)
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
            "surest": self.surest,
            "training": self.training,
        }
        arrays = {name: np.stack([getattr(trees, name) for trees in self.trees]) for name in _ARRAYS}
        data = save(arrays, metadata={_KEY: json.dumps(header)})
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as unfinished:
            unfinished.write_bytes(data)


def load_judge(path: Path = SHIPPED_JUDGE) -> Judge | None:
    """Read a judge, by default the shipped one; None if there is no such file.

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
        check_fields(Judge, {name: header[name] for name in ("styles", "features", "slope", "intercept", "surest")})
        one, other = header["styles"]
        first, second = (TreeEnsemble(*(arrays[name][index] for name in _ARRAYS)) for index in range(2))
        if one == other or max(first.columns, second.columns) > len(header["features"]):
            raise ValueError("its trees and styles do not match")
        if not 0.5 <= header["surest"] <= 1:
            raise ValueError("it is surer than sure")
        return Judge(
            styles=(one, other),
            trees=(first, second),
            features=tuple(header["features"]),
            slope=float(header["slope"]),
            intercept=float(header["intercept"]),
            surest=float(header["surest"]),
            training=dict(header["training"]),
        )
    except (OSError, SafetensorError, *DAMAGE) as error:
        text = "{name} is not a style judge, or it is damaged ({why})."
        raise CheckpointError(text, name=path, why=reason(error)) from error


@cache
def shipped_judge() -> Judge | None:
    """Return the shipped judge, read once; args and errors as in `load_judge`."""
    return load_judge()


def leaning(velocity: ArrayLike, expectations: NDArray[np.float64]) -> tuple[float, float]:
    """Return which style velocities `(n,)` lean to, and how well they agree with the nearer one; both -1..1.

    The first is the correlation of their relief with the difference of the expectations, the second with the nearer
    expectation. Both are smaller for short pieces, where they are a matter of chance.
    """
    played = relief(np.asarray(velocity, np.float64))
    first, second = expectations
    certain = len(played) / (len(played) + CHANCE_NOTES)
    agreement = max(pearson(played, first), pearson(played, second))
    return pearson(played, first - second) * certain, agreement * certain


def relief(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far values `(n,)` stand out of their surroundings, with standard deviation 1; 0 if they do not."""
    if not len(values):
        return values
    place, reach = np.arange(len(values)), SURROUNDINGS // 2
    first, last = np.maximum(place - reach, 0), np.minimum(place + reach + 1, len(values))
    total = np.concatenate([[0.0], np.cumsum(values)])
    above = values - (total[last] - total[first]) / (last - first)
    above -= above.mean()
    spread = float(above.std())
    return above / spread if spread > 1e-9 else np.zeros(len(values))


def _logistic(log_odds: float) -> float:
    return float(0.5 + 0.5 * np.tanh(log_odds / 2))  # no overflow, however sure
