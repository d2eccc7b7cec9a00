"""Jobs for worker processes, some of which bring their process down."""

import os
import signal
import sys
import threading

from tonenet_core.compute.workers import stop_if_asked
from tonenet_core.files.atomic import replacing


class Deadly:
    """Ends the process that pickles it."""

    def __init__(self, sent):
        self.sent = sent

    def __reduce__(self):
        os.kill(os.getpid(), self.sent)
        signal.pause()


def write(job):
    """Write a file; get a signal before, while or after that, or while the answer is written."""
    path, moment, sent = job

    def now(here):
        if moment == here:
            os.kill(os.getpid(), sent)
            signal.pause()  # until it has come

    now("before")
    with replacing(path) as unfinished:
        unfinished.write_bytes(b"half of it")
        now("while")
        unfinished.write_bytes(b"all of it")
    now("after")
    return Deadly(sent) if moment == "answering" else path.name


def wait_for_ever(begun):
    """Tell by a named pipe that the job has begun, and take no notice of anything."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begun.write_text("begun")
    threading.Event().wait()


def wait_to_be_stopped(begun, stopped):
    begun.write_text("begun")
    while True:
        try:
            stop_if_asked()
        except BaseException:
            stopped.touch()
            raise


def fail(words):
    raise KeyError(words)


def answer_with_a_lock():
    return threading.Lock()


def fail_with_a_lock():
    raise ValueError(threading.Lock())


def leave():
    sys.exit(3)
