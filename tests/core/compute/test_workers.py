import multiprocessing
import os
import signal
from concurrent.futures import BrokenExecutor

import pytest

from tests.core.compute import jobs
from tonenet_core.compute import workers
from tonenet_core.compute.workers import completed, processes
from tonenet_core.errors import Cancelled
from tonenet_core.files.atomic import remove_unfinished

MOMENTS = ("before", "while", "after", "answering")


@pytest.fixture
def begun(tmp_path):
    """A named pipe: reading it takes until a job writes."""
    os.mkfifo(tmp_path / "begun")
    return tmp_path / "begun"


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_that_is_killed_takes_one_job_with_it(tmp_path, sent, count):
    """At every moment of a job; with no lock to die with, nobody is left waiting for it."""
    listed = [
        (tmp_path / f"{index}.bin", MOMENTS[index // 3 % 4] if index % 3 == 1 else None, sent) for index in range(24)
    ]
    with processes(count) as pool:
        ended = list(completed(pool, jobs.write, listed, 2 * count))
    lost = [job for job, future in ended if isinstance(future.exception(), BrokenExecutor)]
    assert sorted(lost) == sorted(job for job in listed if job[1])
    assert sorted(future.result() for job, future in ended if not job[1]) == sorted(
        path.name for path, moment, _ in listed if not moment
    )

    remove_unfinished(tmp_path, [path.name for path, _, _ in listed])
    whole = {path.name for path, moment, _ in listed if moment not in ("before", "while")}
    assert {path.name for path in tmp_path.iterdir()} == whole
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"all of it"}


def test_a_worker_that_is_killed_between_two_jobs_takes_none(tmp_path):
    with processes(1) as pool:
        first = pool.submit(os.getpid).result()
        (worker,) = multiprocessing.active_children()
        worker.kill()
        worker.join()
        assert pool.submit(os.getpid).result() != first


def test_jobs_stop_when_they_are_asked_to(tmp_path, begun):
    with pytest.raises(ZeroDivisionError), processes(1) as pool:  # noqa: PT012
        under_way = pool.submit(jobs.wait_to_be_stopped, begun, tmp_path / "stopped")
        waiting = pool.submit(os.getpid)
        begun.read_text()
        raise ZeroDivisionError
    assert isinstance(under_way.exception(), Cancelled)
    assert waiting.cancelled()
    assert (tmp_path / "stopped").exists()


def test_jobs_that_do_not_stop_are_killed(begun, monkeypatch):
    monkeypatch.setattr(workers, "GRACE_SEC", 0.1)
    with pytest.raises(ZeroDivisionError), processes(1) as pool:  # noqa: PT012
        under_way = pool.submit(jobs.wait_for_ever, begun)
        begun.read_text()
        raise ZeroDivisionError
    assert isinstance(under_way.exception(), BrokenExecutor)


def test_what_goes_wrong_in_a_job_is_its_futures(tmp_path):
    with processes(1) as pool:
        failed = pool.submit(jobs.fail, "no such key").exception()
        assert isinstance(failed, KeyError)
        assert failed.args == ("no such key",)
        assert "in fail" in failed.__notes__[0]  # where it happened
        assert isinstance(pool.submit(jobs.answer_with_a_lock).exception(), TypeError)
        assert "ValueError" in str(pool.submit(jobs.fail_with_a_lock).exception())
        assert pool.submit(lambda: None).exception() is not None  # cannot be sent
        assert isinstance(pool.submit(jobs.leave).exception(), BrokenExecutor)
        assert pool.submit(len, "still there").result() == 11
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(os.getpid)
