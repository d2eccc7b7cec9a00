"""The state of the program: the open piece, its results, options, exports. No widget."""
