"""Frames of a window and transfers of the process beside it, by that process's niceness, on two busy cores.

The window is a loop that is due every 16 ms and computes for 5 ms each time; the transfers are of the demo piece. Two
more processes keep the cores busy (`--burners` others). `python -m benchmarks._niceness`; record 0055 has the figures.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import time
from multiprocessing.connection import Connection

import numpy as np

from app.window.main_window import DEMO

NICENESS = (0, 2, 5, 10)  # upwards: nobody but root may take it back
FRAME_SEC, WORK_SEC = 0.016, 0.005


def transfer_on(pipe: Connection) -> None:
    """Transfer the demo piece over and over, and send the seconds that each transfer took."""
    import torch

    from tonenet_core.checkpoint import load
    from tonenet_core.midi import read_midi
    from tonenet_core.transfer import interpret

    torch.set_num_threads(1)
    model, piece = load("performer"), read_midi(DEMO)
    interpret(piece, model, "classical")
    while True:
        began = time.perf_counter()
        interpret(piece, model, "classical")
        pipe.send(time.perf_counter() - began)


def burn() -> None:
    """Keep a core busy."""
    while True:
        pass


def draw(seconds: float) -> np.ndarray:
    """Return by how many milliseconds each frame was late."""
    matrix, late = np.random.default_rng(0).random((180, 180)), []
    due = time.perf_counter()
    end = due + seconds
    while time.perf_counter() < end:
        due = max(due + FRAME_SEC, time.perf_counter() - FRAME_SEC)
        time.sleep(max(due - time.perf_counter(), 0))
        until = time.thread_time() + WORK_SEC
        while time.thread_time() < until:
            matrix @ matrix
        late.append(time.perf_counter() - due - WORK_SEC)
    return np.array(late) * 1e3


def report(name: str, late: np.ndarray, took: list[float]) -> None:
    """Print a row."""
    median, most = np.percentile(late, (50, 99))
    mean = f"{np.mean(took):.2f}" if took else "-"
    print(f"{name:<12}{median:>14.1f}{most:>12.1f}{mean:>14}{os.getloadavg()[0]:>8.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=14.0, help="of each row")
    parser.add_argument("--burners", type=int, default=2)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    models = context.Process(target=transfer_on, args=(theirs,), daemon=True)
    models.start()
    burners = [context.Process(target=burn, daemon=True) for _ in range(options.burners)]
    for burner in burners:
        burner.start()
    ours.recv()
    print(f"{'niceness':<12}{'frame late, ms':>14}{'p99, ms':>12}{'transfer, s':>14}{'load':>8}")
    os.kill(models.pid, signal.SIGSTOP)
    report("no transfer", draw(options.seconds), [])
    os.kill(models.pid, signal.SIGCONT)
    for niceness in NICENESS:
        os.setpriority(os.PRIO_PROCESS, models.pid, niceness)
        ours.recv()  # the transfer that was running
        while ours.poll():
            ours.recv()
        late, took = draw(options.seconds), []
        while ours.poll():
            took.append(ours.recv())
        report(str(niceness), late, took)
    for process in (models, *burners):
        process.kill()
        process.join()


if __name__ == "__main__":
    main()
