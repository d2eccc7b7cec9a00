"""The interfaces that prediction asks of a model, whatever its network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.models.beats.tracked import BeatModel
from tonenet_core.models.micro_timing import MicroTimingModel
from tonenet_core.models.pedal import PedalModel
from tonenet_core.models.rhythm import RhythmModel
from tonenet_core.models.swing import SwingModel
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress

if TYPE_CHECKING:
    import torch
    from _typeshed import DataclassInstance

    from tonenet_core.arranging.lead_sheet import LeadSheet
    from tonenet_core.encoding.grid import Grid
    from tonenet_core.models.distribution import Distribution
    from tonenet_core.models.tempo import StyleTempo, TempoCurve
    from tonenet_core.models.touch import TouchDistribution

USUAL_TOP_P = 0.95
"""Share of the probability from which tokens are drawn: one unlikely token in twenty breaks a bar."""


@runtime_checkable
class VelocityModel(Protocol):
    """A model that predicts velocities for the notes of a piece, as played in one of its styles."""

    styles: tuple[str, ...]
    default_accents: float

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the style's median velocity for each note, `(n,)`, 1..127; depends on the notes alone.

        Raises:
            KeyError: if the model has no such style.
        """
        ...


@runtime_checkable
class DistributionModel(VelocityModel, Protocol):
    """A velocity model that predicts the probability of each velocity, not only the median."""

    def distribution(self, piece: Piece, style: str, progress: Progress = no_progress) -> Distribution:
        """Return the style's distribution for each note; depends on the notes alone.

        Raises:
            KeyError: if the model has no such style.
        """
        ...

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return the autoregressive process of a style's residuals along a piece, see `quantiles.autoregression`."""
        ...


@runtime_checkable
class AttentionModel(VelocityModel, Protocol):
    """A velocity model that can show its attention."""

    def attend(
        self, piece: Piece, style: str, progress: Progress = no_progress
    ) -> tuple[NDArray[np.float32], NDArray[np.float16]]:
        """Return the velocities of `predict`, and `(n, 2 D + 1)`: row t has the weights of notes t - D..t + D, sum 1.

        Raises:
            KeyError: if the model has no such style.
        """
        ...


@runtime_checkable
class TouchModel(Protocol):
    """A model of lags inside chords and of articulation."""

    styles: tuple[str, ...]

    def touch(
        self, piece: Piece, style: str, *, page: bool = False, progress: Progress = no_progress
    ) -> TouchDistribution:
        """Return the style's distributions of lag and articulation for each note of a piece, whatever its touch.

        Args:
            piece: any piece.
            style: one of the model's.
            page: whether the notes are written rather than played, so that their lengths may be seen.
            progress: see `Progress`.

        Raises:
            KeyError: if the model has no such style.
        """
        ...

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how the residuals of lag and articulation hang together, `(2, order + 1)`: see `autoregression`."""
        ...


@runtime_checkable
class ImageGenerator(Protocol):
    """A model that generates pieces as images, decoded from a sequence of latent vectors.

    Attributes:
        styles: of the pieces that it generates.
        grid: the time grid of an image's steps.
        slot_steps: steps of an image that one latent vector stands for.
    """

    styles: tuple[str, ...]
    grid: Grid
    slot_steps: int

    def invent(
        self, slots: int, style: str, seed: int, temperature: float = 1.0, progress: Progress = no_progress
    ) -> NDArray[np.float32]:
        """Return the latents of a new piece, `(slots, latent)`; the same seed gives the same latents.

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


@runtime_checkable
class Autoencoder(ImageGenerator, Protocol):
    """An image generator that also encodes pieces as latents."""

    def encode(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the latents of a piece, `(L, latent)`.

        Raises:
            KeyError: if the model has no such style.
        """
        ...

    def tempo(self, piece: Piece) -> float:
        """Return the median tempo of a piece, in beats of the model's grid a minute."""
        ...


@dataclass(frozen=True, eq=False)
class Score:
    """A new piece in score time: steps of the beat, before any tempo.

    Attributes:
        notes: rows with `step`, `steps`, `key` 0..87 and `velocity`, as in the encodings; step 0 is a bar line.
        steps_per_beat: steps of a quarter note.
        metre: numerator and denominator of the time signature.
    """

    notes: NDArray[np.void]
    steps_per_beat: int
    metre: tuple[int, int]


@runtime_checkable
class SequenceGenerator(Protocol):
    """A model that generates pieces token by token, in whole bars."""

    styles: tuple[str, ...]

    def compose(
        self,
        beats: float,
        seed: int,
        temperature: float = 1.0,
        *,
        style: str | None = None,
        tempo: float = 120.0,
        top_p: float = USUAL_TOP_P,
        key: int | None = None,
        metre: tuple[int, int] | None = None,
        primer: Piece | None = None,
        primer_bars: int = 4,
        repeats: bool = False,
        progress: Progress = no_progress,
    ) -> Score:
        """Return a new piece of about `beats` quarter notes; the same seed gives the same piece.

        Raises:
            KeyError: if the model has no such style.
            ValueError: if the model cannot write what is asked for.
        """
        ...


@runtime_checkable
class TempoModel(Protocol):
    """A model of a style's tempo from beat to beat."""

    styles: tuple[str, ...]

    def tempo_curve(self, piece: Piece, style: str, progress: Progress = no_progress) -> TempoCurve:
        """Return a style's log periods for the beats of a metered piece, whatever its own.

        Raises:
            KeyError: if the model has no such style.
        """
        ...

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how players' deviations hang together along a piece: see `quantiles.autoregression`."""
        ...

    def style_tempo(self, piece: Piece, style: str) -> StyleTempo:
        """Return a style's tempo for the beats of a metered piece; all but those learnt are steady."""
        ...


@runtime_checkable
class AccompanimentModel(Protocol):
    """A model that writes an accompaniment under a melody."""

    styles: tuple[str, ...]

    def accompany(
        self, sheet: LeadSheet, style: str, seed: int = 0, temperature: float = 1.0, progress: Progress = no_progress
    ) -> NDArray[np.void]:
        """Return an accompaniment in a style, `(n,)` of `NOTE_DTYPE`, for the beats that keep none of their own.

        Each note is at least three semitones below the melody, and two hands can play it with the melody. The same seed
        gives the same notes. Velocities are those of the sheet's level.

        Raises:
            KeyError: if the model has no such style.
        """
        ...


TimeModel = TouchModel | SwingModel | TempoModel | MicroTimingModel | RhythmModel | PedalModel
"""A model of a part of a performance beside its velocities."""
Model = VelocityModel | ImageGenerator | SequenceGenerator | TimeModel | BeatModel | AccompanimentModel
"""What a checkpoint holds."""


@runtime_checkable
class Network(Protocol):
    """The members of a model's `nn.Module` that saving and loading need; every class in the registry has them.

    Attributes:
        Config: frozen dataclass of what rebuilds the network; `Class(Config(...))` makes an untrained one.
        config: that of this network.
        styles: names, the added ones last.
    """

    Config: ClassVar[type[DataclassInstance]]
    styles: tuple[str, ...]

    def __init__(self, config: DataclassInstance) -> None: ...

    @property
    def config(self) -> DataclassInstance:
        """The configuration."""
        ...

    def state_dict(self) -> Mapping[str, torch.Tensor]:
        """Return the weights by name."""
        ...

    def load_state_dict(self, state_dict: Mapping[str, torch.Tensor]) -> object:
        """Take weights by name; RuntimeError if they do not fit."""
        ...

    def to(self, device: str | torch.device) -> object:
        """Move the weights to a device."""
        ...

    def eval(self) -> Self:
        """Switch dropout and the like off."""
        ...


@runtime_checkable
class StyleExtensible(Protocol):
    """A model that takes styles of the user's own, each in a small set of weights."""

    def add_style(self, style: str) -> None:
        """Append an untrained style; the predictions of the others stay the same, bit for bit."""
        ...

    def style_weights(self, style: str) -> dict[str, torch.Tensor]:
        """Return the weights that belong to one style alone."""
        ...

    def load_style(self, style: str, weights: dict[str, torch.Tensor]) -> None:
        """Give a style weights that `style_weights` returned.

        Raises:
            ValueError: if they do not fit the network.
        """
        ...
