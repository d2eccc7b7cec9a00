"""Walks through the window with mouse and keys, as a musician would do them, with pictures of what is seen.

`python -m benchmarks._walks [NAME ...] [--to FOLDER]` prints what the steps have led to, and writes the pictures to
docs/screens unless told otherwise; docs/walks.md shows them. A step that does not lead there ends the walk with an
error. It needs Xvfb: a drag out of the window goes to another process there.
"""
