import sys

import numpy as np
import pytest

from tonenet_core.analysis.velocity_metrics import (
    bootstrap_interval,
    mae,
    mean_removed_mae,
    pearson,
    spearman,
    wasserstein,
)
from tonenet_core.errors import DataError


def test_known_values():
    true, predicted = [10, 20, 30], [12, 20, 34]

    assert mae(true, predicted) == pytest.approx(2.0)
    assert mean_removed_mae(true, predicted) == pytest.approx(4 / 3)
    assert pearson(true, predicted) == pytest.approx(np.corrcoef(true, predicted)[0, 1])


def test_loudness_is_taken_out_by_the_mean_removed_error_alone():
    true = np.array([40, 60, 50])

    assert mae(true, true + 7) == pytest.approx(7)
    assert mean_removed_mae(true, true + 7) == pytest.approx(0)


def test_a_constant_prediction_has_no_correlation():
    assert pearson([1, 2, 3], [5, 5, 5]) == 0.0


@pytest.mark.parametrize("metric", [mae, mean_removed_mae, pearson])
@pytest.mark.parametrize(("true", "predicted"), [([], []), ([1, 2], [1]), ([[1]], [[1]])])
def test_nonsense_is_refused(metric, true, predicted):
    with pytest.raises(ValueError, match="two arrays"):
        metric(true, predicted)


def test_the_interval_covers_the_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covered = 0
    for trial in range(200):
        _, low, high = bootstrap_interval(rng.normal(3.0, 1.0, size=40), resamples=500, seed=trial)
        covered += low <= 3.0 <= high
    assert 0.88 <= covered / 200 <= 0.99


def test_the_interval_is_reproducible_and_refuses_nothing():
    assert bootstrap_interval([1, 2, 3]) == bootstrap_interval([1, 2, 3])
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_interval([])


def test_the_interval_is_that_of_resampled_means():
    figures = np.random.default_rng(3).gamma(2.0, 1.0, 30)
    drawn = np.random.default_rng(4).choice(figures, (20_000, 30)).mean(axis=1)
    mean, low, high = bootstrap_interval(figures)
    assert mean == figures.mean()
    assert [low, high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.02)


def test_the_interval_of_one_value_is_that_value():
    assert bootstrap_interval([2.5]) == (2.5, 2.5, 2.5)


def test_the_distance_is_that_of_the_quantiles():
    rng = np.random.default_rng(5)
    first, second = rng.normal(60, 8, 400), rng.gamma(3, 7, 400)
    ordered = [np.sort(each - each.mean()) for each in (first, second)]
    assert wasserstein(first, second) == pytest.approx(np.abs(ordered[0] - ordered[1]).mean())


def test_rank_correlation_is_the_correlation_of_the_ranks():
    rng = np.random.default_rng(6)
    first = rng.normal(size=50)
    second = first**3 + rng.normal(size=50)
    ranks = [np.argsort(np.argsort(each)) for each in (first, second)]
    assert spearman(first, second) == pytest.approx(np.corrcoef(*ranks)[0, 1])


@pytest.mark.parametrize("figure", [lambda: bootstrap_interval([1, 2]), lambda: spearman([1, 2], [2, 1])])
def test_without_scipy_there_is_a_sentence(figure, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(DataError, match="SciPy: pip install"):
        figure()
