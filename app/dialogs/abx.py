"""Blind comparison (ABX): rounds of trials, their score and the probability of reaching it by guessing."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.playback.side import ORIGINAL, STYLED, Side
from tonenet_core.files.atomic import replacing
from tonenet_core.files.locations import user_abx

Report = dict[str, object]
"""A round as JSON: its answers and figures, and what was compared under which conditions."""

TRIALS = (10, 25)
"""The least and the most trials of a round."""

USUAL_TRIALS = 16


@dataclass(frozen=True)
class Trial:
    """One answer.

    Attributes:
        x: the side that X was.
        answer: the side that X was taken for.
    """

    x: Side
    answer: Side

    @property
    def correct(self) -> bool:
        """Whether the answer is right."""
        return self.x == self.answer


class Round:
    """A round of trials. Its length is fixed beforehand: stopping at a good score would prove nothing.

    Attributes:
        length: number of trials.
        trials: the answered ones.
        x: the side that X is in the current trial.
    """

    def __init__(self, length: int = USUAL_TRIALS, toss: Callable[[], bool] | None = None) -> None:
        """Begin the first trial.

        Args:
            length: 10..25.
            toss: returns whether X is B; a fair coin unless given.
        """
        if not TRIALS[0] <= length <= TRIALS[1]:
            raise ValueError(f"a round has {TRIALS[0]} to {TRIALS[1]} trials, not {length}")
        self.length = length
        self.trials: list[Trial] = []
        self._toss = toss or fair_coin
        self.x = self._draw()

    @property
    def finished(self) -> bool:
        """Whether all trials were answered."""
        return len(self.trials) == self.length

    @property
    def score(self) -> int:
        """Number of right answers."""
        return sum(trial.correct for trial in self.trials)

    @property
    def p_value(self) -> float:
        """One-sided exact binomial p-value of the score under guessing."""
        return p_value(self.score, len(self.trials))

    def answer(self, side: Side) -> None:
        """Answer that X is `original` or `styled`, and begin the next trial."""
        if self.finished:
            raise ValueError("the round is over")
        self.trials.append(Trial(self.x, side))
        if not self.finished:
            self.x = self._draw()

    def report(self) -> Report:
        """Return the answers and the score, for a JSON file."""
        letters = {ORIGINAL: "A", STYLED: "B"}
        return {
            "trials": self.length,
            "correct": self.score,
            "p_value": self.p_value,
            "answers": [
                {"x": letters[trial.x], "answer": letters[trial.answer], "correct": trial.correct}
                for trial in self.trials
            ],
        }

    def _draw(self) -> Side:
        return STYLED if self._toss() else ORIGINAL


def p_value(correct: int, trials: int) -> float:
    """Return the probability of at least `correct` right answers in `trials` tosses of a fair coin."""
    ways = sum(math.comb(trials, right) for right in range(correct, trials + 1))
    return ways / 2.0**trials


def keep_report(report: Report) -> Path:
    """Write a report into the user's folder and return its file, which is named after the time.

    Raises:
        OSError: if it cannot be written.
    """
    path = user_abx() / f"abx-{datetime.now():%Y-%m-%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_report(path, report)
    return path


def write_report(path: Path, report: Report) -> None:
    """Write a report as JSON, whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def fair_coin() -> bool:
    """Return the toss of a coin, from the system's own source of randomness."""
    return random.SystemRandom().random() < 0.5
