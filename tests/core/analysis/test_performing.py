import numpy as np
import pytest

from tonenet_core.analysis.performing import AGREED, perform
from tonenet_core.analysis.quantiles import CENTRE, VALUES, coherent_scores

NOTES = 400
PROCESS = np.array([0.6, 0.8])


def bells(middle, width):
    values = np.arange(VALUES)
    density = np.exp(-0.5 * ((values - middle[:, None]) / width) ** 2)
    return density / density.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def style():
    """A style whose medians vary by 6 and whose players vary by 12 about them; mean loudness 60."""
    curve = 6 * np.sqrt(2) * np.sin(np.arange(NOTES) / 5)
    return bells(CENTRE + curve, 12.0), bells(60 + curve, 14.0), curve


def take(style, seed=0, spread=14.0, **more):
    return perform(style[0], style[1], coherent_scores(NOTES, PROCESS, seed), spread, **more)


def test_the_spread_is_the_styles_and_most_of_it_is_the_median(style):
    takes = [take(style, seed) for seed in range(5)]

    for each in takes:
        assert each.std() == pytest.approx(14, rel=0.1)
        assert each.mean() == pytest.approx(60, abs=1)
        assert np.corrcoef(each, style[2])[0, 1] == pytest.approx(AGREED, abs=0.06)
    assert np.corrcoef(takes[0], takes[1])[0, 1] > 0.7
    assert np.abs(takes[0] - takes[1]).max() > 5


def test_no_note_leaves_what_the_style_plays(style):
    reached = np.cumsum(style[1].mean(axis=0))
    softest, loudest = np.searchsorted(reached, [0.01, 0.999])

    for seed in range(5):
        assert softest <= take(style, seed, spread=60.0).min()
        assert take(style, seed, spread=60.0).max() <= loudest


def test_a_piece_on_one_note_is_not_made_a_drama():
    flat = bells(np.full(NOTES, float(CENTRE)), 10.0)

    assert take((flat, flat)).std() < 14 * 0.6


def test_written_dynamics_stay_as_level(style):
    written = np.where(np.arange(NOTES) < NOTES // 2, 45, 85)
    played = take(style, written=written)

    assert played.mean() == pytest.approx(65, abs=1.5)
    assert played[NOTES // 2 :].mean() - played[: NOTES // 2].mean() > 15


def test_a_median_that_hardly_varies_is_stretched_no_more_than_twice_and_a_half(style):
    calm = style[2] / 6
    shape, level = bells(CENTRE + calm, 12.0), bells(60 + calm, 14.0)
    played = [perform(shape, level, coherent_scores(NOTES, PROCESS, seed), 14.0) for seed in range(8)]
    slope = np.polyfit(calm, np.mean(played, axis=0), 1)[0]  # the residuals of many takes cancel out

    assert slope == pytest.approx(2.5, abs=0.6)


def test_a_residual_has_no_outliers(style):
    scores = np.zeros(NOTES)
    scores[:2] = 8.0, -8.0
    played = [perform(style[0], style[1], values, 14.0)[:2] for values in (scores, np.clip(scores, -2, 2))]

    assert played[0] == pytest.approx(played[1])


@pytest.mark.parametrize("one_velocity", [40, 80, 100])
def test_a_page_on_one_velocity_has_the_styles_spread_whatever_that_velocity_is(style, one_velocity):
    played = take(style, written=np.full(NOTES, one_velocity))

    assert played.mean() == pytest.approx(one_velocity, abs=1)
    assert played.std() == pytest.approx(14, rel=0.1)
    assert np.mean(played == played.max()) < 0.02


def test_no_notes_have_no_velocities():
    assert not len(perform(np.zeros((0, VALUES)), np.zeros((0, VALUES)), np.zeros(0), 10.0))
