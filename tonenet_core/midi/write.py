"""Performances -> MIDI files: the source's bytes, in which only velocity bytes differ."""

from __future__ import annotations

from pathlib import Path

from tonenet_core.errors import MidiError
from tonenet_core.files.atomic import replacing
from tonenet_core.midi.containers import RMID_SUFFIX, without_riff
from tonenet_core.performance import Performance


def write_midi(path: Path | str, performance: Performance) -> None:
    """Write a Performance: its source, in which only the velocity bytes of changed notes differ.

    The file appears whole or not at all; an existing one stays as it is when writing fails.

    Args:
        path: the file to write, replaced if it exists; its folder must exist. A RIFF wrapper is kept in a `.rmi` file.
        performance: any Performance.

    Raises:
        MidiError: if the file cannot be written.
    """
    path = Path(path)
    try:
        with replacing(path) as unfinished:
            data = performance.to_bytes()
            unfinished.write_bytes(data if path.suffix.lower() == RMID_SUFFIX else without_riff(data))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise MidiError("{name} could not be written: {why}.", name=path, why=why) from error
