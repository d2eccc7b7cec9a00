"""Accompaniments by rule: lead sheets of melody and chords, and left hands of jazz and classical music under them."""
