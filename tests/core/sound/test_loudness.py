"""The level of what is heard: the standard's own test signals, gates, and rendered pieces."""

import numpy as np
import pytest

from tests.pieces import Note, melody, piece
from tonenet_core.errors import Cancelled
from tonenet_core.midi import parse_midi
from tonenet_core.sound.loudness import block_powers, gated_lufs, sound_level_lufs
from tonenet_core.sound.schedule import SAMPLE_RATE as RATE


def sine(dbfs: float, seconds: float, hertz: float = 1000.0) -> np.ndarray:
    wave = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def lufs(*parts: np.ndarray) -> float | None:
    return gated_lufs(block_powers(np.concatenate(parts), RATE))


@pytest.mark.parametrize("dbfs", [-23.0, -33.0])
def test_a_tone_on_both_channels_reads_its_own_level(dbfs):
    """EBU Tech 3341, cases 1 and 2: within 0.1 LU."""
    assert lufs(sine(dbfs, 20)) == pytest.approx(dbfs, abs=0.1)


@pytest.mark.parametrize("parts", [[(-36, 10), (-23, 60), (-36, 10)], [(-72, 10), (-36, 10), (-23, 60), (-36, 10)]])
def test_what_is_much_softer_does_not_count(parts):
    """EBU Tech 3341, cases 3 and 4."""
    assert lufs(*(sine(*part) for part in parts)) == pytest.approx(-23.0, abs=0.1)


def test_one_channel_alone_is_three_softer():
    left = sine(0.0, 5, hertz=997.0) * [1, 0]
    assert lufs(left.astype(np.float32)) == pytest.approx(-3.01, abs=0.05)


def test_the_ear_is_deaf_to_the_lowest_and_keen_on_the_high():
    low, middle, high = (lufs(sine(-20, 5, hertz)) for hertz in (25, 1000, 8000))
    assert low < middle - 8
    assert high == pytest.approx(middle + 3.3, abs=0.3)


def test_silence_has_no_level():
    assert lufs(np.zeros((RATE, 2), np.float32)) is None
    assert gated_lufs(block_powers(np.zeros((100, 2), np.float32), RATE)) is None


def test_a_softer_performance_is_softer_and_the_same_one_the_same():
    loud = parse_midi(piece(Note(place * 240, 50 + place % 20, velocity=100) for place in range(40)), "loud")
    soft = loud.with_velocities(loud.velocities * 0.6)
    levels = [sound_level_lufs(performance) for performance in (loud, soft, loud)]
    assert levels[0] == levels[2]
    assert 3 < levels[0] - levels[1] < 20


def test_of_a_long_piece_a_part_is_rendered_and_it_can_be_stopped(monkeypatch):
    from tonenet_core.sound import loudness

    long = parse_midi(melody(390), "long")  # 65 s
    frames = []
    read = loudness.Renderer.read
    monkeypatch.setattr(loudness.Renderer, "read", lambda self, n: (frames.append(n), read(self, n))[1])
    told = []
    level = sound_level_lufs(long, progress=told.append)
    assert sum(frame for frame in frames if frame > RATE) == 48 * RATE
    monkeypatch.setattr(loudness, "SHORT_SEC", 1000.0)
    assert level == pytest.approx(sound_level_lufs(long), abs=0.5)
    assert told == sorted(told)
    assert told[-1] < 1.0

    def stop(_fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        sound_level_lufs(long, progress=stop)
