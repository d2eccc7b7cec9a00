"""The command `tonenet restore`: the original of a file whose times were changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from tonenet_core.cli.streams import check_output, input_argument, output_file, output_option, read_piece, report
from tonenet_core.cli.terminal import number_of
from tonenet_core.errors import MidiError


def restore(
    path: Annotated[Path, input_argument("IN.mid", "A result of a transfer with timing. -: standard input.")],
    out: Annotated[Path, output_option("OUT.mid", "The file to write, replaced if it exists. -: standard output.")],
) -> None:
    """Restore a file whose times a transfer has changed.

    The file keeps its original inside, which comes back byte for byte.
    """
    from tonenet_core.midi import write_midi
    from tonenet_core.midi.retime import restore as restore_times

    check_output(out)
    performance = read_piece(path)
    original = restore_times(performance, velocities=True).performance
    if original is performance:
        text = "{name} keeps no original: its times were not changed by a transfer, or another program has changed it."
        raise MidiError(text, name=performance.name)
    with output_file(out) as file:
        write_midi(file, original)
    report(out, f"the original of {performance.name}, {number_of(len(original), 'note')}")
