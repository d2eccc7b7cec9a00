import threading

import pytest

from app.background.jobs import Jobs, JobState
from tonenet_core.errors import Cancelled, MidiError

SECOND = 5_000


@pytest.fixture
def jobs(qtbot):
    jobs = Jobs()
    yield jobs
    jobs.close()


class Gate:
    """A job that runs until it is let go, and reports progress meanwhile."""

    def __init__(self):
        self.entered, self.go = threading.Event(), threading.Event()

    def __call__(self, progress):
        self.entered.set()
        while not self.go.wait(0.005):
            progress(0.5)
        return "through"


def test_a_result_arrives_on_the_gui_thread(jobs, qtbot):
    threads = []

    def work(number, progress):
        threads.append(threading.get_ident())
        return number * 2

    def done(result):
        threads.append(threading.get_ident())
        threads.append(result)

    jobs.run(work, 21, title="Doubling", done=done)
    qtbot.waitUntil(lambda: len(threads) == 3, timeout=SECOND)
    assert threads[0] != threads[1] == threading.get_ident()
    assert threads[2] == 42
    assert jobs.idle
    assert jobs.state is None


def test_jobs_run_one_after_the_other_in_order(jobs, qtbot):
    seen = []
    for number in range(20):
        jobs.run(lambda progress, number=number: number, title="", done=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 20, timeout=SECOND)
    assert seen == list(range(20))


def test_an_exception_goes_to_failed_whatever_its_kind(jobs, qtbot):
    errors = []

    def refuse(progress):
        raise MidiError("no")

    jobs.run(refuse, title="", failed=errors.append)
    jobs.run(lambda progress: 1 / 0, title="", failed=errors.append)
    qtbot.waitUntil(lambda: len(errors) == 2, timeout=SECOND)
    assert [type(error) for error in errors] == [MidiError, ZeroDivisionError]


def test_cancel_stops_a_job_at_its_next_report(jobs, qtbot):
    gate, errors = Gate(), []
    job = jobs.run(gate, title="Long", done=pytest.fail, failed=errors.append)
    assert gate.entered.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: bool(errors), timeout=SECOND)
    assert isinstance(errors[0], Cancelled)


def test_a_job_cancelled_while_it_waits_never_runs(jobs, qtbot):
    gate, ran, errors = Gate(), [], []
    jobs.run(gate, title="")
    waiting = jobs.run(lambda progress: ran.append(1), title="", failed=errors.append)
    waiting.cancel()
    gate.go.set()
    qtbot.waitUntil(lambda: bool(errors), timeout=SECOND)
    assert not ran


def test_a_result_that_came_after_cancel_is_not_delivered(jobs, qtbot):
    entered, go, errors = threading.Event(), threading.Event(), []

    def deaf(progress):
        entered.set()
        go.wait(5)

    job = jobs.run(deaf, title="", done=pytest.fail, failed=errors.append)
    assert entered.wait(5)
    job.cancel()
    go.set()
    qtbot.waitUntil(lambda: bool(errors), timeout=SECOND)


def test_background_jobs_make_way_and_start_again(jobs, qtbot):
    order, entered, go = [], threading.Event(), threading.Event()

    def background(progress):
        order.append("background")
        entered.set()
        while not go.wait(0.005):
            progress(0.0)
        return "warm"

    jobs.run(background, title="", done=order.append, background=True)
    assert entered.wait(5)
    jobs.run(lambda progress: "opened", title="", done=order.append)
    qtbot.waitUntil(lambda: "opened" in order, timeout=SECOND)
    go.set()
    qtbot.waitUntil(lambda: "warm" in order, timeout=SECOND)
    assert order.count("background") == 2
    assert order.index("opened") < order.index("warm")


def test_a_background_job_is_not_shown_nor_cancelled_by_the_user(jobs, qtbot):
    gate = Gate()
    job = jobs.run(gate, title="Warming", background=True)
    assert gate.entered.wait(5)
    qtbot.wait(1)  # lets queued signals through
    assert jobs.state is None
    jobs.cancel_all()
    assert not job.cancelled
    gate.go.set()
    qtbot.waitUntil(lambda: jobs.idle, timeout=SECOND)


def test_the_state_tells_title_progress_and_what_waits(jobs, qtbot):
    gate = Gate()
    jobs.run(gate, title="First")
    qtbot.waitUntil(lambda: jobs.state is not None and jobs.state.fraction == 0.5, timeout=SECOND)
    jobs.run(lambda progress: None, title="Second")
    assert (jobs.state.title, jobs.state.waiting) == ("First", 1)
    gate.go.set()
    qtbot.waitUntil(lambda: jobs.idle, timeout=SECOND)


def test_close_ends_a_job_that_runs_and_forgets_those_that_wait(qtbot):
    jobs, gate, ran = Jobs(), Gate(), []
    jobs.run(gate, title="")
    jobs.run(lambda progress: ran.append(1), title="")
    assert gate.entered.wait(5)
    jobs.close()
    jobs.close()
    qtbot.wait(1)
    assert jobs.idle
    assert not ran


def reported(reports):
    """Return the states after reports of (fraction, seconds since the start)."""
    state, states = JobState("x"), []
    for fraction, elapsed_sec in reports:
        state = state.advanced(fraction, elapsed_sec)
        states.append(state)
    return states


def test_progress_never_goes_back():
    assert [state.fraction for state in reported([(0.5, 10.0), (0.4, 30.0), (0.9, 40.0)])] == [0.5, 0.5, 0.9]


@pytest.mark.parametrize("start_sec", [0.0, 7.0])
@pytest.mark.parametrize("whole_sec", [2.0, 60.0])
def test_the_time_left_is_that_of_the_pace_however_long_the_start_took(start_sec, whole_sec):
    """Polls without news come in between, as from the model's process."""
    waiting = [(0.0, start_sec * share) for share in (0.2, 0.6, 1.0)]
    reports = [((step - poll) / 20, start_sec + whole_sec * step / 20) for step in range(1, 21) for poll in (1, 0)]
    states = reported([*waiting, *reports])
    known = [state for state in states if state.seconds_left is not None]
    assert len(known) > 20
    for state in known:
        left = start_sec + whole_sec - state.elapsed_sec
        assert state.seconds_left == pytest.approx(left, abs=0.06 * whole_sec)


def test_the_time_left_follows_a_pace_that_changes_and_does_not_jump_up_and_down():
    brisk = [(share / 100, share / 10) for share in range(1, 51)]
    assert reported(brisk)[-1].seconds_left == pytest.approx(5.0)
    slower = reported([*brisk, (0.52, 5.4)])[-1]
    assert slower.seconds_left < 5.0 - 0.3  # a little slower: it counts down all the same
    stuck = reported([*brisk, (0.51, 25.0)])[-1]
    assert stuck.seconds_left == pytest.approx(24.9 * 0.49 / 0.5)


def test_the_time_left_counts_down_between_reports_and_never_to_nothing():
    steady = [(0.1, 1.0), (0.5, 5.0)]
    assert reported([*steady, (0.5, 7.0)])[-1].seconds_left == pytest.approx(3.0)
    assert reported([*steady, (0.5, 13.0)])[-1].seconds_left == pytest.approx(12.0 * 0.5 / 0.4 / 4)


def test_no_time_left_is_shown_before_it_can_be_known():
    assert reported([(0.01, 5.0)])[-1].seconds_left is None
    assert reported([(0.5, 5.0)])[-1].seconds_left is None
    assert reported([(0.1, 5.0), (0.5, 5.1)])[-1].seconds_left is None


def test_a_figure_that_is_shown_stays_close_to_the_estimate():
    """Not 1.4 times too low: where the estimate is a little off itself, that would be off by a factor of two."""
    brisk = [(share / 100, share / 10) for share in range(1, 51)]
    slower = reported([*brisk, (0.6, 9.0)])[-1]
    assert slower.seconds_left == pytest.approx(8.9 * 0.4 / 0.59)
