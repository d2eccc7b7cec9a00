"""The bar at the bottom, worked with mouse and keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QSlider, QVBoxLayout, QWidget

from app.panels.transport import Transport
from app.playback.player import Player
from app.widgets.ab_switch import AbSwitch
from app.widgets.time_text import time_text


@pytest.fixture
def window(qtbot, session):
    """A window with a transport and two other buttons, active."""
    window = QWidget()
    layout = QVBoxLayout(window)
    for name in ("first", "second"):
        button = _plain_button(window)
        button.setObjectName(name)
        layout.addWidget(button)
    layout.addWidget(Transport(session))
    qtbot.addWidget(window)
    window.resize(1200, 200)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    return window


def _plain_button(parent):
    from PySide6.QtWidgets import QPushButton

    return QPushButton("button", parent)


def part(window, name, kind=QAbstractButton):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


@pytest.fixture
def opened(session, open_piece, piece_file):
    open_piece(session, piece_file)
    return session


@pytest.fixture
def styled(opened, transfer):
    transfer(opened, "classical")
    return opened


def click(widget, at=None):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())


def test_without_a_piece_nothing_can_be_pressed(window):
    for name in ("playButton", "stopButton", "loopButton", "sideButton"):
        assert not part(window, name).isEnabled()
    assert not part(window, "positionSlider", QSlider).isEnabled()


def test_play_becomes_pause_and_back(window, opened):
    button = part(window, "playButton")
    assert button.text() == "Play"
    click(button)
    assert opened.player.playing
    assert (button.text(), button.accessibleName()) == ("Pause", "Pause")
    click(button)
    assert not opened.player.playing
    assert button.text() == "Play"


@pytest.mark.parametrize("focus", ["first", "playButton", "positionSlider", "sideButton"])
def test_space_plays_wherever_the_focus_is(window, styled, focus):
    part(window, focus, QWidget).setFocus()
    heard = styled.side
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert styled.player.playing
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert not styled.player.playing
    assert styled.side == heard


def test_stop_and_shift_space_go_to_the_beginning(window, opened):
    for stop in (
        lambda: click(part(window, "stopButton")),
        lambda: QTest.keyClick(window, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier),
    ):
        opened.player.seek(2.0)
        opened.player.play()
        stop()
        assert (opened.player.playing, opened.player.position_sec) == (False, 0.0)


def test_tab_goes_to_the_other_side_wherever_the_focus_is(window, styled):
    assert styled.side == "styled"
    for focus in ("first", "positionSlider", "sideButton"):
        part(window, focus, QWidget).setFocus()
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert styled.side == styled.player.side == "original"
        assert window.focusWidget().objectName() == focus
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert styled.side == "styled"


def test_without_a_result_tab_moves_the_focus(window, opened):
    part(window, "first").setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget().objectName() == "second"


def test_with_a_result_other_keys_move_the_focus(window, styled):
    part(window, "first").setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget().objectName() == "second"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert window.focusWidget().objectName() == "first"


def test_a_click_on_a_half_hears_that_side(window, styled):
    button = part(window, "sideButton", AbSwitch)
    left, right = QPoint(10, button.height() // 2), QPoint(button.width() - 10, button.height() // 2)
    for at, side in ((left, "original"), (left, "original"), (right, "styled"), (right, "styled"), (left, "original")):
        click(button, at)
        assert styled.side == styled.player.side == side
        assert button.isChecked() == (side == "styled")


def test_enter_and_a_plain_click_go_to_the_other_side(window, styled):
    button = part(window, "sideButton", AbSwitch)
    button.click()
    assert styled.side == "original"
    assert "Original" in button.accessibleName()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert styled.side == "styled"
    assert "Classical" in button.accessibleName()
    for key, side in ((Qt.Key.Key_Left, "original"), (Qt.Key.Key_Right, "styled"), (Qt.Key.Key_Right, "styled")):
        QTest.keyClick(button, key)
        assert styled.side == side


def test_the_sides_look_different(window, styled):
    button = part(window, "sideButton", AbSwitch)
    looks = []
    for side in ("original", "styled"):
        styled.set_side(side)
        looks.append(button.grab().toImage())
    assert looks[0] != looks[1]


def test_a_click_on_the_position_slider_goes_there(window, opened):
    slider = part(window, "positionSlider", QSlider)
    click(slider, QPoint(slider.width() // 2, slider.height() // 2))
    assert opened.player.position_sec == pytest.approx(opened.player.duration_sec / 2, rel=0.02)
    assert part(window, "positionLabel", QLabel).text() == time_text(opened.player.position_sec)


def test_dragging_shows_the_time_and_goes_there_when_let_go(window, opened):
    slider = part(window, "positionSlider", QSlider)
    middle = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, middle))
    before = opened.player.position_sec
    QTest.mouseMove(slider, QPoint(slider.width() * 3 // 4, middle))
    assert opened.player.position_sec == before
    assert part(window, "positionLabel", QLabel).text() == time_text(slider.sliderPosition() / 1000)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() * 3 // 4, middle))
    assert opened.player.position_sec == pytest.approx(slider.value() / 1000, abs=1e-3)
    assert opened.player.position_sec > before


def test_arrow_keys_step_by_a_second(window, opened):
    slider = part(window, "positionSlider", QSlider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert opened.player.position_sec == pytest.approx(2.0, abs=0.001)
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert opened.player.position_sec == pytest.approx(1.0, abs=0.001)


def test_the_slider_and_the_time_follow_the_player(window, opened):
    opened.player.seek(3.2)
    assert part(window, "positionSlider", QSlider).value() == 3200
    assert part(window, "positionLabel", QLabel).text() == "0:03.2"
    assert part(window, "durationLabel", QLabel).text() == time_text(opened.player.duration_sec, tenths=False)


def test_loop_takes_the_whole_piece_unless_a_stretch_is_marked(window, opened):
    button, player = part(window, "loopButton"), opened.player
    click(button)
    assert player.loop == pytest.approx((0.0, player.duration_sec), abs=1e-3)
    player.set_loop((1.0, 2.0))
    assert button.isChecked()
    click(button)
    assert player.loop is None
    QTest.keyClick(window, Qt.Key.Key_L)
    assert player.loop == pytest.approx((1.0, 2.0))
    assert "0:01.0" in button.toolTip()


def test_volume_and_mute(window, opened):
    slider = part(window, "volumeSlider", QSlider)
    assert slider.value() == round(opened.player.volume * 100)
    slider.setValue(30)
    assert opened.player.volume == pytest.approx(0.3)
    click(part(window, "muteButton"))
    assert (opened.player.volume, slider.value()) == (0.0, 0)
    click(part(window, "muteButton"))
    assert (opened.player.volume, slider.value()) == (pytest.approx(0.3), 30)


def test_why_there_is_no_sound_is_shown_and_told(window, opened, monkeypatch):
    button = part(window, "soundProblemButton")
    assert not button.isVisible()
    monkeypatch.setattr(Player, "problem", "Install FluidSynth.")
    opened.player.changed.emit()
    assert button.isVisible()
    assert button.toolTip() == "Install FluidSynth."
    click(button)
    assert opened.message.text == "Install FluidSynth."


def test_every_part_has_a_name_and_a_tip(window, styled):
    for widget in window.findChild(Transport).findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.accessibleName(), widget.objectName()
            assert widget.toolTip(), widget.objectName()
