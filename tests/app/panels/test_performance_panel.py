import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.panels.curve_plot import shown_range
from app.panels.dynamics_curve import DynamicsCurve, dynamics_curve
from app.panels.histogram import Histogram, shares
from app.panels.performance_panel import PerformancePanel
from app.theme import palette
from app.widgets.time_axis import labels
from tests.app.stand_in import piece, settle, turn_wheel_over
from tests.pieces import TICKS, Note, tempo
from tests.pieces import piece as piece_file_of
from tonenet_core.timing.summary import summarise


def test_shares_of_four_velocities_each():
    found = shares(np.array([1, 2, 4, 127], dtype=np.uint8))

    assert found.shape == (32,)
    assert found[[0, 1, 31]].tolist() == [0.5, 0.25, 0.25]
    assert shares(None) is None
    assert shares(np.zeros(0, dtype=np.uint8)) is None


@pytest.fixture
def panel(qtbot, session):
    panel = PerformancePanel(session)
    qtbot.addWidget(panel)
    return panel


def test_it_is_there_once_there_is_a_piece(qtbot, session, panel, piece_file):
    assert panel.isHidden()
    session.open(piece_file)
    qtbot.waitUntil(lambda: session.original is not None)

    assert not panel.isHidden()
    soft, loud = np.percentile(session.original.velocities, [5, 95])
    assert panel.rows[1][1].text() == f"{session.original.velocities.mean():.0f} ({soft:.0f}–{loud:.0f})"
    assert all(row[2].isHidden() for row in panel.rows)
    assert panel.change.isHidden()


def test_it_tells_before_and_after_and_follows_the_slider(qtbot, session, panel, piece_file):
    session.open(piece_file)
    qtbot.waitUntil(lambda: session.original is not None)
    session.transfers.run("classical")
    qtbot.waitUntil(lambda: session.styled is not None, timeout=20_000)

    assert panel.rows[0][2].text() == "Classical"
    assert panel.rows[1][2].text().startswith(f"{session.styled.velocities.mean():.0f} (")
    moved = np.abs(session.original.velocities.astype(int) - session.styled.velocities)
    assert f"by {moved.mean():.1f}" in panel.change.text()
    session.transfers.set_strength(0.0)
    assert panel.change.text().startswith("0 of 60 notes")
    assert np.array_equal(panel.histogram.before, panel.histogram.after)


def test_the_figures_are_those_of_the_analysis(qtbot, session, panel, tmp_path, open_piece, transfer):
    path = tmp_path / "swung.mid"
    eighths = [Note(beat * TICKS + late, 60, 64, 200) for beat in range(64) for late in (0, TICKS * 2 // 3)]
    pedal = [(32 * TICKS, bytes([0xB0, 64, 127])), (48 * TICKS, bytes([0xB0, 64, 0]))]
    path.write_bytes(piece_file_of(eighths, (0, tempo(100)), (32 * TICKS, tempo(150)), *pedal))
    before = summarise(open_piece(session, path))
    qtbot.waitUntil(lambda: session.idle)
    found = {row[0].text(): row[1].text() for row in panel.rows[1:]}
    assert before.swing_ratio == pytest.approx(2, abs=0.02)
    assert found["Swing"] == f"{before.swing_ratio:.2f} : 1"
    assert found["Tempo"] == "100–150"
    assert found["Legato"] == f"{100 * before.legato_share:.0f} %"
    assert found["Pedal"] == f"{100 * before.pedal_share:.0f} %" != "0 %"
    session.transfers.set(parts=("dynamics",))
    transfer(session, "classical")
    qtbot.waitUntil(lambda: session.idle)
    assert [row[2].text() for row in panel.rows[2:]] == [row[1].text() for row in panel.rows[2:]]


def test_what_is_not_known_is_a_dash(qtbot, session, panel, tmp_path, open_piece):
    path = tmp_path / "free.mid"
    rng = np.random.default_rng(0)
    path.write_bytes(piece_file_of(Note(int(tick), 60, 64) for tick in np.cumsum(rng.integers(50, 900, 60))))
    assert not open_piece(session, path).metered
    qtbot.waitUntil(lambda: session.idle)
    found = {row[0].text(): row[1].text() for row in panel.rows[1:]}
    assert (found["Tempo"], found["Swing"], found["Pedal"]) == ("–", "–", "0 %")


def test_the_result_is_drawn_in_the_accent_colour_over_the_original(qtbot):
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(256, 120)

    def count(colour):
        image, wanted = histogram.grab().toImage(), QColor(colour).rgb()
        return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))

    soft = np.full(10, 40, dtype=np.uint8)
    histogram.show_velocities(soft, None)
    assert count(palette.current().accent) == 0
    histogram.show_velocities(soft, soft + 40)
    assert count(palette.current().accent) > 50


# --- over time -------------------------------------------------------------------------------------------------------


def crescendo(seconds=120):
    return piece(*((place / 4, 0.2, 60, 1 + round(place * 126 / (4 * seconds))) for place in range(4 * seconds)))


def test_the_curve_follows_a_crescendo():
    curve = dynamics_curve(crescendo())
    assert (np.diff(curve) > 0).all()
    assert curve[len(curve) // 2] == pytest.approx(64, abs=1)


def test_the_curve_is_smooth_where_single_notes_are_not():
    notes = [(place / 4, 0.2, 60, 40 if place % 2 else 80) for place in range(400)]
    curve = dynamics_curve(piece(*notes))
    assert np.ptp(curve[5:-5]) < 1
    assert curve.mean() == pytest.approx(60, abs=0.5)


def test_the_curve_has_a_gap_where_nothing_is_played():
    early, late = ([(start + place / 4, 0.2, 60, 64) for place in range(40)] for start in (0.0, 100.0))
    curve = dynamics_curve(piece(*early, *late))
    assert np.isnan(curve[len(curve) // 2])
    assert not np.isnan(curve[[0, -2]]).any()


def test_there_is_no_curve_of_nothing():
    assert dynamics_curve(None) is None
    assert dynamics_curve(piece()) is None
    assert dynamics_curve(piece((0.0, 0.0, 60, 64))) is not None


def test_an_even_piece_looks_even():
    low, high = shown_range([np.full(10, 64.0)])
    assert high - low >= 24
    assert shown_range([np.array([1.0, 1.5])])[0] >= 0
    assert shown_range([np.array([120.0, 126.0])])[1] <= 127
    assert shown_range([]) == pytest.approx((52, 76))


def test_a_click_on_the_curve_goes_there(qtbot, session, panel, piece_file, open_piece):
    open_piece(session, piece_file)
    panel.resize(300, 300)
    panel.show()
    QTest.mouseClick(panel.segments["curve"], Qt.MouseButton.LeftButton)
    assert panel.histogram.isHidden()
    assert panel.curve.isVisible()
    half = session.player.duration_sec / 2
    QTest.mouseClick(panel.curve.plot.widget.viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel.curve, half))
    assert session.player.position_sec == pytest.approx(half, rel=0.02)


def place_of(curve, second):
    """The pixel of a second, half-way up the plot."""
    box = curve.plot.widget.getViewBox()
    height = sum(box.viewRange()[1]) / 2
    return curve.plot.widget.mapFromScene(box.mapViewToScene(QPointF(second, height)))


@pytest.fixture
def shown_curve(qtbot):
    curve = DynamicsCurve()
    qtbot.addWidget(curve)
    curve.resize(300, 120)
    curve.show_performances(crescendo(), None)
    curve.show()
    qtbot.waitExposed(curve)
    return curve


def seconds_shown(curve):
    return tuple(curve.plot.widget.getViewBox().viewRange()[0])


def test_the_wheel_zooms_in_time_alone_and_within_the_piece(shown_curve):
    length, velocities = crescendo().duration_sec, shown_curve.plot.widget.getViewBox().viewRange()[1]
    assert seconds_shown(shown_curve) == pytest.approx((0, length))
    turn_wheel_over(shown_curve.plot.widget.viewport(), 5, place_of(shown_curve, 60.0))
    start, end = seconds_shown(shown_curve)
    assert 0 < start < 60.0 < end < length
    assert shown_curve.plot.widget.getViewBox().viewRange()[1] == velocities
    turn_wheel_over(shown_curve.plot.widget.viewport(), -50, place_of(shown_curve, 60.0))
    assert seconds_shown(shown_curve) == pytest.approx((0, length))


def test_a_double_click_shows_all_again(qtbot, shown_curve):
    turn_wheel_over(shown_curve.plot.widget.viewport(), 5, place_of(shown_curve, 60.0))
    viewport, place = shown_curve.plot.widget.viewport(), place_of(shown_curve, 60.0)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert seconds_shown(shown_curve) == pytest.approx((0, crescendo().duration_sec))


def test_times_below_the_plot_are_those_of_the_rulers(shown_curve):
    assert shown_curve.plot.time_labels[0] == (0.0, "0:00")
    turn_wheel_over(shown_curve.plot.widget.viewport(), 5, place_of(shown_curve, 60.0))
    start, end = seconds_shown(shown_curve)
    assert shown_curve.plot.time_labels == labels(start, end, shown_curve.plot.widget.getViewBox().width())


def test_both_curves_are_drawn(qtbot):
    curve = DynamicsCurve()
    qtbot.addWidget(curve)
    curve.resize(300, 120)
    curve.show()
    before = crescendo()
    curve.show_performances(before, before.with_velocities(np.full(len(before), 100)))
    settle()
    image = curve.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {palette.current().before, palette.current().accent} <= colours
    assert np.nanmean(curve.after) == pytest.approx(100)
