import numpy as np

from tests.training_pieces import scale_piece
from tonenet_core.models.expression.note_windows import NOTE_BYTES, prepared
from tonenet_core.models.expression.streamed import PieceCache, Streamed

PIECES = [scale_piece("jazz", bars=bars, seed=bars) for bars in (1, 2, 3, 4, 8, 16)]
LENGTHS = [len(piece.notes) for piece in PIECES]


def streamed(capacity):
    read = []
    recent = PieceCache(capacity)
    return Streamed(PIECES, LENGTHS, lambda piece: read.append(piece.name) or prepared(piece), recent), recent, read


def test_no_more_is_held_than_may_be_and_what_is_held_is_not_prepared_again():
    pieces, recent, read = streamed(20 * 8 * NOTE_BYTES)
    rng = np.random.default_rng(0)
    for _ in range(200):
        pieces.drawn(rng)
        assert recent.nbytes <= recent.capacity
    assert len(PIECES) < len(read) < 200
    whole, _, once = streamed(sum(LENGTHS) * NOTE_BYTES)
    for _ in range(200):
        whole.drawn(rng)
    assert sorted(once) == sorted(piece.name for piece in PIECES)


def test_pieces_are_drawn_as_numpy_would_draw_them():
    pieces, _, read = streamed(0)
    rng, other = np.random.default_rng(1), np.random.default_rng(1)
    share = np.array(LENGTHS, np.float64)
    for _ in range(200):
        pieces.drawn(rng)
        assert read[-1] == PIECES[other.choice(len(PIECES), p=share / share.sum())].name
