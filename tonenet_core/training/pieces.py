"""The pieces of a training run: those it learns from, prepared by the model, and those it is validated on."""

from __future__ import annotations

import logging
from typing import Any, TypeVar

import numpy as np

from tonenet_core.data.cache import Cache, Pieces
from tonenet_core.errors import DataError
from tonenet_core.models.training import Lexical, PreparedPieces, Recognising, Sized, Streaming, Trainable
from tonenet_core.performance import TrainingPiece
from tonenet_core.training.recipe import Recipe

P = TypeVar("P")
S = TypeVar("S", bound=Sized)
B = TypeVar("B")
logger = logging.getLogger(__name__)


def valid_pieces(recipe: Recipe, cache: Cache, styles: tuple[str, ...]) -> list[TrainingPiece]:
    """Return evenly spaced pieces of each source's `valid` split, so that the choice does not favour any initial."""
    sources = cache.pieces("valid", styles).by_source()
    if not sources:
        raise DataError(f"{cache.folder} holds no pieces to validate on.")
    chosen = []
    for pieces in sources.values():
        count = min(recipe.training.valid_pieces, len(pieces))
        chosen += [pieces[int(index)] for index in np.linspace(0, len(pieces) - 1, count).astype(int)]
    return chosen


def prepare_pieces(network: Trainable[P, B], cache: Cache, memory: int) -> tuple[PreparedPieces[P], dict[str, Any]]:
    """Return the training pieces as the model needs them, and their statistics.

    Args:
        network: prepares them; a `Lexical` one learns its vocabulary first, a `Recognising` one the sources.
        cache: holds pieces of each of its styles.
        memory: bytes; if they would take more, and the network is `Streaming`, they are prepared when they are drawn.

    Raises:
        DataError: if there are no training pieces of a style.
    """
    found = cache.pieces("train", network.styles)
    by_style = found.by_style()
    for style in network.styles:
        if style not in by_style:
            raise DataError(f"{cache.folder} holds no training pieces of the style {style!r}.")
    if isinstance(network, Recognising):
        network.learn_sources(found.by_source())
    notes = int(found.note_counts().sum())
    if isinstance(network, Streaming) and notes * network.prepared_note_bytes > memory:
        return _streamed(network, found, memory), network.data_statistics(found)
    loaded = list(found)
    if isinstance(network, Lexical):
        network.learn_vocabulary(loaded)
    pieces: dict[str, dict[str, list[P]]] = {style: {} for style in network.styles}
    for piece in loaded:
        pieces[piece.style].setdefault(piece.source, []).append(network.prepare_piece(piece))
    return pieces, network.data_statistics(loaded)


def _streamed(network: Streaming[S, B], found: Pieces, memory: int) -> PreparedPieces[S]:
    """Return the pieces as they are on disk, to be prepared when they are drawn."""
    from tonenet_core.models.expression.streamed import PieceCache, Streamed

    logger.info("%d pieces need more than the memory allowed: each is prepared when it is drawn", len(found))
    held: PieceCache[S] = PieceCache(memory)
    return {
        style: {
            source: Streamed(pieces, pieces.note_counts(), network.prepare_piece, held)
            for source, pieces in of_style.by_source().items()
        }
        for style, of_style in found.by_style().items()
    }
