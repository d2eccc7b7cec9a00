"""What of the timing stays: in a line below the switches, and in the message bar for who asked for it."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton

from app.documents.take_name import take_name
from app.window.main_window import MainWindow
from tests.core.parts.test_time import MODELS
from tests.pieces import Note, midi, note_events, piece, tempo, track
from tonenet_core.parts import installed


@pytest.fixture
def window(qtbot, performing, monkeypatch):
    monkeypatch.setattr(installed, "time_models", lambda device: MODELS)
    window = MainWindow(performing)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def opened(window, open_piece, tmp_path):
    """Open chords that somebody broke, on the beat or in no beats."""

    def opened(*, metered):
        chance = np.random.default_rng(0)
        at = np.arange(40) * 480 if metered else np.cumsum(chance.integers(300, 700, 40))
        notes = [
            Note(int(tick) + 9 * voice, 48 + 7 * voice, int(chance.integers(40, 90)), 200)
            for tick in at
            for voice in range(3)
        ]
        path = tmp_path / f"chords-{metered}.mid"
        path.write_bytes(piece(notes) if metered else midi(track([(0, tempo(120)), *note_events(notes)])))
        assert open_piece(window.session, path).metered == metered
        window.session.transfers.set_source_style("jazz")

    return opened


def transfer(window, qtbot, style="Classical"):
    with qtbot.waitSignal(window.session.transfers.ended, timeout=30_000):
        qtbot.mouseClick(window.findChild(QPushButton, f"transferTo{style}Button"), Qt.MouseButton.LeftButton)


def switch(window, qtbot):
    box = window.findChild(QCheckBox, "timingCheck")
    with qtbot.waitSignal(window.session.transfers.ended, timeout=30_000):
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def said(window):
    return "" if window.session.message is None else window.session.message.text


def line(window):
    label = window.findChild(QLabel, "resultSummary")
    return label.text().split("\n")[-1], label.toolTip()


def test_why_the_swing_stays_stands_below_the_switches_and_is_a_message_once_timing_is_switched_on(
    window, opened, qtbot
):
    opened(metered=True)
    transfer(window, qtbot)
    why = "The piece has too few pairs of eighths to tell its swing, which stays as it is."
    assert said(window) == ""
    assert line(window) == ("Swing as played", why)
    window.session.transfers.set_strength(0.0)
    assert line(window) == ("Carried over from Jazz", "")
    window.session.transfers.set_strength(1.0)
    switch(window, qtbot)
    assert (said(window), line(window)[0]) == ("", "Carried over from Jazz")
    switch(window, qtbot)
    assert said(window) == why


def test_a_recording_is_told_once_to_have_no_beats_and_again_to_who_asks(window, opened, qtbot):
    opened(metered=False)
    transfer(window, qtbot)
    assert said(window).startswith("The piece has no beats, so its tempo and swing stay.")
    assert [offer.name for offer in window.session.message.offers] == ["findBeatsOffer"]
    assert line(window)[0] == "Tempo and swing as played"
    window.session.transfers.set(source_style="classical")
    transfer(window, qtbot, "Jazz")
    assert said(window) == ""
    assert line(window)[0] == "Tempo and swing as played"
    for _ in range(2):
        switch(window, qtbot)
    assert said(window).startswith("The piece has no beats")


def test_names_of_takes_tell_what_differs_from_the_default(window, opened, qtbot):
    opened(metered=True)
    for parts in (("dynamics", "timing"), ("dynamics",), ("dynamics", "pedal"), ("dynamics", "timing", "pedal")):
        window.session.transfers.set(parts=parts)
        transfer(window, qtbot)
    names = [take_name(take).replace("Classical 100 %", "") for take in window.session.takes.all]
    assert names[:2] == ["", ", dynamics only"]
    assert [name.split(" · ")[0] for name in names[2:]] == [", dynamics + pedal only", " + pedal"]  # drawn by lot


def test_in_german_what_a_model_has_styled_is_not_what_a_hand_has_edited(german):
    words = [QCoreApplication.translate("OpenDocument", word) for word in ("Original", "Styled", "Edited")]
    assert words == ["Original", "Übertragen", "Bearbeitet"]
