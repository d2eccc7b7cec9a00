"""Warps: places among beats that move, and with them everything that sounds there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.tempo import beats_at, seconds_at

Places = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Warp:
    """Piecewise-linear warp of places among beats; before the first knot and after the last one nothing moves.

    Attributes:
        from_beat: `(k,)`, ascending.
        to_beat: `(k,)`, ascending, with the same first and last place.
    """

    from_beat: Places
    to_beat: Places

    @property
    def inverse(self) -> Warp:
        """Warp back."""
        return Warp(self.to_beat, self.from_beat)

    def then(self, other: Warp) -> Warp:
        """Return the warp that is this one and then another."""
        if not len(self.from_beat):
            return other
        knots = np.unique(np.concatenate([self.from_beat, self.inverse.apply(other.from_beat)]))
        return Warp(knots, other.apply(self.apply(knots)))

    def apply(self, places: Places) -> Places:
        """Return where places (any shape) go; those that do not move come back bit by bit."""
        if not len(self.from_beat):
            return places
        return np.asarray(places + np.interp(places, self.from_beat, self.to_beat - self.from_beat, 0.0, 0.0))

    def seconds(self, beats_sec: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where times (any shape) go, as `apply`."""
        if not len(self.from_beat):
            return seconds
        places = beats_at(beats_sec, seconds)
        moved = self.apply(places)
        return np.where(moved == places, seconds, seconds_at(beats_sec, moved))


def warp_piece(piece: Piece, warp: Warp) -> Piece:
    """Return a piece whose notes, their ends and the pedal went through a warp; its beats stay."""
    notes, pedal = piece.notes.copy(), piece.pedal.copy()
    ends = warp.seconds(piece.beats_sec, notes["onset_sec"] + notes["duration_sec"])
    onsets = warp.seconds(piece.beats_sec, notes["onset_sec"])
    is_moved = (onsets != notes["onset_sec"]) | (ends != notes["onset_sec"] + notes["duration_sec"])
    notes["duration_sec"] = np.where(is_moved, ends - onsets, notes["duration_sec"])
    notes["onset_sec"] = onsets
    pedal["time_sec"] = warp.seconds(piece.beats_sec, pedal["time_sec"])
    return Piece(notes, piece.beats_sec, piece.downbeats_sec, pedal)
