"""Generators of music token by token."""
