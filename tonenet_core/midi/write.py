"""Performances -> MIDI files: the source's bytes, in which only velocity bytes differ."""

from __future__ import annotations

from pathlib import Path

from tonenet_core.errors import MidiError
from tonenet_core.files.atomic import replacing
from tonenet_core.performance import Performance


def write_midi(path: Path | str, performance: Performance) -> None:
    """Write a Performance: its source, in which only the velocity bytes of changed notes differ.

    The file appears whole or not at all; an existing one stays as it is when writing fails.

    Args:
        path: the file to write, replaced if it exists; its folder must exist.
        performance: any Performance.

    Raises:
        MidiError: if the file cannot be written.
    """
    path = Path(path)
    try:
        with replacing(path) as unfinished:
            unfinished.write_bytes(performance.to_bytes())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise MidiError("{name} could not be written: {why}.", name=path, why=why) from error
