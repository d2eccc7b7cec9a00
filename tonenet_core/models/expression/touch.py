"""Touch: each note's lag inside its chord and its articulation as distributions, given the notes and a style.

As the performer's velocities (`performer.py`) they are distributions, so that a player's own touch can be carried from
style to style (`analysis.transport`), and a page without any can be performed; and so, what several networks say of
them is averaged (`averaged.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.analysis.quantiles import VALUES, autoregression
from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.events import FEATURES
from tonenet_core.models.expression.averaged import Averaged
from tonenet_core.models.expression.note_windows import change_tempo, transpose, windows
from tonenet_core.models.expression.performer_network import PerformerNetwork
from tonenet_core.models.expression.touch_features import METRE_COLUMNS, TouchRows, touch_rows
from tonenet_core.models.expression.touch_network import TouchConfig
from tonenet_core.models.touch import ARTICULATION, LAG, TouchDistribution
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.plain import LENGTH_COLUMNS, encode_plain

CONTEXT = 64  # notes on either side of a predicted window that are read and not used
WINDOW = 1024  # notes predicted at once
_SCALES = (LAG, ARTICULATION)


@dataclass(frozen=True, eq=False)
class PreparedTouch:
    """A training piece as rows.

    Attributes:
        features: `(n, F)` float16.
        targets: `(n, 2)` float32, lag and articulation; NaN where there is nothing to learn.
        page: whether the lengths in `features` are written ones.
    """

    features: NDArray[np.float16]
    targets: NDArray[np.float32]
    page: bool

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self.features.nbytes + self.targets.nbytes


class Touch(Averaged):
    """The networks, their training step and their prediction."""

    Config = TouchConfig
    config: TouchConfig
    prepared_note_bytes = 2 * len(FEATURES) + 8

    def __init__(self, config: TouchConfig) -> None:
        super().__init__(config)
        self.styles = tuple(config.styles)
        self.mixture = config.mixture
        self.networks = nn.ModuleList(PerformerNetwork(config.network) for _ in range(config.members))
        independent = torch.cat(
            [torch.zeros(len(self.styles), 2, config.phrase_notes), torch.ones(len(self.styles), 2, 1)], dim=2
        )
        self.coherence: Tensor  # of the residuals of lag and articulation along a piece; see `quantiles.autoregression`
        self.register_buffer("coherence", independent)

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch: cross-entropies of lag and articulation, in nats a note, mean over networks."""
        features = batch["features"].float()
        each = [network(features, batch["style"], batch["source"]).float() for network in self.networks]
        losses = {
            scale.name: torch.stack([self._loss(logits, batch["targets"], index) for logits in each]).mean()
            for index, scale in enumerate(_SCALES)
        }
        return {"loss": losses[LAG.name] + losses[ARTICULATION.name], **losses}

    def _loss(self, logits: Tensor, targets: Tensor, index: int) -> Tensor:
        """Return the cross-entropy of lag or articulation, mean over the notes that have one."""
        scale, target = _SCALES[index], targets[..., index].float()
        known = torch.isfinite(target).float()
        steps = (torch.nan_to_num(target) - scale.low) / scale.step - 0.5
        values = torch.arange(VALUES, device=logits.device, dtype=torch.float32)
        away = (values - steps[..., None].clamp(0, VALUES - 1)).abs()
        soft = torch.softmax(-away / self.config.sharpness, dim=-1)
        entropy = -(soft * torch.log_softmax(logits[:, :, index], dim=-1)).sum(dim=-1)
        return (entropy * known).sum() / known.sum().clamp(min=1)

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedTouch:
        """Return the piece's rows of features, and its touch."""
        rows = touch_rows(piece)
        return PreparedTouch(rows.features.astype(np.float16), self._targets(piece, rows), rows.page)

    def _targets(self, piece: TrainingPiece, rows: TouchRows) -> NDArray[np.float32]:
        """Return lag and articulation of each note, `(n, 2)`; NaN where they say nothing of a player."""
        lag = np.where(LAG.holds(rows.lag_sec), rows.lag_sec, np.nan)
        articulation = np.where(ARTICULATION.holds(rows.articulation), rows.articulation, np.nan)
        if self.mixture.is_transcribed(piece.source):
            articulation = np.full(len(articulation), np.nan)
        return np.stack([lag, articulation], axis=1).astype(np.float32)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedTouch], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style."""
        length, rows = self.config.window_notes, windows * len(self.styles)
        features = np.zeros((rows, length, len(FEATURES)), np.float32)
        targets = np.full((rows, length, 2), np.nan, np.float32)
        style, source = np.repeat(np.arange(len(self.styles)), windows), np.zeros(rows, np.int64)
        for row in range(rows):
            sources = pieces[self.styles[style[row]]]
            name = self.mixture.draw(sources, rng)
            lengths = np.array([len(each.targets) for each in sources[name]], np.float64)
            piece = sources[name][rng.choice(len(lengths), p=lengths / lengths.sum())]
            size = len(piece.targets)
            start = int(np.clip(rng.integers(-length // 4, max(size - 3 * length // 4, 1)), 0, max(size - length, 0)))
            cut = slice(start, min(start + length, size))
            used = features[row, : cut.stop - cut.start]
            used[:] = piece.features[cut]
            transpose(used, int(rng.integers(-self.config.transpose, self.config.transpose + 1)))
            change_tempo(used, float(rng.uniform(-1, 1)) * float(np.log2(self.config.tempo)))
            if rng.random() < self.config.hide:
                used[:, METRE_COLUMNS] = 0
            if not piece.page or rng.random() < self.config.hide_lengths:
                used[:, LENGTH_COLUMNS] = 0
            targets[row, : len(used)] = piece.targets[cut]
            unknown = rng.random() < self.mixture.unknown
            source[row] = len(self.mixture.players) if unknown else self.mixture.number(name)
        batch = {"features": features, "targets": targets, "style": style, "source": source}
        return {name: torch.from_numpy(array) for name, array in batch.items()}

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the number of pieces of each source."""
        names = [piece.source for piece in pieces]
        return {name: names.count(name) for name in sorted(set(names))}

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return, for each source, the mean over pieces of correlations and losses; and as "score" one mean loss.

        Also measures how the residuals of real playing hang together along a piece.
        """
        figures: dict[str, list[float]] = {}
        scores: dict[tuple[str, int], list[NDArray[np.float64]]] = {}
        for piece in pieces:
            if self.mixture.sources and piece.source not in self.mixture.sources:
                continue
            rows = touch_rows(piece)
            targets = self._targets(piece, rows)
            predicted = self._predict(rows.features, piece.style, no_progress)
            for index, (scale, distribution) in enumerate(
                zip(_SCALES, (predicted.lag, predicted.articulation), strict=True)
            ):
                known = np.flatnonzero(np.isfinite(targets[:, index]))
                if len(known) < 20:
                    continue
                values = targets[known, index].astype(np.float64)
                borders = scale.borders(distribution[known])
                column = np.clip(((values - scale.low) / scale.step).astype(int), 0, VALUES - 1)
                mass = np.diff(borders, axis=1)[np.arange(len(known)), column]
                name = f"{piece.source} {scale.name}"
                figures.setdefault(f"{name} nll", []).append(float(-np.log(np.maximum(mass, 1e-9)).mean()))
                figures.setdefault(f"{name} r", []).append(pearson(values, scale.median(borders)))
                if not rows.page:
                    scores.setdefault((piece.style, index), []).append(scale.normal_scores(borders, values))
        for (style, index), found in scores.items():
            process = torch.from_numpy(autoregression(found, self.config.phrase_notes))
            self.coherence[self.styles.index(style), index] = process
        means = {name: float(np.mean(values)) for name, values in figures.items()}
        return {**means, "score": float(np.mean([value for name, value in means.items() if name.endswith("nll")]))}

    # -- prediction --------------------------------------------------------------------------------------------

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
        if style not in self.styles:
            raise KeyError(style)
        features, order = encode_plain(piece, find_clusters(piece.notes), lengths=page)
        predicted, place = self._predict(features, style, progress), np.argsort(order)
        return TouchDistribution(predicted.lag[place], predicted.articulation[place])

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how the residuals of lag and articulation hang together, `(2, order + 1)`: see `autoregression`."""
        return self.coherence[self.styles.index(style)].double().cpu().numpy()

    @torch.inference_mode()
    @one_thread()
    def _predict(self, features: NDArray[np.float32], style: str, progress: Progress) -> TouchDistribution:
        self.eval()
        device = next(self.parameters()).device
        number = torch.tensor([self.styles.index(style)], device=device)
        total = np.zeros((len(features), 2, VALUES), np.float16)
        for done, window, fade in windows(len(features), WINDOW, CONTEXT):
            progress(done)
            rows = torch.from_numpy(features[window]).to(device)[None]
            each = [torch.softmax(network(rows, number).float(), dim=-1)[0] for network in self.networks]
            mean = torch.stack(each).mean(dim=0).cpu().numpy()
            total[window] += (fade[:, None, None] * mean).astype(np.float16)
        progress(1.0)
        return TouchDistribution(total[:, 0], total[:, 1])
