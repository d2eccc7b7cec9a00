"""Share of the notes whose hand is found right, in files whose two staves say it: by voice, and at a fixed key.

`python -m benchmarks._hands FOLDER`, such as that of piano-midi.de; files without exactly two staves are left out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import MidiError
from tonenet_core.harmony.hands import find_hands, split_hands
from tonenet_core.midi import read_midi
from tonenet_core.performance import Performance

MIDDLE_C = 60
KEYS = range(48, 73)


def shares(piece: Performance) -> tuple[float, float, float] | None:
    """Return the shares by voice, at middle C, and at the key that is best for the piece; None without two staves."""
    by_voice, truth = split_hands(piece.notes), find_hands(piece)
    if len(np.unique(piece.file.events["track"][piece.file.note_rows])) != 2 or np.array_equal(by_voice, truth):
        return None

    def right(found: NDArray[np.uint8]) -> float:
        return float(np.mean(found == truth))

    at_keys = {key: right(find_hands(piece, key)) for key in KEYS}
    return right(by_voice), at_keys[MIDDLE_C], max(at_keys.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    found = []
    for path in sorted(parser.parse_args().folder.glob("*.[mM][iI][dD]")):
        try:
            found.append(shares(read_midi(path)))
        except MidiError:
            continue
    table = np.array([each for each in found if each is not None])
    print(f"{len(table)} of {len(found)} pieces have two staves")
    for name, column in zip(("by voice", "at C4", "at the best key"), table.T, strict=True):
        print(f"{name:16} mean {column.mean():.3f}  median {np.median(column):.3f}  lowest {column.min():.3f}")


if __name__ == "__main__":
    main()
