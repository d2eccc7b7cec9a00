import json

import numpy as np
import pytest

from tonenet_core.analysis.velocity_metrics import log_loss, spearman, spread_ratio, wasserstein
from tonenet_core.evaluation.report import Report


def test_a_cell_is_the_mean_over_pieces_with_its_interval():
    report = Report(["one"], "test", {"jazz": 3})
    for figure in (1.0, 2.0, 3.0):
        report.table("Errors").add("jazz", "MAE", figure)
    report.table("Errors").add("classical", "r", 0.5)
    text = report.as_markdown()

    assert "| jazz | 2.00 (1.00..3.00) |  |" in text
    assert "| classical |  | 0.50 (0.50..0.50) |" in text
    found = json.loads(json.dumps(report.as_json()))["tables"]["Errors"]["jazz"]["MAE"]
    assert found["mean"] == 2.0
    assert found["pieces"] == [1.0, 2.0, 3.0]


def test_of_several_seeds_a_cell_is_the_mean_with_its_deviation():
    report = Report(["one", "two", "three"], "test", {"folk": 3})
    table = report.table("BLEU", of_seeds=True)
    for figure in (1.0, 2.0, 3.0):
        table.add("taught", "BLEU-4", figure)
    table.add("real", "BLEU-4", 0.5)
    text = report.as_markdown()

    assert "| taught | 2.00 ± 1.00 |" in text
    assert "| real | 0.50 |" in text
    assert "standard deviation" in text
    assert report.as_json()["tables"]["BLEU"]["taught"]["BLEU-4"] == {"mean": 2.0, "sd": 1.0, "seeds": [1.0, 2.0, 3.0]}


def test_spread_and_distance_do_not_see_loudness():
    true = np.array([40.0, 60, 50, 70])

    assert spread_ratio(true, 2 * true + 5) == pytest.approx(2)
    assert spread_ratio(np.ones(4), true) == 0
    assert wasserstein(true, true + 20) == pytest.approx(0)
    assert wasserstein([-1, 1], [-3, 3]) == pytest.approx(2, abs=0.01)
    assert wasserstein([-1, 1], [-3, -3, 3, 3]) == pytest.approx(2, abs=0.01)


def test_rank_correlation():
    assert spearman([1, 2, 3, 4], [1, 4, 9, 16]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 2, 3], [5, 5, 5]) == 0
    assert spearman([1, 2, 3, 4], [1, 1, 2, 2]) == pytest.approx(0.894, abs=1e-3)


def test_the_log_loss_of_a_uniform_guess():
    assert log_loss(np.full((3, 128), 1 / 128, np.float16), np.array([0, 64, 127])) == pytest.approx(
        np.log(128), rel=1e-3
    )
