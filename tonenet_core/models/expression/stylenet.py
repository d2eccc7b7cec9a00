"""StyleNet: an LSTM shared by all styles, then a bidirectional LSTM a style (Malik & Ek, arXiv 1708.03535, section 3).

The released code of the paper has two faults that are corrected here: the styles' LSTMs share their weights by mistake,
and the loss includes silent cells, so that the network mostly learns which keys are struck. Here each style has its own
layers, and only struck cells count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.grid import SOUNDING, STRUCK, Grid, GridEncoding, encode
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.training import PreparedPieces, velocity_errors, velocity_statistics
from tonenet_core.performance import PIANO_KEYS, Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

LOUDEST = 127.0  # velocities are 0..1 inside the network
LONGEST_WINDOW = 10_000  # steps; a batch of them takes 100 MB
WINDOWS_AT_ONCE = 16  # batch size of a prediction, which bounds memory whatever the length of the piece


@dataclass(frozen=True)
class StyleNetConfig:
    """The size of the network and its training data.

    Attributes:
        styles: their names, in the order of the heads.
        steps_per_beat, step_sec: see `Grid`.
        hidden: units of each LSTM, in each direction.
        layers: of a style's LSTM.
        dropout: share of activations dropped between a style's layers.
        window_steps: length of a training window, and of the windows that a prediction is blended of.
        loss: "l1" learns the median velocity, "mse" the mean (the paper's).
        transpose: training pieces are shifted by up to this many semitones either way.
        sources, shares, transcribed, spread: see `mixture.Mixture`.
    """

    styles: tuple[str, ...]
    steps_per_beat: int = 4
    step_sec: float = 0.125
    hidden: int = 176
    layers: int = 3
    dropout: float = 0.5
    window_steps: int = 200
    loss: str = "mse"
    transpose: int = 5
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()
    spread: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.window_steps <= LONGEST_WINDOW:
            raise ValueError(f"a window has 1 to {LONGEST_WINDOW:,} steps, not {self.window_steps:,}")

    @property
    def mixture(self) -> Mixture:
        """Sources of the training windows."""
        return Mixture(self.sources, self.shares, self.transcribed, self.spread)


class StyleNet(nn.Module):
    """The network, its training step and its prediction."""

    Config = StyleNetConfig
    # The write-up lays the style's velocities on the notes and keeps none of the source's (superimposition).
    default_accents = 0.0

    def __init__(self, config: StyleNetConfig) -> None:
        super().__init__()
        if config.loss not in {"l1", "mse"}:
            raise ValueError(f"loss is 'l1' or 'mse', not {config.loss!r}")
        self.config = config
        self.styles = tuple(config.styles)
        self.grid = Grid(config.steps_per_beat, config.step_sec)
        self.shared = nn.LSTM(PIANO_KEYS * 2, config.hidden, batch_first=True)
        self.style_lstm = nn.ModuleList(
            nn.LSTM(
                config.hidden,
                config.hidden,
                config.layers,
                batch_first=True,
                bidirectional=True,
                dropout=config.dropout if config.layers > 1 else 0.0,
            )
            for _ in config.styles
        )
        self.drop = nn.Dropout(config.dropout)
        self.head = nn.ModuleList(nn.Linear(2 * config.hidden, PIANO_KEYS) for _ in config.styles)
        for name, parameter in self.head.named_parameters():
            if name.endswith("bias"):
                nn.init.constant_(parameter, 0.5)  # start at a medium velocity, not at silence

    # -- the network -------------------------------------------------------------------------------------------

    def velocities(self, notes: Tensor, style: int) -> Tensor:
        """Return `(B, T, 88)` velocities, 0..1, for note matrices `(B, T, 88, 2)` played in one style."""
        shared, _ = self.shared(notes.flatten(2).float())  # (B, T, hidden)
        styled, _ = self.style_lstm[style](self.drop(shared))  # (B, T, 2 * hidden)
        velocities: Tensor = self.head[style](self.drop(styled))  # (B, T, 88)
        return velocities

    def forward(self, batch: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
        """Return the loss of one batch, the mean over styles of each style's loss over its struck cells.

        Where nobody knows how loud a window was played, its mean error does not count.
        """
        losses = {}
        for index, style in enumerate(self.styles):
            notes, truth = batch[style]["notes"], batch[style]["velocities"].float() / LOUDEST
            struck = notes[..., STRUCK].bool()
            error = (self.velocities(notes, index) - truth) * struck
            if (known := batch[style].get("level_known")) is not None:
                louder = error.sum(dim=(1, 2)) / struck.sum(dim=(1, 2)).clamp(min=1)
                error = error - (louder * ~known)[:, None, None]
            error = error[struck]
            losses[style] = error.abs().mean() if self.config.loss == "l1" else error.square().mean()
        return {"loss": torch.stack(list(losses.values())).mean(), **losses}

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> GridEncoding:
        """Return the piece on the grid."""
        return encode(piece, self.grid)

    def sample_batch(
        self, pieces: PreparedPieces[GridEncoding], windows: int, rng: np.random.Generator
    ) -> dict[str, dict[str, Tensor]]:
        """Return, for each style, `windows` random windows: notes `(B, T, 88, 2)` and velocities `(B, T, 88)`, uint8.

        "level_known" `(B,)` bool tells which were as loud as they are. A style's sources are drawn in the mixture's
        shares, whatever their size and grid; a piece of a source in proportion to its length. Of a transcription no
        lengths are shown.
        """
        batch, mixture = {}, self.config.mixture
        for style in self.styles:
            drawn = [_draw(pieces[style], mixture, rng) for _ in range(windows)]
            cut = [self._random_window(piece, rng, mixture.stretch(source)) for source, piece in drawn]
            known = [not mixture.is_transcribed(source) for source, _ in drawn]
            for (notes, _), is_captured in zip(cut, known, strict=True):
                if not is_captured:
                    notes[..., SOUNDING] = notes[..., STRUCK]
            batch[style] = {
                "notes": torch.from_numpy(np.stack([notes for notes, _ in cut])),
                "velocities": torch.from_numpy(np.stack([velocities for _, velocities in cut])),
                "level_known": torch.tensor(known),
            }
        return batch

    def _random_window(
        self, piece: GridEncoding, rng: np.random.Generator, stretch: float
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        length = self.config.window_steps
        # Windows may begin before the piece and end after it, so that its first and last steps are learnt as well.
        start = int(rng.integers(-length // 4, max(piece.steps - 3 * length // 4, 1)))
        shift = int(rng.integers(-self.config.transpose, self.config.transpose + 1))
        notes = _padded(piece.notes_between, start, start + length)
        velocities = _stretched(_padded(piece.velocities_between, start, start + length), piece, stretch)
        return _transposed(notes, shift), _transposed(velocities, shift)

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the mean velocity of each style and of its keys."""
        return velocity_statistics(pieces)

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the mean absolute error over pieces of each source, and "score", their mean."""
        return velocity_errors(self, pieces)

    # -- prediction --------------------------------------------------------------------------------------------

    @torch.inference_mode()
    @one_thread()
    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the style's velocity for each note, `(n,)`, 1..127.

        Windows as long as those of the training overlap by half and are blended with weights that fall to zero at
        their ends, so a long piece has no seam; memory does not grow with its length.

        Raises:
            KeyError: if the model has no such style.
        """
        if style not in self.styles:
            raise KeyError(style)
        self.eval()
        index = self.styles.index(style)
        device = next(self.parameters()).device
        encoding = encode(piece, self.grid)
        total = np.zeros(len(encoding.step_of_note))
        weight = np.zeros(len(encoding.step_of_note))
        length = self.config.window_steps
        fade = np.sin(np.pi * (np.arange(length) + 0.5) / length) ** 2  # sums to one with its neighbour's
        starts = np.arange(-length // 2, encoding.steps, length // 2)
        for done, group in _groups(starts, WINDOWS_AT_ONCE):
            progress(done)
            notes = np.stack([_padded(encoding.notes_between, start, start + length) for start in group])
            output = self.velocities(torch.from_numpy(notes).to(device), index).float().cpu().numpy()
            for start, window in zip(group, output, strict=True):
                inside = slice(*np.searchsorted(encoding.step_of_note, [start, start + length]))
                step = encoding.step_of_note[inside] - start
                total[inside] += fade[step] * window[step, encoding.key_of_note[inside]]
                weight[inside] += fade[step]
        progress(1.0)
        return np.clip(total / np.maximum(weight, 1e-9) * LOUDEST, 1, 127).astype(np.float32)


def _draw(
    sources: Mapping[str, Sequence[GridEncoding]], mixture: Mixture, rng: np.random.Generator
) -> tuple[str, GridEncoding]:
    """Draw a source, then one of its pieces in proportion to its length."""
    source = mixture.draw(sources, rng)
    pieces = sources[source]
    lengths = np.array([piece.steps for piece in pieces], dtype=np.float64)
    return source, pieces[rng.choice(len(pieces), p=lengths / lengths.sum())]


def _stretched(velocities: NDArray[np.uint8], piece: GridEncoding, factor: float) -> NDArray[np.uint8]:
    """Return a part of a piece's velocity matrix whose velocities are farther from the piece's mean by a factor."""
    if factor == 1.0:
        return velocities
    mean = float(piece.velocity_of_note.mean())
    farther = np.clip(np.rint(mean + factor * (velocities - mean)), 1, LOUDEST)
    return np.where(velocities > 0, farther, 0).astype(np.uint8)


def _padded(read: Callable[[int, int], NDArray[np.uint8]], start: int, stop: int) -> NDArray[np.uint8]:
    """Read steps `start..stop`, with silence before step 0."""
    silent = min(max(-start, 0), stop - start)
    inside = read(start + silent, stop)
    return np.concatenate([np.zeros((silent, *inside.shape[1:]), np.uint8), inside])


def _transposed(matrix: NDArray[np.uint8], semitones: int) -> NDArray[np.uint8]:
    """Shift a `(T, 88, ...)` matrix along the keys; keys beyond the keyboard are dropped."""
    shifted = np.roll(matrix, semitones, axis=1)
    if semitones > 0:
        shifted[:, :semitones] = 0
    elif semitones < 0:
        shifted[:, semitones:] = 0
    return shifted


def _groups(starts: NDArray[np.int64], size: int) -> Iterator[tuple[float, NDArray[np.int64]]]:
    """Yield (fraction done before it, group) for groups of window starts."""
    for begin in range(0, len(starts), size):
        yield begin / len(starts), starts[begin : begin + size]
