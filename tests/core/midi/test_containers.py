"""Zip archives, MacBinary and RIFF: what is exported under a MIDI file's name is a MIDI file."""

import io
import zipfile

import pytest

from tests import pieces
from tests.conftest import ROOT
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi, read_midi, write_midi

FAULTS = ROOT / "tests" / "faults"


def archive(*members, method=zipfile.ZIP_STORED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_one_midi_file_of_an_archive_is_opened(method):
    data = archive(
        ("song/read me.txt", b"words"),
        ("__MACOSX/song/._song.mid", b"notes"),
        ("song/song.MID", pieces.scale()),
        method=method,
    )
    performance = parse_midi(data, "song.zip")
    assert performance.source == pieces.scale()
    assert performance.notices == ("song/song.MID was taken out of the archive song.zip.",)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (archive(("a.txt", b"")), "song.zip is an archive without a MIDI file."),
        (archive(("a.mid", b"1"), ("b.mid", b"2")), "song.zip is an archive of 2 MIDI files; unpack it"),
        (archive(("a.mid", pieces.scale()))[:-30], "song.zip could not be unpacked"),
        (archive(("a.mid", b"words")), "song.zip is not a MIDI file."),
        (b"SMF2CLIP" + bytes(20), "song.zip is a MIDI 2.0 clip file; export it as a Standard MIDI File"),
    ],
)
def test_another_archive_gets_a_sentence(data, sentence):
    with pytest.raises(MidiError) as caught:
        parse_midi(data, "song.zip")
    assert str(caught.value).startswith(sentence)


def test_an_archive_cannot_exhaust_the_memory():
    bomb = archive(("a.mid", bytes(120_000_000)), method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 200_000
    with pytest.raises(MidiError, match="too large to open"):
        parse_midi(bomb, "bomb.zip")


def test_a_damaged_archive_is_refused_in_one_sentence():
    data = bytearray(archive(("a.mid", pieces.scale() * 20), method=zipfile.ZIP_DEFLATED))
    data[60:80] = bytes(20)
    with pytest.raises(MidiError, match="could not be unpacked"):
        parse_midi(bytes(data), "song.zip")


@pytest.mark.parametrize("fault", ["song.zip", "macbinary.mid", "rmid.rmi"])
def test_an_export_as_mid_is_a_plain_midi_file(fault, tmp_path):
    performance = read_midi(FAULTS / fault)
    write_midi(tmp_path / "out.mid", performance)
    data = (tmp_path / "out.mid").read_bytes()
    assert data[:4] == b"MThd"
    again = parse_midi(data, "out.mid")
    assert again.notices == ()
    assert again.notes.tobytes() == performance.notes.tobytes()


def test_a_wrapper_is_kept_under_its_own_suffix(tmp_path):
    wrapped = pieces.rmid(pieces.scale())
    write_midi(tmp_path / "out.RMI", parse_midi(wrapped, "in.rmi"))
    assert (tmp_path / "out.RMI").read_bytes() == wrapped
    write_midi(tmp_path / "out.mid", parse_midi(wrapped, "in.rmi"))
    assert (tmp_path / "out.mid").read_bytes() == pieces.scale()


def test_a_damaged_wrapper_is_left_out_too(tmp_path):
    wrapped = pieces.rmid(pieces.scale()).replace(b"data", b"dat\0")
    write_midi(tmp_path / "out.mid", parse_midi(wrapped, "in.rmi"))
    assert (tmp_path / "out.mid").read_bytes().startswith(pieces.scale())


@pytest.mark.parametrize("letter", ["a", "ä", "音", "🎹"])
def test_names_as_long_as_a_file_system_takes_are_written(letter, tmp_path):
    name = letter * ((255 - 4) // len(letter.encode())) + ".mid"
    write_midi(tmp_path / name, parse_midi(pieces.scale(), "in.mid"))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_that_is_too_long_gets_a_sentence(tmp_path):
    with pytest.raises(MidiError, match="could not be written: File name too long"):
        write_midi(tmp_path / ("a" * 260 + ".mid"), parse_midi(pieces.scale(), "in.mid"))
    assert list(tmp_path.iterdir()) == []


def project(*members):
    return archive(("mimetype", b"application/x-tonenet"), *members)


def test_of_a_project_the_piece_is_read_and_a_sentence_says_what_is_not():
    compressed = archive(("a.mid", pieces.scale()), method=zipfile.ZIP_DEFLATED)
    for source in (pieces.scale(), compressed):  # as it was opened
        data = project(("project.json", b"{}"), ("source/song.mid", source), ("piece-1.mid", b"another"))
        performance = parse_midi(data, "song.tonenet")
        assert performance.source == pieces.scale()
        assert performance.notices[0] == (
            "song.tonenet is a project: its piece is read without its takes, which the window shows."
        )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (project(("a.mid", pieces.scale())), "song.tonenet is a damaged project."),
        (project(("source/a.mid", b"1"), ("source/b.mid", b"2")), "song.tonenet is a damaged project."),
        (project(("source/a", project(("source/a.mid", pieces.scale())))), "song.tonenet is a damaged project."),
        (project(("source/a.mid", pieces.scale()))[:-30], "song.tonenet could not be unpacked"),
    ],
)
def test_a_project_without_its_piece_is_refused(data, sentence):
    with pytest.raises(MidiError, match=sentence):
        parse_midi(data, "song.tonenet")
