"""Learning a style in the window: order, run, button, another start, rename, delete; Cancel, crash, closing."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from app.background.in_process import InProcess
from app.background.model_process import ModelProcess, ModelProcessError
from app.window.message_bar import MessageBar
from tests.learning_folders import fill
from tonenet_core import checkpoint
from tonenet_core.files.locations import user_checkpoints, user_learning
from tonenet_core.learning.order import QUICK

WAIT_MS = 300_000  # torch's import, on a machine where ten others work
CLICK = Qt.MouseButton.LeftButton


class Held(InProcess):
    """Learns, but stops half way until it is told to go on."""

    def __init__(self):
        super().__init__()
        self.go_on = threading.Event()

    def learn(self, request, progress):
        def held(fraction):
            progress(fraction)
            while fraction > 0.6 and not self.go_on.wait(0.01):
                progress(fraction)

        return super().learn(request, held)


class Dying(InProcess):
    """Learns, and ends half way without a word."""

    def learn(self, request, progress):
        def deadly(fraction):
            progress(fraction)
            if fraction > 0.7:
                raise ModelProcessError("The model stopped unexpectedly (code {code}).", code="-9")

        return super().learn(request, deadly)


def part(top, name, kind=QWidget):
    found = top.findChild(kind, name)
    assert found is not None, name
    return found


def click(qtbot, top, name):
    button = part(top, name, QPushButton)
    assert button.isEnabled(), name
    qtbot.mouseClick(button, CLICK)


def left_behind():
    return [path.name for path in user_learning().glob("*")] if user_learning().exists() else []


def order(qtbot, window, folder, recipe, monkeypatch, name="Bill Evans"):
    """Choose a folder and a name as a user does, and begin."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *_: str(folder)))
    part(window, "learnStyleAction", QAction).trigger()
    dialog = part(window, "learnStyleDialog", QDialog)
    assert not part(dialog, "learnButton").isEnabled()
    click(qtbot, dialog, "chooseStyleFolderButton")
    qtbot.waitUntil(lambda: window.session.learning.found is not None, timeout=WAIT_MS)
    edit = part(dialog, "styleNameEdit", QLineEdit)
    assert edit.text() == folder.name
    edit.selectAll()
    qtbot.keyClicks(edit, name)
    combo = part(dialog, "styleRecipeCombo", QComboBox)
    assert combo.currentData() == QUICK
    combo.setItemData(0, str(recipe))
    click(qtbot, dialog, "learnButton")
    assert window.session.learning.running
    return dialog


def until(qtbot, window, phase):
    qtbot.waitUntil(lambda: window.session.learning.phase == phase, timeout=WAIT_MS)


@pytest.mark.timeout(900)
def test_learn_transfer_start_again_rename_delete(
    desk, learning_session, folder, recipe, qtbot, piece_file, open_piece, monkeypatch
):
    window = desk(ModelProcess)  # the real process
    session = window.session
    open_piece(session, piece_file)
    dialog = order(qtbot, window, folder, recipe, monkeypatch)
    session.transfers.run("jazz")
    qtbot.waitUntil(lambda: session.style == "jazz", timeout=WAIT_MS)
    assert session.learning.running, "the transfer waited for the learning"
    until(qtbot, window, "learnt")
    text = part(dialog, "learningResultLabel", QLabel).text()
    assert text.startswith("Bill Evans has been learnt. On 1 piece")
    assert part(window, "messageBar", MessageBar).text() == text
    assert len(session.learning.curve) == 4
    assert left_behind() == []
    button = part(window, "transferToBillEvansButton", QPushButton)
    assert button.text() == "Transfer to Bill Evans"
    click(qtbot, dialog, "useStyleButton")
    qtbot.waitUntil(lambda: session.style == "bill evans", timeout=WAIT_MS)
    assert not dialog.isVisible()
    assert session.side_names[1].startswith("Bill Evans")

    again = learning_session()  # as after another start
    assert again.transfers.options.styles == ("classical", "jazz", "bill evans")

    window.show_preferences()
    preferences = part(window, "preferencesDialog", QDialog)
    assert part(preferences, "learnedStyleCombo", QComboBox).currentText() == "Bill Evans"
    click(qtbot, preferences, "renameStyleButton")
    box = part(preferences, "renameStyleDialog", QInputDialog)
    box.setTextValue("McCoy Tyner")
    box.accept()
    assert part(window, "transferToMccoyTynerButton", QPushButton).text() == "Transfer to McCoy Tyner"
    assert session.transfers.options.styles == ("classical", "jazz", "mccoy tyner")
    click(qtbot, preferences, "deleteStyleButton")
    asked = part(preferences, "deleteStyleBox", QMessageBox)
    assert "McCoy Tyner" in asked.text()
    click(qtbot, asked, "confirmDeleteStyleButton")
    assert session.transfers.options.styles == ("classical", "jazz")
    assert not part(preferences, "renameStyleButton").isEnabled()
    assert list(user_checkpoints().iterdir()) == []
    preferences.reject()


def test_cancel_in_the_middle_leaves_nothing(desk, folder, recipe, qtbot, monkeypatch):
    window = desk(Held)
    dialog = order(qtbot, window, folder, recipe, monkeypatch)
    qtbot.waitUntil(lambda: len(window.session.learning.curve) > 1, timeout=WAIT_MS)
    assert len(left_behind()) == 1
    click(qtbot, dialog, "cancelLearningButton")
    qtbot.waitUntil(lambda: window.session.jobs.is_idle("learning"), timeout=WAIT_MS)
    assert window.session.learning.phase == "idle"
    assert left_behind() == []
    assert not user_checkpoints().exists()
    assert part(dialog, "learnButton").isVisible()


def test_a_folder_without_a_style_gets_its_sentence_and_no_run(desk, tmp_path, qtbot):
    folder = fill(tmp_path / "few", files=2, notes=30)
    (folder / "broken.mid").write_bytes(b"no music")
    window = desk()
    part(window, "learnStyleAction", QAction).trigger()
    dialog = part(window, "learnStyleDialog", QDialog)
    dialog.take([folder])
    qtbot.waitUntil(lambda: window.session.learning.found is not None, timeout=WAIT_MS)
    assert part(dialog, "styleFoundLabel", QLabel).text().startswith("2 pieces with 60 notes are too little")
    assert "broken.mid" in part(dialog, "styleRefusedList", QPlainTextEdit).toPlainText()
    assert not part(dialog, "learnButton").isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert left_behind() == []


@pytest.mark.parametrize(
    ("name", "note"),
    [("Jazz", "There is a style called Jazz already"), ("a/b", "cannot be called"), ("Stride", "")],
)
def test_a_name_that_cannot_be_is_refused_while_it_is_typed(desk, name, note, qtbot):
    window = desk()
    part(window, "learnStyleAction", QAction).trigger()
    dialog = part(window, "learnStyleDialog", QDialog)
    qtbot.keyClicks(part(dialog, "styleNameEdit", QLineEdit), name)
    assert note in part(dialog, "styleNameNote", QLabel).text()
    assert bool(part(dialog, "styleNameNote", QLabel).text()) is bool(note)
    dialog.reject()


def test_what_a_crash_left_is_offered_and_gone_on_with(desk, learning_session, folder, recipe, qtbot, monkeypatch):
    window = desk(Dying)
    dialog = order(qtbot, window, folder, recipe, monkeypatch)
    until(qtbot, window, "stopped")
    assert "kept" in part(dialog, "learningResultLabel", QLabel).text()
    seen = len(window.session.learning.curve)
    assert seen > 1
    window.close()  # nothing is removed: it can be gone on with
    assert len(left_behind()) == 1

    after = desk()
    after.session.messages.say("info", "The session can be restored.")
    after.session.learning.offer()
    assert after.session.message.text == "The session can be restored."
    after.session.messages.dismiss()
    assert "Bill Evans" in after.session.message.text
    click(qtbot, after, "goOnOffer")
    assert after.session.learning.running
    until(qtbot, after, "learnt")
    assert len(after.session.learning.curve) == 4 > seen
    qtbot.waitUntil(part(after, "transferToBillEvansButton").isVisible)
    assert left_behind() == []


def test_a_window_that_closes_asks_and_keeps_what_was_learnt(desk, folder, recipe, qtbot, monkeypatch):
    window = desk(Held)
    order(qtbot, window, folder, recipe, monkeypatch)
    qtbot.waitUntil(lambda: len(window.session.learning.curve) > 1, timeout=WAIT_MS)
    window.close()
    assert window.isVisible()
    box = part(window, "closingBox", QMessageBox)
    assert "still being learnt" in box.text()
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), CLICK)
    qtbot.waitUntil(lambda: not window.isVisible())
    after = desk()
    after.session.learning.offer()
    assert after.session.learning.left.title == "Bill Evans"
    other = desk()
    other.session.learning.offer()
    assert other.session.learning.left is None, "two windows would go on with the same"
    click(qtbot, after, "discardLearningOffer")
    assert left_behind() == []


def test_many_styles_are_in_a_menu_and_long_names_fit(desk, learning_session, tiny_performer, folder, recipe, qtbot):
    import torch

    from tonenet_core.checkpoint.style_file import save_style, style_path

    model = checkpoint.load(tiny_performer.path, "cpu", with_added=False)
    weights = {name: torch.clone(value) for name, value in model.style_weights("jazz").items()}
    names = ["Bach", "Stride & Rag-Time of Nineteen-Twenty-Two", "Tyner", "Zawinul"]
    window = desk()
    for count, title in enumerate(names, start=1):
        path = style_path(user_checkpoints(), tiny_performer.name, title.lower())
        save_style(path, weights, title, tiny_performer.path, {})
        transfers = window.session.transfers
        transfers.set(**transfers.options.read_again())
        more, menu = part(window, "moreStylesButton", QPushButton), part(window, "moreStylesButton", QPushButton).menu()
        assert isinstance(menu, QMenu)
        assert more.isVisible() is (count > 2)
    window.resize(900, 500)
    for _ in range(4):
        QApplication.processEvents()
    assert [action.text() for action in menu.actions()] == [
        "Transfer to Stride && Rag-Time of Nineteen-Twenty-Two", "Transfer to Tyner", "Transfer to Zawinul",
    ]  # fmt: skip
    for name in ("transferToClassicalButton", "transferToJazzButton", "transferToBachButton", "moreStylesButton"):
        button = part(window, name)
        assert button.visibleRegion().boundingRect() == button.rect(), name
    keys = [
        action.shortcut().toString() for action in window.findChildren(QAction) if "transferTo" in action.objectName()
    ]
    assert keys == [f"Ctrl+{number}" for number in range(1, 7)]
