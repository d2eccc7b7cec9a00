"""Left hands of jazz: stride, comping over shells, ballads in tenths, walking basses; swing-neutral on the grid.

Source: M. Levine, The Jazz Piano Book, 1989: left-hand voicings, stride, "Charleston" comping.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.arranging.lead_sheet import Ceiling, Clock, LeadSheet
from tonenet_core.arranging.patterns import Event, Group, fitted, groups
from tonenet_core.arranging.strokes import Stroke
from tonenet_core.arranging.voicing import LOWEST_CHORD, Wish, bass_of, jazz_tones, voice
from tonenet_core.harmony.chords import Chord
from tonenet_core.harmony.hands import SPAN
from tonenet_core.progress import Progress

# Roles: B bass (root), F bass (fifth, or the root of a new chord), C rootless chord, A the next chord ahead of time,
# S shell (root and seventh or sixth), T the tenth above it, W walking bass, R tones under the melody.
STRIDE: dict[int, tuple[tuple[Event, ...], ...]] = {
    4: (
        ((0, "B", 0.9), (1, "C", 0.8), (2, "F", 0.9), (3, "C", 0.8)),
        ((0, "S", 0.9), (1, "C", 0.8), (2, "F", 0.9), (3, "C", 0.8)),
        ((0, "B", 0.9), (1, "C", 0.8), (2, "F", 0.9), (2.5, "R", 0.4), (3, "C", 0.8)),
    ),
    3: (((0, "B", 0.9), (1, "C", 0.8), (2, "C", 0.8)), ((0, "S", 0.9), (1, "C", 1.4), (2.5, "C", 0.5))),
    2: (((0, "B", 0.9), (1, "C", 0.8)),),
}
COMPING: dict[int, tuple[tuple[Event, ...], ...]] = {
    4: (
        ((0, "S", 1.5), (1.5, "C", 2.4)),
        ((0, "B", 1.4), (1.5, "C", 1.9), (3.5, "A", 1.0)),
        ((0, "S", 2.4), (2.5, "C", 1.4)),
        ((0, "B", 0.9), (1, "C", 1.4), (2.5, "C", 1.4)),
        ((0, "B", 0.5), (0.5, "C", 1.4), (2, "F", 1.4), (3.5, "A", 1.0)),
    ),
    3: (((0, "S", 1.5), (1.5, "C", 1.4)), ((0, "B", 0.9), (1, "C", 1.4), (2.5, "A", 1.0))),
    2: (((0, "S", 1.4), (1.5, "C", 0.5)), ((0, "B", 0.9), (1, "C", 0.4), (1.5, "A", 1.0))),
}
BALLAD: dict[int, tuple[tuple[Event, ...], ...]] = {
    4: (
        ((0, "S", 2.0), (0, "R", 1.5), (1, "T", 1.0), (2, "C", 1.9), (2, "R", 1.5)),
        ((0, "B", 1.0), (0, "R", 2.0), (1, "C", 2.8), (3.5, "T", 0.5)),
        ((0, "S", 1.0), (0.5, "T", 1.4), (2, "F", 1.0), (2.5, "C", 1.4)),
    ),
    3: (((0, "S", 1.0), (1, "C", 1.9), (0, "R", 1.5)), ((0, "S", 1.0), (1, "T", 1.0), (2, "C", 1.0))),
    2: (((0, "S", 1.0), (1, "C", 0.9)), ((0, "B", 0.9), (0.5, "C", 1.4))),
}
WALKING: dict[int, tuple[tuple[Event, ...], ...]] = {
    4: (((0, "W", 0.9), (1, "W", 0.9), (2, "W", 0.9), (3, "W", 0.9), (1.5, "R", 0.5), (3.5, "R", 0.5)),),
    3: (((0, "W", 0.9), (1, "W", 0.9), (2, "W", 0.9)),),
    2: (((0, "W", 0.9), (1, "W", 0.9)),),
}
ONE_BEAT: tuple[Event, ...] = ((0, "S", 0.9),)
SLOW, FAST = 84.0, 150.0  # beats a minute up to which a ballad is played, and from which on nobody strides
MIDDLE_CHORD, MIDDLE_RIGHT = 55.0, 62.0


def jazz_strokes(sheet: LeadSheet, rng: np.random.Generator, progress: Progress) -> list[Stroke]:
    """Return the strokes of a jazz accompaniment; `rng` decides what is a matter of taste."""
    player = _Player(sheet, rng)
    texture, phrase = player.texture(), 0
    chosen: dict[int, tuple[Event, ...]] = {}
    strokes: list[Stroke] = []
    for group in groups(sheet):
        progress(group.start / len(sheet))
        if group.phrase != phrase:
            phrase, chosen = group.phrase, {}
            if phrase % 2 == 0 and rng.random() < 0.5:
                texture = player.texture()
        known = texture.get(group.beats, (ONE_BEAT,))
        if group.beats not in chosen or rng.random() < 0.3:  # a figure is kept for some bars
            chosen[group.beats] = known[int(rng.integers(len(known)))]
        strokes += player.play(group, chosen[group.beats])
    return strokes


class _Player:
    """Where the hands are."""

    def __init__(self, sheet: LeadSheet, rng: np.random.Generator) -> None:
        self._sheet, self._rng = sheet, rng
        self._clock, self._ceiling = Clock(sheet), Ceiling(sheet.melody)
        self._chord: NDArray[np.int64] = np.zeros(0, np.int64)
        self._right: NDArray[np.int64] = np.zeros(0, np.int64)
        self._bass = 40

    def texture(self) -> dict[int, tuple[tuple[Event, ...], ...]]:
        """Draw a texture that goes with the tempo."""
        tempo = 60 / self._sheet.beat_sec
        if tempo < SLOW:
            choices, weights = (BALLAD, COMPING, STRIDE), (0.6, 0.25, 0.15)
        elif tempo < FAST:
            choices, weights = (COMPING, STRIDE, WALKING), (0.5, 0.35, 0.15)
        else:
            choices, weights = (COMPING, WALKING, STRIDE), (0.6, 0.3, 0.1)
        return choices[int(self._rng.choice(3, p=weights))]

    def play(self, group: Group, pattern: tuple[Event, ...]) -> list[Stroke]:
        """Return the strokes of a group of beats."""
        made = []
        for place, role, length in fitted(pattern, group.beats):
            at = group.start + place
            ahead = 1 if role == "A" else 0
            beat = min(int(at) + ahead, len(self._sheet) - 1)
            chord = self._sheet.chords[beat]
            if chord is None:
                continue
            span = self._clock.seconds(at), self._clock.seconds(at + length)
            pitches = self._pitches(role, chord, beat, at, span)
            if pitches:
                made.append(Stroke(at, length, pitches, right=role == "R"))
        return made

    def _pitches(self, role: str, chord: Chord, beat: int, at: float, span: tuple[float, float]) -> tuple[int, ...]:
        ceiling = self._ceiling.between(*span)
        if role in "BFSTW":
            return self._low(role, chord, beat, at, ceiling)
        melody = self._ceiling.melody(*span)
        if role == "R":
            return self._under_melody(chord, beat, ceiling, melody)
        wish = Wish(LOWEST_CHORD, min(ceiling, 67), min(MIDDLE_CHORD, ceiling - 4.0), 3 + int(self._rng.random() < 0.6))
        found = voice(jazz_tones(chord, self._sheet.chroma[beat]), wish, self._chord, melody, self._rng)
        if len(found):
            self._chord = found
        return tuple(found.tolist())

    def _under_melody(self, chord: Chord, beat: int, ceiling: int, melody: NDArray[np.int64]) -> tuple[int, ...]:
        """Return one or two tones that the right hand strikes under the melody."""
        low = max(int(melody.max()) - 12, 53)
        size = 1 + int(self._rng.random() < 0.6)
        tones, wish = jazz_tones(chord, self._sheet.chroma[beat]), Wish(low, ceiling, ceiling - 3.0, size)
        found = voice(tones, wish, self._right, melody, self._rng)
        if len(found):
            self._right = found
        return tuple(found.tolist())

    def _low(self, role: str, chord: Chord, beat: int, at: float, ceiling: int) -> tuple[int, ...]:
        """Return bass notes, with what a hand reaches above them."""
        before = self._sheet.chords[max(int(at) - 1, 0)]
        tone = chord.root
        if role == "F" and before == chord:
            tone = chord.pitch_classes[2]
        elif role == "W":
            tone = self._step(chord, beat, at)
        bass = bass_of(tone, self._bass if role != "B" else 38, ceiling)
        if bass is None:
            return ()
        self._bass = bass
        if role == "S":
            above = self._above(jazz_tones(chord, self._sheet.chroma[beat]), bass, ceiling)
            return (bass,) if above is None else (bass, above)
        if role == "T":
            third = chord.pitch_classes[1]
            tenth = next((key for key in range(bass + SPAN + 2, bass + 9, -1) if key % 12 == third), 0)
            return (tenth,) if LOWEST_CHORD <= tenth <= ceiling else ()
        return (bass,)

    def _above(self, tones: tuple[int, ...], bass: int, ceiling: int) -> int | None:
        """Return what a shell has above its bass: the first of the tones, not too near."""
        wanted = next(tone for tone in tones if tone != bass % 12)
        room = [key for key in range(bass + 7, min(bass + SPAN, ceiling) + 1) if key % 12 == wanted]
        return room[0] if room else None

    def _step(self, chord: Chord, beat: int, at: float) -> int:
        """Return the pitch class of a walking bass: the root of a new chord, then its tones, then towards the next."""
        chords = self._sheet.chords
        if beat == 0 or chords[beat - 1] != chord:
            return chord.root
        following = chords[min(beat + 1, len(chords) - 1)]
        if following is not None and following != chord:
            return (following.root + (1 if self._rng.random() < 0.5 else -1)) % 12
        tones = [*chord.pitch_classes[1:], chord.root]
        return int(tones[int(at) % len(tones)])
