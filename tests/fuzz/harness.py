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


def _serve(name: str, seed: int, first: int, last: int, at: Any, pipe: Any) -> None:
    """Try the inputs `first` up to `last`: the child's main function."""
    os.environ["OMP_NUM_THREADS"] = "1"
    logging.disable(logging.CRITICAL)
    target, tally = TARGETS[name], Tally()
    with tempfile.TemporaryDirectory(prefix="fuzz", dir=_memory_folder()) as folder:
        os.environ["XDG_DATA_HOME"] = folder  # no style of the user's own
        read = target.reader(Path(folder))
        path = Path(folder) / f"{'performer.input' if name == 'style' else 'input'}{target.suffix}"
        for seed_data in target.seeds():  # whatever is imported late is imported now, and every seed is accepted
            path.write_bytes(seed_data)
            read(path)
        began = _peak()
        with limited():
            for number in range(first, last):
                at.value = number
                data = input_of(target, name, seed, number)
                start = time.process_time()
                accepted, error = attempt(read, path, data)
                tally.slowest_sec = max(tally.slowest_sec, time.process_time() - start)
                tally.inputs += 1
                tally.accepted += accepted
                if error is not None:
                    tally.found += 1
                    trace = "".join(traceback.format_exception(error)[-12:])
                    tally.add(Tally(finds={kind_of(error): Find(name, kind_of(error), number, data, trace)}))
        tally.peak_bytes = max(_peak() - began, 0)
    pipe.send(tally)
    pipe.close()


def _memory_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  (no disk is worn)


def run(name: str, seed: int, first: int, count: int) -> Tally:
    """Try `count` inputs on a target, from number `first`; whatever ends the child is a find as well."""
    context = multiprocessing.get_context("spawn")
    tally, last = Tally(), first + count
    while first < last:
        at = context.Value("q", first, lock=False)
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_serve, args=(name, seed, first, last, at, theirs), daemon=True)
        child.start()
        theirs.close()
        with ours:
            done = _result(ours, at)
        child.join(1.0)
        child.kill()  # if it hangs
        child.join()
        if done is not None:
            tally.add(done)
            return tally
        number = at.value
        data = input_of(TARGETS[name], name, seed, number)
        kind = f"the process ended with code {child.exitcode}"
        tally.add(Tally(number - first + 1, found=1, finds={kind: Find(name, kind, number, data, kind)}))
        first = number + 1
    return tally


def _result(pipe: Any, at: Any) -> Tally | None:
    """Wait for the child's answer while it moves on; None if it died or hangs."""
    place, since = at.value, time.monotonic()
    while not pipe.poll(1.0):
        if at.value != place:
            place, since = at.value, time.monotonic()
        elif time.monotonic() - since > STUCK_SEC:
            return None
    try:
        return pipe.recv()
    except EOFError:
        return None


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
    path = where / (hashlib.sha256(find.data).hexdigest()[:12] + TARGETS[find.target].suffix)
    path.write_bytes(find.data)
    path.with_suffix(".txt").write_text(f"{find.kind}\ninput {find.input_number}\n{find.trace}", encoding="utf-8")
    return path
