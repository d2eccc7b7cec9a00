"""The blind comparison: fair, kept to its length, exact in its figures, and nothing that gives X away."""

import json
from datetime import datetime
from itertools import cycle, product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QWidget

from app.dialogs import abx
from app.dialogs.abx import Round, p_value
from app.dialogs.abx_dialog import AbxDialog
from app.session import level_match
from app.window.playback_menu import PlaybackMenu

# --- the round -------------------------------------------------------------------------------------------------------


def test_the_p_value_is_that_of_all_the_ways_to_guess():
    for trials in (1, 5, 8):
        guesses = [sum(guess) for guess in product((0, 1), repeat=trials)]
        for correct in range(trials + 1):
            exact = sum(score >= correct for score in guesses) / len(guesses)
            assert p_value(correct, trials) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(("correct", "trials", "exact"), [(12, 16, 2517 / 65536), (10, 10, 1 / 1024), (0, 25, 1.0)])
def test_known_p_values(correct, trials, exact):
    assert p_value(correct, trials) == pytest.approx(exact, rel=1e-12)


def test_answers_are_counted_until_the_round_is_over():
    tosses = cycle([True, False])
    game = Round(10, lambda: next(tosses))
    for _ in range(10):
        assert not game.finished
        game.answer("styled")
    assert (game.finished, game.score) == (True, 5)
    assert game.p_value == p_value(5, 10)
    with pytest.raises(ValueError, match="over"):
        game.answer("styled")
    answers = game.report()["answers"]
    assert answers[:2] == [{"x": "B", "answer": "B", "correct": True}, {"x": "A", "answer": "B", "correct": False}]


@pytest.mark.parametrize("length", [9, 26])
def test_a_round_has_ten_to_twenty_five_trials(length):
    with pytest.raises(ValueError, match="10 to 25"):
        Round(length)


def test_the_coin_is_fair():
    sides = [Round(10).x for _ in range(2000)]
    assert 880 < sides.count("styled") < 1120  # beyond is one in ten million


# --- the dialog ------------------------------------------------------------------------------------------------------


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(abx, "user_abx", lambda: tmp_path / "data" / "abx")
    return tmp_path / "data" / "abx"


@pytest.fixture
def tosses(monkeypatch):
    """Let X be B, A, A, B, B, A and so on."""
    made = cycle([True, False, False, True])
    monkeypatch.setattr(abx, "fair_coin", lambda: next(made))
    return ["styled", "original", "original", "styled"]


@pytest.fixture
def levels(monkeypatch):
    """Levels that need no rendering."""
    monkeypatch.setattr(
        level_match,
        "sound_level_lufs",
        lambda performance, *_rest, **_more: -20.0 - float(performance.velocities[0]) / 100,
    )


@pytest.fixture
def opened(qtbot, window, session, open_piece, transfer, piece_file, own_folder, levels):
    open_piece(session, piece_file)
    transfer(session, "classical")
    return session


@pytest.fixture
def dialog(qtbot, window, opened):
    dialog = window.findChild(PlaybackMenu).compare()
    qtbot.waitExposed(dialog)
    return dialog


def begun(qtbot, dialog, trials=10, *, matched=False):
    dialog.setup_page.length.setValue(trials)
    dialog.setup_page.matched.setChecked(matched)
    dialog.begin()
    qtbot.waitUntil(lambda: dialog.round is not None, timeout=20_000)
    return dialog.round


def press(dialog, letter, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(dialog.focusWidget() or dialog, getattr(Qt.Key, f"Key_{letter}"), modifier)


def test_it_takes_two_sides(window, session, open_piece, piece_file, transfer):
    menu = window.findChild(PlaybackMenu)
    assert not menu.abx.isEnabled()
    open_piece(session, piece_file)
    assert not menu.abx.isEnabled()
    transfer(session, "jazz")
    assert menu.abx.isEnabled()


def test_keys_let_a_b_and_x_be_heard_and_say_what_x_is(qtbot, dialog, opened, tosses, window):
    game = begun(qtbot, dialog)
    player = opened.player
    assert player.playing
    assert player.side == tosses[0]  # a trial begins with X
    for letter, side in (("A", "original"), ("B", "styled"), ("X", tosses[0]), ("A", "original")):
        press(dialog, letter)
        assert player.side == side
        assert dialog.trial_page.hear_buttons[letter].isChecked()
    press(dialog, "B", Qt.KeyboardModifier.ShiftModifier)
    press(dialog, "B", Qt.KeyboardModifier.ShiftModifier)
    assert [(trial.x, trial.answer) for trial in game.trials] == [("styled", "styled"), ("original", "styled")]
    assert dialog.trial_page.title.text() == "Trial 3 of 10"
    assert player.side == tosses[2]
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    assert not player.playing


def test_each_switch_is_masked_even_where_it_is_none(qtbot, dialog, opened, tosses, monkeypatch):
    asked = []
    set_side = opened.player.set_side
    monkeypatch.setattr(
        opened.player,
        "set_side",
        lambda side, *, masked=False: (asked.append((side, masked)), set_side(side, masked=masked))[1],
    )
    begun(qtbot, dialog)
    for letter in "XBXA":
        dialog.hear(letter)
    dialog.answer("A")
    assert asked == [(side, True) for side in ("styled", "styled", "styled", "styled", "original", "original")]


def looks(window):
    return {
        widget.objectName(): (widget.property("heard"), widget.accessibleName(), widget.toolTip())
        + ((widget.isChecked(), widget.text()) if isinstance(widget, QAbstractButton) else ())
        for widget in window.findChildren(QWidget)
        if widget.objectName() and not isinstance(widget.window(), AbxDialog)
    }


def test_nothing_in_either_window_tells_what_x_is(qtbot, dialog, opened, tosses, window):
    opened.player.pause()
    game = begun(qtbot, dialog)
    opened.player.pause()
    seen = {}
    for _ in range(4):
        dialog.hear("X")
        picture = window.grab().toImage(), dialog.grab().toImage()
        label = dialog.trial_page.title.text()
        shown = looks(window), [button.isChecked() for button in dialog.trial_page.hear_buttons.values()]
        seen.setdefault(game.x, []).append((picture[0], shown))
        dialog.trial_page.title.setText("")
        seen.setdefault("dialogs", []).append(dialog.trial_page.grab().toImage())
        dialog.trial_page.title.setText(label)
        dialog.answer("A")
    (window_a, shown_a), (window_b, shown_b) = seen["original"][0], seen["styled"][0]
    assert window_a == window_b
    assert shown_a == shown_b
    assert all(picture == seen["dialogs"][0] for picture in seen["dialogs"])
    assert opened.side == "styled"


def test_the_window_behind_takes_no_keys_meanwhile(qtbot, dialog, opened, tosses, window):
    begun(qtbot, dialog)
    assert dialog.isModal()
    side, heard = opened.side, opened.player.side
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert (opened.side, opened.player.side) == (side, heard)


def test_a_finished_round_is_kept_as_json_with_its_score(
    qtbot, dialog, opened, tosses, own_folder, tmp_path, monkeypatch
):
    opened.player.set_tempo(0.8)
    opened.player.set_loop((1.0, 3.0))
    game = begun(qtbot, dialog, 12)
    for _ in range(12):
        dialog.answer("B" if game.x == "styled" else "A")
    assert dialog.result_page.score.text() == "12 of 12 right, p < 0.001"
    assert "You hear the difference" in dialog.result_page.meaning.text()
    assert not opened.player.playing
    (file,) = own_folder.iterdir()
    report = json.loads(file.read_text(encoding="utf-8"))
    assert (report["correct"], report["trials"], report["p_value"]) == (12, 12, 2.0**-12)
    assert [answer["x"] for answer in report["answers"]] == list("BAAB" * 3)
    assert (report["piece"], report["A"], report["B"]) == (opened.title, "Original", "Classical")
    assert (report["tempo"], report["loop_sec"], report["level_match_db"]) == (0.8, [1.0, 3.0], None)
    datetime.fromisoformat(report["when"])
    copy = tmp_path / "copy.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(copy), ""))
    dialog.result_page.save_button.click()
    assert json.loads(copy.read_text(encoding="utf-8"))["answers"] == report["answers"]
    dialog.result_page.again_button.click()
    again = begun(qtbot, dialog)
    assert again.trials == []


def test_guessing_is_called_so(qtbot, dialog, opened, tosses):
    begun(qtbot, dialog)
    for _ in range(10):
        dialog.answer("A")
    assert dialog.result_page.score.text() == "5 of 10 right, p = 0.623"
    assert "does not show" in dialog.result_page.meaning.text()
    assert "62.3 %" in dialog.result_page.meaning.text()


def test_a_result_that_cannot_be_kept_is_shown_all_the_same(qtbot, dialog, opened, tosses, own_folder):
    own_folder.parent.mkdir(parents=True)
    own_folder.write_text("a file where the folder should be")
    begun(qtbot, dialog)
    for _ in range(10):
        dialog.answer("A")
    assert "could not be saved" in dialog.result_page.kept.text()
    assert not dialog.result_page.show_button.isEnabled()


def test_levels_are_matched_before_the_first_trial_and_as_before_afterwards(qtbot, dialog, opened, tosses):
    match = opened.listening.level_match
    assert dialog.setup_page.matched.isChecked()
    begun(qtbot, dialog, matched=True)
    assert match.on
    assert match.gains_db is not None
    assert min(match.gains_db) < 0
    dialog.reject()
    assert not match.on


def test_giving_up_leaves_everything_as_it_was_and_keeps_nothing(qtbot, dialog, opened, tosses, own_folder):
    begun(qtbot, dialog)
    dialog.answer("A")
    assert opened.player.side == "original"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert (opened.side, opened.player.side) == ("styled", "styled")
    assert not own_folder.exists()


def test_a_result_that_changes_meanwhile_ends_the_round(qtbot, dialog, opened, tosses):
    begun(qtbot, dialog)
    opened.transfers.set_strength(0.5)
    assert not dialog.running
    assert opened.player.side == opened.side
    dialog.hear("A")  # nothing to answer now
    assert opened.player.side == opened.side
    opened.transfers.undo()
    opened.transfers.undo()
    assert not dialog.isVisible()


def test_it_can_be_worked_without_a_mouse(dialog):
    for widget in dialog.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.objectName().startswith("abx"):
            assert widget.accessibleName(), widget.objectName()
            assert widget.toolTip(), widget.objectName()
