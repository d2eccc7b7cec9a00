"""Tempo: the log period of each beat as a normal distribution, given the notes, in styles whose tempo breathes.

It learns from pages and how they were played: where a phrase ends, a bar begins or the texture grows thick, players
take time. What players do beside that hangs together along the piece (`quantiles.autoregression`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.written import PAGES, played_beats
from tonenet_core.models.expression.tempo_features import BAR_COLUMNS, BEAT_FEATURES, encode_beats
from tonenet_core.models.tempo import PROBABILITIES, StyleTempo, TempoCurve, TempoProcess, fit_process
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

FARTHEST = 1.2  # log period about the middle; beyond it an alignment has slipped
FEWEST_BEATS = 30
_USUAL_SPREAD = -1.8  # logarithm

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class TempoConfig:
    """Size and training windows of the tempo's network.

    Attributes:
        styles: names.
        hidden: units of each GRU in each direction.
        layers: of GRUs.
        dropout: share of activations dropped.
        window_beats: length of a training window.
        tempo: standard deviation by which the logarithm of a window's tempo is varied.
        hide: how often a window is shown without bars.
        memory: beats that the coherence of a performance looks back.
        steady_styles: those that are not learnt, because they are played to a click or nearly so.
        steady_spread: standard deviation of the log periods in them.
        steady_coherence: coefficients of the beats before in them, nearest first.
    """

    styles: tuple[str, ...]
    hidden: int = 64
    layers: int = 2
    dropout: float = 0.3
    window_beats: int = 192
    tempo: float = 0.1
    hide: float = 0.2
    memory: int = 6
    steady_styles: tuple[str, ...] = ("jazz",)
    steady_spread: float = 0.055
    steady_coherence: tuple[float, ...] = (0.27, 0.16, 0.05, 0.05, 0.08, 0.0)


@dataclass(frozen=True, eq=False)
class PreparedBeats:
    """A training page, a row a beat.

    Attributes:
        features: `(b, BEAT_FEATURES + 1)`, the last one the logarithm of the piece's middle period.
        log_period: `(b,)`, about that middle; NaN where the alignment has slipped.
    """

    features: Rows
    log_period: Rows


class Tempo(nn.Module):
    """The network, its training step and its prediction."""

    Config = TempoConfig

    def __init__(self, config: TempoConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        wide = 2 * config.hidden
        self.enter = nn.Linear(BEAT_FEATURES + 1, wide)
        self.style = nn.Embedding(len(self.styles), wide)
        between = config.dropout if config.layers > 1 else 0.0
        self.trunk = nn.GRU(wide, config.hidden, config.layers, batch_first=True, bidirectional=True, dropout=between)
        self.leave = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(wide, 64), nn.GELU(), nn.Linear(64, 2))
        self.coherence: Tensor
        independent = torch.cat([torch.zeros(len(self.styles), config.memory), torch.ones(len(self.styles), 1)], dim=1)
        self.register_buffer("coherence", independent)
        self.innovations: Tensor
        self.register_buffer("innovations", torch.zeros(len(self.styles), len(PROBABILITIES)))
        self.usual: Tensor
        self.register_buffer("usual", torch.ones(len(self.styles)))

    def _predict(self, features: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """Return the middle and the logarithm of the spread, `(B, T)` each."""
        state = functional.gelu(self.enter(features)) + self.style(style)[:, None]
        out, _ = self.trunk(state)
        middle, spread = self.leave(out + state).unbind(-1)
        return 0.2 * middle, 0.5 * spread.clamp(-3, 3) + _USUAL_SPREAD

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch: the negative log-likelihood, in nats a beat, up to a constant."""
        middle, spread = self._predict(batch["features"], batch["style"])
        target = batch["log_period"]
        known = torch.isfinite(target).float()
        away = (torch.nan_to_num(target) - middle) / spread.exp()
        return {"loss": ((spread + 0.5 * away**2) * known).sum() / known.sum().clamp(min=1)}

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedBeats:
        """Return the piece's rows; none of a piece that is no page, or too short."""
        return _prepared(piece)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedBeats], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style."""
        length, rows = self.config.window_beats, windows * len(self.styles)
        features = np.zeros((rows, length, BEAT_FEATURES + 1), np.float32)
        log_period = np.full((rows, length), np.nan, np.float32)
        style = np.repeat(np.arange(len(self.styles)), windows)
        for row in range(rows):
            found = [piece for source in pieces[self.styles[style[row]]].values() for piece in source]
            lengths = np.array([len(piece.log_period) for piece in found], np.float64)
            piece = found[rng.choice(len(found), p=lengths / lengths.sum())]
            start = int(rng.integers(0, max(len(piece.log_period) - length, 0) + 1))
            cut = slice(start, start + length)
            used = len(piece.log_period[cut])
            features[row, :used], log_period[row, :used] = piece.features[cut], piece.log_period[cut]
            features[row, :used, -1] += rng.normal(0, self.config.tempo)
            if rng.random() < self.config.hide:
                features[row][:, BAR_COLUMNS] = 0
        batch = {"features": features, "log_period": log_period, "style": style}
        return {name: torch.from_numpy(array) for name, array in batch.items()}

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the number of pages of each source."""
        names = [piece.source for piece in pieces if piece.source.endswith(PAGES)]
        return {name: names.count(name) for name in sorted(set(names))}

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the mean over pages of correlation and loss; "score" is the loss. Measures the process, too."""
        correlations, losses = [], []
        played_so: dict[int, list[tuple[TempoCurve, NDArray[np.float64]]]] = {}
        for piece in pieces:
            rows = _prepared(piece)
            if not len(rows.log_period):
                continue
            curve = self._curve(rows.features, piece.style)
            known = np.isfinite(rows.log_period)
            played = rows.log_period[known].astype(np.float64)
            away = (played - curve.middle[known]) / curve.spread[known]
            correlations.append(pearson(played, curve.middle[known]))
            losses.append(float(np.mean(np.log(curve.spread[known]) + 0.5 * away**2)))
            curve = TempoCurve(curve.middle[known], curve.spread[known])
            played_so.setdefault(self.styles.index(piece.style), []).append((curve, played))
        for style, found in played_so.items():
            process = fit_process(found, self.config.memory)
            self.coherence[style] = torch.from_numpy(process.coherence)
            self.innovations[style] = torch.from_numpy(process.innovations)
            self.usual[style] = process.usual
        return {"r": float(np.mean(correlations)), "score": float(np.mean(losses))}

    # -- prediction --------------------------------------------------------------------------------------------

    def tempo_curve(self, piece: Piece, style: str, progress: Progress = no_progress) -> TempoCurve:
        """Return a style's log periods for the beats of a metered piece, whatever its own.

        Raises:
            KeyError: if the model has no such style.
        """
        if style not in self.styles:
            raise KeyError(style)
        progress(1.0)
        return self._curve(_rows(piece, _middle(np.diff(piece.beats_sec))), style)

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how players' deviations hang together along a piece: see `quantiles.autoregression`."""
        return self.coherence[self.styles.index(style)].double().cpu().numpy()

    def style_tempo(self, piece: Piece, style: str) -> StyleTempo:
        """Return a style's tempo for the beats of a metered piece; all but those learnt are steady."""
        if style in self.styles:
            index = self.styles.index(style)
            innovations = self.innovations[index].double().cpu().numpy()
            process = TempoProcess(self.residuals(style), innovations, float(self.usual[index]))
            return StyleTempo(self.tempo_curve(piece, style), process)
        count = max(len(piece.beats_sec) - 1, 0)
        curve = TempoCurve(np.zeros(count), np.full(count, self.config.steady_spread))
        return StyleTempo(curve, TempoProcess.steady(self.config.steady_coherence))

    @torch.inference_mode()
    @one_thread()
    def _curve(self, features: Rows, style: str) -> TempoCurve:
        self.eval()
        if not len(features):
            return TempoCurve(np.zeros(0), np.zeros(0))
        device = self.enter.weight.device
        rows = torch.from_numpy(features).to(device)[None]
        middle, spread = self._predict(rows, torch.tensor([self.styles.index(style)], device=device))
        return TempoCurve(middle[0].double().cpu().numpy(), spread[0].double().exp().cpu().numpy())


def _rows(piece: Piece, middle: float) -> Rows:
    beats = encode_beats(piece)
    return np.concatenate([beats, np.full((len(beats), 1), middle, np.float32)], axis=1)


def _middle(period_sec: NDArray[np.float64]) -> float:
    """Return the logarithm of the mean period, which no transfer of the tempo changes."""
    return float(np.log(np.mean(period_sec))) if len(period_sec) else 0.0


def _prepared(piece: TrainingPiece) -> PreparedBeats:
    nothing = PreparedBeats(np.zeros((0, BEAT_FEATURES + 1), np.float32), np.zeros(0, np.float32))
    if not piece.source.endswith(PAGES):
        return nothing
    first, played = played_beats(piece)
    if len(played) < FEWEST_BEATS:
        return nothing
    period = np.diff(played)
    middle = _middle(period)
    about = np.log(period) - middle
    about[np.abs(about) > FARTHEST] = np.nan
    features = _rows(piece, middle)[first : first + len(about)]
    return PreparedBeats(features, about.astype(np.float32))
