"""Beats that were found in a recording: the message that says so, and its ways out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.window.message_bar import MessageBar
from tests.core.parts.test_beats import Ear
from tests.core.parts.test_time import MODELS
from tests.core.timing.test_taps import beat_times
from tests.pieces import Note, midi, note_events, tempo, track
from tonenet_core.parts import beats, installed


@pytest.fixture
def opened(window, open_piece, tmp_path, monkeypatch):
    """A recording of two notes a beat, and a model that plays it in its timing."""
    monkeypatch.setattr(installed, "time_models", lambda device: MODELS)
    times = beat_times(33)
    onsets = sorted([*times[:-1], *(times[:-1] + 0.64 * (times[1:] - times[:-1]))])
    notes = [
        Note(round(onset * 960) + place * 7 % 5, 60 + place % 7, 50 + place % 30, 200)
        for place, onset in enumerate(onsets)
    ]
    path = tmp_path / "live.mid"
    path.write_bytes(midi(track([(0, tempo(120)), *note_events(notes)])))
    open_piece(window.session, path)
    window.session.transfers.set(parts=("timing",), source_style="jazz")
    return window


def heard(monkeypatch, confidence):
    ear = Ear(beat_times(33), confidence)
    monkeypatch.setattr(beats, "beat_tracker", lambda: ear)
    return ear


def transfer(window, qtbot):
    with qtbot.waitSignal(window.session.transfers.ended, timeout=30_000):
        window.session.transfers.run("classical")


def said(window):
    return window.findChild(MessageBar, "messageBar").text()


def press(window, qtbot, name):
    qtbot.mouseClick(window.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def seek(window, qtbot):
    with qtbot.waitSignal(window.session.transfers.ended, timeout=30_000):
        press(window, qtbot, "findBeatsOffer")


def test_found_beats_are_used_and_can_be_refused(opened, qtbot, monkeypatch):
    ear, session = heard(monkeypatch, 0.95), opened.session
    transfer(opened, qtbot)
    assert "Tap them while it plays (T)" in said(opened)
    assert ear.asked == 0
    seek(opened, qtbot)
    assert "The beats were found in the notes, 109 a minute on average" in said(opened)
    assert session.original.metered
    assert session.take.interpretation.tracked_sec is not None

    with qtbot.waitSignal(session.transfers.ended, timeout=30_000):
        press(opened, qtbot, "noBeatsOffer")
    assert "The piece has no beats" in said(opened)
    assert not session.original.metered
    assert len(session.document.current.history.takes) == 1
    with qtbot.waitSignal(session.transfers.ended, timeout=30_000):
        session.transfers.set_swing(0.3)
    assert not session.original.metered
    assert ear.asked == 1


def test_where_they_are_not_sure_only_tapping_is_left(opened, qtbot, monkeypatch):
    heard(monkeypatch, 0.5)
    transfer(opened, qtbot)
    seek(opened, qtbot)
    assert said(opened).startswith("No beats that are sure were found in the notes. The piece has no beats")
    assert opened.findChild(QPushButton, "findBeatsOffer") is None
    assert "Tap them while it plays (T)" in said(opened)
