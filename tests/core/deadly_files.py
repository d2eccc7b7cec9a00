"""A cache and a transfer of a folder in which some files bring down the process that reads them; what a test runs.

A worker imports this file as well, and so gets the reader that dies.
"""

import json
import os
import pickle
import signal
import sys
from pathlib import Path

from tonenet_core import batch, file_transfer, midi
from tonenet_core.data.prepare import prepare

read_midi = midi.read_midi


def read_or_die(path, tracks=None):
    if path.name.startswith("deadly"):
        os.kill(os.getpid(), signal.SIGKILL)
        signal.pause()
    return read_midi(path, tracks)


midi.read_midi = file_transfer.read_midi = read_or_die

if __name__ == "__main__":
    work, folder, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if work == "prepare":
        left_out = prepare(folder, target, workers=2, shard_pieces=2)
    else:
        model, options = pickle.loads(Path(sys.argv[4]).read_bytes())
        left_out = list(batch.transfer_folder(folder, target, model, options, workers=2).left_out)
    print(json.dumps(left_out))  # noqa: T201 - read by the test
