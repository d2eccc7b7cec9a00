"""Exclusive messages in parts, between which no other message may come.

A long exclusive message may stand in a file as F0 and a first part, and later F7 and further parts, the last of which
ends with F7. A channel message between them would end it in the receiver.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.retime.track_events import TrackEvents

_MOST_DIVIDED = 1000  # that last; each is compared with every note


def divided_messages(events: TrackEvents) -> list[tuple[int, int]]:
    """Return the numbers of the first and the last event of each exclusive message that is in parts."""
    parts = np.flatnonzero((events.status == 0xF0) | (events.status == 0xF7))
    if not len(parts):
        return []
    begins = events.status[parts] == 0xF0
    is_closed = events.pool[events.last[parts] - 1] == 0xF7
    found = []
    for place in np.flatnonzero(begins & ~is_closed).tolist():
        last = place
        while not is_closed[last] and last + 1 < len(parts) and not begins[last + 1]:
            if events.track[parts[last + 1]] != events.track[parts[place]]:
                break
            last += 1
        if last > place:
            found.append((int(parts[place]), int(parts[last])))
    return found


def keep_out(
    events: TrackEvents, tick: NDArray[np.int64], number: NDArray[np.int64], wanted: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return ticks near those wanted for some messages, at which they do not come between the parts of a message.

    Args:
        events: all events.
        tick: `(m,)` ticks at which they shall stand, the parts of exclusive messages among them.
        number: `(k,)` numbers of the messages in `events`.
        wanted: `(k,)` ticks for them.
    """
    kept = wanted.copy()
    spans = [(first, last) for first, last in divided_messages(events) if tick[first] < tick[last]]
    if len(spans) > _MOST_DIVIDED:
        raise ValueError("there are too many exclusive messages in parts")
    for first, last in spans:
        begin, end = tick[first], tick[last]
        here = events.track[number] == events.track[first]
        kept[here & (number < first) & (wanted > begin) & (wanted <= end)] = begin
        kept[here & (number > last) & (wanted >= begin) & (wanted < end)] = end
    return kept


def check_whole(before: TrackEvents, place: NDArray[np.int64], after: TrackEvents) -> None:
    """Raise a ValueError if something has come between the parts of a message.

    Args:
        before: the events as they were.
        place: `(m,)` the number that each has in `after`, -1 for none.
        after: the events as they are.
    """
    number = np.full(len(after), -1, np.int64)
    number[place[place >= 0]] = np.flatnonzero(place >= 0)
    for first, last in divided_messages(before):
        between = number[place[first] : place[last] + 1]
        if np.any((between < first) | (between > last)):
            raise ValueError("a message has come between the parts of another")
