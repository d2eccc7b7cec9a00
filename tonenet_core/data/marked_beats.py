"""Beats that a listener marked in a performance, from the file beside it (`PIECE_annotations.txt`, ASAP's form)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tonenet_core.encoding.written import Beats
from tonenet_core.errors import MidiError


def read_marked(path: Path) -> Beats:
    """Return the beats of a performance's annotations, a line each: time, time, kind; none where there are none.

    Raises:
        MidiError: if a line is something else.
    """
    annotations = path.with_name(f"{path.stem}_annotations.txt")
    times, kinds, units = [], [], []
    try:
        text = annotations.read_text(encoding="utf-8") if annotations.is_file() else ""
        for row in map(str.split, text.splitlines()):
            kind = row[2].split(",")
            times.append(float(row[0]))
            kinds.append(kind[0] == "db")
            units.append(int(kind[1].partition("/")[2]) if len(kind) > 1 and "/" in kind[1] else 0)
    except (OSError, ValueError, IndexError) as error:
        raise MidiError("{name} is no list of beats: {why}.", name=annotations.name, why=error) from error
    return Beats(np.array(times, np.float64), np.array(kinds, bool), np.array(units, np.int64))
