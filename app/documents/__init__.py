"""The pieces of the session: read from files, opened, left and brought back, with their results. No widget."""
