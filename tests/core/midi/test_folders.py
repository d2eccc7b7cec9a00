import pytest

from tests.scores import waltz
from tonenet_core.errors import Cancelled, MidiError
from tonenet_core.midi.folders import MIDI_SUFFIXES, make_folder, midi_files, piece_files


@pytest.fixture
def folder(tmp_path):
    for name in ("b.mid", "a.KAR", ".a.mid", "mid", "notes.txt", "z/c.smf", "c/d/e.rmi", "c/b.midi"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "in" / "folder.mid").mkdir()
    return tmp_path / "in"


def found(folder, **options):
    return [path.relative_to(folder).as_posix() for path, _ in piece_files([folder], **options)]


def test_files_come_before_those_of_subfolders_in_order_of_names(folder):
    assert found(folder) == ["a.KAR", "b.mid", "c/b.midi", "c/d/e.rmi", "z/c.smf"]


def test_every_suffix_is_found_in_either_case(tmp_path):
    for number, suffix in enumerate(MIDI_SUFFIXES):
        (tmp_path / f"{number}{suffix}").touch()
        (tmp_path / f"{number}{suffix.upper()}2").touch()
        (tmp_path / f"{number}x{suffix.upper()}").touch()
    assert len(found(tmp_path)) == 2 * len(MIDI_SUFFIXES)


def test_scores_are_found_but_not_among_midi_files_nor_other_xml(folder):
    (folder / "score.MusicXML").touch()
    (folder / "score.mxl").touch()
    (folder / "c" / "score.xml").write_bytes(waltz())
    (folder / "c" / "feed.xml").write_bytes(b'<?xml version="1.0"?><opml/>')
    assert set(found(folder)) - {path.relative_to(folder).as_posix() for path, _ in midi_files([folder])} == {
        *("score.MusicXML", "score.mxl", "c/score.xml"),
    }


def test_the_folder_of_the_results_is_not_entered(folder):
    assert found(folder, excluding=folder / "z" / ".." / "c") == ["a.KAR", "b.mid", "z/c.smf"]


def test_each_file_comes_with_its_root(folder):
    roots = [folder / "z", folder / "c"]
    assert [root for _, root in midi_files(roots)] == [folder / "z", folder / "c", folder / "c"]


def test_progress_rises_to_the_share_of_the_folders_that_were_walked_through(folder):
    reports = []
    found(folder, progress=reports.append)
    assert reports == sorted(reports)
    assert 0.5 <= reports[-1] < 1.0


def test_links_to_folders_are_not_followed_and_unreadable_folders_do_not_stop_it(folder):
    (folder / "again").symlink_to(folder)
    (folder / "b").mkdir()
    (folder / "b" / "lost.mid").touch()
    (folder / "b").chmod(0)
    try:
        assert [name for name in found(folder) if name != "b/lost.mid"] == [
            *("a.KAR", "b.mid", "c/b.midi", "c/d/e.rmi", "z/c.smf")
        ]
    finally:
        (folder / "b").chmod(0o700)


def test_a_search_can_be_cancelled(folder):
    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        found(folder, progress=stop)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "taken").touch()
    with pytest.raises(MidiError, match="taken could not be made"):
        make_folder(tmp_path / "taken")
