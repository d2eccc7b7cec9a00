"""How dense and how high a piece is: drawn from real pieces, and kept while a piece is written.

Left alone, a piece that has come to a few long chords, or to the bottom of the piano, stays there: its model has never
seen its own mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.cover_metrics import mean_polyphony
from tonenet_core.encoding.beat_tokens import STEPS
from tonenet_core.encoding.events import CHORD_SEC
from tonenet_core.performance import LOWEST_PITCH

KEPT_BEATS = 8
"""Beats that are looked back on."""
AT_ONCE, EACH_BEAT = 1.0, 0.25
"""Logits for a factor of e, or an octave, that a piece is away: from the last beats, and added with each beat."""
MOST = 4.0
"""Logits, at most."""
DRAFTS = 4
"""Pieces that are written at most until one is as full as pieces of the style usually are."""
OTHER_TEXTURE = 17
"""Seeds on, both pace and register are others."""
USUAL = (5, 95)
"""Percentiles between which a piece is as others are."""


@dataclass(frozen=True)
class Texture:
    """How dense and how high a piece is.

    Attributes:
        pace: geometric mean of strokes a second and strokes a beat: slow beats are divided more than fast ones, but
            not by as much as they are longer.
        register: mean pitch.
    """

    pace: float
    register: float

    @classmethod
    def of(cls, onset_sec: NDArray[np.float64], pitch: NDArray[np.integer], beat_sec: float) -> Self | None:
        """Return the texture of notes `(n,)`, rising, in beats of a length; None of less than two strokes."""
        strokes = onset_sec[np.flatnonzero(np.diff(onset_sec, prepend=-np.inf) >= CHORD_SEC)]
        if len(strokes) < 2:
            return None
        apart = float(strokes[-1] - strokes[0]) / (len(strokes) - 1)
        return cls(float(np.sqrt(beat_sec)) / apart, float(pitch.mean()))


def evenly_spaced(textures: Sequence[Texture], count: int) -> NDArray[np.float64]:
    """Return paces and registers `(count, 2)`, evenly spaced in the order of their paces, without the outermost."""
    ordered = np.array(sorted((texture.pace, texture.register) for texture in textures))
    spaced: NDArray[np.float64] = ordered[np.rint(np.linspace(0.05, 0.95, count) * (len(ordered) - 1)).astype(int)]
    return spaced


def texture_of_seed(known: NDArray[np.float64], seed: int) -> Texture | None:
    """Return the texture of the piece of a seed; None where none is known.

    A Latin square: pieces of consecutive seeds, which a user hears one after another, differ in pace and in register,
    and those of all seeds have each texture equally often. Registers of the lowest and the highest twentieth, where
    only a few pieces are, count as those next to them.

    Args:
        known: `(n, 2)` paces and registers, n the square of a number that 3 and 5 do not divide.
        seed: of the piece.
    """
    side = round(len(known) ** 0.5)
    register = known[:, 1].clip(*np.percentile(known[:, 1], (5, 95)))
    by_pace = np.stack([known[:, 0], register], axis=1)[np.argsort(known[:, 0], kind="stable")].reshape(side, side, 2)
    group = by_pace[5 * seed % side]
    texture = Texture(*group[np.argsort(group[:, 1], kind="stable")][(3 * seed + seed // side) % side].tolist())
    return texture if texture.pace else None


def unusual_polyphony(notes: NDArray[np.void], beat_sec: float, usual: NDArray[np.float64]) -> float:
    """Return by what factor, in logarithms, a piece is thinner or fuller than pieces of its style; 0: as they are.

    Args:
        notes: `(n,)` of `STEP_NOTE_DTYPE`, rising.
        beat_sec: length of a beat.
        usual: `(2,)`, lowest and highest mean polyphony at strokes; zeros: not known.
    """
    if not usual.any() or not len(notes):
        return 0.0
    step_sec = beat_sec / STEPS
    # Half a step shorter, so that what ends with a stroke does not sound at it by a rounding.
    polyphony = mean_polyphony(notes["step"] * step_sec, (notes["steps"] - 0.5) * step_sec)
    return abs(float(np.log(polyphony / np.clip(polyphony, *usual))))


class Steering:
    """What brings a piece that is being written back to its texture.

    Attributes:
        stroke: how much likelier another stroke is made, in logits.
        octave: how much likelier a key is made than the one an octave below, in logits.
    """

    def __init__(self, texture: Texture) -> None:
        self.texture = texture
        self.stroke = self.octave = 0.0
        self._kept = np.zeros(2)

    def look_back(self, recent: NDArray[np.bool_], beat_sec: float) -> None:
        """See how far the last beats are away.

        Args:
            recent: `(12 b, 88)`, the keys struck in each of their steps; b may be 0.
            beat_sec: length of a beat.
        """
        usual = self.texture.pace * float(np.sqrt(beat_sec))  # strokes a beat, and those of one beat more that fits
        struck, key = np.nonzero(recent)
        strokes = np.count_nonzero(np.diff(struck, prepend=-STEPS) > steps_of_stroke(beat_sec)) + usual
        register = np.append(key + LOWEST_PITCH, np.full(round(usual) or 1, self.texture.register)).mean()
        missing = np.log(usual * (len(recent) / STEPS + 1) / strokes)
        away = np.array([missing, (self.texture.register - register) / 12])
        self._kept = (self._kept + EACH_BEAT * away).clip(-MOST, MOST)
        self.stroke, self.octave = (self._kept + AT_ONCE * away).clip(-MOST, MOST).tolist()


def steps_of_stroke(beat_sec: float) -> int:
    """Return how many steps after another a note still belongs to its stroke, where the beats are short."""
    return int(CHORD_SEC * STEPS / beat_sec)
