"""Scores in MusicXML -> MIDI files in which everything is written out as it stands on the page, repeats played."""

from tonenet_core.score.container import SCORE_SUFFIXES, find_score, is_score
from tonenet_core.score.written_out import write_out

__all__ = ["SCORE_SUFFIXES", "find_score", "is_score", "write_out"]
