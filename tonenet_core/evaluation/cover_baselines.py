"""What models of covers are compared with: the VAE-GAN's other style, and accompaniments that were played before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.arranging.lead_sheet import LeadSheet
from tonenet_core.checkpoint import load
from tonenet_core.encoding.beat_tokens import END, LENGTHS, STEPS, UNKNOWN_LENGTH
from tonenet_core.errors import CheckpointError
from tonenet_core.harmony.melody import Melody
from tonenet_core.models.accompaniment.features import roots
from tonenet_core.models.accompaniment.keyboard import Keyboard, notes_of_steps
from tonenet_core.models.accompaniment.sheet import lay_out
from tonenet_core.models.accompaniment.tokens import Context, encode_accompaniment, find_context
from tonenet_core.models.cycle.config import CycleGanConfig
from tonenet_core.models.cycle.cycle_gan import CycleGan
from tonenet_core.models.image.vae_gan import VaeGan
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS, Piece
from tonenet_core.progress import Progress, no_progress

SWAP, NEAREST = "vae-swap", "nearest"
BASELINES = (SWAP, NEAREST)
BLOCKS = "vae-gan"
GROUP = 4  # beats that are copied at once
_USUAL_LENGTH = 6  # steps of a note whose length is not known


class StyleSwap:
    """The VAE-GAN, which encodes a piece in one style and decodes it in the other: the CycleGAN before any training."""

    def __init__(self) -> None:
        """Load the shipped VAE-GAN.

        Raises:
            CheckpointError: if there is none.
        """
        blocks = load(BLOCKS, "cpu")
        if not isinstance(blocks, VaeGan):
            raise CheckpointError("The model {name} has no encoder.", name=BLOCKS)
        sizes = blocks.config
        config = CycleGanConfig(
            blocks.styles, latent=sizes.latent, hidden=sizes.hidden, blocks=sizes.blocks, adversarial=0, alone=0, pool=0
        )
        self._model = CycleGan(config)
        self._model.begin_with(blocks)
        self.styles = self._model.styles

    def accompany(
        self, sheet: LeadSheet, style: str, seed: int = 0, temperature: float = 1.0, progress: Progress = no_progress
    ) -> NDArray[np.void]:
        """Return an accompaniment; the seed and the temperature have no effect. See `AccompanimentModel`."""
        return self._model.accompany(sheet, style, seed, 0.0, progress)


class NearestAccompaniment:
    """Accompaniments of training pieces, of which, four beats at a time, that of the most similar chroma is copied."""

    def __init__(self, styles: tuple[str, ...]) -> None:
        """Know none."""
        self.styles = styles
        self._chroma: dict[str, list[NDArray[np.float32]]] = {style: [] for style in styles}
        self._notes: dict[str, list[NDArray[np.int64]]] = {style: [] for style in styles}

    def add(self, style: str, piece: Piece, melody: Melody) -> None:
        """Take in the accompaniment of a piece."""
        context = find_context(piece, melody)
        tokens, root = encode_accompaniment(piece, melody, context), roots(context)
        is_note = tokens.place != END
        step = tokens.beat.astype(np.int64) * STEPS + tokens.place
        length = np.where(tokens.length == UNKNOWN_LENGTH, _USUAL_LENGTH, LENGTHS[tokens.length])
        notes = np.stack([step, tokens.pitch, length], axis=1)[is_note].astype(np.int64)
        for first in range(0, context.beats - GROUP + 1, GROUP):
            inside = slice(*np.searchsorted(notes[:, 0], [first * STEPS, (first + GROUP) * STEPS]))
            self._chroma[style].append(_chroma_of(context, first, int(root[first])))
            self._notes[style].append(notes[inside] - np.array([first * STEPS, int(root[first]), 0]))

    def accompany(
        self, sheet: LeadSheet, style: str, seed: int = 0, temperature: float = 1.0, progress: Progress = no_progress
    ) -> NDArray[np.void]:
        """Return an accompaniment; the seed and the temperature have no effect. See `AccompanimentModel`.

        Raises:
            KeyError: if the style is not known.
        """
        known = np.stack(self._chroma[style])
        desk = lay_out(sheet)
        keyboard, root = Keyboard(desk), roots(desk.context)
        written = []
        for first in range(0, len(sheet), GROUP):
            progress(first / len(sheet))
            own = int(root[first])
            nearest = int(np.argmax(known @ _chroma_of(desk.context, first, own)))
            for step, pitch, length in (self._notes[style][nearest] + np.array([first * STEPS, 0, 0])).tolist():
                key = pitch + own - LOWEST_PITCH
                if step >= len(sheet) * STEPS or sheet.is_kept[step // STEPS] or not 0 <= key < PIANO_KEYS:
                    continue
                if keyboard.allowed(step)[key]:
                    keyboard.strike(step, key + LOWEST_PITCH)
                    written.append((step, key + LOWEST_PITCH, length))
        progress(1.0)
        return notes_of_steps(desk, written)


def _chroma_of(context: Context, first: int, root: int) -> NDArray[np.float32]:
    """Return the chroma of a group of beats from a root on, `(GROUP * 12,)`; zeros beyond the piece."""
    chroma = np.zeros((GROUP, 12), np.float32)
    inside = context.chroma[first : first + GROUP]
    chroma[: len(inside)] = np.roll(inside, -root, axis=1)
    return chroma.ravel()
