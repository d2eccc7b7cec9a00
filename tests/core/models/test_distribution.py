import numpy as np

from tonenet_core.analysis.quantiles import CENTRE, VALUES, cumulative_distribution, transport
from tonenet_core.models.distribution import Distribution, carry


def _style(seed, count=2000, width=1.0):
    """Return a style whose medians agree with another seed's at r .64, as those of jazz and classical do."""
    common, rng = np.random.default_rng(0).normal(0, 8, count), np.random.default_rng(seed)
    middle, sd = CENTRE + 0.8 * common + 0.6 * rng.normal(0, 8, count), rng.uniform(7, 13, count)
    shape = np.exp(-0.5 * ((np.arange(VALUES) - middle[:, None]) / sd[:, None]) ** 2).astype(np.float16)
    return Distribution(shape, shape, width)


def _velocities(style, seed=5):
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(VALUES, p=row / row.sum()) for row in style.shape.astype(float)]
    return np.clip(np.array(drawn, float), 1, 127)


def test_carried_accents_lean_farther_to_the_style_than_quantiles_alone():
    source, target = _style(1), _style(2)
    played = _velocities(source)
    plain = transport(*(cumulative_distribution(each.shape) for each in (source, target)), played)
    carried, wanted = carry(source, target, played), target.median() - source.median()

    assert np.corrcoef(carried, wanted)[0, 1] > np.corrcoef(plain, wanted)[0, 1] + 0.02
    assert abs(carried.mean() - plain.mean()) < 1


def test_a_carried_piece_is_about_as_wide_as_those_of_the_style():
    source, target = _style(1), _style(2)

    assert 0.95 < carry(source, target, _velocities(source)).std() / _velocities(target).std() < 1.1


def test_carrying_back_returns_the_piece():
    source, target = _style(1, width=0.9), _style(2, width=1.1)
    played = _velocities(source)

    assert np.allclose(carry(target, source, carry(source, target, played)), played, atol=0.01)
    assert len(carry(_style(1, 0), _style(2, 0), np.zeros(0))) == 0
