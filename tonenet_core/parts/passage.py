"""The time and pedal of an interpretation, in one passage of the piece alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.interpretation import TimeInterpretation
from tonenet_core.parts.pedal_messages import PedalMessages
from tonenet_core.performance import Piece
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import Clusters, find_clusters
from tonenet_core.timing.passage import Passage
from tonenet_core.timing.pedalling import DOWN
from tonenet_core.timing.swing import find_swing

_SAME_SEC = 1e-6

Values = NDArray[np.float64]


def note_weights(piece: Piece, passage: Passage, clusters: Clusters | None = None) -> Values:
    """Return how far each note is in a passage, `(n,)`, 0..1; the notes of a chord are so together."""
    clusters = find_clusters(piece.notes) if clusters is None else clusters
    return passage.weights(piece, clusters.time_sec)[clusters.of_note]


def keep_outside(piece: Piece, time: TimeInterpretation, passage: Passage) -> TimeInterpretation:
    """Return an interpretation of a piece's time that leaves everything outside a passage where it is.

    Args:
        piece: the piece that was interpreted.
        time: made from it.
        passage: of the piece.
    """
    clusters = find_clusters(piece.notes)
    weights = note_weights(piece, passage, clusters)
    lag = _between(clusters.lag_sec, time.lag_sec, weights)
    articulation = _between(find_articulation(piece.notes, clusters), time.articulation, weights)
    swing = find_swing(piece, clusters)
    log2_bur, log_period, beats = time.log2_bur, time.log_period, piece.beats_sec
    if len(log2_bur) == len(swing):
        ends = passage.weights(piece, beats[swing.beat]), passage.weights(piece, beats[swing.beat + 1])
        log2_bur = _between(swing.log2_bur, log2_bur, np.minimum(*ends))
    if len(log_period):
        inside = (beats[:-1] >= passage.begin_sec - _SAME_SEC) & (beats[1:] <= passage.end_sec + _SAME_SEC)
        log_period = log_period * inside * passage.weights(piece, (beats[:-1] + beats[1:]) / 2)
    return replace(time, lag_sec=lag, articulation=articulation, log2_bur=log2_bur, log_period=log_period)


def keep_pedal_outside(piece: Piece, messages: PedalMessages, passage: Passage) -> PedalMessages:
    """Return the pedal messages of a passage, and around it the piece's own.

    Where the pedal is down on one side of an edge only, it is pressed or lifted there.
    """
    begin, end = passage.begin_sec, passage.end_sec
    own_sec, own = piece.pedal["time_sec"].astype(np.float64), piece.pedal["value"].astype(np.int64)
    first, after = np.searchsorted(own_sec, [begin, end])
    inside = slice(*np.searchsorted(messages.time_sec, [begin, end]))
    edges = []
    for moment, (from_sec, from_value), (to_sec, to_value) in (
        (begin, (own_sec, own), (messages.time_sec, messages.value)),
        (end, (messages.time_sec, messages.value), (own_sec, own)),
    ):
        was, is_now = _value_at(moment, from_sec, from_value), _value_at(moment, to_sec, to_value)
        edges.append([(moment, is_now)] if np.isfinite(moment) and (was >= DOWN) != (is_now >= DOWN) else [])
    at_begin, at_end = (np.array(edge, np.float64).reshape(-1, 2) for edge in edges)
    return PedalMessages(
        np.concatenate([own_sec[:first], at_begin[:, 0], messages.time_sec[inside], at_end[:, 0], own_sec[after:]]),
        np.concatenate([own[:first], at_begin[:, 1], messages.value[inside], at_end[:, 1], own[after:]]).astype(
            np.int64
        ),
        np.concatenate(
            [
                np.arange(first),
                np.full(len(at_begin), -1),
                messages.origin[inside],
                np.full(len(at_end), -1),
                np.arange(after, len(own)),
            ]
        ),
    )


def _value_at(moment: float, seconds: Values, values: NDArray[np.int64]) -> int:
    """Return the pedal's value just before a moment; 0 before its first message."""
    row = int(np.searchsorted(seconds, moment)) - 1
    return int(values[row]) if row >= 0 else 0


def _between(played: Values, wanted: Values, weights: Values) -> Values:
    """Return values between those played (0) and those wanted (1); played ones come back bit by bit."""
    return np.asarray(np.where(weights > 0, played + weights * (wanted - played), played))
