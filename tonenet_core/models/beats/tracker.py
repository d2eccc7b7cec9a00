"""The beat tracker's network: at each cluster the odds of a beat and of a bar's first, and how long the beats are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.analysis.beat_metrics import f_measure
from tonenet_core.compute.devices import one_thread
from tonenet_core.models.beats.confidence import (
    BY_CHANCE,
    CHANCE,
    SIGNS,
    WAYS,
    calibrate,
    excerpts,
    find_paths,
    scattered,
    signs_of,
    surest,
    within,
)
from tonenet_core.models.beats.features import FEATURES, TOUCH_COLUMNS, BeatClusters, beat_clusters, encode
from tonenet_core.models.beats.network import LENGTH, PHASE, BeatNetwork, beat_losses
from tonenet_core.models.beats.tracked import TrackedBeats
from tonenet_core.models.beats.training_rows import (
    NOTHING,
    PreparedBeats,
    Targets,
    beats_of,
    prepare,
    targets,
    varied_time,
)
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress, stretch
from tonenet_core.timing.beat_path import PHASES, STEPS, BeatEvidence, BeatPath

CONTEXT = 128  # clusters on either side of a predicted window that are read and not used
WINDOW = 256  # clusters
MARGIN = 24  # clusters on either side of a training window that its features see
_SUREST = 30.0  # log-odds
LONGEST_JITTER_SEC = 0.018  # less than half of a cluster, so that the order stays

Rows = NDArray[np.float32]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class BeatTrackerConfig:
    """Size and training windows of the beat tracker.

    Attributes:
        styles: of the pieces that it learns from.
        channels: of each layer.
        layers: of convolutions, each of which looks twice as far as the one before.
        recurrent: layers that read clusters both ways, after the convolutions.
        dropout: share of activations dropped.
        window_clusters: length of a training window.
        transpose: training windows are shifted by up to this many semitones either way.
        tempo: and played faster or slower by up to this factor.
        rubato: and by a tempo that breathes with up to this standard deviation of log seconds.
        jitter: and by onsets that are up to this many seconds (standard deviation) away.
        thin: and without up to this share of the clusters.
        hide_touch: how often a window is shown without velocities and lengths.
        sources: whose pieces are learnt from.
        shares: of each in the windows.
    """

    styles: tuple[str, ...]
    channels: int = 64
    layers: int = 3
    recurrent: int = 2
    dropout: float = 0.15
    window_clusters: int = 192
    transpose: int = 6
    tempo: float = 1.4
    rubato: float = 0.12
    jitter: float = 0.008
    thin: float = 0.2
    hide_touch: float = 0.3
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.sources) != len(self.shares):
            raise ValueError("each source has one share")


class BeatTracker(nn.Module):
    """The network, its training step and its prediction."""

    Config = BeatTrackerConfig

    def __init__(self, config: BeatTrackerConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        self.network = BeatNetwork(config.channels, config.layers, config.recurrent, config.dropout)
        self.calibration: Tensor  # of the confidence; see `confidence`
        self.register_buffer("calibration", torch.zeros((WAYS, SIGNS), dtype=torch.float64))

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch: cross-entropies, in nats a cluster."""
        return beat_losses(self.network(batch["features"].float()), batch)

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedBeats:
        """Return what a piece teaches; nothing of a source that teaches nothing, or where no beats are known."""
        if self.config.sources and piece.source not in self.config.sources:
            return NOTHING
        return prepare(piece)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedBeats], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return random windows, `windows` times the number of styles, from the sources by their shares."""
        length, count = self.config.window_clusters, windows * len(self.styles)
        found = {name: [each for each in of if len(each)] for style in pieces.values() for name, of in style.items()}
        names = [name for name, of in found.items() if of]
        of_name = dict(zip(self.config.sources, self.config.shares, strict=True))
        shares = np.array([of_name.get(name, 0.0 if of_name else 1.0) for name in names])
        features = np.zeros((count, length, FEATURES), np.float32)
        struck, there = np.zeros((count, length, 2), np.float32), np.zeros((count, length), np.float32)
        step, phase = np.full((2, count, length), np.nan, np.float32)
        for row in range(count):
            source = found[names[int(rng.choice(len(names), p=shares / shares.sum()))]]
            sizes = np.array([len(piece) for piece in source], np.float64)
            piece = source[int(rng.choice(len(sizes), p=sizes / sizes.sum()))]
            start = int(rng.integers(0, max(len(piece) - length, 0) + 1))
            rows, known = self._window(piece, start, min(start + length, len(piece)), rng)
            used = slice(0, len(rows))
            features[row, used], there[row, used] = rows, 1
            struck[row, used], step[row, used], phase[row, used] = known.struck, known.step, known.phase
        batch = {"features": features, "struck": struck, "step": step, "phase": phase, "there": there}
        return {name: torch.from_numpy(array) for name, array in batch.items()}

    def _window(self, piece: PreparedBeats, start: int, stop: int, rng: np.random.Generator) -> tuple[Rows, Targets]:
        """Return features and targets of a window that is played in another way."""
        config, first, last = self.config, max(start - MARGIN, 0), min(stop + MARGIN, len(piece))
        kept = rng.random(last - first) >= config.thin * float(rng.random())
        kept[[0, -1]] = True
        time, rows = piece.clusters.time_sec[first:last][kept], piece.clusters.rows[first:last][kept]
        near = slice(*np.searchsorted(piece.beats_sec, [time[0] - 10, time[-1] + 10]))
        factor = config.tempo ** float(rng.uniform(-1, 1))
        rubato = config.rubato * float(rng.random())
        beats = piece.beats_sec[near]
        if len(beats) < 2:
            beats, downbeat = piece.beats_sec, piece.downbeat
        else:
            downbeat = piece.downbeat[near]
        time, beats = varied_time((time, beats), factor, rubato, rng)
        known = targets(time, beats, downbeat)
        away = np.clip(rng.normal(0, config.jitter, len(time)), -LONGEST_JITTER_SEC, LONGEST_JITTER_SEC)
        time = np.maximum.accumulate(time + away * float(rng.random()))
        rows[:, 1:3] += int(rng.integers(-config.transpose, config.transpose + 1))
        rows[:, 5:7] *= factor
        cut = slice(int(kept[: start - first].sum()), int(kept[: stop - first].sum()))
        features = encode(time, rows)[cut]
        if rng.random() < config.hide_touch:
            features[:, TOUCH_COLUMNS] = 0
        return features, Targets(known.struck[cut], known.step[cut], known.phase[cut])

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the number of pieces of each source that teach."""
        names = [piece.source for piece in pieces if len(self.prepare_piece(piece))]
        return {name: names.count(name) for name in sorted(set(names))}

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return each source's F-measure, mean over its pieces; "score" is one minus the mean of the sources.

        Also learns, by excerpts and by onsets that come by chance, what F-measure is to be expected of a path; each
        source weighs as much as any other.
        """
        found: dict[str, list[tuple[Values, BeatEvidence]]] = {}
        examples: dict[str, list[tuple[Values, Values]]] = {}
        for piece in pieces:
            beats, _ = beats_of(piece)
            if not len(beats) or (self.config.sources and piece.source not in self.config.sources):
                continue
            clusters = beat_clusters(piece)
            evidence = self._predict(clusters)
            found.setdefault(piece.source, []).append((beats, evidence))
            own = examples.setdefault(piece.source, [])
            for part, paths in excerpts(evidence):
                measured = [f_measure(within(beats, part), path.time_sec) for path in paths]
                own.append((signs_of(part, paths), np.array(measured)))
            by_chance = self._predict(scattered(clusters, np.random.default_rng(len(own))))
            examples.setdefault(CHANCE, []).extend(
                (signs_of(*each), np.full(WAYS, BY_CHANCE)) for each in excerpts(by_chance)
            )
        if examples:
            self.calibration.copy_(torch.from_numpy(calibrate(list(examples.values()))))
        means = {
            source: float(np.mean([f_measure(beats, self._surest(evidence)[0].time_sec) for beats, evidence in of]))
            for source, of in found.items()
        }
        return {**means, "score": 1 - float(np.mean(list(means.values())))}

    # -- prediction --------------------------------------------------------------------------------------------

    def track(self, piece: Piece, progress: Progress = no_progress) -> TrackedBeats:
        """Return the beats of a piece by its notes alone, whatever beats are known of it.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        progress(0.0)
        evidence = self.evidence(piece)
        path, confidence = self._surest(evidence, stretch(progress, 0.2, 1.0))
        progress(1.0)
        return TrackedBeats(path.time_sec, confidence)

    def _surest(self, evidence: BeatEvidence, progress: Progress = no_progress) -> tuple[BeatPath, float]:
        return surest(self.calibration.cpu().numpy(), evidence, find_paths(evidence, progress))

    def evidence(self, piece: Piece) -> BeatEvidence:
        """Return the evidence of beats at each cluster of a piece."""
        return self._predict(beat_clusters(piece))

    @torch.inference_mode()
    @one_thread()
    def _predict(self, clusters: BeatClusters) -> BeatEvidence:
        self.eval()
        count = len(clusters.time_sec)
        if not count:
            return BeatEvidence(np.zeros(0), np.zeros(0), np.zeros((0, STEPS)), np.zeros((0, PHASES)))
        features = encode(clusters.time_sec, clusters.rows)
        device = self.calibration.device
        begins = np.arange(0, count, WINDOW)
        rows = begins[:, None] + np.arange(-CONTEXT, WINDOW + CONTEXT)
        inside = np.clip(rows, 0, count - 1)
        seen = self.network(torch.from_numpy(features[inside]).to(device))[:, CONTEXT : CONTEXT + WINDOW]
        logits = torch.nan_to_num(seen.reshape(-1, seen.shape[-1])[:count].double().cpu()).clamp(-_SUREST, _SUREST)
        length, phase = (torch.softmax(logits[:, part], dim=-1).numpy() for part in (LENGTH, PHASE))
        return BeatEvidence(clusters.time_sec, logits[:, 0].numpy(), length, phase)
