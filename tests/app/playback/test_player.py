"""The player with real rendered sound and a clock in the place of a device."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.playback import audio_output, chunk_renderer, render_thread
from app.playback.audio_output import NO_DEVICE, AudioOutput
from app.playback.chunk_renderer import ChunkRenderer
from app.playback.mixer import Mixer
from app.playback.player import Player
from app.playback.playhead import Playhead
from app.playback.render_thread import DEVICE_LOST, RenderAhead, upcoming
from app.playback.track import CHUNK, Track, Version
from app.playback.volume import gain_at
from tests.app.fake_devices import Devices
from tests.pieces import melody
from tonenet_core.errors import SynthError
from tonenet_core.midi import parse_midi
from tonenet_core.sound.schedule import SAMPLE_RATE, Schedule
from tonenet_core.sound.soundfont import find_soundfont
from tonenet_core.sound.synth import Renderer

ORIGINAL = parse_midi(melody(120), "test")  # 20 s
STYLED = ORIGINAL.with_velocities(ORIGINAL.velocities // 2 + 1)


@pytest.fixture
def mixer():
    return Mixer()


@pytest.fixture
def player(qtbot, mixer):
    player = Player(audio=False, mixer=mixer)
    yield player
    player.close()


def straight(performance, count: int) -> np.ndarray:
    renderer = Renderer(find_soundfont())
    renderer.open(Schedule.of(performance))
    samples = renderer.read(count)
    renderer.close()
    return samples


def rendered(mixer: Mixer, side: str) -> Track:
    return dict(mixer.sides)[side]


# --- rendering ahead -------------------------------------------------------------------------------------------------


def test_both_sides_are_rendered_before_anybody_plays(qtbot, player, mixer):
    player.set_performances(ORIGINAL, STYLED)
    tracks = [rendered(mixer, "original"), rendered(mixer, "styled")]
    qtbot.waitUntil(lambda: all(track.ready(0, 3 * CHUNK) for track in tracks), timeout=20_000)
    for performance, track in zip((ORIGINAL, STYLED), tracks, strict=True):
        chunks = np.concatenate([track.get(index) for index in range(3)])
        assert np.array_equal(chunks, straight(performance, 3 * CHUNK))
    assert not player.playing


def test_what_is_played_first_is_rendered_first():
    assert upcoming(0, None, 10 * CHUNK, count=4) == [0, 1, 2, 3]
    assert upcoming(CHUNK * 8 + 5, None, 10 * CHUNK) == [8, 9]
    assert upcoming(10 * CHUNK, None, 10 * CHUNK) == []


def test_a_loop_is_rendered_to_its_end_and_then_from_its_beginning():
    loop = (2 * CHUNK + 7, 4 * CHUNK - 20_000)
    assert upcoming(3 * CHUNK, loop, 10 * CHUNK) == [3, 4, 2]  # a fade out of the loop's end needs what follows
    assert upcoming(2 * CHUNK + 9, loop, 10 * CHUNK) == [2, 3, 4]
    assert upcoming(3 * CHUNK, loop, 4 * CHUNK) == [3, 2]
    assert upcoming(0, loop, 4 * CHUNK) == [0, 1, 2, 3]


@pytest.mark.parametrize("before_the_end", [1, 500, 9000])
def test_playing_can_begin_right_before_a_loops_end(before_the_end):
    end = 6 * CHUNK - 100
    frames = upcoming(end - before_the_end, (CHUNK, end), 20 * CHUNK)
    mixer, track = Mixer(), Track(ORIGINAL)
    for index in frames:
        track.put(index, np.ones((CHUNK, 2), np.float32))
    mixer.set_tracks(track, None)
    mixer.set_loop((CHUNK, end))
    mixer.seek(end - before_the_end)
    mixer.play()
    out = np.empty((8192, 2), np.float32)
    mixer.mix(out)
    assert out.any()


def test_chunks_of_different_runs_meet_without_a_seam():
    schedule, track = Schedule.of(ORIGINAL), Track(ORIGINAL)
    renderer = ChunkRenderer(Renderer(find_soundfont()))
    for index in (3, 1, 2):  # 1 and 2 are one run; both 2 and 3 were there when they met
        renderer.render(track, schedule, index)
    renderer.render(track, schedule, 0)
    renderer.close()
    runs = [track.run_of(index) for index in range(4)]
    assert runs[1] == runs[2]
    assert len(set(runs)) == 3
    samples = np.concatenate([track.get(index) for index in range(4)])
    bends = np.abs(np.diff(samples, n=2, axis=0)).max(axis=1)
    for border in (CHUNK, 2 * CHUNK, 3 * CHUNK):
        near, around = bends[border - 3 : border + 2].max(), bends[border - 4000 : border + 4000].max()
        assert near < around or near < 1e-3


def test_memory_is_bounded(qtbot, mixer, monkeypatch):
    monkeypatch.setattr(render_thread, "KEPT", 6)
    monkeypatch.setattr(render_thread, "AHEAD", 3)
    monkeypatch.setattr(render_thread.upcoming, "__defaults__", (3,))
    player = Player(audio=False, mixer=mixer)
    try:
        player.set_performances(ORIGINAL, None)
        track = rendered(mixer, "original")
        for sec in (0.0, 5.0, 10.0, 15.0, 2.0):
            player.seek(sec)
            qtbot.waitUntil(lambda: track.ready(mixer.position, 2 * CHUNK), timeout=20_000)
        assert 3 <= len(track.rendered()) <= 7  # one is put before one is dropped
    finally:
        player.close()


def test_other_results_are_rendered_beside_and_change_places_with_what_is_rendered_of_them(qtbot, player, mixer):
    third = ORIGINAL.with_velocities(ORIGINAL.velocities // 3 + 1)
    player.set_performances(ORIGINAL, STYLED, others=[Version(third), Version(STYLED)])
    qtbot.waitUntil(lambda: all(track.ready(0, 2 * CHUNK) for track in mixer.tracks), timeout=20_000)
    _, second, other = mixer.tracks
    assert np.array_equal(other.get(1), straight(third, 2 * CHUNK)[CHUNK:])
    player.set_performances(ORIGINAL, third, others=[Version(STYLED)])
    assert mixer.tracks == [rendered(mixer, "original"), other, second]
    assert rendered(mixer, "styled") is other
    assert player.others == (Version(STYLED),)
    qtbot.waitUntil(lambda: other.ready(0, 6 * CHUNK), timeout=20_000)
    assert np.array_equal(other.get(5), straight(third, 6 * CHUNK)[5 * CHUNK :])  # rendered on, without a seam
    player.set_tempo(1.2)
    assert [track.tempo for track in mixer.tracks] == [1.2] * 3


def test_of_other_results_little_is_kept(qtbot, player, mixer, monkeypatch):
    monkeypatch.setattr(render_thread, "OTHERS_KEPT", 5)
    player.set_performances(ORIGINAL, None, others=[Version(STYLED)])
    other = mixer.tracks[1]
    for sec in (0.0, 5.0, 10.0, 15.0, 2.0):
        player.seek(sec)
        qtbot.waitUntil(lambda: other.ready(mixer.position, 2 * CHUNK), timeout=20_000)
    assert 4 <= len(other.rendered()) <= 6  # one is put before one is dropped


# --- playing ---------------------------------------------------------------------------------------------------------


def test_it_moves_while_it_plays_and_stands_when_paused(qtbot, player, mixer):
    player.set_performances(ORIGINAL, None)
    positions = []
    player.moved.connect(positions.append)
    player.play()
    assert player.playing
    qtbot.waitUntil(lambda: player.position_sec > 0.3, timeout=20_000)
    player.pause()
    assert not player.playing
    assert len(positions) > 5
    while_playing = positions[:-1]
    assert while_playing == sorted(while_playing)
    assert player.position_sec == mixer.position / SAMPLE_RATE


def test_seek_is_exact_and_stays_within_the_piece(player):
    player.set_performances(ORIGINAL, None)
    for asked, given in ((3.25, 3.25), (-1.0, 0.0), (1e6, player.duration_sec)):
        player.seek(asked)
        assert player.position_sec == pytest.approx(given, abs=1e-4)


def test_stop_goes_to_the_beginning(qtbot, player):
    player.set_performances(ORIGINAL, None)
    player.seek(4.0)
    player.play()
    player.stop()
    assert (player.playing, player.position_sec) == (False, 0.0)


def test_at_the_end_it_stops_and_says_so(qtbot, player, mixer):
    player.set_performances(ORIGINAL, None)
    mixer.seek(mixer.end_frame - 2000)
    playing = []
    player.changed.connect(lambda: playing.append(player.playing))
    player.play()
    qtbot.waitUntil(lambda: True in playing and not playing[-1], timeout=20_000)
    assert player.position_sec == player.duration_sec


def test_a_loop_is_kept(qtbot, player):
    player.set_performances(ORIGINAL, None)
    player.set_loop((2.0, 2.2))
    player.seek(2.1)
    begun_anew = []
    player.moved.connect(lambda sec: begun_anew.append(sec) if begun_anew and sec < begun_anew[-1] else None)
    begun_anew.append(2.2)
    player.play()
    qtbot.waitUntil(lambda: len(begun_anew) > 1, timeout=20_000)
    player.pause()
    assert player.loop == pytest.approx((2.0, 2.2))
    assert 2.0 <= player.position_sec <= 2.2
    player.set_loop(None)
    assert player.loop is None


def test_another_piece_stops_and_rewinds(qtbot, player):
    player.set_performances(ORIGINAL, STYLED)
    player.set_loop((1.0, 2.0))
    player.seek(5.0)
    player.play()
    player.set_performances(STYLED, None)
    assert (player.playing, player.position_sec, player.loop) == (False, 0.0, None)


def test_another_styled_version_leaves_the_original_and_the_position_alone(qtbot, player, mixer):
    player.set_performances(ORIGINAL, STYLED)
    player.set_side("styled")
    original, styled = rendered(mixer, "original"), rendered(mixer, "styled")
    player.seek(5.0)
    player.play()
    qtbot.waitUntil(lambda: player.position_sec > 5.1, timeout=20_000)
    player.set_performances(ORIGINAL, ORIGINAL.with_velocities(ORIGINAL.velocities // 3 + 1))
    assert player.playing
    assert rendered(mixer, "original") is original
    assert rendered(mixer, "styled") is not styled
    waits = mixer.waits
    qtbot.waitUntil(lambda: mixer.heard is rendered(mixer, "styled"), timeout=20_000)
    assert mixer.waits == waits  # the old version was heard until then


def test_sides_and_volume_are_told(qtbot, player):
    with qtbot.waitSignal(player.changed):
        player.set_side("styled")
    assert player.side == "styled"
    with qtbot.waitSignal(player.changed):
        player.set_volume(2.0)
    assert player.volume == 1.0
    gains = [gain_at(volume) for volume in (0.0, 0.4, 0.8, 0.9, 1.0)]
    assert gains == pytest.approx([0, 0.25, 1, 1.679, 2.818], abs=1e-3)


def test_without_a_piece_nothing_happens(player):
    player.play()
    player.seek(3.0)
    player.toggle()
    assert (player.playing, player.position_sec, player.duration_sec) == (False, 0.0, 0.0)


def test_the_whole_file_counts_not_only_the_piano(qtbot, player):
    from tests.pieces import SCALE, Note, midi, note_events, track

    long_bass = note_events([Note(0, 40, ticks=20 * 960)], 1)
    band = parse_midi(midi(track(note_events(SCALE)), track([(0, bytes([0xC1, 32])), *long_bass])), "band")
    player.set_performances(band, None)
    qtbot.waitUntil(lambda: player.duration_sec > 19.9, timeout=20_000)


def test_another_soundfont_is_heard_without_stopping(qtbot, player, mixer):
    player.set_performances(ORIGINAL, None)
    before = rendered(mixer, "original")
    qtbot.waitUntil(lambda: before.ready(0, CHUNK), timeout=20_000)
    player.play()
    player.set_soundfont(find_soundfont())
    track = rendered(mixer, "original")
    assert track is not before
    qtbot.waitUntil(lambda: track.ready(0, CHUNK), timeout=20_000)
    assert player.playing


def test_closing_twice_is_harmless_and_leaves_no_thread(qtbot):
    player = Player(audio=False)
    player.set_performances(ORIGINAL, STYLED)
    player.play()
    player.close()
    player.close()
    assert not [thread.name for thread in threading.enumerate() if thread.name in ("render-ahead", "midi-sender")]


# --- tempo -----------------------------------------------------------------------------------------------------------


def test_another_tempo_leaves_position_loop_and_duration_where_they_are(qtbot, player, mixer):
    player.set_performances(ORIGINAL, STYLED)
    player.seek(7.3)
    player.set_loop((7.0, 8.0))
    duration = player.duration_sec
    for tempo in (0.5, 1.5, 0.85):
        player.set_tempo(tempo)
        assert player.tempo == tempo
        assert player.position_sec == pytest.approx(7.3, abs=1e-3)
        assert player.loop == (7.0, 8.0)
        assert player.duration_sec == pytest.approx(duration, abs=5e-3)
        assert mixer.position == pytest.approx(7.3 / tempo * SAMPLE_RATE, abs=5)
        assert np.array(mixer.loop) == pytest.approx(np.array([7.0, 8.0]) / tempo * SAMPLE_RATE, abs=5)
    player.set_tempo(99.0)
    assert player.tempo == 1.5


def test_slower_is_rendered_anew_at_the_same_pitch(qtbot, player, mixer):
    player.set_performances(ORIGINAL, STYLED)
    player.set_tempo(0.5)
    tracks = [rendered(mixer, "original"), rendered(mixer, "styled")]
    qtbot.waitUntil(lambda: all(track.ready(0, 3 * CHUNK) for track in tracks), timeout=20_000)
    renderer = Renderer(find_soundfont())
    renderer.open(Schedule.of(ORIGINAL).at_tempo(0.5))
    slow = renderer.read(3 * CHUNK)
    renderer.close()
    assert np.array_equal(np.concatenate([tracks[0].get(index) for index in range(3)]), slow)
    first = slice(2000, 2000 + 8192)  # of the first note, struck at once and still held: its spectrum stays
    fast = straight(ORIGINAL, CHUNK)
    peaks = [int(np.abs(np.fft.rfft(samples[first, 0] * np.hanning(8192))).argmax()) for samples in (slow, fast)]
    assert peaks[0] == peaks[1]


def test_the_tempo_changes_while_it_plays_without_stopping(qtbot, player, mixer):
    player.set_performances(ORIGINAL, STYLED)
    player.seek(3.0)
    player.play()
    former = rendered(mixer, "original")
    qtbot.waitUntil(lambda: former.ready(mixer.position, 8 * CHUNK), timeout=20_000)
    qtbot.waitUntil(lambda: player.position_sec > 3.1, timeout=20_000)
    waits = mixer.waits
    player.set_tempo(0.7)
    track = rendered(mixer, "original")
    qtbot.waitUntil(lambda: mixer.heard is track, timeout=20_000)
    assert mixer.waits == waits  # the former tempo was heard until then
    assert 3.0 < player.position_sec < 9.0


def test_a_new_result_is_heard_at_the_tempo_that_holds(qtbot, player, mixer):
    player.set_performances(ORIGINAL, None)
    player.set_tempo(0.8)
    player.set_performances(ORIGINAL, STYLED)
    assert {track.tempo for _, track in mixer.sides} == {0.8}


# --- what may be missing ---------------------------------------------------------------------------------------------


def test_without_a_synthesizer_play_is_harmless_and_the_reason_is_told(qtbot, player, monkeypatch):
    def missing(*_arguments):
        raise SynthError("Install FluidSynth.")

    monkeypatch.setattr(render_thread, "Renderer", missing)
    player.set_performances(ORIGINAL, None)
    player.play()
    qtbot.waitUntil(lambda: player.problem is not None, timeout=20_000)
    assert player.problem == "Install FluidSynth."
    player.play()
    assert not player.playing
    monkeypatch.setattr(render_thread, "Renderer", Renderer)  # it was installed meanwhile
    player.play()
    qtbot.waitUntil(lambda: player.problem is None, timeout=20_000)
    player.play()
    qtbot.waitUntil(lambda: player.position_sec > 0.05, timeout=20_000)


def test_without_a_device_a_clock_plays_silently_and_says_so(qtbot, monkeypatch):
    Devices(monkeypatch, [])
    player = Player()
    try:
        player.set_performances(ORIGINAL, None)
        player.play()
        qtbot.waitUntil(lambda: player.position_sec > 0.1, timeout=20_000)
        assert player.problem == NO_DEVICE
        assert player.playing
    finally:
        player.close()


def test_a_device_that_goes_away_pauses_and_play_goes_on(qtbot, devices, heard):
    player = heard
    player.set_performances(ORIGINAL, None)
    player.play()
    qtbot.waitUntil(lambda: player.position_sec > 0.1, timeout=20_000)
    devices.playing.stop_callback()
    qtbot.waitUntil(lambda: player.problem == DEVICE_LOST, timeout=20_000)
    assert not player.playing
    here = player.position_sec
    player.play()
    qtbot.waitUntil(lambda: player.position_sec > here + 0.1, timeout=20_000)
    assert player.problem is None


def test_a_device_that_asks_for_nothing_any_more_counts_as_gone(monkeypatch):
    monkeypatch.setattr(render_thread, "DEAD_SEC", -1.0)
    mixer = Mixer()
    mixer.set_tracks(Track(ORIGINAL), None)
    told = []
    thread = RenderAhead(mixer, lambda: told.append(True), silent=True)
    mixer.play()
    thread.keep_device()
    assert thread.problem == DEVICE_LOST
    assert told
    assert not mixer.playing


@pytest.fixture
def devices(monkeypatch):
    return Devices(monkeypatch, ["Speakers", "Headphones"])


@pytest.fixture
def heard(qtbot, devices, mixer):
    """A player that plays on what looks like a device."""
    player = Player(mixer=mixer)
    player.set_performances(ORIGINAL, None)
    yield player
    player.close()


def plays_on(qtbot, player):
    here = player.position_sec
    qtbot.waitUntil(lambda: player.position_sec > here + 0.1, timeout=20_000)


def test_another_device_is_played_on_while_it_plays(qtbot, devices, heard):
    assert audio_output.device_names() == ["Speakers", "Headphones"]
    heard.play()
    plays_on(qtbot, heard)
    assert set(devices.opened) == {"default"}
    here = heard.position_sec
    heard.set_device("Headphones")
    qtbot.waitUntil(lambda: devices.opened[-1] == "id of Headphones", timeout=20_000)
    plays_on(qtbot, heard)
    assert heard.playing
    assert heard.position_sec > here
    heard.set_device(None)
    qtbot.waitUntil(lambda: devices.opened[-1] == "default", timeout=20_000)
    plays_on(qtbot, heard)
    assert heard.problem is None


def test_a_device_that_is_not_there_gives_way_to_the_default_and_says_so(qtbot, devices, heard, monkeypatch):
    monkeypatch.setattr(render_thread, "IDLE_SEC", 0.0)
    devices.names.remove("Headphones")
    heard.set_device("Headphones")
    heard.play()
    plays_on(qtbot, heard)
    assert set(devices.opened) == {"default"}
    assert heard.problem == audio_output.OTHER_DEVICE.format("Headphones")
    devices.names.append("Headphones")  # plugged in again
    heard.pause()
    qtbot.waitUntil(lambda: not devices.playing.running, timeout=20_000)
    heard.play()
    qtbot.waitUntil(lambda: heard.problem is None, timeout=20_000)
    assert devices.opened[-1] == "id of Headphones"


def test_a_device_that_is_unplugged_pauses_at_the_position_and_play_opens_another(qtbot, devices, heard):
    heard.set_device("Headphones")
    heard.play()
    plays_on(qtbot, heard)
    devices.names.remove("Headphones")
    device = devices.playing
    device.stop_callback()  # as miniaudio tells it
    qtbot.waitUntil(lambda: heard.problem == DEVICE_LOST, timeout=20_000)
    assert not heard.playing
    here = heard.position_sec
    assert here > 0.1
    heard.play()
    plays_on(qtbot, heard)
    assert devices.opened[-1] == "default"
    assert heard.problem == audio_output.OTHER_DEVICE.format("Headphones")


def test_a_device_that_went_away_while_nothing_played_costs_no_second_press(qtbot, devices, heard, mixer):
    devices.names.remove("Headphones")
    heard.play()
    plays_on(qtbot, heard)
    heard.pause()
    qtbot.waitUntil(lambda: mixer.silent, timeout=20_000)
    devices.playing.stop_callback()
    qtbot.waitUntil(lambda: devices.closed == 1, timeout=20_000)
    heard.play()
    plays_on(qtbot, heard)
    assert heard.problem is None


def test_a_device_that_does_not_start_is_replaced_by_the_clock(qtbot, devices, heard):
    devices.refusing = True
    heard.set_device("Headphones")  # opens it anew
    heard.play()
    plays_on(qtbot, heard)
    assert heard.problem == NO_DEVICE
    assert heard.playing


def test_the_output_asks_for_blocks_until_it_is_closed(qtbot):
    sizes = []
    output = AudioOutput(lambda block: sizes.append(len(block)), SAMPLE_RATE, silent=True)
    output.close()
    output.start()
    assert output.running
    qtbot.waitUntil(lambda: len(sizes) > 2, timeout=10_000)
    output.stop()
    assert not output.running
    asked = len(sizes)
    output.start()
    qtbot.waitUntil(lambda: len(sizes) > asked, timeout=10_000)
    output.close()
    assert not output.opened
    assert set(sizes) == {SAMPLE_RATE * audio_output.PERIOD_MS // 1000}


# --- the playhead ----------------------------------------------------------------------------------------------------


def test_the_playhead_is_smooth_between_blocks_and_never_ahead(monkeypatch):
    from app.playback import playhead as module

    now = [0.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    playhead, shown = Playhead(), []
    playhead.place(1000)
    block = round(0.08 * SAMPLE_RATE)
    for tick in range(300):
        now[0] += 0.016
        position = 1000 + block * (1 + int(now[0] / 0.08))
        shown.append(playhead.follow(position))
        assert 1000 <= shown[-1] <= position, tick
    steps = np.diff(shown[50:]) / (0.016 * SAMPLE_RATE)
    assert (steps.min(), steps.max()) == (pytest.approx(1, abs=0.3), pytest.approx(1, abs=0.3))


def test_the_playhead_never_creeps_back(monkeypatch):
    now = 0.0
    monkeypatch.setattr("app.playback.playhead.time.perf_counter", lambda: now)
    playhead = Playhead()
    playhead.place(0)
    now = 0.2
    first = playhead.follow(1_000)
    assert playhead.follow(1_000) == first  # asked again at once, ahead of what is heard


def test_the_playhead_follows_a_jump_back_at_once():
    playhead = Playhead()
    playhead.place(500_000)
    playhead.follow(505_000)
    assert playhead.follow(100_000) == pytest.approx(100_000, abs=1)


def test_joints_are_whole_blocks():
    assert chunk_renderer.JOINT % 64 == 0
    assert CHUNK % 64 == 0
