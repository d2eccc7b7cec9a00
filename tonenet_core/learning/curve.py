"""The curve of a run: how well the style plays pieces that it does not learn from, validation by validation."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from tonenet_core.training.curves import TABLE


class Point(NamedTuple):
    """A validation.

    Attributes:
        seconds: of training before it.
        agreement: correlation of the style's velocities with the played ones, -1..1.
    """

    seconds: float
    agreement: float


def read_curve(work: Path) -> list[Point]:
    """Return the curve in the folder of a run as far as it has come; empty before the first validation."""
    try:
        with (work / TABLE).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        (column,) = (name for name in (rows[0] if rows else ()) if name.startswith("valid ") and name.endswith(" r"))
        return [Point(float(row["seconds"]), float(row[column])) for row in rows if row[column]]
    except (OSError, ValueError, LookupError):
        return []
