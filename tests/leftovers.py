"""What must not outlive a test: threads, timers, child processes."""

from __future__ import annotations

import multiprocessing
import threading
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from shiboken6 import isValid

JOIN_SEC = 5.0


@pytest.fixture(autouse=True)
def nothing_left(monkeypatch):
    """Fail when a QThread, an active QTimer, a Python thread or a child process outlives its test."""
    threads, timers = _started(monkeypatch, QThread), _started(monkeypatch, QTimer)
    before = set(threading.enumerate())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # of the widgets that the test has closed
    left = [f"QThread {thread.objectName()}" for thread in threads if isValid(thread) and thread.isRunning()]
    left += [
        f"QTimer of {timer.parent()}, {timer.interval()} ms" for timer in timers if isValid(timer) and timer.isActive()
    ]
    for thread in set(threading.enumerate()) - before:
        # A dummy thread is a QThread's, which was checked above; threading has only a private name for it.
        if not isinstance(thread, threading._DummyThread):  # private: see above
            thread.join(JOIN_SEC)
            left += [thread.name] if thread.is_alive() else []
    left += [child.name for child in multiprocessing.active_children()]
    assert not left, f"still running: {left}"


def _started(monkeypatch, kind):
    """Return the set of all objects of a kind that are started from now on."""
    started = weakref.WeakSet()
    start = kind.start
    monkeypatch.setattr(kind, "start", lambda each, *args: (started.add(each), start(each, *args))[1])
    return started
