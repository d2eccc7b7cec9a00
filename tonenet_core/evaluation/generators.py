"""Generators of images: reconstruction of unseen pieces, and the likeness of generated pieces to real ones.

Reconstruction is measured on one piece at a time. Generation is measured on one draw at a time: a number of images of
each style, from another seed, against images of the split; as many images of the training set are the ceiling. The
comparison is Yang & Lerch's (`image_metrics.likeness`), beside the plain overlap of histograms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.image_metrics import (
    FEATURES,
    copied_share,
    diversity,
    image_means,
    known_bars,
    likeness,
    onset_scores,
    pooled_overlap,
    repeated_share,
    saturated,
    silent,
)
from tonenet_core.checkpoint import CheckpointInfo, load_generator
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.images import IMAGE_STEPS, LOUDEST, ONSET, SUSTAIN, pixels, read_notes
from tonenet_core.errors import DataError, ToneNetError
from tonenet_core.evaluation.report import Report, Samples
from tonenet_core.generate import Request, between, generate
from tonenet_core.models.image.image_model import ImageModel
from tonenet_core.models.image.vae_gan import VaeGan
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress

DRAWS = 5
IMAGES = 100  # of each style in a draw
PIECES = 20  # of half a minute, in each style
PAIRS = 5  # pieces between which is interpolated
STEPS = 5  # of an interpolation

RECONSTRUCTION = "Reconstruction: {0}"
OVERLAP = "What is invented: overlapped area with the split"
DIVERGENCE = "What is invented: KL divergence from the split, nats"
POOLED = "What is invented: overlap of the histograms of all notes"
WHOLE = "Whole pieces of 30 seconds"
SIGNS = "What is invented: density, collapse and copies"
INTERPOLATION = "Interpolation: {0}"


@dataclass(frozen=True, eq=False)
class Music:
    """Images of one style: `(n, 88, 88, channels)`, 0..1, and the notes of each."""

    images: NDArray[np.float32]
    notes: list[NDArray[np.void]]

    @staticmethod
    def of(images: NDArray[np.float32]) -> Music:
        """Read the notes of images."""
        return Music(images, [read_notes(image) for image in images])

    def drawn(self, count: int, seed: int) -> Music:
        """Return `count` of the images, sampled without replacement; all if there are fewer."""
        chosen = np.random.default_rng(seed).permutation(len(self.images))[:count]
        return Music(self.images[chosen], [self.notes[index] for index in chosen])


def measure_generators(
    infos: Sequence[CheckpointInfo], cache: Cache, split: str, progress: Progress = no_progress
) -> tuple[Report, Samples]:
    """Measure generators of images on a split of a cache, on its pieces in the first one's styles.

    Raises:
        DataError: if the cache holds no pieces of the first checkpoint's styles in the split.
        Cancelled: if `progress` asks to stop.
    """
    models = [(info, _image_model(info)) for info in infos]
    first = models[0][1]
    pieces = list(cache.pieces(split, first.styles))
    if not pieces:
        raise DataError(f"{cache.folder} holds no pieces of {' or '.join(first.styles)} in its {split} split.")
    report, samples = Report([info.name for info in infos], split), Samples()
    for piece in pieces:
        report.pieces[piece.source] = report.pieces.get(piece.source, 0) + 1
    training = list(cache.pieces("train", first.styles))
    for info, model in models:
        if isinstance(model, VaeGan):
            for index, piece in enumerate(pieces):
                progress(0.3 * index / len(pieces))
                _measure_reconstruction(report, info, model, piece)
            _measure_interpolation(report, info, model, pieces)
    bars = known_bars([first.prepare_piece(piece)[..., ONSET] > 0 for piece in training])
    for index, style in enumerate(first.styles):
        progress(0.3 + 0.7 * index / len(first.styles))
        real, seen = (_music(first, [piece for piece in each if piece.style == style]) for each in (pieces, training))
        _measure_invention(report, samples, models, style, real=real, seen=seen, bars=bars)
    progress(1.0)
    return report, samples


def _image_model(info: CheckpointInfo) -> ImageModel:
    model = load_generator(info.path)
    assert isinstance(model, ImageModel)  # the only generators of images
    return model


def _music(model: ImageModel, pieces: list[TrainingPiece]) -> Music:
    return Music.of(np.concatenate([pixels(np.stack(cut)) for cut in map(model.cut, pieces) if cut]))


# -- reconstruction -----------------------------------------------------------------------------------------------


def _measure_reconstruction(report: Report, info: CheckpointInfo, model: VaeGan, piece: TrainingPiece) -> None:
    note = (
        f"Images of {IMAGE_STEPS} steps, {info.config['latent']} latent numbers a beat. Another image: how well a "
        "random other image of the same piece would do. Held as one: of the notes longer than a step whose stroke came "
        "back, those that are one note; and what the write-up's one-channel image makes of them, with no model between."
    )
    cut = model.cut(piece)
    if len(cut) < 2:
        return
    true = pixels(np.stack(cut))
    back = model.reconstructed(true, piece.style)
    table = report.table(RECONSTRUCTION.format(info.title), note)
    struck, found = true[..., ONSET] > 0, back[..., ONSET] > 0
    others = np.roll(np.random.default_rng(0).permutation(len(cut)), 1)
    other = np.empty(len(cut), np.int64)
    other[np.roll(others, -1)] = others  # each image's is another one than itself
    scores = [onset_scores(*pair) for pair in zip(struck, found, strict=True)]
    control = [onset_scores(struck[index], struck[other[index]]) for index in range(len(cut))]
    table.add(piece.source, "onset F1", float(np.mean(scores)))
    table.add(piece.source, "F1 of another image", float(np.mean(control)))
    both = struck & found
    if both.any():
        error = np.abs(true[..., ONSET] - back[..., ONSET])[both].mean() * LOUDEST
        table.add(piece.source, "velocity MAE", float(error))
    if model.config.channels == 2:
        kept = [held_as_one(read_notes(one), other_[..., ONSET] > 0) for one, other_ in zip(true, back, strict=True)]
        flat = [held_as_one(read_notes(one), one[..., SUSTAIN] > 0) for one in true]
        for column, counts in (("held as one", kept), ("held as one, one channel", flat)):
            whole, held = np.sum(counts, axis=0)
            if held:
                table.add(piece.source, column, float(whole / held))


def held_as_one(notes: NDArray[np.void], strokes: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the number of held notes with a single onset in `(T, 88)`, and of those with any."""
    held = [note for note in notes[notes["steps"] > 1] if strokes[note["step"], note["key"]]]
    whole = [note for note in held if strokes[note["step"] : note["step"] + note["steps"], note["key"]].sum() == 1]
    return len(whole), len(held)


# -- invention ----------------------------------------------------------------------------------------------------


def _measure_invention(
    report: Report,
    samples: Samples,
    models: list[tuple[CheckpointInfo, ImageModel]],
    style: str,
    *,
    real: Music,
    seen: Music,
    bars: set[bytes],
) -> None:
    statistics = models[0][0].training["data"][style]
    for info, model in models:
        _measure_pieces(report, info, model, style, statistics)
    for draw in range(DRAWS):
        sets = {info.title: Music.of(model.drawn_images(style, IMAGES, seed=draw)) for info, model in models}
        for title, made in sets.items():
            if draw == 0:
                samples.images.setdefault(title, []).extend((style, image) for image in made.images[:6])
        sets["training set"] = seen.drawn(IMAGES, draw)
        for title, made in sets.items():
            _compare(report, title, style, real, made)
            known = None if title == "training set" else bars
            _look_for_signs(report, title, style, made=made, real=real, bars=known, statistics=statistics)
    _look_for_signs(report, "held out", style, made=real, real=real, bars=bars, statistics=statistics)


def _measure_pieces(
    report: Report, info: CheckpointInfo, model: ImageModel, style: str, statistics: dict[str, Any]
) -> None:
    """Generate pieces as a user would, each from its own seed, and compare their density with the usual range."""
    note = (
        f"{PIECES} seeds. Inside: whether notes a second, and the mean polyphony while anything sounds, are between "
        "the 5th and 95th percentile of the training images of the style. Shortest: of its notes, in milliseconds."
    )
    table, row = report.table(WHOLE, note), f"{style}: {info.title}"
    for seed in range(PIECES):
        try:
            piece = generate(model, Request(30.0, style, seed=seed), statistics={style: statistics})
        except ToneNetError:  # silent
            table.add(row, "notes inside", 0.0)
            table.add(row, "polyphony inside", 0.0)
            continue
        onset, lasts = piece.notes["onset_sec"], piece.notes["duration_sec"]
        edges = np.concatenate([onset, onset + lasts])
        order = np.lexsort((np.repeat([1, 0], len(onset)), edges))  # at one moment releases come first
        sounding = np.cumsum(np.repeat([1, -1], len(onset))[order])[:-1]
        spans = np.diff(edges[order])[sounding > 0]
        polyphony = np.array([np.average(sounding[sounding > 0], weights=spans)])
        density = np.array([len(piece) / piece.duration_sec])
        table.add(row, "notes inside", _inside(density, statistics["notes_per_second"]))
        table.add(row, "polyphony inside", _inside(polyphony, statistics["polyphony"]))
        table.add(row, "shortest", float(lasts.min()) * 1000)


def _compare(report: Report, title: str, style: str, real: Music, made: Music) -> None:
    overlap = report.table(OVERLAP, f"1 is alike. Mean over {DRAWS} draws of {IMAGES} images, interval over draws.")
    divergence = report.table(DIVERGENCE, "0 is alike.")
    pooled = report.table(POOLED, "1 is alike; not of images' means, but of all their values together.")
    means = [image_means(music.notes, IMAGE_STEPS) for music in (real, made)]
    shared = pooled_overlap(real.notes, made.notes, IMAGE_STEPS)
    for feature in FEATURES:
        row = f"{style}: {feature}"
        pooled.add(row, title, shared[feature])
        if len(means[1][feature]) >= 3:
            area, apart = likeness(means[0][feature], means[1][feature])
            overlap.add(row, title, area)
            divergence.add(row, title, apart)


def _look_for_signs(
    report: Report,
    title: str,
    style: str,
    *,
    made: Music,
    real: Music,
    bars: set[bytes] | None,
    statistics: dict[str, Any],
) -> None:
    note = (
        "Shares of images, of 22 beats each. Inside: number of notes and polyphony between the 5th and 95th percentile "
        "of the training images of the style, at its median tempo. Diversity: how unlike each other they are, over how "
        "unlike the held-out ones are. Copied: bars (16 steps, 6 strokes or more, in any transposition) that stand in "
        "the training set. Repeated: bars that occur more than once in the draw."
    )
    table, row = report.table(SIGNS, note), f"{style}: {title}"
    seconds = IMAGE_STEPS / 4 * 60 / statistics["tempo"]
    density = np.array([len(notes) / seconds for notes in made.notes])
    polyphony = image_means(made.notes, IMAGE_STEPS)["polyphony"]
    table.add(row, "silent", float(np.mean([silent(notes) for notes in made.notes])))
    table.add(row, "saturated", float(np.mean([saturated(notes, IMAGE_STEPS) for notes in made.notes])))
    table.add(row, "notes inside", _inside(density, statistics["notes_per_second"]))
    table.add(row, "polyphony inside", _inside(polyphony, statistics["polyphony"]))
    onsets = made.images[..., ONSET] > 0
    table.add(row, "diversity", diversity(onsets) / diversity(real.images[..., ONSET] > 0))
    if bars is not None:
        table.add(row, "copied", copied_share(onsets, bars))
    table.add(row, "repeated", repeated_share(onsets))


def _inside(values: NDArray[np.float64], percentiles: Sequence[float]) -> float:
    return float(np.mean((values >= percentiles[0]) & (values <= percentiles[-1]))) if len(values) else 0.0


# -- interpolation ------------------------------------------------------------------------------------------------


def _measure_interpolation(report: Report, info: CheckpointInfo, model: VaeGan, pieces: list[TrainingPiece]) -> None:
    """Interpolate between pieces of the split, in their own styles; distance is 1 - F1 of sounding cells."""
    note = (
        f"{PAIRS} pairs of pieces, {STEPS} steps, as many beats as the shorter has. Distance: 1 - F1 of what sounds. "
        "Nearer: whether neighbours are nearer to each other than the ends are."
    )
    table = report.table(INTERPOLATION.format(info.title), note)
    chosen = [pieces[index] for index in np.linspace(0, len(pieces) - 1, 2 * PAIRS).astype(int)]
    for first, second in zip(chosen[:PAIRS], chosen[PAIRS:], strict=True):
        ends = [model.encode(piece, piece.style) for piece in (first, second)]
        count = min(map(len, ends))
        sounds = []
        for share in np.linspace(0, 1, STEPS):
            latents = between(ends[0][:count], ends[1][:count], float(share))
            shares = {first.style: 0.0, second.style: 0.0}
            shares[first.style] += 1 - float(share)
            shares[second.style] += float(share)
            sounds.append(model.draw(latents, shares)[..., -1] > 0)
        steps = [1 - onset_scores(one, other) for one, other in pairwise(sounds)]
        apart = 1 - onset_scores(sounds[0], sounds[-1])
        row = f"{first.source} to {second.source}"
        table.add(row, "between neighbours", float(np.mean(steps)))
        table.add(row, "between the ends", apart)
        table.add(row, "nearer", float(max(steps) < apart))
