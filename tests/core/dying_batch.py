"""A transfer of a folder whose process is killed in the middle; what a test runs."""

import os
import pickle
import signal
import sys
from pathlib import Path

from tonenet_core.batch import transfer_folder


def kill(fraction):
    if fraction >= 0.5:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    folder, out_dir, manner = (Path(word) for word in sys.argv[1:])
    transfer_folder(folder, out_dir, *pickle.loads(manner.read_bytes()), workers=2, progress=kill)
