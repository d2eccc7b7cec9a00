"""Sentences on a take: what the user should know of its model run, and what of it stays as it was played."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.documents.history import Take
from app.system.language import style_name, translate
from tonenet_core.parts.passage import scope_notices
from tonenet_core.parts.sentences import KEPT, transfer_sentences
from tonenet_core.parts.tempo import NO_BEATS
from tonenet_core.parts.time import ASIDES
from tonenet_core.performance import Performance


def run_sentences(take: Take, others: Iterable[Take], *, timing_asked: bool) -> list[str]:
    """Return the sentences on a model run that are for the message bar.

    Who has not asked for the timing reads once for a piece why nothing of it changes, or that it has no beats.

    Args:
        take: that the run has made.
        others: takes of the same piece.
        timing_asked: whether the user has asked for something of the timing.
    """
    made = take.interpretation
    notices = list(transfer_sentences(made, take.parts, take.hands, take.strength, timing_asked=timing_asked))
    if not timing_asked:
        runs = [each.interpretation for each in others if each.interpretation is not made]
        known = KEPT & {notice for run in runs for notice in run.all_notices}
        notices = [notice for notice in notices if notice not in known]
    texts = list(map(translate, notices))
    if NO_BEATS in notices:
        texts.append(QCoreApplication.translate("TransferRuns", "Tap them while it plays (T), then use them."))
    return texts


def why_unchanged(take: Take, styled: Performance) -> str:
    """Return why nothing is different: within one style, the piece already has the style's velocities; else nothing."""
    style = take.interpretation.style
    within = style == take.interpretation.source_style and take.strength > 0 and not take.interpretation.performed
    if not within or (take.performance.velocities != styled.velocities).any():
        return ""
    text = QCoreApplication.translate(
        "Transfers",
        "From {0} to {0} nothing changes. Lower “Keep my accents” to hear the model’s own dynamics, or choose "
        "another style under “From”.",
    )
    return text.format(style_name(style))


def timing_kept(take: Take) -> tuple[str, str]:
    """Return in few words what of a take's timing is as it was played, and why; both empty where all of it changes."""
    made = take.interpretation
    staying = scope_notices(made.time, ["timing"], take.hands)
    if "timing" not in take.parts or not take.strength or take.is_by_hand:
        return "", ""
    if made.time is None:
        text = QCoreApplication.translate("Takes", "Timing as played")
    elif NO_BEATS in made.all_notices:
        text = QCoreApplication.translate("Takes", "Tempo and swing as played")
    elif staying or set(ASIDES) & {*made.all_notices, *made.asides}:
        text = QCoreApplication.translate("Takes", "Swing as played")
    else:
        return "", ""
    return text, " ".join(map(translate, (*made.all_notices, *made.asides, *staying)))
