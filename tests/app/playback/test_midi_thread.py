"""What a MIDI port is sent: in time, no note left hanging, controllers as they stand wherever one begins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playback import midi_output
from app.playback.midi_output import NO_PORT, NO_RTMIDI, NO_SEQUENCER, PortError, RtMidiPort, port_names
from app.playback.midi_thread import PORT_LOST
from app.playback.mixer import Mixer
from app.playback.player import Player
from tests.app.fake_port import Instrument, Stage
from tests.pieces import PEDAL_DOWN, TICKS, Note, combo, melody, piece, program, scale
from tonenet_core.midi import parse_midi
from tonenet_core.sound.audible import Audible
from tonenet_core.sound.clicks import Clicks
from tonenet_core.sound.schedule import SAMPLE_RATE

ORIGINAL = parse_midi(melody(60), "test")  # 10 s
STYLED = ORIGINAL.with_velocities(ORIGINAL.velocities // 2 + 1)
SECOND = 2 * TICKS


def performance(notes, *extra):
    return parse_midi(piece(notes, *extra), "test")


@pytest.mark.parametrize("tempo", [1.0, 0.5, 1.5])
def test_notes_are_struck_in_time_at_the_tempo_with_the_velocities(tempo):
    stage = Stage(ORIGINAL, tempo=tempo)
    begun = stage.play_from(0.0, 10.5 / tempo, tempo)
    struck = stage.instrument.struck()
    notes = ORIGINAL.notes
    assert [key for _, key in struck] == list(notes["pitch"])
    late = np.array([time for time, _ in struck]) - begun - notes["onset_sec"] / tempo
    assert np.abs(late).max() <= 0.006  # a step of the test's clock, and what a tick began early
    velocities = [message[3] for message in stage.instrument.messages if message[1] == 0x90]
    assert velocities == list(ORIGINAL.velocities)


def test_a_pause_lets_everything_go_and_play_goes_on():
    held = performance([Note(0, 60, ticks=8 * SECOND), Note(SECOND, 64)], (0, PEDAL_DOWN))
    stage = Stage(held)
    stage.play_from(0.0, 0.5)
    assert stage.instrument.keys == {(0, 60): 64}
    assert stage.instrument.controls[0, 64] == 127
    stage.mixer.pause()
    stage.run(0.02)
    assert stage.instrument.quiet
    assert stage.mixer.silent
    sent = len(stage.instrument.messages)
    stage.run(1.0)
    assert len(stage.instrument.messages) == sent
    stage.mixer.play()
    stage.run(1.0)
    assert stage.instrument.struck()[-1][1] == 64
    assert stage.instrument.controls[0, 64] == 127  # as it stands there


def test_a_seek_chases_programs_controllers_and_pedals():
    controls = [(second * SECOND, bytes([0xB0, 11, 20 * second])) for second in range(5)]
    bends = [(0, bytes([0xE0, 0, 64])), (3 * SECOND, bytes([0xE0, 1, 80]))]
    pedal = (2 * SECOND, PEDAL_DOWN)
    made = performance(
        [Note(second * SECOND, 60 + second) for second in range(6)],
        *[(0, program(4)), *controls, *bends, pedal],
    )
    stage = Stage(made)
    stage.play_from(3.5, 0.2)
    instrument = stage.instrument
    assert instrument.programs == {0: 4}
    assert (instrument.controls[0, 11], instrument.controls[0, 64]) == (60, 127)
    assert (0xE0, 1, 80) in [message[1:] for message in instrument.messages]
    assert not instrument.struck()  # the note that sounds there is not struck again
    stage.mixer.seek(round(0.5 * SAMPLE_RATE))
    stage.run(0.2)
    assert instrument.controls[0, 11] == 0
    assert instrument.controls.get((0, 64), 0) == 0


def test_a_loop_begins_with_nothing_left_of_its_end():
    stage = Stage(performance([Note(0, 60, ticks=SECOND * 9 // 10), Note(SECOND, 62, ticks=4 * SECOND)]))
    stage.mixer.set_loop((0, 2 * SAMPLE_RATE))
    stage.play_from(0.0, 1.95)
    assert stage.instrument.keys == {(0, 62): 64}
    stage.run(0.2)
    assert stage.instrument.keys == {(0, 60): 64}
    assert [key for _, key in stage.instrument.struck()] == [60, 62, 60]


def test_a_switch_of_sides_goes_on_without_a_gap_and_changes_what_is_struck_next():
    loud = performance([Note(0, 60, 100, ticks=3 * SECOND), Note(SECOND, 64, 100), Note(2 * SECOND, 67, 100, SECOND)])
    stage = Stage(loud, loud.with_velocities([30, 30, 30]))
    stage.play_from(0.0, 0.5)
    sent = len(stage.instrument.messages)
    stage.mixer.set_side("styled")
    stage.run(0.1)
    assert len(stage.instrument.messages) == sent
    stage.run(2.0)
    assert stage.instrument.keys[0, 60] == 100  # rings on as it was struck
    assert stage.instrument.keys[0, 67] == 30
    stage.run(1.5)
    assert not stage.instrument.keys


def test_a_switch_to_another_piece_lets_everything_go():
    one, other = performance([Note(0, 60, ticks=4 * SECOND)]), performance([Note(SECOND, 72, ticks=4 * SECOND)])
    stage = Stage(one, other)
    stage.play_from(0.0, 0.5)
    stage.mixer.set_side("styled")
    stage.run(0.01)
    assert stage.instrument.quiet
    stage.run(0.7)
    assert stage.instrument.keys == {(0, 72): 64}


def test_another_tempo_goes_on_at_the_same_place():
    stage = Stage(ORIGINAL)
    stage.play_from(0.0, 4.0)
    stage.set_tracks(ORIGINAL, tempo=0.8)
    sent = len(stage.instrument.messages)
    stage.run(7.5)
    assert [key for _, key in stage.instrument.struck()] == list(ORIGINAL.notes["pitch"])
    assert 121 not in [message[2] for message in stage.instrument.messages[sent:] if message[1] & 0xF0 == 0xB0]


def test_the_volume_is_the_files_scaled_and_follows_at_once():
    stage = Stage(performance([Note(0, 60), Note(SECOND, 60)], (0, bytes([0xB0, 7, 80]))))
    stage.mixer.set_volume(0.25)
    stage.play_from(0.0, 0.1)
    assert stage.instrument.controls[0, 7] == 40  # heard as its square
    stage.mixer.set_volume(1.0)
    stage.run(0.02)
    assert stage.instrument.controls[0, 7] == 80
    stage.mixer.set_volume(0.0)
    stage.run(0.02)
    assert stage.instrument.controls[0, 7] == 0


def test_a_band_is_sent_on_its_channels():
    stage = Stage(parse_midi(combo(), "band"))
    stage.play_from(0.0, 1.0)
    channels = {message[1] & 0x0F for message in stage.instrument.messages if message[1] & 0xF0 == 0x90}
    assert channels == {0, 1, 9}
    assert stage.instrument.programs == {0: 0, 1: 32}


def test_at_the_end_everything_is_let_go():
    stage = Stage(parse_midi(scale(), "scale"))
    stage.mixer.seek(stage.mixer.end_frame - SAMPLE_RATE)
    stage.mixer.play()
    stage.run(1.5)
    assert stage.mixer.silent
    assert stage.instrument.quiet


def test_after_being_held_up_the_music_waits_instead_of_hurrying():
    stage = Stage(ORIGINAL)
    stage.play_from(0.0, 1.0)
    struck = len(stage.instrument.struck())
    before = stage.mixer.position
    stage.now += 5.0
    stage.sender.step()
    assert stage.mixer.position - before < 0.01 * SAMPLE_RATE
    assert len(stage.instrument.struck()) <= struck + 1


def test_a_port_that_is_not_there_pauses_and_says_so_and_is_found_later():
    stage = Stage(ORIGINAL)
    stage.missing = True
    stage.mixer.seek(SAMPLE_RATE)
    stage.mixer.play()
    stage.run(0.1)
    assert stage.sender.problem == NO_PORT.format("piano")
    assert (stage.mixer.playing, stage.mixer.position) == (False, SAMPLE_RATE)
    stage.missing = False
    stage.mixer.play()
    stage.run(0.5)
    assert stage.sender.problem is None
    assert stage.instrument.struck()


def test_a_port_that_is_unplugged_pauses_and_play_tries_again():
    stage = Stage(ORIGINAL)
    stage.play_from(0.0, 1.0)
    stage.instrument.broken = True
    stage.run(1.0)
    assert stage.sender.problem == PORT_LOST
    assert not stage.mixer.playing
    here = stage.mixer.position
    assert SAMPLE_RATE * 0.9 < here < SAMPLE_RATE * 2.1
    stage.mixer.play()
    stage.run(0.5)
    assert len(stage.instruments) == 2
    assert stage.sender.problem is None
    assert stage.mixer.position > here


JUMPS = {
    "play": lambda stage, _sec: stage.mixer.play(),
    "pause": lambda stage, _sec: stage.mixer.pause(),
    "seek": lambda stage, sec: stage.mixer.seek(round(sec * SAMPLE_RATE)),
    "A": lambda stage, _sec: stage.mixer.set_side("original"),
    "B": lambda stage, _sec: stage.mixer.set_side("styled"),
    "X": lambda stage, _sec: stage.mixer.set_side("styled", masked=True),
    "loop": lambda stage, sec: stage.mixer.set_loop((round(sec * SAMPLE_RATE), round((sec + 0.3) * SAMPLE_RATE))),
    "tempo": lambda stage, sec: stage.set_tracks(ORIGINAL, STYLED, 0.5 + sec % 1),
    "volume": lambda stage, sec: stage.mixer.set_volume(sec % 1),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(JUMPS)), st.floats(0, 10), st.floats(0.01, 0.6)), max_size=12))
def test_whatever_is_asked_no_note_and_no_pedal_hangs(jumps):
    stage = Stage(ORIGINAL, STYLED)
    stage.mixer.play()
    for jump, sec, seconds in jumps:
        JUMPS[jump](stage, sec)
        stage.run(seconds, step_sec=0.01)
    stage.mixer.pause()
    stage.run(0.03)
    assert all(instrument.quiet for instrument in stage.instruments)


# --- through the player, on its thread -------------------------------------------------------------------------------


@pytest.fixture
def piano():
    return Instrument()


@pytest.fixture
def mixer():
    return Mixer()


@pytest.fixture
def player(qtbot, piano, mixer):
    player = Player(audio=False, open_port=lambda _name: piano, mixer=mixer)
    yield player
    player.close()


def test_the_player_sends_to_a_port_and_comes_back_to_the_synthesizer(qtbot, player, piano, mixer):
    player.set_performances(ORIGINAL, STYLED)
    player.set_midi_port("piano")
    assert (player.midi_port, player.playing) == ("piano", False)
    player.seek(2.0)
    player.play()
    qtbot.waitUntil(lambda: len(piano.struck()) > 2, timeout=20_000)
    assert player.position_sec > 2.0
    assert mixer.waits == 0
    player.set_midi_port(None)
    qtbot.waitUntil(lambda: piano.closed, timeout=20_000)
    assert piano.quiet
    here = player.position_sec
    player.play()
    qtbot.waitUntil(lambda: player.position_sec > here + 0.1, timeout=20_000)


def test_a_port_plays_without_a_synthesizer(qtbot, player, piano, monkeypatch):
    from app.playback import render_thread
    from tonenet_core.errors import SynthError

    def missing(*_arguments):
        raise SynthError("Install FluidSynth.")

    monkeypatch.setattr(render_thread, "Renderer", missing)
    player.set_performances(ORIGINAL, None)
    qtbot.waitUntil(lambda: player.problem is not None, timeout=20_000)
    player.set_midi_port("piano")
    assert player.problem is None
    player.play()
    qtbot.waitUntil(lambda: bool(piano.struck()), timeout=20_000)


def test_closing_while_it_plays_leaves_no_note_hanging(qtbot, player, piano):
    player.set_performances(performance([Note(0, 60, ticks=100 * SECOND)]), None)
    player.set_midi_port("piano")
    player.play()
    qtbot.waitUntil(lambda: bool(piano.keys), timeout=20_000)
    player.close()
    assert piano.quiet
    assert piano.closed


# --- the system's ports ----------------------------------------------------------------------------------------------


class RtMidi:
    """RtMidi with two ports, whose clients have other numbers than at the last start."""

    def __init__(self, names=("Midi Through:Midi Through Port-0 14:0", "Piano:Piano MIDI 1 20:0")):
        self.names = list(names)
        self.opened = None
        self.sent = []
        self.deleted = 0

    def MidiOut(self, name):
        assert name == "ToneNet"
        return self

    def get_ports(self):
        return self.names

    def open_port(self, index, name):
        self.opened = index

    def send_message(self, message):
        self.sent.append(list(message))

    def close_port(self):
        self.opened = None

    def delete(self):
        self.deleted += 1


@pytest.fixture
def rtmidi(monkeypatch):
    import sys

    rtmidi = RtMidi()
    monkeypatch.setitem(sys.modules, "rtmidi", rtmidi)
    return rtmidi


def test_a_port_is_found_though_its_number_is_another(rtmidi):
    assert port_names() == rtmidi.names
    port = RtMidiPort("Piano:Piano MIDI 1 28:0")
    assert rtmidi.opened == 1
    port.send([0x90, 60, 64])
    assert rtmidi.sent == [[0x90, 60, 64]]
    port.close()
    assert rtmidi.deleted == 2
    with pytest.raises(PortError, match="Violin"):
        midi_output.open_port("Violin 20:0")


def test_without_rtmidi_or_the_systems_midi_a_sentence_says_so(monkeypatch, rtmidi):
    import sys

    def refuse(name):
        raise OSError("error creating ALSA sequencer client object.")

    monkeypatch.setattr(rtmidi, "MidiOut", refuse)
    with pytest.raises(PortError, match=NO_SEQUENCER[:30]):
        port_names()
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(PortError, match=NO_RTMIDI[:30]):
        port_names()


def test_a_port_is_sent_no_muted_track_from_the_moment_on():
    stage = Stage(parse_midi(combo(), "band"))
    stage.play_from(0.0, 0.7)
    assert {channel for channel, _ in stage.instrument.keys} >= {1}
    stage.set_tracks(parse_midi(combo(), "band"), audible=Audible(muted=frozenset({3})))
    stage.run(0.01)
    assert {channel for channel, _ in stage.instrument.keys} == set()
    begun = len(stage.instrument.messages)
    stage.run(3.0)
    struck = [message for message in stage.instrument.messages[begun:] if message[1] & 0xF0 == 0x90]
    assert {message[1] & 0x0F for message in struck} == {0, 9}


@pytest.mark.parametrize("tempo", [1.0, 0.5])
def test_the_metronome_clicks_on_the_drums_channel_with_the_beats(tempo):
    stage = Stage(ORIGINAL, tempo=tempo)
    stage.mixer.metronome.on = True
    begun = stage.play_from(0.0, 4.9 / tempo, tempo)
    struck = [message for message in stage.instrument.messages if message[1] == 0x99]
    beats = ORIGINAL.beats_sec[ORIGINAL.beats_sec < 4.89]
    late = np.array([message[0] for message in struck]) - begun - beats / tempo
    assert np.abs(late).max() <= 0.006
    assert [message[2] == 76 for message in struck] == np.isin(beats, ORIGINAL.downbeats_sec).tolist()
    assert struck[0][3] > struck[1][3]
    stage.mixer.metronome.volume = 0.1
    stage.run(1.5 / tempo)
    softer = [message for message in stage.instrument.messages if message[1] == 0x99][len(struck) :]
    assert softer
    assert max(message[3] for message in softer) < struck[1][3]
    stage.mixer.metronome.on = False
    stage.run(1.0 / tempo)
    assert not [key for channel, key in stage.instrument.keys if channel == 9]


def test_a_bar_is_counted_in_on_the_port_and_the_music_follows():
    stage = Stage(ORIGINAL)
    stage.play_from(0.0, 1.03)
    assert stage.instrument.keys
    stage.mixer.pause()
    second = float(ORIGINAL.downbeats_sec[1])
    stage.mixer.seek(round(second * SAMPLE_RATE))
    count = Clicks.before(ORIGINAL, second)
    stage.mixer.play(count)
    sent, begun = len(stage.instrument.messages), stage.now
    stage.run(0.3)
    assert not [key for channel, key in stage.instrument.keys if channel == 0]  # what sounded is let go
    stage.run(2.2)
    struck = [message for message in stage.instrument.messages[sent:] if message[1] & 0xF0 == 0x90]
    counted = [message for message in struck if message[1] == 0x99]
    assert np.abs(np.array([message[0] for message in counted]) - begun - count.frames / SAMPLE_RATE).max() <= 0.006
    assert [message[2] == 76 for message in counted] == [True, False, False, False]
    first = next(message for message in struck if message[1] == 0x90)
    assert first[0] - begun == pytest.approx(count.end_frame / SAMPLE_RATE, abs=0.008)
    stage.mixer.play(count)
    stage.mixer.pause()
    stage.run(0.5)
    assert stage.instrument.quiet
