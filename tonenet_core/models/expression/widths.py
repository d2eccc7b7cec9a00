"""Widths of styles' distributions, with which carrying accents from style to style keeps the usual spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tonenet_core.models.distribution import Distribution, carry
from tonenet_core.performance import TrainingPiece

NARROWEST, WIDEST = 0.5, 2.0


def balanced_widths(
    styles: Sequence[str], pieces: Sequence[TrainingPiece], distributions: Sequence[Mapping[str, Distribution]]
) -> NDArray[np.float64]:
    """Return a width for each style with which carrying accents changes the spread the least either way.

    A carried piece's spread over that of the target's own pieces, in logarithms, is the sum of what was found with
    plain widths and of the target's width less the source's: a least-squares fit over all pairs of styles. Only the
    ratios of widths matter, so their logarithms add up to zero.

    Args:
        styles: names.
        pieces: played ones of several styles.
        distributions: of each piece, by style, with plain widths.
    """
    spread = {
        style: np.mean([piece.notes["velocity"].std() for piece in pieces if piece.style == style] or [1.0])
        for style in styles
    }
    excess: dict[tuple[str, str], list[float]] = {}
    for piece, by_style in zip(pieces, distributions, strict=True):
        played = piece.notes["velocity"].astype(np.float64)
        for style in styles:
            if style != piece.style and played.std() > 0:
                carried = carry(by_style[piece.style], by_style[style], played)
                ratio = max(float(carried.std() / max(spread[style], 1e-9)), 1e-3)
                excess.setdefault((piece.style, style), []).append(float(np.log(ratio)))
    rows, wanted = [np.ones(len(styles))], [0.0]
    for (source_style, target_style), logarithms in excess.items():
        row = np.zeros(len(styles))
        row[styles.index(target_style)], row[styles.index(source_style)] = 1.0, -1.0
        rows.append(row)
        wanted.append(-float(np.mean(logarithms)))
    logarithms_of_widths = np.linalg.lstsq(np.stack(rows), np.array(wanted), rcond=None)[0]
    widths: NDArray[np.float64] = np.clip(np.exp(logarithms_of_widths), NARROWEST, WIDEST)
    return widths
