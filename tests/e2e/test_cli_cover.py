"""The command that covers, as a user runs it: a process of its own, with what is shipped."""

import json

import pytest

from tests import pieces
from tests.core.arranging.test_arranger import song
from tests.e2e.test_cli import assert_refused, names, tonenet
from tonenet_core.midi import read_midi


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a song, and what no cover can be made of."""
    folder = tmp_path_factory.mktemp("cover")
    (folder / "in.mid").write_bytes(song())
    (folder / "one.mid").write_bytes(pieces.piece([pieces.Note(0, 60)]))
    (folder / "drums.mid").write_bytes(pieces.midi(pieces.track(pieces.note_events([pieces.Note(0, 36)], 9))))
    (folder / "none.mid").write_bytes(b"")
    return folder


def test_a_cover_is_written_the_same_twice_with_its_figures(folder):
    words = ("cover", "in.mid", "--to", "Jazz", "--model", "arranger", "--seed", 1)
    first = tonenet(*words, "-o", "a.mid", "--json", "--parts", "all", cwd=folder)
    again = tonenet(*words, "-o", "b.mid", "--parts", "all", cwd=folder)

    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert (folder / "a.mid").read_bytes() == (folder / "b.mid").read_bytes()
    figures = json.loads(first.stdout)
    assert figures["melody_kept"] == figures["playable"] == 1.0
    assert figures["chroma_similarity"] > 0.75
    assert figures["notes"] == len(read_midi(folder / "a.mid"))
    assert again.stdout == f"b.mid: 64 notes of the melody, {figures['new_notes']} new notes under it, in jazz\n"


@pytest.mark.parametrize(
    ("words", "status", "reasons"),
    [
        (("one.mid", "--to", "jazz"), 1, ("one.mid", "no melody")),
        (("drums.mid", "--to", "jazz"), 1, ("drums.mid", "only drums")),
        (("none.mid", "--to", "jazz"), 1, ("none.mid",)),
        (("in.mid", "--to", "jazz", "--model", "performer"), 1, ("performer", "no accompaniments")),
    ],
)
def test_what_cannot_be_covered_is_refused_in_one_line(folder, words, status, reasons):
    before = names(folder)
    assert_refused(tonenet("cover", *words, "-o", "out.mid", cwd=folder), *reasons, status=status)
    assert names(folder) == before


def test_a_style_that_nobody_covers_in_is_wrong_usage(folder):
    result = tonenet("cover", "in.mid", "--to", "polka", "--model", "arranger", "-o", "out.mid", cwd=folder)
    assert result.returncode == 2
    assert "polka" in result.stderr
