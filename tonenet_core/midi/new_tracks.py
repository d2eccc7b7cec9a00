"""New piano pieces in the time of another one: its tempo map and bars, and other notes in named tracks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.instruments import ChannelMessages, count_track_families
from tonenet_core.midi.read import check_bounds, performance_of
from tonenet_core.midi.retime import scan_source
from tonenet_core.midi.smf import Smf, scan
from tonenet_core.midi.tempo_map import ticks_at
from tonenet_core.performance import Performance

FINE = 480  # ticks a beat that a piece has at least
FREE_TICKS, FREE_TEMPO = 1920, 500_000  # of a file without ticks a beat; microseconds
_MOST_TICKS, _SLOWEST = 0x7FFF, 0xFFFFFF


def in_time_of(performance: Performance, tracks: Mapping[str, NDArray[np.void]], name: str) -> Performance:
    """Return a piece for piano alone in the time of another: the same ticks, or a multiple of them, mean the same.

    Args:
        performance: the other piece; notes of it come out at the very ticks that they have there.
        tracks: the notes, `(n,)` of `NOTE_DTYPE`, of each track; one without notes is left out.
        name: of the Performance, and the title in the file.

    Raises:
        MidiError: if there are no notes.
    """
    from mido import Message, MidiFile, MidiTrack

    file = scan_source(performance)
    factor, division = _resolution(file)
    made = [_conductor(file, factor, name)]
    for title, notes in tracks.items():
        if len(notes):
            made.append(MidiTrack([_text(title), Message("program_change", program=0)]))
            _append(made[-1], _note_events(notes, file, factor))
    content = io.BytesIO()
    MidiFile(type=1, ticks_per_beat=division, tracks=made).save(file=content)
    return _read(content.getvalue(), name)


def _read(data: bytes, name: str) -> Performance:
    """Return all notes of a new file; `parse_midi` may take some of one velocity, far from the others, for switches."""
    file = scan(data, name)
    messages = ChannelMessages.of(file)
    check_bounds(messages, name)
    rows = np.flatnonzero(messages.is_note)
    families = count_track_families(messages, rows, np.zeros(len(rows), np.int64), len(file.track_names))
    return performance_of(data, file, rows, name, notices=(), left_out=(), family_notes=families)


def _resolution(file: Smf) -> tuple[int, int]:
    """Return what the file's ticks are multiplied by, and the ticks of a beat that this gives."""
    if file.ticks_per_beat is None:
        return 1, FREE_TICKS
    factor = max(min(-(-FINE // file.ticks_per_beat), _MOST_TICKS // file.ticks_per_beat), 1)
    return factor, file.ticks_per_beat * factor


def _conductor(file: Smf, factor: int, name: str) -> Any:
    """Return the track of tempos and time signatures."""
    from mido import MetaMessage, MidiTrack

    track = MidiTrack([_text(name)])
    if file.ticks_per_beat is None:
        _append(track, [(0, 0, 0, MetaMessage("set_tempo", tempo=FREE_TEMPO))])
        return track
    events = []
    for tempo in file.tempos:
        microseconds = int(np.clip(np.rint(tempo["sec_per_tick"] * file.ticks_per_beat * 1e6), 1, _SLOWEST))
        events.append((int(tempo["tick"]) * factor, 1, 0, MetaMessage("set_tempo", tempo=microseconds)))
    for metre in file.time_signatures:
        beats, unit = int(metre["numerator"]), int(metre["denominator"])
        if beats:
            signature = MetaMessage("time_signature", numerator=beats, denominator=unit)
            events.append((int(metre["tick"]) * factor, 0, 0, signature))
    _append(track, events)
    return track


def _text(title: str) -> Any:
    """Return the name of a track."""
    from mido import MetaMessage

    return MetaMessage("track_name", name=title.encode("latin-1", "replace").decode("latin-1"))


def _note_events(notes: NDArray[np.void], file: Smf, factor: int) -> list[tuple[int, int, int, Any]]:
    from mido import Message

    begins, ends = (
        _ticks(each, file, factor) for each in (notes["onset_sec"], notes["onset_sec"] + notes["duration_sec"])
    )
    events = []
    for begin, stop, note in zip(begins, ends, notes, strict=True):
        pitch, end = int(note["pitch"]), max(stop, begin + (float(note["duration_sec"]) > 0))
        on = Message("note_on", note=pitch, velocity=int(note["velocity"]))
        off = Message("note_off", note=pitch, velocity=64)
        # At one tick a key is released before it is struck again; a note without length is struck first.
        events += [(begin, 1, pitch, on), (end, 2 if end == begin else 0, pitch, off)]
    return events


def _ticks(seconds: NDArray[np.float64], file: Smf, factor: int) -> list[int]:
    free = seconds * 1e6 * FREE_TICKS / FREE_TEMPO
    ticks = free if file.ticks_per_beat is None else ticks_at(file.tempos, seconds) * factor
    return [int(tick) for tick in np.rint(ticks)]


def _append(track: Any, events: Sequence[tuple[int, int, int, Any]]) -> None:
    """Append messages, each with its tick and what orders those at one tick."""
    now = 0
    for tick, _, _, message in sorted(events, key=lambda event: event[:3]):
        track.append(message.copy(time=tick - now))
        now = tick
