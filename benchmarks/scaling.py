"""Cost of a growing corpus: time and peak memory of preparing it, training on it and transferring it.

    python -m benchmarks.scaling [COUNT...] [--transfers MOST]

The pieces are small (60 to 99 notes, 40 different ones, 1.5 kB a file), so that 100,000 of them fit a small machine;
the cost of a larger piece grows in proportion to its notes. Each measurement runs in a new process, so that its peak
memory is its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.transfer import peak_megabytes, piece

COUNTS = (1_000, 10_000, 100_000)
WORKERS = 2
STEPS = 20
MEMORY_MB = 64  # for prepared pieces, so that the larger corpora do not fit
RECIPE = f"""
model = "performer"

[config]
styles = ["jazz", "classical"]
hidden = 32
layers = 1

[training]
steps = {STEPS}
windows = 16
validate_every = {STEPS}
valid_pieces = 1
"""
FOLDER_FILES = 1000


def corpus(folder: Path, count: int) -> None:
    """Write `count` MIDI files, half of each style."""
    different = []
    for notes in range(60, 100):
        path = folder.with_name(f"{folder.name}-{notes}.mid")
        path.write_bytes(piece(notes))
        different.append(path)
    for index in range(count):
        place = folder / ("jazz", "classical")[index % 2] / f"{index // FOLDER_FILES:04d}"
        if index % FOLDER_FILES < 2:
            place.mkdir(parents=True)
        os.link(different[index // 2 % len(different)], place / f"{index:06d}.mid")


def peaks() -> tuple[float, float]:
    """Return peak memory in megabytes of this process, and of the largest of its children."""
    scale = 1 if sys.platform == "darwin" else 1024
    return peak_megabytes(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * scale / 1e6


def prepare(folder: Path, cache: Path, workers: int) -> tuple[float, ...]:
    """Return seconds and peaks of preparing."""
    from tonenet_core.data.prepare import prepare as prepare_cache

    began = time.monotonic()
    prepare_cache(folder, cache, workers=workers)
    return time.monotonic() - began, *peaks()


def train(cache: Path, out: Path) -> tuple[float, ...]:
    """Return seconds to the first step, seconds a step, peak before and after."""
    import lightning_fabric  # noqa: F401 - not the corpus's memory
    import torch  # noqa: F401

    from tonenet_core.training.options import RunOptions
    from tonenet_core.training.train import train as train_model

    out.mkdir()
    (out / "small.toml").write_text(RECIPE)
    before, began = peak_megabytes(), time.monotonic()
    times: list[float] = []
    train_model(
        out / "small.toml",
        cache,
        out,
        RunOptions(device="cpu", memory=MEMORY_MB * 2**20),
        progress=lambda _: times.append(time.monotonic()),
    )
    return times[0] - began, (times[STEPS - 1] - times[0]) / (STEPS - 1), before, peak_megabytes()


def transfer(folder: Path, out: Path, workers: int) -> tuple[float, ...]:
    """Return seconds and peaks of transferring a folder with the default model."""
    from tonenet_core.batch import BatchModel, transfer_folder
    from tonenet_core.checkpoint import find
    from tonenet_core.transfer import TransferOptions

    model, options = BatchModel(find("performer").path, "", "cpu"), TransferOptions("classical")
    began = time.monotonic()
    transfer_folder(folder, out, model, options, workers=workers)
    return time.monotonic() - began, *peaks()


def alone(measure: Callable[..., tuple[float, ...]], *words: object) -> tuple[float, ...]:
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        return fresh.submit(measure, *words).result()


def size(folder: Path) -> float:
    """Return the megabytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS)
    parser.add_argument("--transfers", type=int, default=COUNTS[0], help="the largest folder that is played")
    asked = parser.parse_args()
    print("|  pieces | work | seconds | pieces or steps a second | peak MB, own | peak MB, a worker |")
    print("|---:|---|---:|---:|---:|---:|")

    def row(count: int, work: str, seconds: float, rate: float, *peak: float) -> None:
        peaks = " | ".join(f"{each:.0f}" if each else "" for each in (*peak, 0.0)[:2])
        print(f"| {count:,} | {work} | {seconds:.1f} | {rate:.1f} | {peaks} |", flush=True)

    for count in asked.counts:
        with tempfile.TemporaryDirectory() as temporary:
            place = Path(temporary)
            corpus(place / "midi", count)
            seconds, own, worker = alone(prepare, place / "midi", place / "cache", WORKERS)
            row(count, f"prepare, {WORKERS} workers", seconds, count / seconds, own, worker)
            begun, step, before, after = alone(train, place / "cache", place / "run")
            row(count, f"train: to the first step; cache {size(place / 'cache'):.0f} MB", begun, count / begun, before)
            row(count, "train: a step of 2 x 16 windows", step, 1 / step, after)
            shutil.rmtree(place / "cache")
            if count <= asked.transfers:
                for work in ("transfer", "transfer, all done before"):
                    seconds, own, worker = alone(transfer, place / "midi", place / "out", WORKERS)
                    row(count, f"{work}, {WORKERS} workers", seconds, count / seconds, own, worker)


if __name__ == "__main__":
    main()
