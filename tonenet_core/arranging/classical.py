"""Left hands of classical music: Alberti basses, broken chords over a wide range, waltzes, chorales."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.arranging.lead_sheet import Ceiling, Clock, LeadSheet
from tonenet_core.arranging.patterns import Event, Group, fitted, groups
from tonenet_core.arranging.strokes import Stroke
from tonenet_core.arranging.voicing import LOWEST_CHORD, Wish, bass_of, plain_tones, voice
from tonenet_core.harmony.chords import QUALITIES, Chord
from tonenet_core.harmony.hands import SPAN
from tonenet_core.progress import Progress

# Roles: a number is a tone of the chord in close position, counted from its lowest; B bass, C chord, O the octave
# above the bass, Q the fifth above it, X the tenth; U tones under the melody.
SHORTEST_SEC = 0.13  # between two notes of a figure, unless it goes in eighths
MANY, FEW = 2.6, 1.2  # notes a beat of the piece's own accompaniment
PLAIN: dict[str, str] = {"6": "", "m6": "m", "maj7": "", "mmaj7": "m", "sus4": "", "7sus4": "7", "m7": "m", "aug": ""}
"""Chords that a classical accompaniment has without their colour, unless the piece insists on it."""


def _alberti(step: float, beats: int) -> tuple[Event, ...]:
    tones = ("0", "2", "1", "2")
    return tuple((place * step, tones[place % 4], step) for place in range(round(beats / step)))


def _broken(step: float, beats: int) -> tuple[Event, ...]:
    rise = ("B", "Q", "O", "X", "O", "Q")
    count = round(beats / step)
    return tuple((place * step, rise[place % 6 if count % 6 == 0 else place % 4], step) for place in range(count))


def _triplets(beats: int) -> tuple[Event, ...]:
    return tuple((place / 3, ("B", "Q", "X")[place % 3], 1 / 3) for place in range(3 * beats))


CHORALE: dict[int, tuple[tuple[Event, ...], ...]] = {
    4: (
        ((0, "B", 2.0), (0, "C", 2.0), (0, "U", 2.0), (2, "B", 2.0), (2, "C", 2.0), (2, "U", 2.0)),
        ((0, "B", 1.0), (0, "C", 1.0), (0, "U", 1.0), (1, "C", 1.0), (2, "B", 1.0), (2, "C", 1.0), (3, "C", 1.0)),
    ),
    3: (((0, "B", 3.0), (0, "C", 2.0), (0, "U", 2.0), (2, "C", 1.0)),),
    2: (((0, "B", 1.0), (0, "C", 1.0), (0, "U", 1.0), (1, "B", 1.0), (1, "C", 1.0)),),
    1: (((0, "B", 1.0), (0, "C", 1.0), (0, "U", 1.0)),),
}
WALTZ: dict[int, tuple[tuple[Event, ...], ...]] = {
    4: (((0, "B", 0.9), (1, "C", 0.7), (2, "B", 0.9), (3, "C", 0.7)),),
    3: (((0, "B", 0.9), (1, "C", 0.7), (2, "C", 0.7)),),
    2: (((0, "B", 0.5), (0.5, "C", 0.4), (1, "B", 0.5), (1.5, "C", 0.4)),),
    1: (((0, "B", 0.5), (0.5, "C", 0.4)),),
}
TEXTURES = ("alberti", "broken", "triplets", "waltz", "chorale")


def classical_strokes(sheet: LeadSheet, rng: np.random.Generator, progress: Progress) -> list[Stroke]:
    """Return the strokes of a classical accompaniment; `rng` decides what is a matter of taste."""
    player = _Player(sheet, rng)
    texture, section = player.texture(), 0
    strokes: list[Stroke] = []
    for group in groups(sheet):
        progress(group.start / len(sheet))
        if group.phrase // 2 != section:  # eight bars have one figure
            section = group.phrase // 2
            if rng.random() < 0.4:
                texture = player.texture()
        strokes += player.play(group, player.pattern(texture, group))
    return strokes


class _Player:
    """Where the hands are."""

    def __init__(self, sheet: LeadSheet, rng: np.random.Generator) -> None:
        self._sheet, self._rng = sheet, rng
        self._clock, self._ceiling = Clock(sheet), Ceiling(sheet.melody)
        self._chord: NDArray[np.int64] = np.zeros(0, np.int64)
        self._right: NDArray[np.int64] = np.zeros(0, np.int64)
        self._of: tuple[tuple[int, ...], int] = ((), 0)
        self._bass = 43

    def texture(self) -> str:
        """Draw a figure that goes with tempo, metre and density."""
        sheet = self._sheet
        in_threes = np.mean([beats == 3 for _, beats in sheet.bars()]) > 0.5
        weights = np.array([1.0, 1.0, 0.3, 1.5 if in_threes else 0.4, 0.4])
        if sheet.density > MANY:
            weights *= (1.2, 1.6, 1.0, 0.6, 0.1)
        elif sheet.density < FEW:
            weights *= (0.8, 0.7, 0.2, 1.0, 2.5)
        return TEXTURES[int(self._rng.choice(len(TEXTURES), p=weights / weights.sum()))]

    def pattern(self, texture: str, group: Group) -> tuple[Event, ...]:
        """Return the figure of a group of beats; the last one of a phrase comes to rest."""
        beats, beat_sec = group.beats, self._sheet.beat_sec
        if texture in ("waltz", "chorale"):
            known = (WALTZ if texture == "waltz" else CHORALE)[beats]
            return known[int(self._rng.integers(len(known)))]
        if texture == "triplets" and beat_sec >= 3 * SHORTEST_SEC:
            return _triplets(beats)
        step = 0.25 if beat_sec >= 4 * SHORTEST_SEC and self._sheet.density > FEW else 0.5
        return _alberti(step, beats) if texture == "alberti" else _broken(step, beats)

    def play(self, group: Group, pattern: tuple[Event, ...]) -> list[Stroke]:
        """Return the strokes of a group of beats."""
        made = []
        for place, role, length in fitted(pattern, group.beats):
            at = group.start + place
            beat = min(int(at + 1e-6), len(self._sheet) - 1)
            chord = self._sheet.chords[beat]
            if chord is None:
                continue
            span = self._clock.seconds(at), self._clock.seconds(at + length)
            pitches = self._pitches(role, self._plain(chord, beat), beat, span)
            if pitches:
                made.append(Stroke(at, length, pitches, right=role == "U"))
        return made

    def _plain(self, chord: Chord, beat: int) -> Chord:
        """Return a chord without a colour that is weak in the beat."""
        plain = PLAIN.get(chord.quality)
        if plain is None:
            return chord
        colours = set(chord.pitch_classes) - {(chord.root + step) % 12 for step in QUALITIES[plain]}
        is_strong = all(self._sheet.chroma[beat, tone] > 0.35 for tone in colours)
        return chord if is_strong else Chord(chord.root, plain, chord.name)

    def _pitches(self, role: str, chord: Chord, beat: int, span: tuple[float, float]) -> tuple[int, ...]:
        ceiling, melody = self._ceiling.between(*span), self._ceiling.melody(*span)
        if role in "BQOX":
            return self._low(role, chord, beat, ceiling)
        if role == "U":
            low = max(int(melody.max()) - 12, 53)
            tones, wish = plain_tones(chord, self._sheet.chroma[beat]), Wish(low, ceiling, ceiling - 2.0, 1)
            found = voice(tones, wish, self._right, melody, self._rng)
            self._right = found if len(found) else self._right
            return tuple(found.tolist())
        self._lie(chord, beat, ceiling, melody)
        if not len(self._chord) or self._chord[-1] > ceiling:
            return ()
        if role == "C":
            low = self._bass if self._bass + SPAN >= self._chord[-1] else int(self._chord[0])
            return tuple(key for key in self._chord.tolist() if key - low <= SPAN)
        return (int(self._chord[min(int(role), len(self._chord) - 1)]),)

    def _lie(self, chord: Chord, beat: int, ceiling: int, melody: NDArray[np.int64]) -> None:
        """Choose where a new chord lies, or one that comes too near the melody."""
        tones = plain_tones(chord, self._sheet.chroma[beat])
        known, lain = self._of
        if known == tones and len(self._chord) and lain <= ceiling:
            return
        wish = Wish(LOWEST_CHORD - 2, min(ceiling, 65), min(54.0, ceiling - 4.0), 3)
        self._chord = voice(tones, wish, self._chord, melody, self._rng)
        self._of = (tones, int(self._chord[-1]) if len(self._chord) else 0)

    def _low(self, role: str, chord: Chord, beat: int, ceiling: int) -> tuple[int, ...]:
        own = int(self._sheet.bass[beat]) % 12  # an inversion stays one
        tone = own if self._sheet.bass[beat] and own in chord.pitch_classes else chord.root
        bass = bass_of(tone, self._bass if role != "B" else 41, ceiling)
        if bass is None:
            return ()
        self._bass = bass
        if role == "B":
            return (bass,)
        others = [each for each in plain_tones(chord, self._sheet.chroma[beat]) if each != tone]
        fifth, third = others[-1], others[0]
        wanted, low = {"Q": (fifth, bass + 4), "O": (tone, bass + 12), "X": (third, bass + 13)}[role]
        key = next(key for key in range(low, low + 12) if key % 12 == wanted)
        while key > ceiling:
            key -= 12
        return (key,) if key > bass else ()
