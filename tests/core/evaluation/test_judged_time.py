from dataclasses import replace

import numpy as np

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.analysis.tree_ensemble import TreeEnsemble
from tonenet_core.evaluation.judged_time import JUDGED_TIME, measure_judged_time
from tonenet_core.evaluation.report import Report
from tonenet_core.judge.judge import JUDGED_FEATURES
from tonenet_core.judge.time import JUDGED_PARTS, PartJudge, TimeJudge


def trees(low, high):
    """One tree: a value for notes up to the middle of the keyboard, another above it."""
    feature = np.full((1, 3), JUDGED_FEATURES.index("pitch"), np.int16)
    return TreeEnsemble(feature, np.array([[1, 0, 0]], np.int16), np.array([[0.0, low, high]]))


JUDGE = TimeJudge(STYLES, dict.fromkeys(JUDGED_PARTS, PartJudge((trees(1.0, -1.0), trees(-1.0, 1.0)), slope=8.0)))


def held(style, low_sec, high_sec):
    """A scale whose low notes are held for one time and whose high ones for another; no note has a lag."""
    piece = scale_piece(style, bars=30)
    notes = piece.notes.copy()
    notes["duration_sec"] = np.where(notes["pitch"] <= 64, low_sec, high_sec)
    return replace(piece, notes=notes)


def test_a_transfer_that_turns_the_articulation_round_crosses():
    report = Report([], "test")
    measure_judged_time(report, JUDGE, held("jazz", 0.6, 0.1), held("jazz", 0.1, 0.6), "classical")
    measure_judged_time(report, JUDGE, held("jazz", 0.6, 0.1), held("jazz", 0.6, 0.1), "classical")
    row = report.tables[JUDGED_TIME].cells["jazz rules to classical"]
    assert row["articulation: own"] == [1.0, 1.0]
    assert row["articulation: crossing"] == row["articulation: named"] == [1.0, 0.0]
    assert row["articulation: leaning, before"][0] < -0.3 < 0.3 < row["articulation: leaning, after"][0]
    assert row["articulation: permuted"] == [0.0, 0.0]
    assert "lag: crossing" not in row


def test_another_style_than_the_judges_is_not_judged():
    report = Report([], "test")
    measure_judged_time(report, JUDGE, held("jazz", 0.6, 0.1), held("jazz", 0.6, 0.1), "pop")
    assert not report.tables
