"""`python -m tests.fuzz --inputs 1000000`: fuzz every reader, print a table, keep the finds; 1 if there are any."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.harness import Tally, run, save
from tests.fuzz.targets import TARGETS

PART = 10_000  # inputs of one child process


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("--inputs", type=int, default=1_000_000, help="how many, over all targets")
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--target", choices=TARGETS, help="only this one")
    words.add_argument("--finds", type=Path, default=Path("out/fuzz"), help="folder for the inputs that were found")
    chosen = words.parse_args()
    names = [chosen.target] if chosen.target else list(TARGETS)
    share = sum(TARGETS[name].share for name in names)
    print("target      inputs     accepted  refused    finds  slowest s  memory MB  minutes", flush=True)
    found = 0
    for name in names:
        count, began, tally = round(chosen.inputs * TARGETS[name].share / share), time.monotonic(), Tally()
        for first in range(0, count, PART):
            tally.add(run({name: range(first, min(first + PART, count))}, chosen.seed)[name])
            print(f"{name}: {tally.inputs:,} of {count:,}, {tally.found} finds", file=sys.stderr, flush=True)
        refused = tally.inputs - tally.accepted - tally.found
        print(
            f"{name:10} {tally.inputs:9,} {tally.accepted:10,} {refused:10,} {tally.found:6,} {tally.slowest_sec:9.3f} "
            f"{tally.peak_bytes / 1e6:10.0f} {(time.monotonic() - began) / 60:8.1f}",
            flush=True,
        )
        for kind, find in tally.finds.items():
            print(f"    {kind}: {save(find, chosen.finds)}", flush=True)
        found += tally.found
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
