"""The models run in a warm child process; this module is both ends of the pipe to it.

The window's process never imports torch (218 MB, seconds of import, and a GIL that makes the window stutter), and the
child never imports Qt. The child is started once, imports torch behind the window, keeps the loaded models and answers
one request after the other. Cancel asks it over the pipe; when no answer comes it is terminated and started anew.

`InProcess` answers the same calls without a child, for tests.
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
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress, no_progress

if TYPE_CHECKING:
    from tonenet_core.generate import Request as Wanted
    from tonenet_core.transfer import Interpretation

log = logging.getLogger(__name__)

POLL_SEC = 0.05  # how often a waiting job looks whether it was cancelled
CANCEL_GRACE_SEC = 0.3  # how long the child may take to stop by itself
REPORT_SEC = 0.05
KEPT = 3  # loaded models: one that transfers, one that invents, and one to compare with

Devices = list[tuple[str, str]]
"""`(name for torch, name for people)`, such as `("cuda:0", "NVIDIA A100")`."""


class ModelProcessError(ToneNetError):
    """The child process that runs the models ended unasked; the message says what to do."""


class ModelBugError(RuntimeError):
    """A bug inside the child process; the message is its trace."""


@dataclass(frozen=True)
class Request:
    """What a model run needs.

    Attributes:
        performance: the original; its source bytes stay behind, only the arrays cross the pipe.
        model: path of the checkpoint.
        style: the style to transfer to.
        source_style: what the piece is played in; None: what the model takes it for.
        seed: of the performance of a piece without dynamics.
        device: "auto", "cpu" or "cuda:N".
    """

    performance: Performance
    model: str
    style: str
    source_style: str | None = None
    seed: int = 0
    device: str = "auto"


@dataclass(frozen=True)
class Invention:
    """What the making of new pieces needs.

    Attributes:
        model: path of a generator's checkpoint.
        wanted: length, style, temperature and seed; of a piece that is made from others the style alone counts.
        first: None: from noise. A piece: it is sent through the model's latents and back, or gone on with.
        primer_bars: how many bars of the first one are gone on with; None: none are.
        second: with a first one: pieces on the way between the two.
        steps: how many pieces on that way.
        performer: path of the checkpoint that plays the notes; None: they are as loud as the model drew them.
    """

    model: str
    wanted: Wanted
    first: Performance | None = None
    primer_bars: int | None = None
    second: Performance | None = None
    steps: int = 5
    performer: str | None = None


class Runner(Protocol):
    """Whatever runs models for the session; its calls block and belong on the jobs' thread."""

    def start(self) -> None:
        """Begin to get ready, without waiting."""

    def devices(self, progress: Progress) -> Devices:
        """Wait until the models can run and give the devices that there are."""

    def interpret(self, request: Request, progress: Progress) -> Interpretation:
        """Run the model; raises `Cancelled` within a second after `progress` does."""

    def invent(self, request: Invention, progress: Progress) -> list[Performance]:
        """Make new pieces, one or, between two, several; raises `Cancelled` likewise."""

    def close(self) -> None:
        """End whatever runs; nothing is left behind."""


class InProcess:
    """Runs the models in this process and keeps the last ones that were loaded."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], Any] = {}  # the last used one last

    def start(self) -> None:
        """Do nothing: torch is imported by the first call."""

    def devices(self, progress: Progress) -> Devices:
        """Give the devices that torch finds."""
        from tonenet_core.compute.devices import available

        return available()

    def interpret(self, request: Request, progress: Progress) -> Interpretation:
        """Load the model unless it was used lately, and run it."""
        from tonenet_core.transfer import interpret

        progress(0.0)
        return interpret(
            request.performance,
            self._model(request.model, request.device),
            request.style,
            source_style=request.source_style,
            seed=request.seed,
            device=request.device,
            progress=progress,
        )

    def invent(self, request: Invention, progress: Progress) -> list[Performance]:
        """Load the generator unless it was used lately, and have it make what is asked for."""
        from tonenet_core.checkpoint import read_info
        from tonenet_core.generate import Primer, generate, interpolate, reconstruct

        progress(0.0)
        model, wanted = self._model(request.model, "cpu"), request.wanted
        player = None if request.performer is None else self._model(request.performer, "cpu")
        if request.first is None or request.primer_bars is not None:
            known = read_info(Path(request.model)).training.get("data")
            primer = None if request.first is None else Primer(request.first, request.primer_bars or 0)
            return [generate(model, wanted, primer=primer, statistics=known, velocities=player, progress=progress)]
        if request.second is None:
            return [reconstruct(request.first, model, style=wanted.style, velocities=player, progress=progress)]
        styles = (wanted.style, wanted.style)
        return interpolate(
            request.first,
            request.second,
            model,
            steps=request.steps,
            styles=styles,
            velocities=player,
            progress=progress,
        )

    def close(self) -> None:
        """Forget the loaded models."""
        self._models.clear()

    def _model(self, path: str, device: str) -> Any:
        from tonenet_core.checkpoint import load

        key = (path, device)
        model = self._models.pop(key, None)
        self._models[key] = load(path, device=device) if model is None else model
        while len(self._models) > KEPT:
            del self._models[next(iter(self._models))]
        return self._models[key]


class ModelProcess:
    """Owns the child process; all calls but `start` belong on one thread."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._pipe: Connection | None = None
        self._devices: Devices | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the child unless it runs; torch's import goes on in it while this returns."""
        if self._closed or (self._process is not None and self._process.is_alive()):
            return
        self._stop()
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=serve, args=(theirs,), name="tonenet-models", daemon=True)
        self._process.start()
        theirs.close()  # so that the child's death is the end of the pipe

    def devices(self, progress: Progress) -> Devices:
        """Wait until the child has imported torch and give the devices that it found.

        Raises:
            Cancelled: out of `progress`; the child goes on getting ready.
            ModelProcessError: if it died meanwhile.
        """
        self.start()
        while self._devices is None:
            progress(0.0)
            kind, value = self._receive()
            if kind == "ready":
                self._devices = value
        return self._devices

    def interpret(self, request: Request, progress: Progress) -> Interpretation:
        """Run the model in the child; raises as `_ask` does."""
        small = replace(request, performance=_arrays(request.performance))
        interpretation: Interpretation = self._ask("interpret", small, progress)
        return interpretation

    def invent(self, request: Invention, progress: Progress) -> list[Performance]:
        """Make new pieces in the child; raises as `_ask` does."""
        small = replace(request, first=_arrays(request.first), second=_arrays(request.second))
        pieces: list[Performance] = self._ask("invent", small, progress)
        return pieces

    def _ask(self, what: str, request: Request | Invention, progress: Progress) -> Any:
        """Have the child do what is asked.

        Raises:
            Cancelled: out of `progress`, at most `CANCEL_GRACE_SEC` and a restart later.
            ToneNetError: what the core raised in the child, or that the child died.
            ModelBugError: any other exception in the child.
        """
        self.devices(progress)
        assert self._pipe is not None
        try:
            self._pipe.send((what, request))
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
                    return _answer(kind, value)
        except Cancelled:
            self._cancel()
            raise

    def close(self) -> None:
        """End the child and wait for it; later calls start none."""
        self._closed = True
        self._stop()

    def _receive(self) -> tuple[str, Any]:
        """Give the child's next message, or "nothing" when there is none for `POLL_SEC`."""
        if self._pipe is None:
            raise Cancelled
        try:
            return self._pipe.recv() if self._pipe.poll(POLL_SEC) else ("nothing", None)
        except (EOFError, OSError):
            self._died()

    def _cancel(self) -> None:
        """Ask the child to stop, end it when it does not, and have a ready one afterwards."""
        until = time.monotonic() + CANCEL_GRACE_SEC
        try:
            assert self._pipe is not None
            self._pipe.send(("cancel", None))
            while (left := until - time.monotonic()) > 0:
                if self._pipe.poll(left) and self._pipe.recv()[0] != "progress":
                    return
        except (EOFError, OSError):
            log.warning("The model process had ended when it was asked to stop.")
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
            self._process.kill()  # it has nothing to tidy up, and may be deaf to a politer word
            self._process.join()
            self._process.close()
        self._process = self._pipe = self._devices = None


def _arrays(performance: Performance | None) -> Any:
    """Return a piece's arrays alone: a file may be large, and no model reads it."""
    return None if performance is None else performance.piece


def _answer(kind: str, value: Any) -> Any:
    if kind == "error":
        raise value
    if kind == "cancelled":
        raise Cancelled
    if kind == "bug":
        raise ModelBugError(value)
    return value


def serve(pipe: Connection) -> None:
    """Answer requests until the pipe ends: the child's main function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the window, which then ends us
    _step_back()
    models = InProcess()
    try:
        pipe.send(("ready", _torch_devices(models)))
        while True:
            kind, request = pipe.recv()
            if kind in ("interpret", "invent"):
                pipe.send(_run(getattr(models, kind), request, pipe))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the window is gone


def _run(do: Callable[[Any, Progress], Any], request: Request | Invention, pipe: Connection) -> tuple[str, Any]:
    last_report = 0.0

    def progress(fraction: float) -> None:
        nonlocal last_report
        if pipe.poll():
            kind, _ = pipe.recv()
            if kind == "cancel":
                raise Cancelled
        now = time.monotonic()
        if now - last_report >= REPORT_SEC:
            last_report = now
            pipe.send(("progress", fraction))

    try:
        return "done", do(request, progress)
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


def _step_back() -> None:
    """Give the window and the sound the right of way on the processor."""
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(10)
