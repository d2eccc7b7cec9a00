"""Rendering of Performances through FluidSynth, block by block.

FluidSynth is asked for samples directly; its own player and sequencer are not used, because their seeking is
asynchronous. Every run starts on a fresh synthesizer (10 ms), so that the same piece gives the same samples, bit for
bit: a synthesizer that was reset still rings and keeps the phases of its chorus and reverb.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import Sentence, SynthError
from tonenet_core.files.atomic import replacing
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress, no_progress
from tonenet_core.sound import schedule
from tonenet_core.sound.audio_file import OTHER_KINDS, audio_file
from tonenet_core.sound.schedule import BLOCK, SAMPLE_RATE, Schedule
from tonenet_core.sound.soundfont import find_soundfont, usable_soundfonts

GAIN = 1.0  # loud solo piano stays below full scale
_WAV_CHUNK = SAMPLE_RATE // BLOCK * BLOCK  # about a second
_LONGEST_TAIL_SEC = 12.0
_SILENCE = 10 ** (-80 / 20)

_MISSING = Sentence(
    "There is no sound because FluidSynth is not installed. Install it (Debian and Ubuntu: apt install libfluidsynth3; "
    "macOS: brew install fluid-synth) and try again."
)
_OLD = Sentence(
    "There is no sound because FluidSynth is older than version 2. Install a newer one (Debian and Ubuntu: apt install "
    "libfluidsynth3; macOS: brew install fluid-synth) and try again."
)


@functools.cache
def load_library() -> Any:
    """Return pyfluidsynth's functions, and those that it does not bind.

    Raises:
        SynthError: if it or the library it binds is missing.
    """
    try:
        # In continuous integration pyfluidsynth prints where it found the library; standard output is not its place.
        with contextlib.redirect_stdout(sys.stderr):
            import fluidsynth
    except (ImportError, OSError) as error:
        raise SynthError(_MISSING) from error
    from ctypes import c_char_p, c_int, c_void_p

    synth = ("synth", c_void_p, 1)
    cfunc = fluidsynth.cfunc
    channel, value = ("channel", c_int, 1), ("value", c_int, 1)
    left = (("left", c_void_p, 1), ("left_offset", c_int, 1), ("left_step", c_int, 1))
    right = (("right", c_void_p, 1), ("right_offset", c_int, 1), ("right_step", c_int, 1))
    write_float = cfunc("fluid_synth_write_float", c_int, synth, ("frames", c_int, 1), *left, *right)
    if write_float is None:
        raise SynthError(_OLD)
    set_log = cfunc(
        "fluid_set_log_function", c_void_p, ("level", c_int, 1), ("function", c_void_p, 1), ("data", c_void_p, 1)
    )
    for level in range(5):  # what matters is raised; FluidSynth's own lines on the terminal would confuse
        set_log(level, None, None)
    version = cfunc("fluid_version_str", c_char_p)
    return SimpleNamespace(
        version=lambda: version().decode(),
        Synth=fluidsynth.Synth,
        load_soundfont=fluidsynth.fluid_synth_sfload,  # takes any bytes as a name; `Synth.sfload` takes text
        write_float=write_float,
        note_on=fluidsynth.fluid_synth_noteon,
        note_off=fluidsynth.fluid_synth_noteoff,
        control=fluidsynth.fluid_synth_cc,
        program=fluidsynth.fluid_synth_program_change,
        bend=fluidsynth.fluid_synth_pitch_bend,
        pressure=cfunc("fluid_synth_channel_pressure", c_int, synth, channel, value),
        key_pressure=cfunc("fluid_synth_key_pressure", c_int, synth, channel, ("key", c_int, 1), value),
        channel_type=cfunc("fluid_synth_set_channel_type", c_int, synth, channel, ("kind", c_int, 1)),
    )


def fluidsynth_version() -> str | None:
    """Return the version of the installed FluidSynth library; None without one."""
    try:
        version: str = load_library().version()
    except SynthError:
        return None
    return version


class Renderer:
    """Renders pieces to samples, one after the other; used by one thread at a time.

    Attributes:
        soundfont: the SoundFont it plays with.
        sample_rate: frames a second.
        position: the frame that `read` returns next.
    """

    def __init__(self, soundfont: Path, sample_rate: int = SAMPLE_RATE) -> None:
        """Load FluidSynth and the SoundFont (0.1 s at first).

        Raises:
            SynthError: if FluidSynth is missing or the SoundFont cannot be used.
        """
        self.soundfont = soundfont
        self.sample_rate = sample_rate
        self.position = 0
        self._library = load_library()
        self._schedule: Schedule | None = None
        self._place = 0
        self._synth: Any = self._fresh_synth(16)

    def open(self, piece: Schedule, frame: int = 0) -> None:
        """Open another piece and go to `frame`, as `seek` does.

        Raises:
            ValueError: if the piece was made for another sample rate.
        """
        if piece.sample_rate != self.sample_rate:
            raise ValueError(f"a schedule for {piece.sample_rate} Hz does not fit {self.sample_rate} Hz")
        self._schedule = piece
        self.seek(frame)

    def seek(self, frame: int) -> None:
        """Go to `frame` (0 or later), where all notes that sound there sound already.

        Renders and discards up to 6 seconds before it.
        """
        piece = self._piece()
        start = piece.start_for(frame // BLOCK)
        channels = piece.sounding_channels
        former = self._synth
        self._synth = self._fresh_synth(max(channels, default=0) // 16 * 16 + 16)
        handle = self._synth.synth
        for channel in channels:
            self._library.channel_type(handle, channel, int(channel % 16 == schedule.DRUM_CHANNEL))
            self._library.program(handle, channel, 0)
        for place in piece.chased(start, frame // BLOCK):
            self._send(int(place))
        former.delete()  # only now: samples that another synthesizer uses are not loaded again
        self._place = piece.first_at(start)
        self.position = start * BLOCK
        while self.position < frame:
            self.read(min(frame - self.position, _WAV_CHUNK))

    def read(self, frames: int) -> NDArray[np.float32]:
        """Render the next frames.

        Args:
            frames: how many, 0 or more.

        Returns:
            `(frames, 2)` float32, left and right, full scale +-1 (loud music may exceed it).
        """
        piece = self._piece()
        samples = np.zeros((frames, 2), np.float32)
        done = 0
        while done < frames:
            due = frames
            if self._place < len(piece.blocks):
                due = int(piece.blocks[self._place]) * BLOCK - self.position
                if due <= 0:
                    self._send(self._place)
                    self._place += 1
                    continue
            done += self._write(samples[done : min(frames, done + due)])
        return samples

    def release(self) -> None:
        """Release all keys, as at the end of the piece; pedals stay down, and ringing notes fade."""
        for channel in self._piece().sounding_channels:
            self._synth.all_notes_off(channel)

    def close(self) -> None:
        """Free the synthesizer; safe to call twice."""
        if self._synth is not None:
            self._synth.delete()
            self._synth = None

    def _piece(self) -> Schedule:
        if self._schedule is None:
            raise ValueError("no piece was opened")
        return self._schedule

    def _write(self, into: NDArray[np.float32]) -> int:
        address = into.ctypes.data
        self._library.write_float(self._synth.synth, len(into), address, 0, 2, address, 1, 2)
        self.position += len(into)
        return len(into)

    def _send(self, place: int) -> None:
        piece, library, handle = self._piece(), self._library, self._synth.synth
        kind, channel = int(piece.kinds[place]), int(piece.channels[place])
        data1, data2 = int(piece.data1[place]), int(piece.data2[place])
        if kind == schedule.NOTE_ON:
            library.note_on(handle, channel, data1, data2)
        elif kind == schedule.NOTE_OFF:
            library.note_off(handle, channel, data1)
        elif kind == schedule.CONTROL:
            library.control(handle, channel, data1, data2)
        elif kind == schedule.PROGRAM:
            library.program(handle, channel, data1)
        elif kind == schedule.BEND:
            library.bend(handle, channel, data1 | data2 << 7)
        elif kind == schedule.PRESSURE:
            library.pressure(handle, channel, data1)
        else:
            library.key_pressure(handle, channel, data1, data2)

    def _fresh_synth(self, channels: int) -> Any:
        return new_synth(self.soundfont, self.sample_rate, channels)


def new_synth(soundfont: Path, sample_rate: int, channels: int) -> Any:
    """Return a synthesizer of pyfluidsynth's with a SoundFont.

    Raises:
        SynthError: if FluidSynth is missing or the SoundFont cannot be used.
    """
    library, options = load_library(), {"synth.dynamic-sample-loading": 1, "synth.lock-memory": 0}
    synth = library.Synth(gain=GAIN, samplerate=float(sample_rate), channels=channels, **options)
    if library.load_soundfont(synth.synth, os.fsencode(soundfont), 0) < 0:
        synth.delete()
        raise SynthError("The SoundFont {name} is damaged or cannot be read; choose another one.", name=soundfont)
    return synth


def working_soundfont(user: Path | None = None) -> tuple[Path, Sentence | None]:
    """Return a SoundFont that FluidSynth can load, and a sentence where it is not the user's.

    Args:
        user: the file that the user chose, or None.

    Raises:
        SynthError: if FluidSynth is missing, or no SoundFont works.
    """
    load_library()
    refused = None
    for candidate in itertools.chain([] if user is None else [user], usable_soundfonts()):
        try:
            Renderer(find_soundfont(candidate)).close()
        except SynthError as error:
            refused = refused or error.sentence
            continue
        if refused is None:
            return candidate, None
        return candidate, Sentence("{refused} Until then {name} plays.", refused=refused, name=candidate.name)
    raise AssertionError("usable_soundfonts ends with an error")


def render_audio(
    performance: Performance, path: Path | str, soundfont: Path | None = None, progress: Progress = no_progress
) -> None:
    """Render the whole file of a Performance to a 16-bit stereo WAV or FLAC file, until the last note has faded.

    The file appears whole or not at all. Memory does not grow with the piece's length.

    Args:
        performance: any Performance; its other tracks and instruments are rendered too.
        path: the file to write, replaced if it exists; its folder must exist. FLAC if it ends in .flac, else WAV.
        soundfont: the SoundFont, or None for the best that works.
        progress: see `Progress`.

    Raises:
        SynthError: if FluidSynth or the SoundFont is missing, or the file cannot be written or has the name of a
            sound file of another kind.
    """
    path = Path(path)
    if path.suffix.lower() in OTHER_KINDS:
        raise SynthError("{name}: sound is written as .wav or .flac; please choose such a name.", name=path)
    renderer = Renderer(working_soundfont()[0] if soundfont is None else find_soundfont(soundfont))
    try:
        with replacing(path) as unfinished, audio_file(unfinished, renderer.sample_rate) as write:
            for chunk in _chunks(renderer, Schedule.of(performance, renderer.sample_rate), progress):
                write(chunk)
    except OSError as error:
        raise SynthError("{name} could not be written: {why}.", name=path, why=error.strerror or error) from error
    finally:
        renderer.close()


def _chunks(renderer: Renderer, piece: Schedule, progress: Progress) -> Iterator[NDArray[np.float32]]:
    """Yield the piece's samples about a second at a time, then its tail until it is silent."""
    renderer.open(piece)
    while renderer.position < piece.end_frame:
        progress(renderer.position / piece.end_frame)
        yield renderer.read(min(_WAV_CHUNK, piece.end_frame - renderer.position))
    renderer.release()
    longest = piece.end_frame + round(_LONGEST_TAIL_SEC * piece.sample_rate)
    while renderer.position < longest:
        progress(1.0)
        chunk = renderer.read(_WAV_CHUNK)
        if renderer.position >= longest:
            chunk *= np.linspace(1, 0, len(chunk), dtype=np.float32)[:, None]
        yield chunk
        if np.abs(chunk[-_WAV_CHUNK // 4 :]).max() < _SILENCE:
            break
