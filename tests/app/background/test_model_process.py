"""The real child process: spawned, with torch in it, and without Qt."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.background.in_process import InProcess
from app.background.model_process import ModelBugError, ModelProcess, ModelProcessError
from app.background.requests import Transfer, Warming
from tests.pieces import melody
from tonenet_core import checkpoint
from tonenet_core.errors import Cancelled, CheckpointError
from tonenet_core.midi import parse_midi
from tonenet_core.progress import no_progress

ROOT = Path(__file__).parents[3]


@pytest.fixture
def models():
    """A child process that is ended after the test."""
    process = ModelProcess()
    yield process
    process.close()


@pytest.fixture
def patient():
    """The same, whose child may take any time to stop."""
    process = ModelProcess(patience_sec=3600.0)
    yield process
    process.close()


def request(info, notes=60, style="classical", **more):
    return Transfer(parse_midi(melody(notes), "piece.mid"), str(info.path), style, **more)


class CancelAt:
    """Asks to stop once the work is that far."""

    def __init__(self, fraction):
        self.fraction, self.seen = fraction, []

    def __call__(self, fraction):
        self.seen.append(fraction)
        if fraction > self.fraction:
            raise Cancelled


def test_the_child_answers_as_the_same_process_does_and_stays(models, tiny_model):
    models.start()
    pid = models.pid
    assert models.devices(no_progress)[-1] == ("cpu", "CPU")
    here = InProcess().interpret(request(tiny_model), no_progress)
    seen = []
    there = models.interpret(request(tiny_model), seen.append)
    assert np.array_equal(there.median, here.median)
    assert np.array_equal(there.transported, here.transported)
    assert seen == sorted(seen)
    with pytest.raises(CheckpointError):
        models.interpret(Transfer(parse_midi(melody(9), "x"), "/no/such.safetensors", "jazz"), no_progress)
    assert np.array_equal(models.interpret(request(tiny_model), no_progress).median, here.median)
    assert models.pid == pid


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes of priority")
def test_the_child_lets_the_window_go_first_but_is_not_starved(models):
    models.devices(no_progress)
    behind = os.getpriority(os.PRIO_PROCESS, models.pid) - os.getpriority(os.PRIO_PROCESS, 0)
    assert behind == min(5, 19 - os.getpriority(os.PRIO_PROCESS, 0))


def test_seed_and_source_style_reach_the_model(tiny_performer):
    models = InProcess()
    stays = models.interpret(request(tiny_performer, source_style="classical"), no_progress)
    moves = models.interpret(request(tiny_performer, source_style="jazz"), no_progress)
    assert np.array_equal(stays.transported, request(tiny_performer).performance.velocities)
    assert not np.array_equal(moves.transported, stays.transported)
    flat = request(tiny_performer).performance.with_velocities(np.full(60, 64))
    first, second = (
        models.interpret(Transfer(flat, str(tiny_performer.path), "jazz", seed=seed), no_progress) for seed in (1, 2)
    )
    assert np.array_equal(first.median, second.median)
    assert not np.array_equal(first.transported, second.transported)


def test_cancel_in_the_middle_stops_the_work_and_the_next_request_is_answered(models, tiny_model):
    with pytest.raises(Cancelled):
        models.interpret(request(tiny_model, notes=60_000), CancelAt(0.0))
    assert len(models.interpret(request(tiny_model), no_progress).median) == 60


def test_cancel_keeps_the_warm_child_however_late_it_listens(patient, tiny_model):
    models = patient
    models.devices(no_progress)
    pid = models.pid
    os.kill(pid, signal.SIGSTOP)  # as deaf as a child in the middle of one long matrix product
    with pytest.raises(Cancelled):
        models.interpret(request(tiny_model), CancelAt(-1.0))
    answered = []

    def wake(fraction):
        if not answered:
            answered.append(fraction)
            os.kill(pid, signal.SIGCONT)

    assert len(models.interpret(request(tiny_model, notes=70), wake).median) == 70
    assert models.pid == pid


def test_a_child_that_never_stops_is_replaced_by_the_next_request(tiny_model):
    models = ModelProcess(patience_sec=0.2)
    try:
        models.devices(no_progress)
        pid = models.pid
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(Cancelled):
            models.interpret(request(tiny_model), CancelAt(-1.0))
        assert len(models.interpret(request(tiny_model), no_progress).median) == 60
        assert models.pid != pid
    finally:
        models.close()


def test_the_child_is_warmed_by_a_model_and_a_damaged_one_waits_for_its_use(models, tiny_performer, tmp_path):
    models.warm(Warming(str(tiny_performer.path)), no_progress)
    pid = models.pid
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"no checkpoint")
    models.warm(Warming(str(damaged)), no_progress)
    with pytest.raises(CheckpointError):
        models.interpret(Transfer(parse_midi(melody(9), "x"), str(damaged), "jazz"), no_progress)
    assert models.pid == pid


def test_a_warmed_model_is_not_loaded_again(tiny_performer, monkeypatch):
    loads, load = [], checkpoint.load
    monkeypatch.setattr(checkpoint, "load", lambda *args, **more: loads.append(args) or load(*args, **more))
    models = InProcess()
    for _ in range(2):
        models.warm(Warming(str(tiny_performer.path)), no_progress)
    models.interpret(request(tiny_performer), no_progress)
    assert len(loads) == 1


def test_cancel_while_the_child_gets_ready_leaves_it_at_that(models):
    models.start()
    pid = models.pid
    with pytest.raises(Cancelled):
        models.devices(CancelAt(-1.0))
    assert models.pid == pid
    assert models.devices(no_progress)


def test_a_child_that_dies_gives_a_sentence_and_a_new_one_is_there(models, tiny_model):
    models.devices(no_progress)
    pid = models.pid

    def kill(fraction):
        if multiprocessing.active_children() and models.pid == pid:
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(ModelProcessError, match="try once more"):
        models.interpret(request(tiny_model, notes=20_000), kill)
    assert len(models.interpret(request(tiny_model), no_progress).median) == 60


def test_a_bug_in_the_child_comes_with_its_trace(models, tiny_model):
    with pytest.raises(ModelBugError, match="Traceback"):
        models.interpret(replace(request(tiny_model), model=None), no_progress)


def test_close_ends_the_child_also_from_another_thread_and_no_new_one_starts(tiny_model):
    models = ModelProcess()
    thread = threading.Thread(target=models.devices, args=(no_progress,))
    thread.start()
    thread.join()
    models.close()
    assert not multiprocessing.active_children()
    with pytest.raises(Cancelled):
        models.devices(no_progress)
    assert not multiprocessing.active_children()


ASK = """
import sys
from pathlib import Path

from app.background import model_process
from tonenet_core.checkpoint import read_info


class Telling(model_process.InProcess):
    def devices(self, progress):
        devices = super().devices(progress)
        qt = any(name.split(".")[0] in ("PySide6", "pyqtgraph", "shiboken6") for name in sys.modules)
        print("child", f"torch:{'torch' in sys.modules}", f"qt:{qt}", flush=True)
        return devices


if __name__ == "__mp_main__":
    model_process.InProcess = Telling

if __name__ == "__main__":
    from PySide6.QtCore import QCoreApplication

    from app.playback.player import Player
    from app.session.session import Session

    app = QCoreApplication([])
    session = Session(models=[read_info(Path(sys.argv[2]))], player=Player(audio=False))

    def finish():
        print("window", f"torch:{'torch' in sys.modules}", f"styled:{len(session.styled)}", flush=True)
        app.quit()

    session.open(Path(sys.argv[1]), done=lambda: session.transfers.run("jazz", done=finish))
    app.exec()
    session.close()
"""


def test_the_child_has_torch_and_no_qt_and_the_window_process_the_reverse(tmp_path, tiny_model):
    """In a process of its own: this one has imported both."""
    script = tmp_path / "ask.py"
    script.write_text(ASK)
    piece = tmp_path / "piece.mid"
    piece.write_bytes(melody(30))
    answer = subprocess.run(
        [sys.executable, str(script), str(piece), str(tiny_model.path)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == ["child", "torch:True", "qt:False", "window", "torch:False", "styled:30"]


@pytest.mark.parametrize(("perform", "network"), [("auto", 0.67), ("yes", 0.87)])
def test_progress_of_a_transfer_gives_the_network_its_measured_share(tiny_performer, perform, network):
    """Between the end of the network and the result lie the medians, and the detection where there is one."""
    seen = []
    InProcess().interpret(request(tiny_performer, perform=perform, parts=("dynamics",)), seen.append)
    assert network == pytest.approx(min(seen, key=lambda fraction: abs(fraction - network)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    ("parts", "dynamics"),
    [
        (("dynamics", "timing"), 1 / 1.29),
        (("dynamics", "pedal"), 1 / 1.12),
        (("dynamics", "timing", "articulation", "pedal"), 1 / 1.41),
    ],
)
def test_the_dynamics_of_a_page_have_less_of_the_progress_the_more_parts_are_wanted(tiny_performer, parts, dynamics):
    """One run of the touch takes .29 of their time, the pedal .12, as measured."""
    seen = []
    InProcess().interpret(request(tiny_performer, parts=parts), seen.append)
    assert dynamics == pytest.approx(min(seen, key=lambda fraction: abs(fraction - dynamics)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_child_that_cannot_be_started_leaves_nothing_and_the_next_call_starts_one(models, tiny_model, monkeypatch):
    context = multiprocessing.get_context("spawn")

    def refuse(_self):
        raise BlockingIOError("Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(context.Process, "start", refuse)
        with pytest.raises(BlockingIOError):
            models.start()
        assert models.pid is None
        models.close()
    again = ModelProcess()
    try:
        again.start()
        assert again.devices(no_progress)[-1] == ("cpu", "CPU")
    finally:
        again.close()
