"""The warm child process that runs the models, and both ends of the pipe to it.

The window's process never imports torch (218 MB, seconds of import, and a GIL that makes the window stutter), and the
child never imports Qt. The child is started once, imports torch behind the window, keeps the loaded models and answers
one request after the other. Cancel is sent over the pipe and not waited for: the child stops at its next report, loaded
and warm. The next request waits for that, and replaces a child that does not answer.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from app.background.in_process import InProcess
from app.background.requests import Devices, GenerationRequest, Inquiry, Learning, Transfer, Warming
from app.background.throttle import throttled
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress, no_progress

if TYPE_CHECKING:
    from tonenet_core.learning.learn import Learned
    from tonenet_core.learning.survey import Survey
    from tonenet_core.transfer import Interpretation

log = logging.getLogger(__name__)

RequestT = TypeVar("RequestT", Transfer, GenerationRequest, Warming, Inquiry, Learning)
ResultT = TypeVar("ResultT")

POLL_SEC = 0.05  # how often a waiting job checks whether it was cancelled
NICENESS = 5  # frames come as if no model ran; at 10 a machine that is busy elsewhere starves a transfer (record 0055)
PATIENCE_SEC = 60.0  # how long the child may take to stop by itself; less is too little on a very busy machine


class ModelProcessError(ToneNetError):
    """The child process that runs the models ended by itself; the message says what to do."""


class ModelBugError(RuntimeError):
    """A bug inside the child process; the message is its trace."""


class ModelProcess:
    """A `Runner` that owns the child process; all calls but `start` belong on one thread."""

    def __init__(self, patience_sec: float = PATIENCE_SEC) -> None:
        """Prepare; `start` starts the child.

        Args:
            patience_sec: how long a child that was asked to stop may take before it is replaced.
        """
        self._patience_sec = patience_sec
        self._stops_until: float | None = None  # by when the child must have answered a request to stop
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._pipe: Connection | None = None
        self._devices: Devices | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id; None without a child."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the child unless it runs; returns at once, while the child still imports torch."""
        if self._closed or (self._process is not None and self._process.is_alive()):
            return
        self._stop()
        self._pipe, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs,), name="tonenet-models", daemon=True)
        try:
            process.start()
            self._process = process  # one that could not be started has nothing to end
        finally:
            theirs.close()  # so that the child's death is the end of the pipe

    def devices(self, progress: Progress) -> Devices:
        """Wait until the child has imported torch and return the devices that it found.

        Raises:
            Cancelled: out of `progress`; the child keeps starting up.
            ModelProcessError: if the child died meanwhile.
        """
        self.start()
        while self._devices is None:
            progress(0.0)
            kind, value = self._receive()
            if kind == "ready":
                self._devices = value
        return self._devices

    def warm(self, request: Warming, progress: Progress) -> None:
        """Have the child load a model and run it once; raises as `_ask` does."""
        self._ask(InProcess.warm, request, progress)

    def interpret(self, request: Transfer, progress: Progress) -> Interpretation:
        """Run a velocity model in the child; raises as `_ask` does."""
        return self._ask(InProcess.interpret, request.without_source(), progress)

    def generate(self, request: GenerationRequest, progress: Progress) -> list[Performance]:
        """Make new pieces in the child; raises as `_ask` does."""
        return self._ask(InProcess.generate, request.without_source(), progress)

    def survey(self, request: Inquiry, progress: Progress) -> Survey:
        """Have the child read a folder; raises as `_ask` does."""
        return self._ask(InProcess.survey, request, progress)

    def learn(self, request: Learning, progress: Progress) -> Learned:
        """Learn a style in the child; raises as `_ask` does."""
        return self._ask(InProcess.learn, request, progress)

    def _ask(
        self, call: Callable[[InProcess, RequestT, Progress], ResultT], request: RequestT, progress: Progress
    ) -> ResultT:
        """Call a method of the child's `InProcess` and return its result.

        Raises:
            Cancelled: out of `progress`.
            ToneNetError: what the core raised in the child, or that the child died.
            ModelBugError: any other exception in the child.
        """
        self._wait_for_stop(progress)
        self.devices(progress)
        assert self._pipe is not None
        try:
            self._pipe.send((call.__name__, request))
        except OSError:
            self._died()
        fraction = 0.0
        try:
            while True:
                progress(fraction)
                kind, value = self._receive()
                if kind == "progress":
                    fraction = value
                elif kind != "nothing":
                    _raise_failure(kind, value)
                    result: ResultT = value
                    return result
        except Cancelled:
            self._cancel()
            raise

    def close(self) -> None:
        """End the child and wait for it; later calls start none."""
        self._closed = True
        self._stop()

    def _receive(self) -> tuple[str, Any]:
        """Return the child's next message, or "nothing" if none comes within `POLL_SEC`."""
        if self._pipe is None:
            raise Cancelled
        try:
            return self._pipe.recv() if self._pipe.poll(POLL_SEC) else ("nothing", None)
        except (EOFError, OSError):
            self._died()

    def _cancel(self) -> None:
        """Ask the child to stop, without waiting for it."""
        if self._pipe is None:
            return
        try:
            self._pipe.send(("cancel", None))
            self._stops_until = time.monotonic() + self._patience_sec
        except OSError:
            log.warning("The model process had ended when it was asked to stop.")
            self._stop()
            self.start()

    def _wait_for_stop(self, progress: Progress) -> None:
        """Wait until the child has ended the request that it was asked to stop; replace it if it does not."""
        while self._stops_until is not None:
            progress(0.0)
            try:
                kind, _ = self._receive()
            except ModelProcessError:
                return  # nobody waits for its answer, and another one is being started
            if kind not in ("progress", "nothing"):
                self._stops_until = None
            elif time.monotonic() > self._stops_until:
                log.warning("The model process does not answer and is replaced.")
                self._stop()
                self.start()

    def _died(self) -> NoReturn:
        self._process.join(1.0)  # its pipe ends a moment before it does
        code = self._process.exitcode
        self._stop()
        log.error("The model process ended with code %s.", code)
        self.start()
        raise ModelProcessError(
            "The model stopped unexpectedly (code {code}), perhaps for want of memory. "
            "It was started again: please try once more.",
            code=str(code),
        )

    def _stop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()  # it has nothing to tidy up, and may not react to SIGTERM
            self._process.join()
            self._process.close()
        self._process = self._pipe = self._devices = self._stops_until = None


def _raise_failure(kind: str, value: Any) -> None:
    """Raise what an answer of this kind stands for; return where it is a result."""
    if kind == "error":
        raise value
    if kind == "cancelled":
        raise Cancelled
    if kind == "bug":
        raise ModelBugError(value)


def serve(pipe: Connection) -> None:
    """Answer requests until the pipe ends: the child's main function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the window, which then ends us
    _lower_priority()
    models = InProcess()
    try:
        pipe.send(("ready", _torch_devices(models)))
        while True:
            kind, request = pipe.recv()
            if kind == "interpret":
                pipe.send(_run(models.interpret, request, pipe))
            elif kind == "generate":
                pipe.send(_run(models.generate, request, pipe))
            elif kind == "warm":
                pipe.send(_run(models.warm, request, pipe))
            elif kind == "survey":
                pipe.send(_run(models.survey, request, pipe))
            elif kind == "learn":
                pipe.send(_run(models.learn, request, pipe))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the window is gone


def _run(call: Callable[[RequestT, Progress], object], request: RequestT, pipe: Connection) -> tuple[str, object]:
    """Return the kind of an answer and the answer, having reported progress over the pipe meanwhile."""
    report = throttled(lambda fraction: pipe.send(("progress", fraction)))

    def progress(fraction: float) -> None:
        if pipe.poll():
            kind, _ = pipe.recv()
            if kind == "cancel":
                raise Cancelled
        report(fraction)

    try:
        return "done", call(request, progress)
    except Cancelled:
        return "cancelled", None
    except ToneNetError as error:
        return "error", error
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception:  # noqa: BLE001  (the child's own main: the trace crosses the pipe and is shown)
        return "bug", traceback.format_exc()


def _torch_devices(models: InProcess) -> Devices:
    import tonenet_core.transfer  # noqa: F401  (imported now, so that the first request does not wait for it)

    return models.devices(no_progress)


def _lower_priority() -> None:
    """Let the window and the sound go first on the processor."""
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(NICENESS)
