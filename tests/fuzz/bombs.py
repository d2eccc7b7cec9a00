"""MIDI files that are made to exhaust whoever reads them: `python -m tests.fuzz.bombs` prints what each one costs.

Each is read in a process of its own. The small ones are tests as well (`tests/core/test_midi_bombs.py`).
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any

from tests import pieces
from tests.fuzz import score_bombs
from tonenet_core.errors import ToneNetError
from tonenet_core.midi import parse_midi

ON, END = b"\0\x90\x3c\x40", b"\0" + pieces.END_OF_TRACK
NOTE = b"\x01\x3c\0\x01\x3c\x40"  # in running status: the key is let go and struck again
LONGEST_DELTA = b"\xff\xff\xff\x7f"
NOTE_TRACK = pieces.track(pieces.note_events([pieces.Note(0, 60)]))


def body(content: bytes, division: int = 480) -> bytes:
    """Write a file of one track."""
    return pieces.midi(pieces.chunk(b"MTrk", content), file_format=0, division=division)


def late_beginning() -> bytes:
    """Write 500 bytes whose music begins after two hundred million beats, in three hours."""
    instant, usual = pieces.meta(0x51, b"\0\0\1"), pieces.tempo(120)
    waiting = (LONGEST_DELTA + b"\xff\x01\0") * 40
    return body(b"\0" + instant + waiting + b"\0" + usual + b"\0\x90\x3c\x40\x30\x80\x3c\0" * 40 + END, division=48)


def tiny_bars() -> bytes:
    """Write bars of a 64th for half an hour."""
    signature = pieces.meta(0x58, bytes([1, 6, 24, 8]))
    notes = b"\0\x90\x3c\x40\x83\x60\x80\x3c\0" * 4_000
    return body(b"\0" + signature + notes + END)


SMALL: dict[str, Callable[[], bytes]] = {
    "music that begins after 200,000,000 beats": late_beginning,
    "bars of a 64th for half an hour": tiny_bars,
    "a delta of 4 bytes before each of 40 notes": lambda: body(ON + (LONGEST_DELTA + b"\x3c\0") * 40 + END),
    "a tempo of ten hours": lambda: body(
        b"\0" + pieces.meta(0x51, b"\xff\xff\xff") + ON + (b"\xa8\x60\x3c\x40\x00\x3c\0") * 500 + END
    ),
    "a track of declared 4 GB": lambda: pieces.scale()[:18] + b"\xff\xff\xff\xff" + pieces.scale()[22:],
    "a text of declared 268 MB": lambda: body(ON + b"\x01\x3c\0\0\xff\x01" + LONGEST_DELTA + b"x" + END),
    "65,535 declared tracks": lambda: pieces.scale()[:10] + b"\xff\xff" + pieces.scale()[12:],
    "2,000 tracks without an end": lambda: pieces.midi(NOTE_TRACK) + b"MTrk\0\0\0\0" * 2_000,
}
LARGE: dict[str, Callable[[], bytes]] = {
    "1,000,000 notes": lambda: body(ON + NOTE * 999_999 + b"\x01\x3c\0" + END),
    "1,000,001 notes": lambda: body(ON + NOTE * 1_000_000 + b"\x01\x3c\0" + END),
    "1,000,000 notes, 1,900,000 controllers": lambda: body(
        ON + NOTE * 999_999 + b"\x01\x3c\0\0\xb0\x40\x7f" + b"\0\x40\x7f" * 1_900_000 + END
    ),
    "33,000,000 notes, 99 MB": lambda: body(ON + b"\x01\x3c\x40" * 33_000_000),
    "24,000,000 texts, 96 MB": lambda: body(ON + b"\0\xff\x01\0" * 24_000_000),
    "14,000,000 tempos, 98 MB": lambda: body(ON + b"\x01\xff\x51\x03\x07\xa1\x20" * 14_000_000),
    "49,000,000 data bytes without a status": lambda: body(b"\0\x01" * 49_000_000),
    "12,000,000 empty chunks, 96 MB": lambda: pieces.scale()[:14] + b"XXXX\0\0\0\0" * 12_000_000 + pieces.scale()[14:],
    "12,000,000 tracks without an end, 96 MB": lambda: pieces.midi(NOTE_TRACK) + b"MTrk\0\0\0\0" * 12_000_000,
    "101 MB": lambda: body(ON + bytes(101_000_000)),
}
BOMBS = {**SMALL, **LARGE, **score_bombs.SMALL, **score_bombs.LARGE}


def _measure(name: str, pipe: Any) -> None:
    data = BOMBS[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    try:
        said = f"opened, {len(parse_midi(data, 'bomb.mid')):,} notes"
    except ToneNetError as error:
        said = str(error)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    pipe.send((len(data) / 1e6, time.process_time() - began, grown, said))


def main() -> None:
    context = multiprocessing.get_context("spawn")
    print("| bomb | MB | seconds | memory on top, MB | what is said |\n|---|---|---|---|---|", flush=True)
    for name in BOMBS:
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_measure, args=(name, theirs))
        child.start()
        size, seconds, grown, said = ours.recv()
        child.join()
        print(f"| {name} | {size:.1f} | {seconds:.2f} | {grown:.0f} | {said} |", flush=True)


if __name__ == "__main__":
    main()
