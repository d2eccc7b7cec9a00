"""Training pieces of the beat tracker: what is known of the beats at each cluster, and how windows of them vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.models.beats.features import BeatClusters, beat_clusters
from tonenet_core.performance import TrainingPiece
from tonenet_core.timing.beat_path import LENGTHS_SEC

NEAR_SEC = 0.07  # from a beat, within which the cluster that is nearest strikes it
NEAR = 0.2  # of the beat's length, if that is less
FEWEST = 32  # clusters, and beats, of a piece that teaches

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PreparedBeats:
    """Training piece, a row a cluster.

    Attributes:
        clusters: of the piece, as played.
        beats_sec: `(b,)`, as marked, or of the tempo map.
        downbeat: `(b,)` bool, where bars begin.
    """

    clusters: BeatClusters
    beats_sec: Values
    downbeat: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of clusters."""
        return len(self.clusters.time_sec)

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return self.clusters.nbytes + self.beats_sec.nbytes + self.downbeat.nbytes


NOTHING = PreparedBeats(BeatClusters(np.zeros(0), np.zeros((0, 9))), np.zeros(0), np.zeros(0, np.bool_))


@dataclass(frozen=True, eq=False)
class Targets:
    """What is known of the beats at each cluster.

    Attributes:
        struck: `(c, 2)`, whether it strikes a beat, and a bar's first.
        step: `(c,)`, the step of the beat's length there among `beat_path.LENGTHS_SEC`, and between them; NaN where no
            beat is known or its length is none of them.
        phase: `(c,)`, where in the beat it is, 0..1; NaN where no beat is known.
    """

    struck: NDArray[np.float32]
    step: Values
    phase: Values


def beats_of(piece: TrainingPiece) -> tuple[Values, NDArray[np.bool_]]:
    """Return the beats of a piece that are known, and which of them begin bars: `(b,)` each; none of a free recording.

    They are those that were marked in it, or that its time signatures count, or otherwise its quarter notes.
    """
    nothing = np.zeros(0), np.zeros(0, np.bool_)
    if len(piece.marked):
        time, first = np.unique(piece.marked["time_sec"], return_index=True)
        return time.astype(np.float64), piece.marked["downbeat"][first]
    beats, bars = piece.beats_sec.astype(np.float64), piece.downbeats_sec
    if len(beats) < 2:
        return nothing
    downbeat = np.zeros(len(beats), np.bool_)
    downbeat[[int(np.argmin(np.abs(beats - bar))) for bar in bars]] = True
    return beats, downbeat


def prepare(piece: TrainingPiece) -> PreparedBeats:
    """Return what a piece teaches; nothing where too few beats are known."""
    beats, downbeat = beats_of(piece)
    if len(beats) < FEWEST:
        return NOTHING
    clusters = beat_clusters(piece)
    inside = (clusters.time_sec > beats[0] - 1.0) & (clusters.time_sec < beats[-1] + 1.0)
    if np.count_nonzero(inside) < FEWEST:
        return NOTHING
    return PreparedBeats(BeatClusters(clusters.time_sec[inside], clusters.rows[inside]), beats, downbeat)


def targets(time: Values, beats: Values, downbeat: NDArray[np.bool_]) -> Targets:
    """Return what is known of the beats at clusters."""
    found = np.zeros((len(time), 2), np.float32)
    nearest = np.clip(np.searchsorted(time, beats), 1, max(len(time) - 1, 1))
    nearest -= (beats - time[nearest - 1] < time[np.minimum(nearest, len(time) - 1)] - beats).astype(np.int64)
    length = np.diff(beats)
    own = np.minimum(np.append(length, length[-1]), np.append(length[0], length))
    struck = np.abs(time[nearest] - beats) <= np.minimum(NEAR_SEC, NEAR * own)
    found[nearest[struck], 0] = 1
    found[nearest[struck & downbeat], 1] = 1
    at = np.searchsorted(beats, time + 1e-3, "right") - 1
    known = (at >= 0) & (at < len(length))
    step, phase = np.full((2, len(time)), np.nan)
    step[known] = 8 * np.log2(length[at[known]] / LENGTHS_SEC[0])
    step[(step < -0.5) | (step > len(LENGTHS_SEC) - 0.5)] = np.nan
    phase[known] = np.clip((time[known] - beats[at[known]]) / length[at[known]], 0, 1)
    return Targets(found, step, phase)


def varied_time(
    times: tuple[Values, ...], factor: float, rubato: float, rng: np.random.Generator
) -> tuple[Values, ...]:
    """Return moments of a window at another tempo, which breathes besides; their order stays.

    Args:
        times: arrays of seconds.
        factor: by which all becomes longer.
        rubato: standard deviation of the log of how long a moment becomes.
        rng: draws it.
    """
    begin, end = min(each.min() for each in times), max(each.max() for each in times)
    knots = np.linspace(begin, end, max(int((end - begin) / 2.0), 1) + 1)
    breath = np.exp(np.clip(rng.normal(0, rubato, len(knots)), -2 * rubato, 2 * rubato)) * factor
    reached = np.concatenate([[0.0], np.cumsum(np.diff(knots) * (breath[1:] + breath[:-1]) / 2)])
    return tuple(np.interp(each, knots, reached) for each in times)
