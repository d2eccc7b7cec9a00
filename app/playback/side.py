"""The two sides that are compared: the original and the styled Performance."""

from __future__ import annotations

from typing import Literal

Side = Literal["original", "styled"]

ORIGINAL: Side = "original"
STYLED: Side = "styled"
SIDES: tuple[Side, Side] = (ORIGINAL, STYLED)
"""A and B of a comparison."""
