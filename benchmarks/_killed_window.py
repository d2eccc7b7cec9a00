"""What comes back when the window's process is killed by SIGKILL at a random moment.

    python -m benchmarks._killed_window [--moments 200] [--seed 0] [--longest 3.0] [--keep DIR]

A process with the whole window (`_hasty_hand`; offscreen, its models replaced by quick ones that need no network) opens
pieces, transfers them, makes other takes, names, stars, duplicates and deletes them, sets velocities by hand, moves the
strength, taps beats, invents pieces, undoes, saves projects, and learns styles, stops that, and forgets them. After
each action, as soon as it is painted, it prints what it shows.
It is killed at a random moment between its start and `--longest` seconds after it, begun anew, and restores what the
crashed one left; then it goes on, so that what was made before must outlive all kills that follow.

Exit status 1 if a take that was shown does not come back, as it was shown: same bytes, name, star, and place. Of the
action that was being done at the kill, either outcome is right; so is that of a slider in its last quarter of a second.
Projects are read after each kill: each is whole, and has what was in it when it was last said to be saved. A style that
was learnt is there, and one that was being learnt goes on from the validation that was shown last, or a later one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from app.documents.project_file import read_project
from benchmarks._hasty_hand import PIECES, described
from benchmarks._quick_learner import write_any_style
from tests.pieces import melody
from tonenet_core.progress import no_progress

ROOT = Path(__file__).parents[1]
HANG_SEC = 120.0
REPORTED = 10  # kills


@dataclass
class Life:
    """What a process said until it was killed.

    Attributes:
        restored: what it had after its start; None if it was killed before.
        shown: what it showed last; None if it showed nothing.
        doing: the action that it was at; empty between two.
        saved: by the names of projects, what was said to be in them last.
        kept: after its start, the styles that were learnt, and the validations of those that were being learnt.
        styles: the same as shown last.
        actions: how often each was begun.
    """

    restored: list[Any] | None = None
    shown: list[Any] | None = None
    doing: str = ""
    saved: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] | None = None
    styles: dict[str, Any] | None = None
    actions: Counter[str] = field(default_factory=Counter)

    def hear(self, line: str) -> bool:
        """Take in a line; return whether to go on."""
        if not line.endswith("\n"):  # the kill was quicker
            return False
        word, _, content = line.partition(" ")
        said = json.loads(content)
        if word == "restored":
            self.restored = said
        elif word == "doing":
            self.doing = said
            self.actions[said] += 1
        elif word == "saved":
            self.saved[said[0]] = said[1]
        elif word == "kept":
            self.kept = said
        elif word == "styles":
            self.styles = said
        elif word == "shown":
            self.shown, self.doing = said, ""
        return word != "done"


@contextmanager
def started(folder: Path, seed: int, actions: int) -> Iterator[subprocess.Popen[str]]:
    """Start a process of the window in a folder of its own; kill it in the end."""
    own = {name: str(folder / "xdg") for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._hasty_hand", str(folder), str(seed), str(actions)],
        cwd=ROOT,
        env={**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def live_until_killed(folder: Path, seed: int, seconds: float = HANG_SEC, actions: int = 10**6) -> Life:
    """Let a window live; kill it so many seconds after it began, or behind so many actions."""
    life, begun, over = Life(), threading.Event(), threading.Event()
    with started(folder, seed, actions) as process:
        assert process.stdout is not None

        def kill() -> None:
            begun.wait(HANG_SEC)
            over.wait(seconds)
            process.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        goes_on = True
        for line in process.stdout:
            begun.set()
            goes_on = goes_on and life.hear(line)
            if not goes_on:
                over.set()
        assert begun.is_set(), "the window did not begin"
        over.set()
        killer.join()
    return life


def write_pieces(folder: Path) -> None:
    """Write the pieces that the window opens."""
    for number in range(PIECES):
        (folder / f"{number}.mid").write_bytes(melody(60 + 20 * number, seed=number))


def missing(before: list[Any], after: list[Any], doing: str) -> list[str]:
    """Return what was shown before and did not come back.

    Where something was being done, one take may be another by then, or gone if it was to be deleted.
    """
    lost, spared = [], 1 if doing else 0
    left = list(after)
    for piece in before:
        alike = [each for each in left if each["title"] == piece["title"]]
        same = next((each for each in alike if each == piece), alike[0] if alike else None)
        if same is None:
            if piece["takes"] or spared == 0 or doing not in ("open", "invent"):
                lost.append(f"the piece {piece['title']} with {len(piece['takes'])} takes")
            continue
        left.remove(same)
        gone = Counter(map(str, piece["takes"])) - Counter(map(str, same["takes"]))
        fewer = len(piece["takes"]) - len(same["takes"])
        allowed = spared and (fewer <= 0 or doing in ("delete", "undo", "redo"))
        others = sum(gone.values()) + (same["opened"] != piece["opened"])
        if others > 1 or (others == 1 and not allowed):
            lost.append(f"{piece['title']}: {gone or 'other notes or beats'}")
        spared -= others > 0
    return lost


def missing_styles(before: dict[str, Any], after: dict[str, Any], doing: str) -> list[str]:
    """Return the styles that were learnt, or were being learnt, and are not as far any more.

    Where one was being forgotten, or a run stopped, one may be gone.
    """
    gone = [] if doing == "forget_style" else sorted(set(before["learnt"]) - set(after["learnt"]))
    lost = [f"the style {title}" for title in gone]
    if doing != "stop_learning":
        for title, validations in before["runs"].items():
            found = after["runs"].get(title, 0)
            if title not in after["learnt"] and (title not in after["runs"] or found < validations):
                lost.append(f"{title}, which was being learnt: {validations} validations, now {found}")
    return lost


def damaged_projects(folder: Path, saved: dict[str, Any], doing: str) -> list[str]:
    """Return the projects that cannot be read, or have not all of what was said to be in them.

    Where one was being saved, what is in it now is what must be in it from now on.
    """
    lost = []
    for name, said in list(saved.items()):
        found = described(read_project(folder / name, no_progress).document)
        if found != said and doing != "project":
            lost.append(f"{name} has not what was saved in it")
        saved[name] = found
    return lost


def soak(folder: Path, moments: int, seed: int, longest: float, report: Callable[[str], None]) -> int:
    """Kill the window at so many moments; return how often something was lost."""
    chance, losses, actions, times = random.Random(seed), 0, Counter[str](), []
    write_pieces(folder)
    write_any_style(folder)
    expected: list[Any] = []
    styles: dict[str, Any] = {"learnt": [], "runs": {}}
    saved: dict[str, Any] = {}
    doing, between = "", 0
    for moment in range(moments):
        begin = time.monotonic()
        life = live_until_killed(folder, chance.randrange(10**9), chance.uniform(0.0, longest))
        times.append(time.monotonic() - begin)
        if life.restored is not None:
            assert life.kept is not None
            lost = missing(expected, life.restored, doing) + missing_styles(styles, life.kept, doing)
            expected, styles, doing = life.restored, life.kept, ""
            for each in lost:
                report(f"moment {moment}: {each}")
            losses += bool(lost)
        if life.shown is not None:
            expected = life.shown
        if life.styles is not None:
            styles = life.styles
        if life.shown is not None or life.doing:
            doing = life.doing
        between += not life.doing
        saved |= life.saved
        lost = damaged_projects(folder, saved, life.doing)
        for each in lost:
            report(f"moment {moment}: {each}")
        losses += bool(lost)
        actions += life.actions
        if (moment + 1) % REPORTED == 0:
            report(f"{moment + 1} kills, {moment + 1 - between} in the middle of an action; {losses} losses")
    takes, usual_sec = sum(len(piece["takes"]) for piece in expected), statistics.median(times)
    report(f"{moments} kills, {moments - between} of them in the middle of an action; {sum(actions.values())} actions")
    report(", ".join(f"{name} {count}" for name, count in actions.most_common()))
    report(f"{len(expected)} pieces with {takes} takes at the end; {losses} losses; {usual_sec:.1f} s a kill")
    return losses


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--longest", type=float, default=3.0)
    parser.add_argument("--keep", type=Path, help="a folder for what is left, to look into")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        return soak(folder, asked.moments, asked.seed, asked.longest, partial(print, flush=True)) > 0


if __name__ == "__main__":
    sys.exit(main())
