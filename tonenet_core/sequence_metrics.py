"""What sequences of tokens are measured by: their n-grams, against those of real ones and against each other.

Sequences are arrays `(n, T)` of integers, or lists of arrays of any length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sequences = Sequence[NDArray[np.int64]] | NDArray[np.int64]


def ngrams(sequences: Iterable[Any], n: int) -> Counter[tuple[Any, ...]]:
    """Return how often each run of n tokens is met."""
    return Counter(
        tuple(run)
        for sequence in sequences
        for run in zip(*(list(sequence)[place:] for place in range(n)), strict=False)
    )


def distinct_share(sequences: Sequences, n: int) -> float:
    """Return different n-grams over all n-grams, 0..1; 0 without any."""
    counts = ngrams(sequences, n)
    return len(counts) / max(counts.total(), 1)


def ngram_divergence(first: Sequences, second: Sequences, n: int) -> float:
    """Return the Jensen-Shannon divergence of two sets' n-grams, bits: 0 alike, 1 nothing in common.

    Sets of unlike size are not comparable with others: rare n-grams are met by chance.
    """
    one, two = ngrams(first, n), ngrams(second, n)
    runs = list(one.keys() | two.keys())
    p = np.array([one[run] for run in runs]) / max(one.total(), 1)
    q = np.array([two[run] for run in runs]) / max(two.total(), 1)
    middle = (p + q) / 2
    return float(0.5 * _relative_entropy(p, middle) + 0.5 * _relative_entropy(q, middle))


def _relative_entropy(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    there = p > 0
    return float((p[there] * np.log2(p[there] / q[there])).sum())
