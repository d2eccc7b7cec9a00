import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pieces import melody
from tests.scores import waltz
from tonenet_core import checkpoint
from tonenet_core.batch import WORK_LIST, BatchModel, transfer_folder
from tonenet_core.compute.ray import ray_executor
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.midi import read_midi
from tonenet_core.models.expression.luong import Luong, LuongConfig
from tonenet_core.transfer import TransferOptions, transfer

ROOT = Path(__file__).parents[2]
DYING_BATCH = Path(__file__).with_name("dying_batch.py")
DEADLY_FILES = Path(__file__).with_name("deadly_files.py")
FILES = ("a.mid", "b.MID", "jazz/a.mid", "jazz/late/c.midi")


@pytest.fixture(scope="module")
def manner(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    checkpoint.save(path, Luong(LuongConfig(styles=("jazz", "classical"), hidden=8, layers=1)), "Tiny", {})
    return BatchModel(path, "0", "cpu"), TransferOptions("classical")


@pytest.fixture
def folder(tmp_path):
    for index, name in enumerate(FILES):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(melody(12, seed=index))
    (tmp_path / "in" / "jazz" / "notes.txt").write_text("no music")
    (tmp_path / "in" / "._a.mid").write_text("what macOS keeps of a file on other disks")
    return tmp_path / "in"


class Here(Executor):
    """Does the work at once; breaks on some files, and on all later ones."""

    def __init__(self, deadly=()):
        self.deadly, self.dead, self.asked = deadly, False, []

    def submit(self, work, job):
        self.asked.append(job.name)
        if self.dead:
            raise BrokenExecutor
        future = Future()
        try:
            if job.name in self.deadly:
                self.dead = True
                raise BrokenExecutor
            future.set_result(work(job))
        except (BrokenExecutor, ToneNetError) as error:
            future.set_exception(error)
        return future


def here(asked=None, deadly=()):
    @contextmanager
    def executors(_workers):
        executor = Here(deadly)
        yield executor
        if asked is not None:
            asked.extend(executor.asked)

    return executors


def results(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.[mM][iI][dD]*")}


def alone(folder, manner):
    """The results of one process for each file by itself."""
    model = checkpoint.load(manner[0].path, "cpu")
    return {name: transfer(read_midi(folder / name), model, manner[1].style).to_bytes() for name in FILES}


def test_workers_give_the_bytes_of_one_process_and_report_what_they_left_out(folder, manner, tmp_path):
    (folder / "jazz" / "bad.mid").write_bytes(b"no midi at all")
    report = transfer_folder(folder, tmp_path / "out", *manner, workers=2)

    assert results(tmp_path / "out") == alone(folder, manner)
    assert (report.done, report.before, len(report.left_out)) == (4, 0, 1)
    assert "bad.mid" in report.left_out[0]


def test_scores_are_played_too_and_a_midi_file_of_the_same_name_comes_first(folder, manner, tmp_path):
    for name in ("a.musicxml", "page.mxl"):
        (folder / name).write_bytes(waltz(2))
    (folder / "feed.xml").write_bytes(b'<?xml version="1.0"?><opml/>')
    report = transfer_folder(folder, tmp_path / "out", *manner, executors=here())

    assert set(results(tmp_path / "out")) == {*FILES, "page.mid"}
    text = "a.musicxml is left out: its result would replace that of a file which is called the same."
    assert (report.done, report.left_out) == (5, (text,))
    again = transfer_folder(folder, tmp_path / "out", *manner, executors=here())
    assert (again.done, again.before) == (0, 5)


@pytest.mark.timeout(420)  # longer than its child process may take
def test_a_batch_that_was_killed_continues_where_it_stopped(folder, manner, tmp_path):
    (tmp_path / "manner").write_bytes(pickle.dumps(manner))
    command = [sys.executable, DYING_BATCH, folder, tmp_path / "out", tmp_path / "manner"]
    # It would not return if a worker outlived its parent: the worker would hold the pipe open.
    killed = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=300, check=False
    )
    assert killed.returncode < 0, killed.stderr
    asked = []
    report = transfer_folder(folder, tmp_path / "out", *manner, executors=here(asked))

    assert (report.done, report.before) == (2, 2)
    assert len(asked) == 2
    assert results(tmp_path / "out") == alone(folder, manner)


def test_only_what_was_touched_or_asked_for_otherwise_is_played_again(folder, manner, tmp_path):
    out, asked = tmp_path / "out", []
    transfer_folder(folder, out, *manner, executors=here())
    transfer_folder(folder, out, *manner, executors=here(asked))
    assert asked == []
    (folder / "a.mid").write_bytes(melody(30))
    (out / "b.MID").write_bytes(b"spoilt")
    (out / "jazz" / "a.mid").unlink()
    transfer_folder(folder, out, *manner, executors=here(asked))
    assert asked == ["a.mid", "b.MID", "jazz/a.mid"]
    transfer_folder(folder, out, manner[0], replace(manner[1], strength=0.5), executors=here(asked))
    assert sorted(asked[3:]) == sorted(FILES)


def test_another_model_of_time_plays_again_what_it_played(folder, manner, tmp_path, monkeypatch):
    out, asked = tmp_path / "out", []
    model, options = manner[0], replace(manner[1], parts=("timing",))
    monkeypatch.setattr("tonenet_core.batch.digest", lambda info: "one")
    transfer_folder(folder, out, model, options, executors=here())
    transfer_folder(folder, out, model, options, executors=here(asked))
    assert asked == []
    monkeypatch.setattr("tonenet_core.batch.digest", lambda info: "another")
    transfer_folder(folder, out, model, options, executors=here(asked))
    assert sorted(asked) == sorted(FILES)


def test_what_is_done_when_a_batch_is_stopped_stays_done(folder, manner, tmp_path):
    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        transfer_folder(folder, tmp_path / "out", *manner, executors=here(), progress=stop)
    assert transfer_folder(folder, tmp_path / "out", *manner, executors=here()).before == 1


def test_a_file_that_brings_down_its_process_is_left_out_alone(folder, manner, tmp_path):
    report = transfer_folder(folder, tmp_path / "out", *manner, executors=here(deadly=("b.MID",)))
    assert report.done == 3
    assert report.left_out == ("b.MID brought down the process that read it.",)


@pytest.mark.timeout(420)  # longer than its child process may take
def test_a_file_that_brings_down_a_worker_is_left_out_alone(folder, manner, tmp_path):
    (folder / "jazz" / "deadly.mid").write_bytes(melody(12))
    (tmp_path / "manner").write_bytes(pickle.dumps(manner))
    command = [sys.executable, DEADLY_FILES, "transfer", folder, tmp_path / "out", tmp_path / "manner"]
    ended = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == ["jazz/deadly.mid brought down the process that read it."]
    assert results(tmp_path / "out") == alone(folder, manner)


def test_what_a_killed_process_was_writing_is_put_away(folder, manner, tmp_path):
    (tmp_path / "out" / "jazz").mkdir(parents=True)
    left = tmp_path / "out" / "jazz" / ".0123abcd-a.mid"
    others = tmp_path / "out" / "jazz" / ".0123abcd-mine.mid", tmp_path / "out" / ".a.mid"
    for path in (left, *others):
        path.write_bytes(b"half a file")
    transfer_folder(folder, tmp_path / "out", *manner, executors=here())
    assert not left.exists()
    assert all(path.exists() for path in others)


def test_results_inside_the_folder_are_not_read_again(folder, manner):
    for before in (0, 4):
        assert transfer_folder(folder, folder / "out", *manner, executors=here()).before == before
    with pytest.raises(ToneNetError, match="another folder"):
        transfer_folder(folder, folder, *manner, executors=here())


def test_two_batches_do_not_work_in_one_folder(folder, manner, tmp_path):
    def second(fraction):
        with pytest.raises(ToneNetError, match="another transfer is using it"):
            transfer_folder(folder, tmp_path / "out", *manner, executors=here())

    transfer_folder(folder, tmp_path / "out", *manner, executors=here(), progress=second)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / WORK_LIST).write_text("my own notes" * 100)
    with pytest.raises(ToneNetError, match="not the work list"):
        transfer_folder(folder, tmp_path / "other", *manner, executors=here())


def test_ray_gives_the_bytes_of_one_process(folder, manner, tmp_path):
    pytest.importorskip("ray", reason="NO RAY: install tonenet[cluster] to run this test")
    report = transfer_folder(folder, tmp_path / "out", *manner, workers=2, executors=ray_executor)
    assert report.done == 4
    assert results(tmp_path / "out") == alone(folder, manner)
