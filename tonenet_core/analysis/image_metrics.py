"""Metrics of generated images: five features of their notes, and the distance of their distributions from real ones.

Notes are rows with `step`, `steps`, `key` and `velocity` (`encoding.images.STEP_NOTE_DTYPE`), of one image or of many.
Source of the comparison: Yang & Lerch, On the evaluation of generative models in music, Neural Computing and
Applications 32, 2020, section 3: distances within the real set against distances between the two sets, each smoothed to
a density; their overlapped area and Kullback-Leibler divergence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

FEATURES = ("polyphony", "pitch", "duration", "inter-onset", "velocity")
SILENT_NOTES = 6  # an image of 22 beats with fewer notes counts as silent
SATURATED_SHARE = 0.25  # of its cells sounding: 22 keys at a time
STEPS_OF_A_BEAT, STEPS_OF_A_BAR = 4, 16
FEWEST_ONSETS = 6  # of a bar that counts as copied
_WIDEST = {
    "polyphony": 24,
    "pitch": 88,
    "duration": 32,
    "inter-onset": 16,
    "velocity": 128,
}  # values, the last and above
_GRID = 400


def values(notes: NDArray[np.void], steps: int) -> dict[str, NDArray[np.float64]]:
    """Return each feature's values in an image.

    Args:
        notes: of the image, sorted by step.
        steps: of the image.

    Returns:
        polyphony: notes sounding at each step with any; pitch: key of each note; duration: steps of each note;
        inter-onset: steps from one onset to the next at another step; velocity: of each note. `(k,)` each.
    """
    edges = np.zeros(steps + 1)
    np.add.at(edges, notes["step"], 1)
    np.add.at(edges, np.minimum(notes["step"] + notes["steps"], steps), -1)
    sounding = np.cumsum(edges[:-1])
    return {
        "polyphony": sounding[sounding > 0],
        "pitch": notes["key"].astype(np.float64),
        "duration": notes["steps"].astype(np.float64),
        "inter-onset": np.diff(np.unique(notes["step"])).astype(np.float64),
        "velocity": notes["velocity"].astype(np.float64),
    }


def pooled_overlap(
    first: Sequence[NDArray[np.void]], second: Sequence[NDArray[np.void]], steps: int
) -> dict[str, float]:
    """Return for each feature the area that the histograms of all values of two sets of images share, 0..1."""
    shared = {}
    known = [[values(notes, steps) for notes in each] for each in (first, second)]
    for feature in FEATURES:
        histograms = [_histogram([image[feature] for image in images], _WIDEST[feature]) for images in known]
        shared[feature] = float(np.minimum(*histograms).sum())
    return shared


def _histogram(parts: list[NDArray[np.float64]], widest: int) -> NDArray[np.float64]:
    whole = np.concatenate(parts) if parts else np.zeros(0)
    counts = np.bincount(np.clip(whole, 0, widest - 1).astype(np.int64), minlength=widest).astype(np.float64)
    return np.asarray(counts / max(counts.sum(), 1.0))


def image_means(notes: Sequence[NDArray[np.void]], steps: int) -> dict[str, NDArray[np.float64]]:
    """Return the mean of each feature in each image, `(n,)`; images that have no value for a feature are left out."""
    known = [values(each, steps) for each in notes]
    return {
        feature: np.array([image[feature].mean() for image in known if len(image[feature])]) for feature in FEATURES
    }


def likeness(real: ArrayLike, made: ArrayLike) -> tuple[float, float]:
    """Return the overlapped area (0..1, 1 is alike) and the KL divergence (nats, 0 is alike) of Yang & Lerch.

    Args:
        real: `(n,)`, one figure for each real image.
        made: `(m,)`, the same of the images that are judged.

    Raises:
        ValueError: if there are fewer than three of either.
    """
    first, second = np.asarray(real, np.float64), np.asarray(made, np.float64)
    if min(len(first), len(second)) < 3:
        raise ValueError("at least three images of each set are needed")
    inside = np.abs(first[:, None] - first)[np.triu_indices(len(first), 1)]
    between = np.abs(second[:, None] - first).ravel()
    grid = np.linspace(0, max(inside.max(), between.max(), 1e-9) * 1.1, _GRID)
    width = max(1.06 * inside.std() * len(first) ** -0.2, (grid[1] - grid[0]) * 2)  # Scott's rule, by images
    densities = [_density(distances, grid, width) for distances in (inside, between)]
    overlap = float(np.minimum(*densities).sum())
    p, q = (np.maximum(density, 1e-9) for density in densities)
    return overlap, float(np.sum(q * np.log(q / p)))


def _density(distances: NDArray[np.float64], grid: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Smooth distances to a density on a grid with sum 1; density below 0 is reflected."""
    step = grid[1] - grid[0]
    counts = np.bincount(np.rint(distances / step).astype(np.int64), minlength=len(grid))[: len(grid)]
    reach = np.arange(-len(grid) + 1, len(grid)) * step
    kernel = np.exp(-0.5 * (reach / width) ** 2)
    folded = np.concatenate([counts[::-1], counts])  # mirrored at 0
    smooth = np.convolve(folded, kernel, mode="same")[len(counts) :]
    return np.asarray(smooth / smooth.sum())


def onset_scores(true: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return F1 of onsets, 0..1, of two images `(T, 88)`; 1 if neither has any."""
    count = int(true.sum()) + int(other.sum())
    return 2.0 * float((true & other).sum()) / count if count else 1.0


def silent(notes: NDArray[np.void]) -> bool:
    """Return whether an image has hardly any notes."""
    return len(notes) < SILENT_NOTES


def saturated(notes: NDArray[np.void], steps: int) -> bool:
    """Return whether over a quarter of an image's cells sound, more than any pianist plays."""
    return float(notes["steps"].sum()) > SATURATED_SHARE * steps * 88


def diversity(onsets: NDArray[np.bool_]) -> float:
    """Return the mean distance of images `(n, T, 88)` to one another, 1 - F1 of their onsets; 0: all are equal."""
    flat = onsets.reshape(len(onsets), -1).astype(np.float32)
    shared, count = flat @ flat.T, flat.sum(axis=1)
    scores = 2 * shared / np.maximum(count[:, None] + count, 1)
    return float(1 - scores[np.triu_indices(len(flat), 1)].mean())


# -- copies -------------------------------------------------------------------------------------------------------


def known_bars(pieces: Sequence[NDArray[np.bool_]]) -> set[bytes]:
    """Return the bars of pieces, onsets `(T, 88)` each: 16 steps from any beat on, whatever their transposition."""
    return {bar for onsets in pieces for bar in _bars(onsets, STEPS_OF_A_BEAT)}


def copied_share(images: NDArray[np.bool_], known: set[bytes]) -> float:
    """Return the share of the bars of images, onsets `(n, T, 88)`, that are known; bars of a few onsets do not count.

    0 where there are no bars.
    """
    bars = [bar for onsets in images for bar in _bars(onsets, STEPS_OF_A_BAR)]
    return sum(bar in known for bar in bars) / len(bars) if bars else 0.0


def repeated_share(images: NDArray[np.bool_]) -> float:
    """Return the share of the bars of images, onsets `(n, T, 88)`, that occur more than once among them."""
    bars = Counter(bar for onsets in images for bar in _bars(onsets, STEPS_OF_A_BAR))
    count = sum(bars.values())
    return sum(times for times in bars.values() if times > 1) / count if count else 0.0


def _bars(onsets: NDArray[np.bool_], hop: int) -> Iterator[bytes]:
    """Yield the bars that begin at every `hop`-th step, each as the places of its onsets above the lowest."""
    step, key = np.nonzero(onsets)
    for start in range(0, len(onsets) - STEPS_OF_A_BAR + 1, hop):
        inside = slice(*np.searchsorted(step, [start, start + STEPS_OF_A_BAR]))
        if inside.stop - inside.start >= FEWEST_ONSETS:
            above = key[inside] - key[inside].min()
            yield ((step[inside] - start) * 88 + above).astype(np.int16).tobytes()
