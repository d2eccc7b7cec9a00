"""The accompanist: writes an accompaniment for a melody and its harmony, note by note, in a style."""
