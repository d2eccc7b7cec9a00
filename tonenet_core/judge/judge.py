"""The style judge: a classifier of the style of a piece's velocities, given its notes.

For each style, trees predict its velocities for the notes, with loudness and range removed. A piece's *leaning* is the
correlation of the player's velocities with the difference of the two predictions, smaller for short pieces. A logistic
regression turns it into a probability. A classifier of velocities alone would take any smooth noise for a style, and
one that sees metre, pedal or the place in the piece would recognise the recording.

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
from tonenet_core.encoding.events import FEATURES, METRE, PEDAL, encode_events
from tonenet_core.errors import CheckpointError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.locations import SHIPPED_JUDGE
from tonenet_core.files.safetensors_header import DAMAGE, read_header
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress, part

FORMAT = 1
_KEY = "tonenet-judge"
SURE = 0.8  # lowest probability with which a style is named
FEWEST = 50  # notes; the leaning of fewer is a matter of chance
CHANCE_NOTES = 100  # a leaning over this many notes is halved; chosen on `valid`, to keep noise in short pieces unnamed
POSITION = ("position", "log_from_start", "log_to_end")
JUDGED_FEATURES = tuple(name for name in FEATURES if name not in (*METRE, *PEDAL, *POSITION))
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
        training: seed, data hash and size.
    """

    styles: tuple[str, str]
    trees: tuple[TreeEnsemble, TreeEnsemble]
    features: tuple[str, ...] = JUDGED_FEATURES
    slope: float = 1.0
    intercept: float = 0.0
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
            self.difference(piece, progress), piece.notes["velocity"] if velocity is None else velocity
        )

    def difference(self, piece: Piece, progress: Progress = no_progress) -> NDArray[np.float64]:
        """Return `(n,)`, how much louder the first style plays each note than the second; the slow part of a verdict.

        Both predictions are standardised within the piece.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        rows = encode_events(piece)[:, [FEATURES.index(name) for name in self.features]]
        first, second = (trees.predict(rows, part(progress, index, 2)) for index, trees in enumerate(self.trees))
        return standardise(first) - standardise(second)

    def verdict_on(self, difference: NDArray[np.float64], velocity: ArrayLike) -> Verdict:
        """Return the verdict on velocities `(n,)` for notes whose `difference` is known.

        Raises:
            ValueError: if the number of velocities is not that of the notes.
        """
        if np.shape(velocity) != difference.shape:
            raise ValueError(f"{np.shape(velocity)} velocities for {len(difference)} notes")
        if len(difference) < FEWEST or classify_dynamics(np.asarray(velocity)) != "played":
            return Verdict(dict.fromkeys(self.styles, 0.5))
        probability = _logistic(self.slope * leaning(velocity, difference) + self.intercept)
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
        check_fields(Judge, {name: header[name] for name in ("styles", "features", "slope", "intercept")})
        one, other = header["styles"]
        first, second = (TreeEnsemble(*(arrays[name][index] for name in _ARRAYS)) for index in range(2))
        if one == other or max(first.columns, second.columns) > len(header["features"]):
            raise ValueError("its trees and styles do not match")
        return Judge(
            styles=(one, other),
            trees=(first, second),
            features=tuple(header["features"]),
            slope=float(header["slope"]),
            intercept=float(header["intercept"]),
            training=dict(header["training"]),
        )
    except (OSError, SafetensorError, *DAMAGE) as error:
        text = "{name} is not a style judge, or it is damaged ({why})."
        raise CheckpointError(text, name=path, why=reason(error)) from error


@cache
def shipped_judge() -> Judge | None:
    """Return the shipped judge, read once; args and errors as in `load_judge`."""
    return load_judge()


def leaning(velocity: ArrayLike, difference: NDArray[np.float64]) -> float:
    """Return the correlation of velocities with the difference of the styles, -1..1, shrunk in short pieces."""
    return pearson(velocity, difference) * len(difference) / (len(difference) + CHANCE_NOTES)


def standardise(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values with mean 0 and standard deviation 1; all 0 if they are constant."""
    if not len(values):
        return values
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))


def _logistic(log_odds: float) -> float:
    return float(0.5 + 0.5 * np.tanh(log_odds / 2))  # no overflow, however sure
