"""A thread that works when it is woken, and now and then by itself, until it is closed."""

from __future__ import annotations

import threading


class WakingThread(threading.Thread):
    """What the renderer's and the MIDI sender's threads share; a subclass's `run` works `while not self._closed`."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._condition = threading.Condition()
        self._woken = self._closed = False

    def wake(self) -> None:
        """Look at what there is to do again, now."""
        with self._condition:
            self._woken = True
            self._condition.notify()

    def close(self) -> None:
        """End the thread; returns when it has let go of everything."""
        self._closed = True
        self.wake()
        if self.is_alive():
            self.join()

    def _sleep(self, longest_sec: float | None) -> None:
        """Wait until woken, or so long."""
        with self._condition:
            if not self._woken:
                self._condition.wait(longest_sec)
            self._woken = False
