"""Sound at the loudspeaker: time from Play to first sound, gaps while both cores are busy, switches of sides.

The real Player plays a 10-minute piece into a private PulseAudio server with a null sink, whose monitor is recorded.
The first sound's delay includes the recording's own (about 10 ms). `--seconds` is the time to listen for gaps.

The recording is compared sample by sample with the renderings of both sides, which gives the side and the place of the
piece at each moment. With rubato both sides have times of their own: the last figure is how far from the same musical
place a switch goes on.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.background.jobs import HANDOVER_SEC
from app.playback.audio_output import PERIOD_MS
from app.playback.mixer import Mixer
from app.playback.player import Player
from app.playback.track import Version
from benchmarks._recorded_places import ALIKE, LOCK, find_lock, renderings, switch_errors_ms
from benchmarks._sound_server import Recording, SoundServer
from tests.pieces import TICKS, melody
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import TEMPO_CHANGE_DTYPE, Retiming, retime
from tonenet_core.performance import Performance
from tonenet_core.sound.schedule import SAMPLE_RATE

NOTES = 3600  # six a second: ten minutes
PLAYS = 12
SWITCHES = 40
SILENT = 1e-7
BREATH = 0.2  # of a beat's length, up and down over sixteen beats
ATTACK = 1000  # samples after which the first sound has faded in


def burn_a_core() -> None:
    """Multiply matrices for ever, at the model process's priority."""
    os.nice(10)
    matrix = np.random.default_rng(0).standard_normal((256, 256))
    while True:
        matrix = matrix @ matrix
        matrix /= np.abs(matrix).max()


class Load:
    """Two processes of niceness 10 that keep two cores busy while the block runs."""

    def __enter__(self) -> None:
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        context = multiprocessing.get_context("spawn")
        self._processes = [context.Process(target=burn_a_core, daemon=True) for _ in range(2)]
        for process in self._processes:
            process.start()
        time.sleep(2.0)  # until they have imported what they need

    def __exit__(self, *_error: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join()


def wait_ms(duration: int) -> None:
    """Run the window's event loop; QTest.qWait would hold the interpreter and starve the audio callback."""
    loop = QEventLoop()
    QTimer.singleShot(duration, loop.quit)
    loop.exec()


def busy_window(player: Player) -> QTimer:
    """Return a running timer that holds the interpreter for 30 ms, 16 times a second, as a heavy repaint does."""

    def hold() -> None:
        until = time.perf_counter() + 0.03
        while time.perf_counter() < until:
            sum(range(1000))

    timer = QTimer(player, interval=60)
    timer.timeout.connect(hold)
    timer.start()
    return timer


def first_sound_ms(player: Player, *, fresh: Callable[[], None] | None = None) -> float:
    """Return the seconds from Play to the first sound, from a random place in the piece."""
    recording = Recording(latency_ms=5)
    if fresh is not None:
        fresh()
    asked = time.perf_counter()
    player.play()
    wait_ms(700)
    player.pause()
    wait_ms(100)
    samples, times = recording.stop()
    loud = np.flatnonzero((np.abs(samples).max(axis=1) > SILENT) & (times > asked))
    return (times[loud[0]] - asked) * 1e3


def longest_gap_ms(samples: NDArray[np.float32]) -> tuple[float, int]:
    """Return the longest silence between the first sound and the last, and the number of those over 2 ms."""
    loud = np.flatnonzero(np.abs(samples).max(axis=1) > SILENT)
    gaps = (np.diff(loud) - 1) / SAMPLE_RATE * 1e3
    return float(gaps.max(initial=0.0)), int(np.sum(gaps > 2))


def listen(
    player: Player, seconds: float, each_half_second: Callable[[int], None] = lambda _n: None
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Play from 5 s on and return the recording, and the arrival time of each sample."""
    recording = Recording()
    player.seek(5.0)
    player.play()
    for turn in range(round(2 * seconds)):
        wait_ms(500)
        each_half_second(turn)
    player.pause()
    wait_ms(200)
    return recording.stop()


def report_starts(player: Player, piece: Performance, styled: Performance) -> None:
    def quantiles(name: str, values: list[float]) -> None:
        print(f"{name:<46} median {np.median(values):6.0f} ms   longest {max(values):6.0f} ms")

    def newly_opened() -> None:
        player.set_performances(None, None)
        player.set_performances(piece, styled)
        player.seek(300.0)

    quantiles(
        "Play to first sound, piece just opened", [first_sound_ms(player, fresh=newly_opened) for _ in range(PLAYS)]
    )
    places = np.random.default_rng(0).uniform(10, 580, PLAYS)
    seeks = [first_sound_ms(player, fresh=lambda place=place: player.seek(place)) for place in places]
    quantiles("Play to first sound, just after a seek", seeks)
    player.seek(60.0)
    wait_ms(1000)
    quantiles("Play to first sound, resumed", [first_sound_ms(player) for _ in range(PLAYS)])


def report_gaps(player: Player, seconds: float) -> None:
    def row(name: str, heard: tuple[NDArray[np.float32], NDArray[np.float64]]) -> None:
        samples, _ = heard
        longest, count = longest_gap_ms(samples)
        print(f"{name:<46} longest {longest:6.1f} ms   over 2 ms: {count}   in {len(samples) / SAMPLE_RATE:.0f} s")

    row("Gaps, machine as it is", listen(player, seconds / 4))
    with Load():
        row("Gaps, two processes (nice 10) burn both cores", listen(player, seconds))
        timer = busy_window(player)
        row("Gaps, and the window holds Python for 30 ms", listen(player, seconds / 2))
        timer.stop()


def report_switches(player: Player, mixer: Mixer) -> None:
    player.set_side("original")
    plain, _ = listen(player, SWITCHES / 2)
    asked: list[float] = []
    shown: list[tuple[float, float]] = []

    def switch(turn: int) -> None:
        asked.append(time.perf_counter())
        player.set_side(("styled", "original")[turn % 2])

    player.moved.connect(note := lambda sec: shown.append((time.perf_counter(), sec)))
    switched, times = listen(player, SWITCHES / 2, switch)
    player.moved.disconnect(note)
    player.set_side("original")
    steps = [float(np.abs(np.diff(samples, n=2, axis=0)).max()) for samples in (plain, switched)]
    longest, _ = longest_gap_ms(switched)
    print(f"{SWITCHES} switches of side: longest gap {longest:.1f} ms; largest bend of the wave {steps[1]:.4f}, "
          f"without switching {steps[0]:.4f} (a click would stand out)")  # fmt: skip
    report_places(mixer, switched, times, asked, shown)


def report_places(
    mixer: Mixer,
    samples: NDArray[np.float32],
    times: NDArray[np.float64],
    asked: list[float],
    shown: list[tuple[float, float]],
) -> None:
    """Print the places heard, the time of both sides at once, and the error of the playhead."""
    sides = renderings(mixer)
    moments = range(0, len(samples) - LOCK, SAMPLE_RATE // 4)
    places = [place for begin in moments if (place := find_lock(samples, begin, sides))]
    first = np.median([place.frame - place.sample for place in places])
    drift = [(place.frame - place.sample - first) / SAMPLE_RATE * 1e3 for place in places]
    print(f"{'Position, from the first sound to the last':<46} largest error {max(map(abs, drift)):.2f} ms   "
          f"at {len(places)} places")  # fmt: skip
    loud = np.flatnonzero(np.abs(samples).max(axis=1) > SILENT)
    begin, end = int(loud[0]) + ATTACK, int(loud[-1]) - ATTACK
    here = slice(begin + int(first), end + int(first))
    equal = [np.abs(samples[begin:end] - side[here]).max(axis=1) < ALIKE for side in sides]
    both = np.flatnonzero(np.diff(np.concatenate([[0], ~(equal[0] | equal[1]), [0]]).astype(int)))
    fades = (both[1::2] - both[::2]) / SAMPLE_RATE * 1e3
    print(f"{'From the one side to the other':<46} median {np.median(fades):6.1f} ms   longest {fades.max():6.1f} ms   "
          f"{len(fades)} times")  # fmt: skip
    ends = times[begin + both[1::2] - 1]
    delays = [(ends[ends > moment][0] - moment) * 1e3 for moment in asked if (ends > moment).any()]
    print(f"{'Tab to the other side, recording included':<46} median {np.median(delays):6.0f} ms   "
          f"longest {max(delays):6.0f} ms")  # fmt: skip
    heard = np.interp([moment for moment, _ in shown], times, (np.arange(len(times)) + first) / SAMPLE_RATE)
    ahead = (np.array([sec for _, sec in shown]) - heard)[30:-30] * 1e3
    print(f"{'Playhead ahead of the recording':<46} median {np.median(ahead):6.0f} ms   "
          f"nine of ten within {np.percentile(np.abs(ahead - np.median(ahead)), 90):.0f} ms of that")  # fmt: skip


def report_takes(player: Player, mixer: Mixer, piece: Performance) -> None:
    """Print the gaps, clicks and delays of switches between five results, one of them B and four beside it."""
    takes = [piece.with_velocities(piece.velocities * factor + 10) for factor in (0.6, 0.7, 0.8, 0.9, 1.0)]
    versions = [Version(take) for take in takes]
    player.set_performances(piece, takes[-1], others=versions)
    player.set_side("styled")
    wait_ms(1000)
    plain, _ = listen(player, SWITCHES / 4)
    wanted: dict[float, Performance] = {}
    mixed: list[tuple[float, Performance]] = []

    def switch(turn: int) -> None:
        take = takes[(turn * 2 + 1) % len(takes)]
        wanted[time.perf_counter()] = take
        player.set_performances(piece, take, others=versions)

    watch = QTimer(player, interval=1, timerType=Qt.TimerType.PreciseTimer)
    watch.timeout.connect(lambda: mixer.heard and mixed.append((time.perf_counter(), mixer.heard.performance)))
    watch.start()
    before = mixer.waits
    switched, _ = listen(player, SWITCHES / 2, switch)
    watch.stop()
    delays = [
        1e3 * min(at - moment for at, heard in mixed if at >= moment and heard is take)
        for moment, take in list(wanted.items())[:-1]
    ]
    steps = [float(np.abs(np.diff(samples, n=2, axis=0)).max()) for samples in (plain, switched)]
    gaps = [longest_gap_ms(samples)[0] for samples in (plain, switched)]
    print(f"{SWITCHES} switches of takes: longest gap {gaps[1]:.1f} ms, {mixer.waits - before} blocks waited, largest "
          f"bend {steps[1]:.4f}; without switching {gaps[0]:.1f} ms, {steps[0]:.4f}")  # fmt: skip
    print(f"{'A key to the block with the other take':<46} median {np.median(delays):6.0f} ms   "
          f"longest {max(delays):6.0f} ms   (a block is {PERIOD_MS} ms)")  # fmt: skip


def breathing(piece: Performance) -> Retiming:
    """Return a tempo that slows down and hurries on every sixteen beats."""
    beats = np.arange(int(piece.duration_sec * 2))
    tempo = np.zeros(len(beats), TEMPO_CHANGE_DTYPE)
    tempo["tick"] = beats * TICKS
    tempo["microseconds"] = 500_000 * np.exp(BREATH * np.sin(beats * np.pi / 8))
    return Retiming(tempo=tempo)


def report_rubato(player: Player, mixer: Mixer, piece: Performance) -> None:
    made = retime(piece, breathing(piece))
    assert made.time_map is not None
    player.set_side("original")
    player.set_performances(piece, made.performance, time_map=made.time_map)
    player.seek(5.0)
    wait_ms(3000)
    samples, _ = listen(player, SWITCHES / 2, lambda turn: player.set_side(("styled", "original")[turn % 2]))
    sides = renderings(mixer)
    moments = range(0, len(samples) - LOCK, SAMPLE_RATE // 10)
    locks = [place for begin in moments if (place := find_lock(samples, begin, sides))]
    errors = switch_errors_ms(samples, locks, sides, made.time_map)
    seconds = np.array([place.frame / SAMPLE_RATE for place in locks if place.side == 0])
    apart = np.abs(made.time_map.apply(seconds) - seconds).max()
    print(f"{'A and B with rubato, from the same place':<46} median {np.median(errors):6.2f} ms   "
          f"longest {max(errors):6.2f} ms   {len(errors)} switches; seconds up to {apart:.2f} apart")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--only-switches", action="store_true", help="leave out starts and gaps")
    options = parser.parse_args()
    if not all(map(shutil.which, ("pulseaudio", "pactl", "parec"))):
        print("PulseAudio is not installed (Debian: pulseaudio, pulseaudio-utils): nothing was measured.")
        return 0
    application = QApplication.instance() or QApplication(sys.argv[:1])
    sys.setswitchinterval(HANDOVER_SEC)  # as the program does
    piece = parse_midi(melody(NOTES), "ten minutes")
    styled = piece.with_velocities(piece.velocities * 0.6 + 10)
    with tempfile.TemporaryDirectory() as folder, SoundServer(Path(folder)):
        mixer = Mixer()
        player = Player(mixer=mixer)
        player.set_performances(piece, styled)
        wait_ms(1000)
        print(f"{piece.duration_sec / 60:.0f} minutes, {len(piece):,} notes; load {os.getloadavg()[0]:.1f} on "
              f"{os.cpu_count()} cores; {player.problem or 'sound goes to PulseAudio'}")  # fmt: skip
        if not options.only_switches:
            report_starts(player, piece, styled)
            report_gaps(player, options.seconds)
        report_switches(player, mixer)
        report_takes(player, mixer, piece)
        report_rubato(player, mixer, piece)
        player.close()
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
