"""New pieces: from noise, from the first bars of a piece, or through a model's latents.

`generate`, `reconstruct` and `interpolate` return Performances whose source is a new MIDI file. Load the models on the
CPU, so that a seed gives the same bytes with and without a GPU; a piece takes about a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.key import key_number
from tonenet_core.encoding.images import read_notes
from tonenet_core.errors import Sentence, ToneNetError
from tonenet_core.midi.new_file import FASTEST, SLOWEST, new_performance
from tonenet_core.models.base import USUAL_TOP_P, Autoencoder, ImageGenerator, SequenceGenerator, VelocityModel
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress, no_progress, part, stretch
from tonenet_core.transfer import transfer

MIN_SEC, MAX_SEC = 1.0, 3600.0
__all__ = ["USUAL_TOP_P", "Primer", "Request", "between", "generate", "interpolate", "reconstruct"]

MAX_TEMPERATURE = 2.0
# Shares of the time of a piece of ten minutes, as measured: latents drawn or encoded, images drawn, or tokens written;
# and their notes written to a file. Then the notes are played.
LATENTS_DONE, IMAGES_DONE, IMAGE_NOTES_DONE, TOKENS_DONE, TOKEN_NOTES_DONE = 0.33, 0.43, 0.68, 0.75, 0.85
MOST_TEMPO_CHANGE = 0.1  # so that whole bars or beats fill the asked length
FLAT = 64  # the velocity of notes before a velocity model plays them


@dataclass(frozen=True)
class Request:
    """Options of a new piece.

    Attributes:
        length_sec: 1 s to an hour; the piece lasts as long, unless a tempo or a primer is given, to whole bars.
        style: one of the model's; None: its first.
        temperature: 0..2; 1 samples as learnt, lower values are more conventional.
        tempo: beats a minute; None: the median of the style's training pieces.
        seed: the same one gives the same bytes.
        top_p: sequence models only: the total probability of the tokens that are sampled from, 0..1; None: 0.95.
        key: sequence models only: such as "G" or "F#m"; None: drawn at random.
        metre: sequence models only: such as "6/8"; None: drawn at random.
        repeats: sequence models only: whether each part is played twice, A A B B.
    """

    length_sec: float = 30.0
    style: str | None = None
    temperature: float = 1.0
    tempo: float | None = None
    seed: int = 0
    top_p: float | None = None
    key: str | None = None
    metre: str | None = None
    repeats: bool = True


@dataclass(frozen=True)
class Primer:
    """First bars of a piece, to be continued by a sequence model.

    Attributes:
        piece: a metered piece.
        bars: the number of bars that are kept.
    """

    piece: Piece
    bars: int = 4


def generate(
    model: ImageGenerator | SequenceGenerator,
    request: Request,
    *,
    primer: Primer | None = None,
    statistics: dict[str, Any] | None = None,
    velocities: VelocityModel | None = None,
    progress: Progress = no_progress,
) -> Performance:
    """Return a new piece.

    Args:
        model: see `checkpoint.load`.
        request: its options.
        primer: the bars that a sequence model continues, in their key, metre and tempo.
        statistics: of the training data by style (`CheckpointInfo.training["data"]`); they hold the tempo.
        velocities: a model that plays the notes; None keeps the generated velocities.
        progress: see `Progress`.

    Raises:
        ToneNetError: if an option is out of range, the model does not have the style or cannot fulfil the options, or
            the result is silent.
        Cancelled: if `progress` asks to stop.
    """
    _check(MIN_SEC <= request.length_sec <= MAX_SEC, Sentence("A length is 1 to 3600 seconds"), request.length_sec)
    _check(0 <= request.temperature <= MAX_TEMPERATURE, Sentence("A temperature is 0 to 2"), request.temperature)
    style = request.style or model.styles[0]
    _check_style(model, style)
    known = (statistics or {}).get(style, {}).get("tempo", 120.0)
    if primer is not None and len(primer.piece.beats_sec) > 1:
        known = 60 / float(np.median(np.diff(primer.piece.beats_sec)))
    tempo = _tempo(known if request.tempo is None else request.tempo)
    beats = max(round(request.length_sec * tempo / 60), 1)
    if isinstance(model, SequenceGenerator):
        written = stretch(progress, 0.0, TOKENS_DONE)
        piece = _compose(model, request, primer, beats=beats, tempo=tempo, progress=written)
        return _perform(piece, velocities, style, request.seed, stretch(progress, TOKEN_NOTES_DONE, 1.0))
    if primer is not None or (request.top_p, request.key, request.metre) != (None, None, None):
        raise ToneNetError("A model that generates images takes no top-p, key or metre, and cannot continue a piece.")
    drawn = stretch(progress, 0.0, LATENTS_DONE)
    latents = model.invent(_slots(model, beats), style, request.seed, request.temperature, drawn)
    image = model.draw(latents, {style: 1.0}, stretch(progress, LATENTS_DONE, IMAGES_DONE))
    notes = _read_notes(image[: beats * model.grid.steps_per_beat], drawn=True)
    tempo = _fill(notes, request, tempo, beats, model.grid.steps_per_beat)
    piece = new_performance(notes, model.grid.steps_per_beat, tempo, f"{style} {request.seed}")
    return _perform(piece, velocities, style, request.seed, stretch(progress, IMAGE_NOTES_DONE, 1.0))


def _compose(
    model: SequenceGenerator, request: Request, primer: Primer | None, *, beats: int, tempo: float, progress: Progress
) -> Performance:
    """Return a piece of a sequence model."""
    top_p = USUAL_TOP_P if request.top_p is None else request.top_p
    _check(0 < top_p <= 1, Sentence("A top-p is above 0 and at most 1"), top_p)
    try:
        key = None if request.key is None else key_number(request.key)
        metre = None if request.metre is None else _metre(request.metre)
        score = model.compose(
            beats,
            request.seed,
            request.temperature,
            style=request.style,
            tempo=tempo,
            top_p=top_p,
            key=key,
            metre=metre,
            primer=None if primer is None else primer.piece,
            primer_bars=0 if primer is None else primer.bars,
            repeats=request.repeats,
            progress=progress,
        )
    except ValueError as error:
        raise ToneNetError("No such piece can be written: {why}.", why=error) from error
    name = f"{request.style or model.styles[0]} {request.seed}"
    if primer is None:
        tempo = _fill(score.notes, request, tempo, beats, score.steps_per_beat)
    return new_performance(score.notes, score.steps_per_beat, tempo, name, score.metre)


def _metre(name: str) -> tuple[int, int]:
    numbers = name.split("/")
    if len(numbers) != 2 or not all(number.isdigit() for number in numbers):
        raise ValueError(f"there is no metre {name!r}; 4/4 and 6/8 are metres")
    return int(numbers[0]), int(numbers[1])


def reconstruct(
    piece: Piece,
    model: Autoencoder,
    *,
    style: str | None = None,
    tempo: float | None = None,
    name: str = "reconstruction",
    velocities: VelocityModel | None = None,
    progress: Progress = no_progress,
) -> Performance:
    """Return a piece decoded from its own latents, on the model's grid, in one tempo.

    Args:
        piece: of any length.
        model: one with an encoder.
        style: the style of the piece; None: the model's first.
        tempo: beats a minute; None: the piece's median.
        name: of the result.
        velocities: as in `generate`.
        progress: see `Progress`.

    Raises:
        ToneNetError: as in `generate`, or if the piece has no notes.
        Cancelled: if `progress` asks to stop.
    """
    style = style or model.styles[0]
    latents = _encode(piece, model, style, stretch(progress, 0.0, LATENTS_DONE))
    image = model.draw(latents, {style: 1.0}, stretch(progress, LATENTS_DONE, IMAGES_DONE))
    result = _performance(model, image, _tempo(tempo or model.tempo(piece)), name)
    return _perform(result, velocities, style, 0, stretch(progress, IMAGE_NOTES_DONE, 1.0))


def interpolate(
    first: Piece,
    second: Piece,
    model: Autoencoder,
    *,
    steps: int = 5,
    styles: tuple[str | None, str | None] = (None, None),
    velocities: VelocityModel | None = None,
    progress: Progress = no_progress,
) -> list[Performance]:
    """Return an interpolation between two pieces in the model's latent space; its ends are their reconstructions.

    The longer piece is cut to the beats of the other. Each beat's latent vector is interpolated spherically (the middle
    of a straight line is shorter than any vector of the training data), tempo and style linearly.

    Args:
        first: of any length.
        second: of any length.
        model: one with an encoder.
        steps: the number of pieces, both ends included; at least 2.
        styles: the styles of the two pieces; None: the model's first.
        velocities: as in `generate`; plays in the nearer end's style.
        progress: see `Progress`.

    Raises:
        ToneNetError: as in `reconstruct`, or if there are fewer than two steps.
        Cancelled: if `progress` asks to stop.
    """
    _check(steps >= 2, Sentence("An interpolation has at least 2 steps"), steps)
    names = [style or model.styles[0] for style in styles]
    ends = [
        _encode(piece, model, style, part(progress, index, 2 + steps))
        for index, (piece, style) in enumerate(zip((first, second), names, strict=True))
    ]
    count = min(map(len, ends))
    tempos = [model.tempo(piece) for piece in (first, second)]
    pieces = []
    for index, share in enumerate(np.linspace(0, 1, steps)):
        latents = between(ends[0][:count], ends[1][:count], float(share))
        shares = dict.fromkeys(names, 0.0)
        for style, weight in zip(names, (1 - share, share), strict=True):
            shares[style] += float(weight)
        step = part(progress, 2 + index, 2 + steps)
        image = model.draw(latents, shares, stretch(step, 0.0, 0.25))
        tempo = _tempo(float((1 - share) * tempos[0] + share * tempos[1]))
        piece = _performance(model, image, tempo, f"interpolation {index}")
        pieces.append(_perform(piece, velocities, names[int(share > 0.5)], 0, stretch(step, 0.25, 1.0)))
    return pieces


def between(first: NDArray[np.float32], second: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Return the spherical interpolation `(L, latent)` of two rows of latents at a share, 0..1.

    Source: Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985; the lengths change evenly.
    """
    lengths = [np.maximum(np.linalg.norm(each, axis=-1, keepdims=True), 1e-9) for each in (first, second)]
    one, other = first / lengths[0], second / lengths[1]
    angle = np.arccos(np.clip((one * other).sum(axis=-1, keepdims=True), -1, 1))
    sine = np.sin(angle)
    apart = sine > 1e-4  # else they point the same way, or exactly opposite ones: the straight line will do
    safe = np.where(apart, sine, 1.0)
    weights = [np.where(apart, np.sin(part_of * angle) / safe, part_of) for part_of in (1 - share, share)]
    turned = weights[0] * one + weights[1] * other
    return np.asarray(turned * ((1 - share) * lengths[0] + share * lengths[1]), np.float32)


def _encode(piece: Piece, model: Autoencoder, style: str, progress: Progress) -> NDArray[np.float32]:
    _check_style(model, style)
    if not len(piece.notes):
        raise ToneNetError("The piece has no notes.")
    return model.encode(piece, style, progress)


def _performance(model: ImageGenerator, image: NDArray[np.float32], tempo: float, name: str) -> Performance:
    return new_performance(_read_notes(image), model.grid.steps_per_beat, tempo, name)


def _read_notes(image: NDArray[np.float32], *, drawn: bool = False) -> NDArray[np.void]:
    """Return the notes of an image; one that was `drawn` depends on seed and temperature."""
    notes = read_notes(image)
    silent = "The result is silent; try another piece.", "The result is silent; try another seed or temperature."
    if not len(notes):
        raise ToneNetError(silent[drawn])
    return notes


def _fill(notes: NDArray[np.void], request: Request, tempo: float, beats: int, steps_per_beat: int) -> float:
    """Hold the last notes to the end of at least `beats` beats; return the tempo at which that is the asked length.

    A tempo that was asked for, and one that would be more than a tenth away, stay as they are.
    """
    ends = notes["step"] + notes["steps"]
    last = max(int(ends.max()), beats * steps_per_beat)
    held = ends == ends.max()
    notes["steps"][held] = last - notes["step"][held]
    filling = last / steps_per_beat * 60 / request.length_sec
    return filling if request.tempo is None and abs(filling / tempo - 1) <= MOST_TEMPO_CHANGE else tempo


def _perform(piece: Performance, model: VelocityModel | None, style: str, seed: int, progress: Progress) -> Performance:
    """Return the piece performed by a velocity model, as a piece without dynamics; unchanged without a model."""
    if model is None:
        progress(1.0)
        return piece
    target = style if style in model.styles else model.styles[0]
    flat = piece.with_velocities(np.full(len(piece), FLAT))
    return transfer(flat, model, target, source_style=target, accents=1.0, seed=seed, progress=progress)


def _slots(model: ImageGenerator, beats: int) -> int:
    return -(-beats * model.grid.steps_per_beat // model.slot_steps)


def _check_style(model: ImageGenerator | SequenceGenerator, style: str) -> None:
    rule = Sentence("The model's styles are {styles}", styles=", ".join(model.styles))
    _check(style in model.styles, rule, style)


def _tempo(wanted: float) -> float:
    rule = Sentence("A tempo is {least} to {most} beats a minute", least=f"{SLOWEST:g}", most=f"{FASTEST:g}")
    _check(SLOWEST <= wanted <= FASTEST, rule, wanted)
    return float(wanted)


def _check(fine: bool, rule: Sentence, found: object) -> None:
    if not fine:
        raise ToneNetError("{rule}, not {found}.", rule=rule, found=str(found))
