"""Names that are not UTF-8 cross between Python and Qt byte for byte."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QUrl

from app.system.file_names import path_of, path_of_setting, path_of_text, text_of, url_of
from app.system.settings import Settings
from tonenet_core.errors import printable

NAMES = [b"caf\xe9.mid", "é 音 #50%?[1];~.mid".encode(), b"a b&c.mid", b"\xff\xfe", b"%E9.mid", b"file:.mid"]
BYTES = os.fsdecode(NAMES[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_path_becomes_a_url_and_a_setting_and_comes_back(tmp_path, name):
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(b"there")
    url = url_of(path)
    assert url.isLocalFile()
    assert path_of(url) == path
    assert path_of(QUrl.fromEncoded(QByteArray(bytes(url.toEncoded())))) == path
    assert path_of_setting(text_of(path)) == path
    printable(text_of(path)).encode()


def test_what_other_programs_write_is_read():
    assert path_of(QUrl.fromEncoded(QByteArray(b"file:///tmp/caf%E9.mid"))) == Path(os.fsdecode(b"/tmp/caf\xe9.mid"))
    assert path_of(QUrl.fromLocalFile("/tmp/é%41 #.mid")) == Path("/tmp/é%41 #.mid")


def test_a_text_that_was_shown_stands_for_the_one_file_that_is_shown_so(tmp_path):
    folder = tmp_path / os.fsdecode(b"d\xefr")
    folder.mkdir()
    (folder / BYTES).touch()
    assert path_of_text(printable(folder / BYTES)) == folder / BYTES
    assert path_of_text(printable(folder / "new.mid")) == folder / "new.mid"
    (folder / os.fsdecode(b"caf\xe8.mid")).touch()  # now two are shown so
    assert path_of_text(printable(folder / BYTES)) == folder / printable(BYTES)
    assert path_of_text("/nowhere/\ufffd/a.mid") == Path("/nowhere/\ufffd/a.mid")
    assert path_of_text("plain.mid") == Path("plain.mid")


def test_settings_keep_such_names(tmp_path):
    folder = tmp_path / os.fsdecode(b"d\xefr")
    folder.mkdir()
    settings = Settings(tmp_path / "ToneNet.ini")
    settings.remember_piece(folder / "plain.mid")
    settings.remember_piece(tmp_path / BYTES)
    settings.export_folder = folder
    settings.soundfont = folder / "a.sf2"
    settings.sync()
    again = Settings(tmp_path / "ToneNet.ini")
    assert again.recent == [tmp_path / BYTES, folder / "plain.mid"]
    assert (again.export_folder, again.soundfont) == (folder, folder / "a.sf2")
