"""Which pieces of a session are kept."""

from pathlib import Path

import numpy as np
import pytest

from app.documents.document import KEPT, Document, Pieces
from app.documents.history import History, Take
from tests.pieces import melody
from tonenet_core.midi import parse_midi
from tonenet_core.transfer import Interpretation


def transferred(number):
    """A file's piece with a result of its own."""
    piece = parse_midi(melody(12, seed=number), f"{number}.mid")
    level = np.full(len(piece), 20 + number, np.float32)
    take = Take(piece, Interpretation("jazz", "classical", level, level), 1.0, 0.0, 0, "Model")
    return Document(piece, piece.name, Path(piece.name), history=History().add(take))


@pytest.fixture
def pieces():
    return Pieces()


def titles(pieces):
    return [document.title for document in pieces.documents]


def test_a_piece_without_a_result_goes_when_another_comes(pieces):
    plain, other = transferred(0).with_history(History()), transferred(1)
    pieces.keep(plain)
    pieces.keep(other)
    assert pieces.documents == (other,)


def test_a_new_state_takes_the_place_of_the_piece(pieces):
    first, second = transferred(0), transferred(1)
    for document in (first, second, first.with_history(first.history.move(-1))):
        pieces.keep(document)
    assert titles(pieces) == ["0.mid", "1.mid"]
    assert pieces.documents[0].take is None
    assert len(pieces.unsaved()) == 2  # what was undone is not lost either


def test_of_the_exported_pieces_the_oldest_make_room_and_no_other_does(pieces):
    kept, *others = [transferred(number) for number in range(KEPT + 4)]
    pieces.keep(kept)
    for document in others:
        pieces.keep(document)
        pieces.saved.add(document.styled)
    assert titles(pieces) == ["0.mid", *(document.title for document in others[2:])]
    assert pieces.unsaved_before(others[-1]) is kept


def test_the_way_back_passes_what_was_exported(pieces):
    first, exported, last = (transferred(number) for number in range(3))
    for document in (first, exported, last):
        pieces.keep(document)
    pieces.saved.add(exported.styled)
    assert pieces.unsaved_before(last) is first
    assert pieces.unsaved_before(first) is None
