"""What is said of a folder, and of a style that was learnt from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject

from app.system.language import style_name, translate

if TYPE_CHECKING:
    from tonenet_core.learning.learn import Learned
    from tonenet_core.learning.survey import Survey

LEAST_GAIN = 0.02  # of agreement; less is no more than chance


def found_text(found: Survey) -> str:
    """Return full sentences on what a folder holds, and on why nothing can be learnt from it."""
    problem = found.problem
    return LearningSentences().found(found) if problem is None else translate(problem)


def result_text(learned: Learned) -> str:
    """Return full sentences on what a style has reached."""
    return LearningSentences().result(learned)


class LearningSentences(QObject):
    """Sentences in the window's language; an object, since Qt's tools find plurals only in calls of `tr`."""

    def found(self, found: Survey) -> str:
        """Return what a folder holds that can be learnt from."""
        notes = QLocale().toString(found.notes)
        texts = [self.tr("%n pieces, {0}, {1} notes.", "", found.pieces).format(self._length(found.seconds), notes)]
        if found.refused:
            texts.append(self.tr("%n other files cannot be used.", "", len(found.refused)))
        if (limit := found.limit) is not None:
            texts.append(translate(limit))
        return " ".join(texts)

    def result(self, learned: Learned) -> str:
        """Return what a style has reached, beside the nearest style of its model."""
        learnt = self.tr("{0} has been learnt.").format(learned.title)
        reached = learned.unseen
        if reached is None:
            return learnt
        other = style_name(reached.other.title())
        own, others = (QLocale().toString(value, "f", 2) for value in (reached.agreement, reached.others))
        text = self.tr(
            "On %n pieces that it had not seen, its dynamics agree with the pianist's at {0} (1 is full agreement);"
            " {1} reaches {2}.",
            "",
            reached.pieces,
        )
        texts = [learnt, text.format(own, other, others)]
        if reached.agreement <= reached.others:
            texts.append(self.tr("That is no better than {0}: more pieces may help.").format(other))
        elif reached.agreement < reached.others + LEAST_GAIN:
            texts.append(self.tr("That is hardly better than {0}: more pieces may help.").format(other))
        elif reached.chosen:
            texts.append(self.tr("With so few pieces, the figure flatters a little."))
        return " ".join(texts)

    def _length(self, seconds: float) -> str:
        minutes = max(round(seconds / 60), 1)
        if minutes < 60:
            return self.tr("%n minutes", "", minutes)
        return self.tr("{0} h {1} min").format(minutes // 60, minutes % 60)
