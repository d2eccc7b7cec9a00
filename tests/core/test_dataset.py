import json

import numpy as np
import pytest

from tests.pieces import melody
from tonenet_core.dataset import list_folder, open_cache, prepare
from tonenet_core.errors import Cancelled, DataError
from tonenet_core.midi import parse_midi


def folder_of_styles(folder, count=10):
    for style in ("jazz", "classical"):
        (folder / style).mkdir(parents=True)
        for index in range(count):
            (folder / style / f"{index}.mid").write_bytes(melody(30 + index, seed=index))
    return folder


def test_a_cache_holds_what_was_read(tmp_path):
    data = folder_of_styles(tmp_path / "data", 3)
    assert prepare(data, tmp_path / "cache") == []
    cache = open_cache(tmp_path / "cache")

    pieces = [piece for split in ("train", "valid", "test") for piece in cache.pieces(split)]
    assert len(pieces) == 6
    for piece in pieces:
        performance = parse_midi((data / piece.name).read_bytes(), "")
        assert np.array_equal(piece.notes, performance.notes)
        assert np.array_equal(piece.beats_sec, performance.beats_sec)
        assert piece.style == piece.source == piece.name.split("/")[0]


def test_the_manifest_decides_where_there_is_one(tmp_path):
    data = folder_of_styles(tmp_path / "data", 2)
    (data / "manifest.csv").write_text(
        "style,file,split,group\nblues,jazz/0.mid,valid,a\nclassical,classical/1.mid,train,b\n"
    )
    prepare(data, tmp_path / "cache")
    cache = open_cache(tmp_path / "cache")

    assert [(p.style, p.source, p.name) for p in cache.pieces("valid")] == [("blues", "jazz", "jazz/0.mid")]
    assert [p.name for p in cache.pieces("train")] == ["classical/1.mid"]
    assert list(cache.pieces("train", ("blues",))) == []


def test_folders_are_split_by_name_so_that_new_files_move_none(tmp_path):
    data = folder_of_styles(tmp_path / "data", 60)
    before = {entry.file: entry.split for entry in list_folder(data)}
    (data / "jazz" / "another.mid").write_bytes(melody(30))
    after = {entry.file: entry.split for entry in list_folder(data)}

    assert set(before.values()) == {"train", "valid", "test"}
    assert {name: after[name] for name in before} == before


def test_a_bad_file_is_left_out_with_a_sentence(tmp_path):
    data = folder_of_styles(tmp_path / "data", 2)
    (data / "jazz" / "bad.mid").write_bytes(b"no midi at all")
    (left_out,) = prepare(data, tmp_path / "cache")

    assert "bad.mid" in left_out
    assert len(open_cache(tmp_path / "cache").entries) == 4


def test_the_hash_is_of_the_content(tmp_path):
    data = folder_of_styles(tmp_path / "data", 2)
    prepare(data, tmp_path / "one")
    prepare(data, tmp_path / "two")
    (data / "jazz" / "0.mid").write_bytes(melody(30, seed=99))
    prepare(data, tmp_path / "three")

    one, two, three = (open_cache(tmp_path / name).sha256 for name in ("one", "two", "three"))
    assert one == two != three


def test_a_cancelled_preparation_leaves_the_old_cache_and_nothing_else(tmp_path):
    data = folder_of_styles(tmp_path / "data", 3)
    prepare(data, tmp_path / "cache")
    old = open_cache(tmp_path / "cache").sha256

    def stop(fraction):
        if fraction > 0.4:
            raise Cancelled

    (data / "jazz" / "0.mid").write_bytes(melody(30, seed=99))
    with pytest.raises(Cancelled):
        prepare(data, tmp_path / "cache", stop)
    assert open_cache(tmp_path / "cache").sha256 == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "data"]


def test_a_folder_that_is_no_cache_is_not_overwritten(tmp_path):
    data = folder_of_styles(tmp_path / "data", 1)
    precious = tmp_path / "thesis"
    precious.mkdir()
    (precious / "chapter1.txt").write_text("years of work")

    with pytest.raises(DataError, match="not a cache"):
        prepare(data, precious)
    assert (precious / "chapter1.txt").read_text() == "years of work"


@pytest.mark.parametrize("content", [None, "{", "[]", '{"pieces": [{"file": "x"}]}'])
def test_what_is_no_cache_gets_a_sentence(tmp_path, content):
    if content is not None:
        (tmp_path / "pieces.json").write_text(content)
        np.save(tmp_path / "notes.npy", np.zeros(1))
    with pytest.raises(DataError, match="tonenet prepare"):
        open_cache(tmp_path)


def test_a_cache_of_another_version(tmp_path):
    prepare(folder_of_styles(tmp_path / "data", 1), tmp_path / "cache")
    header = tmp_path / "cache" / "pieces.json"
    header.write_text(json.dumps(json.loads(header.read_text()) | {"format": 99}))
    with pytest.raises(DataError, match="another version"):
        open_cache(tmp_path / "cache")


def test_empty_and_unreadable_folders_get_a_sentence(tmp_path):
    with pytest.raises(DataError, match="neither"):
        prepare(tmp_path, tmp_path / "cache")
    (tmp_path / "jazz").mkdir()
    (tmp_path / "jazz" / "a.mid").write_bytes(b"")
    with pytest.raises(DataError, match="None of the 1 files"):
        prepare(tmp_path, tmp_path / "cache")


def test_a_splits_table_is_one_style_of_the_folders_name(tmp_path):
    data = tmp_path / "polkas"
    data.mkdir()
    for index in range(3):
        (data / f"{index}.mid").write_bytes(melody(30, seed=index))
    (data / "splits.csv").write_text("file,split\n0.mid,train\n2.mid,test\n")
    prepare(data, tmp_path / "cache")
    cache = open_cache(tmp_path / "cache")

    assert [(piece.name, piece.style, piece.source) for piece in cache.pieces("train")] == [
        ("0.mid", "polkas", "polkas")
    ]
    assert [piece.name for piece in cache.pieces("test", ("polkas",))] == ["2.mid"]
    (data / "splits.csv").write_text("file,set\n0.mid,train\n")
    with pytest.raises(DataError, match="no column 'split'"):
        list_folder(data)
