"""Both sides equally loud: measured in the background, the louder one lowered, nothing raised."""

import numpy as np
import pytest

from app.background.jobs import Jobs
from app.playback.mixer import Mixer
from app.playback.player import Player
from app.session import level_match
from app.session.level_match import LevelMatch
from tests.pieces import Note, piece
from tonenet_core.errors import SynthError
from tonenet_core.midi import parse_midi
from tonenet_core.sound.loudness import block_powers, gated_lufs, sound_level_lufs

ORIGINAL = parse_midi(piece([Note(place * 240, 48 + place, 90) for place in range(16)]), "test")
SOFT = ORIGINAL.with_velocities(ORIGINAL.velocities * 0.5)
LOUD = ORIGINAL.with_velocities(ORIGINAL.velocities * 1.4)


@pytest.fixture
def mixer():
    return Mixer()


@pytest.fixture
def player(qtbot, mixer):
    player = Player(audio=False, mixer=mixer)
    yield player
    player.close()


@pytest.fixture
def failures():
    return []


@pytest.fixture
def match(player, failures):
    jobs = Jobs()
    yield LevelMatch(player, jobs, failures.append)
    jobs.close()


def matched(qtbot, match):
    qtbot.waitUntil(lambda: match.gains_db is not None and not match.measuring, timeout=30_000)
    return match.gains_db


def test_nothing_is_measured_before_it_is_asked_for(match, player, mixer):
    player.set_performances(ORIGINAL, SOFT)
    assert (match.on, match.measuring, match.gains_db) == (False, False, None)
    assert list(mixer.gains) == [1.0, 1.0]


def test_the_louder_side_is_lowered_to_the_other_whichever_it_is(qtbot, match, player, mixer):
    player.set_performances(ORIGINAL, SOFT)
    match.switch(True)
    original, styled = matched(qtbot, match)
    assert (original < -1, styled) == (True, 0.0)
    assert original == pytest.approx(sound_level_lufs(SOFT) - sound_level_lufs(ORIGINAL))
    assert list(mixer.gains) == pytest.approx([10 ** (original / 20), 1.0])
    player.set_performances(ORIGINAL, LOUD)
    qtbot.waitUntil(lambda: match.gains_db[1] < 0, timeout=30_000)
    assert match.gains_db[0] == 0.0


def test_what_is_heard_is_equally_loud_then(qtbot, match, player, mixer):
    player.set_performances(ORIGINAL, SOFT)
    match.switch(True)
    matched(qtbot, match)
    count = round(ORIGINAL.duration_sec * 44100)
    levels = []
    for side in ("original", "styled"):
        track = dict(mixer.sides)[side]
        qtbot.waitUntil(lambda track=track: track.ready(0, count), timeout=30_000)
        samples = np.empty((count, 2), np.float32)
        mixer.set_side(side)
        mixer.seek(0)
        mixer.play()
        for begin in range(0, count, 4096):
            mixer.mix(samples[begin : begin + 4096])
        mixer.cut()
        levels.append(gated_lufs(block_powers(samples, 44100)))
    assert levels[0] == pytest.approx(levels[1], abs=0.1)


def test_switching_off_takes_the_gains_away_and_on_again_needs_no_measuring(qtbot, match, player, mixer):
    player.set_performances(ORIGINAL, SOFT)
    match.switch(True)
    before = matched(qtbot, match)
    match.switch(False)
    assert match.gains_db is None
    assert list(mixer.gains) == [1.0, 1.0]
    match.switch(True)
    assert not match.measuring
    assert match.gains_db == before


def test_a_new_result_keeps_the_gain_until_it_is_measured_and_another_piece_does_not(qtbot, match, player, mixer):
    player.set_performances(ORIGINAL, SOFT)
    match.switch(True)
    before = matched(qtbot, match)
    player.set_performances(ORIGINAL, LOUD)
    assert match.measuring
    assert match.gains_db == before
    other = parse_midi(piece([Note(0, 60), Note(480, 62)]), "other")
    player.set_performances(other, other.with_velocities([20, 20]))
    assert match.gains_db is None
    assert list(mixer.gains) == [1.0, 1.0]
    matched(qtbot, match)
    assert match.gains_db[0] < -3


def test_without_two_sides_or_with_a_midi_port_it_is_not_possible(qtbot, match, player, mixer):
    assert not match.possible
    player.set_performances(ORIGINAL, None)
    match.switch(True)
    assert (match.possible, match.measuring, list(mixer.gains)) == (False, False, [1.0, 1.0])
    player.set_performances(ORIGINAL, SOFT)
    assert match.possible
    matched(qtbot, match)
    player.set_midi_port("nowhere")
    assert not match.possible


def test_without_a_synthesizer_it_switches_itself_off_and_says_why(qtbot, match, player, failures, monkeypatch):
    def missing(*_arguments, **_more):
        raise SynthError("Install FluidSynth.")

    monkeypatch.setattr(level_match, "sound_level_lufs", missing)
    player.set_performances(ORIGINAL, SOFT)
    match.switch(True)
    qtbot.waitUntil(lambda: bool(failures), timeout=30_000)
    assert str(failures[0]) == "Install FluidSynth."
    assert not match.on


def test_silent_sides_are_left_alone(qtbot, match, player, monkeypatch):
    monkeypatch.setattr(level_match, "sound_level_lufs", lambda *_arguments, **_more: None)
    player.set_performances(ORIGINAL, SOFT)
    match.switch(True)
    assert matched(qtbot, match) == (0.0, 0.0)
