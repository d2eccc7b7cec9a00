"""Real samples from the real FluidSynth."""

import os
import sys
import tracemalloc
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests import pieces
from tests.pieces import PEDAL_DOWN, PEDAL_UP, TICKS, Note
from tonenet_core.errors import Cancelled, SynthError
from tonenet_core.midi import parse_midi
from tonenet_core.sound import soundfont as soundfonts
from tonenet_core.sound import synth
from tonenet_core.sound.audio_file import audio_file
from tonenet_core.sound.schedule import SAMPLE_RATE, Schedule
from tonenet_core.sound.soundfont import find_soundfont
from tonenet_core.sound.synth import Renderer, render_audio

SECOND = 2 * TICKS


@pytest.fixture(scope="module")
def soundfont() -> Path:
    """The one that is always there, so that every machine hears the same."""
    import pretty_midi

    return Path(pretty_midi.__file__).parent / "TimGM6mb.sf2"


@pytest.fixture
def renderer(soundfont):
    renderer = Renderer(soundfont)
    yield renderer
    renderer.close()


def schedule_of(data: bytes) -> Schedule:
    return Schedule.of(parse_midi(data, "test"))


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def test_louder_velocities_sound_louder(renderer):
    heard = []
    for velocity in (10, 40, 70, 100, 127):
        renderer.open(schedule_of(pieces.piece([Note(0, 60, velocity, SECOND)])))
        heard.append(rms(renderer.read(SAMPLE_RATE)))
    assert heard[0] > 0
    assert all(louder > 1.2 * softer for softer, louder in pairwise(heard))


def test_two_renders_are_bit_identical_whatever_the_blocks(renderer, soundfont):
    piece = schedule_of(pieces.melody(30))
    renderer.open(piece)
    whole = renderer.read(100_000)
    other = Renderer(soundfont)
    other.open(piece)
    parts = np.concatenate([other.read(count) for count in (1, 63, 64, 1000, 33_333, 65_539)])
    other.close()
    renderer.open(piece)
    assert np.array_equal(whole, parts)
    assert np.array_equal(whole, renderer.read(100_000))


@pytest.mark.parametrize("sec", [0.5, 3.37, 7.9, 14.2])
def test_a_seek_sounds_as_the_piece_does_there(renderer, sec):
    piece = schedule_of(pieces.melody(120))
    renderer.open(piece)
    straight = renderer.read(16 * SAMPLE_RATE)
    frame = round(sec * SAMPLE_RATE)
    renderer.seek(frame)
    assert renderer.position == frame
    expected = straight[frame : frame + SAMPLE_RATE]
    difference = renderer.read(SAMPLE_RATE) - expected
    assert rms(difference) < 0.1 * rms(expected)  # the reverb is in another phase


def test_the_pedal_is_chased(renderer):
    note = Note(0, 48, 100, TICKS // 2)
    heard = {}
    for name, pedal in (("dry", []), ("held", [(0, PEDAL_DOWN), (8 * SECOND, PEDAL_UP)])):
        renderer.open(schedule_of(pieces.piece([note], *pedal)), 3 * SAMPLE_RATE)
        heard[name] = rms(renderer.read(SAMPLE_RATE // 2))
    assert heard["held"] > 50 * heard["dry"]


def test_programs_are_chased(renderer):
    notes = [Note(4 * SECOND, 60, 100, SECOND)]
    organ = schedule_of(pieces.piece(notes, (0, pieces.program(19))))
    renderer.open(organ)
    renderer.read(4 * SAMPLE_RATE)
    straight = renderer.read(SAMPLE_RATE)
    renderer.seek(4 * SAMPLE_RATE)
    sought = renderer.read(SAMPLE_RATE)
    renderer.open(schedule_of(pieces.piece(notes)), 4 * SAMPLE_RATE)
    piano = renderer.read(SAMPLE_RATE)
    assert rms(sought - straight) < 0.1 * rms(straight)
    assert rms(piano - straight) > 0.5 * rms(straight)


def test_controllers_and_bends_are_chased(renderer):
    notes = [Note(4 * SECOND, 60, 100, SECOND)]
    heard = []
    for messages in ([], [bytes([0xB0, 7, 0])], [bytes([0xE0, 0, 127])]):
        renderer.open(schedule_of(pieces.piece(notes, *((0, message) for message in messages))), 4 * SAMPLE_RATE)
        heard.append(renderer.read(SAMPLE_RATE))
    plain, silenced, bent = heard
    assert rms(silenced) < 0.001 * rms(plain)
    assert rms(bent - plain) > 0.5 * rms(plain)


def test_an_organ_held_longer_than_a_seek_goes_back_is_heard(renderer):
    piece = schedule_of(pieces.piece([Note(0, 60, 100, 30 * SECOND)], (0, pieces.program(19))))
    renderer.open(piece, 20 * SAMPLE_RATE)
    assert rms(renderer.read(SAMPLE_RATE)) > 0.01


def test_drums_and_other_instruments_are_heard(renderer):
    levels = []
    for channel in (1, 9):
        notes = pieces.note_events([Note(0, 38, 110, TICKS)], channel)
        piano = [Note(20 * SECOND, 60)]
        data = pieces.midi(pieces.track(notes), pieces.track(pieces.note_events(piano)))
        renderer.open(schedule_of(data))
        levels.append(renderer.read(SAMPLE_RATE // 2))
    assert all(rms(level) > 0.001 for level in levels)
    assert rms(levels[0] - levels[1]) > 0.5 * rms(levels[1])  # a snare is no low D


def test_a_renderer_without_a_piece_says_so(renderer):
    with pytest.raises(ValueError, match="no piece"):
        renderer.read(64)


def read_wav(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, SAMPLE_RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def test_the_wav_file_holds_the_piece_and_its_end(tmp_path, soundfont):
    performance = parse_midi(pieces.melody(12), "test")
    fractions = []
    render_audio(performance, tmp_path / "a.wav", soundfont, fractions.append)
    render_audio(performance, tmp_path / "b.wav", soundfont)
    samples = read_wav(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert len(samples) / SAMPLE_RATE > performance.duration_sec
    assert np.abs(samples).max() > 1000
    assert np.abs(samples[-SAMPLE_RATE // 10 :]).max() < 10
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_a_flac_file_holds_the_samples_of_the_wav_file(tmp_path, soundfont):
    performance = parse_midi(pieces.melody(12), "test")
    render_audio(performance, tmp_path / "a.wav", soundfont)
    flac = tmp_path / f"{os.fsdecode(bytes([233]))}.FLAC"  # a name that is no UTF-8
    render_audio(performance, flac, soundfont)
    with flac.open("rb") as file:
        samples, rate = soundfile.read(file, dtype="int16")
    assert rate == SAMPLE_RATE
    assert np.array_equal(samples, read_wav(tmp_path / "a.wav"))
    assert flac.stat().st_size < 0.7 * (tmp_path / "a.wav").stat().st_size


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("kind", [".wav", ".flac"])
def test_a_full_disk_is_told_as_such(tmp_path, kind):
    full = tmp_path / f"full{kind}"
    full.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"), audio_file(full, SAMPLE_RATE) as write:
        write(np.zeros((SAMPLE_RATE, 2), np.float32))


def test_a_name_of_another_kind_of_sound_file_is_refused(tmp_path, soundfont):
    with pytest.raises(SynthError, match=r"piece\.mp3: sound is written as \.wav or \.flac"):
        render_audio(parse_midi(pieces.melody(2), "test"), tmp_path / "piece.mp3", soundfont)
    assert not list(tmp_path.iterdir())


def test_a_soundfont_whose_name_is_no_utf8_is_loaded(tmp_path, soundfont):
    link = tmp_path / f"{os.fsdecode(bytes([233]))}{soundfont.suffix}"
    link.symlink_to(soundfont)
    Renderer(link).close()


def test_a_chord_held_for_ever_is_let_go(tmp_path, soundfont):
    events = [(0, pieces.program(19)), (0, bytes([0x90, 60, 100]))]
    performance = parse_midi(pieces.midi(pieces.track(events, end_delta=SECOND)), "test")
    render_audio(performance, tmp_path / "a.wav", soundfont)
    samples = read_wav(tmp_path / "a.wav")
    assert len(samples) < 14 * SAMPLE_RATE
    assert np.abs(samples[-100:]).max() < 10


def test_a_cancelled_file_leaves_what_was_there(tmp_path, soundfont):
    path = tmp_path / "a.wav"
    path.write_bytes(b"before")

    def cancel(fraction):
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        render_audio(parse_midi(pieces.melody(60), "test"), path, soundfont, cancel)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_reported(tmp_path, soundfont):
    with pytest.raises(SynthError, match="could not be written"):
        render_audio(parse_midi(pieces.melody(3), "test"), tmp_path / "no" / "a.wav", soundfont)


def test_memory_does_not_grow_with_the_piece(tmp_path, soundfont):
    notes = [Note(place * 20 * SECOND, 60, 64, TICKS) for place in range(9)]  # 160 s: 56 MB as float samples
    performance = parse_midi(pieces.piece(notes), "test")
    tracemalloc.start()
    render_audio(performance, tmp_path / "a.wav", soundfont)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


# --- what may be missing ---------------------------------------------------------------------------------------------


def test_without_fluidsynth_the_sentence_says_what_to_install(monkeypatch, soundfont):
    monkeypatch.setitem(sys.modules, "fluidsynth", None)  # `import fluidsynth` raises ImportError
    synth.load_library.cache_clear()
    with pytest.raises(SynthError, match=r"apt install libfluidsynth3.*brew install fluid-synth"):
        Renderer(soundfont)


def test_the_users_choice_comes_first(soundfont):
    assert find_soundfont(soundfont) == soundfont


def test_a_users_choice_that_is_missing_or_something_else_is_refused(tmp_path):
    with pytest.raises(SynthError, match="does not exist"):
        find_soundfont(tmp_path / "no.sf2")
    (tmp_path / "text.sf2").write_text("no SoundFont")
    with pytest.raises(SynthError, match="not a SoundFont"):
        find_soundfont(tmp_path / "text.sf2")


def test_own_folder_before_the_systems_and_damaged_files_are_passed_over(monkeypatch, tmp_path, soundfont, caplog):
    own, system = tmp_path / "own", tmp_path / "system"
    for folder in (own, system):
        folder.mkdir()
        (folder / "good.SF2").symlink_to(soundfont)
    (own / "fluidr3.sf2").write_bytes(soundfont.read_bytes()[:5000])
    own_copy = own / "good.SF2"
    own_copy.unlink()
    own_copy.write_bytes(soundfont.read_bytes())
    monkeypatch.setattr(soundfonts, "SOUNDFONTS", own)
    monkeypatch.setattr(soundfonts, "SYSTEM_FOLDERS", (str(system),))
    assert find_soundfont() == own_copy.resolve()
    assert "fluidr3.sf2 is not a SoundFont" in caplog.text
    own_copy.unlink()
    assert find_soundfont() == soundfont.resolve()


def test_in_a_folder_the_piano_that_answers_to_velocity_comes_first(monkeypatch, tmp_path, soundfont):
    for name in ("another.sf2", "FluidR3Mono_GM.sf2", "default-GM.sf2"):
        (tmp_path / name).write_bytes(soundfont.read_bytes())
    monkeypatch.setattr(soundfonts, "SOUNDFONTS", tmp_path)
    assert find_soundfont().name == "FluidR3Mono_GM.sf2"


def test_pretty_midis_soundfont_is_the_last_resort(monkeypatch, tmp_path, soundfont):
    monkeypatch.setattr(soundfonts, "SOUNDFONTS", tmp_path)
    monkeypatch.setattr(soundfonts, "RESOURCES", tmp_path)
    monkeypatch.setattr(soundfonts, "SYSTEM_FOLDERS", ())
    assert find_soundfont() == soundfont


def test_without_any_soundfont_the_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(soundfonts, "candidates", lambda: iter(()))
    with pytest.raises(SynthError, match="apt install fluidr3mono-gm-soundfont"):
        find_soundfont()


def test_a_soundfont_damaged_inside_is_refused(tmp_path, soundfont):
    data = bytearray(soundfont.read_bytes())
    data[12:2000] = bytes(1988)
    (tmp_path / "damaged.sf2").write_bytes(data)
    with pytest.raises(SynthError, match="damaged"):
        Renderer(find_soundfont(tmp_path / "damaged.sf2"))
