"""What the judge of time hears in transfers of touch: whether a part that was of one style is of the other."""

from __future__ import annotations

import numpy as np

from tonenet_core.evaluation.report import Report
from tonenet_core.judge.report import PERMUTED
from tonenet_core.judge.time import FEWEST_VALUES, TimeJudge, leaning
from tonenet_core.performance import Piece, TrainingPiece

JUDGED_TIME = "What the judge of time hears"
JUDGED_TIME_NOTE = (
    "Shares of pieces, each part by itself. Own: the piece's own style is the likelier one as it was played. Crossing: "
    "after the transfer the target style is; named: the judge is sure of it (P >= .8). Leaning: to the target style, "
    "-1..1, before and after. Permuted: a control, the target style named of the result's values on other notes. Parts "
    "of fewer than 50 notes are left out."
)
CONTROL_DRAWS = 5


def measure_judged_time(report: Report, judge: TimeJudge, piece: TrainingPiece, there: Piece, style: str) -> None:
    """Add a piece and its transfer to a style."""
    if {piece.style, style} != set(judge.styles):
        return
    table, row = report.table(JUDGED_TIME, JUDGED_TIME_NOTE), f"{piece.source} to {style}"
    sign = 1.0 if style == judge.styles[0] else -1.0
    before, after = judge.listen(piece), judge.listen(there)
    for name in judge.parts:
        (was, expected_before), (values, expected) = before[name], after[name]
        if min(len(was.rows), len(values.rows)) < FEWEST_VALUES:
            continue
        heard = judge.verdict_on(name, expected, values.values)
        own = judge.verdict_on(name, expected_before, was.values)
        draws = [np.random.default_rng(seed).permutation(values.values) for seed in range(CONTROL_DRAWS)]
        by_chance = [judge.verdict_on(name, expected, drawn).named == style for drawn in draws]
        figures = {
            "own": float(own.probability[piece.style] > 0.5),
            "crossing": float(heard.probability[style] > 0.5),
            "named": float(heard.named == style),
            "leaning, before": sign * leaning(was.values, expected_before)[0],
            "leaning, after": sign * leaning(values.values, expected)[0],
            PERMUTED: float(np.mean(by_chance)),
        }
        for column, figure in figures.items():
            table.add(row, f"{name}: {column}", figure)
