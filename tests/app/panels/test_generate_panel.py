from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QPushButton, QSlider, QSpinBox

from app.panels.tool_panel import ToolPanel
from app.session.generation_options import STEPS

PARTS = {
    "generateButton": QPushButton,
    "generatorCombo": QComboBox,
    "originCombo": QComboBox,
    "lengthSpin": QSpinBox,
    "temperatureSpin": QDoubleSpinBox,
    "generateSeedSpin": QSpinBox,
    "otherPieceButton": QPushButton,
    "waySlider": QSlider,
    "keyCombo": QComboBox,
    "metreCombo": QComboBox,
    "topPSpin": QDoubleSpinBox,
    "primerBarsSpin": QSpinBox,
    "repeatsCheck": QCheckBox,
    "dynamicsCombo": QComboBox,
}


@pytest.fixture
def asked():
    return []


COMPOSING = ("keyCombo", "metreCombo", "topPSpin", "repeatsCheck", "primerBarsSpin")


@pytest.fixture
def panel(qtbot, inventing, asked):
    panel = ToolPanel(inventing, lambda: asked.append(1))
    qtbot.addWidget(panel)
    panel.resize(296, 700)
    panel.show()
    qtbot.waitExposed(panel)
    qtbot.mouseClick(panel.findChild(QPushButton, "generateToolButton"), Qt.MouseButton.LeftButton)
    return panel


def part(panel, name):
    return panel.findChild(PARTS[name], name)


def pick(combo, text):
    """Choose an entry as a user does."""
    index = combo.findText(text)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def texts(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def test_the_switch_shows_one_tool_at_a_time(panel, qtbot):
    transfer = panel.findChild(QPushButton, "transferToJazzButton")
    assert part(panel, "generateButton").isVisible()
    assert not transfer.isVisible()
    qtbot.mouseClick(panel.findChild(QPushButton, "transferToolButton"), Qt.MouseButton.LeftButton)
    assert transfer.isVisible()
    assert not part(panel, "generateButton").isVisible()


def test_a_click_makes_a_piece_as_chosen(panel, inventing, qtbot):
    part(panel, "lengthSpin").setValue(6)
    part(panel, "temperatureSpin").setValue(0.8)
    part(panel, "generateSeedSpin").setValue(4)
    qtbot.mouseClick(part(panel, "generateButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: inventing.original is not None, timeout=30_000)

    assert inventing.title == "New jazz piece (seed 4)"
    assert inventing.original.duration_sec < 10
    assert (inventing.generation.options.length_sec, inventing.generation.options.temperature) == (6.0, 0.8)


def test_another_click_draws_the_next_seed_and_a_typed_one_counts(panel, inventing, qtbot):
    button, seed, made = part(panel, "generateButton"), part(panel, "generateSeedSpin"), []
    part(panel, "lengthSpin").setValue(6)
    texts_seen = [button.text()]
    for _ in range(3):
        before = inventing.original
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda before=before: inventing.original is not before, timeout=30_000)
        qtbot.waitUntil(lambda: inventing.jobs.idle, timeout=30_000)
        made.append(inventing.original.to_bytes())
        texts_seen.append((button.text(), seed.value(), inventing.title))
        if len(made) == 2:
            seed.setValue(0)
            texts_seen.append(button.text())

    assert texts_seen == [
        "Generate",
        ("Another (seed 1)", 0, "New jazz piece (seed 0)"),
        ("Another (seed 2)", 1, "New jazz piece (seed 1)"),
        "Generate",
        ("Another (seed 1)", 0, "New jazz piece (seed 0)"),
    ]
    assert made[1] != made[0] == made[2]


def test_only_what_counts_is_offered(panel, inventing, piece_file, open_piece):
    noise = ("lengthSpin", "temperatureSpin", "generateSeedSpin")
    assert all(part(panel, name).isVisible() for name in noise)
    assert not part(panel, "otherPieceButton").isVisible()
    pick(part(panel, "originCombo"), "The open piece")
    assert not any(part(panel, name).isVisible() for name in noise)
    assert not part(panel, "generateButton").isEnabled()
    assert any("Open a piece first" in text for text in texts(panel))
    open_piece(inventing, piece_file)
    assert part(panel, "generateButton").isEnabled()


def test_the_way_between_two_pieces(panel, inventing, asked, piece_file, flat_file, open_piece, qtbot):
    open_piece(inventing, piece_file)
    pick(part(panel, "originCombo"), "Two pieces")
    button, way = part(panel, "otherPieceButton"), part(panel, "waySlider")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked
    inventing.generation.set(other=flat_file)
    assert button.text() == "flat.mid"
    assert not way.isVisible()
    qtbot.mouseClick(part(panel, "generateButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(way.isVisible, timeout=30_000)
    assert (way.minimum(), way.value(), way.maximum()) == (0, STEPS // 2, STEPS - 1)
    way.setValue(STEPS - 1)
    assert inventing.original is inventing.document.between[-1]


def test_a_composer_is_asked_for_key_and_metre(panel, composing, qtbot):
    assert [part(panel, name).isVisible() for name in COMPOSING] == [True, True, True, True, False]
    assert all(part(panel, name).accessibleName() for name in COMPOSING)
    assert part(panel, "dynamicsCombo").itemText(part(panel, "dynamicsCombo").count() - 1) == "Constant"
    pick(part(panel, "keyCombo"), "F♯ minor")
    pick(part(panel, "metreCombo"), "4/4")
    part(panel, "topPSpin").setValue(0.9)
    assert part(panel, "repeatsCheck").isChecked()
    part(panel, "repeatsCheck").click()
    qtbot.mouseClick(part(panel, "generateButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: composing.original is not None, timeout=30_000)

    options = composing.generation.options
    assert (options.key, options.metre, options.top_p, options.repeats) == ("F#m", "4/4", 0.9, False)
    classes = {int(pitch) % 12 for pitch in composing.original.notes["pitch"]}
    assert classes == {(pitch - 3) % 12 for pitch in (0, 2, 4, 5, 7, 9, 11)}  # the tunes it knows have white keys only


def test_a_composer_goes_on_with_the_open_piece(panel, composing, flat_file, open_piece):
    pick(part(panel, "originCombo"), "The first bars")
    assert [part(panel, name).isVisible() for name in COMPOSING] == [False, False, True, True, True]
    assert all(part(panel, name).isVisible() for name in ("lengthSpin", "temperatureSpin", "generateSeedSpin"))
    assert any("Open a piece first" in text for text in texts(panel))
    open_piece(composing, flat_file)
    assert part(panel, "generateButton").isEnabled()
    part(panel, "primerBarsSpin").setValue(6)
    assert composing.generation.options.primer_bars == 6


def test_a_model_that_draws_images_has_none_of_this(panel, composing, tiny_generator):
    pick(part(panel, "generatorCombo"), tiny_generator.title)

    assert not any(part(panel, name).isVisible() for name in COMPOSING)
    assert part(panel, "dynamicsCombo").itemText(part(panel, "dynamicsCombo").count() - 1) == "As generated"


def test_the_open_piece_can_be_started_from_whichever_model_is_chosen(panel, composing, flat_file, open_piece, qtbot):
    source, model = open_piece(composing, flat_file), part(panel, "generatorCombo")
    assert model.currentText() == "Tiny SeqGAN"
    pick(part(panel, "originCombo"), "The open piece")
    assert model.currentText() == "Tiny VAE-GAN"
    qtbot.mouseClick(part(panel, "generateButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: composing.original is not source, timeout=30_000)

    assert composing.document.source is source
    pick(part(panel, "originCombo"), "The first bars")
    assert model.currentText() == "Tiny SeqGAN"


def test_what_is_there_to_be_compared_with_says_so(panel, inventing, tiny_generator):
    compared = replace(tiny_generator, name="old", title="Old", training={"comparison": True})
    inventing.generation.set(models=(*inventing.generation.options.models, compared))
    inventing.changed.emit()

    assert part(panel, "generatorCombo").itemText(1) == "Old (for comparison)"


def test_without_a_generator_the_panel_says_what_to_do(panel, inventing):
    inventing.generation.set(models=())
    inventing.changed.emit()

    assert not part(panel, "generateButton").isEnabled()
    assert any("No generator" in text for text in texts(panel))


def test_nothing_is_cut_off_at_the_columns_width(panel):
    assert panel.minimumSizeHint().width() <= 296
