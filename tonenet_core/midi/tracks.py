"""The tracks of a file for people to choose from: name, instruments, number of notes, and whether they are played."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tonenet_core.errors import Sentence
from tonenet_core.midi.instruments import name_families
from tonenet_core.midi.read import parse_midi
from tonenet_core.performance import Performance

Played = Literal["all", "some", "none"]


@dataclass(frozen=True)
class Track:
    """Track with notes.

    Attributes:
        number: from 1, as in `read_midi`.
        name: as the file has it; empty without one.
        instruments: of its notes, the commonest first, each with its number of notes as the value `notes`.
        notes: the number of its melodic notes; of its drums where it has no others.
        usual: how many of them are played where no tracks are chosen.
        is_drums: whether all its notes are drums, which are never played.
    """

    number: int
    name: str
    instruments: tuple[Sentence, ...]
    notes: int
    usual: Played
    is_drums: bool = False

    def played(self, tracks: Collection[int] | None) -> Played:
        """Return how many of the melodic notes are played where these tracks are chosen."""
        if tracks is None or self.is_drums:
            return self.usual
        return "all" if self.number in tracks else "none"


def list_tracks(performance: Performance) -> tuple[Track, ...]:
    """Return the tracks with notes of a Performance's file."""
    counts, events = performance.file.family_notes, performance.file.events
    struck = ((events["status"] & 0xF0) == 0x90) & (events["data2"] > 0)
    notes_of = np.bincount(events["track"][struck], minlength=len(counts))
    piano = counts[:, 0] if counts[:, 0].any() else counts.sum(axis=1)
    found = []
    for index in np.flatnonzero(notes_of):
        number, name = int(index) + 1, _text(performance.file.track_names[index])
        notes, taken = int(counts[index].sum()), int(piano[index])
        usual: Played = "none" if not taken else "all" if taken == notes else "some"
        if notes:
            found.append(Track(number, name, name_families(counts[index]), notes, usual))
        else:
            drums = int(notes_of[index])
            found.append(Track(number, name, (Sentence("drums: {notes}", notes=drums),), drums, usual, is_drums=True))
    return tuple(found)


def choose_tracks(performance: Performance, tracks: tuple[int, ...] | None) -> Performance:
    """Return the notes of other tracks of a Performance's file, with the file's own velocities.

    Args:
        performance: any Performance of the file.
        tracks: see `read_midi`.

    Raises:
        MidiError: if no note of these tracks can be played.
    """
    return parse_midi(performance.source, performance.name, tracks)


def _text(name: bytes) -> str:
    """Return a track's name, in UTF-8 or else in Latin-1, as the file does not say which, on one line."""
    try:
        text = name.decode()
    except UnicodeDecodeError as error:
        is_cut = error.start >= len(name) - 3 and error.reason == "unexpected end of data"
        text = name[: error.start].decode() if is_cut else name.decode("latin-1")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
