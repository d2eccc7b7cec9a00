"""Lines, notes and texts can be told from their ground, in the pixels of the whole window."""

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from app.theme import theme
from tests.app.contrast import lines_and_notes, soft_piece, texts
from tonenet_core.harmony.hands import Hands

LEAST = {"bar": 2.5, "beat": 1.6, "notes": 1.6}


@pytest.fixture(params=["dark", "light"])
def look(request, qapp):
    theme.apply_theme(qapp, request.param)
    yield request.param
    theme.apply_theme(qapp, "dark")


@pytest.fixture
def shown(look, window, session, tmp_path, open_piece, transfer):
    window.resize(1440, 900)
    open_piece(session, soft_piece(tmp_path / "soft.mid"))
    transfer(session, "jazz")
    return window


def test_bar_lines_are_stronger_than_beat_lines_and_both_are_seen(shown):
    for name in ("originalRoll", "styledRoll"):
        found = lines_and_notes(shown.findChild(QWidget, name), shown)
        for keys in ("white keys", "black keys"):
            bars, beats = found[f"bar lines, {keys}"], found[f"beat lines, {keys}"]
            assert len(bars) >= 5
            assert len(beats) >= 3 * len(bars)
            assert min(bars) >= LEAST["bar"]
            assert LEAST["beat"] <= min(beats)
            assert max(beats) < min(bars) - 0.5


def test_the_softest_notes_are_seen(shown):
    found = lines_and_notes(shown.findChild(QWidget, "originalRoll"), shown)
    for keys in ("white keys", "black keys"):
        ratios = found[f"notes of velocity 1 to 20, {keys}"]
        assert len(ratios) == 5
        assert min(ratios) >= LEAST["notes"]


def test_texts_of_edits_hands_and_all_tabs_can_be_read(shown):
    session = shown.session
    session.takes.hear(0)
    session.transfers.undo()
    session.editing.set(np.arange(8), 90)
    session.editing.selection.select_all()
    session.transfers.set(hands=Hands(1.0, 0.0, 60))
    session.player.set_loop((1.0, 3.0))
    for tab in ("transferToolButton", "coverTab", "generateToolButton"):
        shown.findChild(QWidget, tab).click()
        assert {text: ratio for text, ratio in texts(shown).items() if ratio < 4.5} == {}


def test_texts_can_be_read(shown):
    ratios = texts(shown)
    assert len(ratios) > 20
    assert {text: ratio for text, ratio in ratios.items() if ratio < 4.5} == {}
