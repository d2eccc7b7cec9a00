"""What the rest of the core asks of a model, whatever its network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import CENTRE, steps, transport, velocity_at
from tonenet_core.analysis.velocity_metrics import mae
from tonenet_core.encoding.grid import Grid
from tonenet_core.performance import KEYS, LOWEST_PITCH, Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

if TYPE_CHECKING:
    import torch


@runtime_checkable
class StyleModel(Protocol):
    """Gives velocities for the notes of a piece, as played in one of its styles."""

    styles: tuple[str, ...]
    default_accents: float

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the style's median velocity for each note, `(n,)`, 1..127; depends on the notes alone.

        Raises:
            KeyError: if the model has no such style.
        """
        ...


@dataclass(frozen=True, eq=False)
class Distribution:
    """What a style does at each note.

    Attributes:
        shape: `(n, 128)` float16, probability of each velocity relative to the piece's loudness; column
            `quantiles.CENTRE` is "as loud as the piece".
        level: `(n, 128)` float16, probability of each velocity 0..127.
        width: how wide the style is made when accents are carried into it or out of it. On the notes of another style
            a model is unsure, and says so with wider distributions than the style's own pieces have.
    """

    shape: NDArray[np.float16]
    level: NDArray[np.float16]
    width: float = 1.0

    def median(self) -> NDArray[np.float32]:
        """Return the median velocity of each note, `(n,)`, 1..127: the shape's, at the mean loudness of the level."""
        if not len(self.shape):
            return np.zeros(0, np.float32)
        shape = velocity_at(steps(self.shape), 0.5)
        level = velocity_at(steps(self.level), 0.5).mean() + CENTRE
        velocity: NDArray[np.float32] = np.clip(shape - shape.mean() + level, 1, 127).astype(np.float32)
        return velocity


def carry(source: Distribution, target: Distribution, velocity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the velocities `(n,)`, as real numbers, with a player's accents said again in the target style."""
    return transport(steps(source.shape, source.width), steps(target.shape, target.width), velocity)


@runtime_checkable
class DistributionModel(StyleModel, Protocol):
    """A style model that knows how likely each velocity is, not only a middle one."""

    def distribution(self, piece: Piece, style: str, progress: Progress = no_progress) -> Distribution:
        """Return the style's distribution for each note; depends on the notes alone.

        Raises:
            KeyError: if the model has no such style.
        """
        ...

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how a style's residuals hang together along a piece, as `quantiles.autoregression` does."""
        ...


@runtime_checkable
class AttentiveModel(StyleModel, Protocol):
    """A style model that can show what it looked at."""

    def attend(
        self, piece: Piece, style: str, progress: Progress = no_progress
    ) -> tuple[NDArray[np.float32], NDArray[np.float16]]:
        """Return what `predict` does, and `(n, 2 D + 1)`: row t has the weights of notes t - D..t + D, adding up to 1.

        Raises:
            KeyError: if the model has no such style.
        """
        ...


class Trainable(Protocol):
    """A network that the one training loop can train: `nn.Module` whose `forward` is one training step's loss."""

    def sample_batch(self, pieces: dict[str, dict[str, list[Any]]], windows: int, rng: np.random.Generator) -> Any:
        """Return one batch of arrays, `windows` of each style, drawn from prepared pieces by style and source."""
        ...

    def prepare_piece(self, piece: TrainingPiece) -> Any:
        """Return what `sample_batch` needs of a piece, computed once."""
        ...

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return what a checkpoint remembers of its training data, as JSON: what simple baselines are made of."""
        ...

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return named figures on held-out pieces; by "score", lower is better, a checkpoint is chosen."""
        ...

    def forward(self, batch: Any) -> dict[str, torch.Tensor]:
        """Return named scalar losses; "loss" is the one that is minimised."""
        ...


USUAL_TOP_P = (
    0.95  # of the probability, from which tokens are drawn: a token in twenty that nobody expects breaks a bar
)


@dataclass(frozen=True, eq=False)
class Score:
    """A new piece as it stands on paper.

    Attributes:
        notes: rows with `step`, `steps`, `key` 0..87 and `velocity`, as the encodings have them; step 0 is a bar line.
        steps_per_beat: of the steps, to a quarter note.
        metre: numerator and denominator.
    """

    notes: NDArray[np.void]
    steps_per_beat: int
    metre: tuple[int, int]


@runtime_checkable
class Composer(Protocol):
    """Invents pieces token by token, in whole bars."""

    styles: tuple[str, ...]

    def compose(
        self,
        beats: float,
        seed: int,
        temperature: float = 1.0,
        *,
        top_p: float = USUAL_TOP_P,
        key: int | None = None,
        metre: tuple[int, int] | None = None,
        primer: Piece | None = None,
        primer_bars: int = 4,
        repeats: bool = False,
        progress: Progress = no_progress,
    ) -> Score:
        """Return a new piece of about so many quarter notes; the same seed, the same piece.

        Raises:
            ValueError: if the model cannot write what is asked for.
        """
        ...


@runtime_checkable
class Joinable(Protocol):
    """A `Trainable` whose networks, each trained on its own from another seed, are better together."""

    @classmethod
    def joined(cls, models: Sequence[Self]) -> Self:
        """Return one model of the networks of several; `validate` measures what else it needs."""
        ...


@runtime_checkable
class Streaming(Protocol):
    """A `Trainable` that draws a source's pieces in proportion to their notes: they can be prepared when drawn.

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
class Contesting(Protocol):
    """A `Trainable` of several networks that learn at rates of their own, such as a generator and a discriminator.

    Its "loss" is one sum all the same, made so that each network's gradient of it is the one that it shall follow. Its
    batches are told the "step".
    """

    def parts(self) -> dict[str, Any]:
        """Return the networks, `nn.Module`s without a parameter in common, by name."""
        ...

    def learning_rates(self, rate: float, step: int, losses: dict[str, float]) -> dict[str, float]:
        """Return each part's learning rate for a step with these losses; 0 holds it. `rate` is the recipe's."""
        ...


class Generator(Protocol):
    """Invents pieces: a row of latent vectors, and the long image that they say.

    Attributes:
        styles: that it invents in.
        grid: what a step of an image is.
        slot_steps: steps of an image that one latent vector speaks of.
    """

    styles: tuple[str, ...]
    grid: Grid
    slot_steps: int

    def invent(
        self, slots: int, style: str, seed: int, temperature: float = 1.0, progress: Progress = no_progress
    ) -> NDArray[np.float32]:
        """Return the latents of a new piece, `(slots, latent)`; the same seed, the same latents.

        Raises:
            KeyError: if the model has no such style.
        """
        ...

    def draw(
        self, latents: NDArray[np.float32], shares: dict[str, float], progress: Progress = no_progress
    ) -> NDArray[np.float32]:
        """Return the image `(slot_steps * L, 88, channels)`, 0..1, of latents `(L, latent)` in a mixture of styles.

        Raises:
            KeyError: if the model has no such style.
        """
        ...


class Autoencoder(Generator, Protocol):
    """A generator that also knows the way from a piece to latents."""

    def encode(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the latents of a piece, `(L, latent)`.

        Raises:
            KeyError: if the model has no such style.
        """
        ...

    def tempo(self, piece: Piece) -> float:
        """Return how many beats of the model's grid a minute of the piece has, the median."""
        ...


@runtime_checkable
class Drawing(Protocol):
    """A `Trainable` that draws images of music."""

    def sheet(self) -> list[tuple[str, NDArray[np.float32]]]:
        """Return images `(T, 88, channels)`, 0..1, of what it has learnt so far, each with its title."""
        ...


@runtime_checkable
class Fittable(Protocol):
    """A model that is fitted in one go instead of step by step; the rest as in `Trainable`."""

    def fit(self, pieces: list[TrainingPiece], seed: int, progress: Progress = no_progress) -> None:
        """Fit the model to pieces; the same seed gives the same model."""
        ...

    def data_statistics(self, pieces: list[TrainingPiece]) -> dict[str, Any]:
        """Return what a checkpoint remembers of its training data, as JSON."""
        ...

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return named figures on held-out pieces, "score" among them."""
        ...


def velocity_statistics(pieces: Iterable[TrainingPiece]) -> dict[str, Any]:
    """Return, for each style, the mean velocity of all notes ("mean") and of each key's notes ("by_key", 88 numbers).

    A key that is never struck has the style's mean. No more than one piece is held at a time.
    """
    sums: dict[str, NDArray[np.int64]] = {}  # of each style, how often each key is struck, and its velocities' sum
    for piece in pieces:
        keys, velocity = piece.notes["pitch"].astype(np.int64) - LOWEST_PITCH, piece.notes["velocity"]
        both = sums.setdefault(piece.style, np.zeros((2, KEYS), np.int64))
        both[0] += np.bincount(keys, minlength=KEYS)
        both[1] += np.bincount(keys, velocity, minlength=KEYS).astype(np.int64)
    statistics = {}
    for style, (count, total) in sorted(sums.items()):
        mean = float(total.sum() / count.sum())
        by_key = np.where(count > 0, total / np.maximum(count, 1), mean)
        statistics[style] = {"mean": round(mean, 3), "by_key": [round(float(value), 3) for value in by_key]}
    return statistics


def velocity_errors(model: StyleModel, pieces: list[TrainingPiece]) -> dict[str, float]:
    """Return the mean over pieces of the velocity error, for each source, and as "score" the mean over sources.

    Each piece is played in its own style. Sources weigh the same, however many pieces they have.
    """
    errors: dict[str, list[float]] = {}
    for piece in pieces:
        predicted = model.predict(piece, piece.style)
        errors.setdefault(piece.source, []).append(mae(piece.notes["velocity"], predicted))
    means = {source: float(np.mean(values)) for source, values in errors.items()}
    return {**means, "score": float(np.mean(list(means.values())))}
