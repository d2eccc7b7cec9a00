import numpy as np
import pytest

from tests.pieces import folder_of_melodies
from tonenet_core.data.cache import open_cache
from tonenet_core.data.prepare import list_folder, prepare
from tonenet_core.data.score_pages import pages_of, read_page
from tonenet_core.encoding.written import ALIGNMENT_DTYPE
from tonenet_core.evaluation.pages import HUMANS, PAGE, measure_pages, pages_by_score
from tonenet_core.evaluation.report import Report
from tonenet_core.midi import read_midi

MANIFEST = "style,file,split,group\nclassical,classical/0.mid,test,a\nclassical,classical/1.mid,train,b\n"


@pytest.fixture
def data(tmp_path):
    """Two pieces, the first of which has an aligned score, and another player of that score."""
    folder = folder_of_melodies(tmp_path / "data", [40, 40])
    (folder / "manifest.csv").write_text(MANIFEST)
    notes = read_midi(folder / "classical/0.mid").notes
    score = np.zeros(len(notes), ALIGNMENT_DTYPE)
    score["note"], score["onset_beat"], score["duration_beat"] = np.arange(len(notes)), np.arange(len(notes)), 1
    np.savez(folder / "classical_scores.npz", **{"0": score[:-1]})
    lines = [f"{time}\t{time}\t{'db,4/4,0' if beat % 4 == 0 else 'b'}" for beat, time in enumerate(notes["onset_sec"])]
    (folder / "classical/0_annotations.txt").write_text("\n".join(lines))
    (folder / "others").mkdir()
    (folder / "others/2.mid").write_bytes((folder / "classical/0.mid").read_bytes())
    np.savez(folder / "others/scores.npz", **{"2": score})
    (folder / "others/pairs.csv").write_text("file,split,same_score_as,group\n2.mid,test,classical/0.mid,a\n")
    return folder


def test_what_has_a_score_has_a_page_and_so_have_other_players_of_it(data):
    pages = [(entry.file, entry.source, entry.split, entry.group) for entry in list_folder(data)[2:]]

    assert pages == [
        ("classical/0.mid", "classical_pages", "test", "a"),
        ("others/2.mid", "classical_pages", "test", "a"),
    ]
    (data / "classical_scores.npz").unlink()
    assert [entry.file for entry in pages_of(data, list_folder(data)[:2])] == ["others/2.mid"]


def test_a_cache_holds_pages_in_written_time(data, tmp_path):
    assert prepare(data, tmp_path / "cache") == []
    cache = open_cache(tmp_path / "cache")
    played, page = cache.pieces("test").by_source().values()

    notes = page[0].notes
    assert len(notes) == len(played[0].notes) - 1
    assert np.ptp(np.diff(notes["onset_sec"])) < 1e-6
    assert np.array_equal(notes["velocity"], played[0].notes["velocity"][:-1])
    beat = np.diff(page[0].beats_sec)[0]
    assert np.diff(page[0].downbeats_sec) == pytest.approx(4 * beat)
    assert not len(page[0].pedal)
    assert np.array_equal(page[0].played_pedal, played[0].pedal)
    assert len(played[0].pedal)
    assert not len(played[0].played_pedal)
    assert [piece.source for piece in cache.pieces("train")] == ["classical"]


def test_a_cache_holds_the_beats_that_a_listener_marked(data, tmp_path):
    prepare(data, tmp_path / "cache")
    cache = open_cache(tmp_path / "cache")
    played, page = cache.pieces("test").by_source().values()

    assert np.array_equal(played[0].marked["time_sec"], played[0].notes["onset_sec"])
    assert played[0].marked["downbeat"].tolist() == [beat % 4 == 0 for beat in range(40)]
    assert not len(page[0].marked)
    assert not len(cache.pieces("train")[0].marked)


@pytest.mark.parametrize("line", ["0.5", "0.5 0.5 db,4/x", "later later b", b"\xff"])
def test_a_piece_whose_marked_beats_are_none_is_left_out_with_a_sentence(data, tmp_path, line):
    marks = data / "classical/1_annotations.txt"
    marks.write_bytes(line if isinstance(line, bytes) else line.encode())
    left_out = prepare(data, tmp_path / "cache")
    assert len(left_out) == 1
    assert left_out[0].startswith("1_annotations.txt is no list of beats")
    assert len(open_cache(tmp_path / "cache").entries) == 3


class Reader:
    """Knows the velocities of the notes by heart, as a player of the same score would."""

    styles, default_accents = ("classical",), 0.0

    def __init__(self, velocity):
        self.velocity = velocity

    def predict(self, piece, style, progress=None):
        return self.velocity[: len(piece.notes)].astype(np.float32)


def test_a_model_is_held_against_every_human_of_the_score(data, tmp_path):
    prepare(data, tmp_path / "cache")
    cache = open_cache(tmp_path / "cache")
    ((first, second),) = pages_by_score(cache, "test", ("classical",))
    report = Report(["x"], "test")
    measure_pages(report, [("Heart", Reader(first.notes["velocity"]))], [first, second])
    table = report.tables[PAGE]

    assert table.cells["Heart"]["r, medians"] == [pytest.approx(1)]
    assert table.cells[HUMANS]["r, medians"] == [pytest.approx(1)]
    assert list(pages_by_score(cache, "train", ("classical",))) == []


@pytest.mark.data
def test_the_real_scores_become_pages(data_folder):
    entries = [entry for entry in list_folder(data_folder) if entry.source == "classical_asap_pages"]

    assert len(entries) == 436 + 62
    for entry in entries[::60]:
        page = read_page(data_folder, entry)
        onset = page["notes"]["onset_sec"]
        assert np.all(np.diff(onset) >= 0)
        assert onset[0] == 0
        assert np.ptp(np.diff(page["beats"])) < 1e-6
        assert page["notes"]["velocity"].std() > 3
        assert len(np.unique(onset)) < 0.9 * len(onset)  # chords are struck at once
