"""Beats that somebody tapped to a recording whose file has none, or others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import MidiError, Sentence
from tonenet_core.performance import Performance

MOST_BYTES = 1_000_000
SHORTEST_SEC, LONGEST_SEC = 0.1, 10.0  # from beat to beat: 600 and 6 a minute
BEATS_A_BAR = 4  # nothing tells the metre
_AROUND = 4  # beats that tell the tempo before the first tap and after the last
UNTAPPED = "The beats were tapped from {begin} to {end} s; before and after that the tempo goes on as it was."

Seconds = NDArray[np.float64]

BeatSource = Literal["auto", "file", "tapped", "tracked", "none"]
"""Beats that timing goes by: the file's own or those tapped to it, the tapped ones alone, those found in its notes, or
none; "auto": those that it has, or else those found, if they are sure."""


def read_taps(path: Path) -> Seconds:
    """Read beat times in seconds, one a line; empty lines and those that begin with # are passed over.

    Raises:
        MidiError: if the file cannot be read, or the times are no beats (`check_taps`).
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise MidiError("{name} could not be read: {why}.", name=path, why=why) from error
    if len(data) > MOST_BYTES:
        raise MidiError("{name} is too large for a file of beats.", name=path.name)
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    times = []
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        try:
            times.append(float(line))
        except ValueError as error:
            text = "Line {line} of {name} is no time in seconds, such as 12.5."
            raise MidiError(text, line=number, name=path.name) from error
    return check_taps(times, path.name)


def check_taps(times: Sequence[float], name: str) -> Seconds:
    """Return beat times as an array.

    Raises:
        MidiError: if there are fewer than two, they do not rise, or two are not 0.1 to 10 s from each other.
    """
    beats = np.asarray(times, np.float64)
    if len(beats) < 2:
        raise MidiError("{name} has fewer than two beats.", name=name)
    gaps = np.diff(beats)
    if not (np.isfinite(beats).all() and beats[0] >= 0 and np.all((gaps >= SHORTEST_SEC) & (gaps <= LONGEST_SEC))):
        text = "The beats of {name} must rise, each {least} to {most} seconds after the one before."
        raise MidiError(text, name=name, least=f"{SHORTEST_SEC:g}", most=f"{LONGEST_SEC:g}")
    return beats


def beats_through(notes: NDArray[np.void], taps_sec: Seconds) -> tuple[Seconds, Seconds]:
    """Return beats over all notes, `(b,)`, and where bars of four begin, `(d,)`, one of them with the first tap.

    Before the first tap and after the last one the beats go on at the tempo that they had there.

    Args:
        notes: `(n,)` of `NOTE_DTYPE`, n >= 1.
        taps_sec: `(t,)`, two or more, ascending.
    """
    begin, end = (float(np.mean(np.diff(taps))) for taps in (taps_sec[: _AROUND + 1], taps_sec[-_AROUND - 1 :]))
    before, after = _untapped(notes, taps_sec)
    earlier, later = np.arange(before, 0, -1), np.arange(1, after + 1)
    beats = np.concatenate([taps_sec[0] - begin * earlier, taps_sec, taps_sec[-1] + end * later])
    return beats, beats[before % BEATS_A_BAR :: BEATS_A_BAR]


def _untapped(notes: NDArray[np.void], taps_sec: Seconds) -> tuple[int, int]:
    """Return the number of beats before the first tap and after the last one."""
    first, last = float(notes["onset_sec"][0]), float((notes["onset_sec"] + notes["duration_sec"]).max())
    begin, end = (float(np.mean(np.diff(taps))) for taps in (taps_sec[: _AROUND + 1], taps_sec[-_AROUND - 1 :]))
    return max(int(np.ceil((taps_sec[0] - first) / begin)), 0), max(int(np.ceil((last - taps_sec[-1]) / end)), 0)


def with_taps(performance: Performance, taps_sec: Seconds) -> Performance:
    """Return a piece whose beats are those that were tapped, and those around them: see `beats_through`.

    Args:
        performance: the piece.
        taps_sec: `(t,)`, two or more, ascending.
    """
    beats, downbeats = beats_through(performance.notes, taps_sec)
    notices = performance.notices
    if performance.tapped_sec is None and max(_untapped(performance.notes, taps_sec)) > _AROUND:
        begin_sec, end_sec = f"{taps_sec[0]:.1f}", f"{taps_sec[-1]:.1f}"
        notices = (*notices, Sentence(UNTAPPED, begin=begin_sec, end=end_sec))
    return replace(
        performance,
        beats_sec=beats,
        downbeats_sec=downbeats,
        notices=notices,
        tapped_sec=tuple(taps_sec.tolist()),
    )
