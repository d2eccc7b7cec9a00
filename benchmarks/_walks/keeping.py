"""The walk of a project whose program is killed: what had been saved and what had not come back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.documents.take_name import take_name
from app.system.language import install_translators
from app.theme import theme
from app.window.main_window import DEMO
from benchmarks._hasty_hand import described
from benchmarks._walks.desk import CONTROL, SHIFT, expect, opened, place, settle
from tests.app.mouse import drag

PROJECT = "evening.tonenet"


def reopen_project(folder: Path, name: str, pictures: Path) -> None:
    """Reopen the project after kill -9."""
    command = [sys.executable, "-m", "benchmarks._walks", "--killed", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        shown = None
        for line in program.stdout:
            word, _, content = line.partition("\t")
            if word == "shown":
                shown = json.loads(content)
                program.kill()
            else:
                print(line, end="", flush=True)
    expect(f"kill -9: the program ends with {program.returncode}", shown is not None and program.returncode == -9)
    with opened(folder, name, pictures, recover=True) as desk:
        session = desk.session
        expect(f"the next start says “{session.message.text}”", PROJECT in session.message.text)
        expect("the project is among the recent ones", folder / PROJECT in session.settings.recent)
        desk.picture("offer")
        desk.click("restoreOffer")
        settle(lambda: desk.settled() and len(session.takes.all) == 2)
        expect("both takes are there, with the notes set by hand", described(session.document.current) == shown)
        QTest.qWait(100)
        title = desk.window.windowTitle()
        expect(f"the title is “{title}”: the project has not all of it yet", title.startswith(f"{PROJECT}[*]"))
        desk.key(Qt.Key.Key_S, CONTROL)
        expect(f"Ctrl+S: “{session.message.text}”", PROJECT in session.message.text)
        desk.picture()
    with opened(folder, name, pictures) as desk:
        desk.drop(folder / PROJECT)
        expect("the project has all of it", described(desk.session.document.current) == shown)


def use_until_killed(folder: Path) -> None:
    """Make a project and go on with it, then wait for the end."""
    app = QApplication(["tonenet"])
    install_translators(app, "en")
    theme.apply_theme(app, "dark")
    with opened(folder, "", folder) as desk:
        session = desk.session
        desk.drop(DEMO)
        desk.transfer("transferToClassicalButton")
        desk.name_file(folder / PROJECT, lambda: desk.key(Qt.Key.Key_S, CONTROL))
        expect(f"Ctrl+S: “{session.message.text}”", (folder / PROJECT).is_file())
        before = session.take
        desk.key(Qt.Key.Key_T, CONTROL)
        settle(lambda: session.take is not before and desk.settled())
        lane = desk.view("velocityLane")
        drag(lane, [place(lane, 4.0, 120), place(lane, 8.0, 60), place(lane, 11.0, 100)], SHIFT)
        expect(f"after it another take, {take_name(session.take)}", len(session.editing.edits) > 0)
        desk.window.grab()
        print("shown", json.dumps(described(session.document.current)), sep="\t", flush=True)
        sys.stdin.read()
