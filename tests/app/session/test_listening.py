"""The choices around the player: tempo, level match, audio device, MIDI port, and what is said when they fail."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from app.background.in_process import InProcess
from app.dialogs.preferences import Preferences
from app.playback.audio_output import NO_DEVICE
from app.playback.midi_output import NO_PORT, NO_SEQUENCER, PortError
from app.playback.player import Player
from app.session import level_match, listening
from app.session.session import Session
from app.system.settings import Settings
from app.window.playback_menu import PlaybackMenu
from tests.app.fake_devices import Devices
from tests.app.fake_port import Instrument
from tests.app.stand_in import no_judge


@pytest.fixture(autouse=True)
def outputs(monkeypatch):
    """Two audio devices and a MIDI port, none of which is real."""
    devices, ports = ["Speakers", "Headphones"], ["Piano 20:0"]
    monkeypatch.setattr(listening, "device_names", lambda: devices)
    monkeypatch.setattr(listening, "port_names", lambda: ports)
    return devices, ports


@pytest.fixture
def levels(monkeypatch):
    monkeypatch.setattr(
        level_match,
        "sound_level_lufs",
        lambda performance, *_rest, **_more: -30.0 + float(performance.velocities.mean()) / 10,
    )


@pytest.fixture
def styled(window, session, open_piece, transfer, piece_file, levels):
    open_piece(session, piece_file)
    transfer(session, "classical")
    return session


def part(window, name, kind=QWidget):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


# --- level -----------------------------------------------------------------------------------------------------------


def test_the_first_comparison_is_at_one_level_and_says_so(window, styled, qtbot, monkeypatch):
    monkeypatch.setattr(listening, "LEAST_DB", 0.0)
    match = styled.listening.level_match
    styled.messages.dismiss()
    styled.player.play()
    assert not match.on
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert match.on
    qtbot.waitUntil(lambda: match.gains_db is not None and not match.measuring, timeout=10_000)
    lowered = min(match.gains_db)
    side = "AB"[match.gains_db.index(lowered)]
    said = f"A and B are heard equally loud: {side} −{-lowered:.1f} dB (M: as they are)"
    assert styled.message.text == said
    QTest.keyClick(window, Qt.Key.Key_M)
    assert (match.on, styled.settings.level_match) == (False, False)
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert not match.on  # the user has chosen
    styled.player.pause()


def test_a_choice_of_levels_is_remembered(window, styled, tiny_model):
    QTest.keyClick(window, Qt.Key.Key_M)
    player = Player(audio=False)
    again = Session(
        runner=InProcess(), settings=styled.settings, models=[tiny_model], player=player, load_judge=no_judge
    )
    assert again.listening.level_match.on
    again.close()


# --- tempo -----------------------------------------------------------------------------------------------------------


def test_the_tempo_is_chosen_in_a_box_or_by_keys(window, styled):
    box = part(window, "tempoCombo", QComboBox)
    texts = [box.itemText(index) for index in range(box.count())]
    assert (texts[0], texts[-1], len(texts)) == ("150 %", "50 %", 21)
    assert box.currentText() == "100 %"
    box.setCurrentText("75 %")
    assert styled.player.tempo == pytest.approx(0.75)
    for key, tempo in ((Qt.Key.Key_Down, 0.7), (Qt.Key.Key_Down, 0.65), (Qt.Key.Key_Up, 0.7), (Qt.Key.Key_0, 1.0)):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert styled.player.tempo == pytest.approx(tempo)
        assert box.currentText() == f"{tempo * 100:.0f} %"
    styled.listening.change_tempo(-100)
    assert styled.player.tempo == 0.5
    styled.listening.change_tempo(100)
    assert styled.player.tempo == 1.5


def test_space_plays_though_the_tempo_has_the_focus(window, styled):
    box = part(window, "tempoCombo", QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert styled.player.playing
    assert not box.view().isVisible()


def test_what_is_exported_keeps_its_own_tempo(qtbot, window, styled, tmp_path):
    paths = [tmp_path / name for name in ("one.mid", "two.mid", "one.wav", "two.wav")]
    styled.exports.midi(paths[0])
    styled.exports.wav(paths[2])
    qtbot.waitUntil(lambda: styled.idle, timeout=30_000)
    styled.player.set_tempo(0.5)
    styled.listening.level_match.switch(True)
    styled.exports.midi(paths[1])
    styled.exports.wav(paths[3])
    qtbot.waitUntil(lambda: styled.idle, timeout=30_000)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[2].read_bytes() == paths[3].read_bytes()


# --- level match -----------------------------------------------------------------------------------------------------


def test_the_level_button_says_what_it_applies(qtbot, window, styled):
    button = part(window, "levelButton", QPushButton)
    assert (button.text(), button.isChecked(), button.isEnabled()) == ("Level", False, True)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    match = styled.listening.level_match
    qtbot.waitUntil(lambda: match.gains_db is not None, timeout=20_000)
    side, gain = ("A", match.gains_db[0]) if match.gains_db[0] < 0 else ("B", match.gains_db[1])
    assert gain < 0
    assert button.text() == f"{side} −{-gain:.1f} dB"
    assert button.text() in button.accessibleName()
    assert part(window, "levelButton", QPushButton).isChecked()
    QTest.keyClick(window, Qt.Key.Key_M)
    assert not match.on
    assert button.text() == "Level"
    assert not window.findChild(PlaybackMenu).match.isChecked()


def test_without_a_result_there_is_nothing_to_match(window, session, open_piece, piece_file):
    button = part(window, "levelButton", QPushButton)
    assert not button.isEnabled()
    open_piece(session, piece_file)
    assert not button.isEnabled()
    assert not window.findChild(PlaybackMenu).match.isEnabled()


# --- outputs ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def preferences(qtbot, session):
    preferences = Preferences(session)
    qtbot.addWidget(preferences)
    return preferences


def offered(dialog, name):
    combo = part(dialog, name, QComboBox)
    return [combo.itemData(index) for index in range(combo.count())]


def test_devices_and_ports_are_offered_and_remembered(qtbot, session, preferences, monkeypatch):
    qtbot.waitUntil(lambda: len(offered(preferences, "audioDeviceCombo")) == 3, timeout=20_000)
    assert offered(preferences, "audioDeviceCombo") == [None, "Speakers", "Headphones"]
    assert offered(preferences, "midiPortCombo") == [None, "Piano 20:0"]
    assert part(preferences, "midiHint", QLabel).isHidden()
    chosen = []
    monkeypatch.setattr(session.player, "set_device", chosen.append)
    preferences.sound.device.setCurrentIndex(2)
    preferences.sound.port.setCurrentIndex(1)
    preferences.accept()
    assert chosen == ["Headphones"]
    assert (session.settings.audio_device, session.settings.midi_port) == ("Headphones", "Piano 20:0")
    assert session.player.midi_port == "Piano 20:0"
    again = Preferences(session)
    qtbot.addWidget(again)
    assert again.sound.device.currentData() == "Headphones"
    assert again.sound.port.currentData() == "Piano 20:0"
    again.sound.port.setCurrentIndex(0)
    again.accept()
    assert session.player.midi_port is None
    assert session.settings.midi_port is None


def test_what_is_chosen_stays_on_offer_though_it_is_not_plugged_in(qtbot, session, outputs):
    session.listening.set_audio_device("Old Headphones")
    dialog = Preferences(session)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: len(offered(dialog, "audioDeviceCombo")) == 4, timeout=20_000)
    assert dialog.sound.device.currentData() == "Old Headphones"


def test_without_midi_the_preferences_say_why(qtbot, session, monkeypatch):
    def none():
        raise PortError(NO_SEQUENCER)

    monkeypatch.setattr(listening, "port_names", none)
    dialog = Preferences(session)
    qtbot.addWidget(dialog)
    hint = part(dialog, "midiHint", QLabel)
    qtbot.waitUntil(lambda: not hint.isHidden(), timeout=20_000)
    assert hint.text() == NO_SEQUENCER
    assert offered(dialog, "midiPortCombo") == [None]


@pytest.fixture
def later(qtbot, tiny_model, tmp_path):
    """Start the program with what was chosen before."""
    sessions = []

    def start(player, **chosen):
        settings = Settings(tmp_path / "chosen.ini")
        for name, value in chosen.items():
            setattr(settings, name, value)
        session = Session(
            runner=InProcess(), settings=settings, models=[tiny_model], player=player, load_judge=no_judge
        )
        sessions.append(session)
        return session

    yield start
    for session in sessions:
        session.close()


def test_a_remembered_port_plays_at_the_next_start(qtbot, later, open_piece, piece_file):
    piano = Instrument()
    session = later(Player(audio=False, open_port=lambda name: piano), midi_port="Piano 20:0")
    open_piece(session, piece_file)
    session.player.play()
    qtbot.waitUntil(lambda: bool(piano.struck()), timeout=20_000)


def test_a_remembered_port_that_is_gone_is_told_in_the_message_bar(qtbot, later, open_piece, piece_file):
    def gone(name):
        raise PortError(NO_PORT.format(name))

    session = later(Player(audio=False, open_port=gone), midi_port="Piano 20:0")
    qtbot.waitUntil(lambda: session.message is not None, timeout=20_000)
    assert session.message.text == NO_PORT.format("Piano 20:0")
    open_piece(session, piece_file)
    session.player.play()
    qtbot.waitUntil(lambda: not session.player.playing, timeout=20_000)
    session.listening.set_midi_port(None)
    session.player.play()
    qtbot.waitUntil(lambda: session.player.position_sec > 0.1, timeout=20_000)


def test_trouble_is_told_once_beside_what_was_told_and_taken_back(qtbot, session, monkeypatch):
    session.messages.say("info", "Also dropped: b.mid.")
    monkeypatch.setattr(Player, "problem", NO_DEVICE)
    session.player.changed.emit()
    assert (session.message.kind, session.message.text) == ("warning", f"Also dropped: b.mid. {NO_DEVICE}")
    session.messages.dismiss()
    session.player.changed.emit()
    assert session.message is None
    monkeypatch.setattr(Player, "problem", "Another.")
    session.player.changed.emit()
    assert session.message.text == "Another."
    monkeypatch.setattr(Player, "problem", None)
    session.player.changed.emit()
    assert session.message is None


def test_without_a_device_everything_else_works_and_it_is_said(
    qtbot, later, open_piece, transfer, piece_file, monkeypatch
):
    Devices(monkeypatch, [])
    session = later(Player())
    open_piece(session, piece_file)
    qtbot.waitUntil(lambda: session.message is not None, timeout=20_000)
    assert session.message.text.endswith(NO_DEVICE)
    transfer(session, "classical")
    session.player.play()
    session.toggle_side()
    qtbot.waitUntil(lambda: session.player.position_sec > 0.1, timeout=20_000)
    session.exports.midi(piece_file.with_name("out.mid"))
    assert piece_file.with_name("out.mid").exists()
