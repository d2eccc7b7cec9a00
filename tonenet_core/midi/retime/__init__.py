"""MIDI files with other times: every event of every track as it was, at other ticks, and the way back."""

from tonenet_core.midi.retime.retiming import (
    NOTE_TICKS_DTYPE,
    PEDAL_CHANGE_DTYPE,
    TEMPO_CHANGE_DTYPE,
    Retiming,
    note_ticks,
    pedal_ticks,
    scan_source,
    tempo_changes,
)
from tonenet_core.midi.retime.rewrite import Retimed, restore, retime
from tonenet_core.midi.retime.time_map import TimeMap

__all__ = [
    "NOTE_TICKS_DTYPE",
    "PEDAL_CHANGE_DTYPE",
    "TEMPO_CHANGE_DTYPE",
    "Retimed",
    "Retiming",
    "TimeMap",
    "note_ticks",
    "pedal_ticks",
    "restore",
    "retime",
    "scan_source",
    "tempo_changes",
]
