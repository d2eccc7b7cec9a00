"""Results of the command line: their names, and how many notes were left out, on every path."""

import json
import os
import shutil

import pytest

from tests import pieces
from tests.conftest import ROOT
from tests.core.cli.test_streams import Bytes, here, model, names, tonenet  # noqa: F401  (fixtures)

FAULTS = ROOT / "tests" / "faults"
BYTES = os.fsdecode(b"caf\xe9.mid")  # no UTF-8
SHOWN = "caf\ufffd.mid"


@pytest.fixture
def run(tonenet, model):  # noqa: F811
    return lambda *words, **options: tonenet("transfer", *words, "--to", "jazz", *model, **options)


def test_a_name_that_is_no_utf8_is_read_written_and_shown(run, here):  # noqa: F811
    (here / BYTES).write_bytes(pieces.combo())
    status, written, errors = run(BYTES, "-o", "out.mid", "--json")
    assert (status, errors) == (0, "")
    figures = json.loads(written)
    assert figures["file"] == SHOWN
    assert SHOWN in figures["notices"][0]
    status, written, _ = run(BYTES, "--out-dir", "out")
    assert written.decode().startswith(f"out/{SHOWN}: 8 notes in jazz")
    assert names(here / "out") == [BYTES]


def test_a_missing_file_of_such_a_name_is_one_line(run):
    status, written, errors = run(BYTES, "-o", "out.mid")
    assert (status, written, errors) == (1, b"", f"{SHOWN} does not exist.")


def test_a_folder_of_such_names_is_transferred_and_reported(run, here):  # noqa: F811
    (here / "in").mkdir()
    (here / "in" / BYTES).write_bytes(pieces.combo())
    (here / "in" / f"bad {BYTES}").write_bytes(b"words")
    status, written, errors = run("in", "--out-dir", "out", "--json")
    assert status == 1
    report = json.loads(written)
    assert report["left_out"] == [f"bad {SHOWN} is not a MIDI file."]
    assert report["partly_played"][0]["file"] == SHOWN
    assert errors == f"bad {SHOWN} is not a MIDI file. 1 of 2 files was left out."
    assert BYTES in names(here / "out")


def test_letters_that_the_terminal_lacks_stop_nothing(run, here):  # noqa: F811
    (here / "音.mid").write_bytes(pieces.scale())
    narrow = Bytes()
    narrow.reconfigure(encoding="latin-1")
    status, written, _ = run("音.mid", "-o", "out-音.mid", stdout=narrow)
    assert status == 0
    assert written.startswith(b"out-?.mid: ")


LEFT_OUT = {"notes": 8, "notes_left_out": 4, "instruments_left_out": {"bass": 4}}


@pytest.mark.parametrize("words", [("-o", "out.mid"), ("--out-dir", "out")])
def test_one_file_tells_how_many_notes_of_which_instruments_are_left_out(run, here, words):  # noqa: F811
    (here / "band.mid").write_bytes(pieces.combo())
    figures = json.loads(run("band.mid", *words, "--json")[1])
    assert figures.items() >= LEFT_OUT.items()


def test_so_do_several_files_line_by_line(run, here):  # noqa: F811
    for name in ("a.mid", "b.mid"):
        (here / name).write_bytes(pieces.combo())
    lines = run("a.mid", "b.mid", "--out-dir", "out", "--json")[1].splitlines()
    assert [json.loads(line)["file"] for line in lines] == ["a.mid", "b.mid"]
    assert all(json.loads(line).items() >= LEFT_OUT.items() for line in lines)


def test_and_a_folder(run, here):  # noqa: F811
    (here / "in" / "deep").mkdir(parents=True)
    (here / "in" / "whole.mid").write_bytes(pieces.scale())
    for name in ("band.mid", "deep/band.mid"):
        (here / "in" / name).write_bytes(pieces.combo())
    report = json.loads(run("in", "--out-dir", "out", "--workers", 2, "--json")[1])
    assert report["done"] == 3
    assert report["partly_played"] == [{"file": name, **LEFT_OUT} for name in ("band.mid", "deep/band.mid")]


def test_a_result_is_called_what_it_is(run, here):  # noqa: F811
    for name in ("song.zip", "rmid.rmi", "macbinary.mid"):
        shutil.copy(FAULTS / name, here / name)
    assert run("song.zip", "rmid.rmi", "macbinary.mid", "--out-dir", "out")[0] == 0
    beginnings = {path.name: path.read_bytes()[:4] for path in (here / "out").iterdir()}
    assert beginnings == {"song.mid": b"MThd", "rmid.rmi": b"RIFF", "macbinary.mid": b"MThd"}


@pytest.mark.parametrize("others", [("a.zip", "a.mid"), ("a.mid", "x/a.mid")])
def test_two_results_of_one_name_are_refused(run, here, others):  # noqa: F811
    (here / "x").mkdir()
    for name in others:
        (here / name).write_bytes(pieces.scale())
    status, _, errors = run(*others, "--out-dir", "out")
    assert status == 2
    assert f"the results of {others[0]} and {others[1]} would both be out/a.mid" in errors
    assert not (here / "out").exists()


def test_names_that_differ_are_all_written(run, here):  # noqa: F811
    for name in ("a.rmi", "a.mid", "a.MID"):
        (here / name).write_bytes(pieces.scale())
    assert run("a.rmi", "a.mid", "a.MID", "--out-dir", "out")[0] == 0
    assert names(here / "out") == ["a.MID", "a.mid", "a.rmi"]


@pytest.fixture
def blind_to_capitals(here):  # noqa: F811
    """A folder for results that its file system finds in capitals too: here by a link."""
    (here / "out").mkdir()
    (here / "OUT").symlink_to(here / "out")
    return here / "out"


def test_capitals_are_not_told_apart_where_the_file_system_does_not(run, here, blind_to_capitals):  # noqa: F811
    (here / "in").mkdir()
    for name in ("a.mid", "A.MID"):
        (here / name).write_bytes(pieces.scale())
        (here / "in" / name).write_bytes(pieces.scale())
    assert run("a.mid", "A.MID", "--out-dir", "out")[0] == 2
    status, _, errors = run("in", "--out-dir", "out")
    assert status == 1
    text = "a.mid is left out: its result would replace that of a file whose name differs by capitals only."
    assert errors.startswith(text)
    assert names(blind_to_capitals) == ["A.MID", "transfer.sqlite"]


def test_one_is_no_plural(run, here):  # noqa: F811
    (here / "in").mkdir()
    (here / "in" / "one.mid").write_bytes(pieces.piece([pieces.Note(0, 60)]))
    assert run("in/one.mid", "-o", "out.mid")[1].decode().startswith("out.mid: 1 note in jazz")
    assert run("in", "--out-dir", "out")[1] == b"out: 1 file in jazz, 0 were done before\n"
