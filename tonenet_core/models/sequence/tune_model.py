"""What a generator of tokens is made of, what it learns from, and the writing of tunes with it."""

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
from tonenet_core.models.sequence.form import with_repeats
from tonenet_core.models.sequence.networks import LONGEST_BAR, TokenGenerator
from tonenet_core.models.sequence.sampling import Sampling, continued, write_on
from tonenet_core.models.sequence.windows import (
    MELODY,
    PreparedTune,
    common_key,
    in_common_key,
    key_of,
    prepared_melody,
    prepared_tune,
    sample_windows,
    to_common_key,
)
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import PIANO_KEYS, Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

FORMS = ("melody", "tokens")
PHRASE, SHORT_TUNE = 4, 10  # bars; a longer tune has whole phrases
MELODY_PRIMER = 4  # samples of the melody form that stand for a bar of a primer


@dataclass(frozen=True)
class TuneConfig:
    """What rebuilds the generator, and what it learns from.

    Attributes:
        styles: one name.
        form: "melody" or "tokens".
        length: tokens of a training sequence.
        vocabulary: tokens that there is room for; of the melody form 88.
        embedding, hidden, layers, dropout: of the network.
        transpose: training tunes are shifted by up to this many semitones either way.
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


class TuneWriter(nn.Module):
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
        self.register_buffer("usual", torch.zeros(len(METRES), 24, dtype=torch.int32))  # training tunes
        self.register_buffer("upbeats", torch.zeros(len(METRES), LONGEST_BAR, dtype=torch.int32))
        if config.form == "melody":
            self._number(MELODY)

    def learn_vocabulary(self, pieces: list[TrainingPiece]) -> None:
        """Number the tokens of the training pieces, and count their metres, keys and upbeats."""
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
        """Return the tokens that the model knows."""
        return Vocabulary.of_table(self.generator.table.cpu().numpy())

    def prepare_piece(self, piece: TrainingPiece) -> PreparedTune | None:
        """Return the piece as numbers; None if it cannot be one of this form's sequences."""
        if self.config.form == "melody":
            return prepared_melody(piece, self.config.transpose)
        return prepared_tune(piece, self.vocabulary(), self.config.transpose)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedTune | None], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random sequences, see `windows.sample_windows`."""
        tunes = [tune for found in pieces[self.styles[0]].values() for tune in found if tune is not None]
        return sample_windows(tunes, windows, self.config.length, self.config.vocabulary, rng)

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the tempo in which tunes are written, how many there were, and the metres that were learnt."""
        tempos = [60 / float(np.median(np.diff(piece.beats_sec))) for piece in pieces if len(piece.beats_sec) > 1]
        tempo = 60 / SAMPLE_SEC if self.config.form == "melody" else float(np.median(tempos)) if tempos else 120.0
        metres = [f"{over}/{under}" for over, under in self.metres()]
        return {self.styles[0]: {"tempo": round(tempo, 2), "pieces": len(pieces), "metres": metres}}

    def metres(self) -> list[tuple[int, int]]:
        """Return the metres of the training set; none in the melody form."""
        return [metre for metre, row in zip(METRES, self.usual.cpu().numpy(), strict=True) if row.any()]

    def sheet(self) -> list[tuple[str, NDArray[np.float32]]]:
        """Return six drawn tunes as images, each with its title."""
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
        top_p: float = USUAL_TOP_P,
        key: int | None = None,
        metre: tuple[int, int] | None = None,
        primer: Piece | None = None,
        primer_bars: int = 4,
        repeats: bool = False,
        progress: Progress = no_progress,
    ) -> Score:
        """Return a new tune of about so many quarter notes; the same seed gives the same tune.

        Args:
            beats: of the whole tune, the primer's among them; whole bars are written, at least one new one, of more
                than ten bars a multiple of four.
            seed: fixes everything random.
            temperature: 0..2; 1 is what the model has learnt, less is tamer.
            top_p: see `networks.drawn`.
            key: 0..23 as in `key.MUSICAL_KEYS`; None: drawn as often as it is met in the training set.
            metre: one of `METRES`; None: likewise.
            primer: a metered piece that is gone on with, in its key and metre.
            primer_bars: how many of its bars.
            repeats: see `form.with_repeats`; the melody form has no bars and knows none.
            progress: see `Progress`.

        Raises:
            ValueError: if the model knows no such metre, the form knows neither keys nor metres, or the primer cannot
                be gone on with.
        """
        self.eval()
        sampling = Sampling(seed, temperature, top_p)
        if self.config.form == "melody":
            if key is not None or metre is not None:
                raise ValueError("the melody form knows neither keys nor metres")
            begun = melody_samples(primer)[: primer_bars * MELODY_PRIMER] if primer is not None else np.zeros(0, int)
            count = max(round(beats), len(begun) + 1)
            written = continued(self.generator, begun, count, sampling, progress)
            return Score(decode_melody(written), 1, METRES[0])
        if primer is None:
            opening, key = self.opening(np.random.default_rng(seed), key, metre)
        else:
            opening, found = encode_tokens(primer).first_bars(primer_bars), key_of(primer)
            if key not in (None, found) or metre not in (None, opening.metre):
                raise ValueError("a piece is gone on with in its own key and metre")
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
        """Return a tune in C major or A minor that can be transposed to a key, 0..23, from an opening in that key.

        Args:
            opening: in the key.
            key: 0..23 as in `key.MUSICAL_KEYS`.
            beats: of the whole tune, in quarter notes.
            sampling: see there.
            repeats: see `form.with_repeats`.
            generator: the network that writes; None: the model's `generator`.
            progress: see `Progress`.

        Raises:
            ValueError: if the model knows no such metre, or the opening leaves the keyboard.
        """
        shift = to_common_key(key)
        common = opening.transposed(shift)
        if common is None or not self.usual[METRES.index(opening.metre)].any():
            raise ValueError("the model knows no pieces of this metre and range")
        bars = max(_whole_phrases(beats * STEPS_PER_BEAT / opening.bar_steps), common.bars() + 1)

        def go_on(begun: TokenSequence, end: int) -> TokenSequence:
            # With the same random numbers a second part would come out much like the first.
            anew = int(np.random.SeedSequence([sampling.seed, begun.bars()]).generate_state(1)[0])
            return write_on(
                self.generator if generator is None else generator,
                self.vocabulary(),
                begun,
                key=common_key(key),
                bars=end,
                shift=-shift,
                sampling=sampling if begun is common else replace(sampling, seed=anew),
                progress=lambda done: progress(done * end / bars),
            )

        tune = with_repeats(common, bars, go_on) if repeats else go_on(common, bars)
        progress(1.0)
        return tune

    def opening(
        self, rng: np.random.Generator, key: int | None, metre: tuple[int, int] | None
    ) -> tuple[TokenSequence, int]:
        """Return the beginning of a tune before its first token, and its key: as often as in the training set.

        Raises:
            ValueError: if the metre is none of the training set's.
        """
        usual = self.usual.cpu().numpy().astype(np.float64)
        if metre is not None and metre not in self.metres():
            known = ", ".join(f"{over}/{under}" for over, under in self.metres())
            raise ValueError(f"the model knows no metre {metre[0]}/{metre[1]}; it knows {known}")
        number = _one_of(rng, usual.sum(axis=1)) if metre is None else METRES.index(metre)
        key = _one_of(rng, usual[number]) if key is None else key
        sequence = TokenSequence((), _one_of(rng, self.upbeats[number].cpu().numpy()), METRES[number])
        return sequence.as_upbeat(), key


def _whole_phrases(bars: float) -> int:
    """Return a number of bars that a tune may have: of longer ones whole phrases, or the last would have no end."""
    return PHRASE * round(bars / PHRASE) if bars > SHORT_TUNE else round(bars)


def _one_of(rng: np.random.Generator, counts: NDArray[Any]) -> int:
    return int(rng.choice(len(counts), p=counts / counts.sum()))


def _image(score: Score) -> NDArray[np.float32]:
    """Return notes as an image `(T, 88, 2)`, strokes and sound, of four steps a beat at most."""
    scale = max(score.steps_per_beat // 4, 1)
    image = np.zeros((int((score.notes["step"] + score.notes["steps"]).max()) // scale + 1, PIANO_KEYS, 2), np.float32)
    for note in score.notes:
        first, last = note["step"] // scale, max((note["step"] + note["steps"]) // scale, note["step"] // scale + 1)
        image[first:last, note["key"], 1] = 1
        image[first, note["key"], 0] = note["velocity"] / 127
    return image
