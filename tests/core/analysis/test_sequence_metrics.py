import numpy as np
import pytest

from tonenet_core.analysis.sequence_metrics import distinct_share, ngram_divergence, ngrams


def test_ngrams_do_not_cross_from_one_sequence_to_the_next():
    assert ngrams([[1, 2, 3], [3, 1]], 2) == {(1, 2): 1, (2, 3): 1, (3, 1): 1}
    assert ngrams([[1]], 2).total() == 0


def test_distinct_share():
    assert distinct_share(np.array([[1, 1, 1, 1, 1]]), 2) == pytest.approx(1 / 4)
    assert distinct_share(np.array([[1, 2, 3, 4, 5]]), 2) == 1
    assert distinct_share([], 2) == 0


def test_divergence_is_nothing_for_the_same_and_a_bit_for_strangers():
    first = np.array([[1, 2, 3], [2, 3, 1]])

    assert ngram_divergence(first, first, 2) == pytest.approx(0)
    assert ngram_divergence(first, first + 10, 2) == pytest.approx(1)
    # p = (1/2, 1/2), q = (1, 0), middle (3/4, 1/4)
    expected = 0.5 * (0.5 * np.log2(0.5 / 0.75) + 0.5 * np.log2(0.5 / 0.25)) + 0.5 * np.log2(1 / 0.75)
    assert ngram_divergence([[1, 2]], [[1, 1]], 1) == pytest.approx(expected)
