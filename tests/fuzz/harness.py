"""Tries many damaged inputs on a reader, in a child process with limits, and keeps what it should not have done.

Every input is a function of target, seed and number, so that a find can be made again from three words.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import multiprocessing
import os
import random
import resource
import signal
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fuzz.targets import TARGETS, Reader, Target
from tonenet_core.errors import ToneNetError

SECONDS = 2.0  # processor time for one input: the machine may be shared
BYTES = 500_000_000  # address space on top of what the readers' own modules take
STUCK_SEC = 120.0  # without any answer the child is ended: it waits for something, or is in a loop outside Python
PACKAGES = ("tonenet_core", "app", "tests/fuzz/targets")


class TooLongError(Exception):
    """An input took more than `SECONDS`."""


@dataclass
class Find:
    """What a reader should not have done: where, with which input."""

    target: str
    kind: str
    input_number: int
    data: bytes
    trace: str


@dataclass
class Tally:
    """What came of the inputs so far."""

    inputs: int = 0
    accepted: int = 0
    slowest_sec: float = 0.0
    peak_bytes: int = 0  # of the child's memory, above what it began with
    finds: dict[str, Find] = field(default_factory=dict)
    found: int = 0

    def add(self, other: Tally) -> None:
        """Add what came of other inputs."""
        self.inputs += other.inputs
        self.accepted += other.accepted
        self.found += other.found
        self.slowest_sec = max(self.slowest_sec, other.slowest_sec)
        self.peak_bytes = max(self.peak_bytes, other.peak_bytes)
        for kind, find in other.finds.items():
            if kind not in self.finds or len(find.data) < len(self.finds[kind].data):
                self.finds[kind] = find


def input_of(target: Target, name: str, seed: int, number: int) -> bytes:
    """Return an input: always the same for the same words."""
    return target.mutate(target.seeds(), random.Random(f"{name} {seed} {number}"))


def attempt(read: Reader, path: Path, data: bytes) -> tuple[bool, BaseException | None]:
    """Read one input; return whether it was accepted, and what came out that should not have."""
    path.write_bytes(data)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read(path)
    except ToneNetError as error:
        signal.setitimer(signal.ITIMER_PROF, 0)
        return False, _no_sentence(error)
    except Exception as error:  # noqa: BLE001  (that is what is looked for)
        signal.setitimer(signal.ITIMER_PROF, 0)
        return False, error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return True, None


def _no_sentence(error: ToneNetError) -> Exception | None:
    """Return what is wrong with a refusal's words."""
    text = str(error)
    if text.endswith(".") and len(text) < 1000 and text.isprintable():
        return None
    return AssertionError(f"no sentence for the user: {text[:300]!r}")


def kind_of(error: BaseException) -> str:
    """Name an error by its class and the last place of ours that it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if any(package in frame.filename for package in PACKAGES)]
    last = ours[-1] if ours else None
    where = f" in {Path(last.filename).stem}.{last.name}" if last else f": {str(error)[:60]}"
    return f"{type(error).__name__}{where}"


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Bound the memory of this process, and end what takes too long; only for a child process."""

    def stop(*_: object) -> None:
        raise TooLongError

    signal.signal(signal.SIGPROF, stop)
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _serve(plan: dict[str, range], seed: int, at: Any, pipe: Any) -> None:
    """Try the inputs of these numbers on each target: the child's main function. Tells what came of each."""
    os.environ["OMP_NUM_THREADS"] = "1"
    logging.disable(logging.CRITICAL)
    for name, numbers in plan.items():
        with tempfile.TemporaryDirectory(prefix="fuzz", dir=_memory_folder()) as folder:
            os.environ["XDG_DATA_HOME"] = folder  # no style of the user's own
            pipe.send((name, _try(name, seed, numbers, Path(folder), at)))
    pipe.close()


def _try(name: str, seed: int, numbers: range, folder: Path, at: Any) -> Tally:
    target, tally = TARGETS[name], Tally()
    read = target.reader(folder)
    path = folder / target.file
    for sound in target.seeds():  # whatever is imported late is imported now, and every seed is accepted
        path.write_bytes(sound)
        read(path)
    began = _peak()
    with limited():
        for number in numbers:
            at.value = number
            data = input_of(target, name, seed, number)
            start = time.process_time()
            accepted, error = attempt(read, path, data)
            tally.slowest_sec = max(tally.slowest_sec, time.process_time() - start)
            tally.inputs += 1
            tally.accepted += accepted
            if error is not None:
                trace = "".join(traceback.format_exception(error)[-12:])
                find = Find(name, kind_of(error), number, data, trace)
                tally.add(Tally(found=1, finds={find.kind: find}))
    tally.peak_bytes = max(_peak() - began, 0)
    return tally


def _memory_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def run(plan: dict[str, range], seed: int) -> dict[str, Tally]:
    """Try inputs on targets, in one child; whatever ends it is a find, and another child goes on behind it."""
    tallies = {name: Tally() for name in plan}
    while plan:
        name, numbers = next(iter(plan.items()))
        done, number, code = in_a_child(plan, seed)
        for told, tally in done.items():
            tallies[told].add(tally)
        plan = {name: numbers for name, numbers in plan.items() if name not in done}
        if plan:
            name, numbers = next(iter(plan.items()))
            kind = f"the process ended with code {code}"
            find = Find(name, kind, number, input_of(TARGETS[name], name, seed, number), kind)
            tallies[name].add(Tally(number + 1 - numbers.start, found=1, finds={kind: find}))
            plan[name] = range(number + 1, numbers.stop)
    return tallies


def in_a_child(plan: dict[str, range], seed: int) -> tuple[dict[str, Tally], int, int | None]:
    """Return what a child told of the targets that it finished, the number it was at, and its exit code."""
    context = multiprocessing.get_context("spawn")
    at = context.Value("q", next(iter(plan.values())).start, lock=False)
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(plan, seed, at, theirs), daemon=True)
    child.start()
    theirs.close()
    with ours:
        done = dict(_told(ours, at))
    child.join(1.0)
    child.kill()  # if it hangs
    child.join()
    code = child.exitcode
    child.close()
    return done, at.value, code


def _told(pipe: Any, at: Any) -> Iterator[tuple[str, Tally]]:
    """Yield what the child tells, until it ends or stands still."""
    place, since = at.value, time.monotonic()
    while True:
        if pipe.poll(1.0):
            try:
                yield pipe.recv()
            except EOFError:
                return
        if at.value != place:
            place, since = at.value, time.monotonic()
        elif time.monotonic() - since > STUCK_SEC:
            return


def minimised(read: Reader, path: Path, data: bytes, kind: str) -> bytes:
    """Return a shorter input that does the same: parts are taken out as long as it does."""

    def does(shorter: bytes) -> bool:
        _, error = attempt(read, path, shorter)
        return error is not None and kind_of(error) == kind

    size = max(len(data) // 2, 1)
    while size:
        place = 0
        while place < len(data):
            shorter = data[:place] + data[place + size :]
            if does(shorter):
                data = shorter
            else:
                place += size
        size //= 2
    return data


def save(find: Find, folder: Path) -> Path:
    """Write a find's input into `folder/TARGET`, named by its content, with the trace beside it."""
    where = folder / find.target
    where.mkdir(parents=True, exist_ok=True)
    path = where / (hashlib.sha256(find.data).hexdigest()[:12] + Path(TARGETS[find.target].file).suffix)
    path.write_bytes(find.data)
    path.with_suffix(".txt").write_text(f"{find.kind}\ninput {find.input_number}\n{find.trace}", encoding="utf-8")
    return path
