"""The metronome in what the mixer gives to the device, frame by frame; no sound card."""

import numpy as np
import pytest

from app.playback.metronome import PEAK
from app.playback.mixer import Mixer
from app.playback.player import Player
from app.playback.side import STYLED
from app.playback.track import CHUNK
from app.playback.track_pair import TrackPair
from tests.pieces import TICKS, Note, piece, tempo, time_signature
from tonenet_core.midi import parse_midi
from tonenet_core.sound.audible import EVERYTHING
from tonenet_core.sound.clicks import Clicks
from tonenet_core.sound.schedule import SAMPLE_RATE

NOTES = [Note(place * TICKS, 60) for place in range(12)]
WALTZ = parse_midi(piece(NOTES, (0, tempo(120)), (0, time_signature(3, 4))), "waltz")
SLOWER = parse_midi(piece(NOTES, (0, tempo(60)), (0, time_signature(3, 4))), "slower")
BEAT = SAMPLE_RATE // 2


@pytest.fixture
def mixer():
    """A mixer whose sides are rendered as silence, so that the clicks alone are heard; B is slower."""
    mixer = Mixer()
    pair = TrackPair(mixer.metronome)
    pair.set_performances(WALTZ, SLOWER, time_map=None, audible=EVERYTHING)
    for track in (pair.original, pair.styled):
        for index in range(20):
            track.put(index, np.zeros((CHUNK, 2), np.float32))
    mixer.set_tracks(pair.original, pair.styled)
    mixer.metronome.volume = 1.0
    return mixer


def pull(mixer, count, block=512):
    out = np.full((count, 2), np.nan, np.float32)
    for begin in range(0, count, block):
        mixer.mix(out[begin : begin + block])
    return out[:, 0]


def begins(samples):
    """Return where clicks begin, and the peak of each."""
    loud = np.flatnonzero(np.abs(samples) > 1e-3)
    first = loud[np.diff(loud, prepend=-10_000) > 2000]
    return first, [float(np.abs(samples[place : place + 1300]).max()) for place in first]


def test_beats_click_at_their_frames_with_an_accent_on_each_bar(mixer):
    mixer.metronome.on = True
    mixer.play()
    places, peaks = begins(pull(mixer, 7 * BEAT))
    assert np.all((places - np.arange(7) * BEAT >= 0) & (places - np.arange(7) * BEAT < 8))
    accents = [peak > 0.8 * max(peaks[1:]) for peak in peaks[1:]]  # the first fades in
    assert accents == [False, False, True, False, False, True]
    assert max(peaks) <= PEAK


def test_it_follows_the_take_that_is_heard(mixer):
    mixer.metronome.on = True
    mixer.set_side(STYLED)
    mixer.play()
    places, _ = begins(pull(mixer, 6 * BEAT))
    assert np.all(np.abs(places - np.arange(3) * 2 * BEAT) < 8)


def test_its_volume_is_its_own_and_no_gain_of_a_side_touches_it(mixer):
    mixer.metronome.on = True
    mixer.metronome.volume = 0.5
    mixer.set_gains(0.1, 1.0)
    mixer.seek(BEAT)
    mixer.play()
    _, peaks = begins(pull(mixer, 3 * BEAT))
    assert 0.6 * PEAK * 0.5 < max(peaks) <= PEAK * 0.5


def test_off_it_is_silent(mixer):
    mixer.play()
    assert not pull(mixer, 3 * BEAT).any()


def test_a_bar_is_counted_and_the_music_begins_where_it_ends(mixer):
    mixer.seek(3 * BEAT)
    mixer.play(Clicks.before(WALTZ, 1.5))
    places, _ = begins(pull(mixer, 3 * BEAT + 1000))
    assert np.all(np.abs(places - np.arange(3) * BEAT) < 8)
    assert (mixer.position, mixer.waits) == (3 * BEAT + 1000, 0)


@pytest.mark.parametrize("end", [Mixer.pause, Mixer.cut, Mixer.rewind, lambda mixer: mixer.seek(0)])
def test_what_stops_or_jumps_ends_the_count(mixer, end):
    mixer.play(Clicks.before(WALTZ, 0.0))
    pull(mixer, 1000)
    end(mixer)
    pull(mixer, 1024)
    assert not pull(mixer, 3 * BEAT).any()


def test_the_player_counts_before_the_loop(qtbot):
    mixer = Mixer()
    player = Player(audio=False, mixer=mixer)
    try:
        player.set_performances(WALTZ, None)
        player.set_loop((1.5, 3.0))
        player.play(count_in=True)
        assert player.playing
        assert mixer.metronome.counting
        assert player.position_sec == pytest.approx(1.5, abs=1e-3)
        qtbot.waitUntil(lambda: not mixer.metronome.counting, timeout=20_000)
        qtbot.waitUntil(lambda: player.position_sec > 1.6, timeout=20_000)
    finally:
        player.close()
