import threading

import numpy as np
import pytest

from app.background.in_process import InProcess
from app.playback.player import Player
from app.session.session import Session
from app.session.style_judgement import shipped_judge
from tests.app.stand_in import StandInJudge, no_judge
from tests.pieces import scale
from tonenet_core.errors import CheckpointError
from tonenet_core.judge import load_judge

WAIT_MS = 20_000


@pytest.fixture
def judge():
    return StandInJudge()


@pytest.fixture
def make_session(qtbot, tiny_model):
    """Make a session with a way to find a judge; closed after the test."""
    made = []

    def session(load_judge):
        models = [tiny_model]
        made.append(Session(runner=InProcess(), models=models, player=Player(audio=False), load_judge=load_judge))
        return made[-1]

    yield session
    for each in made:
        each.close()


@pytest.fixture
def judged(make_session, judge):
    return make_session(lambda: judge)


def share_of_jazz(performance):
    return pytest.approx(performance.velocities.mean() / 127)


def test_the_original_is_judged_when_it_is_opened(judged, piece_file, open_piece, qtbot):
    assert judged.judgement.styles == ()
    piece = open_piece(judged, piece_file)
    qtbot.waitUntil(lambda: judged.judgement.before is not None, timeout=WAIT_MS)
    assert judged.judgement.styles == ("jazz", "classical")
    assert judged.judgement.before.probability["jazz"] == share_of_jazz(piece)
    assert judged.judgement.after is None


def test_a_judge_that_is_there_already_judges_the_piece(judged, piece_file, open_piece, qtbot):
    judged.judgement.warm()
    qtbot.waitUntil(lambda: judged.judgement.styles == ("jazz", "classical"), timeout=WAIT_MS)
    piece = open_piece(judged, piece_file)
    assert not judged.idle
    qtbot.waitUntil(lambda: judged.idle, timeout=WAIT_MS)
    assert judged.judgement.before.probability["jazz"] == share_of_jazz(piece)


def test_the_verdict_follows_the_result_and_the_piece_is_heard_once(
    judged, judge, piece_file, open_piece, transfer, qtbot
):
    piece = open_piece(judged, piece_file)
    transfer(judged, "classical")
    qtbot.waitUntil(lambda: judged.judgement.after is not None, timeout=WAIT_MS)
    for percent in range(100, 0, -10):
        judged.transfers.set_strength(percent / 100)
        assert judged.judgement.after.probability["jazz"] == share_of_jazz(judged.styled)
    judged.transfers.set_strength(0.0)
    assert judged.judgement.after == judged.judgement.before
    judged.transfers.undo()
    judged.transfers.undo()
    assert judged.judgement.after is None
    assert judge.heard == [piece]


def test_every_answer_is_a_signal_of_its_own(judged, piece_file, open_piece, qtbot):
    seen = []
    judged.judgement.changed.connect(lambda: seen.append(judged.judgement.before))
    open_piece(judged, piece_file)
    qtbot.waitUntil(lambda: judged.judgement.before is not None, timeout=WAIT_MS)
    assert seen[0] is None
    assert seen[-1] is judged.judgement.before


class Waiting(StandInJudge):
    """Continues only when `go_on` is set, and does not react to Cancel meanwhile."""

    def __init__(self):
        super().__init__()
        self.go_on = threading.Event()

    def expectations(self, performance, progress):
        answer = super().expectations(performance, progress)
        self.go_on.wait()
        return answer


@pytest.fixture
def waiting():
    judge = Waiting()
    yield judge
    judge.go_on.set()


def test_transfer_and_sliders_do_not_wait_for_the_judge(make_session, waiting, piece_file, open_piece, transfer, qtbot):
    session = make_session(lambda: waiting)
    piece = open_piece(session, piece_file)
    qtbot.waitUntil(lambda: bool(waiting.heard), timeout=WAIT_MS)
    transfer(session, "classical")
    session.transfers.set_strength(0.0)
    assert np.array_equal(session.styled.velocities, piece.velocities)
    assert session.judgement.before is session.judgement.after is None
    assert not session.idle
    waiting.go_on.set()
    qtbot.waitUntil(lambda: session.judgement.after is not None, timeout=WAIT_MS)
    assert session.judgement.after.probability["jazz"] == share_of_jazz(piece)


def test_what_it_makes_of_the_piece_before_is_not_taken_for_this_one(
    make_session, waiting, piece_file, open_piece, tmp_path, qtbot
):
    session = make_session(lambda: waiting)
    open_piece(session, piece_file)
    qtbot.waitUntil(lambda: bool(waiting.heard), timeout=WAIT_MS)
    other = tmp_path / "other.mid"
    other.write_bytes(scale())
    piece = open_piece(session, other)
    waiting.go_on.set()
    qtbot.waitUntil(lambda: session.idle, timeout=WAIT_MS)
    assert session.judgement.before.probability["jazz"] == share_of_jazz(piece)


class Endless(StandInJudge):
    """Works until it is interrupted."""

    def expectations(self, performance, progress):
        while True:
            super().expectations(performance, progress)


def test_closing_does_not_wait_until_it_has_heard_the_piece(make_session, piece_file, open_piece, qtbot):
    judge = Endless()
    session = make_session(lambda: judge)
    open_piece(session, piece_file)
    qtbot.waitUntil(lambda: bool(judge.heard), timeout=WAIT_MS)
    session.close()
    assert session.judgement.before is None


def test_without_a_judge_there_are_no_verdicts(make_session, piece_file, open_piece, transfer, qtbot):
    session = make_session(no_judge)
    open_piece(session, piece_file)
    transfer(session, "jazz")
    qtbot.waitUntil(lambda: session.idle, timeout=WAIT_MS)
    assert session.judgement.styles == ()
    assert session.judgement.before is session.judgement.after is None


def test_a_damaged_judge_is_a_message(make_session, piece_file, open_piece, qtbot):
    def damaged():
        raise CheckpointError("The judge is damaged.")

    session = make_session(damaged)
    open_piece(session, piece_file)
    qtbot.waitUntil(lambda: session.message is not None, timeout=WAIT_MS)
    assert session.message.text == "The judge is damaged."
    assert session.judgement.styles == ()


def test_the_programs_own_judge_is_the_shipped_one():
    ours, theirs = shipped_judge(), load_judge()
    assert (ours is None) == (theirs is None)
    assert ours is None or ours.styles == theirs.styles
