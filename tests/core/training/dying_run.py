"""A training run of which one process is killed in the middle, the first time; what torchrun runs in a test."""

import os
import signal
import sys
from pathlib import Path

from tonenet_core.training.options import RunOptions
from tonenet_core.training.train import train


def killed_once(fraction):
    if fraction > 0.6 and os.environ["RANK"] == "1" and os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
        print("killed", flush=True)  # noqa: T201 - read by the test
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    recipe, cache, out = (Path(word) for word in sys.argv[1:])
    train(recipe, cache, out, RunOptions(device="cpu"), progress=killed_once)
