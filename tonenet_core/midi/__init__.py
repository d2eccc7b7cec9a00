"""MIDI files to Performances and back; only velocity bytes change, except where `retime` gives them other times."""

from tonenet_core.midi.read import parse_midi, read_midi
from tonenet_core.midi.write import write_midi

__all__ = ["parse_midi", "read_midi", "write_midi"]
