"""The middle of the window: the rolls and the lanes under them, one above the other along the same time."""
