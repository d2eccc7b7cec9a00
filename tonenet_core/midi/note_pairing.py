"""Which note-off ends which note.

The first note-off after a note that is still open on the same track, channel and key ends it (first in, first out, as
most sequencers pair them). Where a key is struck again before it is released, and both note-offs come, this gives each
note its own end; last in, first out would hide the second note under a very long first one. A note without a partner
takes the first note-off after it even though that has ended another note; without one, it lasts until the key's next
note; without that, until the end of its track.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.smf import Smf


def note_ends(file: Smf, is_note: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the seconds at which each note ends, in the order of the messages.

    Args:
        file: the scanned file.
        is_note: `(events,)`, whether a message begins a note.

    Returns:
        `(notes,)` float64, never before the note's onset.
    """
    events = file.events
    notes = np.flatnonzero(is_note)
    partner = ending_events(events, is_note)[notes]
    track_ends = np.minimum(file.sec_at(file.track_end_ticks), file.end_sec)[events["track"][notes]]
    times = events["time_sec"]
    ends: NDArray[np.float64] = np.maximum(np.where(partner >= 0, times[partner], track_ends), times[notes])
    return ends


def ending_events(events: NDArray[np.void], is_note: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the row of the message that ends each note, `(events,)`; -1 for the track's end and for other messages.

    Args:
        events: `(events,)` of `EVENT_DTYPE`, in the order of time.
        is_note: `(events,)`, whether a message begins a note.
    """
    kind = events["status"] & 0xF0
    rows = np.flatnonzero((kind == 0x80) | (kind == 0x90))
    channel = events["status"][rows] & 0x0F
    keys = (events["track"][rows].astype(np.int64) * 16 + channel) * 128 + events["data1"][rows]
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    partner = pair_notes(keys, is_note[rows])
    ending = np.full(len(events), -1, np.int64)
    ending[rows] = np.where(partner >= 0, rows[partner], -1)
    return ending


def pair_notes(keys: NDArray[np.int64], is_note: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Find the message that ends each note by the rule above, without a loop over notes.

    Args:
        keys: `(n,)` ascending, messages of one key in the order of time.
        is_note: `(n,)` whether a message begins a note; the others are note-offs.

    Returns:
        `(n,)` the index of the ending message, -1 for none and for note-offs.
    """
    size = len(keys)
    first = np.searchsorted(keys, keys)  # where each message's key begins
    ons, offs = np.flatnonzero(is_note), np.flatnonzero(~is_note)
    used = ~is_note & ~_stray(keys, is_note, first)
    used_offs = np.flatnonzero(used)

    # The k-th note-on of a key belongs to its k-th note-off that has something to end.
    wanted = keys[ons] * size + _rank(is_note, first)[ons]
    offered = keys[used_offs] * size + _rank(used, first)[used_offs]
    matches = np.searchsorted(offered, wanted)
    paired = np.append(offered, -1)[matches] == wanted
    partner = np.full(size, -1, np.int64)
    partner[ons[paired]] = used_offs[matches[paired]]

    unpaired = ons[~paired]
    for candidates in (offs, ons):
        following = np.append(candidates, size)[np.searchsorted(candidates, unpaired, side="right")]
        same_key = np.append(keys, -1)[following] == keys[unpaired]
        partner[unpaired[same_key]] = following[same_key]
        unpaired = unpaired[~same_key]
    return partner


def _stray(keys: NDArray[np.int64], is_note: NDArray[np.bool_], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the note-offs that come while no note of their key is open."""
    size = len(keys)
    steps = np.cumsum(np.where(is_note, 1, -1))
    balance = steps - np.concatenate([[0], steps])[first]
    # A stray note-off takes the balance of its key to a new low below 0. Each key is moved below all earlier ones, so
    # that one running minimum serves them all.
    depth = np.cumsum(np.diff(keys, prepend=keys[:1]) > 0) * (2 * size + 1)
    low = np.minimum.accumulate(np.minimum(balance, 0) - depth)
    stray: NDArray[np.bool_] = ~is_note & (balance < 0) & (np.diff(low, prepend=0) < 0)
    return stray


def _rank(chosen: NDArray[np.bool_], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the chosen events of each key from 0."""
    before: NDArray[np.int64] = np.concatenate([[0], np.cumsum(chosen)])
    return before[:-1] - before[first]
