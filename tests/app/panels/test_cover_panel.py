"""The Cover tab in the whole window, with real events."""

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QSlider, QSpinBox, QWidget

from app.background.in_process import InProcess
from app.playback.player import Player
from app.session.session import Session
from app.window.main_window import MainWindow
from tests.app.stand_in import colour_at, no_judge
from tests.core.arranging.test_arranger import song
from tests.pieces import Note, piece
from tonenet_core.arranging.arranger import Arranger
from tonenet_core.checkpoint import load_velocity_model, read_info, save
from tonenet_core.cover import CoverOptions, Performing, stays
from tonenet_core.cover import cover as core_cover
from tonenet_core.judge import shipped_judge
from tonenet_core.models.cycle.config import CycleGanConfig
from tonenet_core.models.cycle.cycle_gan import CycleGan
from tonenet_core.parts.installed import time_models

WAIT_MS = 30_000


@pytest.fixture
def covering(qtbot, tiny_model, tiny_performer):
    """A window whose covers are written by rule and played by a tiny performer."""
    session = Session(
        runner=InProcess(),
        models=[tiny_performer, tiny_model],
        player=Player(audio=False),
        accompanists=[],
        load_judge=no_judge,
    )
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    session.close()


@pytest.fixture
def opened(covering, open_piece, tmp_path, qtbot):
    """The same with a song, and the Cover tab in front."""
    path = tmp_path / "song.mid"
    path.write_bytes(song())
    open_piece(covering.session, path)
    click(qtbot, covering, "coverTab")
    return covering


def part(window, name, kind=QPushButton):
    return window.findChild(kind, name)


def click(qtbot, window, name):
    qtbot.mouseClick(part(window, name), Qt.MouseButton.LeftButton)


def made_by(qtbot, window, press):
    before = window.session.original
    press()
    qtbot.waitUntil(lambda: window.session.original is not before, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.session.jobs.idle, timeout=WAIT_MS)
    return window.session.original


def test_a_click_makes_a_cover_beside_its_piece(opened, qtbot):
    session, source = opened.session, opened.session.original
    assert not part(opened, "coverAgainButton").isEnabled()
    cover = made_by(qtbot, opened, lambda: click(qtbot, opened, "coverToJazzButton"))

    assert session.title == "Jazz cover of song (seed 0)"
    assert session.sides == (source, cover)
    assert session.side == "styled"  # it is heard at once
    own = stays(cover)
    melody = cover.notes[own]
    assert set(melody["pitch"].tolist()) <= set(source.notes["pitch"].tolist())
    assert (~own).sum() > 20
    assert session.document.unsaved
    assert "Green is new" in part(opened, "coverExplanation", QLabel).text()
    headings = [label.text() for label in part(opened, "performancePanel", QWidget).findChildren(QLabel)]
    assert "New" in headings  # its figures are the cover's
    assert "Original" not in headings


def test_another_take_and_the_other_genre_are_of_the_same_piece(opened, qtbot):
    session, source = opened.session, opened.session.original
    first = made_by(qtbot, opened, lambda: click(qtbot, opened, "coverToJazzButton"))
    again = made_by(qtbot, opened, lambda: click(qtbot, opened, "coverAgainButton"))
    assert session.title == "Jazz cover of song (seed 1)"
    assert part(opened, "coverSeedSpin", QSpinBox).value() == 1
    other = made_by(qtbot, opened, lambda: click(qtbot, opened, "coverButton"))

    assert session.title == "Classical cover of song (seed 1)"
    assert session.sides == (source, other)
    assert len({first.to_bytes(), again.to_bytes(), other.to_bytes()}) == 3
    part(opened, "coverSeedSpin", QSpinBox).setValue(0)
    back = made_by(qtbot, opened, lambda: click(qtbot, opened, "coverToJazzButton"))
    assert back.to_bytes() == first.to_bytes()
    titles = [document.title for document in session.document.pieces.documents]
    assert titles.count("Jazz cover of song (seed 0)") == 2  # nothing that was made is lost


def test_what_stays_of_the_original_is_chosen_by_keyboard(opened, qtbot):
    slider = part(opened, "coverKeepSlider", QSlider)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert opened.session.covering.choices.keep == 1.0
    button = part(opened, "coverButton")
    button.setFocus()
    cover = made_by(qtbot, opened, lambda: qtbot.keyClick(button, Qt.Key.Key_Return))
    source = opened.session.document.source
    assert cover.notes["pitch"].tolist() == source.notes["pitch"].tolist()
    assert cover.notes["onset_sec"].tolist() == source.notes["onset_sec"].tolist()


def test_new_notes_are_drawn_in_another_hue_than_the_melody(opened, qtbot):
    cover = made_by(qtbot, opened, lambda: click(qtbot, opened, "coverButton"))
    roll = opened.findChild(object, "styledRoll")
    own = stays(cover)
    seen = {}
    for is_own in (True, False):
        note = cover.notes[own == is_own][0]
        middle = float(note["onset_sec"] + note["duration_sec"] / 2)
        seen[is_own] = colour_at(roll, middle, float(note["pitch"]))
    red, green, blue = seen[False]
    assert green > red
    assert green > blue
    assert seen[True][1] != max(seen[True])


def test_a_piece_without_a_melody_is_refused_in_the_message_bar_and_stays(covering, open_piece, tmp_path, qtbot):
    path = tmp_path / "low.mid"
    path.write_bytes(piece([Note(place * 480, 30 + place % 5) for place in range(40)]))
    source = open_piece(covering.session, path)
    click(qtbot, covering, "coverTab")
    click(qtbot, covering, "coverButton")
    qtbot.waitUntil(lambda: covering.session.message is not None, timeout=WAIT_MS)
    assert covering.session.message.kind == "error"
    assert covering.session.message.text == "low.mid has no melody that an accompaniment could be put under."
    assert covering.session.original is source


def test_without_a_piece_there_is_nothing_to_cover(covering, qtbot):
    click(qtbot, covering, "coverTab")
    assert part(covering, "coverButton").isVisible()
    assert not part(covering, "coverButton").isEnabled()
    assert not part(covering, "coverAgainButton").isEnabled()
    assert part(covering, "coverExplanation", QLabel).text().startswith("Open a piece first")
    model = part(covering, "coverModelCombo", QComboBox)
    assert [model.itemText(place) for place in range(model.count())] == ["Arranger (by rule)"]
    assert not covering.session.covering.run("jazz")
    assert not covering.session.covering.run_again()


def test_a_cover_that_is_cancelled_leaves_the_piece(opened, qtbot, monkeypatch):
    session, source = opened.session, opened.session.original
    started = []

    def held(self, request, progress):
        started.append(request)
        while True:
            progress(0.3)

    monkeypatch.setattr(InProcess, "generate", held)
    click(qtbot, opened, "coverButton")
    qtbot.waitUntil(lambda: bool(started) and part(opened, "cancelButton").isVisible(), timeout=WAIT_MS)
    click(qtbot, opened, "cancelButton")
    qtbot.waitUntil(lambda: session.jobs.idle, timeout=WAIT_MS)
    assert session.original is source
    assert session.message is None
    assert np.array_equal(session.sides[0].notes, source.notes)


def test_it_speaks_german(german, covering, open_piece, tmp_path, qtbot):
    assert part(covering, "coverTab").text() == "Cover"
    assert part(covering, "coverButton").text() == "Klassik-Cover"


def test_the_parts_that_a_transfer_would_change_are_played_and_the_file_is_the_command_lines(opened, qtbot, tmp_path):
    session, source = opened.session, opened.session.original
    for parts in (("dynamics",), ("dynamics", "timing")):  # no note of a cover moves unasked
        session.transfers.set_parts(parts)
    cover = made_by(qtbot, opened, lambda: click(qtbot, opened, "coverToJazzButton"))
    performer = next(info.path for info in session.transfers.options.models if info.performs)
    performing = Performing(load_velocity_model(performer, "cpu"), time_models("cpu"), shipped_judge())
    options = CoverOptions("jazz", parts=("dynamics", "timing", "pedal"))
    assert cover.to_bytes() == core_cover(source, Arranger(), options, performing).performance.to_bytes()
    assert cover.notes["onset_sec"].tolist() != source.notes["onset_sec"].tolist()


def test_the_bass_stays_where_the_box_is_ticked(opened, qtbot):
    session, source = opened.session, opened.session.original
    check = part(opened, "coverBassCheck", QCheckBox)
    qtbot.keyClick(check, Qt.Key.Key_Return)
    cover = made_by(qtbot, opened, lambda: click(qtbot, opened, "coverButton"))
    own = cover.notes[stays(cover)]
    assert set(own["pitch"][own["pitch"] < 60].tolist()) == {48, 41, 43}
    assert len(own) == len(np.unique(source.notes["onset_sec"])) + 16  # the tune, and a bass a bar
    assert check.isChecked()
    assert session.covering.choices.keep_bass


def test_a_model_for_comparison_is_named_an_experiment_and_covers_like_the_others(
    qtbot, tiny_model, tiny_performer, open_piece, tmp_path
):
    torch.manual_seed(0)
    sizes = {"latent": 4, "hidden": 8, "blocks": 1, "inner": 4, "translations": 1, "judges": 4, "pool": 0}
    cycle = CycleGan(CycleGanConfig(("jazz", "classical"), **sizes))
    with torch.no_grad():
        cycle.generator.leave[1].bias.zero_()  # as likely to strike a key as not
    save(tmp_path / "cycle-gan.safetensors", cycle, "CycleGAN", {"comparison": True})
    session = Session(
        runner=InProcess(),
        models=[tiny_performer, tiny_model],
        player=Player(audio=False),
        accompanists=[read_info(tmp_path / "cycle-gan.safetensors")],
        load_judge=no_judge,
    )
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    (tmp_path / "song.mid").write_bytes(song())
    open_piece(session, tmp_path / "song.mid")
    click(qtbot, window, "coverTab")
    combo = part(window, "coverModelCombo", QComboBox)
    assert [combo.itemText(row) for row in range(combo.count())] == [
        "Best for the genre", "CycleGAN (experimental)", "Arranger (by rule)"
    ]  # fmt: skip
    assert session.covering.choices.model("jazz") is None  # the best one is never an experiment
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert session.covering.choices.model_name == "cycle-gan"
    assert "An experiment" in part(window, "coverExplanation", QLabel).text()
    source = session.original
    cover = made_by(qtbot, window, lambda: click(qtbot, window, "coverToJazzButton"))
    own = stays(cover)
    melody, kept = cover.notes[own], source.notes
    assert (~own).sum() > 20
    there = set(zip(kept["onset_sec"].round(4).tolist(), kept["pitch"].tolist(), strict=True))
    assert set(zip(melody["onset_sec"].round(4).tolist(), melody["pitch"].tolist(), strict=True)) < there
    session.close()
