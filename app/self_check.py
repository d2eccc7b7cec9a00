"""A check that the whole program works: the window does the main job by itself (`tonenet-app --check DIR`)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.background.continuations import Done, Failed
from app.system.language import translate
from app.window.main_window import DEMO, MainWindow
from tonenet_core.errors import ToneNetError

log = logging.getLogger(__name__)

GIVE_UP_MS = 600_000  # a hanging program must end
DEMO_STYLE = "jazz"


@dataclass(frozen=True)
class _Step:
    """One thing to do: its name for people, and the call, which tells its caller when it is done."""

    name: str
    run: Callable[[Done, Failed], object]


class SelfCheck(QObject):
    """Opens the demo, transfers it, exports MIDI and WAV and generates a piece, one step after the other.

    Attributes:
        problem: a sentence on what went wrong; None as long as nothing has.
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
        self._end = QTimer(self, interval=GIVE_UP_MS, singleShot=True)
        self._end.timeout.connect(lambda: self._finish(f"'{self._step.name}' did not end."))

    def start(self) -> None:
        """Begin; `finished` follows from the event loop."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._end.start()
        self._begin(self._step)

    def _all_steps(self) -> Iterator[_Step]:
        session, midi, wav = self._session, self._folder / "demo.mid", self._folder / "demo.wav"
        yield _Step("open the demo", lambda done, failed: session.open(DEMO, done, failed))
        yield _Step("transfer it", self._transfer)
        yield _Step("export MIDI", _at_once(lambda: session.exports.midi(midi)))
        yield _Step("export WAV", _started(lambda done, failed: session.exports.wav(wav, done, failed)))
        yield _Step("draw the window", _at_once(lambda: self._window.grab().save(str(self._folder / "window.png"))))
        yield _Step("generate a piece", _started(session.generate))

    def _transfer(self, done: Done, failed: Failed) -> None:
        model = self._session.transfers.options.model
        if model is None:
            failed(ToneNetError("No model is installed."))
        else:
            self._session.transfers.run(next(style for style in model.styles if style != DEMO_STYLE), done, failed)

    def _begin(self, step: _Step) -> None:
        self._step = step
        log.info("%s", step.name)
        # The next step begins from the event loop: this one's caller has not returned yet.
        step.run(lambda: QTimer.singleShot(0, self._advance), self._fail)

    def _advance(self) -> None:
        if (step := next(self._steps, None)) is None:
            self._finish(None)
        else:
            self._begin(step)

    def _fail(self, error: Exception) -> None:
        reason = translate(error) if isinstance(error, ToneNetError) else str(error)
        self._finish(f"'{self._step.name}' failed: {reason}")

    def _finish(self, problem: str | None) -> None:
        self._end.stop()
        self.problem = problem
        if problem is not None:
            log.error("%s", problem)
        self.finished.emit(0 if problem is None else 1)


def _at_once(call: Callable[[], bool]) -> Callable[[Done, Failed], None]:
    """Return a step of a call that returns whether it has succeeded."""

    def run(done: Done, failed: Failed) -> None:
        if call():
            done()
        else:
            failed(ToneNetError("Nothing was written."))

    return run


def _started(call: Callable[[Done, Failed], bool]) -> Callable[[Done, Failed], None]:
    """Return a step of a call that returns whether it has started a job."""

    def run(done: Done, failed: Failed) -> None:
        if not call(done, failed):
            failed(ToneNetError("It could not be started."))

    return run
