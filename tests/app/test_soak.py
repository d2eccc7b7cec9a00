"""Whatever the user does, in whatever order: no fault, a window that answers, and nothing left behind.

Hypothesis chooses the actions. A quick walk is part of every run of the tests; `make soak` takes long ones, with the
models in their real process, from several seeds (SOAK_STEPS, SOAK_WALKS, SOAK_SEED change it).
"""

import gc
import multiprocessing
import os
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing import resource_tracker
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QEvent, QPoint, Qt, qInstallMessageHandler
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QWidget,
)

from app.background.in_process import InProcess
from app.background.model_process import ModelProcess
from app.dialogs import abx
from app.dialogs.abx_dialog import AbxDialog
from app.dialogs.batch_window import BatchWindow
from app.dialogs.learning.learn_dialog import LearnDialog
from app.dialogs.preferences import Preferences
from app.playback.player import Player
from app.session.session import Session
from app.system.settings import Settings
from app.window.main_window import SMALLEST, MainWindow
from tests.app.drops import drop
from tests.app.stand_in import StandInJudge
from tests.learning_folders import fill, write_recipe
from tests.pieces import combo, melody, scale

STEPS = int(os.environ.get("SOAK_STEPS", "40"))
WALKS = int(os.environ.get("SOAK_WALKS", "1"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
REAL = "SOAK_STEPS" in os.environ  # with the models in their own process
SETTLED_SEC = 60.0  # the longest that all jobs of a walk may take together: only a hang takes so long

OFFSCREEN_ALWAYS_SAYS = "This plugin does not support"
KEYS = ("Space", "Shift+Space", "Tab", "Ctrl+Tab", "L", "M", "K", "Shift+K", "Esc", "Ctrl+Z", "Ctrl+Shift+Z",
        "Ctrl+Up", "Ctrl+Down", "Ctrl+0", "Ctrl+1", "Ctrl+2", "Return", "Left", "Right", "Home", "End", "+", "-",
        "0", "1", "2", "3", "9", "Ctrl+T", "Ctrl+D", "F2", "Delete",
        "Shift+Right", "Ctrl+Shift+Right", "Ctrl+A", "Up", "PgDown", "Backspace")  # fmt: skip
SLIDERS = ("strengthSlider", "accentsSlider", "positionSlider", "volumeSlider", "waySlider", "leftHandSlider",
           "rightHandSlider")  # fmt: skip
COMBOS = ("sourceCombo", "modelCombo", "deviceCombo", "tempoCombo", "generatorCombo", "originCombo",
          "generateStyleCombo", "dynamicsCombo", "handsCombo", "splitCombo")  # fmt: skip
BUTTONS = ("transferToClassicalButton", "transferToJazzButton", "playButton", "stopButton", "loopButton", "sideButton",
           "levelButton", "muteButton", "transferToolButton", "coverTab", "generateToolButton", "cancelButton",
           "dismissButton", "passageCheck", "coverBassCheck")  # fmt: skip
VIEWS = ("originalRoll", "styledRoll", "velocityMatrix", "velocityLane", "tempoLane", "pedalLane", "overviewStrip")
TAKES = ("anotherTakeButton", "originalChip", "take1Chip", "take2Chip", "take5Chip")
# What would leave the program, or what has a rule of its own.
NO_ACTIONS = {"quitAction", "openAction", "exportMidiAction", "exportWavAction"}
DUMMY = threading._DummyThread  # private: threading has no other name for it


@dataclass(frozen=True)
class Census:
    """What the process holds.

    Attributes:
        threads: names of Python's.
        kernel_threads: how many there are, Qt's and torch's included.
        handles: what each open file handle leads to.
        children: process ids.
    """

    threads: tuple[str, ...]
    kernel_threads: int
    handles: tuple[str, ...]
    children: tuple[int, ...]

    @classmethod
    def take(cls):
        gc.collect()
        return cls(
            tuple(sorted(thread.name for thread in threading.enumerate() if not isinstance(thread, DUMMY))),
            len(list(Path("/proc/self/task").iterdir())),
            tuple(sorted(_handles())),
            tuple(sorted(child.pid for child in multiprocessing.active_children())),
        )


def _handles():
    for handle in Path("/proc/self/fd").iterdir():
        try:
            kind, _, number = str(handle.readlink()).partition(":[")
            yield kind if number.rstrip("]").isdigit() else f"{kind} {number.rstrip(']')}".strip()
        except OSError:  # the one that lists them
            continue


class Walk:
    """One window, what is done with it, and what went wrong meanwhile."""

    def __init__(self, folder, models, generators, faults):
        self.folder, self.faults = folder, faults
        faults.clear()
        self.session = Session(
            runner=ModelProcess() if REAL else InProcess(),
            settings=Settings(folder / "settings.ini"),
            models=models,
            generators=generators,
            player=Player(audio=False),
            load_judge=StandInJudge,
            make_learner=ModelProcess if REAL else InProcess,
        )
        self.session.settings.ask_unsaved = False
        self.window = MainWindow(self.session)
        self.window.show()
        self.answer()

    def answer(self):
        for _ in range(3):
            QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def settle(self):
        """Wait until nothing runs."""
        end = time.monotonic() + SETTLED_SEC
        while not (self.session.idle and not self.session.batch.running and not self.session.batch.searching):
            assert time.monotonic() < end, f"still at work: {self.session.job}"
            QTest.qWait(2)
        self.answer()

    def settle_learning(self):
        """Wait until no style is learnt and no folder is read."""
        end = time.monotonic() + SETTLED_SEC
        while not self.session.jobs.is_idle("learning"):
            assert time.monotonic() < end, f"still learning: {self.session.learning.state}"
            QTest.qWait(2)
        self.answer()

    def part(self, name):
        """Return a part of the window that the user could use now; else None."""
        part = self.window.findChild(QWidget, name)
        return part if part is not None and part.isVisible() and part.isEnabled() and not self.dialogs() else None

    def dialogs(self):
        return [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible() and dialog.isModal()]

    def close(self):
        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self.session.cancel()
        self.session.batch.cancel()
        self.session.learning.cancel()
        self.answer()
        self.settle()
        self.settle_learning()
        self.window.close()
        assert not self.window.isVisible()
        self.window.deleteLater()
        self.session.deleteLater()
        self.window = self.session = None
        self.answer()


PLACES = st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True)  # in `pieces`


class User(RuleBasedStateMachine):
    """Does what users do; `walk` makes the window.

    What is drawn depends on nothing but what was drawn before: Hypothesis insists on that, and nobody knows how long a
    job takes. So what cannot be done just now is left out instead of being ruled out by a precondition.
    """

    walk = None  # set by the test: returns a Walk
    pieces = ()
    lesson = None  # a folder to learn a style from, and a recipe

    def __init__(self):
        super().__init__()
        self.at = type(self).walk()

    @rule()
    def wait_for_all_of_it(self):
        self.at.settle()

    @rule(milliseconds=st.integers(1, 40))
    def wait_a_little(self, milliseconds):
        QTest.qWait(milliseconds)

    @rule(places=PLACES)
    def drop_files(self, places):
        if not self.at.dialogs():
            drop(self.at.window, [self.pieces[place] for place in places])

    @rule(place=st.integers(0, 2))
    def open_a_good_file_and_wait(self, place):
        self.at.session.open(self.pieces[place])
        self.at.settle()

    @rule(style=st.sampled_from(["Jazz", "Classical"]))
    def transfer_and_wait(self, style):
        if button := self.at.part(f"transferTo{style}Button"):
            button.click()
            self.at.settle()

    @rule(name=st.sampled_from(BUTTONS))
    def click(self, name):
        if button := self.at.part(name):
            button.click()

    @rule(name=st.sampled_from(SLIDERS), share=st.floats(0, 1))
    def move_a_slider(self, name, share):
        if slider := self.at.part(name):
            slider.setSliderDown(True)
            slider.setSliderPosition(round(slider.minimum() + share * (slider.maximum() - slider.minimum())))
            slider.setSliderDown(False)

    @rule(name=st.sampled_from(COMBOS), place=st.integers(0, 20))
    def choose(self, name, place):
        if (combo := self.at.part(name)) and combo.count():
            combo.setCurrentIndex(place % combo.count())
            combo.activated.emit(combo.currentIndex())

    @rule(key=st.sampled_from(KEYS))
    def press_a_key(self, key):
        QTest.keySequence(QApplication.activeWindow() or self.at.window, key)

    @rule(place=st.integers(0, 90))
    def trigger_an_action(self, place):
        named = {action.objectName(): action for action in self.at.window.findChildren(QAction)}
        names = sorted(named.keys() - {"", *NO_ACTIONS})
        if not self.at.dialogs():
            named[names[place % len(names)]].trigger()

    @rule(name=st.sampled_from(VIEWS), x=st.floats(0, 1), y=st.floats(0, 1), notches=st.integers(-5, 5))
    def point_at_a_view(self, name, x, y, notches):
        view = self.at.part(name)
        if view is None:
            return
        target = view.canvas.viewport() if hasattr(view, "canvas") else view
        at = QPoint(round(x * (target.width() - 1)), round(y * (target.height() - 1)))
        QTest.mouseMove(target, at)
        if notches > 0:
            QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        elif notches < 0:
            QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
            QTest.mouseMove(target, QPoint(target.width() // 2, at.y()))
            QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    @rule(origin=st.sampled_from(["noise", "piece", "between", "primer"]), other=st.integers(0, 4))
    def generate(self, origin, other):
        session = self.at.session
        if not self.at.dialogs():
            if origin in session.generation.options.origins:
                session.generation.set_origin(origin)
            session.generation.set(other=self.pieces[other], length_sec=5.0)
            session.generate()

    @rule(name=st.sampled_from(TAKES), wait=st.booleans())
    def take_a_chip(self, name, wait):
        if part := self.at.part(name):
            QTest.mouseClick(part, Qt.MouseButton.LeftButton)
            if wait:
                self.at.settle()

    @rule(place=st.integers(0, 8), what=st.sampled_from(["name", "star", "copy", "delete", "export"]))
    def keep_takes_in_order(self, place, what):
        takes = self.at.session.takes
        if not takes.all or self.at.dialogs():
            return
        take = takes.all[place % len(takes.all)]
        if what == "name":
            takes.rename(take, f"Name {place}")
        elif what == "star":
            takes.star(take, starred=not take.starred)
        elif what == "copy":
            takes.duplicate(take)
        elif what == "delete":
            takes.delete(take)
        else:
            self.at.session.exports.midi(self.at.folder / "take.mid", takes.result_of(take).performance)

    @rule(number=st.integers(0, 2), then=st.sampled_from(["wait", "look", "cancel", "leave"]))
    def learn_a_style(self, number, then):
        learning = self.at.session.learning
        if not self.at.dialogs() and not learning.running:
            self.at.settle_learning()
            dialog = learn(self.at.window, *self.lesson, f"Style {number}")
            if then == "look":
                QTest.qWait(50)
            elif then == "wait":
                self.at.settle_learning()
            elif then == "cancel" and learning.running:
                dialog.findChild(QAbstractButton, "cancelLearningButton").click()
            dialog.close()

    @rule()
    def forget_a_style(self):
        if self.at.dialogs():
            return
        self.at.window.show_preferences()
        dialog = next(each for each in self.at.window.findChildren(Preferences) if each.isVisible())
        if (delete := dialog.findChild(QAbstractButton, "deleteStyleButton")).isEnabled():
            delete.click()
            dialog.findChild(QAbstractButton, "confirmDeleteStyleButton").click()
        dialog.reject()

    @rule(place=st.integers(0, 2), open_it=st.booleans())
    def keep_a_project(self, place, open_it):
        if self.at.dialogs():
            return
        path, ask = self.at.folder / f"{place}.tonenet", QFileDialog.getSaveFileName
        QFileDialog.getSaveFileName = staticmethod(lambda *args: (str(path), ""))
        try:
            self.at.window.findChild(QAction, "saveProjectAsAction").trigger()
        finally:
            QFileDialog.getSaveFileName = staticmethod(ask)
        if open_it:
            self.at.session.open(path)

    @rule(good=st.booleans())
    def export_midi(self, good):
        self.at.session.exports.midi(self.at.folder / ("out.mid" if good else "no folder/out.mid"))

    @rule()
    def export_wav(self):
        if self.at.session.exports.running < 1:
            self.at.session.exports.wav(self.at.folder / "out.wav")

    @rule(width=st.integers(SMALLEST[0], 1600), height=st.integers(SMALLEST[1], 1000))
    def resize(self, width, height):
        self.at.window.resize(width, height)

    @rule(theme=st.sampled_from(["dark", "light"]), ok=st.booleans())
    def change_the_preferences(self, theme, ok):
        if not self.at.dialogs():
            self.at.window.show_preferences()
            dialog = next(each for each in self.at.window.findChildren(Preferences) if each.isVisible())
            dialog.theme.setCurrentIndex(dialog.theme.findData(theme))
            dialog.accept() if ok else dialog.reject()

    @rule(press=st.lists(st.sampled_from("ABX"), max_size=12), finish=st.booleans())
    def compare_blindly(self, press, finish):
        dialog = next((each for each in self.at.window.findChildren(AbxDialog) if each.isVisible()), None)
        if dialog is None:
            return
        dialog.begin()
        for letter in press:
            dialog.hear(letter)
            dialog.answer("A" if letter == "X" else letter)
        if finish:
            dialog.close()

    @rule(places=PLACES, start=st.booleans(), hide=st.booleans())
    def transfer_many(self, places, start, hide):
        if self.at.dialogs():
            return
        self.at.window.show_batch([self.pieces[place] for place in places])
        window = self.at.window.findChild(BatchWindow)
        window.choices.folder_edit.setText(str(self.at.folder / "batch"))
        order = window.choices.order()
        if start and order is not None and not self.at.session.batch.running and self.at.session.batch.items:
            window.ask_start()
        if hide:
            window.close()

    @rule(place=st.integers(0, 3))
    def use_a_dialog(self, place):
        """Answer a question with one of its buttons; leave any other dialog by Esc."""
        for dialog in self.at.dialogs():
            buttons = [b for b in dialog.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
            if isinstance(dialog, QMessageBox) and buttons:
                buttons[place % len(buttons)].click()
            else:
                QTest.keyClick(dialog, Qt.Key.Key_Escape)

    @invariant()
    def nothing_has_gone_wrong(self):
        self.at.answer()
        assert not self.at.faults, self.at.faults
        assert self.at.window.isVisible()
        session = self.at.session
        assert session.message is None or session.message.text
        assert (self.at.window.pages.currentIndex() == 1) == (session.original is not None)
        assert session.player.performances == session.sides
        numbers = [take.number for take in session.takes.all]
        assert numbers == sorted(set(numbers))
        assert session.take is None or session.take in session.takes.all

    def teardown(self):
        self.at.close()
        assert not self.at.faults, self.at.faults


def learn(window, folder, recipe, title):
    """Order a style in the dialog, if it may be called so, and return the dialog."""
    learning = window.session.learning
    window.findChild(QAction, "learnStyleAction").trigger()
    dialog = window.findChild(LearnDialog)
    dialog.take([folder])
    while not window.session.jobs.is_idle("learning"):
        QTest.qWait(2)
    assert learning.found is not None
    dialog.findChild(QLineEdit, "styleNameEdit").setText(title)
    dialog.findChild(QComboBox, "styleRecipeCombo").setItemData(0, str(recipe))
    dialog.findChild(QAbstractButton, "learnButton").click()
    return dialog


@pytest.fixture
def lesson(tmp_path, tiny_performer):
    """Three pieces, and a recipe that learns of them in a moment."""
    folder = fill(tmp_path / "lesson", files=3, notes=700)
    return folder, write_recipe(tmp_path / "lesson.toml", tiny_performer.path, steps=3)


@pytest.fixture
def faults(monkeypatch, tmp_path):
    """What nobody caught, and what Qt complains of; nothing leaves the test for the desktop or asks for a file."""
    found = []
    for method in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, method, staticmethod(lambda *args: ("", "")))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", staticmethod(lambda *args: ([], "")))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *args: ""))
    monkeypatch.setattr(abx, "user_abx", lambda: tmp_path / "abx")
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: found.append((kind.__name__, str(error))))

    def complaint(kind, context, text):
        if OFFSCREEN_ALWAYS_SAYS not in text:
            found.append((kind.name, text))

    before = qInstallMessageHandler(complaint)
    yield found
    qInstallMessageHandler(before)


@pytest.fixture
def pieces(tmp_path):
    """Three good files, an empty one, a damaged one, none, and a folder."""
    contents = {
        "melody.mid": melody(60), "combo.mid": combo(), "long.mid": melody(400, seed=2),
        "empty.mid": b"", "damaged.mid": melody(50)[:70],
    }  # fmt: skip
    folder = tmp_path / "pieces"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "below").mkdir()
    (folder / "below" / "scale.mid").write_bytes(scale())
    return tuple(folder / name for name in (*contents, "none.mid", "below"))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="NO SOAK: only Linux tells of threads and handles here")
def test_a_walk_through_everything_breaks_and_leaves_nothing(
    qapp, tmp_path, tiny_model, tiny_performer, tiny_generator, tiny_composer, pieces, lesson, faults
):
    def walk():
        return Walk(tmp_path, [tiny_performer, tiny_model], [tiny_generator, tiny_composer], faults)

    def bounded():
        """Do each thing once, so that what is made once is there before anything is counted."""
        resource_tracker.ensure_running()  # else Python starts it with the first process, and its pipe stays open
        first = walk()
        first.session.open(pieces[0])
        first.settle()
        first.session.transfers.run("jazz")
        first.settle()
        first.session.generate()
        first.settle()
        first.session.exports.wav(tmp_path / "first.wav")
        first.settle()
        learn(first.window, *lesson, "First")
        first.settle_learning()
        assert first.session.learning.phase == "learnt"
        first.close()
        return Census.take()

    machine = type("SomeUser", (User,), {"walk": staticmethod(walk), "pieces": pieces, "lesson": lesson})
    before = bounded()
    for number in range(WALKS):
        seed(SEED + number)(machine)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=2,  # the first one is always the dullest there is
                stateful_step_count=STEPS,
                derandomize=False,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        after = Census.take()
        assert after.threads == before.threads
        assert after.children == before.children
        assert after.handles == before.handles
        assert after.kernel_threads <= before.kernel_threads
