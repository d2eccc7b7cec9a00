import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QProgressBar, QPushButton, QSlider, QSpinBox

from app.jobs import JobState
from app.transfer_panel import TransferPanel


@pytest.fixture
def panel(qtbot, session):
    panel = TransferPanel(session)
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_there_is_a_button_a_style_and_the_first_is_the_obvious_one(panel):
    names = ("transferToClassicalButton", "transferToJazzButton")
    classical, jazz = (panel.findChild(QPushButton, name) for name in names)
    assert (classical.text(), jazz.text()) == ("Transfer to Classical", "Transfer to Jazz")
    assert classical.property("primary")
    assert not jazz.property("primary")
    assert not classical.isEnabled()


def test_a_click_transfers(panel, session, piece_file, open_piece, qtbot):
    open_piece(session, piece_file)
    button = panel.findChild(QPushButton, "transferToJazzButton")
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.style == "jazz", timeout=20_000)


def test_sliders_and_session_agree(panel, session, piece_file, open_piece, transfer):
    piece = open_piece(session, piece_file)
    transfer(session, "classical")
    strength, accents = (panel.findChild(QSlider, name) for name in ("strengthSlider", "accentsSlider"))
    assert (strength.maximum(), strength.value(), accents.maximum()) == (150, 100, 100)
    strength.setValue(0)
    assert np.array_equal(session.styled.velocities, piece.velocities)
    strength.setValue(100)
    accents.setValue(40)
    assert session.accents == pytest.approx(0.4)
    session.undo()
    assert accents.value() == 0


def test_devices_appear_as_the_model_process_reports_them(panel, session):
    combo = panel.findChild(QComboBox, "deviceCombo")
    assert [combo.itemData(index) for index in range(combo.count())] == ["auto", "cpu"]
    session._found_devices([("cuda:0", "A big one"), ("cpu", "CPU")])
    assert [combo.itemText(index) for index in range(combo.count())] == ["Auto (A big one)", "A big one", "CPU"]
    combo.setCurrentIndex(2)
    combo.activated.emit(2)
    assert session.device == "cpu"


def test_the_seed_is_offered_only_where_it_matters(panel, session):
    seed = panel.findChild(QSpinBox, "seedSpin")
    assert not seed.isVisible()
    session.models[0].config["seeded"] = True
    session.changed.emit()
    assert seed.isVisible()
    seed.setValue(7)
    assert session.seed == 7
    del session.models[0].config["seeded"]


def test_without_a_model_the_panel_says_what_to_do(panel, session):
    session.models = []
    session.changed.emit()
    assert panel.findChild(QPushButton, "cancelButton") is not None
    missing = [label for label in panel.findChildren(type(panel._styles._missing)) if "No model" in label.text()]
    assert missing[0].isVisible()


def report(session, state):
    session._jobs.state = state
    session.progressed.emit()


def test_progress_is_shown_while_a_job_runs_and_cancel_cancels(panel, session, monkeypatch, qtbot):
    bar, cancel = panel.findChild(QProgressBar, "progressBar"), panel.findChild(QPushButton, "cancelButton")
    asked = []
    monkeypatch.setattr(session._jobs, "cancel_all", lambda: asked.append(1))
    assert not bar.isVisible()
    state = JobState("Transferring to Jazz")
    report(session, state)
    qtbot.waitUntil(bar.isVisible, timeout=5_000)
    assert bar.maximum() == 0  # busy: nothing is known yet
    report(session, state := state.advanced(0.25, 3.0))
    assert bar.value() / bar.maximum() == 0.25
    assert panel._progress._left.text() == "about 9 s left"
    report(session, state.advanced(0.1, 60.0))
    assert bar.value() / bar.maximum() == 0.25
    assert panel._progress._left.text() == "about 9 s left"
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert asked
    report(session, None)
    assert not bar.isVisible()
    assert not cancel.isEnabled()


def test_nothing_is_cut_off_at_the_panels_width(panel):
    for button in panel.findChildren(QPushButton):
        assert button.sizeHint().width() <= 300
    assert panel.minimumSizeHint().width() <= 300
