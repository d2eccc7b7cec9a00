import numpy as np
import pytest

from app.views.viewport import BOTTOM, SHORTEST_SPAN_SEC, TOP, Viewport
from app.widgets.time_axis import grid_lines, labels
from tests.app.stand_in import StandInSession, long_piece, piece


@pytest.fixture
def session(qapp):
    session = StandInSession()
    session.show(long_piece(120.0))
    return session


@pytest.fixture
def window(session):
    return Viewport(session)


def test_a_new_piece_is_shown_from_its_beginning_with_all_its_pitches(session, window):
    window.pan(50)
    session.show(piece((0, 1, 21, 64), (100, 1, 108, 64)))
    assert (window.start_sec, window.end_sec) == (0, 30)
    assert (window.low, window.high) == (BOTTOM, TOP)
    assert window.following


def test_the_pitches_of_both_sides_are_in_sight(session, window):
    """A reconstruction's source has other notes."""
    session.original, session.styled = piece((0, 1, 60, 64), (1, 1, 62, 64)), piece((0, 1, 40, 64), (1, 1, 95, 64))
    session.changed.emit()
    assert window.low < 40 < 95 < window.high


def test_a_new_result_moves_nothing(session, window):
    window.pan(50)
    session.show(session.original, session.original.velocities // 2 + 1)
    assert window.start_sec == 50


def test_a_piece_on_few_notes_is_not_blown_up(session, window):
    session.show(piece((0, 1, 60, 64), (1, 1, 62, 64)))
    assert window.high - window.low >= 24
    assert window.low < 60 < 62 < window.high


@pytest.mark.parametrize(("factor", "around"), [(0.5, 12.0), (0.1, 29.0), (1.5, 0.0)])
def test_zoom_leaves_the_second_under_the_mouse_where_it_is(window, factor, around):
    share = (around - window.start_sec) / window.span_sec
    window.zoom(factor, around)
    assert window.span_sec == pytest.approx(30 * factor)
    assert window.start_sec + share * window.span_sec == pytest.approx(around)


def test_zoom_ends_at_the_whole_piece_and_at_a_moment(session, window):
    window.zoom(1e9, 10)
    assert window.start_sec == 0
    assert session.original.duration_sec <= window.end_sec < session.original.duration_sec * 1.05
    window.zoom(1e-9, 10)
    assert window.span_sec == pytest.approx(SHORTEST_SPAN_SEC)


def test_panning_ends_at_the_piece_s_ends(session, window):
    window.pan(-5)
    assert window.start_sec == 0
    window.pan(1e6)
    assert window.end_sec == pytest.approx(session.original.duration_sec, rel=0.02)
    assert window.span_sec == pytest.approx(30)


def test_pitches_stay_on_the_keyboard(window):
    window.pan_pitches(1000)
    assert window.high == TOP
    window.pan_pitches(-1000)
    assert window.low == BOTTOM
    window.zoom_pitches(100, 60)
    assert (window.low, window.high) == (BOTTOM, TOP)
    window.zoom_pitches(1e-3, 60)
    assert window.high - window.low == 12


def test_show_all_brings_back_time_and_pitches(session, window):
    pitches = window.low, window.high
    window.zoom(0.1, 50.0)
    window.zoom_pitches(0.5, 60)
    window.pan_pitches(4)
    window.show_all()
    assert (window.low, window.high) == pitches
    assert window.start_sec == 0
    assert window.end_sec > session.original.duration_sec


def test_the_page_turns_before_the_playhead_leaves_it(session, window):
    session.player.play()
    for position in np.arange(0, 60, 1 / 30):
        session.player.move(float(position))
        assert window.start_sec <= position <= window.end_sec
    assert window.start_sec > 0


def test_the_last_page_is_not_turned_beyond_the_end(session, window):
    for position in np.arange(80, session.original.duration_sec, 1 / 30):
        session.player.move(float(position))
    ends = window.end_sec
    session.player.move(session.original.duration_sec)
    assert window.end_sec == ends


def test_scrolling_by_hand_stops_following_and_playing_resumes_it(session, window):
    session.player.play()
    window.pan(60)
    session.player.move(0.1)
    assert window.start_sec == 60
    session.player.playing = False
    session.player.changed.emit()
    session.player.play()
    session.player.move(0.2)
    assert window.start_sec == 0


def test_a_seek_by_whomever_resumes_following(session, window):
    window.pan(60)
    session.player.move(0.1)
    session.player.move(20.0)
    assert window.start_sec <= 20 <= window.end_sec


def test_a_loop_beginning_again_is_no_seek(session, window):
    session.player.set_loop((2.0, 4.0))
    session.player.move(3.0)
    session.player.move(3.4)
    session.player.move(3.8)
    window.pan(60)
    session.player.move(3.99)
    session.player.move(2.01)
    assert window.start_sec == 60
    assert not window.following


def test_zooming_keeps_following_while_the_playhead_is_in_sight(session, window):
    session.player.move(10.0)
    window.zoom(0.5, 10.0)
    assert window.following
    window.zoom(0.01, 20.0)
    assert not window.following


def test_bars_and_beats_are_lines_of_a_metered_piece():
    metered = piece((0, 20, 60, 64), beats=np.arange(0, 20, 0.5))
    bars, beats = grid_lines(metered, 0.0, 10.0, 1000)
    np.testing.assert_allclose(bars, [0, 2, 4, 6, 8])
    np.testing.assert_allclose(beats, np.arange(0, 10, 0.5))


def test_crowded_lines_are_thinned_and_stay_put_while_scrolling():
    metered = piece((0, 2000, 60, 64), beats=np.arange(0, 2000, 0.5))
    bars, beats = grid_lines(metered, 100.0, 900.0, 1000)
    assert not len(beats)
    assert np.diff(bars).min() * 1000 / 800 >= 44
    scrolled, _ = grid_lines(metered, 103.0, 903.0, 1000)
    assert set(bars[1:]) <= set(scrolled)


def test_a_free_piece_has_lines_at_round_seconds_and_no_piece_has_none():
    strong, weak = grid_lines(piece((0, 1, 60, 64)), 3.0, 33.0, 1000)
    assert not len(strong)
    assert all(second == round(second) for second in weak)
    assert len(weak) > 10
    assert not any(len(lines) for lines in grid_lines(None, 0.0, 10.0, 1000))


@pytest.mark.parametrize("span", [0.3, 3, 30, 300, 10_000])
def test_labels_keep_their_distance_and_say_their_second(span):
    shown = labels(1.0, 1.0 + span, 900)
    seconds = [second for second, _ in shown]
    assert np.diff(seconds).min() * 900 / span >= 63
    assert len({text for _, text in shown}) == len(shown)
