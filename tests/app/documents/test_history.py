"""Takes of a piece: undo, redo, choosing and deleting them."""

from dataclasses import replace

import numpy as np
import pytest

from app.documents.history import History, Take
from tests.app.stand_in import piece
from tonenet_core.transfer import Interpretation

PIECE = piece((0.0, 1.0, 60, 64))


def made(style):
    level = np.full(1, 64, np.float32)
    return Take(PIECE, Interpretation(style, "folk", level, level), 1.0, 0.0, 0, "Model")


@pytest.fixture
def takes():
    return [made(style) for style in ("jazz", "classical", "folk")]


@pytest.fixture
def history(takes):
    history = History()
    for take in takes:
        history = history.add(take)
    return history


def test_undo_walks_back_over_what_was_shown_and_loses_no_take(history, takes):
    shown = []
    for _ in range(4):
        shown.append(history.current)
        assert history.takes == tuple(takes)
        history = history.move(-1)
    assert shown == [*reversed(takes), None]
    assert not history.can_undo
    assert history.move(3).current is takes[2]


def test_a_take_that_was_undone_stays_where_it_was_made(history, takes):
    other = made("jazz")
    history = history.move(-2).add(other)
    assert history.takes == (*takes, other)
    assert not history.can_redo
    assert history.move(-1).takes == (*takes, other)
    assert history.move(-1).current is takes[0]


def test_choices_in_a_row_are_one_step(history, takes):
    there = history.choose(takes[0].number).choose(takes[1].number)
    assert there.current is takes[1]
    assert there.move(-1).current is takes[2]
    assert there.choose(takes[2].number).states == history.states  # back where it began


def test_a_slider_is_one_step_for_each_take_that_it_moves(history, takes):
    moved = history
    for percent in (90, 80):
        moved = moved.adjust("strength", percent / 100, 0.0, "keep")
    moved = moved.choose(takes[0].number).adjust("strength", 0.5, 0.0, "keep")
    assert [take.strength for take in moved.takes] == [0.5, 1.0, 0.8]
    assert [take.strength for take in moved.move(-1).takes] == [1.0, 1.0, 0.8]
    assert [take.strength for take in moved.move(-3).takes] == [1.0, 1.0, 1.0]


def test_a_deleted_take_gives_way_to_its_neighbour_and_comes_back(history, takes):
    deleted = history.remove(takes[2].number)
    assert deleted.takes == tuple(takes[:2])
    assert deleted.current is takes[1]
    assert deleted.move(-1).current is takes[2]
    assert deleted.choose(takes[0].number).remove(takes[0].number).current is takes[1]
    assert history.remove(takes[0].number).current is takes[2]
    for take in takes:
        history = history.remove(take.number)
    assert (history.takes, history.current) == ((), None)


def test_a_name_and_a_star_are_undone_and_change_nothing_that_is_heard(history, takes):
    named = history.change(replace(takes[0], name="Late", starred=True))
    assert named.current is takes[2]
    assert (named.takes[0].name, named.takes[0].starred) == ("Late", True)
    assert named.move(-1).takes == tuple(takes)
