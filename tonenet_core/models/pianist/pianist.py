"""The pianist: a model of whole pieces, note by note, its training data and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.analysis.cover_metrics import mean_polyphony
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.beat_tokens import STEPS, Tokens
from tonenet_core.models.base import USUAL_TOP_P, Score
from tonenet_core.models.drawing import Taste
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.note_tokens import batch_of, draw_piece, mean_losses, random_start, token_losses
from tonenet_core.models.pianist.features import window_arrays
from tonenet_core.models.pianist.network import PianistConfig, PianistNetwork
from tonenet_core.models.pianist.plan import FREE, LONGEST_BAR, Plan, encode_piece, transposed
from tonenet_core.models.pianist.texture import (
    DRAFTS,
    OTHER_TEXTURE,
    USUAL,
    Texture,
    evenly_spaced,
    texture_of_seed,
    unusual_polyphony,
)
from tonenet_core.models.pianist.writing import Writer
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress, stretch

METRES = ((2, 4), (3, 4), (4, 4), (5, 4), (6, 4))
"""Metres that can be asked for: a pianist counts quarter notes."""
TEXTURES = 64
"""Textures that are known of a style."""
SHORTENED = 0.1
"""Share by which whole bars may be longer or shorter than a piece was asked to be; tempo makes up for as much."""
_VALID_TOKENS = 512  # of a piece that is validated on, from its middle


@dataclass(eq=False)
class PreparedPiece:
    """A training piece, encoded when it is first drawn.

    Attributes:
        piece: the piece.
        lengths: whether its lengths are its player's.
    """

    piece: TrainingPiece
    lengths: bool
    _encoded: tuple[Plan, Tokens] | None = None

    @property
    def nbytes(self) -> int:
        """Memory that its notes take."""
        return self.piece.notes.nbytes

    def encoded(self) -> tuple[Plan, Tokens]:
        """Return the plan and the tokens."""
        if self._encoded is None:
            self._encoded = encode_piece(self.piece, lengths=self.lengths)
        return self._encoded


class Pianist(nn.Module):
    """A model of whole piano pieces in a style."""

    Config = PianistConfig
    usual_keys: Tensor
    usual_bars: Tensor
    usual_textures: Tensor
    usual_polyphony: Tensor

    def __init__(self, config: PianistConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        self.mixture = Mixture(config.sources, config.shares, config.transcribed)
        self.network = PianistNetwork(config)
        self.register_buffer("usual_keys", torch.zeros(len(self.styles), 24, dtype=torch.int32))  # training pieces
        self.register_buffer("usual_bars", torch.zeros(len(self.styles), LONGEST_BAR + 1, dtype=torch.int32))
        self.register_buffer("usual_textures", torch.zeros(len(self.styles), TEXTURES, 2))  # see `Texture`
        self.register_buffer("usual_polyphony", torch.zeros(len(self.styles), 2))  # lowest, highest; 0: not known
        self._valid: dict[str, dict[str, Tensor]] = {}

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch in nats a note, and its parts: place, pitch and length."""
        return mean_losses(token_losses(self.network, batch))

    # -- training ----------------------------------------------------------------------------------------------

    def learn_vocabulary(self, pieces: list[TrainingPiece]) -> None:
        """Count the keys of each style's pieces, and the beats of the bars of its metered ones; and find textures.

        And how full pieces of the style are, by those whose lengths are their player's.
        """
        self.usual_keys.zero_()
        self.usual_bars.zero_()
        textures: list[list[Texture]] = [[] for _ in self.styles]
        full: list[list[float]] = [[] for _ in self.styles]
        for piece in pieces:
            if not len(piece.notes) or not self._is_learnt(piece):
                continue
            opening = _opening(piece)
            style, (plan, _) = self.styles.index(piece.style), encode_piece(opening)
            beat_sec = float(np.median(plan.beat_sec))
            if (texture := Texture.of(opening.notes["onset_sec"], opening.notes["pitch"], beat_sec)) is not None:
                textures[style].append(texture)
            if not self.mixture.is_transcribed(piece.source):
                full[style].append(mean_polyphony(opening.notes["onset_sec"], opening.notes["duration_sec"]))
            self.usual_keys[style, plan.key] += 1
            if plan.bar_beats[0] != FREE:
                self.usual_bars[style, int(np.bincount(plan.bar_beats).argmax())] += 1
        for style, found in enumerate(textures):
            if found:
                self.usual_textures[style] = torch.from_numpy(evenly_spaced(found, TEXTURES))
            if full[style]:
                self.usual_polyphony[style] = torch.from_numpy(np.percentile(full[style], USUAL))

    def prepare_piece(self, piece: TrainingPiece) -> PreparedPiece:
        """Return the piece, to be encoded when it is drawn."""
        return PreparedPiece(piece, not self.mixture.is_transcribed(piece.source))

    def sample_batch(
        self, pieces: PreparedPieces[PreparedPiece], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style, each in a random key."""
        rows, styles = [], []
        for number, style in enumerate(self.styles):
            sources = pieces[style]
            sizes = {name: [len(piece.piece.notes) for piece in found] for name, found in sources.items()}
            for _ in range(windows):
                name = self.mixture.draw(sources, rng)
                plan, tokens = sources[name][draw_piece(sizes[name], rng)].encoded()
                shift = int(rng.integers(-self.config.transpose, self.config.transpose + 1))
                start = random_start(tokens, self.config.window_tokens, rng)
                rows.append(window_arrays(*transposed(plan, tokens, shift), start, self.config.window_tokens))
                styles.append(len(self.styles) if rng.random() < self.config.hide_style else number)
        return batch_of(rows, styles)

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return for each style the median tempo of its metered pieces, the pieces of each source, and the metres."""
        found: dict[str, Any] = {}
        for style in self.styles:
            own = [piece for piece in pieces if piece.style == style and self._is_learnt(piece)]
            tempos = [60 / float(np.median(np.diff(piece.beats_sec))) for piece in own if len(piece.beats_sec) > 1]
            names = [piece.source for piece in own]
            tempo = round(float(np.median(tempos)), 2) if tempos else 120.0
            counts = {name: names.count(name) for name in sorted(set(names))}
            found[style] = {"tempo": tempo, "pieces": counts, "metres": [f"{over}/{under}" for over, under in METRES]}
        return found

    @torch.inference_mode()
    @one_thread()
    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the loss of each source in nats a note, and "score", the mean over sources."""
        self.eval()
        found: dict[str, list[float]] = {}
        for piece in pieces:
            if not self._is_learnt(piece) or (batch := self._valid_batch(piece)) is None:
                continue
            found.setdefault(piece.source, []).append(self._loss(batch, self.styles.index(piece.style)))
        figures = {name: float(np.mean(values)) for name, values in found.items()}
        return {**figures, "score": float(np.mean(list(figures.values())))}

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

        Each stroke of it can be played by two hands. It has the texture of one of the style's training pieces; a
        continued one keeps its own. A piece that is thinner or fuller than pieces of the style usually are is written
        anew, in another texture; of `DRAFTS` such pieces the nearest is taken.

        Args:
            beats: of the whole piece, the primer's included. Whole bars are written, and after a primer at least one
                new one; without a primer, a piece of a few bars ends inside one where that is nearer.
            seed: of everything random.
            temperature: 0..2; 1 is the learnt distribution, less is more predictable.
            style: one of the model's; None: its first.
            tempo: beats a minute at which it will be played; what is written depends on it.
            top_p: share of the probability from which places and pitches are drawn.
            key: 0..23 as in `key.MUSICAL_KEYS`; None: drawn in proportion to the style's training pieces.
            metre: one of `METRES`; None: drawn likewise.
            primer: a metered piece to continue, in its key and metre.
            primer_bars: number of its bars that are kept.
            repeats: takes no effect.
            progress: see `Progress`.

        Raises:
            KeyError: if the model has no such style.
            ValueError: if it cannot count the metre, or the primer cannot be continued as is asked for.
        """
        style = self.styles[0] if style is None else style
        own = self.styles.index(style) if style in self.styles else -1
        if own < 0:
            raise KeyError(style)
        self.eval()
        rng = np.random.default_rng(seed)
        others = [number for number in range(len(self.styles)) if number != own] or [len(self.styles)]
        config = self.config
        sharpness = config.style_sharpness[own] if config.style_sharpness else config.sharpness
        taste = Taste(temperature / sharpness, top_p, config.guidance)
        begun, bar, drafts = None, 0, DRAFTS
        if primer is not None:
            begun, key, bar = _begun(primer, primer_bars, key, metre)
            drafts = 1
        else:
            key = _one_of(rng, self.usual_keys[own]) if key is None else key
            bar = _one_of(rng, self.usual_bars[own]) or 4 if metre is None else _bar_of(metre)
        whole = max(round(beats / bar), 1 if begun is None else primer_bars + 1) * bar
        size = round(beats) if begun is None and abs(whole / beats - 1) > SHORTENED else whole
        plan = Plan.steady(key, max(size, 1), bar=bar, tempo=tempo)
        written: list[tuple[float, NDArray[np.void]]] = []
        for number in range(drafts):
            texture = self._texture(own, seed + OTHER_TEXTURE * number, begun, 60 / tempo)
            writer = Writer(self.network, plan, (own, *others), taste, rng, texture=texture)
            notes = writer.write(begun, stretch(progress, number / drafts, (number + 1) / drafts))
            written.append((unusual_polyphony(notes, 60 / tempo, self.usual_polyphony[own].double().numpy()), notes))
            if not written[-1][0]:
                break
        progress(1.0)
        return Score(min(written, key=itemgetter(0))[1], STEPS, (bar, 4))

    def _texture(self, style: int, seed: int, begun: Tokens | None, beat_sec: float) -> Texture | None:
        """Return the texture to keep: that of the beginning, if there is one."""
        if begun is None:
            return texture_of_seed(self.usual_textures[style].double().numpy(), seed)
        onset_sec = np.asarray(begun.beat * STEPS + begun.place, np.float64) * (beat_sec / STEPS)
        return Texture.of(onset_sec[begun.pitch > 0], begun.pitch[begun.pitch > 0], beat_sec)

    # -- figures -----------------------------------------------------------------------------------------------

    def _is_learnt(self, piece: TrainingPiece) -> bool:
        return not self.mixture.sources or piece.source in self.mixture.sources

    def _valid_batch(self, piece: TrainingPiece) -> dict[str, Tensor] | None:
        name = f"{piece.source}/{piece.name}"
        if name not in self._valid:
            plan, tokens = self.prepare_piece(piece).encoded()
            size = len(tokens.beat)
            start = int(np.searchsorted(tokens.beat, tokens.beat[max(0, (size - _VALID_TOKENS) // 2)])) if size else 0
            arrays = window_arrays(plan, tokens, start, min(_VALID_TOKENS, size - start)) if size else None
            self._valid[name] = batch_of([arrays], [0]) if arrays is not None else {}
        return self._valid[name] or None

    def _loss(self, batch: dict[str, Tensor], style: int) -> float:
        """Return the loss in nats a note."""
        device = next(self.parameters()).device
        moved = {name: value.to(device) for name, value in batch.items()}
        moved["style"] = torch.full_like(moved["style"], style)
        return float(self.forward(moved)["loss"])


def _opening(piece: TrainingPiece) -> TrainingPiece:
    """Return the first thousand notes of a piece: they tell its key and its metre."""
    return replace(piece, notes=piece.notes[:1000])


def _begun(primer: Piece, bars: int, key: int | None, metre: tuple[int, int] | None) -> tuple[Tokens, int, int]:
    """Return the first bars of a piece, its key, and the beats of its bars.

    Raises:
        ValueError: if it has no beats or fewer bars, or another key or metre is asked for.
    """
    if len(primer.beats_sec) < 2 or not len(primer.notes):
        raise ValueError("only a piece with notes and beats can be continued")
    plan, tokens = encode_piece(primer)
    starts = np.flatnonzero(plan.bar_place == 0)
    if not len(starts) or starts[0] + bars * plan.bar_beats[starts[0]] > plan.beats:
        raise ValueError(f"the piece has fewer than {bars} bars")
    first, bar = int(starts[0]), int(plan.bar_beats[starts[0]])
    if key not in (None, plan.key) or (metre is not None and _bar_of(metre) != bar):
        raise ValueError("a piece is continued in its own key and metre")
    inside = (tokens.beat >= first) & (tokens.beat < first + bars * bar)
    return (
        Tokens(tokens.beat[inside] - first, tokens.place[inside], tokens.pitch[inside], tokens.length[inside]),
        plan.key,
        bar,
    )


def _bar_of(metre: tuple[int, int]) -> int:
    if metre not in METRES:
        known = ", ".join(f"{over}/{under}" for over, under in METRES)
        raise ValueError(f"the model knows no metre {metre[0]}/{metre[1]}; it knows {known}")
    return metre[0]


def _one_of(rng: np.random.Generator, counts: Tensor) -> int:
    """Return an index, drawn in proportion to counts; 0 where all are."""
    weights = counts.cpu().numpy().astype(np.float64)
    return int(rng.choice(len(weights), p=weights / weights.sum())) if weights.sum() > 0 else 0
