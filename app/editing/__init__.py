"""Notes of the open piece that are selected, and their velocities in its result, set by hand. No widget."""
