"""A MIDI instrument made of Python: what it was sent, what it would sound like, and a clock that is moved by hand."""

from app.playback.midi_output import NO_PORT, PortError
from app.playback.midi_thread import MidiSender
from app.playback.mixer import Mixer
from app.playback.track import Track
from tonenet_core.sound.audible import EVERYTHING
from tonenet_core.sound.schedule import SAMPLE_RATE


class Instrument:
    """Takes messages as a piano does: keys that sound, pedals, volumes."""

    def __init__(self, clock=lambda: 0.0):
        self.messages = []  # (time, status, data...)
        self.keys = {}  # (channel, key): velocity
        self.controls = {}  # (channel, number): value
        self.programs = {}
        self.closed = False
        self.broken = False
        self._clock = clock

    def send(self, message):
        if self.broken:
            raise OSError("unplugged")
        assert not self.closed
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        assert all(0 <= byte < 128 for byte in message[1:])
        assert len(message) == (2 if kind in (0xC0, 0xD0) else 3)
        self.messages.append((self._clock(), *message))
        if kind == 0x90:
            self.keys[channel, message[1]] = message[2]
        elif kind == 0x80:
            self.keys.pop((channel, message[1]), None)
        elif kind == 0xC0:
            self.programs[channel] = message[1]
        elif kind == 0xB0 and message[1] == 121:
            self.controls = {key: value for key, value in self.controls.items() if key[0] != channel or key[1] == 7}
        elif kind == 0xB0:
            self.controls[channel, message[1]] = message[2]

    def close(self):
        self.closed = True

    def struck(self):
        """Return times and keys of the notes that were struck."""
        return [(message[0], message[2]) for message in self.messages if message[1] & 0xF0 == 0x90]

    @property
    def quiet(self):
        """Whether no key sounds and no pedal is down."""
        return not self.keys and not any(self.controls.get((0, pedal)) for pedal in (64, 66, 67))


class Stage:
    """A mixer, a sender that is not a running thread, an instrument, and their time."""

    def __init__(self, original, styled=None, tempo=1.0, time_map=None):
        self.now = 100.0
        self.told = 0
        self.missing = False
        self.instruments = []
        self.mixer = Mixer()
        self.mixer.unrendered = True
        self.set_tracks(original, styled, tempo, time_map)
        self.sender = MidiSender(self.mixer, self._tell, self._open, lambda: self.now)
        self.sender.port_name = "piano"

    def set_tracks(self, original, styled=None, tempo=1.0, time_map=None, audible=EVERYTHING):
        sides = (original, None), (styled, time_map)
        self.mixer.set_tracks(
            *(piece and Track(piece, tempo, audible=audible, time_map=times) for piece, times in sides)
        )

    def _tell(self):
        self.told += 1

    def _open(self, name):
        if self.missing:
            raise PortError(NO_PORT.format(name))
        self.instruments.append(Instrument(lambda: self.now))
        return self.instruments[-1]

    @property
    def instrument(self):
        return self.instruments[-1]

    def run(self, seconds, step_sec=0.004):
        """Let time go by."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            self.now = min(self.now + step_sec, end)
            self.sender.step()

    def play_from(self, sec, seconds, tempo=1.0):
        self.mixer.seek(round(sec / tempo * SAMPLE_RATE))
        self.mixer.play()
        self.sender.step()
        begun = self.now
        self.run(seconds)
        return begun
