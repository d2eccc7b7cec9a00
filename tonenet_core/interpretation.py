"""Result of a model run on a piece, and the velocities that strength, accents and level make of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.dynamics import shift_to_mean
from tonenet_core.analysis.performing import mean_with_room
from tonenet_core.judge import Detection
from tonenet_core.performance import Performance, Piece

STRONGEST = 1.5

Level = Literal["keep", "style"]
"""Loudness of a result: the mean velocity of the original, or the one that is usual for the style."""


Part = Literal["dynamics", "timing", "articulation", "pedal"]
"""Part of a performance: velocities; lags inside chords and swing; lengths of notes; the sustain pedal."""
DEFAULT_PARTS: tuple[Part, ...] = ("dynamics", "timing")


@dataclass(frozen=True, eq=False)
class PedalInterpretation:
    """Pedalling of a piece in a style, at full strength, by its clusters (`timing.pedal_states`).

    Attributes:
        target_odds: `(c,)`, log-odds of the style that the pedal is down; where it is performed, those of the
            performance.
        source_odds: `(c,)`, those of the style that the piece is played in; None where the pedal is performed.
        is_changed: `(c,)` bool, where a pedal that is performed is pressed again if it was down.
        press_sec: `(c,)`, lag of a press after each cluster.
        lift_sec: `(c,)`, lag of a lift.
    """

    target_odds: NDArray[np.float64]
    source_odds: NDArray[np.float64] | None
    is_changed: NDArray[np.bool_]
    press_sec: NDArray[np.float64]
    lift_sec: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TimeInterpretation:
    """Touch, swing and pedal of a piece in a style, at full strength. Small, and can be pickled.

    Attributes:
        lag_sec: `(n,)`, each note's lag behind the top note of its chord (`timing.clusters`).
        articulation: `(n,)`, see `timing.articulation`; NaN where the note has none.
        log2_bur: `(p,)`, of the piece's pairs (`timing.swing`); empty where the swing stays as it is.
        notices: sentences for the user.
        log_period: `(b - 1,)`, by how much the log period of each beat changes; empty where the tempo stays as it is.
        pedal: None where the pedal stays as it is.
        micro_timing: `(c,)`, by how many beats each cluster is struck later inside its beat; empty where none is.
        seeded: whether another seed may have given other times.
    """

    lag_sec: NDArray[np.float64]
    articulation: NDArray[np.float64]
    log2_bur: NDArray[np.float64]
    notices: tuple[str, ...] = ()
    log_period: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    pedal: PedalInterpretation | None = None
    micro_timing: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    seeded: bool = True


@dataclass(frozen=True, eq=False)
class Interpretation:
    """Result of a model run on a piece: everything that strength and accents need. Small, and can be pickled.

    Attributes:
        style: the target style; empty for one that leaves the piece as it was played.
        source_style: the style that the piece was taken to be played in.
        median: `(n,)` float32, 1..127, the target style's own velocity for each note, whatever the source's velocities
            (the write-up's superimposition).
        transported: `(n,)` float32, the same with the player's accents: each note's deviation from the source style,
            added to the target style. May leave 1..127; `apply` clips.
        notices: sentences for the user on how it was made.
        attention: `(n, 2 D + 1)` uint8, the weights of a model with attention in 255ths: row t has those of notes
            t - D..t + D. None for other models.
        default_accents: 0..1, the accents that the model keeps by default.
        seconds: how long the model ran.
        performed: whether the piece was performed; otherwise its accents were carried over.
        detected: the style that the piece was found to be played in; None if it was given, or the piece was performed.
        time: touch and swing; None where only the velocities change.
        tracked_sec: `(b,)`, the beats that were found in the notes, and that the time goes by; None: the piece's own.
        asides: sentences on what of the timing stays as it is, for who asked for it.
    """

    style: str
    source_style: str
    median: NDArray[np.float32]
    transported: NDArray[np.float32]
    notices: tuple[str, ...] = ()
    attention: NDArray[np.uint8] | None = None
    default_accents: float = 0.0
    seconds: float = 0.0
    performed: bool = False
    detected: Detection | None = None
    time: TimeInterpretation | None = None
    tracked_sec: NDArray[np.float64] | None = None
    asides: tuple[str, ...] = ()

    @property
    def already(self) -> bool:
        """Whether the piece was surely in the target style before."""
        return self.detected is not None and self.detected.is_sure and self.detected.style == self.style

    @property
    def all_notices(self) -> tuple[str, ...]:
        """Sentences on the velocities, then those on the time."""
        return self.notices if self.time is None else (*self.notices, *self.time.notices)

    @property
    def seeded(self) -> bool:
        """Whether another seed may have given another result."""
        return self.performed or (self.time is not None and self.time.seeded)


def unchanged(piece: Piece) -> Interpretation:
    """Return the interpretation in no style, which leaves a piece as it was played, whatever the strength."""
    played = piece.notes["velocity"].astype(np.float32)
    return Interpretation("", "", played, played)


def apply(
    performance: Performance,
    interpretation: Interpretation,
    strength: float = 1.0,
    accents: float = 0.0,
    level: Level = "keep",
    *,
    weights: NDArray[np.float64] | None = None,
) -> Performance:
    """Return the piece with an interpretation's velocities, rounded, 1..127; args and errors as in `velocities`."""
    values = velocities(performance, interpretation, strength, accents, level, weights=weights)
    return performance.with_velocities(values)


def velocities(
    piece: Piece,
    interpretation: Interpretation,
    strength: float = 1.0,
    accents: float = 0.0,
    level: Level = "keep",
    *,
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the velocities `(n,)` of an interpretation as real numbers; they may leave 1..127.

    Args:
        piece: the piece that was interpreted.
        interpretation: made from it by `interpret`.
        strength: 0..1.5; 0 is the original, bit for bit; 1 the style.
        accents: 0..1; 0 is the style's own median for each note, whatever was played and however loud; 1 keeps the
            player's accents.
        level: "keep": with the player's accents the result has the piece's mean velocity, or where the piece is
            performed the nearest one that leaves its dynamics room; "style": it is as loud as the style usually is.
        weights: `(n,)`, 0..1, how far each note is played in the style; None: all are. Those of weight 0 stay, and
            have no part in the loudness.

    Raises:
        ValueError: if strength or accents are out of range.
    """
    if not 0 <= strength <= STRONGEST:
        raise ValueError(f"strength must be 0..{STRONGEST}, not {strength}")
    if not 0 <= accents <= 1:
        raise ValueError(f"accents must be 0..1, not {accents}")
    played = piece.notes["velocity"].astype(np.float64)
    if weights is not None:
        inside = weights > 0
        within = replace(
            interpretation, median=interpretation.median[inside], transported=interpretation.transported[inside]
        )
        values = _all_velocities(played[inside], within, strength, accents, level)
        played[inside] += weights[inside] * (values - played[inside])
        return played
    return _all_velocities(played, interpretation, strength, accents, level)


def _all_velocities(
    played: NDArray[np.float64], interpretation: Interpretation, strength: float, accents: float, level: Level
) -> NDArray[np.float64]:
    if strength == 0 or not len(played):
        return played
    usual, own = float(interpretation.median.mean()), float(played.mean())
    carried = interpretation.transported.astype(np.float64)
    wanted = mean_with_room(carried, own) if interpretation.performed else own
    carried += (wanted if level == "keep" else usual) - carried.mean()
    target = interpretation.median + accents * (carried - interpretation.median)
    values: NDArray[np.float64] = played + strength * (target - played)
    return shift_to_mean(values, own + strength * (wanted - own)) if level == "keep" and accents == 1 else values
