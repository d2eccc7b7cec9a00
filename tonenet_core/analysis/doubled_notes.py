"""Doubled notes: one key struck at one moment by several tracks, or twice in one, as unison layers and copies have.

They sound as one note, and no player strikes a key twice at once: a model is to see one note, and all of them are to
change alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAME_SEC = 0.001


def find_leaders(notes: NDArray[np.void]) -> NDArray[np.int64]:
    """Return, for each note, the loudest of the notes that double it: `(n,)`, a note that is alone leads itself.

    Args:
        notes: `(n,)` of `NOTE_DTYPE`.
    """
    count = len(notes)
    order = np.lexsort((notes["onset_sec"], notes["pitch"]))
    pitch, onset = notes["pitch"][order].astype(np.int64), notes["onset_sec"][order]
    is_new = (np.diff(pitch, prepend=-1) != 0) | (np.diff(onset, prepend=-1.0) > SAME_SEC)
    group = np.empty(count, np.int64)
    group[order] = np.cumsum(is_new) - 1
    loudest = np.lexsort((np.arange(count), -notes["velocity"].astype(np.int64), group))
    firsts = loudest[np.diff(group[loudest], prepend=-1) > 0]
    return np.asarray(firsts[group], np.int64)


def spread_attention(
    attention: NDArray[np.uint8], kept: NDArray[np.int64], rows: NDArray[np.intp]
) -> NDArray[np.uint8]:
    """Return attention weights over a piece's leaders as weights over all of its notes, `(n, 2 D + 1)`.

    A note looks at the leaders among its neighbours; those that its doubled notes push out of reach are left out.

    Args:
        attention: `(m, 2 D + 1)`, row t has the weights of leaders t - D..t + D.
        kept: `(m,)`, the leaders among all notes, ascending.
        rows: `(n,)`, the row of each note's leader.
    """
    reach = attention.shape[1] // 2
    spread = np.zeros((len(rows), attention.shape[1]), attention.dtype)
    for column in range(attention.shape[1]):
        leader = rows + column - reach
        notes = np.flatnonzero((leader >= 0) & (leader < len(kept)))
        place = kept[leader[notes]] - notes + reach
        near = (place >= 0) & (place < attention.shape[1])
        spread[notes[near], place[near]] = attention[rows[notes[near]], column]
    return spread
