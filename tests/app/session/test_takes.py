"""Takes of the open piece: chosen, drawn, named, deleted, re-used."""

import numpy as np
import pytest

from app.documents.take_name import take_description, take_name


@pytest.fixture
def flat(performing, flat_file, open_piece, transfer):
    """A session with a piece without dynamics, performed as jazz and as classical."""
    open_piece(performing, flat_file)
    for style in ("jazz", "classical"):
        transfer(performing, style)
    return performing


@pytest.fixture
def played(performing, piece_file, open_piece, transfer):
    """A session with a played piece, carried over to jazz."""
    open_piece(performing, piece_file)
    transfer(performing, "jazz")
    return performing


def names(session):
    return [take_name(take) for take in session.takes.all]


def test_a_take_is_named_by_its_settings_in_few_words(flat, qtbot):
    assert names(flat) == ["Jazz 100 % · 0", "Classical 100 % · 0"]
    flat.transfers.set_strength(0.5)
    assert names(flat) == ["Jazz 100 % · 0", "Classical 50 % · 0"]
    assert "Own accents: 100 %" in take_description(flat.takes.all[1])
    flat.takes.rename(flat.takes.all[0], "  Late  night ")
    assert names(flat)[0] == "Late night"
    flat.takes.rename(flat.takes.all[0], "")
    assert names(flat)[0] == "Jazz 100 % · 0"


def test_a_played_piece_needs_no_seed_in_the_name(played):
    assert names(played) == ["Jazz 100 %"]


def test_a_chosen_take_is_heard_with_the_options_that_made_it(flat):
    jazz, classical = flat.takes.all
    flat.transfers.set_strength(0.5)
    flat.takes.hear(1)
    assert (flat.take, flat.side) == (jazz, "styled")
    assert flat.transfers.options.strength == 1.0
    flat.takes.hear(0)
    assert (flat.take, flat.side) == (jazz, "original")
    flat.takes.hear(3)  # there is none
    assert (flat.take, flat.side) == (jazz, "original")
    flat.takes.hear(2)
    assert flat.take.number == classical.number
    assert flat.transfers.options.strength == 0.5


def test_takes_that_a_key_brings_are_prepared_by_the_player_nearest_first(flat, qtbot, piece_file, open_piece):
    def others():
        return [version.performance for version in flat.player.others]

    def heard(*places):
        return [flat.takes.result_of(flat.takes.all[place - 1]).performance for place in places]

    assert others() == heard(1)
    flat.takes.duplicate(flat.takes.all[0])
    flat.transfers.set_strength(0.3)
    assert others() == heard(2, 1)
    flat.takes.hear(1)
    assert others() == heard(2, 3)
    assert flat.player.performances[1] is heard(1)[0]
    flat.takes.hear(0)
    assert others() == heard(2, 3)
    open_piece(flat, piece_file)
    assert others() == []


def test_arrows_walk_from_the_original_to_the_last_take(flat):
    flat.takes.hear(0)
    heard = []
    for by in (1, 1, 1, -1, -1, -1):
        flat.takes.step(by)
        heard.append(None if flat.side == "original" else flat.style)
    assert heard == ["jazz", "classical", "classical", "jazz", None, None]


def test_another_take_draws_the_next_seed_that_is_free(flat, qtbot):
    flat.takes.hear(1)
    first = flat.styled.velocities
    for _ in range(2):
        flat.takes.hear(1)
        flat.takes.another()
        qtbot.waitUntil(lambda: flat.idle)
    assert names(flat) == ["Jazz 100 % · 0", "Classical 100 % · 0", "Jazz 100 % · 1", "Jazz 100 % · 2"]
    assert not np.array_equal(flat.styled.velocities, first)
    assert flat.transfers.options.seed == 2
    assert "sounds like" not in flat.message.text


def test_another_take_of_a_played_piece_says_that_it_sounds_the_same(played):
    played.takes.another()
    assert names(played) == ["Jazz 100 %"] * 2
    assert "sounds like the one before" in played.message.text
    played.transfers.set_strength(0.3)
    assert names(played) == ["Jazz 100 %", "Jazz 30 %"]
    assert played.message is None


def test_where_nothing_is_drawn_the_model_is_offered_instead_of_the_own_playing(played, qtbot):
    played.takes.another()
    first, second = played.takes.results
    assert first.performance.to_bytes() == second.performance.to_bytes()
    (offer,) = played.message.offers
    offer.call()
    qtbot.waitUntil(lambda: played.idle and played.take.interpretation.performed)
    assert [take.number for take in played.takes.all] == [first.take.number, second.take.number]
    first, second = played.takes.results
    assert first.performance.to_bytes() != second.performance.to_bytes()


def test_a_transfer_that_was_made_already_is_not_made_again(flat, monkeypatch):
    monkeypatch.setattr(flat.runner, "interpret", None)
    flat.transfers.set(seed=0)
    flat.transfers.run("jazz")
    assert (len(flat.takes.all), flat.style, flat.side) == (2, "jazz", "styled")
    flat.transfers.set_strength(0.4)
    flat.takes.hear(2)
    flat.transfers.run("jazz")  # at the strength of the classical take
    assert names(flat) == ["Jazz 40 % · 0", "Classical 100 % · 0", "Jazz 100 % · 0"]


def test_an_option_changes_the_take_that_is_heard_and_undo_gives_it_back(flat, qtbot):
    before = flat.styled.velocities
    flat.takes.star(flat.take, starred=True)
    flat.transfers.set_seed(5)
    qtbot.waitUntil(lambda: flat.idle)
    assert names(flat) == ["Jazz 100 % · 0", "Classical 100 % · 5"]
    assert flat.take.starred
    flat.transfers.undo()
    assert names(flat)[1] == "Classical 100 % · 0"
    assert np.array_equal(flat.styled.velocities, before)


def test_a_result_that_comes_after_another_take_was_chosen_finds_its_place(flat, qtbot):
    flat.transfers.set_strength(0.7)
    flat.transfers.set_seed(5)
    flat.takes.hear(1)
    qtbot.waitUntil(lambda: flat.idle)
    assert names(flat) == ["Jazz 100 % · 0", "Classical 70 % · 5"]
    assert flat.style == "jazz"


def test_a_deleted_take_comes_back_by_the_message_and_is_not_asked_about(flat):
    jazz, classical = flat.takes.all
    flat.takes.delete(classical)
    assert (flat.takes.all, flat.take) == ((jazz,), jazz)
    assert [result.take for result in flat.document.pieces.unsaved()] == [jazz]
    assert flat.message.text == "Classical 100 % · 0 was deleted."
    flat.message.offers[0].call()
    assert (flat.takes.all, flat.take) == ((jazz, classical), classical)
    assert flat.message is None


def test_without_a_take_nothing_is_drawn(performing, piece_file, open_piece):
    assert not performing.takes.another()
    open_piece(performing, piece_file)
    assert not performing.takes.another()
    performing.takes.hear(1)
    performing.takes.step(1)
    assert (performing.takes.all, performing.side) == ((), "original")
