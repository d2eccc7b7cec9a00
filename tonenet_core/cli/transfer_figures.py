"""Figures of a transfer on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tonenet_core.cli.streams import report
from tonenet_core.cli.terminal import number_of, print_json, show

if TYPE_CHECKING:
    from tonenet_core.checkpoint import CheckpointInfo
    from tonenet_core.file_transfer import TransferredFile, TransferSummary
    from tonenet_core.performance import Piece


@cache
def _judge() -> Callable[[Piece], Mapping[str, float]] | None:
    """Return the style judge's probabilities of a piece; None without a judge."""
    from tonenet_core.judge import load_judge

    judge = load_judge()
    if judge is None:
        return None
    return lambda piece: {style: round(each, 4) for style, each in judge.verdict(piece).probability.items()}


def print_figures(
    result: TransferredFile, path: Path, target: Path, info: CheckpointInfo, *, as_json: bool, timing_asked: bool
) -> None:
    """Print what a transfer has made: as JSON with the style judge's probabilities, or as sentences.

    Args:
        result: of the transfer.
        path: the file that was read.
        target: the file that was written.
        info: the model.
        as_json: whether to print JSON, which has all sentences.
        timing_asked: whether timing was asked for, so that the sentences say what of it stays as it is.
    """
    summary = result.summary(_judge() if as_json else None, timing_asked=timing_asked or as_json)
    if as_json:
        figures = asdict(summary)
        names = {"file": str(path), "out": str(target), "notes": figures.pop("notes"), "model": info.name}
        print_json(names | figures)
        return
    show(*summary.notices)
    moved = f"; {number_of(summary.notes_moved, 'note')} moved in time" if summary.notes_moved else ""
    notes = number_of(summary.notes, "note")
    of = f"{summary.notes_in_scope:,} of " if summary.notes_in_scope < summary.notes else ""
    report(
        target,
        f"{of}{notes} in {summary.style}, mean velocity "
        f"{summary.mean_velocity_before:.1f} to {summary.mean_velocity_after:.1f}, "
        f"changed by {summary.mean_absolute_change:.1f} on average{_detected(summary)}{moved}",
    )


def _detected(summary: TransferSummary) -> str:
    """Return the style that was detected, or that an uncertain piece was taken for, to end a sentence; or nothing."""
    if summary.detected_style is None:
        return ""
    if summary.detected_probability is None:
        return f"; taken for {summary.source_style}, which is not certain"
    return f"; detected style: {summary.detected_style} ({min(summary.detected_probability, 0.99):.0%})"
