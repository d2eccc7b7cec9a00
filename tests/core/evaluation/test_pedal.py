"""Figures of pedalling: from the page against humans, and there and back."""

import numpy as np
import pytest

from tests.core.models.test_pedal import chorale
from tests.core.parts.test_pedal import Feet
from tonenet_core.evaluation.pages import HUMANS
from tonenet_core.evaluation.pedal import (
    ALWAYS,
    FROM_PAGE,
    RANDOM,
    TRANSFERS,
    f1,
    kappa,
    measure_pedal_pages,
    measure_pedal_transfer,
)
from tonenet_core.evaluation.report import Report
from tonenet_core.performance import PLAYED_DTYPE, TrainingPiece


def page(style, seed=0):
    """A chorale as a page whose player pedals as in a style."""
    piece = chorale(style, seed=seed)
    played = np.zeros(len(piece.notes), PLAYED_DTYPE)
    played["onset_sec"], played["duration_sec"] = piece.notes["onset_sec"], piece.notes["duration_sec"]
    arrays = (piece.notes, piece.beats_sec, piece.downbeats_sec, piece.pedal[:0])
    return TrainingPiece(*arrays, "classical", "it_pages", "it", played, piece.pedal)


def test_agreement():
    mine, theirs = np.array([True, True, False, False]), np.array([True, False, True, False])

    assert f1(mine, mine) == 1
    assert f1(mine, theirs) == 0.5
    assert kappa(mine, mine) == 1
    assert kappa(mine, theirs) == 0
    assert np.isnan(f1(~mine & mine, ~mine & mine))
    assert np.isnan(kappa(mine | True, mine | True))


def test_humans_are_held_against_each_other_and_the_baselines_against_them():
    report = Report(["x"], "test")
    measure_pedal_pages(report, [("Feet", Feet())], [page("classical"), page("classical"), page("jazz")])
    cells = report.tables[FROM_PAGE].cells

    # classical: down in all beats; jazz: in every other one
    assert cells[HUMANS]["F1, down"] == [pytest.approx((1 + 2 * 2 / 3) / 3, abs=0.02)]
    assert cells[ALWAYS]["F1, down"] == [pytest.approx((1 + 1 + 2 / 3) / 3, abs=0.02)]
    assert cells[ALWAYS]["kappa, down"] == [0]
    assert cells[HUMANS]["F1, pressed"] == [pytest.approx(1)]
    assert cells[RANDOM]["F1, pressed"] == [pytest.approx(0.5, abs=0.05)]
    assert 0 < cells["Feet"]["down"][0] < 1
    assert cells["Feet, performed"]["lag, ms"] == [pytest.approx(80, abs=20)]


def test_there_and_back():
    report = Report(["x"], "test")
    measure_pedal_transfer(report, Feet(), chorale("jazz", bars=24))
    (row,) = report.tables[TRANSFERS].cells.values()

    assert row["lag, ms, before"] == [pytest.approx(200, abs=1)]
    assert row["lag, ms, after"][0] < 180
    assert row["back, states"][0] > 0.7
    assert row["back, ms"][0] < 30  # where the state was another one there, the lag is the usual one


def test_a_piece_without_pedal_has_no_figures():
    piece = chorale("jazz")
    report = Report(["x"], "test")
    plain = TrainingPiece(piece.notes, piece.beats_sec, piece.downbeats_sec, piece.pedal[:0], "jazz", "jazz", "it")
    measure_pedal_transfer(report, Feet(), plain)

    assert not report.tables
