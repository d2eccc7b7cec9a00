"""The walks by their names, one after the other."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.system.language import install_translators
from app.theme import theme
from benchmarks import _walks
from benchmarks._virtual_screen import screen
from benchmarks._walks.changing import edit_note, left_hand, mute_bass
from benchmarks._walks.desk import Desk, opened
from benchmarks._walks.keeping import reopen_project, use_until_killed
from benchmarks._walks.learning import learn_style
from benchmarks._walks.reading import pedal, tap_tempo
from benchmarks._walks.taking import compare_takes, drag_out, export_take, other_program

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
Walk = Callable[[Path, str, Path], None]


def at_desk(walk: Callable[[Desk], None]) -> Walk:
    """Return a walk that happens in one window, which is opened for it."""

    def walked(folder: Path, name: str, pictures: Path) -> None:
        with opened(folder, name, pictures) as desk:
            walk(desk)

    walked.__doc__ = walk.__doc__
    return walked


WALKS: dict[str, Walk] = {
    "edit-note": at_desk(edit_note),
    "left-hand": at_desk(left_hand),
    "compare-takes": at_desk(compare_takes),
    "learn-style": at_desk(learn_style),
    "mute-bass": at_desk(mute_bass),
    "export-take": at_desk(export_take),
    "drag-out": at_desk(drag_out),
    "reopen-project": reopen_project,
    "tap-tempo": at_desk(tap_tempo),
    "pedal": at_desk(pedal),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=_walks.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *WALKS], help=f"of {', '.join(WALKS)}; all")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the pictures")
    parser.add_argument("--killed", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--other-program", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.killed:
        use_until_killed(asked.killed)
    elif asked.other_program:
        other_program()
    else:
        asked.to.mkdir(parents=True, exist_ok=True)
        with screen():
            walk_all(asked.names or list(WALKS), asked.to)


def walk_all(names: list[str], pictures: Path) -> None:
    """Do walks, each with settings and folders of its own."""
    app = QApplication(["walks"])
    install_translators(app, "en")
    theme.apply_theme(app, "dark")
    for name in names:
        print(f"{name}: {WALKS[name].__doc__}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {f"XDG_{kind}_HOME": f"{folder}/{kind}" for kind in ("CONFIG", "DATA", "STATE")}
            WALKS[name](Path(folder), name, pictures)


if __name__ == "__main__":
    main()
