"""The time and pedal of an interpretation, in one passage or hand of the piece alone.

Tempo, swing and pedal belong to both hands: they change as far as both do, and stay where one hand stays.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import MidiError, Sentence
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.interpretation import Part, TimeInterpretation
from tonenet_core.parts.pedal_messages import PedalMessages
from tonenet_core.performance import Performance, Piece
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import Clusters, find_clusters
from tonenet_core.timing.passage import Passage
from tonenet_core.timing.pedalling import DOWN
from tonenet_core.timing.swing import find_swing

SHARED = Sentence("Swing, tempo and pedal belong to both hands: they stay, as one hand does.")
EMPTY_HANDS = "The left hand plays no note of {name} there.", "The right hand plays no note of {name} there."
_SAME_SEC = 1e-6

Values = NDArray[np.float64]


def note_weights(piece: Piece, passage: Passage, clusters: Clusters | None = None) -> Values:
    """Return how far each note is in a passage, `(n,)`, 0..1; the notes of a chord are so together."""
    clusters = find_clusters(piece.notes) if clusters is None else clusters
    return passage.weights(piece, clusters.time_sec)[clusters.of_note]


def scope_weights(
    piece: Piece, passage: Passage | None, hands: Hands = BOTH_HANDS, clusters: Clusters | None = None
) -> Values | None:
    """Return how far each note is in a passage and played by its hand, `(n,)`, 0..1; None: all notes wholly."""
    if passage is None:
        return None if hands.are_both else hands.weights(piece)
    weights = note_weights(piece, passage, clusters)
    return weights if hands.are_both else weights * hands.weights(piece)


def check_scope(piece: Performance, passage: Passage | None, hands: Hands) -> None:
    """Raise MidiError unless a note of a piece is in a passage and in a hand that is played."""
    weights = scope_weights(piece, passage, hands)
    if weights is not None and not weights.any():
        raise MidiError(EMPTY_HANDS[1 if hands.right else 0], name=piece.name)


def scope_notices(time: TimeInterpretation | None, parts: Collection[Part], hands: Hands) -> tuple[str, ...]:
    """Return sentences for the user on parts that stay, though they were to be played in the style."""
    return (SHARED,) if time is not None and not hands.together and {"timing", "pedal"} & set(parts) else ()


def keep_outside(
    piece: Piece, time: TimeInterpretation, passage: Passage | None, hands: Hands = BOTH_HANDS
) -> TimeInterpretation:
    """Return an interpretation of a piece's time that leaves everything outside a passage, or a hand, where it is.

    Args:
        piece: the piece that was interpreted.
        time: made from it.
        passage: of the piece; None: all of it.
        hands: that are played.
    """
    clusters = find_clusters(piece.notes)
    weights = scope_weights(piece, passage, hands, clusters)
    if weights is None:
        return time
    lag = _between(clusters.lag_sec, time.lag_sec, weights)
    articulation = _between(find_articulation(piece.notes, clusters), time.articulation, weights)
    swing = find_swing(piece, clusters)
    log2_bur, log_period, beats = time.log2_bur, time.log_period, piece.beats_sec
    if not hands.together:
        log2_bur = log_period = np.zeros(0)
    if len(log2_bur) == len(swing):
        ends = (_moment_weights(piece, beats[swing.beat + end], passage) for end in (0, 1))
        log2_bur = _between(swing.log2_bur, log2_bur, hands.together * np.minimum(*ends))
    if len(log_period):
        if passage is not None:
            inside = (beats[:-1] >= passage.begin_sec - _SAME_SEC) & (beats[1:] <= passage.end_sec + _SAME_SEC)
            log_period = log_period * inside
        log_period = log_period * hands.together * _moment_weights(piece, (beats[:-1] + beats[1:]) / 2, passage)
    micro_timing = time.micro_timing
    if len(micro_timing):
        micro_timing = micro_timing * hands.together * _moment_weights(piece, clusters.time_sec, passage)
    return replace(
        time,
        lag_sec=lag,
        articulation=articulation,
        log2_bur=log2_bur,
        log_period=log_period,
        micro_timing=micro_timing,
    )


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


def _moment_weights(piece: Piece, seconds: Values, passage: Passage | None) -> Values:
    return np.ones(len(seconds)) if passage is None else passage.weights(piece, seconds)


def _value_at(moment: float, seconds: Values, values: NDArray[np.int64]) -> int:
    """Return the pedal's value just before a moment; 0 before its first message."""
    row = int(np.searchsorted(seconds, moment)) - 1
    return int(values[row]) if row >= 0 else 0


def _between(played: Values, wanted: Values, weights: Values) -> Values:
    """Return values between those played (0) and those wanted (1); played ones come back bit by bit."""
    return np.asarray(np.where(weights > 0, played + weights * (wanted - played), played))
