"""A MIDI keyboard made of Python: its keys sound in what the device gets, and are lit; without one nothing happens."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from app.playback.player import Player
from app.practice import key_voice
from app.practice.key_voice import KeyVoice
from app.practice.midi_input import RtMidiInputs
from app.practice.midi_keyboard import MidiKeyboard
from app.system.settings import Settings
from app.views.piano_roll import PianoRoll
from tonenet_core.errors import SynthError
from tonenet_core.sound.schedule import SAMPLE_RATE

DOWN, UP, AGAIN = [0x90, 60, 100], [0x80, 60, 64], [0x95, 61, 80]


class Board:
    """Inputs that are plugged in and played by hand."""

    def __init__(self):
        self.there = {}
        self.open_ports = {}

    def names(self):
        return list(self.there)

    def open(self, name, receive):
        if self.there[name] is None:
            return None
        self.open_ports[name] = receive
        board = self

        class Port:
            def close(self):
                del board.open_ports[name]

        return Port()

    def play(self, *messages):
        for message in messages:
            self.open_ports["Keys"](message)


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def player(qtbot):
    player = Player(audio=False)
    yield player
    player.close()


@pytest.fixture
def keyboard(player, board, tmp_path):
    keyboard = MidiKeyboard(player, Settings(tmp_path / "settings.ini"), inputs=board)
    yield keyboard
    keyboard.close()


def test_keys_that_are_down_are_known_and_let_go_with_the_cable(keyboard, board, qtbot):
    board.there["Keys"] = True
    keyboard.start()
    board.play(DOWN, AGAIN, [0xB0, 64, 127], [0xFE])
    qtbot.waitUntil(lambda: keyboard.pressed == {60, 61})
    board.play(UP)
    qtbot.waitUntil(lambda: keyboard.pressed == {61})
    board.play([0x90, 61, 0])  # a note-off too
    qtbot.waitUntil(lambda: not keyboard.pressed)
    board.play(DOWN)
    qtbot.waitUntil(lambda: keyboard.pressed == {60})
    del board.there["Keys"]
    keyboard.start()
    assert keyboard.pressed == frozenset()
    assert board.open_ports == {}


def test_without_a_keyboard_or_with_one_that_does_not_open_nothing_happens(keyboard, board):
    keyboard.start()
    board.there["Keys"] = None
    keyboard.start()
    assert (board.open_ports, keyboard.pressed) == ({}, frozenset())


def test_switched_off_it_is_let_go_and_stays_so(keyboard, board, player, tmp_path):
    board.there["Keys"] = True
    keyboard.start()
    keyboard.switch()
    assert board.open_ports == {}
    assert not Settings(tmp_path / "settings.ini").midi_keyboard
    keyboard.switch()
    assert list(board.open_ports) == ["Keys"]


def test_a_key_sounds_where_nothing_is_open_and_dies_away(keyboard, board, player, qtbot):
    board.there["Keys"] = True
    keyboard.start()
    board.play(DOWN)
    qtbot.waitUntil(lambda: keyboard.pressed == {60})
    assert not player.playing


def test_the_sound_is_added_to_what_plays():
    voice = KeyVoice(lambda: None)
    out = np.full((SAMPLE_RATE // 4, 2), 0.25, np.float32)
    voice.add_to(out, 1.0)
    assert (voice.sounding, np.unique(out).tolist()) == (False, [0.25])
    voice.play(DOWN)
    assert voice.sounding
    voice.add_to(out, 0.5)
    assert np.abs(out - 0.25).max() > 0.005
    loud = np.zeros_like(out)
    voice.play(UP)
    for _ in range(40):
        voice.add_to(loud := np.zeros_like(out), 1.0)
    assert (np.abs(loud).max(), voice.sounding) == (0, False)
    voice.close()
    voice.close()


def test_without_a_soundfont_keys_are_silent(monkeypatch):
    def missing(*_):
        raise SynthError("There is no sound.")

    monkeypatch.setattr(key_voice, "working_soundfont", missing)
    voice = KeyVoice(lambda: None)
    voice.play(DOWN)
    assert not voice.sounding


def test_inputs_are_all_but_alsas_own_and_give_their_messages(monkeypatch):
    class MidiIn:
        ports = ("Midi Through Port-0 14:0", "ToneNet:ToneNet 129:0", "Keys 20:0")
        opened = None

        def __init__(self, name):
            self.name = name

        def get_ports(self):
            return list(self.ports)

        def open_port(self, index, _name):
            MidiIn.opened = self
            self.index = index

        def set_callback(self, call):
            self.call = call

        def cancel_callback(self):
            self.call = None

        def close_port(self):
            self.index = None

        def delete(self):
            self.deleted = True

    monkeypatch.setitem(sys.modules, "rtmidi", SimpleNamespace(MidiIn=MidiIn))
    inputs, came = RtMidiInputs(), []
    assert inputs.names() == ["Keys 20:0"]
    port = inputs.open("Keys 20:0", came.append)
    assert MidiIn.opened.index == 2
    MidiIn.opened.call((DOWN, 0.01), None)
    assert came == [DOWN]
    port.close()
    assert (MidiIn.opened.call, MidiIn.opened.deleted) == (None, True)
    assert inputs.open("Violin 20:0", came.append) is None


def test_without_rtmidi_there_are_no_inputs(monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    inputs = RtMidiInputs()
    assert inputs.names() == []
    assert inputs.open("Keys", print) is None


def test_the_rolls_light_what_is_pressed(window, session, piece_file, open_piece, qtbot):
    def picture():
        roll = window.findChild(PianoRoll, "originalRoll")
        return roll.keyboard.grab().toImage()

    open_piece(session, piece_file)
    board = session.listening.keyboard.inputs = Board()
    board.there["Keys"] = True
    session.listening.keyboard.start()
    before = picture()
    board.play(DOWN)
    qtbot.waitUntil(lambda: session.listening.keyboard.pressed == {60})
    assert picture() != before
    board.play(UP)
    qtbot.waitUntil(lambda: not session.listening.keyboard.pressed)
    assert picture() == before
