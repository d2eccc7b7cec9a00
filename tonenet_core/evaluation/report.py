"""Tables of figures, one a piece or a checkpoint in each cell, and their form as JSON and Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.velocity_metrics import bootstrap_interval


@dataclass
class Table:
    """A table of figures.

    Attributes:
        title: of its contents.
        note: how to read it; may be empty.
        cells: row -> column -> one figure a piece, or a checkpoint.
        decimals: how many are printed.
        of_seeds: the figures are those of checkpoints that were trained from several seeds: their standard deviation
            is given instead of an interval of the mean over pieces; of one checkpoint nothing.
    """

    title: str
    note: str = ""
    cells: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    decimals: int = 2
    of_seeds: bool = False

    def add(self, row: str, column: str, figure: float) -> None:
        """Append a figure to a cell."""
        self.cells.setdefault(row, {}).setdefault(column, []).append(figure)

    def columns(self) -> list[str]:
        """Return the columns of all rows, in the order in which they were added."""
        return list(dict.fromkeys(column for row in self.cells.values() for column in row))

    def as_json(self) -> dict[str, Any]:
        """Return each cell as mean, low, high, and the figures of the pieces; or mean, sd, and those of the seeds."""
        summary = _summary_of_seeds if self.of_seeds else _summary
        return {
            row: {column: summary(figures) for column, figures in columns.items()}
            for row, columns in self.cells.items()
        }

    def as_markdown(self) -> str:
        """Return the table as Markdown: means with their intervals."""
        columns = self.columns()
        lines = [f"### {self.title}", ""]
        lines += [self.note, ""] if self.note else []
        lines += [f"| | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
        for row, cells in self.cells.items():
            lines += [f"| {row} | {' | '.join(self._cell(cells.get(column)) for column in columns)} |"]
        return "\n".join(lines) + "\n"

    def _cell(self, figures: list[float] | None) -> str:
        if not figures:
            return ""
        if self.of_seeds:
            mean, spread = (f"{value:.{self.decimals}f}" for value in (np.mean(figures), _spread(figures)))
            return mean if len(figures) == 1 else f"{mean} ± {spread}"
        mean, low, high = (f"{value:.{self.decimals}f}" for value in bootstrap_interval(figures))
        return f"{mean} ({low}..{high})"


def _summary(figures: list[float]) -> dict[str, Any]:
    mean, low, high = bootstrap_interval(figures)
    return {"mean": mean, "low": low, "high": high, "pieces": figures}


def _summary_of_seeds(figures: list[float]) -> dict[str, Any]:
    return {"mean": float(np.mean(figures)), "sd": _spread(figures), "seeds": figures}


def _spread(figures: list[float]) -> float:
    """Return the standard deviation of a sample; 0 of one figure."""
    return float(np.std(figures, ddof=1)) if len(figures) > 1 else 0.0


@dataclass
class Report:
    """The figures of an evaluation.

    Attributes:
        models: the names of the checkpoints.
        split: of the data.
        pieces: data set -> number of pieces.
        tables: by their titles.
    """

    models: list[str]
    split: str
    pieces: dict[str, int] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    def table(self, title: str, note: str = "", decimals: int = 2, *, of_seeds: bool = False) -> Table:
        """Return the table of this title, a new one if it does not exist yet."""
        return self.tables.setdefault(title, Table(title, note, decimals=decimals, of_seeds=of_seeds))

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "models": self.models,
            "split": self.split,
            "pieces": self.pieces,
            "tables": {title: table.as_json() for title, table in self.tables.items()},
        }

    def as_markdown(self) -> str:
        """Return everything as Markdown."""
        sets = ", ".join(f"{source} {count}" for source, count in self.pieces.items())
        intro = (
            f"Mean over the pieces of `{self.split}` with its 95 % bootstrap interval over pieces. Pieces: {sets}.\n"
        )
        if len(self.models) > 1 and any(table.of_seeds for table in self.tables.values()):
            intro += "After ±: the standard deviation over checkpoints of one title, which differ in their seed.\n"
        return "\n".join([intro, *(table.as_markdown() for table in self.tables.values())])


@dataclass
class Samples:
    """Velocities and predictions, pooled by data set, for pictures.

    Attributes:
        true: data set -> played velocities, a list of one array a piece.
        predicted: the same of the first checkpoint's own head.
        transferred: the same of its transfer to the other style.
        quantile: data set -> quantile of the played velocity in the predicted distribution, 0..1.
        sweeps: sequence generator, or data set -> temperature -> (self-BLEU, BLEU) of each checkpoint.
        images: generator -> generated images, each with its style.
    """

    true: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    predicted: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    transferred: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    quantile: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    images: dict[str, list[tuple[str, NDArray[np.float32]]]] = field(default_factory=dict)
    sweeps: dict[str, dict[float, list[tuple[float, float]]]] = field(default_factory=dict)
