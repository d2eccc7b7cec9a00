"""The main job done by the window itself, to see whether a program is whole (`tonenet-app --check DIR`)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.window.main_window import MainWindow

log = logging.getLogger(__name__)

LOOK_MS = 50
GIVE_UP_MS = 600_000  # a machine this slow is of no use to anybody; a hanging one must end
DEMO_STYLE = "jazz"


@dataclass(frozen=True)
class _Step:
    """What is done, how it is known to have been done, and its name for people."""

    name: str
    start: Callable[[], object]
    done: Callable[[], bool]


class SelfCheck(QObject):
    """Opens the demo, transfers it, exports MIDI and WAV and generates a piece, each step when the last one is done.

    Attributes:
        problem: what went wrong, a sentence; None as long as nothing has.
    """

    finished = Signal(int)
    """The exit status: 0 when every step was done, 1 when one was not."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        """Check `window`, leaving `demo.mid`, `demo.wav` and `window.png` in `folder`, which is made."""
        super().__init__(window)
        self.problem: str | None = None
        self._window, self._session, self._folder = window, window.session, folder
        self._steps = self._all_steps()
        self._step = next(self._steps)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._advance)
        self._end = QTimer(self, interval=GIVE_UP_MS, singleShot=True)
        self._end.timeout.connect(lambda: self._finish(f"'{self._step.name}' did not end."))

    def start(self) -> None:
        """Begin; `finished` follows from the event loop."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._look.start()
        self._end.start()
        self._begin(self._step)

    def _all_steps(self) -> Iterator[_Step]:
        session, midi, wav = self._session, self._folder / "demo.mid", self._folder / "demo.wav"
        yield _Step("open the demo", self._window.open_demo, lambda: session.original is not None)
        yield _Step("transfer it", self._transfer, lambda: session.styled is not None)
        yield _Step("export MIDI", lambda: session.exports.midi(midi), midi.is_file)
        yield _Step("export WAV", lambda: session.exports.wav(wav), wav.is_file)
        picture = self._folder / "window.png"
        yield _Step("draw the window", lambda: self._window.grab().save(str(picture)), picture.is_file)
        yield _Step("generate a piece", session.generate, lambda: bool(session.generated))

    def _transfer(self) -> None:
        model = self._session.choices.model
        if model is not None:  # without one the step stays undone, and says so
            self._session.transfer(next(style for style in model.styles if style != DEMO_STYLE))

    def _begin(self, step: _Step) -> None:
        log.info("%s", step.name)
        step.start()

    def _advance(self) -> None:
        session, name = self._session, self._step.name
        if session.message is not None and session.message.kind == "error":
            self._finish(f"'{name}' failed: {session.message.text}")
        elif not session.idle:
            return
        elif not self._step.done():
            self._finish(f"'{name}' left nothing behind.")
        elif (step := next(self._steps, None)) is None:
            self._finish(None)
        else:
            self._step = step
            self._begin(step)

    def _finish(self, problem: str | None) -> None:
        self._look.stop()
        self._end.stop()
        self.problem = problem
        if problem is not None:
            log.error("%s", problem)
        self.finished.emit(0 if problem is None else 1)
