"""A generator of tokens with its vocabulary: its training data, and the writing of pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.tokens import (
    METRES,
    SAMPLE_SEC,
    STEPS_PER_BEAT,
    TokenSequence,
    Vocabulary,
    decode_melody,
    decode_tokens,
    encode_tokens,
    melody_samples,
)
from tonenet_core.models.base import USUAL_TOP_P, Score
from tonenet_core.models.sequence.form import Part, parts, with_repeats
from tonenet_core.models.sequence.networks import LONGEST_BAR, TokenGenerator
from tonenet_core.models.sequence.sampling import Sampling, continue_melody, continue_sequence
from tonenet_core.models.sequence.windows import (
    MELODY,
    PreparedTune,
    common_key,
    in_common_key,
    key_of,
    prepare_melody,
    prepare_tune,
    sample_windows,
    to_common_key,
)
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import PIANO_KEYS, Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress, stretch

FORMS = ("melody", "tokens")
PHRASE, SHORT_PIECE = 4, 10  # bars; a longer piece has whole phrases
READING = 0.1  # time that a bar takes which is read, as a share of one that is written
MELODY_PRIMER = 4  # samples of the melody form that stand for a bar of a primer


@dataclass(frozen=True)
class TuneConfig:
    """The size of the generator and its training data.

    Attributes:
        styles: a single name.
        form: "melody" or "tokens".
        length: tokens of a training sequence.
        vocabulary: largest number of tokens; 88 in the melody form.
        embedding, hidden, layers, dropout: of the network.
        transpose: training pieces are transposed by up to this many semitones either way.
    """

    styles: tuple[str, ...]
    form: str = "melody"
    length: int = 32
    vocabulary: int = 88
    embedding: int = 32
    hidden: int = 32
    layers: int = 1
    dropout: float = 0.0
    transpose: int = 0

    def __post_init__(self) -> None:
        if len(self.styles) != 1:
            raise ValueError("a generator of tokens has one style")
        if self.form not in FORMS:
            raise ValueError(f"a form is {' or '.join(FORMS)}, not {self.form!r}")
        if self.form == "melody" and self.vocabulary != len(MELODY):
            raise ValueError(f"the melody form has {len(MELODY)} tokens, not {self.vocabulary}")


class TuneModel(nn.Module):
    """A generator of tokens with its vocabulary."""

    config: TuneConfig
    usual: Tensor
    upbeats: Tensor

    def __init__(self, config: TuneConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        self.generator = TokenGenerator(
            config.vocabulary,
            config.embedding,
            config.hidden,
            layers=config.layers,
            dropout=config.dropout,
            places=config.form == "tokens",
        )
        self.register_buffer("usual", torch.zeros(len(METRES), 24, dtype=torch.int32))  # training pieces
        self.register_buffer("upbeats", torch.zeros(len(METRES), LONGEST_BAR, dtype=torch.int32))
        if config.form == "melody":
            self._number(MELODY)

    def learn_vocabulary(self, pieces: list[TrainingPiece]) -> None:
        """Number the tokens of the training pieces, and count their metres, keys and pickups."""
        if self.config.form == "melody":
            return
        found = [known for piece in pieces if (known := in_common_key(piece)) is not None]
        shifts = range(-self.config.transpose, self.config.transpose + 1)
        moved = (tune.transposed(shift) for tune, _ in found for shift in shifts)
        self._number(Vocabulary.learnt([tune for tune in moved if tune is not None], self.config.vocabulary))
        self.usual.zero_()
        self.upbeats.zero_()
        for tune, key in found:
            metre = METRES.index(tune.metre)
            self.usual[metre, key] += 1
            self.upbeats[metre, tune.start % tune.bar_steps] += 1

    def _number(self, vocabulary: Vocabulary) -> None:
        self.generator.table.copy_(torch.from_numpy(vocabulary.as_table(self.config.vocabulary)))

    def vocabulary(self) -> Vocabulary:
        """Return the tokens of the model."""
        return Vocabulary.of_table(self.generator.table.cpu().numpy())

    def prepare_piece(self, piece: TrainingPiece) -> PreparedTune | None:
        """Return the piece as numbered tokens; None if it cannot be encoded in this form."""
        if self.config.form == "melody":
            return prepare_melody(piece, self.config.transpose)
        return prepare_tune(piece, self.vocabulary(), self.config.transpose)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedTune | None], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random sequences, see `windows.sample_windows`."""
        tunes = [tune for found in pieces[self.styles[0]].values() for tune in found if tune is not None]
        return sample_windows(tunes, windows, self.config.length, self.config.vocabulary, rng)

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the median tempo, the number of pieces, and their metres."""
        tempos = [60 / float(np.median(np.diff(piece.beats_sec))) for piece in pieces if len(piece.beats_sec) > 1]
        tempo = 60 / SAMPLE_SEC if self.config.form == "melody" else float(np.median(tempos)) if tempos else 120.0
        metres = [f"{over}/{under}" for over, under in self.metres()]
        return {self.styles[0]: {"tempo": round(tempo, 2), "pieces": len(pieces), "metres": metres}}

    def metres(self) -> list[tuple[int, int]]:
        """Return the metres of the training set; none in the melody form."""
        return [metre for metre, row in zip(METRES, self.usual.cpu().numpy(), strict=True) if row.any()]

    def sheet(self) -> list[tuple[str, NDArray[np.float32]]]:
        """Return six generated pieces as images, each with its title."""
        return [(f"seed {seed}", _image(self.compose(32, seed))) for seed in range(6)]

    # -- writing -----------------------------------------------------------------------------------------------

    @torch.inference_mode()
    @one_thread()
    def compose(
        self,
        beats: float,
        seed: int,
        temperature: float = 1.0,
        *,
        style: str | None = None,
        tempo: float = 120.0,
        top_p: float = USUAL_TOP_P,
        key: int | None = None,
        metre: tuple[int, int] | None = None,
        primer: Piece | None = None,
        primer_bars: int = 4,
        repeats: bool = False,
        progress: Progress = no_progress,
    ) -> Score:
        """Return a new piece of about `beats` quarter notes; the same seed gives the same piece.

        Args:
            beats: of the whole piece, including the primer; whole bars are written, at least one new one, and of more
                than ten bars a multiple of four.
            seed: of everything random.
            temperature: 0..2; 1 is the learnt distribution, less is more predictable.
            style: the model's only one; None: the same.
            tempo: takes no effect, since tunes are written in beats.
            top_p: see `networks.drawn`.
            key: 0..23 as in `key.MUSICAL_KEYS`; None: drawn in proportion to the training set.
            metre: one of `METRES`; None: drawn in proportion to the training set.
            primer: a metered piece to continue, in its key and metre.
            primer_bars: number of its bars that are kept.
            repeats: see `form.with_repeats`; ignored in the melody form, which has no bars.
            progress: see `Progress`.

        Raises:
            KeyError: if the model has no such style.
            ValueError: if the model has not learnt the metre, the form has no keys or metres, or the primer cannot be
                continued.
        """
        if style not in (None, *self.styles):
            raise KeyError(style)
        self.eval()
        sampling = Sampling(seed, temperature, top_p)
        if self.config.form == "melody":
            if key is not None or metre is not None:
                raise ValueError("the melody form has neither keys nor metres")
            begun = melody_samples(primer)[: primer_bars * MELODY_PRIMER] if primer is not None else np.zeros(0, int)
            count = max(round(beats), len(begun) + 1)
            written = continue_melody(self.generator, begun, count, sampling, progress)
            return Score(decode_melody(written), 1, METRES[0])
        if primer is None:
            opening, key = self.opening(np.random.default_rng(seed), key, metre)
        else:
            opening, found = encode_tokens(primer).first_bars(primer_bars), key_of(primer)
            if key not in (None, found) or metre not in (None, opening.metre):
                raise ValueError("a piece is continued in its own key and metre")
            key = found
        tune = self.write(opening, key, beats, sampling, repeats=repeats, progress=progress)
        back = tune.transposed(-to_common_key(key))
        assert back is not None  # `write` keeps to the keyboard in both keys
        return Score(decode_tokens(back), STEPS_PER_BEAT, back.metre)

    def write(
        self,
        opening: TokenSequence,
        key: int,
        beats: float,
        sampling: Sampling,
        *,
        repeats: bool = False,
        generator: TokenGenerator | None = None,
        progress: Progress = no_progress,
    ) -> TokenSequence:
        """Return a piece in C major or A minor that can be transposed to a key, 0..23, from an opening in that key.

        Args:
            opening: in the key.
            key: 0..23 as in `key.MUSICAL_KEYS`.
            beats: of the whole piece, in quarter notes.
            sampling: see there.
            repeats: see `form.with_repeats`.
            generator: the network that writes; None: the model's `generator`.
            progress: see `Progress`.

        Raises:
            ValueError: if the model has not learnt the metre, or the opening leaves the keyboard.
        """
        shift = to_common_key(key)
        common = opening.transposed(shift)
        if common is None or not self.usual[METRES.index(opening.metre)].any():
            raise ValueError("the model has learnt no pieces of this metre and range")
        bars = max(_whole_phrases(beats * STEPS_PER_BEAT / opening.bar_steps), common.bars() + 1)
        written = parts(common.bars(), bars) if repeats else [Part(0, bars, twice=False)]
        work = np.cumsum([READING * part.begin + part.end - part.begin for part in written])
        done = {part.end: share for part, share in zip(written, work / work[-1], strict=True)}

        def extend(begun: TokenSequence, end: int) -> TokenSequence:
            # With the same random numbers a second part would be much like the first.
            seed = int(np.random.SeedSequence([sampling.seed, begun.bars()]).generate_state(1)[0])
            return continue_sequence(
                self.generator if generator is None else generator,
                self.vocabulary(),
                begun,
                key=common_key(key),
                bars=end,
                shift=-shift,
                sampling=sampling if begun is common else replace(sampling, seed=seed),
                progress=stretch(progress, done[end] - (end - begun.bars()) / work[-1], done[end]),
            )

        tune = with_repeats(common, bars, extend) if repeats else extend(common, bars)
        progress(1.0)
        return tune

    def opening(
        self, rng: np.random.Generator, key: int | None, metre: tuple[int, int] | None
    ) -> tuple[TokenSequence, int]:
        """Return the start of a piece before its first token, and its key, drawn in proportion to the training set.

        Raises:
            ValueError: if no training piece has the metre.
        """
        usual = self.usual.cpu().numpy().astype(np.float64)
        if metre is not None and metre not in self.metres():
            known = ", ".join(f"{over}/{under}" for over, under in self.metres())
            raise ValueError(f"the model has learnt no metre {metre[0]}/{metre[1]}; it has learnt {known}")
        number = _one_of(rng, usual.sum(axis=1)) if metre is None else METRES.index(metre)
        key = _one_of(rng, usual[number]) if key is None else key
        sequence = TokenSequence((), _one_of(rng, self.upbeats[number].cpu().numpy()), METRES[number])
        return sequence.as_upbeat(), key


def _whole_phrases(bars: float) -> int:
    """Return a number of bars that a piece may have: longer ones have whole phrases, so that the last one ends."""
    return PHRASE * round(bars / PHRASE) if bars > SHORT_PIECE else round(bars)


def _one_of(rng: np.random.Generator, counts: NDArray[Any]) -> int:
    return int(rng.choice(len(counts), p=counts / counts.sum()))


def _image(score: Score) -> NDArray[np.float32]:
    """Return notes as an image `(T, 88, 2)`, onsets and sustain, with at most four steps a beat."""
    scale = max(score.steps_per_beat // 4, 1)
    image = np.zeros((int((score.notes["step"] + score.notes["steps"]).max()) // scale + 1, PIANO_KEYS, 2), np.float32)
    for note in score.notes:
        first, last = note["step"] // scale, max((note["step"] + note["steps"]) // scale, note["step"] // scale + 1)
        image[first:last, note["key"], 1] = 1
        image[first, note["key"], 0] = note["velocity"] / 127
    return image
