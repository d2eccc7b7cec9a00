"""Notes as a page has them: the time and the length of what is written, where a player had his own.

A file that was exported from notation has chords without lags, notes as long as written, and one tempo. A model that is
to perform such files has to meet them in training, beside what was played; the velocities are the player's all the
same. How much of the page is known differs: of a performance with an aligned score all of it (`page`), of a metered
piece the grid (`written_out`), of a free recording only that a chord is one stroke (`snapped`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import chord_of
from tonenet_core.performance import PLAYED_DTYPE, Piece, TrainingPiece

PAGES = "_pages"  # ends the name of a source whose pieces are another source's, in written time
STEPS_PER_BEAT = 24  # of a metered piece that is written out: thirty-seconds and triplets alike
_SAME_SEC = 1e-3  # between two written onsets that are one
_SHORTEST_BEAT_SEC = 0.02
SHORTEST_SEC = 0.05  # of a note that is written without a length of its own, such as a grace note

Notes = NDArray[np.void]
Seconds = NDArray[np.float64]

ALIGNMENT_DTYPE = np.dtype([("note", "i4"), ("onset_beat", "f4"), ("duration_beat", "f4"), ("grace", "?")])
"""One row a note of a performance that was found in its score: which note, and where and how long it is written, in
beats of the time signature."""


@dataclass(frozen=True)
class Beats:
    """Beats of a performance as a listener marked them.

    Attributes:
        time_sec: `(b,)`, when each was played.
        downbeat: `(b,)` bool, whether a bar begins with it.
        beat_unit: `(b,)`, of those that begin with another time signature its denominator; 0 of the others.
    """

    time_sec: Seconds
    downbeat: NDArray[np.bool_]
    beat_unit: NDArray[np.int64]


@dataclass(frozen=True)
class Metre:
    """Bars of a score, and what its beats are in quarter notes: straight lines between changes of time signature.

    Attributes:
        downbeats: `(d,)`, where bars begin, in beats.
        changes: `(s,)`, where time signatures begin, in beats; at least one.
        quarters: `(s,)`, the same places in quarter notes.
        slopes: `(s,)`, quarter notes a beat from there on.
    """

    downbeats: Seconds
    changes: Seconds
    quarters: Seconds
    slopes: Seconds

    def quarters_at(self, beats: Seconds) -> Seconds:
        """Return where beats are, in quarter notes; before the first time signature the first counts."""
        line = np.clip(np.searchsorted(self.changes, beats, "right") - 1, 0, None)
        return np.asarray(self.quarters[line] + (beats - self.changes[line]) * self.slopes[line])


@dataclass(frozen=True)
class Page:
    """Notes in written time, sorted by onset, then pitch; beats and downbeats as in `Performance`.

    Attributes:
        played: `(n,)` of `performance.PLAYED_DTYPE`, the notes' time in the performance; empty where it is not known.
    """

    notes: Notes
    beats_sec: Seconds
    downbeats_sec: Seconds
    played: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, PLAYED_DTYPE))


def snapped(notes: Notes) -> Notes:
    """Return the notes with each chord struck at once and each length reaching to the onset of a later chord.

    The chords stay where they were played; a note ends with the chord that begins nearest to its end, and no earlier
    than the next one. Notes of the last chord keep their lengths.
    """
    if not len(notes):
        return notes
    chord = chord_of(notes["onset_sec"])
    times = notes["onset_sec"][np.flatnonzero(np.diff(chord, prepend=-1))]
    written = notes.copy()
    written["onset_sec"] = times[chord]
    ends = notes["onset_sec"] + notes["duration_sec"]
    later = np.searchsorted(times, ends)
    before, after = np.maximum(later - 1, 0), np.minimum(later, len(times) - 1)
    nearest = np.where(ends - times[before] < times[after] - ends, before, after)
    reached = np.maximum(nearest, chord + 1)
    inside = reached < len(times)
    written["duration_sec"][inside] = times[reached[inside]] - times[chord[inside]]
    return sorted_notes(written)


def written_out(notes: Notes, beats_sec: Seconds, downbeats_sec: Seconds) -> Page:
    """Return a metered piece on its grid, at the one tempo that is its median.

    Raises:
        ValueError: if the piece is not metered.
    """
    if len(beats_sec) < 2:
        raise ValueError("a free recording has no grid to be written out on")
    beat_sec = float(np.median(np.diff(beats_sec)))
    flat = snapped(notes)
    places = _on_grid(beat_at(flat["onset_sec"], beats_sec))
    lengths = _on_grid(beat_at(flat["onset_sec"] + flat["duration_sec"], beats_sec)) - places
    first = float(beats_sec[0])
    flat["onset_sec"] = first + places * beat_sec
    flat["duration_sec"] = np.maximum(lengths * beat_sec, SHORTEST_SEC)
    bars = np.rint(beat_at(downbeats_sec, beats_sec) * 2) / 2
    grid = first + np.arange(len(beats_sec), dtype=np.float64) * beat_sec
    return Page(sorted_notes(flat), grid, first + bars * beat_sec)


def metre_of(notes: Notes, alignment: NDArray[np.void], beats: Beats) -> Metre:
    """Return the metre of a score, given a performance of it with marked beats; args as in `page`."""
    places, reached = _reached(notes, alignment)
    marked = np.rint(np.interp(beats.time_sec, reached, places) * 2) / 2
    signed = np.flatnonzero(beats.beat_unit) if len(marked) else np.zeros(0, np.int64)
    if not len(signed):
        return Metre(np.unique(marked[beats.downbeat]), np.zeros(1), np.zeros(1), np.ones(1))
    changes, kept = np.unique(marked[signed], return_index=True)
    slopes = 4.0 / beats.beat_unit[signed][kept]
    quarters = np.concatenate([changes[:1] * slopes[:1], np.diff(changes) * slopes[:-1]]).cumsum()
    return Metre(np.unique(marked[beats.downbeat]), changes, quarters, slopes)


def page(notes: Notes, alignment: NDArray[np.void], metre: Metre) -> Page:
    """Return the notes of a performance that stand in its score, in written time at the performance's mean tempo.

    Args:
        notes: as played, of `performance.NOTE_DTYPE`.
        alignment: `(m,)` of `ALIGNMENT_DTYPE`, of two onsets or more.
        metre: of the score.

    Raises:
        ValueError: if fewer than two onsets of the score are aligned.
    """
    places, reached = _reached(notes, alignment)
    start, end = (
        metre.quarters_at(beat.astype(np.float64))
        for beat in (alignment["onset_beat"], alignment["onset_beat"] + alignment["duration_beat"])
    )
    first, last = metre.quarters_at(places[[0, -1]])
    quarter_sec = max(float(reached[-1] - reached[0]) / float(last - first), 1e-3)
    written = notes[alignment["note"]]
    played = np.empty(len(written), PLAYED_DTYPE)
    played["onset_sec"], played["duration_sec"] = written["onset_sec"], written["duration_sec"]
    written["onset_sec"] = (start - first) * quarter_sec
    written["duration_sec"] = np.maximum((end - start) * quarter_sec, SHORTEST_SEC)
    beats = np.arange(np.floor(first), np.ceil(last) + 2)
    downbeats = np.unique(metre.quarters_at(metre.downbeats))
    order = _order(written)
    return Page(written[order], (beats - first) * quarter_sec, (downbeats - first) * quarter_sec, played[order])


def played_beats(piece: TrainingPiece) -> tuple[int, Seconds]:
    """Return the first beat of a page that was played, and when it and those after it were, `(b,)`.

    A beat is where the top note of what is written on it was struck; where nothing is, the tempo is that of the beats
    around it. Of a page with fewer than two beats that were struck there are none.
    """
    beats, written = piece.beats_sec, piece.notes["onset_sec"]
    tops = np.flatnonzero(np.diff(written, append=np.inf) > 0)  # sorted by pitch at one onset
    times = np.maximum.accumulate(piece.played["onset_sec"][tops])
    on_beat = np.flatnonzero(np.abs(written[tops] - beats[_nearest(beats, written[tops])]) < _SAME_SEC)
    if len(on_beat) < 2:
        return 0, np.zeros(0)
    places, reached = _nearest(beats, written[tops[on_beat]]), times[on_beat]
    later = np.concatenate([[True], np.diff(reached) > _SHORTEST_BEAT_SEC])  # two beats at once are a slip of alignment
    inside = np.arange(places[0], places[later][-1] + 1)
    return int(places[0]), np.interp(inside, places[later], reached[later])


def as_played(piece: TrainingPiece) -> Piece:
    """Return a page in the time in which it was played, with its beats and pedal; see `played_beats`."""
    notes = piece.notes.copy()
    notes["onset_sec"], notes["duration_sec"] = piece.played["onset_sec"], piece.played["duration_sec"]
    first, played = played_beats(piece)
    if not len(played):
        return Piece(sorted_notes(notes), played, played, piece.played_pedal)
    written = piece.beats_sec[first : first + len(played)]
    downbeats = np.interp(piece.downbeats_sec, written, played, np.nan, np.nan)
    return Piece(sorted_notes(notes), played, downbeats[np.isfinite(downbeats)], piece.played_pedal)


def _nearest(marks: Seconds, times: Seconds) -> NDArray[np.intp]:
    """Return the mark nearest to each time."""
    after = np.clip(np.searchsorted(marks, times), 1, max(len(marks) - 1, 1))
    return np.where(times - marks[after - 1] < marks[after] - times, after - 1, after)


def _reached(notes: Notes, alignment: NDArray[np.void]) -> tuple[Seconds, Seconds]:
    """Return the onsets of a score in beats, ascending, and when each was played, never earlier than the one before."""
    onset_beat = alignment["onset_beat"].astype(np.float64)
    places = np.unique(onset_beat)
    if len(places) < 2:
        raise ValueError("a score of fewer than two onsets has no tempo")
    order = np.argsort(onset_beat, kind="stable")
    played = notes["onset_sec"][alignment["note"]][order]
    starts = np.flatnonzero(np.diff(onset_beat[order], prepend=-np.inf))
    middle = [float(np.median(group)) for group in np.split(played, starts[1:])]
    return places, np.maximum.accumulate(middle)


def beat_at(seconds: Seconds, beats_sec: Seconds) -> Seconds:
    """Return which beat each time is at, counted from the first; before it and after the last the tempo goes on."""
    last = len(beats_sec) - 2
    at = np.clip(np.searchsorted(beats_sec, seconds, "right") - 1, 0, last)
    return np.asarray(at + (seconds - beats_sec[at]) / np.maximum(beats_sec[at + 1] - beats_sec[at], 1e-6))


def source_of(name: str) -> str:
    """Return the source whose players are heard in a source, which may be its pages."""
    return name.removesuffix(PAGES)


def _on_grid(beats: Seconds) -> Seconds:
    return np.asarray(np.rint(beats * STEPS_PER_BEAT) / STEPS_PER_BEAT)


def sorted_notes(notes: Notes) -> Notes:
    """Return notes in the order of onset, then pitch."""
    return notes[_order(notes)]


def _order(notes: Notes) -> NDArray[np.intp]:
    return np.lexsort((notes["pitch"], notes["onset_sec"]))
