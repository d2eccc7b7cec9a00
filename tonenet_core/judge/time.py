"""The judge of time: in which style a piece's chords are broken and its notes are held, given its notes.

It judges two parts apart: the lags of the notes of a chord behind its highest, and the articulation. For each part and
style, trees expect how much later, or how much longer, than in the mean of the piece the style plays each note. The
leaning of a part is the correlation of what was played with the difference of the two expectations, so that one whose
values are given to other notes leans nowhere. The trees see the piece plain (`timing.plain`): neither what they judge,
nor the metre, the pedal, velocities or the place in the piece; means and spreads, by which one recognises the recording
and not the style, are taken out.

Loading and classifying need neither torch nor LightGBM; fitting (`fit_time.py`) needs the extra `train`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.tree_ensemble import TreeEnsemble
from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.encoding.events import FEATURES
from tonenet_core.errors import CheckpointError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.locations import SHIPPED_TIME_JUDGE
from tonenet_core.files.safetensors_header import DAMAGE, read_header
from tonenet_core.judge.judge import CHANCE_NOTES, JUDGED_FEATURES, Verdict
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress, part, stretch
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import CLUSTER_SEC, Clusters, find_clusters
from tonenet_core.timing.plain import encode_plain

FORMAT = 1
LAG, ARTICULATION = "lag", "articulation"
JUDGED_PARTS = (LAG, ARTICULATION)
FEWEST_VALUES = 50  # of a part; the leaning of fewer is a matter of chance
FARTHEST = 3.0  # log articulation beyond which a note counts no more
EVEN = {LAG: 1e-3, ARTICULATION: 1e-2}  # seconds, or log: no player keeps so near to the middle
EVEN_SHARE = 0.95  # of the notes; the others may be rolled, or held by a pause
_KEY = "tonenet-time-judge"
_ARRAYS = ("feature", "child", "value")
_NUMBERS = ("slope", "intercept", "surest", "agreement")
_ENCODED = 0.2  # of the work that is done before the trees

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PlayedPart:
    """One part of a piece, at the k notes that have it.

    Attributes:
        rows: `(k,)`, which notes of the plain piece they are.
        values: `(k,)`, as played: seconds behind the highest note, or log articulation.
    """

    rows: NDArray[np.intp]
    values: Values


def played_parts(piece: Piece, clusters: Clusters, order: NDArray[np.intp]) -> dict[str, PlayedPart]:
    """Return the parts of a piece by their names, `JUDGED_PARTS`.

    Args:
        piece: as played.
        clusters: of its notes.
        order: which note of the piece each of the plain piece is.
    """
    is_near = np.abs(clusters.lag_sec) < CLUSTER_SEC
    lag = np.where(clusters.is_chord_note & is_near, clusters.lag_sec, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        articulation = np.clip(find_articulation(piece.notes, clusters), -FARTHEST, FARTHEST)
    found = {}
    for name, values in ((LAG, lag[order]), (ARTICULATION, articulation[order])):
        rows = np.flatnonzero(np.isfinite(values))
        found[name] = PlayedPart(rows, values[rows])
    return found


@dataclass(frozen=True, eq=False)
class PartJudge:
    """A classifier of one part.

    Attributes:
        trees: predict the values of each style.
        slope: of the log-odds of the first style over the leaning.
        intercept: the log-odds at a leaning of 0.
        surest: the largest probability of a verdict, .5..1.
        agreement: correlation with the nearer style below which the verdict moves to undecided; > 0.
    """

    trees: tuple[TreeEnsemble, TreeEnsemble]
    slope: float = 1.0
    intercept: float = 0.0
    surest: float = 1.0
    agreement: float = 0.1

    def expectations(self, rows: NDArray[np.float32], progress: Progress = no_progress) -> Values:
        """Return `(2, k)`, what each style expects of notes `(k, features)`, as `unit` values.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        expected = [trees.predict(rows, part(progress, index, 2)) for index, trees in enumerate(self.trees)]
        return np.stack([unit(each) for each in expected])


@dataclass(frozen=True, eq=False)
class TimeJudge:
    """A classifier of the time of two styles.

    Attributes:
        styles: the two.
        parts: a judge for each of `JUDGED_PARTS`.
        features: names of the trees' columns.
        training: seed, data hash and sizes.
    """

    styles: tuple[str, str]
    parts: dict[str, PartJudge]
    features: tuple[str, ...] = JUDGED_FEATURES
    training: dict[str, Any] = field(default_factory=dict)

    def verdicts(self, piece: Piece, progress: Progress = no_progress) -> dict[str, Verdict]:
        """Return the verdict on each part of a piece; one of few notes, or that nobody has played, is undecided.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        heard = self.listen(piece, progress)
        return {name: self.verdict_on(name, expected, played.values) for name, (played, expected) in heard.items()}

    def listen(self, piece: Piece, progress: Progress = no_progress) -> dict[str, tuple[PlayedPart, Values]]:
        """Return for each part what was played, and what the two styles expect there, `(2, k)`.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        clusters = find_clusters(piece.notes)
        features, order = encode_plain(piece, clusters)
        rows = features[:, [FEATURES.index(name) for name in self.features]]
        played = played_parts(piece, clusters, order)
        tell = stretch(progress, _ENCODED, 1.0)
        return {
            name: (played[name], judge.expectations(rows[played[name].rows], part(tell, index, len(self.parts))))
            for index, (name, judge) in enumerate(self.parts.items())
        }

    def verdict_on(self, name: str, expectations: Values, values: Values) -> Verdict:
        """Return the verdict on values `(k,)` of a part for notes whose expectations, `(2, k)`, are known."""
        judge, undecided = self.parts[name], Verdict(dict.fromkeys(self.styles, 0.5))
        if len(values) < FEWEST_VALUES or is_dead_pan(name, values):
            return undecided
        lean, agreement = leaning(values, expectations)
        if agreement <= 0:
            return undecided
        log_odds = min(agreement / judge.agreement, 1.0) * (judge.slope * lean + judge.intercept)
        first = float(np.clip(0.5 + 0.5 * np.tanh(log_odds / 2), 1 - judge.surest, judge.surest))
        return Verdict({self.styles[0]: first, self.styles[1]: 1 - first})

    def save(self, path: Path) -> None:
        """Write the judge as one safetensors file, whole or not at all."""
        from safetensors.numpy import save

        header = {
            "format": FORMAT,
            "styles": self.styles,
            "features": self.features,
            "parts": {name: {key: getattr(judge, key) for key in _NUMBERS} for name, judge in self.parts.items()},
            "training": self.training,
        }
        arrays = {
            f"{name}.{array}": np.stack([getattr(trees, array) for trees in judge.trees])
            for name, judge in self.parts.items()
            for array in _ARRAYS
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as unfinished:
            unfinished.write_bytes(save(arrays, metadata={_KEY: json.dumps(header)}))


def load_time_judge(path: Path = SHIPPED_TIME_JUDGE) -> TimeJudge | None:
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
        check_fields(TimeJudge, {name: header[name] for name in ("styles", "features", "training")})
        one, other = header["styles"]
        features = tuple(header["features"])
        if one == other or tuple(sorted(header["parts"])) != tuple(sorted(JUDGED_PARTS)):
            raise ValueError("its styles or parts are others")
        parts = {name: _part(name, header["parts"][name], arrays, len(features)) for name in JUDGED_PARTS}
        return TimeJudge((one, other), parts, features, dict(header["training"]))
    except (OSError, SafetensorError, *DAMAGE) as error:
        text = "{name} is not a judge of time, or it is damaged ({why})."
        raise CheckpointError(text, name=path, why=reason(error)) from error


def _part(name: str, numbers: dict[str, Any], arrays: dict[str, NDArray[Any]], columns: int) -> PartJudge:
    check_fields(PartJudge, {key: numbers[key] for key in _NUMBERS})
    first, second = (TreeEnsemble(*(arrays[f"{name}.{array}"][index] for array in _ARRAYS)) for index in range(2))
    if max(first.columns, second.columns) > columns:
        raise ValueError("its trees and features do not match")
    if not (0.5 <= numbers["surest"] <= 1 and numbers["agreement"] > 0):
        raise ValueError("it is surer than sure")
    return PartJudge((first, second), *(float(numbers[key]) for key in _NUMBERS))


@cache
def shipped_time_judge() -> TimeJudge | None:
    """Return the shipped judge of time, read once; args and errors as in `load_time_judge`."""
    return load_time_judge()


def is_dead_pan(name: str, values: Values) -> bool:
    """Return whether a part, `(k,)`, is so even that nobody has played it: written, or sequenced."""
    away = np.abs(values - np.median(values)) if len(values) else values
    return not len(values) or float(np.mean(away <= EVEN[name])) >= EVEN_SHARE


def leaning(values: Values, expectations: Values) -> tuple[float, float]:
    """Return which style values `(k,)` lean to, and how well they agree with the nearer one; both -1..1.

    As `judge.leaning`, and as that smaller for short pieces.
    """
    first, second = expectations
    certain = len(values) / (len(values) + CHANCE_NOTES)
    return pearson(values, first - second) * certain, max(pearson(values, first), pearson(values, second)) * certain


def unit(values: Values) -> Values:
    """Return values with mean 0 and standard deviation 1; 0 if they do not differ."""
    about = values - values.mean() if len(values) else values
    spread = float(about.std()) if len(values) else 0.0
    return np.asarray(about / spread) if spread > 1e-9 else np.zeros(len(values))
