"""Chords of the beats of a piece: templates of pitch classes, and the cheapest path through them.

A template is weighed by its cosine with the beat's chroma (Fujishima, Realtime Chord Recognition of Musical Sound,
1999), with a bonus for a root in the bass; a change of chord costs, less at a bar line (Viterbi).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.key import MUSICAL_KEYS, find_key

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "m6": (0, 3, 7, 9),
    "6": (0, 4, 7, 9),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "mmaj7": (0, 3, 7, 11),
}
"""Name of a quality -> semitones above the root."""
_RARE = {"6": 0.04, "m6": 0.04, "dim": 0.03, "aug": 0.06, "sus4": 0.06, "7sus4": 0.06, "mmaj7": 0.06, "dim7": 0.02}
_FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_USUAL_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_FLAT_KEYS = {"F", "Bb", "Eb", "Ab", "Db", "Dm", "Gm", "Cm", "Fm", "Bbm"}
_SHARP_KEYS = {"D", "A", "E", "B", "F#", "Bm", "F#m", "Dbm", "Abm"}
_ROOT_IN_BASS, _CHORD_TONE_IN_BASS = 0.15, 0.03
_CHANGE, _CHANGE_AT_BAR = 0.24, 0.08


@dataclass(frozen=True)
class Chord:
    """Chord of a beat.

    Attributes:
        root: pitch class, 0 (C) to 11.
        quality: key of `QUALITIES`.
        name: as musicians write it, such as "Cmaj7" or "F#m7b5"; spelt in the piece's key.
    """

    root: int
    quality: str
    name: str

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes, the root first."""
        return tuple((self.root + step) % 12 for step in QUALITIES[self.quality])


def find_chords(
    chroma: NDArray[np.float64], bass: NDArray[np.int64], places: NDArray[np.int64] | None = None
) -> list[Chord | None]:
    """Return the chord of each beat; None where nothing sounds.

    Args:
        chroma: `(b, 12)`, see `chroma.find_chroma`.
        bass: `(b,)`, pitches, 0 for none.
        places: `(b,)`, the beats' places in their bars, 0 first; None if no bars are known.
    """
    if not len(chroma):
        return []
    templates, penalty = _templates()
    score = chroma @ templates.T - penalty
    known = bass > 0
    score += np.where(known[:, None], _bass_bonus(bass % 12), 0.0)
    change = np.full(len(chroma), _CHANGE)
    if places is not None:
        change[places == 0] = _CHANGE_AT_BAR
    sounds: NDArray[np.bool_] = np.sum(chroma, axis=1) > 0
    path = _cheapest_path(np.where(sounds[:, None], score, 0.0), change)
    names = root_names(chroma)
    qualities = list(QUALITIES)
    chords: list[Chord | None] = []
    for number, sounding in zip(path.tolist(), sounds.tolist(), strict=True):
        root, quality = number % 12, qualities[number // 12]
        chords.append(Chord(root, quality, f"{names[root]}{quality}") if sounding else None)
    return chords


def _templates() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the pitch classes of each chord, `(q * 12, 12)`, rows of length 1, and each chord's penalty."""
    rows, penalty = [], []
    for quality, steps in QUALITIES.items():
        for root in range(12):
            row = np.zeros(12)
            row[[(root + step) % 12 for step in steps]] = 1
            rows.append(row / np.linalg.norm(row))
            penalty.append(_RARE.get(quality, 0.0))
    return np.array(rows), np.array(penalty)


def _bass_bonus(bass: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what each chord gains by each bass's pitch class, `(b, q * 12)`."""
    gain = np.zeros((12, len(QUALITIES) * 12))
    for index, steps in enumerate(QUALITIES.values()):
        for root in range(12):
            gain[[(root + step) % 12 for step in steps], 12 * index + root] = _CHORD_TONE_IN_BASS
            gain[root, 12 * index + root] = _ROOT_IN_BASS
    return np.asarray(gain[bass])


def _cheapest_path(score: NDArray[np.float64], change: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the chord of each beat with the highest sum of scores less the costs of changes, `(b,)`."""
    total, came_from = score[0].copy(), np.zeros(score.shape, np.int64)
    for beat in range(1, len(score)):
        best = int(np.argmax(total))
        stays = total >= total[best] - change[beat]
        came_from[beat] = np.where(stays, np.arange(len(total)), best)
        total = np.where(stays, total, total[best] - change[beat]) + score[beat]
    path = np.zeros(len(score), np.int64)
    path[-1] = int(np.argmax(total))
    for beat in range(len(score) - 1, 0, -1):
        path[beat - 1] = came_from[beat, path[beat]]
    return path


def root_names(chroma: NDArray[np.float64]) -> tuple[str, ...]:
    """Return the names of the twelve roots in the key of a piece."""
    if not chroma.any():
        return _USUAL_NAMES
    key = MUSICAL_KEYS[find_key(np.arange(12), chroma.sum(axis=0))]
    return _FLAT_NAMES if key in _FLAT_KEYS else _SHARP_NAMES if key in _SHARP_KEYS else _USUAL_NAMES
