"""The interfaces that training asks of a model, and the figures that several models report alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.velocity_metrics import mae
from tonenet_core.models.base import Model, VelocityModel
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS, TrainingPiece
from tonenet_core.progress import Progress, no_progress

if TYPE_CHECKING:
    import torch


class Sized(Protocol):
    """An object that knows its size in memory."""

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        ...


P = TypeVar("P")
S = TypeVar("S", bound=Sized)
B = TypeVar("B")

PreparedPieces = Mapping[str, Mapping[str, Sequence[P]]]
"""Style -> source -> prepared pieces."""


@runtime_checkable
class Trainable(Protocol[P, B]):
    """An `nn.Module` that the training loop can train: `forward` is one training step's loss.

    P is the type of a prepared piece, B that of a batch; the loop only hands them back.

    Attributes:
        styles: names.
    """

    styles: tuple[str, ...]

    def prepare_piece(self, piece: TrainingPiece) -> P:
        """Return the form of a piece that `sample_batch` draws from, computed once."""
        ...

    def sample_batch(self, pieces: PreparedPieces[P], windows: int, rng: np.random.Generator) -> B:
        """Return one batch with `windows` windows of each style; `rng` is the only source of randomness."""
        ...

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the statistics of the training data that the checkpoint keeps, as JSON; baselines are made of them."""
        ...

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return named figures on held-out pieces; the checkpoint with the lowest "score" is kept."""
        ...

    def forward(self, batch: B) -> dict[str, torch.Tensor]:
        """Return named scalar losses; "loss" is minimised."""
        ...


@runtime_checkable
class Ensemble(Protocol):
    """A `Trainable` whose networks, trained independently from different seeds, can be joined into one model."""

    @classmethod
    def joined(cls, models: Sequence[Self]) -> Self:
        """Return one model with the networks of several; `validate` then measures its calibration."""
        ...


@runtime_checkable
class Streaming(Trainable[S, B], Protocol[S, B]):
    """A `Trainable` that draws a source's pieces in proportion to their notes, so they can be prepared when drawn.

    Attributes:
        prepared_note_bytes: memory that a note of a prepared piece takes.
    """

    prepared_note_bytes: int


@runtime_checkable
class Lexical(Protocol):
    """A `Trainable` whose vocabulary is that of its training pieces."""

    def learn_vocabulary(self, pieces: list[TrainingPiece]) -> None:
        """Number the tokens of the training pieces, before any of them is prepared."""
        ...


@runtime_checkable
class Recognising(Protocol):
    """A `Trainable` that recognises by its notes which source a piece is like."""

    def learn_sources(self, pieces: Mapping[str, Sequence[TrainingPiece]]) -> None:
        """Learn from the training pieces of each source, before the first step."""
        ...


@runtime_checkable
class Adversarial(Protocol):
    """A `Trainable` of several networks with separate learning rates, such as a generator and a discriminator.

    Its "loss" is one sum, built so that the gradient of each network is that of its own objective. Its batches are
    dicts, to which the loop adds the number of the "step".
    """

    def parts(self) -> Mapping[str, torch.nn.Module]:
        """Return the networks by name; no two of them share a parameter."""
        ...

    def learning_rates(self, rate: float, step: int, losses: dict[str, float]) -> dict[str, float]:
        """Return each part's learning rate for a step with these losses, 0 to skip it; `rate` is the recipe's."""
        ...


@runtime_checkable
class Begun(Protocol):
    """A `Trainable` that begins with networks of a model that was trained before."""

    @property
    def start(self) -> str:
        """Name or path of that model's checkpoint; "": it begins with random weights."""
        ...

    def begin_with(self, model: Model) -> None:
        """Take the networks of a model.

        Raises:
            ValueError: if they do not fit.
        """
        ...


@runtime_checkable
class Remembering(Protocol):
    """A `Trainable` that keeps training data from step to step: `resume.ckpt` has it, and no checkpoint does."""

    def memory(self) -> dict[str, torch.Tensor]:
        """Return what is kept, by name."""
        ...

    def remember(self, memory: dict[str, torch.Tensor]) -> None:
        """Take what another network of the same sizes kept."""
        ...


@runtime_checkable
class Drawing(Protocol):
    """A `Trainable` that draws images of music."""

    def sheet(self) -> list[tuple[str, NDArray[np.float32]]]:
        """Return generated images `(T, 88, channels)`, 0..1, each with its title."""
        ...


@runtime_checkable
class Fittable(Protocol):
    """A model that is fitted in one call instead of step by step; its other members are as in `Trainable`."""

    def fit(self, pieces: list[TrainingPiece], seed: int, progress: Progress = no_progress) -> None:
        """Fit the model to pieces; the same seed gives the same model."""
        ...

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the statistics of the training data that the checkpoint keeps, as JSON."""
        ...

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return named figures on held-out pieces, "score" among them."""
        ...


def velocity_statistics(pieces: Iterable[TrainingPiece]) -> dict[str, Any]:
    """Return, for each style, the mean velocity of all notes ("mean") and of each key's notes ("by_key", 88 numbers).

    A key that is never struck has the style's mean. Only one piece is held in memory at a time.
    """
    sums: dict[str, NDArray[np.int64]] = {}  # style -> (2, 88): count of each key's notes, and sum of their velocities
    for piece in pieces:
        keys, velocity = piece.notes["pitch"].astype(np.int64) - LOWEST_PITCH, piece.notes["velocity"]
        both = sums.setdefault(piece.style, np.zeros((2, PIANO_KEYS), np.int64))
        both[0] += np.bincount(keys, minlength=PIANO_KEYS)
        both[1] += np.bincount(keys, velocity, minlength=PIANO_KEYS).astype(np.int64)
    statistics = {}
    for style, (count, total) in sorted(sums.items()):
        mean = float(total.sum() / count.sum())
        by_key = np.where(count > 0, total / np.maximum(count, 1), mean)
        statistics[style] = {"mean": round(mean, 3), "by_key": [round(float(value), 3) for value in by_key]}
    return statistics


def velocity_errors(model: VelocityModel, pieces: list[TrainingPiece]) -> dict[str, float]:
    """Return the mean absolute velocity error of each source, mean over its pieces, and as "score" the mean of sources.

    Each piece is played in its own style. Sources have equal weight, whatever their number of pieces.
    """
    errors: dict[str, list[float]] = {}
    for piece in pieces:
        predicted = model.predict(piece, piece.style)
        errors.setdefault(piece.source, []).append(mae(piece.notes["velocity"], predicted))
    means = {source: float(np.mean(values)) for source, values in errors.items()}
    return {**means, "score": float(np.mean(list(means.values())))}
