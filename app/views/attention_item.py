"""Attention of a model from a bar: the notes in shades of their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.theme import palette
from app.theme.oklch import from_hex
from app.views.note_item import NoteItem
from app.views.viewport import BOTTOM, TOP

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

FREE_BAR_SEC = 2.0  # of a piece without bars
SHADE = 26  # of 255, over the bar
OWN = 15  # the colour of the bar's own notes
BRIGHTEST = OWN - 1  # of attended notes; 0 is no attention


class AttentionItem(NoteItem):
    """The notes of a piece, lit by the attention of a bar's notes on them.

    Attributes:
        bar: the first and last second of the bar whose attention is shown, or None.
        weight: `(n,)`, the share of that bar's attention on each note.
    """

    def __init__(self) -> None:
        super().__init__()
        self._piece: Performance | None = None
        self._attention: NDArray[np.uint8] | None = None
        self.bar: tuple[float, float] | None = None
        self.weight = np.zeros(0)

    def show_attention(self, piece: Performance | None, attention: NDArray[np.uint8] | None) -> None:
        """Show other notes and the attention for each; see `transfer.Interpretation`."""
        if piece is not self._piece or attention is not self._attention:
            self._piece, self._attention, self.bar = piece, attention, None
            self.set_performance(piece if attention is not None else None)
            self._light()

    def attend_from(self, second: float) -> bool:
        """Show the attention from the bar at a second; return whether the bar has changed."""
        bar = None if self._piece is None else bar_at(self._piece, second)
        if bar == self.bar:
            return False
        self.bar = bar
        self._light()
        return True

    def attended_notes(self) -> NDArray[np.intp]:
        """Return the indices of the notes with at least a hundredth of the attention, in descending order."""
        order = np.argsort(-self.weight, kind="stable")
        return order[self.weight[order] >= 0.01]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Shade the bar, and draw the notes."""
        if self.bar is not None:
            shade = QColor(palette.current().playhead)
            shade.setAlpha(SHADE)
            painter.fillRect(QRectF(self.bar[0], BOTTOM, self.bar[1] - self.bar[0], TOP - BOTTOM), shade)
        super().paint(painter, option, widget)

    def colours(self) -> NDArray[np.uint8]:
        """Return shades from the dimmest that is to be seen to the accent, and the colour of the bar's own notes."""
        colours = palette.current()
        dim, bright = (from_hex(colour).astype(float) for colour in (colours.groove, colours.accent))
        share = np.linspace(0, 1, BRIGHTEST + 1)[:, None]
        return np.vstack([np.rint(dim + share * (bright - dim)), from_hex(colours.playhead)]).astype(np.uint8)

    def _light(self) -> None:
        if self._piece is None or self._attention is None:
            self.weight = np.zeros(0)
            return
        onset = self._piece.notes["onset_sec"]
        first, end = np.searchsorted(onset, self.bar) if self.bar is not None else (0, 0)
        self.weight = bar_attention(self._attention, int(first), int(end))
        highest = self.weight.max(initial=0.0)
        share = self.weight / highest if highest else self.weight
        steps = np.ceil(share * BRIGHTEST).astype(np.uint8)
        steps[first:end] = OWN
        self.set_steps(steps)


def bar_attention(attention: NDArray[np.uint8], first: int, end: int) -> NDArray[np.float64]:
    """Return the share of the attention of notes `first..end - 1` on each note, `(n,)`; its sum is one, or zero.

    Args:
        attention: `(n, 2 D + 1)`, row t the weights of notes t - D..t + D.
        first: the first attending note.
        end: the one after the last.
    """
    count, reach = len(attention), attention.shape[1] // 2
    weight = np.zeros(count + 2 * reach)
    for place in range(attention.shape[1]):
        weight[first + place : end + place] += attention[first:end, place]
    total = weight.sum()
    return weight[reach : reach + count] / (total or 1.0)


def bar_at(piece: Performance, second: float) -> tuple[float, float]:
    """Return the first and the last second of the bar at a moment; of a piece without bars those of a stretch."""
    bars = piece.downbeats_sec
    if len(bars) < 2:
        start = np.floor(second / FREE_BAR_SEC) * FREE_BAR_SEC
        return float(start), float(start + FREE_BAR_SEC)
    index = int(np.searchsorted(bars, second, side="right"))
    start = bars[index - 1] if index else bars[0] - (bars[1] - bars[0])
    end = bars[index] if index < len(bars) else bars[-1] + (bars[-1] - bars[-2])
    return float(start), float(max(end, np.nextafter(second, np.inf)))
