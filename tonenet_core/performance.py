"""The notes, pedal and beats of one piano piece, and the MIDI bytes they came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOWEST_PITCH = 21  # A0
HIGHEST_PITCH = 108  # C8
KEYS = HIGHEST_PITCH - LOWEST_PITCH + 1  # 88

NOTE_DTYPE = np.dtype([("onset_sec", "f8"), ("duration_sec", "f8"), ("pitch", "u1"), ("velocity", "u1")])
"""One row a note, sorted by onset, then pitch. Pitch 21..108, velocity 1..127, duration >= 0."""

PEDAL_DTYPE = np.dtype([("time_sec", "f8"), ("value", "u1")])
"""One row a sustain-pedal message (controller 64), value 0..127, sorted by time."""


class Piece(Protocol):
    """What a model sees of a piano piece: a Performance, or a piece of a training cache. Arrays as in `Performance`."""

    @property
    def notes(self) -> NDArray[np.void]:
        """`(n,)` of `NOTE_DTYPE`."""
        ...

    @property
    def beats_sec(self) -> NDArray[np.float64]:
        """`(b,)`, empty for a free recording."""
        ...

    @property
    def downbeats_sec(self) -> NDArray[np.float64]:
        """`(d,)`, empty for a free recording."""
        ...

    @property
    def pedal(self) -> NDArray[np.void]:
        """`(m,)` of `PEDAL_DTYPE`."""
        ...


@dataclass(frozen=True, eq=False)
class TrainingPiece:
    """One piece of a training cache; a `Piece` with its style and where it is from."""

    notes: NDArray[np.void]
    beats_sec: NDArray[np.float64]
    downbeats_sec: NDArray[np.float64]
    pedal: NDArray[np.void]
    style: str
    source: str  # the data set it comes from
    name: str


@dataclass(frozen=True, eq=False)
class Performance:
    """One piano piece: its notes, and the file they stand in.

    A Performance always has a source. `with_velocities` is the only way to make another one out of it, so whatever
    else the file holds (tempo map, pedal, lyrics, other tracks, running status) is kept byte for byte.

    Attributes:
        notes: `(n,)` of `NOTE_DTYPE`, read-only.
        pedal: `(m,)` of `PEDAL_DTYPE`, read-only.
        beats_sec: `(b,)` float64, the quarter notes of a metered piece whatever its time signature, ascending, covering
            first to last note; empty for a free recording, whose ticks mean nothing.
        downbeats_sec: `(d,)` float64, where bars begin (in 3/8 or 7/8 also between two quarters); empty likewise.
        source: the MIDI file's bytes, as read.
        velocity_offsets: `(n,)` int64, where in `source` the velocity byte of each note stands.
        name: a short name for people, usually the file's name.
        notices: sentences that the user should see (what was left out or assumed on reading).
    """

    notes: NDArray[np.void]
    pedal: NDArray[np.void]
    beats_sec: NDArray[np.float64]
    downbeats_sec: NDArray[np.float64]
    source: bytes = field(repr=False)
    velocity_offsets: NDArray[np.int64] = field(repr=False)
    name: str = ""
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.notes) != len(self.velocity_offsets):
            raise ValueError("one velocity offset is needed for each note")
        for array in (
            self.notes,
            self.pedal,
            self.beats_sec,
            self.downbeats_sec,
            self.velocity_offsets,
        ):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Give the number of notes."""
        return len(self.notes)

    @property
    def velocities(self) -> NDArray[np.uint8]:
        """The notes' velocities, `(n,)` uint8, 1..127."""
        velocities: NDArray[np.uint8] = self.notes["velocity"]
        return velocities

    @property
    def duration_sec(self) -> float:
        """Seconds from the file's start to the end of the last note; 0 without notes."""
        if not len(self.notes):
            return 0.0
        return float(np.max(self.notes["onset_sec"] + self.notes["duration_sec"]))

    @property
    def metered(self) -> bool:
        """Whether the beats mean something: False for a free recording."""
        return len(self.beats_sec) > 1

    def with_velocities(self, velocities: ArrayLike) -> Performance:
        """Return the same piece with other velocities.

        Args:
            velocities: `(n,)`, rounded to integers and clipped to 1..127.

        Raises:
            ValueError: if there is not one velocity a note.
        """
        values = np.asarray(velocities, dtype=np.float64)
        if values.shape != (len(self.notes),):
            raise ValueError(f"{values.shape} velocities for {len(self.notes)} notes")
        notes = self.notes.copy()
        notes["velocity"] = np.clip(np.rint(values), 1, 127).astype(np.uint8)
        return replace(self, notes=notes)

    def to_bytes(self) -> bytes:
        """Return the source in which only the velocity bytes of changed notes differ."""
        data = np.frombuffer(self.source, dtype=np.uint8).copy()
        # An illegal byte above 127 was read as 127: it stays what it was until the velocity is another.
        changed = np.minimum(data[self.velocity_offsets], 127) != self.notes["velocity"]
        data[self.velocity_offsets[changed]] = self.notes["velocity"][changed]
        return data.tobytes()
