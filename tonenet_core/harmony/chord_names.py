"""Chords of a piece over its time, named as musicians write them: Cm7, F/A, B♭7."""

from __future__ import annotations

from dataclasses import dataclass

from tonenet_core.harmony.borders import bar_of_beats, beat_borders
from tonenet_core.harmony.chords import Chord, find_chords, root_names
from tonenet_core.harmony.chroma import find_bass, find_chroma
from tonenet_core.performance import Piece

LETTERS, NATURALS, SIGNS = "CDEFGAB", (0, 2, 4, 5, 7, 9, 11), {-1: "b", 0: "", 1: "#"}
DEGREES = {3: 2, 4: 2, 5: 3, 6: 4, 7: 4, 8: 4, 9: 5, 10: 6, 11: 6}
"""Semitones of a chord tone above the root -> letters above it."""


@dataclass(frozen=True)
class NamedChord:
    """Chord from its first beat on.

    Attributes:
        begin_sec: where it begins.
        end_sec: where the next one begins, or nothing sounds any more.
        name: with the note in the bass after a stroke, where that is another chord tone than the root.
    """

    begin_sec: float
    end_sec: float
    name: str


def name_chords(piece: Piece) -> tuple[NamedChord, ...]:
    """Return the chords of a metered piece in the order of time; none for a free recording, whose beats are unknown."""
    if len(piece.beats_sec) < 2 or not len(piece.notes):
        return ()
    borders = beat_borders(piece)
    _, places = bar_of_beats(piece, borders)
    bass = find_bass(piece.notes, borders)
    chroma = find_chroma(piece.notes, borders)
    chords, names = find_chords(chroma, bass, places), root_names(chroma)
    begins = [beat for beat in range(len(chords)) if beat == 0 or chords[beat] != chords[beat - 1]]
    named = []
    for begin, end in zip(begins, [*begins[1:], len(chords)], strict=True):
        chord = chords[begin]
        if chord is not None:
            sounding = {int(pitch) % 12 for pitch in bass[begin:end] if pitch}
            below = int(bass[begin]) % 12 if bass[begin] and chord.root not in sounding else chord.root
            name = chord.name if below == chord.root else _over(chord, below, names[below])
            written = name.replace("#", "♯").replace("b", "♭")  # no other "b" stands in a name
            named.append(NamedChord(float(borders[begin]), float(borders[end]), written))
    return tuple(named)


def _over(chord: Chord, bass: int, usual: str) -> str:
    """Return a chord's name over its bass, spelt by its place in the chord (E/G#), or as usual; alone over others."""
    if bass not in chord.pitch_classes:
        return chord.name
    letter = (LETTERS.index(chord.name[0]) + DEGREES[(bass - chord.root) % 12]) % 7
    change = (bass - NATURALS[letter] + 6) % 12 - 6
    spelt = f"{LETTERS[letter]}{SIGNS[change]}" if change in SIGNS else usual
    return f"{chord.name}/{spelt}"
