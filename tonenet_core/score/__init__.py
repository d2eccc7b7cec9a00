"""Scores in MusicXML -> MIDI files in which everything is written out as it stands on the page, repeats played."""
