"""Generators of music as 88 x 88 images."""
