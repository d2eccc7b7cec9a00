"""The requests that the window makes of a model: one frozen dataclass for each kind of run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tonenet_core.interpretation import DEFAULT_PARTS, Part
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress
from tonenet_core.timing.taps import BeatSource

if TYPE_CHECKING:
    from tonenet_core.cover import CoverOptions
    from tonenet_core.generate import Request
    from tonenet_core.learning.learn import Learned
    from tonenet_core.learning.survey import Survey
    from tonenet_core.transfer import Interpretation, Perform, TransferOptions

Devices = list[tuple[str, str]]
"""`(name for torch, name for people)`, such as `("cuda:0", "NVIDIA A100")`."""


@dataclass(frozen=True)
class Transfer:
    """Velocities in another style for one piece.

    Attributes:
        performance: the original.
        model: path of the checkpoint.
        style: the style to transfer to.
        source_style: the style that the piece is played in; None lets the model tell.
        seed: seed of the performance of a piece without dynamics.
        device: "auto", "cpu" or "cuda:N".
        perform: see `tonenet_core.transfer.Perform`.
        parts: of the performance that are changed.
        swing, rubato, beats: see `tonenet_core.transfer.TransferOptions`.
    """

    performance: Piece
    model: str
    style: str
    source_style: str | None = None
    seed: int = 0
    device: str = "auto"
    perform: Perform = "auto"
    parts: tuple[Part, ...] = DEFAULT_PARTS
    swing: float | None = None
    rubato: float | None = None
    beats: BeatSource = "file"

    @property
    def options(self) -> TransferOptions:
        """The same as the options of a transfer at full strength."""
        from tonenet_core.transfer import TransferOptions

        return TransferOptions(
            self.style,
            self.source_style,
            seed=self.seed,
            perform=self.perform,
            parts=self.parts,
            swing=self.swing,
            rubato=self.rubato,
            beats=self.beats,
        )

    def without_source(self) -> Transfer:
        """Return the request without the files' bytes: they may be large, and no model reads them."""
        return replace(self, performance=_arrays(self.performance))


@dataclass(frozen=True)
class Warming:
    """A model that is about to be used.

    Attributes:
        model: path of a velocity model's checkpoint.
        device: as of `Transfer`.
    """

    model: str
    device: str = "auto"


@dataclass(frozen=True)
class Compose:
    """A new piece from a random seed.

    Attributes:
        model: path of a generator's checkpoint.
        options: length, style, temperature, seed, and for composers top-p, key and metre.
        performer: path of the checkpoint that plays the notes; None keeps the generator's own velocities.
    """

    model: str
    options: Request
    performer: str | None = None

    def without_source(self) -> Compose:
        """Return the request without the files' bytes: they may be large, and no model reads them."""
        return self


@dataclass(frozen=True)
class Continue:
    """A continuation of a piece's first bars.

    Attributes:
        model: path of a composer's checkpoint.
        options: as of `Compose`; key and metre are the primer's.
        primer: the piece whose first bars are kept.
        bars: number of bars that are kept.
        performer: as of `Compose`.
    """

    model: str
    options: Request
    primer: Piece
    bars: int
    performer: str | None = None

    def without_source(self) -> Continue:
        """Return the request without the files' bytes: they may be large, and no model reads them."""
        return replace(self, primer=_arrays(self.primer))


@dataclass(frozen=True)
class Reconstruct:
    """A piece decoded from its own latents.

    Attributes:
        model: path of an autoencoder's checkpoint.
        piece: the piece to encode.
        style: the style to decode in.
        performer: as of `Compose`.
    """

    model: str
    piece: Piece
    style: str
    performer: str | None = None

    def without_source(self) -> Reconstruct:
        """Return the request without the files' bytes: they may be large, and no model reads them."""
        return replace(self, piece=_arrays(self.piece))


@dataclass(frozen=True)
class Interpolate:
    """Pieces decoded from evenly spaced latents between those of two pieces.

    Attributes:
        model: path of an autoencoder's checkpoint.
        first: the piece at one end.
        second: the piece at the other end.
        style: the style to decode in.
        steps: number of pieces, both ends included.
        performer: as of `Compose`.
    """

    model: str
    first: Piece
    second: Piece
    style: str
    steps: int
    performer: str | None = None

    def without_source(self) -> Interpolate:
        """Return the request without the files' bytes: they may be large, and no model reads them."""
        return replace(self, first=_arrays(self.first), second=_arrays(self.second))


@dataclass(frozen=True)
class Cover:
    """A cover of a piece.

    Attributes:
        performance: the piece, with its file: the cover has the tempo map and the bars of it.
        model: path of an accompanist's checkpoint, or `tonenet_core.cover.ARRANGER`.
        options: genre, share to keep, seed.
        performer: as of `Compose`.
    """

    performance: Performance
    model: str
    options: CoverOptions
    performer: str | None = None

    def without_source(self) -> Cover:
        """Return the request as it is."""
        return self


@dataclass(frozen=True)
class Inquiry:
    """What a folder holds for a style.

    Attributes:
        folder: the folder.
        cache: where the pieces are written that can be learnt from.
    """

    folder: Path
    cache: Path


@dataclass(frozen=True)
class Learning:
    """A style to learn.

    Attributes:
        work: the folder of the run, with its order.
    """

    work: Path


GenerationRequest = Compose | Continue | Reconstruct | Interpolate | Cover


def _arrays(piece: Piece) -> Piece:
    """Return the arrays alone."""
    return piece.piece if isinstance(piece, Performance) else piece


class Runner(Protocol):
    """Runs models for the session; its calls block and belong on a background thread."""

    def start(self) -> None:
        """Begin to get ready, without waiting."""

    def devices(self, progress: Progress) -> Devices:
        """Wait until the models can run and return the available devices."""

    def warm(self, request: Warming, progress: Progress) -> None:
        """Load a velocity model and run it once, so that the next run does not wait for it."""

    def interpret(self, request: Transfer, progress: Progress) -> Interpretation:
        """Run a velocity model; raises `Cancelled` as soon as `progress` does."""

    def generate(self, request: GenerationRequest, progress: Progress) -> list[Performance]:
        """Make new pieces: `steps` of them for `Interpolate`, else one; raises `Cancelled` as `interpret` does.

        Notices of a cover are those of its Performance.
        """

    def close(self) -> None:
        """End all runs and free what they hold."""


class Learner(Protocol):
    """Learns styles for the session; its calls block and belong on a background thread."""

    def survey(self, request: Inquiry, progress: Progress) -> Survey:
        """Read a folder, and write what a style can be learnt from; raises `Cancelled` as soon as `progress` does."""

    def learn(self, request: Learning, progress: Progress) -> Learned:
        """Learn a style, from where an earlier run was stopped, and install it; raises `Cancelled` as `survey` does."""

    def close(self) -> None:
        """End all runs and free what they hold."""
