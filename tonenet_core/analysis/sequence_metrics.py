"""Metrics of token sequences: their n-grams against those of real ones and against each other, copies, metre and key.

Sequences are arrays `(n, T)` of integers, or lists of arrays of any length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.key import scale
from tonenet_core.encoding.tokens import TokenSequence

Sequences = Sequence[NDArray[np.int64]] | NDArray[np.int64]


def ngrams(sequences: Iterable[Any], n: int) -> Counter[tuple[Any, ...]]:
    """Return the count of each n-gram."""
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

    Compare only sets of equal size: rare n-grams occur by chance.
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


def bleu(candidates: Sequences, references: Sequence[Sequences], orders: Sequence[int] = (2, 3, 4)) -> dict[int, float]:
    """Return the mean BLEU of sequences for each largest n-gram, 0..1.

    Papineni et al., ACL 2002, with equal weights and the smoothing "method1" (Chen & Cherry, WMT 2014): an n-gram order
    without a match counts as .1. The code of the SeqGAN paper takes NLTK's, whose `sentence_bleu` gives the same.

    Args:
        candidates: `(n, T)`.
        references: for each candidate the sequences that it is compared with.
        orders: 2 is BLEU-2, of one- and two-grams.
    """
    scores = []
    known, counted = None, _References((), 0)
    for candidate, given in zip(candidates, references, strict=True):
        if given is not known:  # many candidates have the same ones
            known, counted = given, _References(given, max(orders))
        scores.append(counted.bleu(candidate, orders))
    means = np.mean(scores, axis=0)
    return {order: float(mean) for order, mean in zip(orders, means, strict=True)}


def self_bleu(sequences: Sequences, order: int = 4) -> float:
    """Return the mean BLEU of each sequence against all others (Zhu et al., arXiv 1802.01886); 1: all alike."""
    counted = _References(sequences, order)
    return float(np.mean([counted.bleu(sequence, (order,), place)[0] for place, sequence in enumerate(sequences)]))


class _References:
    """The reference sequences: the highest count of each n-gram in one of them, and the highest in another one."""

    def __init__(self, sequences: Sequences, largest: int) -> None:
        self._lengths = [len(sequence) for sequence in sequences]
        self._most: list[dict[tuple[Any, ...], tuple[int, int, int]]] = [{} for _ in range(largest)]
        for place, sequence in enumerate(sequences):
            for n, most in enumerate(self._most, 1):
                for run, count in ngrams([sequence], n).items():
                    first, owner, second = most.get(run, (0, -1, 0))
                    most[run] = (count, place, first) if count > first else (first, owner, max(second, count))

    def bleu(self, candidate: NDArray[np.int64], orders: Sequence[int], left_out: int | None = None) -> list[float]:
        """Return a sequence's BLEU for each order; `left_out` is the index of a reference that is ignored."""
        precisions = []
        for n, most in enumerate(self._most[: max(orders)], 1):
            counts, matched = ngrams([candidate], n), 0
            for run, count in counts.items():
                first, owner, second = most.get(run, (0, -1, 0))
                matched += min(count, second if owner == left_out else first)
            if n == 1 and not matched:
                return [0.0] * len(orders)
            precisions.append((matched or 0.1) / max(counts.total(), 1))
        logs = np.log(precisions)
        return [self._brevity(len(candidate), left_out) * float(np.exp(logs[:order].mean())) for order in orders]

    def _brevity(self, length: int, left_out: int | None) -> float:
        """Return the penalty for a sequence shorter than the reference that is nearest in length, 0..1."""
        others = (other for place, other in enumerate(self._lengths) if place != left_out)
        nearest = min(others, key=lambda other: (abs(other - length), other))
        return 1.0 if length > nearest else float(np.exp(1 - nearest / length))


class KnownTunes:
    """The training set, searched for copied runs."""

    def __init__(self, tunes: Iterable[NDArray[np.int64]]) -> None:
        self._text = "\n".join(map(_as_text, tunes))

    def longest_run(self, tune: NDArray[np.int64]) -> tuple[int, int]:
        """Return the start and the length of the longest run of tokens that occurs in one training sequence."""
        text = _as_text(tune)
        start, length = 0, 0
        for place in range(len(text)):
            while place + length < len(text) and text[place : place + length + 1] in self._text:
                start, length = place, length + 1
        return start, length


def _as_text(tune: NDArray[np.int64]) -> str:
    """Return a sequence as a string, a character a token: text search is the fastest way to find runs."""
    return "".join(chr(0x100 + int(number)) for number in tune)


def bars_in_metre(sequence: TokenSequence) -> list[bool]:
    """Return for each bar whether a note begins on its first beat and no melody note is held into it.

    The melody is the notes that are struck singly. A pickup does not count as a bar.
    """
    places, bar = sequence.places()[:-1], sequence.bar_steps
    begun = {int(place) // bar for place in places if place % bar == 0}
    held = set()
    for place, token in zip(places, sequence.tokens, strict=True):
        first, last = int(place) // bar, (int(place) + token.steps - 1) // bar
        if len(token.pitches) == 1:
            held |= set(range(first + 1, last + 1))
    return [number in begun and number not in held for number in range(sequence.bars())]


def distinct_bars(sequence: TokenSequence) -> float:
    """Return different bars over all bars, 0..1, by their notes; a pickup does not count as a bar."""
    bars: dict[int, list[tuple[int, tuple[int, ...]]]] = {number: [] for number in range(sequence.bars())}
    for place, token in zip(sequence.places(), sequence.tokens, strict=False):
        if place >= 0:
            bars[int(place) // sequence.bar_steps].append((int(place) % sequence.bar_steps, token.pitches))
    return len({tuple(bar) for bar in bars.values()}) / max(len(bars), 1)


def bars_in_key(sequence: TokenSequence, key: int) -> list[bool]:
    """Return for each bar with notes whether all of them are in the scale of a key, 0..23."""
    classes = scale(key)
    bars: dict[int, bool] = {}
    for place, token in zip(sequence.places(), sequence.tokens, strict=False):
        number = int(place) // sequence.bar_steps
        bars[number] = bars.get(number, True) and {pitch % 12 for pitch in token.pitches} <= classes
    return [bars[number] for number in sorted(bars)]
