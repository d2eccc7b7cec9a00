"""Walks that change how a piece is played: one note, one hand of some bars, without the bass."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QStyle, QTreeWidget, QWidget

from app.documents.take_name import take_name
from app.window.main_window import DEMO
from benchmarks._walks.desk import CONTROL, LEFT_BUTTON, SHIFT, Desk, expect, place, settle
from tests.app.mouse import click, drag
from tonenet_core.harmony.hands import LEFT, find_hands

MUTE = 2  # column of the tracks
BASS, RIDE = 32, 51  # General MIDI's acoustic bass, and its cymbal among the drums


def edit_note(desk: Desk) -> None:
    """Edit a note."""
    desk.drop(DEMO)
    session = desk.session
    desk.transfer("transferToClassicalButton")
    bars, roll, lane = session.original.downbeats_sec, desk.view("styledRoll"), desk.view("velocityLane")
    drag(roll, [place(roll, float(bars[bar])) for bar in (4, 6, 8)])
    desk.key(Qt.Key.Key_Z)
    desk.key(Qt.Key.Key_Escape)
    notes = session.original.notes
    inside = np.flatnonzero((notes["onset_sec"] > bars[5]) & (notes["onset_sec"] < bars[6]))
    note = int(inside[np.argmax(notes["pitch"][inside])])
    onset, before = float(notes["onset_sec"][note]), session.styled.velocities
    click(roll, place(roll, onset + 0.05, float(notes["pitch"][note])))
    expect("a click on the note selects it", session.editing.selection.notes.tolist() == [note])
    dot = place(lane, onset, float(before[note]))
    drag(lane, [dot, dot - QPoint(0, 5), place(lane, onset, 110)])
    after = session.styled.velocities
    expect(f"its dot is dragged, and its velocity goes from {before[note]} to {after[note]}", after[note] > 100)
    expect("all other notes are as they were", (np.delete(before, note) == np.delete(after, note)).all())
    desk.hover(lane, place(lane, onset, float(after[note])))
    expect(f"the lane says “{lane.title_label.text()}”", lane.title_label.text().endswith("1 set by hand"))
    desk.key(Qt.Key.Key_Z, CONTROL)
    expect("Ctrl+Z takes it back", session.styled.velocities[note] == before[note])
    desk.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    expect("Ctrl+Shift+Z brings it again", session.styled.velocities[note] == after[note])
    desk.picture()


def left_hand(desk: Desk) -> None:
    """Transfer bars 5 to 12 of the left hand only."""
    session = desk.session
    desk.drop(DEMO)
    roll, bars = desk.view("originalRoll"), session.original.downbeats_sec
    drag(roll, [place(roll, float(bars[bar])) for bar in (4, 8, 12)])
    desk.key(Qt.Key.Key_L, CONTROL)
    desk.choose("handsCombo", "Left hand")
    button = desk.part("transferToClassicalButton", QPushButton)
    expect(f"the button says “{button.text()}”", button.text() == "Bars 5–12, left hand, to Classical")
    desk.transfer("transferToClassicalButton")
    before, after = session.original, session.styled
    changed = before.velocities != after.velocities
    onset = before.notes["onset_sec"]
    played = (find_hands(before) == LEFT) & (onset > bars[4] - 0.05) & (onset < bars[12])
    expect(f"{changed.sum()} notes of the left hand have other velocities", bool(changed[played].any()))
    expect("all other notes are as they were", not changed[~played].any())
    expect(f"the take is called “{take_name(session.take)}”", "bars 5–12, left hand" in take_name(session.take))
    desk.leave()
    desk.picture()


def mute_bass(desk: Desk) -> None:
    """Mute the bass."""
    session = desk.session
    desk.drop(_band(desk.folder))
    desk.menu("Playback", "Mute or Solo Tracks…")
    options = desk.part("moreOptions", QWidget)
    settle(options.isVisible)
    tracks = desk.part("trackList", QTreeWidget, options)
    rows = {tracks.topLevelItem(row).text(0): row for row in range(tracks.topLevelItemCount())}
    box = tracks.visualRect(tracks.model().index(rows["Bass"], MUTE))
    half = tracks.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth) // 2
    QTest.mouseClick(tracks.viewport(), LEFT_BUTTON, pos=QPoint(box.left() + half, box.center().y()))
    audible, numbers = session.player.audible, np.arange(1, 6)
    heard = audible.among(numbers, np.zeros(5, bool))
    expect(f"of {', '.join(rows)} all but the bass are heard", heard.tolist() == [True, True, True, False, True])
    facts = desk.part("pieceFacts", QLabel).text()
    expect(f"the header says “{facts}”", facts.endswith("1 track muted"))
    desk.picture("tracks")
    QTest.keyClick(options, Qt.Key.Key_Escape)
    desk.click("dismissButton")
    exported = mido.MidiFile(file=io.BytesIO(session.original.to_bytes()))
    expect("an export has it still", any(track.name == "Bass" for track in exported.tracks))
    desk.picture()


def _band(folder: Path) -> Path:
    """Write the demo piece with a bass that doubles its lowest notes, and a ride cymbal; return its path."""
    piece, path = mido.MidiFile(DEMO), folder / "band.mid"
    bass = mido.MidiTrack([mido.MetaMessage("track_name", name="Bass")])
    bass.append(mido.Message("program_change", program=BASS, channel=1))
    waited = 0
    for message in piece.tracks[-1]:
        waited += message.time
        if message.type in ("note_on", "note_off") and message.note < 52:
            bass.append(message.copy(channel=1, time=waited))
            waited = 0
    drums = mido.MidiTrack([mido.MetaMessage("track_name", name="Drums")])
    for beat in range(4 * 33):
        strong = 88 if beat % 2 else 70
        drums.append(mido.Message("note_on", channel=9, note=RIDE, velocity=strong, time=0 if beat == 0 else 240))
        drums.append(mido.Message("note_off", channel=9, note=RIDE, time=240))
    piece.tracks += [bass, drums]
    piece.save(path)
    return path
