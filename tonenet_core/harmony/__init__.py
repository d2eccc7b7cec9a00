"""Melody, bass, chroma, chords and hands of a piece of piano music, found in its notes."""
