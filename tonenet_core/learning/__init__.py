"""Learning a style from a folder: what can be learnt from, the order, the run, and what it has reached."""
