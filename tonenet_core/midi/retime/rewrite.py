"""A Performance with other times, and back to its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import MidiError
from tonenet_core.midi import smf
from tonenet_core.midi.containers import midi_span, with_midi, without_riff
from tonenet_core.midi.instruments import ChannelMessages
from tonenet_core.midi.read import check_bounds, performance_of
from tonenet_core.midi.retime.exclusive import check_whole, keep_out
from tonenet_core.midi.retime.insertion import Insertion, rearrange
from tonenet_core.midi.retime.new_events import (
    insert_pedal,
    insert_tempos,
    is_same_pedal,
    is_same_tempo,
    pedal_homes,
    pedal_rows,
)
from tonenet_core.midi.retime.note_messages import NoteMessages
from tonenet_core.midi.retime.original_times import OriginalTimes, find_original, meta_event
from tonenet_core.midi.retime.retiming import Retiming
from tonenet_core.midi.retime.time_map import TimeMap, time_map
from tonenet_core.midi.retime.track_events import TrackEvents, division_of, is_channel
from tonenet_core.performance import Performance

FINEST_SEC = 0.001  # a coarser tick is divided before notes are moved
_MOST_TICKS = 2**50  # of a file, exact in a float
_MOST_TICKS_PER_BEAT, _MOST_TICKS_PER_FRAME = 0x7FFF, 0xFF


@dataclass(frozen=True, eq=False)
class Retimed:
    """A Performance with other times.

    Attributes:
        performance: the Performance, as it is read from its new bytes.
        order: `(n,)` int64, for each of its notes the place of the same note before: the notes of a Performance are
            sorted by onset.
        time_map: of the seconds before; None where they stay.
    """

    performance: Performance
    order: NDArray[np.int64]
    time_map: TimeMap | None = None


def retime(performance: Performance, retiming: Retiming) -> Retimed:
    """Return a Performance with other times: the same events in the same tracks, its velocities as they are.

    Everything but the times, the tempo map and the piano's pedal is kept byte for byte, and the original times in one
    meta event (`original_times.py`) from which `restore` makes the original file. A note is moved no further than it
    stays the same note (`note_messages.py`). Where ticks are coarser than 1 ms and parts of them are asked for, all
    ticks of the file are multiplied. A Retiming that changes nothing returns the Performance itself.

    Raises:
        ValueError: if the Retiming is for other notes, or has tempos for a file of SMPTE time.
        MidiError: if the file's damage does not allow it, or its new times are out of bounds.
    """
    if retiming.onset_tick is not None and len(retiming.onset_tick) != len(performance):
        raise ValueError(f"{len(retiming.onset_tick)} onsets for {len(performance)} notes")
    source = _Source.of(performance)
    if retiming.tempo is not None and source.file.ticks_per_beat is None:
        raise ValueError("a file of SMPTE time has no tempo map; the warp moves its ticks")
    try:
        return _retimed(source, retiming)
    except ValueError as error:
        raise _refusal(source.performance) from error


def restore(performance: Performance, *, velocities: bool = False) -> Retimed:
    """Return a Performance with its original times: the very file that was first retimed.

    Args:
        performance: any; one that was not retimed, or was changed by another program since, comes back as it is.
        velocities: whether to give the notes their original velocities, too, instead of those they have.
    """
    unchanged = Retimed(performance, np.arange(len(performance)))
    try:
        source = _Source.of(performance)
        found = find_original(source.events)
        if found is None:
            return unchanged
        original, _ = found
        data, last = original.restored(source.events, velocities=True)
        place = np.full(len(source.events), -1, np.int64)
        kept = original.place >= 0
        place[original.place[kept]] = np.flatnonzero(kept)
        own = place[source.place[source.own]]
        if np.any(own < 0):
            return unchanged
        restored = source.reread(data, smf.scan(data, performance.name), last[own])
    except MidiError:
        return unchanged
    if velocities:
        return restored
    now = performance.velocities[restored.order]
    return Retimed(restored.performance.with_velocities(now), restored.order)


def _refusal(performance: Performance) -> MidiError:
    return MidiError("The times of {name} cannot be changed without damage to it.", name=performance.name)


@dataclass(frozen=True, eq=False)
class _Source:
    """The file of a Performance with its present velocities, taken apart.

    Attributes:
        performance: the Performance.
        data: the file's bytes without a RIFF wrapper.
        file: their scan; rows below are of its `events`.
        messages: its channel messages.
        events: its events.
        place: `(k,)` number in `events` of each channel message.
        own: `(n,)` rows of the Performance's notes, in their order.
    """

    performance: Performance
    data: bytes
    file: smf.Smf
    messages: ChannelMessages
    events: TrackEvents
    place: NDArray[np.int64]
    own: NDArray[np.int64]

    @classmethod
    def of(cls, performance: Performance) -> _Source:
        data = without_riff(performance.to_bytes())
        try:
            file = smf.scan(data, performance.name)
        except MidiError as error:  # the wrapper is damaged
            raise _refusal(performance) from error
        events = TrackEvents.of(data, file)
        place = np.searchsorted(events.last, file.events["offset"], side="right")
        source = cls(performance, data, file, ChannelMessages.of(file), events, place, performance.file.note_rows)
        is_same = np.array_equal(file.events["status"], performance.file.events["status"])
        if not is_same or np.count_nonzero(is_channel(events.status)) != len(file.events):
            raise _refusal(performance)
        return source

    def reread(self, data: bytes, file: smf.Smf, offsets: NDArray[np.int64]) -> Retimed:
        """Read the Performance in a file's bytes, without a RIFF wrapper.

        Args:
            data: the bytes.
            file: their scan.
            offsets: `(n,)` where the velocities of its notes stand in them.
        """
        performance = self.performance
        whole = with_midi(performance.source, data)
        if len(whole) > len(data):  # in a wrapper all offsets are others
            file = smf.scan(whole, performance.name)
        if without_riff(whole) != data:
            raise _refusal(performance)
        check_bounds(ChannelMessages.of(file), performance.name)
        by_offset = np.argsort(file.events["offset"])
        wanted = offsets + midi_span(whole)[0]
        found = np.searchsorted(file.events["offset"][by_offset], wanted)
        rows = by_offset[np.minimum(found, len(by_offset) - 1)]
        if not np.array_equal(file.events["offset"][rows], wanted):
            raise _refusal(performance)
        new = performance_of(
            whole,
            file,
            np.sort(rows),
            performance.name,
            notices=performance.notices,
            left_out=performance.left_out,
            family_notes=performance.file.family_notes,
        )
        order = np.argsort(rows)
        order = order[np.searchsorted(rows[order], new.file.note_rows)]
        return Retimed(replace(new, tracks=performance.tracks), order)


def _retimed(source: _Source, retiming: Retiming) -> Retimed:
    file, events, factor = source.file, source.events, _factor(source, retiming)
    if int(events.tick.max(initial=0)) * factor > _MOST_TICKS:
        raise ValueError("the file is too long")
    tick = _new_ticks(source, retiming, factor)
    taken_out, insertion = np.zeros(len(events), np.bool_), Insertion()
    tempos_at = retiming.warp(file.tempos["tick"])
    if retiming.tempo is not None and not is_same_tempo(retiming.tempo, file, tempos_at, factor):
        taken_out |= events.is_meta(0x51)
        insert_tempos(insertion, retiming.tempo, events, tick, factor=factor)
    if retiming.pedal is not None:
        rows = pedal_rows(source.messages, source.own)
        if not is_same_pedal(retiming.pedal, file.events[rows], tick[source.place[rows]], factor):
            taken_out[source.place[rows]] = True
            homes = pedal_homes(source.messages, rows if len(rows) else source.own)
            insert_pedal(insertion, retiming.pedal, homes, events, tick, factor=factor)
    if factor == 1 and not taken_out.any() and not insertion.tick and np.array_equal(tick, events.tick):
        return Retimed(source.performance, np.arange(len(source.own)))
    made, after = _rewritten(source, tick, taken_out, insertion, factor)
    return replace(made, time_map=time_map(file.tempos, after, retiming, factor, int(events.tick.max())))


def _factor(source: _Source, retiming: Retiming) -> int:
    """Return by how much all ticks are multiplied, so that rounding to them is not heard and the way back is exact."""
    if not (retiming.warps or retiming.is_fractional):
        return 1
    tempos, ticks = source.file.tempos, source.file.events["tick"][source.own]
    used = np.searchsorted(tempos["tick"], [ticks.min(), ticks.max()], side="right")
    coarsest = float(tempos["sec_per_tick"][max(used[0] - 1, 0) : used[1]].max())
    if retiming.tempo is not None and len(retiming.tempo) and source.file.ticks_per_beat:
        coarsest = max(coarsest, float(retiming.tempo["microseconds"].max()) / 1e6 / source.file.ticks_per_beat)
    division = division_of(source.data)
    if not (division & 0xFF if division & 0x8000 else division):
        return 1  # a damaged header
    most = _MOST_TICKS_PER_FRAME // (division & 0xFF) if division & 0x8000 else _MOST_TICKS_PER_BEAT // division
    wanted = np.ceil(max(coarsest / FINEST_SEC, 1 / retiming.least_slope) - 1e-9)
    return int(max(min(wanted, most), 1))


def _new_ticks(source: _Source, retiming: Retiming, factor: int) -> NDArray[np.int64]:
    """Return the ticks of all events, multiplied by `factor`; those of a track's end are not final."""
    file, events = source.file, source.events
    tick = np.rint(retiming.warp(events.tick) * factor).astype(np.int64)
    notes = NoteMessages.of(file)
    wanted = tick[source.place]
    if retiming.onset_tick is not None and retiming.end_tick is not None:
        wanted[source.own] = np.rint(retiming.onset_tick * factor).astype(np.int64)
        number = np.searchsorted(notes.starts, source.own)
        movable = notes.owns_end[number]
        wanted[notes.ends[number[movable]]] = np.rint(retiming.end_tick[movable] * factor).astype(np.int64)
    if file.format == 2:  # each track is a piece of its own, which begins where the one before it ends
        ends = np.rint(retiming.warp(file.track_end_ticks) * factor).astype(np.int64)
        begins = np.concatenate([[0], ends[:-1]])
        track = file.events["track"]
        wanted = np.clip(wanted, begins[track], ends[track])
    wanted = keep_out(events, tick, source.place, wanted)
    placed = notes.place(file.events["tick"] * factor, wanted)
    tick[source.place] = placed
    tick = _with_track_ends(events, tick, notes.track_ends(placed, len(events.tracks)))
    if file.format == 2:
        last = np.zeros(len(events.tracks), np.int64)
        np.maximum.at(last, events.track, tick)
        tick += np.concatenate([[0], np.cumsum(np.maximum(last - ends, 0))])[events.track]
    return tick


def _with_track_ends(events: TrackEvents, tick: NDArray[np.int64], least: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the ticks, with the end of each track behind all of its events and not before `(tracks,)` ticks."""
    is_end = events.ends_track
    last = least.copy()
    np.maximum.at(last, events.track[~is_end], tick[~is_end])
    return np.where(is_end, np.maximum(tick, last[events.track]), tick)


def _rewritten(
    source: _Source, tick: NDArray[np.int64], taken_out: NDArray[np.bool_], insertion: Insertion, factor: int
) -> tuple[Retimed, NDArray[np.void]]:
    events = source.events
    tick = _with_track_ends(events, tick, insertion.last_ticks(len(events.tracks)))
    found = find_original(events)
    if found is None:
        original = OriginalTimes.of(events, without_riff(source.performance.source))
    else:
        original, row = found
        taken_out = taken_out.copy()
        taken_out[row] = True
    moved, place = rearrange(events, tick, taken_out, insertion)
    check_whole(events, place, moved)
    moved, place = _with_room(moved), np.where(place >= 0, place + 1, -1)
    original = original.moved(events, place, factor)
    division = division_of(source.data)
    division = division & 0xFF00 | (division & 0xFF) * factor if division & 0x8000 else division * factor
    content = original.encode(moved)
    for padding in range(3):  # a wrapper's padding stays if the length stays even or odd
        padded = _with_content(moved, content + bytes(padding))
        data, last = padded.to_bytes(division)
        if (len(data) - len(source.data)) % 2 == 0:
            break
    file = _scanned(source, data, padded, last, original.digest)
    return source.reread(data, file, last[place[source.place[source.own]]]), file.tempos


def _with_room(events: TrackEvents) -> TrackEvents:
    """Put an event of no content before all others, in the first track."""
    return replace(
        events,
        first=np.append(0, events.first),
        last=np.append(0, events.last),
        track=np.append(0, events.track),
        tick=np.append(0, events.tick),
        status=np.append(np.uint8(0xFF), events.status),
        is_running=np.append(False, events.is_running),
        delta_size=np.append(np.uint8(0), events.delta_size),
    )


def _with_content(events: TrackEvents, content: bytes) -> TrackEvents:
    """Give the first event the content of a sequencer-specific meta event."""
    event = meta_event(content)
    pool = np.concatenate([events.pool, event])
    first, last = events.first.copy(), events.last.copy()
    first[0], last[0] = len(events.pool), len(pool)
    return replace(events, pool=pool, first=first, last=last)


def _scanned(source: _Source, data: bytes, events: TrackEvents, last: NDArray[np.int64], digest: bytes) -> smf.Smf:
    """Return the scan of a file; refuse one whose damage lets other messages be read than were written, or restored."""
    file = smf.scan(data, source.performance.name)
    read = file.events[np.argsort(file.events["offset"])]
    written = is_channel(events.status)
    for column, expected in (("offset", last), ("tick", events.tick), ("status", events.status)):
        if not np.array_equal(read[column], expected[written]):
            raise _refusal(source.performance)
    found = find_original(TrackEvents.of(data, file))
    if found is None or found[0].digest != digest:
        raise _refusal(source.performance)
    return file
