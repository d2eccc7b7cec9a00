"""`-` on the command line: a MIDI file comes from standard input and goes to standard output, and nothing else does."""

import io
import os
import signal
import sys
import wave
from contextlib import suppress

import pytest

from tests import pieces
from tonenet_core import checkpoint, cli
from tonenet_core.midi import parse_midi, read_midi
from tonenet_core.models.expression.luong import Luong, LuongConfig


class Bytes(io.TextIOWrapper):
    """Standard stream of this process that keeps its bytes, and may be a terminal."""

    def __init__(self, data=b"", *, terminal=False):
        self.kept = io.BytesIO(data)
        self.terminal = terminal
        super().__init__(self.kept, encoding="utf-8", write_through=True)

    def isatty(self):
        return self.terminal


@pytest.fixture
def tonenet(monkeypatch, tmp_path):
    """Run the command line in this process, in an empty folder; return its status, stdout as bytes and stderr."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def run(*words, stdin=b"", stdout=None):
        source = stdin if isinstance(stdin, Bytes) else Bytes(stdin)
        target, errors = stdout or Bytes(), Bytes()
        with monkeypatch.context() as patch:
            for name, stream in (("stdin", source), ("stdout", target), ("stderr", errors)):
                patch.setattr(sys, name, stream)
            patch.setattr(sys, "argv", ["tonenet", *map(str, words)])
            try:
                cli.main()
                status = 0
            except SystemExit as end:
                status = end.code or 0
        written = target.kept.getvalue() if isinstance(target, Bytes) else b""
        return status, written, " ".join(errors.kept.getvalue().decode().split())

    return run


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    checkpoint.save(path, Luong(LuongConfig(styles=("jazz", "classical"), hidden=8, layers=1)), "Tiny", {})
    return "--model", path, "--device", "cpu"


@pytest.fixture
def here(tmp_path):
    return tmp_path / "here"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_transfer_from_stream_to_stream_is_that_of_the_file(tonenet, model, here):
    piece = pieces.melody(60, seed=2)
    (here / "in.mid").write_bytes(piece)
    assert tonenet("transfer", "in.mid", "--to", "classical", "-o", "out.mid", *model)[0] == 0
    status, written, errors = tonenet("transfer", "-", "--to", "classical", "-o", "-", *model, stdin=piece)
    assert (status, written) == (0, (here / "out.mid").read_bytes())
    assert "standard output: 60 notes in classical, mean velocity " in errors
    assert names(here) == ["in.mid", "out.mid"]


def test_a_stream_carries_a_plain_midi_file_whatever_came_in(tonenet, model):
    wrapped = pieces.rmid(pieces.melody(30))
    _, written, _ = tonenet("transfer", "-", "--to", "jazz", "-o", "-", *model, stdin=wrapped)
    assert written.startswith(b"MThd")
    assert len(parse_midi(written, "out")) == 30


def test_a_file_whose_name_is_a_dash_is_named_with_its_folder(tonenet, model, here):
    (here / "-").write_bytes(pieces.melody(30))
    assert tonenet("transfer", "./-", "--to", "jazz", "-o", "out.mid", *model)[0] == 0
    assert len(read_midi(here / "out.mid")) == 30
    assert tonenet("transfer", "out.mid", "--to", "jazz", "-o", "./-", *model)[0] == 0
    assert (here / "-").read_bytes().startswith(b"MThd")


def test_sound_goes_to_a_stream_too(tonenet, here):
    status, written, _ = tonenet("render", "-", "-o", "-", stdin=pieces.scale())
    with wave.open(io.BytesIO(written), "rb") as file:
        assert file.getnframes() > file.getframerate()
    assert (status, names(here)) == (0, [])


def test_so_does_a_piece_that_is_generated_or_decoded(tonenet, here):
    status, made, errors = tonenet("generate", "-o", "-", "--length", "2")
    assert (status, len(parse_midi(made, "made")) > 0) == (0, True)
    assert errors.startswith("standard output: ")
    status, again, _ = tonenet("reconstruct", "-", "-o", "-", stdin=made)
    assert (status, len(parse_midi(again, "again")) > 0) == (0, True)
    assert names(here) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("transfer", "-", "--to", "jazz", "-o", "-", "--json"), "--json would mix with the file"),
        (("transfer", "-", "--to", "jazz", "--out-dir", "out"), "has no name for a file in --out-dir"),
        (("interpolate", "-", "-", "--out-dir", "out"), "Only one of the two pieces"),
    ],
)
def test_a_stream_that_cannot_be_meant_is_wrong_usage(tonenet, here, words, reason):
    status, written, errors = tonenet(*words, stdin=pieces.scale())
    assert (status, written) == (2, b"")
    assert reason in errors
    assert names(here) == []


def test_no_bytes_go_to_a_terminal_and_none_are_awaited_from_one(tonenet, here):
    (here / "in.mid").write_bytes(pieces.scale())
    status, written, errors = tonenet("render", "in.mid", "-o", "-", stdout=Bytes(terminal=True))
    assert (status, written) == (2, b"")
    assert "this is a terminal" in errors
    status, _, errors = tonenet("render", "-", "-o", "out.wav", stdin=Bytes(terminal=True))
    assert status == 2
    assert "this is a terminal" in errors
    assert names(here) == ["in.mid"]


def test_a_reader_that_goes_away_ends_the_command_quietly(tonenet):
    ours, theirs = os.pipe()
    os.close(ours)
    with open(theirs, "w", encoding="utf-8") as gone:  # noqa: PTH123  (a descriptor, not a path)
        status, _, errors = tonenet("render", "-", "-o", "-", stdin=pieces.scale(), stdout=gone)
        assert (status, errors) == (1, "")
        with suppress(BrokenPipeError):
            gone.close()


def test_bytes_that_are_no_midi_file_get_a_sentence(tonenet, model):
    status, written, errors = tonenet("transfer", "-", "--to", "jazz", "-o", "-", *model, stdin=b"words")
    assert (status, written, errors) == (1, b"", "standard input is not a MIDI file.")
