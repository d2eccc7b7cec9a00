"""Rhythm of a page: the tempo of its beats and what is inside them, from a network that reads it from end to end.

Trees (`timing.tempo`, `timing.micro_timing`) see a few beats around each place; recurrent layers read the places both
ways, and hear where a phrase has come from. The two err differently, and their mean is better than either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.rhythm import PLACES
from tonenet_core.encoding.written import PAGES
from tonenet_core.errors import DataError
from tonenet_core.models.expression.averaged import Averaged, AveragedConfig
from tonenet_core.models.micro_timing import LARGEST
from tonenet_core.models.rhythm import PageRhythm
from tonenet_core.models.timing.micro_features import OWN_FEATURES, encode_places, without_bars
from tonenet_core.models.timing.played_places import LEARNT_IOI, played_places
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

LOG_IOI, LATE, LOG_PERIOD = range(3)  # targets of a place; the first is learnt, because it helps to learn the others
_LARGEST = np.array([LEARNT_IOI, LARGEST, 0.8])
# A page's error is measured by a mean of its own players' freedom and of the usual one, so that a page that is played
# freely teaches more, but not all.
_LEAST = np.array([0.1, 0.02, 0.055])  # standard deviations
_USUAL = np.array([0.22, 0.055, 0.14])
# Features differ in their spread: the last beats of a piece are few, and slow.
_LEAST_DEVIATION = 0.1  # of a feature
_PACE = 0.01  # a step, by which the known means and deviations go on to those of the batch

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class RhythmConfig(AveragedConfig):
    """Size and training windows of the networks.

    Attributes:
        styles: names.
        hidden: units of each GRU in each direction.
        layers: of GRUs.
        dropout: share of activations dropped.
        window_places: length of a training window.
        hide: how often a window is shown without bars.
    """

    styles: tuple[str, ...]
    hidden: int = 64
    layers: int = 2
    dropout: float = 0.3
    window_places: int = 320
    hide: float = 0.2


class RhythmNetwork(nn.Module):
    """Recurrent layers over the places of a page."""

    def __init__(self, styles: int, hidden: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.level = nn.BatchNorm1d(OWN_FEATURES, eps=_LEAST_DEVIATION**2, momentum=_PACE, affine=False)
        self.enter = nn.Sequential(nn.Linear(OWN_FEATURES, hidden), nn.GELU(), nn.Dropout(dropout))
        self.style = nn.Embedding(styles, hidden)
        between = dropout if layers > 1 else 0.0
        self.trunk = nn.GRU(hidden, hidden, layers, batch_first=True, bidirectional=True, dropout=between)
        self.leave = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(2 * hidden, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, 3)
        )

    def forward(self, features: Tensor, style: Tensor) -> Tensor:
        """Return `(B, T, 3)`, see `LOG_IOI`, in units of `_USUAL`.

        Args:
            features: `(B, T, OWN_FEATURES)`.
            style: `(B,)`, numbers.
        """
        level = self.level(features.flatten(0, 1)).view_as(features)
        out, _ = self.trunk(self.enter(level) + self.style(style)[:, None])
        result: Tensor = self.leave(out)
        return result


@dataclass(frozen=True, eq=False)
class PreparedPage:
    """A page as it was played.

    Attributes:
        features: `(o, OWN_FEATURES)` float16.
        hidden: the same without bars.
        targets: `(o, 3)` float32, in units of `_USUAL`; NaN where there is nothing to learn.
        weights: `(3,)`, of the targets.
    """

    features: NDArray[np.float16]
    hidden: NDArray[np.float16]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


class Rhythm(Averaged):
    """The networks, their training step and their prediction."""

    Config = RhythmConfig
    config: RhythmConfig

    def __init__(self, config: RhythmConfig) -> None:
        super().__init__(config)
        self.styles = tuple(config.styles)
        self.networks = nn.ModuleList(
            RhythmNetwork(len(self.styles), config.hidden, config.layers, config.dropout) for _ in range(config.members)
        )

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch: weighted squared errors, sum over the targets and mean over networks."""
        targets, weights = batch["targets"], batch["weights"][:, None]
        known = torch.isfinite(targets)
        each = []
        for network in self.networks:
            away = network(batch["features"].float(), batch["style"]).float() - torch.nan_to_num(targets)
            squares = (away**2 * weights * known).sum(dim=(0, 1))
            each.append(squares / known.sum(dim=(0, 1)).clamp(min=1))
        log_ioi, late, log_period = torch.stack(each).mean(dim=0)
        return {"loss": log_ioi + late + log_period, "ioi": log_ioi, "late": late, "period": log_period}

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedPage:
        """Return a page as it was played; of a piece that is none, nothing."""
        found = _read(piece)
        if found is None:
            return PreparedPage(*(np.zeros((0, 0), np.float16),) * 2, *(np.zeros((0, 3), np.float32),) * 2)
        rows, targets = found
        own = rows[:, :OWN_FEATURES]
        return PreparedPage(
            own.astype(np.float16),
            without_bars(own).astype(np.float16),
            (targets / _USUAL).astype(np.float32),
            (_USUAL / _deviations(targets)).astype(np.float32),
        )

    def sample_batch(
        self, pieces: PreparedPieces[PreparedPage], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style's pages.

        Raises:
            DataError: if a style has no pages.
        """
        length, rows = self.config.window_places, windows * len(self.styles)
        features = np.zeros((rows, length, OWN_FEATURES), np.float32)
        targets, weights = np.full((rows, length, 3), np.nan, np.float32), np.zeros((rows, 3), np.float32)
        style = np.repeat(np.arange(len(self.styles)), windows)
        pages = [[page for each in pieces[name].values() for page in each if len(page.targets)] for name in self.styles]
        for name, own in zip(self.styles, pages, strict=True):
            if not own:
                raise DataError(f"There are no played pages of the style {name!r}.")
        sizes = [np.array([len(page.targets) for page in own], np.float64) for own in pages]
        for row, number in enumerate(style):
            page = pages[number][rng.choice(len(pages[number]), p=sizes[number] / sizes[number].sum())]
            start = int(rng.integers(max(len(page.targets) - length, 0) + 1))
            cut = slice(start, min(start + length, len(page.targets)))
            seen = page.hidden if rng.random() < self.config.hide else page.features
            features[row, : cut.stop - cut.start] = seen[cut]
            targets[row, : cut.stop - cut.start] = page.targets[cut]
            weights[row] = page.weights
        batch = {"features": features, "targets": targets, "weights": weights, "style": style}
        return {name: torch.from_numpy(array) for name, array in batch.items()}

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the number of pages of each source."""
        names = [piece.source for piece in pieces if piece.source.endswith(PAGES)]
        return {name: names.count(name) for name in sorted(set(names))}

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the means over pages of the correlations; "score" is the loss, as in training."""
        correlations: dict[str, list[float]] = {"r, inside the beat": [], "r, log beat period": []}
        losses = []
        for piece in pieces:
            found = _read(piece) if piece.style in self.styles else None
            if found is None:
                continue
            rows, targets = found
            made = self._predict(rows, piece.style)
            squares = (made - targets) ** 2 / (_USUAL * _deviations(targets))
            losses.append(float(np.nanmean(squares, axis=0).sum()))
            for name, column in zip(correlations, (LATE, LOG_PERIOD), strict=True):
                known = np.isfinite(targets[:, column])
                correlations[name].append(pearson(targets[known, column], made[known, column]))
        return {**{name: float(np.mean(each)) for name, each in correlations.items()}, "score": float(np.mean(losses))}

    # -- prediction --------------------------------------------------------------------------------------------

    def rhythm(self, piece: Piece, style: str, progress: Progress = no_progress) -> PageRhythm:
        """Return a style's rhythm for the notes of a metered piece, whatever its own.

        Raises:
            KeyError: if the model has no such style.
            Cancelled: if `progress` asks to stop.
        """
        if style not in self.styles:
            raise KeyError(style)
        progress(0.0)
        place, rows = encode_places(piece)
        beats = max(len(piece.beats_sec) - 1, 0)
        if not len(place) or not beats:
            return PageRhythm(np.zeros(beats), np.zeros(len(place)))
        made = self._predict(rows, style)
        beat = np.clip(place // PLACES, 0, beats - 1)
        count = np.bincount(beat, minlength=beats)
        struck = np.flatnonzero(count)
        period = np.bincount(beat, made[:, LOG_PERIOD], beats)[struck] / count[struck]
        progress(1.0)
        log_period = np.interp(np.arange(beats), struck, period)  # where nothing is struck it goes on evenly
        return PageRhythm(log_period, np.where(place % PLACES > 0, made[:, LATE], 0.0))

    @torch.inference_mode()
    @one_thread()
    def _predict(self, rows: NDArray[np.float32], style: str) -> Values:
        """Return what is expected of each place, `(o, 3)`."""
        self.eval()
        device = next(self.parameters()).device
        features = torch.from_numpy(rows[:, :OWN_FEATURES]).to(device)[None]
        number = torch.tensor([self.styles.index(style)], device=device)
        mean = torch.stack([network(features, number)[0].float() for network in self.networks]).mean(dim=0)
        return np.asarray(mean.cpu().double().numpy() * _USUAL)


def _read(piece: TrainingPiece) -> tuple[NDArray[np.float32], Values] | None:
    """Return the rows of a page and its targets, `(o, 3)`; None of a piece that is no page, or too short."""
    played = played_places(piece)
    if played is None:
        return None
    targets = np.stack([played.log_ioi, played.late, played.log_period], axis=1)
    return played.rows, np.clip(targets, -_LARGEST, _LARGEST)


def _deviations(targets: Values) -> Values:
    """Return the standard deviations of a page's targets, `(3,)`, or the least ones that count."""
    return np.asarray(np.maximum(np.nanstd(targets, axis=0), _LEAST))
