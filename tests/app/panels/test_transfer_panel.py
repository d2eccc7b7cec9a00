from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QPushButton, QSlider, QSpinBox, QWidget

from app.background.in_process import InProcess
from app.background.jobs import JobState
from app.panels.progress_panel import ProgressPanel
from app.panels.tool_panel import ToolPanel
from app.playback.player import Player
from app.session.session import Session
from app.window.main_window import MainWindow
from app.window.message_bar import MessageBar
from tests.app.stand_in import no_judge
from tonenet_core.errors import Sentence
from tonenet_core.judge import Detection
from tonenet_core.transfer import ALREADY

SEED = (QSpinBox, "seedSpin")
SOURCE = (QComboBox, "sourceCombo")


def shown(qtbot, session):
    panel = ToolPanel(session, lambda: None)
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


@pytest.fixture
def panel(qtbot, session):
    return shown(qtbot, session)


@pytest.fixture
def performing_panel(qtbot, performing):
    return shown(qtbot, performing)


def pick(combo, text):
    """Choose an entry as a user does."""
    index = combo.findText(text)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def buttons(panel):
    return [button.text() for button in panel.findChildren(QPushButton) if button.text().startswith("Transfer to")]


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
    assert session.transfers.options.accents == pytest.approx(0.4)
    session.transfers.undo()
    assert accents.value() == 0


def test_devices_appear_as_the_model_process_reports_them(panel, session):
    combo = panel.findChild(QComboBox, "deviceCombo")
    assert [combo.itemData(index) for index in range(combo.count())] == ["auto", "cpu"]
    session.transfers.set_devices([("cuda:0", "A big one"), ("cpu", "CPU")])
    assert [combo.itemText(index) for index in range(combo.count())] == ["Auto (A big one)", "A big one", "CPU"]
    combo.setCurrentIndex(2)
    combo.activated.emit(2)
    assert session.transfers.options.device == "cpu"


def test_the_seed_is_offered_only_where_it_matters_and_then_in_place_of_the_source(
    performing_panel, performing, piece_file, flat_file, open_piece
):
    seed, source = (performing_panel.findChild(kind, name) for kind, name in (SEED, SOURCE))
    open_piece(performing, piece_file)
    assert (seed.isVisible(), source.isVisible()) == (False, True)
    open_piece(performing, flat_file)
    assert (seed.isVisible(), source.isVisible()) == (True, False)
    performing.transfers.set_model("tiny")
    assert not seed.isVisible()


def test_a_seed_performs_the_result_anew_once_it_is_typed(
    performing_panel, performing, flat_file, open_piece, transfer, qtbot
):
    seed = performing_panel.findChild(*SEED)
    open_piece(performing, flat_file)
    first = transfer(performing, "classical")
    seed.lineEdit().selectAll()
    qtbot.keyClicks(seed.lineEdit(), "42")
    assert performing.transfers.options.seed == 0
    qtbot.keyClick(seed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: performing.idle, timeout=20_000)
    assert performing.take.seed == 42
    assert not np.array_equal(performing.styled.velocities, first.velocities)
    performing.transfers.undo()
    assert seed.value() == 0


def test_the_source_is_judged_unless_the_user_says_what_it_is(
    performing_panel, performing, piece_file, open_piece, transfer
):
    source = performing_panel.findChild(*SOURCE)
    assert [source.itemText(index) for index in range(source.count())] == ["Auto", "Classical", "Jazz"]
    assert source.currentText() == "Auto"
    pick(source, "Jazz")
    assert performing.transfers.options.source_style == "jazz"
    open_piece(performing, piece_file)
    assert source.currentText() == "Auto"
    pick(source, "Jazz")
    transfer(performing, "classical")
    assert performing.take.interpretation.source_style == "jazz"
    pick(source, "Auto")
    assert performing.transfers.options.source_style is None


def test_another_model_brings_its_styles_and_its_accents(qtbot, tiny_model, tiny_performer, piece_file):
    odd = replace(tiny_performer, name="odd", title="Odd", styles=("ragtime", "jazz"))
    models = [tiny_model, odd, tiny_performer]
    session = Session(runner=InProcess(), models=models, player=Player(audio=False), load_judge=no_judge)
    panel = shown(qtbot, session)
    combo, accents = panel.findChild(QComboBox, "modelCombo"), panel.findChild(QSlider, "accentsSlider")
    assert [combo.itemText(index) for index in range(combo.count())] == ["Tiny", "Odd", "Performer"]
    assert (combo.currentText(), accents.value()) == ("Tiny", 0)
    pick(panel.findChild(*SOURCE), "Classical")
    pick(combo, "Odd")
    qtbot.waitUntil(lambda: buttons(panel) == ["Transfer to Jazz", "Transfer to Ragtime"])
    assert session.transfers.options.source_style is None
    assert accents.value() == 100
    accents.setValue(60)
    pick(combo, "Tiny")
    qtbot.waitUntil(lambda: buttons(panel) == ["Transfer to Classical", "Transfer to Jazz"])
    assert accents.value() == 60
    session.close()


def test_without_a_model_the_panel_says_what_to_do(panel, session):
    session.transfers.set(models=())
    session.changed.emit()
    missing = [label for label in panel.findChildren(QLabel) if "No model" in label.text()]
    assert missing[0].isVisible()


def texts(panel):
    return [label.text() for label in panel.findChildren(QLabel)]


def report(session, state):
    session.jobs.state = state
    session.jobs.changed.emit()


@pytest.fixture
def progress(qtbot, session):
    owner = QWidget()  # the panel hides itself, the window around it does not
    ProgressPanel(session).setParent(owner)
    qtbot.addWidget(owner)
    owner.show()
    qtbot.waitExposed(owner)
    return owner


def test_progress_is_shown_while_a_job_runs_and_cancel_cancels(progress, session, monkeypatch, qtbot):
    panel = progress
    bar, cancel = panel.findChild(QProgressBar, "progressBar"), panel.findChild(QPushButton, "cancelButton")
    asked = []
    monkeypatch.setattr(session.jobs, "cancel_all", lambda: asked.append(1))
    assert not bar.isVisible()
    state = JobState("Transferring to Jazz")
    report(session, state)
    qtbot.waitUntil(bar.isVisible, timeout=5_000)
    assert bar.maximum() == 0  # busy: nothing is known yet
    report(session, state := state.advanced(0.1, 21.0))  # after 20 s of starting up
    assert not [text for text in texts(panel) if "left" in text]
    report(session, state := state.advanced(0.25, 23.0))
    assert bar.value() / bar.maximum() == 0.25
    assert "about 10 s left" in texts(panel)
    report(session, state.advanced(0.1, 25.0))
    assert bar.value() / bar.maximum() == 0.25
    assert "about 8 s left" in texts(panel)
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert asked
    report(session, None)
    assert not bar.isVisible()
    assert not cancel.isEnabled()


def test_nothing_is_cut_off_at_the_panels_width(panel):
    for button in panel.findChildren(QPushButton):
        assert button.sizeHint().width() <= 300
    assert panel.minimumSizeHint().width() <= 300


class Already(InProcess):
    """Finds every piece to be in the target style already."""

    def interpret(self, request, progress):
        made = super().interpret(request, progress)
        notices = (Sentence(ALREADY, style=request.style),)
        return replace(made, detected=Detection(request.style, 0.97, "judge", is_sure=True), notices=notices)


@pytest.fixture
def already(qtbot, tiny_performer, piece_file, open_piece, transfer):
    """The window with a piece that was transferred to the style that it is in."""
    session = Session(runner=Already(), models=[tiny_performer], player=Player(audio=False), load_judge=no_judge)
    session.settings.ask_unsaved = False
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    open_piece(session, piece_file)
    transfer(session, "jazz")
    yield window
    window.close()


def offer(window, name):
    return window.findChild(MessageBar).findChild(QPushButton, name)


def test_where_the_piece_is_in_the_style_already_the_window_says_so_and_offers_what_may_be_meant(already):
    assert "in jazz style already" in already.session.message.text
    names = ("moreOffer", "keepOffer", "otherOffer")
    assert [offer(already, name).text() for name in names] == ["More of It", "Keep This", "To Classical Instead"]
    assert already.findChild(*SOURCE).currentText() == "Auto: Jazz"


def test_more_of_the_style_is_a_click(already, qtbot):
    qtbot.mouseClick(offer(already, "moreOffer"), Qt.MouseButton.LeftButton)
    assert (already.session.take.strength, already.findChild(QSlider, "strengthSlider").value()) == (1.5, 150)
    assert already.session.message is None


def test_keeping_the_result_is_a_key(already, qtbot):
    styled = already.session.styled
    button = offer(already, "keepOffer")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert already.session.message is None
    assert already.session.styled is styled


def test_the_other_style_is_a_click(already, qtbot):
    qtbot.mouseClick(offer(already, "otherOffer"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: already.session.style == "classical", timeout=20_000)
