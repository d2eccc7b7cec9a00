"""Piano pieces: notes, pedal and beats, and the MIDI file that they come from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tonenet_core.errors import Sentence, counted

LOWEST_PITCH = 21  # A0
HIGHEST_PITCH = 108  # C8
PIANO_KEYS = HIGHEST_PITCH - LOWEST_PITCH + 1  # 88

MOST_NAMED = 2  # instruments in a short notice, which names all where only one more would be counted

NOTE_DTYPE = np.dtype([("onset_sec", "f8"), ("duration_sec", "f8"), ("pitch", "u1"), ("velocity", "u1")])
"""One row a note, sorted by onset, then pitch. Pitch 21..108, velocity 1..127, duration >= 0."""

PEDAL_DTYPE = np.dtype([("time_sec", "f8"), ("value", "u1")])
"""One row a sustain-pedal message (controller 64), value 0..127, sorted by time."""

PLAYED_DTYPE = np.dtype([("onset_sec", "f8"), ("duration_sec", "f8")])
"""One row a note of a page: when it was struck in the performance that the page is of, and for how long it was held."""

MARKED_DTYPE = np.dtype([("time_sec", "f8"), ("downbeat", "?")])
"""One row a beat that a listener marked in a recording, or that a metered file's time signatures count, and whether a
bar begins with it, sorted by time."""

EVENT_DTYPE = np.dtype(
    [
        ("tick", "i8"),
        ("time_sec", "f8"),
        ("track", "u2"),
        ("status", "u1"),
        ("data1", "u1"),
        ("data2", "u1"),
        ("offset", "i8"),
    ]
)
"""One row a channel message of a MIDI file. Status 0x80..0xEF with the channel in its low half; data 0..127 (`data2` is
0 for messages with one data byte); `offset` is that of the last data byte in the file, the velocity of a note-on."""

_DRUM_STRUCK = 0x99  # a note-on of the percussion channel


@dataclass(frozen=True, eq=False)
class Piece:
    """Arrays of a piano piece: everything that a model sees of it.

    Attributes:
        notes: `(n,)` of `NOTE_DTYPE`.
        beats_sec: `(b,)` float64, the quarter notes of a metered piece whatever its time signature, ascending, covering
            first to last note; empty for a free recording, whose ticks mean nothing.
        downbeats_sec: `(d,)` float64, where bars begin (in 3/8 or 7/8 also between two quarters); empty for a free
            recording.
        pedal: `(m,)` of `PEDAL_DTYPE`.
    """

    notes: NDArray[np.void]
    beats_sec: NDArray[np.float64]
    downbeats_sec: NDArray[np.float64]
    pedal: NDArray[np.void]


@dataclass(frozen=True, eq=False)
class TrainingPiece(Piece):
    """Piece of a training cache.

    Attributes:
        style: the style it is played in.
        source: the data set it comes from.
        name: the file's name, below the data folder.
        played: `(n,)` of `PLAYED_DTYPE`, the time of a page's notes as they were performed; empty for a performance.
        played_pedal: `(m,)` of `PEDAL_DTYPE`, the pedal of that performance, in its time; empty for a performance.
        marked: `(b,)` of `MARKED_DTYPE`, the beats that a listener marked in a performance, or that its time signatures
            count; empty where nobody did, and where they count quarter notes.
    """

    style: str
    source: str
    name: str
    played: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, PLAYED_DTYPE))
    played_pedal: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, PEDAL_DTYPE))
    marked: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, MARKED_DTYPE))


@dataclass(frozen=True, eq=False)
class MidiSource:
    """MIDI file that a Performance comes from, scanned once.

    Attributes:
        data: the file's bytes, as read.
        events: `(k,)` of `EVENT_DTYPE`, the channel messages of all tracks in the order of time, read-only.
        track_ports: `(tracks,)` uint8, the port that each track plays on.
        note_rows: `(n,)` int64, the row in `events` of each note of the Performance, read-only.
        track_names: the name of each track as it stands in the file; empty without one.
        family_notes: `(tracks, 16)` int64, the number of melodic notes in each track of each of General MIDI's families
            of instruments, the piano first; read-only.
    """

    data: bytes = field(repr=False)
    events: NDArray[np.void] = field(repr=False)
    track_ports: NDArray[np.uint8] = field(repr=False)
    note_rows: NDArray[np.int64] = field(repr=False)
    track_names: tuple[bytes, ...] = field(default=(), repr=False)
    family_notes: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 16), np.int64), repr=False)


@dataclass(frozen=True, eq=False)
class Performance(Piece):
    """Piano piece and the MIDI file that its notes stand in.

    `with_velocities` makes a Performance of the same file, so whatever else the file holds (tempo map, pedal, lyrics,
    other tracks, running status) is kept byte for byte; all of them share its `MidiSource`. `midi.retime` makes one of
    another file, with other times. The arrays are read-only.

    Attributes:
        file: the MIDI file.
        name: a short name for people, usually the file's name.
        notices: sentences that the user should see (damage, assumptions on reading).
        left_out: instruments of the file's other melodic notes, which no transfer changes, each with its number of
            notes as the value `notes`.
        tracks: numbers, from 1, of the tracks whose melodic notes were taken; None: the piano's notes of all tracks.
        tapped_sec: the beats that were tapped, or found in the notes, of which `beats_sec` are made; None: they are the
            file's own.
    """

    file: MidiSource
    name: str = ""
    notices: tuple[str, ...] = ()
    left_out: tuple[Sentence, ...] = ()
    tracks: tuple[int, ...] | None = None
    tapped_sec: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.notes) != len(self.file.note_rows):
            raise ValueError("one message of the file is needed for each note")
        file = self.file
        for array in (self.notes, self.pedal, self.beats_sec, self.downbeats_sec, file.note_rows, file.family_notes):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of notes."""
        return len(self.notes)

    @property
    def plays_alone(self) -> bool:
        """Whether the file has no notes but these: no drums, and no other instrument."""
        events = self.file.events
        return not self.left_out and not bool(((events["status"] == _DRUM_STRUCK) & (events["data2"] > 0)).any())

    @property
    def source(self) -> bytes:
        """Bytes of the MIDI file, as read."""
        return self.file.data

    @property
    def velocity_offsets(self) -> NDArray[np.int64]:
        """Offsets in `source` of the notes' velocity bytes, `(n,)` int64."""
        offsets: NDArray[np.int64] = self.file.events["offset"][self.file.note_rows]
        return offsets

    @property
    def piece(self) -> Piece:
        """Arrays alone, without the file: what another process needs to run a model on it."""
        return Piece(self.notes, self.beats_sec, self.downbeats_sec, self.pedal)

    @property
    def notes_left_out(self) -> int:
        """Number of the file's melodic notes that are not among `notes`."""
        return sum(int(str(family.values["notes"])) for family in self.left_out)

    @property
    def instruments_left_out(self) -> dict[str, int]:
        """Number of these notes for each instrument that they are of, the commonest first; instruments as in GM."""
        return {family.template.partition(":")[0]: int(str(family.values["notes"])) for family in self.left_out}

    @property
    def transfer_notices(self) -> tuple[str, ...]:
        """Notices, and the one on the melodic notes that a transfer leaves as they are."""
        return self._notices(self.left_out)

    @property
    def short_notices(self) -> tuple[str, ...]:
        """`transfer_notices` in which, of many instruments, only the commonest are named."""
        if len(self.left_out) <= MOST_NAMED + 1:
            return self.transfer_notices
        others = Sentence("{count} other instruments", count=len(self.left_out) - MOST_NAMED)
        return self._notices((*self.left_out[:MOST_NAMED], others))

    def _notices(self, instruments: tuple[Sentence, ...]) -> tuple[str, ...]:
        if not instruments:
            return self.notices
        one = "{taken} of the {all} melodic notes of {name} is played; the others stay as they are ({instruments})."
        many = "{taken} of the {all} melodic notes of {name} are played; the others stay as they are ({instruments})."
        count = len(self.notes)
        everything = count + self.notes_left_out
        values = {"taken": count, "all": everything, "name": self.name, "instruments": instruments}
        return *self.notices, counted(count, one, many, **values)

    @property
    def velocities(self) -> NDArray[np.uint8]:
        """Velocities of the notes, `(n,)` uint8, 1..127."""
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
        offsets = self.velocity_offsets
        # An illegal byte above 127 was read as 127: it is kept until the velocity changes.
        changed = np.minimum(data[offsets], 127) != self.notes["velocity"]
        data[offsets[changed]] = self.notes["velocity"][changed]
        return data.tobytes()
