"""A window that somebody uses in a hurry until its process is killed: the other half of `_killed_window`.

    python -m benchmarks._hasty_hand FOLDER SEED ACTIONS

It restores what a crashed process has left in FOLDER, then does so many actions drawn by lot. Before each it prints
which one, after it what the window shows, once that is painted.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.background.requests import Devices, GenerationRequest, Transfer, Warming
from app.documents.document import Document
from app.documents.history import Take
from app.playback.player import Player
from app.recovery.recovery import Recovery
from app.session.session import Session
from app.system.settings import Settings
from app.window.main_window import MainWindow
from benchmarks._quick_learner import QuickLearner, learnt_so_far
from tests.pieces import melody
from tonenet_core.checkpoint import remove_style
from tonenet_core.interpretation import Interpretation, TimeInterpretation
from tonenet_core.learning.order import Order
from tonenet_core.midi import parse_midi
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

PIECES = 3  # 0.mid, 1.mid ... in FOLDER
MOST_PIECES = 8
MOST_TAKES = 12  # of a piece; of more one is deleted
MOST_STYLES = 4  # that are learnt; of more one is forgotten
STOPPED = 0.3  # of the times that a run is looked at
LOOKED_ON = 3  # validations
REST_MS = 300  # from a slider's last move until it counts as shown


class QuickModels:
    """Runs that are drawn by lot from what was asked for, in a moment."""

    def start(self) -> None: ...

    def devices(self, progress: Progress) -> Devices:
        return [("cpu", "Processor")]

    def warm(self, request: Warming, progress: Progress) -> None: ...

    def interpret(self, request: Transfer, progress: Progress) -> Interpretation:
        count, chance = len(request.performance), np.random.default_rng([request.seed, len(request.style)])
        median, transported = chance.uniform(20, 110, (2, count)).astype(np.float32)
        time_ = None
        if "timing" in request.parts:
            time_ = TimeInterpretation(chance.uniform(0, 0.01, count), np.full(count, np.nan), np.zeros(0))
        return Interpretation(request.style, "classical", median, transported, performed=True, time=time_)

    def generate(self, request: GenerationRequest, progress: Progress) -> list[Performance]:
        return [parse_midi(melody(40, seed=random.randrange(10**6)), "new.mid")]

    def close(self) -> None: ...


def described(document: Document) -> dict[str, Any]:
    """Return what is shown of a piece, as JSON can have it."""
    opened = hashlib.sha256(document.opened.to_bytes())
    opened.update(document.opened.beats_sec.tobytes())
    return {
        "title": document.title,
        "opened": opened.hexdigest()[:12],
        "takes": [
            [hashlib.sha256(document.result_of(take).performance.to_bytes()).hexdigest()[:12], take.name, take.starred]
            for take in document.history.takes
        ],
    }


class Hand:
    """Uses the window as somebody does who is in a hurry, and says what is shown."""

    def __init__(self, window: MainWindow, folder: Path, seed: int) -> None:
        self._window, self._session = window, window.session
        self._folder, self._chance = folder, random.Random(seed)
        self._actions = [
            *(self.open, self.invent, self.rename, self.star, self.delete, self.undo, self.redo, self.choose),
            *(self.strength, self.tap, self.duplicate, self.project),
            *(self.learn, self.learn, self.stop_learning, self.forget_style),
            *(self.edit,) * 2,
            *(self.transfer,) * 3,
            *(self.another,) * 4,
        ]

    def say(self, word: str, content: object) -> None:
        print(word, json.dumps(content), flush=True)

    def show(self) -> None:
        """Say what the window shows now, which has been painted."""
        learning = self._session.learning
        runs = {learning.order.title: len(learning.curve)} if learning.running and learning.order is not None else {}
        self._window.grab()
        self.say("styles", {"learnt": self.styles(), "runs": runs})
        self.say("shown", [described(each) for each in self._session.document.pieces.documents])

    def styles(self) -> list[str]:
        """Return the titles of the styles that were learnt."""
        return [style.title for info in self._session.transfers.options.models for style in info.added]

    def act(self) -> None:
        action = self._chance.choice(self._actions)
        any_time = (self.open, self.invent, self.tap, self.learn, self.stop_learning, self.forget_style)
        if self._session.take is None and action not in any_time:
            action = self.transfer if self._session.original is not None else self.open
        elif len(self._session.takes.all) > MOST_TAKES:
            action = self.delete
        self.say("doing", action.__name__)
        action()
        self.show()

    def settle(self) -> None:
        while not self._session.idle:
            QTest.qWait(1)

    def _take(self) -> Take:
        return self._chance.choice(self._session.takes.all)

    def open(self) -> None:
        documents = self._session.document.pieces.documents
        if len(documents) >= MOST_PIECES:
            self._session.document.bring_back(self._chance.choice(documents))
        else:
            self._session.open(self._folder / f"{self._chance.randrange(PIECES)}.mid")
            self.settle()

    def invent(self) -> None:
        if len(self._session.document.pieces.documents) < MOST_PIECES:
            self._session.generate()
            self.settle()

    def transfer(self) -> None:
        transfers, player = self._session.transfers, self._session.player
        player.set_loop(self._chance.choice([None, (1.0, 3.0)]))
        parts = self._chance.choice([("dynamics",), ("dynamics", "timing")])
        transfers.set(seed=self._chance.randrange(10**6), parts=parts, passage_only=self._chance.random() < 0.3)
        transfers.run(self._chance.choice(transfers.options.styles))
        self.settle()

    def another(self) -> None:
        self._session.takes.another()
        self.settle()

    def duplicate(self) -> None:
        self._session.takes.duplicate(self._take())

    def rename(self) -> None:
        self._session.takes.rename(self._take(), f"Name {self._chance.randrange(10**6)}")

    def star(self) -> None:
        take = self._take()
        self._session.takes.star(take, starred=not take.starred)

    def delete(self) -> None:
        self._session.takes.delete(self._take())

    def choose(self) -> None:
        self._session.takes.choose(self._take())

    def undo(self) -> None:
        self._session.transfers.undo()

    def redo(self) -> None:
        self._session.transfers.redo()

    def strength(self) -> None:
        for _ in range(4):
            self._session.transfers.set_strength(self._chance.uniform(0.0, 1.5), moving=True)
            QTest.qWait(5)
        QTest.qWait(REST_MS)

    def edit(self) -> None:
        notes = np.sort(self._chance.sample(range(len(self._session.original)), 4))
        self._session.editing.set(notes, self._chance.choices(range(1, 128), k=4))

    def tap(self) -> None:
        if self._session.original is None or self._session.take is not None:
            return
        first = self._chance.uniform(0.2, 0.5)
        self._session.tapping.taps_sec[:] = [first, first + 0.6, first + 1.3, first + 1.9]
        self._session.tapping.use()

    def project(self) -> None:
        current = self._session.document.current
        path = self._folder / f"{current.number % PIECES}.tonenet"
        QFileDialog.getSaveFileName = staticmethod(lambda *_: (str(path), ""))  # type: ignore[method-assign]
        self._window.findChild(QAction, "saveProjectAction").trigger()
        current = self._session.document.current
        self.say("saved", [current.project.name, described(current)])

    def learn(self) -> None:
        learning = self._session.learning
        if learning.running or len(self.styles()) >= MOST_STYLES:
            return
        learning.read(self._folder)
        while learning.found is None:
            QTest.qWait(1)
        learning.start(Order(f"Style {self._chance.randrange(10**6)}", str(self._folder)))

    def stop_learning(self) -> None:
        if self._chance.random() < STOPPED:
            self._session.learning.cancel()
        self.wait_for_learning()

    def wait_for_learning(self) -> None:
        """Look on for a while."""
        before = len(self._session.learning.curve)
        while self._session.learning.running and len(self._session.learning.curve) < before + LOOKED_ON:
            QTest.qWait(5)

    def forget_style(self) -> None:
        transfers = self._session.transfers
        added = [style for info in transfers.options.models for style in info.added]
        if added:
            remove_style(self._chance.choice(added))
            transfers.set(**transfers.options.read_again())


def live(folder: Path, seed: int, actions: int) -> None:
    """Open the window as the program does, restore what a crash has left, and use it until the end comes."""
    app = QApplication([])
    settings = Settings(folder / "settings.ini")
    settings.ask_unsaved = False
    player, learner = Player(audio=False), QuickLearner(folder)
    session = Session(QuickModels(), settings, player=player, load_judge=lambda: None, make_learner=lambda: learner)
    window = MainWindow(session)
    recovery = Recovery(session, folder / "sessions")
    window.show()
    hand = Hand(window, folder, seed)
    hand.say("begun", None)

    def use() -> None:
        recovery.offer()
        if session.message is not None and session.message.offers:
            session.message.offers[0].call()
            while recovery.restoring:
                QTest.qWait(1)
        kept = {"learnt": hand.styles(), "runs": learnt_so_far()}
        session.learning.offer()
        if session.learning.left is not None:
            session.learning.go_on()
        hand.say("kept", kept)
        hand.say("restored", [described(each) for each in session.document.pieces.documents])
        for _ in range(actions):
            hand.act()
        hand.say("done", None)
        sys.stdin.read()  # until it is killed

    QTimer.singleShot(0, use)
    app.exec()


if __name__ == "__main__":
    live(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
