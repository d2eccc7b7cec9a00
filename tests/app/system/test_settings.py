"""What is remembered: by two windows at once, on a damaged file, and that no file can make it run code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from app.system.settings import RECENT_MAX, Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ToneNet.ini"


def another_window(code, file, *, wait=True):
    """Run Python with a Settings `s` on the same file, in another process."""
    start = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QByteArray;"
        " from app.system.settings import Settings; s = Settings(Path(sys.argv[1]))"
    )
    text = f"{start}\n{code}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen([sys.executable, "-c", text, str(file)], env=environment)
    if wait:
        assert child.wait(60) == 0
    return child


def test_it_is_there_at_the_next_start(file):
    settings = Settings(file)
    settings.theme, settings.volume, settings.soundfont = "light", 0.25, Path("/a.sf2")
    settings.set_bytes("geometry", QByteArray(b"\x00\xff,\"'"))
    settings.remember_piece(Path("/music/a b.mid"))
    settings.sync()
    again = Settings(file)
    assert (again.theme, again.volume, again.soundfont) == ("light", 0.25, Path("/a.sf2"))
    assert again.bytes("geometry") == QByteArray(b"\x00\xff,\"'")
    assert again.recent == [Path("/music/a b.mid")]


def test_the_users_own_file_is_where_it_was(own_settings):
    Settings().theme = "light"
    store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "ToneNet", "ToneNet")
    assert store.value("theme") == "light"
    assert Path(store.fileName()).is_relative_to(own_settings)


def test_two_windows_keep_what_each_other_wrote(file):
    here = Settings(file)
    here.theme = "light"
    here.remember_piece(Path("/here/1.mid"))
    here.sync()
    another_window("s.device = 'cpu'; s.volume = 0.1; s.remember_piece(Path('/there/2.mid')); s.sync()", file)
    here.export_folder = Path("/exports")
    here.remember_piece(Path("/here/3.mid"))
    here.sync()
    store = QSettings(str(file), QSettings.Format.IniFormat)
    assert {key: store.value(key) for key in ("theme", "device", "volume", "export_folder")} == {
        "theme": "light",
        "device": "cpu",
        "volume": "0.1",
        "export_folder": "/exports",
    }
    assert Settings(file).recent == [Path("/here/3.mid"), Path("/there/2.mid"), Path("/here/1.mid")]


def test_two_windows_that_write_at_the_same_time_leave_a_whole_file(file):
    write = "for n in range(40): s.set_bytes(f'NAME{n}', QByteArray(str(n).encode())); s.sync()"
    children = [another_window(write.replace("NAME", name), file, wait=False) for name in ("one", "two")]
    assert [child.wait(60) for child in children] == [0, 0]
    store = QSettings(str(file), QSettings.Format.IniFormat)
    assert store.status() == QSettings.Status.NoError
    assert {key: store.value(key) for key in store.allKeys()} == {
        f"{name}{number}": str(number).encode() for name in ("one", "two") for number in range(40)
    }


class _Attack:
    def __init__(self, ran):
        self.ran = ran

    def __reduce__(self):
        return os.mkdir, (str(self.ran),)


def test_a_settings_file_runs_no_code(file, tmp_path):
    ran = tmp_path / "ran"
    store = QSettings(str(file), QSettings.Format.IniFormat)
    store.setValue("theme", _Attack(ran))
    store.setValue("device", "cpu")
    store.sync()
    attack = file.read_bytes()
    assert b"@Variant" in attack
    another_window("assert s.theme == 'dark' and s.device == 'cpu', (s.theme, s.device)", file)
    assert not ran.exists()
    assert b"@Variant" not in file.read_bytes()
    file.write_bytes(attack)
    read = "import sys; from PySide6.QtCore import QSettings; "
    read += "QSettings(sys.argv[1], QSettings.Format.IniFormat).value('theme')"
    subprocess.run([sys.executable, "-c", read, str(file)], check=True)
    assert ran.exists()  # so that it is known to be an attack


@pytest.mark.parametrize(
    "line",
    [
        "theme=@Variant(\\0\\0\\0\\x7f\\0\\0",
        "recent=@Variant(\\0\\0\\0\\t\\0\\x7f\\xff\\xff\\xff)",
        "volume=@DateTime(\\0\\0\\0\\x10)",
        "volume=nan",
        "volume=loud",
        "geometry=@Rect(1 2 3 4)",
        "open_folder=" + "x" * 5000,
        "export_folder=@Invalid()",
        "recent=" + ", ".join(f"/{number}.mid" for number in range(50)),
        "[General",
        "\x00\x01\x02",
    ],
)
def test_a_damaged_file_gives_what_is_usual(file, line):
    file.write_text(f"[General]\ndevice=cpu\n{line}\n", encoding="utf-8")
    settings = Settings(file)
    assert settings.device == "cpu"
    assert settings.theme == "dark"
    assert settings.volume == 0.8
    assert settings.open_folder == Path.home()
    assert len(settings.recent) <= RECENT_MAX
    assert settings.export_folder in (None, Path.home())
    assert settings.bytes("geometry").isEmpty()
