"""The judge of notes: in which genre a piece is written, or whether nobody would write so.

A multinomial logistic regression over `note_features`. A judge of two classes is worthless for covers: of notes that
are moved by a semitone it says jazz. So the third class is "neither": notes moved or permuted. It sees neither
velocities nor times, and is of another family than every model that writes notes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import CheckpointError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.locations import SHIPPED_NOTE_JUDGE
from tonenet_core.files.safetensors_header import DAMAGE, read_header
from tonenet_core.judge.note_features import FEATURES, note_features

FORMAT = 1
NEITHER = "neither"
FEWEST_NOTES = 60  # what fewer are is a matter of chance
FARTHEST = 5.0  # standard deviations to which a feature counts
_KEY = "tonenet-note-judge"
_ARRAYS = ("mean", "spread", "weights")

Values = NDArray[np.float64]


@dataclass(frozen=True)
class NoteVerdict:
    """The probability of each style and of `NEITHER`; they sum to 1."""

    probability: dict[str, float]

    @property
    def named(self) -> str:
        """The likeliest of them."""
        return max(self.probability, key=lambda name: self.probability[name])


@dataclass(frozen=True, eq=False)
class NoteJudge:
    """A classifier of struck notes.

    Attributes:
        classes: the styles, and `NEITHER` last.
        mean: `(FEATURES,)`, of the training pieces.
        spread: `(FEATURES,)`, their standard deviations.
        weights: `(classes, FEATURES + 1)`, the intercepts last.
        training: seed, data hash and size.
    """

    classes: tuple[str, ...]
    mean: Values
    spread: Values
    weights: Values
    training: dict[str, Any] = field(default_factory=dict)

    def verdict(self, notes: NDArray[np.void]) -> NoteVerdict:
        """Return the verdict on notes, `(n,)` of `NOTE_DTYPE`; of few notes every class is as likely."""
        if len(notes) < FEWEST_NOTES:
            return NoteVerdict(dict.fromkeys(self.classes, 1 / len(self.classes)))
        features = note_features(notes["onset_sec"].astype(np.float64), notes["pitch"].astype(np.int64))
        scores = self.weights @ np.append(scaled(features, self.mean, self.spread), 1.0)
        shares = np.exp(scores - scores.max())
        return NoteVerdict(dict(zip(self.classes, (shares / shares.sum()).tolist(), strict=True)))

    def save(self, path: Path) -> None:
        """Write the judge as one safetensors file, whole or not at all."""
        from safetensors.numpy import save

        header = {"format": FORMAT, "classes": self.classes, "training": self.training}
        arrays = {name: np.asarray(getattr(self, name), np.float32) for name in _ARRAYS}
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as unfinished:
            unfinished.write_bytes(save(arrays, metadata={_KEY: json.dumps(header)}))


def scaled(features: Values, mean: Values, spread: Values) -> Values:
    """Return features, `(..., FEATURES)`, in standard deviations about the mean, none farther than `FARTHEST`."""
    return np.clip((features - mean) / spread, -FARTHEST, FARTHEST)


def load_note_judge(path: Path = SHIPPED_NOTE_JUDGE) -> NoteJudge | None:
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
        if header["format"] != FORMAT:
            raise CheckpointError("{name} was made for another version of ToneNet.", name=path)
        check_fields(NoteJudge, {name: header[name] for name in ("classes", "training")})
        classes = tuple(header["classes"])
        mean, spread, weights = (arrays[name].astype(np.float64) for name in _ARRAYS)
        if mean.shape != (FEATURES,) or spread.shape != mean.shape or weights.shape != (len(classes), FEATURES + 1):
            raise ValueError("its features are others")
        if classes[-1] != NEITHER or len(set(classes)) != len(classes):
            raise ValueError("it has no class for what nobody would write")
        if not all(np.isfinite(each).all() for each in (mean, spread, weights)) or spread.min() <= 0:
            raise ValueError("its weights are no numbers")
        return NoteJudge(classes, mean, spread, weights, dict(header["training"]))
    except (OSError, SafetensorError, *DAMAGE) as error:
        text = "{name} is not a judge of notes, or it is damaged ({why})."
        raise CheckpointError(text, name=path, why=reason(error)) from error


@cache
def shipped_note_judge() -> NoteJudge | None:
    """Return the shipped judge of notes, read once; args and errors as in `load_note_judge`."""
    return load_note_judge()
