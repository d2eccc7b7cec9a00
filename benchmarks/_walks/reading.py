"""Walks along the time of a piece: tap its tempo, read where the pedal is."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
from PySide6.QtCore import Qt

from app.window.main_window import DEMO
from benchmarks._walks.desk import SHIFT, Desk, expect, place, settle
from tonenet_core.timing.pedalling import find_holds

BEAT_SEC = 60 / 140  # of the demo
TAPS = range(4, 24)  # beats of it, behind the bar that leads in
BAR_TICKS = 4 * 480


def tap_tempo(desk: Desk) -> None:
    """Tap a tempo."""
    session, player = desk.session, desk.session.player
    desk.drop(_recording(desk.folder))
    expect("a recording: the file knows no beats", not session.original.metered)
    desk.key(Qt.Key.Key_T)
    expect(f"T: “{session.message.text}”", "press T" in session.message.text)
    desk.key(Qt.Key.Key_Space)
    beats = _played_sec(np.array(TAPS) * BEAT_SEC)
    for beat in beats:
        settle(lambda beat=beat: player.position_sec >= beat)
        desk.key(Qt.Key.Key_T)
    expect(f"T with each beat: “{session.message.text}”", session.message.text.startswith(f"{len(beats)} beats"))
    desk.key(Qt.Key.Key_Space)
    desk.picture("tapped")
    taps = list(session.tapping.taps_sec)
    desk.click("useBeatsOffer")
    expect(f"Use These Beats: “{session.message.text}”", session.original.metered)
    late = 1000 * np.median(np.array(taps) - beats)
    kept = np.array_equal(session.original.tapped_sec, taps)
    expect(f"the piece has the beats that were tapped, {late:.0f} ms behind the music's", kept)
    desk.picture()


def pedal(desk: Desk) -> None:
    """Read where the pedal is."""
    session = desk.session
    desk.drop(_pedalled(desk.folder))
    desk.click("pedalCheck")
    desk.transfer("transferToClassicalButton")
    lane = desk.view("pedalLane")
    if not lane.isVisible():
        desk.key(Qt.Key.Key_P, SHIFT)
    expect("Shift+P shows the lane of the pedal", lane.isVisible())
    holds = [find_holds(side) for side in session.sides if side is not None]
    expect(f"A presses it {len(holds[0])} times, B {len(holds[1])} times", all(map(len, holds)))
    seen = holds[1][holds[1]["up_sec"] < lane.viewport.end_sec]
    longest = seen[np.argmax(seen["up_sec"] - seen["down_sec"])]
    desk.hover(lane, place(lane, float(longest["up_sec"] + longest["down_sec"]) / 2))
    expect(f"under the mouse stands “{lane.readout()}”", "B down" in lane.readout())
    desk.picture()


def _pedalled(folder: Path) -> Path:
    """Write the demo with a pedal that is changed with each bar, and only half pressed in some."""
    piece, path = mido.MidiFile(DEMO), folder / "pedalled.mid"
    pedal, before = mido.MidiTrack(), 0
    for bar in range(1, 34):
        for tick, value in ((bar * BAR_TICKS + 60, 50 if bar % 8 in (3, 4) else 127), ((bar + 1) * BAR_TICKS - 90, 0)):
            pedal.append(mido.Message("control_change", control=64, value=value, time=tick - before))
            before = tick
    piece.tracks.append(pedal)
    piece.save(path)
    return path


def _recording(folder: Path) -> Path:
    """Write the demo as a recording: a tempo that breathes, and ticks that follow the clock."""
    piece, path = mido.MidiFile(DEMO), folder / "at-home.mid"
    track, now, ticks = mido.MidiTrack(), 0.0, 0
    for message in piece:  # in seconds
        now += message.time
        if message.is_meta:
            continue
        tick = round(float(_played_sec(np.array(now))) * 960)
        track.append(message.copy(time=tick - ticks))
        ticks = tick
    mido.MidiFile(type=0, tracks=[track]).save(path)
    return path


def _played_sec(written_sec: np.ndarray) -> np.ndarray:
    """Return when moments are heard in the recording."""
    return 1.04 * written_sec + 0.25 * np.sin(written_sec * 0.8) + 0.06 * np.sin(written_sec * 3.1)
