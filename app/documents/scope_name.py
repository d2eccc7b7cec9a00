"""Names of what a transfer plays, for people: passages and hands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from tonenet_core.harmony.hands import Hands
from tonenet_core.performance import Performance
from tonenet_core.timing.passage import Passage, find_bars


def passage_name(piece: Performance, passage: Passage | None) -> str:
    """Return the bars of a passage, or its seconds where there are none; empty for the whole piece."""
    if passage is None:
        return ""
    translate = QCoreApplication.translate
    begin, end = max(passage.begin_sec, float(piece.notes["onset_sec"][0])), min(passage.end_sec, piece.duration_sec)
    bars = find_bars(piece, begin, end)
    if bars is None:
        return "–".join(f"{int(second) // 60}:{int(second) % 60:02d}" for second in (begin, end))
    if bars[0] == bars[1]:
        return translate("Scope", "bar {0}").format(bars[0])
    return translate("Scope", "bars {0}–{1}").format(*bars)


def hands_name(hands: Hands) -> str:
    """Return the hand that is played, or the share of each; empty for both."""
    translate = QCoreApplication.translate
    if hands.are_both:
        return ""
    if hands.left == 1 and not hands.right:
        return translate("Scope", "left hand")
    if hands.right == 1 and not hands.left:
        return translate("Scope", "right hand")
    return translate("Scope", "left {0} %, right {1} %").format(round(100 * hands.left), round(100 * hands.right))


def scope_name(piece: Performance, passage: Passage | None, hands: Hands) -> str:
    """Return passage and hands, such as "bars 5–12, left hand"; empty for the whole piece and both hands."""
    return ", ".join(filter(None, (passage_name(piece, passage), hands_name(hands))))
