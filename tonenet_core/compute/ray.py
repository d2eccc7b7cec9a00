"""Executor of Ray's tasks, for the jobs of a batch on a cluster; Ray is imported when it is used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from typing import Any

from tonenet_core.errors import ToneNetError


@contextmanager
def ray_executor(workers: int) -> Iterator[Executor]:
    """Open an executor on the cluster of RAY_ADDRESS, or on this machine with `workers` processes.

    Raises:
        ToneNetError: if Ray is not installed.
    """
    try:
        import ray
    except ImportError as error:
        raise ToneNetError("A cluster needs Ray: pip install 'tonenet[cluster]'.") from error
    ray.init(num_cpus=None if "RAY_ADDRESS" in os.environ else workers, log_to_driver=False, include_dashboard=False)
    try:
        yield _RayExecutor(ray)
    finally:
        ray.shutdown()


class _RayExecutor(Executor):
    """Ray's tasks as futures."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit a call; the death of its process breaks the future as in a pool of processes."""
        answer: Future[Any] = Future()

        def settle(done: Future[Any]) -> None:
            error = done.exception()
            if error is None:
                answer.set_result(done.result())
            else:
                died = isinstance(error, self._ray.exceptions.WorkerCrashedError)
                answer.set_exception(BrokenExecutor(str(error)) if died else error)

        self._ray.remote(max_retries=0)(work).remote(*args, **kwargs).future().add_done_callback(settle)
        return answer
