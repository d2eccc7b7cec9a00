import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tonenet_core.analysis.quantiles import (
    CENTRE,
    REACH,
    VALUES,
    autoregression,
    coherent_scores,
    from_normal,
    log_likelihood,
    loudness,
    normal_scores,
    quantile_of,
    transport,
    velocity_at,
)
from tonenet_core.analysis.quantiles import (
    cumulative_distribution as cdf,
)


def bells(count, seed=0, spread=8.0, narrowest=5.0):
    """Return `count` bell curves `(count, 128)`, each in a place of its own."""
    rng = np.random.default_rng(seed)
    middle, sd = rng.normal(0, spread, count), rng.uniform(narrowest, 2 * narrowest, count)
    return np.exp(-0.5 * ((np.arange(VALUES) - CENTRE - middle[:, None]) / sd[:, None]) ** 2)


def played(shape, loudness_now=60.0, seed=1):
    """Draw velocities from a shape, each note on its own."""
    rng = np.random.default_rng(seed)
    drawn = velocity_at(cdf(shape), rng.uniform(0.01, 0.99, len(shape)))
    return np.clip(np.rint(drawn + loudness_now), 1, 127)


@given(arrays(np.float64, (5, VALUES), elements=st.floats(0, 1)))
def test_distribution_functions_rise_from_0_to_1_whatever_the_shape(shape):
    borders = cdf(shape)

    assert borders.shape == (5, 2 * REACH + 1)
    assert np.all(np.diff(borders, axis=1) > 0)
    assert np.allclose(borders[:, 0], 0)
    assert np.allclose(borders[:, -1], 1)


@given(arrays(np.float64, 7, elements=st.floats(0.001, 0.999)))
def test_velocity_and_quantile_are_each_others_inverse(quantile):
    borders = cdf(bells(7))

    assert np.allclose(quantile_of(borders, velocity_at(borders, quantile)), quantile, atol=1e-9)


def test_the_median_of_a_symmetric_shape_is_its_middle():
    shape = np.exp(-0.5 * ((np.arange(VALUES) - CENTRE) / 7.0) ** 2)[None]

    assert velocity_at(cdf(shape), 0.5) == pytest.approx([0.0], abs=1e-2)  # one side of the 256 is a step longer


def test_a_whole_velocity_stands_in_the_middle_of_its_step():
    borders = cdf(bells(3))
    low, high = quantile_of(borders, np.full(3, 4.5)), quantile_of(borders, np.full(3, 5.5))

    assert np.allclose(quantile_of(borders, np.full(3, 5.0)), (low + high) / 2)


@given(st.floats(-20, 20))
def test_loudness_follows_the_velocities_exactly(louder):
    shape = bells(200)
    borders, velocity = cdf(shape), played(shape)

    assert loudness(borders, velocity + louder) == pytest.approx(loudness(borders, velocity) + louder, abs=1e-6)
    assert normal_scores(borders, velocity - loudness(borders, velocity)).mean() == pytest.approx(0, abs=1e-6)


def test_transport_within_a_style_is_the_identity():
    shape = bells(300)
    borders, velocity = cdf(shape), played(shape)

    assert np.allclose(transport(borders, borders, velocity), velocity, atol=1e-6)


@pytest.mark.parametrize("width", [0.6, 1.5])
def test_a_width_stretches_a_style_and_there_and_back_still_returns(width):
    shape = bells(2000)
    plain, wide = cdf(shape), cdf(shape, width)
    quantile = np.random.default_rng(0).uniform(0.05, 0.95, 2000)

    assert np.allclose(velocity_at(wide, quantile), width * velocity_at(plain, quantile), atol=0.6)
    assert np.all(np.diff(wide, axis=1) > 0)
    velocity = played(shape)
    assert np.allclose(transport(wide, plain, transport(plain, wide, velocity)), velocity, atol=0.01)


def test_there_and_back_returns_the_piece():
    first, second = cdf(bells(2000, seed=2)), cdf(bells(2000, seed=3))
    velocity = played(bells(2000, seed=2))
    exact = transport(second, first, transport(first, second, velocity))
    rounded = np.rint(transport(second, first, np.rint(transport(first, second, velocity))))

    assert np.allclose(exact, velocity, atol=1e-4)
    assert np.sqrt(np.mean((rounded - velocity) ** 2)) < 0.75
    assert np.abs(np.rint(transport(first, second, velocity)) - velocity).mean() > 4


def test_styles_that_are_set_apart_are_farther_from_each_other_and_the_way_back_is_the_same():
    first, second = cdf(bells(2000, seed=2)), cdf(bells(2000, seed=3))
    velocity = played(bells(2000, seed=2))
    apart = 0.2 * (velocity_at(second, 0.5) - velocity_at(first, 0.5))
    there, plain = transport(first, second, velocity, apart), transport(first, second, velocity)

    assert np.corrcoef(there - velocity, apart)[0, 1] > np.corrcoef(plain - velocity, apart)[0, 1]
    assert np.allclose((there - plain).mean(), 2 * apart.mean(), atol=0.5)
    assert np.allclose(transport(second, first, there, -apart), velocity, atol=0.01)
    assert 0.5 <= there.min() <= there.max() <= 127.5


@pytest.mark.parametrize("loudness_now", [22.0, 104.0])
def test_accents_at_the_ends_of_the_range_are_kept_and_come_back(loudness_now):
    narrow, wide = (
        cdf(bells(2000, seed=2, narrowest=6)),
        cdf(bells(2000, seed=3, narrowest=16)),
    )
    velocity = played(bells(2000, seed=2, narrowest=6), loudness_now)
    there = transport(narrow, wide, velocity)
    back = transport(wide, narrow, np.clip(np.rint(there), 1, 127))

    assert 0.5 <= there.min() <= there.max() <= 127.5
    assert there.std() > 1.2 * velocity.std()
    assert np.sqrt(np.mean((back - velocity) ** 2)) < 1.0
    assert np.allclose(transport(wide, narrow, there), velocity, atol=0.01)


def test_outliers_of_a_soft_piece_stay_apart_and_come_back():
    first, second = (
        cdf(bells(500, seed=2, narrowest=6)),
        cdf(bells(500, seed=3, narrowest=8)),
    )
    velocity, outliers = played(bells(500, seed=2, narrowest=6), 12), slice(100, 110)
    velocity[outliers] = np.arange(90, 100)  # farther above the loudness than a shape's 64 values reach
    for source, target in ((first, second), (second, first)):
        there = np.clip(np.rint(transport(source, target, velocity)), 1, 127)
        back = transport(target, source, there)

        assert np.abs(back - velocity)[outliers].max() < 3


def test_transport_is_monotone_and_has_the_targets_spread():
    narrow, wide = np.repeat(bells(1, narrowest=4), 3000, axis=0), np.repeat(bells(1, narrowest=9), 3000, axis=0)
    velocity = played(narrow)
    carried = transport(cdf(narrow), cdf(wide), velocity)

    assert np.all(np.diff(carried[np.argsort(velocity, kind="stable")]) >= -1e-9)
    expected = played(wide, seed=5).std()
    assert 0.9 < carried.std() / expected < 1.1


def test_the_style_that_was_played_is_the_likelier():
    first, second = bells(500, seed=2), bells(500, seed=3)

    assert log_likelihood(first, played(first)) > log_likelihood(second, played(first))
    assert log_likelihood(second, played(second, 90)) > log_likelihood(first, played(second, 90))


def test_an_empty_piece():
    nothing = cdf(np.zeros((0, VALUES)))

    assert len(transport(nothing, nothing, np.zeros(0))) == 0
    assert len(coherent_scores(0, np.array([0.5, 0.9]), 0)) == 0


def test_coherent_scores_hang_together_like_what_they_were_made_of():
    rng = np.random.default_rng(0)
    pieces = []
    for _ in range(6):
        scores, now = [], 0.0
        for _ in range(4000):
            now = 0.8 * now + 0.6 * rng.normal()
            scores.append(now)
        pieces.append(np.array(scores))
    process = autoregression(pieces, 4)
    drawn = coherent_scores(20_000, process, seed=1)

    assert process[0] == pytest.approx(0.8, abs=0.05)
    assert drawn.std() == pytest.approx(1, abs=0.06)
    assert np.corrcoef(drawn[1:], drawn[:-1])[0, 1] == pytest.approx(0.8, abs=0.03)
    assert np.array_equal(drawn, coherent_scores(20_000, process, seed=1))
    assert not np.array_equal(drawn, coherent_scores(20_000, process, seed=2))


def test_without_pieces_to_learn_from_the_scores_are_independent():
    process = autoregression([np.zeros(10)], 3)

    assert np.array_equal(process, [0, 0, 0, 1])
    assert abs(np.corrcoef(coherent_scores(5000, process, 0)[1:], coherent_scores(5000, process, 0)[:-1])[0, 1]) < 0.05


def test_normal_scores_and_quantiles_agree():
    borders = cdf(bells(50))
    relative = np.linspace(-10, 10, 50)

    assert np.allclose(from_normal(normal_scores(borders, relative)), quantile_of(borders, relative), atol=1e-9)
