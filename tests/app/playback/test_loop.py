import pytest

from app.playback.loop import Loop

BEGIN, END = 50_000, 90_000


@pytest.fixture
def loop():
    loop = Loop()
    loop.set((BEGIN, END), 0)
    return loop


def test_a_position_is_in_a_loop_from_its_first_frame_to_its_last(loop):
    entered = []
    for frame in (BEGIN - 1, BEGIN, END - 1, END):
        loop.follow(frame)
        entered.append((loop.entered, loop.end_frame))
    assert entered == [(False, None), (True, END), (True, END), (False, None)]


def test_a_position_past_the_end_goes_on_as_far_behind_the_beginning(loop):
    assert [loop.wrap(frame) for frame in (END, END + 300, 2 * END - BEGIN + 7)] == [BEGIN, BEGIN + 300, BEGIN + 7]
