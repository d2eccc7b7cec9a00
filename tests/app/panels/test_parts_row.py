"""The parts of a performance that a transfer changes, switched in the whole window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QPushButton, QSlider
from typer.testing import CliRunner

from app.window.main_window import MainWindow
from tests.core.parts.test_render import band
from tonenet_core.cli import app as command_line
from tonenet_core.timing.pedalling import find_holds
from tonenet_core.timing.swing import find_swing


@pytest.fixture
def window(qtbot, performing):
    window = MainWindow(performing)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def swung(window, performing, open_piece, tmp_path):
    """An open band that swings, taken for jazz."""
    path = tmp_path / "band.mid"
    path.write_bytes(band())
    open_piece(performing, path)
    performing.transfers.set_source_style("jazz")
    return path


def click(qtbot, window, name):
    box = window.findChild(QCheckBox, name)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def transfer(qtbot, window, session):
    with qtbot.waitSignal(session.transfers.ended, timeout=60_000):
        qtbot.mouseClick(window.findChild(QPushButton, "transferToClassicalButton"), Qt.MouseButton.LeftButton)


def parts(window):
    names = ("dynamicsCheck", "timingCheck", "articulationCheck", "pedalCheck")
    return [window.findChild(QCheckBox, name).isChecked() for name in names]


def test_dynamics_and_timing_are_the_beginning_and_a_click_leaves_the_time_as_it_was(window, performing, swung, qtbot):
    assert parts(window) == [True, True, False, False]
    transfer(qtbot, window, performing)
    original, straight = performing.sides

    assert find_swing(original).mean > 0.6
    assert abs(find_swing(straight).mean) < 0.3
    assert (straight.velocities != original.velocities[performing.order]).any()
    assert performing.document.result is straight  # what is exported is what is heard
    with qtbot.waitSignal(performing.transfers.ended, timeout=60_000):
        click(qtbot, window, "timingCheck")
    assert performing.take.parts == ("dynamics",)
    assert np.array_equal(performing.sides[1].notes["onset_sec"], original.notes["onset_sec"])
    performing.transfers.undo()
    assert parts(window) == [True, True, False, False]
    assert np.array_equal(performing.sides[1].notes["onset_sec"], straight.notes["onset_sec"])


def test_a_first_click_gives_the_bytes_of_the_command_line_without_options(window, performing, swung, qtbot, tmp_path):
    performing.transfers.set_source_style(None)
    transfer(qtbot, window, performing)
    out, model = tmp_path / "out.mid", str(performing.transfers.options.model.path)
    words = ["transfer", str(swung), "--to", "classical", "--model", model, "-o", str(out)]
    result = CliRunner().invoke(command_line, words)

    assert result.exit_code == 0, result.output
    assert out.read_bytes() == performing.document.result.to_bytes()


def test_timing_alone_leaves_the_velocities_and_counts_as_a_change(window, performing, swung, qtbot):
    click(qtbot, window, "dynamicsCheck")
    transfer(qtbot, window, performing)
    original, result = performing.sides

    assert np.array_equal(result.velocities, original.velocities[performing.order])
    assert performing.document.unsaved
    assert performing.document.current.differs_from_file


def test_the_last_part_stays_on(window, performing, swung, qtbot):
    click(qtbot, window, "timingCheck")
    click(qtbot, window, "dynamicsCheck")

    assert parts(window) == [True, False, False, False]
    assert performing.transfers.options.parts == ("dynamics",)


def test_strength_moves_time_too(window, performing, swung, qtbot):
    transfer(qtbot, window, performing)
    full = find_swing(performing.sides[1]).mean
    performing.transfers.set_strength(0.5)
    half = find_swing(performing.sides[1]).mean
    performing.transfers.set_strength(0.0)

    assert full + 0.15 < half < find_swing(performing.original).mean - 0.15
    assert performing.sides[1].to_bytes() == performing.original.source


def test_the_file_is_that_of_the_command_line(window, performing, swung, qtbot, tiny_performer, tmp_path):
    for name in ("articulationCheck", "pedalCheck"):
        click(qtbot, window, name)
    transfer(qtbot, window, performing)
    out = tmp_path / "out.mid"
    words = ["--to", "classical", "--from", "jazz", "--parts", "all", "--model", performing.take.model_name]
    model = str(performing.transfers.options.model.path)
    words[-1] = model
    result = CliRunner().invoke(command_line, ["transfer", str(swung), *words, "-o", str(out)])

    assert result.exit_code == 0, result.output
    assert out.read_bytes() == performing.document.result.to_bytes()


def test_the_result_is_heard_with_its_own_pedal_and_no_note_moves_for_it(window, performing, swung, qtbot):
    click(qtbot, window, "pedalCheck")
    click(qtbot, window, "timingCheck")
    transfer(qtbot, window, performing)
    original, result = performing.sides

    assert not len(original.pedal)
    assert len(find_holds(result)) > 2
    assert np.array_equal(result.notes["onset_sec"], original.notes["onset_sec"])
    pressed = [
        np.sum((events["data1"] == 64) & (events["status"] & 0xF0 == 0xB0))
        for events in (original.file.events, result.file.events)
    ]
    assert pressed[0] == 0 < pressed[1]
    full = result.pedal
    performing.transfers.set_strength(0.0)
    assert performing.sides[1].to_bytes() == original.source
    performing.transfers.set_strength(1.0)
    assert np.array_equal(performing.sides[1].pedal, full)


def test_the_hovered_note_of_the_result_has_its_own_velocities(window, performing, swung, qtbot):
    transfer(qtbot, window, performing)
    original, result = performing.sides

    assert sorted(performing.order.tolist()) == list(range(len(original)))
    assert np.array_equal(result.notes["pitch"], original.notes["pitch"][performing.order])


def test_the_sliders_change_velocities_at_once_and_the_notes_follow(window, performing, swung, qtbot, tmp_path):
    transfer(qtbot, window, performing)
    former, velocities = performing.sides[1], performing.styled.velocities
    slider = window.findChild(QSlider, "strengthSlider")
    for _ in range(5):
        qtbot.keyClick(slider, Qt.Key.Key_PageDown)

    assert not np.array_equal(performing.styled.velocities, velocities)
    assert performing.sides[1] is former  # is heard a moment longer
    out = tmp_path / "half.mid"
    assert performing.exports.midi(out)
    qtbot.waitUntil(lambda: performing.sides[1] is not former)
    assert performing.sides[1].to_bytes() == out.read_bytes()
    assert find_swing(performing.sides[1]).mean > find_swing(former).mean + 0.15


def test_play_begins_with_the_notes_where_the_slider_has_put_them(window, performing, swung, qtbot):
    transfer(qtbot, window, performing)
    former = performing.sides[1]
    qtbot.keyClick(window.findChild(QSlider, "strengthSlider"), Qt.Key.Key_PageDown)
    performing.player.play()

    assert performing.sides[1] is performing.document.result is not former
    assert performing.player.performances[1] is performing.sides[1]


def choose_swing(qtbot, window, performing, pages):
    slider = window.findChild(QSlider, "swingSlider")
    for _ in range(pages):
        with qtbot.waitSignal(performing.transfers.ended, timeout=60_000):
            qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    return slider


def test_the_swing_that_was_chosen_gives_the_bytes_of_the_command_line(window, performing, swung, qtbot, tmp_path):
    slider = window.findChild(QSlider, "swingSlider")
    click(qtbot, window, "timingCheck")
    assert not slider.isEnabled()  # without timing
    click(qtbot, window, "timingCheck")
    transfer(qtbot, window, performing)
    usual = performing.document.result.to_bytes()
    assert slider.figure.text() == "Auto"
    choose_swing(qtbot, window, performing, 7)

    assert slider.figure.text() == "1.6 : 1"
    assert performing.take.swing == 0.7
    out, model = tmp_path / "out.mid", str(performing.transfers.options.model.path)
    words = ["--to", "classical", "--from", "jazz", "--parts", "dynamics,timing", "--swing", "0.7", "--model", model]
    result = CliRunner().invoke(command_line, ["transfer", str(swung), *words, "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == performing.document.result.to_bytes() != usual


def test_undo_brings_the_former_swing_back(window, performing, swung, qtbot):
    transfer(qtbot, window, performing)
    slider = choose_swing(qtbot, window, performing, 2)
    assert slider.figure.text() == "0.7 : 1"
    performing.transfers.undo()
    assert slider.figure.text() == "0.6 : 1"
    performing.transfers.undo()
    assert slider.figure.text() == "Auto"
    assert performing.transfers.options.swing is None


def test_the_rubato_that_was_chosen_gives_the_bytes_of_the_command_line(window, performing, swung, qtbot, tmp_path):
    slider = window.findChild(QSlider, "rubatoSlider")
    click(qtbot, window, "timingCheck")
    assert not slider.isEnabled()  # without timing
    click(qtbot, window, "timingCheck")
    transfer(qtbot, window, performing)
    steady = performing.document.result.to_bytes()
    assert slider.figure.text() == "Auto"
    with qtbot.waitSignal(performing.transfers.ended, timeout=60_000):
        drag_to_end(qtbot, slider)

    assert slider.figure.text() == "150 %"
    assert performing.take.rubato == 1.5
    out, model = tmp_path / "out.mid", str(performing.transfers.options.model.path)
    words = ["--to", "classical", "--from", "jazz", "--parts", "dynamics,timing", "--rubato", "1.5", "--model", model]
    result = CliRunner().invoke(command_line, ["transfer", str(swung), *words, "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == performing.document.result.to_bytes() != steady
    beats = [side.beats_sec for side in performing.sides]
    assert performing.player.places.time_map.apply(beats[0]) == pytest.approx(beats[1], abs=1e-3)
    assert np.abs(beats[1] - beats[0]).max() > 0.02
    performing.transfers.undo()
    assert (slider.figure.text(), performing.transfers.options.rubato) == ("Auto", None)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert (slider.figure.text(), performing.transfers.options.rubato) == ("0 %", 0.0)


def drag_to_end(qtbot, slider):
    """Take hold of the handle, and let go of it at the far right."""
    end = QPoint(slider.width() - 1, slider.height() // 2)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(8, slider.height() // 2))
    qtbot.mouseMove(slider, end)
    assert slider.figure.text() == "150 %"  # though nothing has run yet
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=end)
