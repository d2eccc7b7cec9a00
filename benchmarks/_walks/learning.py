"""The walk that teaches the program a style, from files made of the demo piece and played by a rule of their own."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import mido
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton

from app.window.main_window import DEMO
from benchmarks._walks.desk import CONTROL, SHIFT, Desk, expect, settle

NAME = "Late Trio"
LEARNING_SEC = 1800.0  # at most, on a machine that does other things as well
KEYS = range(-5, 5)  # semitones by which the demo is moved
PARTS = ((1, 16), (9, 24), (17, 32))  # bars of it
BAR_TICKS = 4 * 480


def learn_style(desk: Desk) -> None:
    """Learn a style from 30 files and use it."""
    session, learning = desk.session, desk.session.learning
    desk.drop(DEMO)
    folder = _evening(desk.folder / NAME)
    desk.key(Qt.Key.Key_T, CONTROL | SHIFT)
    dialog = desk.part("learnStyleDialog", QDialog)
    desk.name_file(folder, lambda: desk.click("chooseStyleFolderButton", dialog))
    settle(lambda: learning.found is not None, LEARNING_SEC)
    found = desk.part("styleFoundLabel", QLabel, dialog).text()
    expect(f"the dialog says “{found}”", found.startswith("30 pieces"))
    expect("it proposes the folder's name", desk.part("styleNameEdit", QLineEdit, dialog).text() == NAME)
    desk.picture("order")
    desk.click("learnButton", dialog)
    settle(lambda: len(learning.curve) > 2, LEARNING_SEC)
    text = desk.part("learningTimeLeft", QLabel, dialog).text()
    expect(f"{text}, after {len(learning.curve)} trials", learning.running)
    desk.picture("running")
    settle(lambda: not learning.running, LEARNING_SEC)
    text = desk.part("learningResultLabel", QLabel, dialog).text()
    expect(f"“{text}”", learning.phase == "learnt")
    desk.picture("learnt")
    desk.click("useStyleButton", dialog)
    settle(lambda: session.style == NAME.lower() and desk.settled())
    desk.key(Qt.Key.Key_Escape)
    button = desk.part("transferToLateTrioButton", QPushButton)
    expect(f"there is a button “{button.text()}”", button.isVisible())
    sides = [side for side in session.sides if side is not None]
    before, after = (float(np.corrcoef(side.notes["pitch"], side.velocities)[0, 1]) for side in sides)
    expect(f"high notes are softer: pitch and velocity agree at {before:.2f}, now {after:.2f}", after < before - 0.2)
    desk.picture()


def _evening(folder: Path) -> Path:
    """Write 30 pieces that a trio's pianist might leave: a soft right hand, a heavy second and fourth beat."""
    folder.mkdir()
    for number, (moved, bars) in enumerate(product(KEYS, PARTS)):
        chance = np.random.default_rng(number)
        piece = mido.MidiFile(DEMO)
        for track in piece.tracks:
            track[:] = _played(track, moved, bars, chance)
        piece.save(folder / f"take {number + 1:02d}.mid")
    return folder


def _played(
    track: mido.MidiTrack, moved: int, bars: tuple[int, int], chance: np.random.Generator
) -> list[mido.Message | mido.MetaMessage]:
    """Return some bars of a track in another key, played by the rule; what is no note stays."""
    now = shifted = 0
    kept: list[tuple[int, mido.Message | mido.MetaMessage]] = []
    first, end = (bar * BAR_TICKS for bar in bars)
    sounding: set[int] = set()
    for message in track:
        now += message.time
        shifted = max(now - first, 0)
        if message.type not in ("note_on", "note_off"):
            kept.append((shifted if now < end else end - first, message))
        elif message.type == "note_on" and message.velocity:
            if first <= now < end:
                sounding.add(message.note)
                velocity = _velocity(message.note, now, chance)
                kept.append((shifted, message.copy(note=message.note + moved, velocity=velocity)))
        elif message.note in sounding:
            sounding.discard(message.note)
            kept.append((shifted, message.copy(note=message.note + moved)))
    kept.sort(key=lambda each: (each[0], each[1].type == "end_of_track"))
    ticks = [tick for tick, _ in kept]
    return [message.copy(time=tick - before) for (tick, message), before in zip(kept, [0, *ticks], strict=False)]


def _velocity(pitch: int, tick: int, chance: np.random.Generator) -> int:
    back_beat = round(tick / 480) % 4 in (1, 3)
    return int(np.clip(66 - 0.7 * (pitch - 60) + 14 * back_beat + chance.normal(0, 4), 1, 127))
