import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.pieces import folder_of_melodies, melody
from tonenet_core import midi
from tonenet_core.data.cache import open_cache
from tonenet_core.data.prepare import list_folder, prepare
from tonenet_core.errors import Cancelled, DataError
from tonenet_core.midi import parse_midi

ROOT = Path(__file__).parents[3]
DEADLY_FILES = Path(__file__).parents[1] / "deadly_files.py"


def folder_of_styles(folder, count=10):
    return folder_of_melodies(folder, range(30, 30 + count))


def prepare_a_part(data, cache):
    """Stop after more than the half."""

    def stop(fraction):
        if fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        prepare(data, cache, stop, resume=True, shard_pieces=2)


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


def test_names_that_are_no_utf8_are_kept(tmp_path):
    data = folder_of_styles(tmp_path / "data", 2)
    name = os.fsdecode(b"caf\xe9.mid")
    (data / "jazz" / "0.mid").rename(data / "jazz" / name)
    (data / "jazz" / f"bad {name}").write_bytes(b"words")
    assert prepare(data, tmp_path / "cache") == ["bad caf\ufffd.mid is not a MIDI file."]
    cache = open_cache(tmp_path / "cache")
    names = {piece.name for split in ("train", "valid", "test") for piece in cache.pieces(split)}
    assert f"jazz/{name}" in names


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
    with pytest.raises(DataError, match=r"The one file in .* could not be read"):
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


def arrays_of(cache):
    return [
        (piece.name, piece.style, [getattr(piece, name).tobytes() for name in ("notes", "beats_sec", "pedal")])
        for split in ("train", "valid", "test")
        for piece in cache.pieces(split)
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_shards_and_workers_change_nothing(tmp_path, workers):
    data = folder_of_styles(tmp_path / "data", 3)
    (data / "jazz" / "bad.mid").write_bytes(b"no midi at all")
    (expected,) = prepare(data, tmp_path / "one")
    assert prepare(data, tmp_path / "many", workers=workers, shard_pieces=2) == [expected]
    one, many = open_cache(tmp_path / "one"), open_cache(tmp_path / "many")

    assert (len(one.bounds), len(many.bounds)) == (1, 3)  # in the last shard there is nothing but the bad file
    assert many.sha256 == one.sha256
    assert list(many.entries) == list(one.entries)
    assert arrays_of(many) == arrays_of(one)
    assert [piece.style for piece in many.called("jazz", "swing").pieces("train", ("swing",))] == [
        piece.style.replace("jazz", "swing") for piece in one.pieces("train", ("jazz",))
    ]


def test_a_shard_of_unreadable_files_is_none(tmp_path):
    data = folder_of_styles(tmp_path / "data", 2)
    (data / "classical" / "0.mid").write_bytes(b"")
    assert len(prepare(data, tmp_path / "cache", shard_pieces=1)) == 1
    assert [entry.file for entry in open_cache(tmp_path / "cache").entries] == [
        "classical/1.mid",
        "jazz/0.mid",
        "jazz/1.mid",
    ]


def test_the_layout_before_is_read_and_names_its_data_alike(tmp_path):
    """The arrays beside a list of all pieces; the hash stands in its checkpoints."""
    prepare(folder_of_styles(tmp_path / "data", 3), tmp_path / "new")
    new, old = open_cache(tmp_path / "new"), tmp_path / "old"
    shutil.copytree(tmp_path / "new" / "shard-000000", old)
    header = {"format": 2, "sha256": new.sha256, "pieces": json.loads((old / "pieces.json").read_text())["pieces"]}
    (old / "pieces.json").write_text(json.dumps(header))

    assert new.sha256 == "afb1275ab6ed17046fe595e1a0ed8cfe605c8c2da829502fd7b40cd9a39eb155"
    assert arrays_of(open_cache(old)) == arrays_of(new)
    assert prepare(tmp_path / "data", old) == []  # it is a cache, and so may be replaced
    assert arrays_of(open_cache(old)) == arrays_of(new)


def test_what_was_prepared_before_a_stop_is_not_read_again(tmp_path, monkeypatch):
    data = folder_of_styles(tmp_path / "data", 3)
    prepare_a_part(data, tmp_path / "cache")
    read = []
    monkeypatch.setattr(midi, "read_midi", lambda path: read.append(path) or parse_midi(path.read_bytes(), path.name))
    prepare(data, tmp_path / "cache", resume=True, shard_pieces=2)
    assert [path.parent.name for path in read] == ["jazz", "jazz"]
    prepare(data, tmp_path / "whole", shard_pieces=2)
    assert open_cache(tmp_path / "cache").sha256 == open_cache(tmp_path / "whole").sha256
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "data", "whole"]


def test_what_was_prepared_of_other_files_is_read_again(tmp_path):
    data = folder_of_styles(tmp_path / "data", 3)
    prepare_a_part(data, tmp_path / "cache")
    (data / "classical" / "0.mid").write_bytes(melody(60, seed=99))
    prepare(data, tmp_path / "cache", resume=True, shard_pieces=2)
    assert len(open_cache(tmp_path / "cache").piece(0).notes) == 60


def test_a_worker_that_is_stopped_leaves_nothing(tmp_path):
    data = folder_of_styles(tmp_path / "data", 4)

    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        prepare(data, tmp_path / "cache", stop, workers=2, shard_pieces=2)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.timeout(420)  # longer than its child process may take
def test_files_that_bring_down_a_worker_are_left_out_alone(tmp_path):
    data = folder_of_styles(tmp_path / "data", 4)
    assert prepare(data, tmp_path / "whole", shard_pieces=2) == []
    for name in ("deadly", "deadly-too"):
        (data / "jazz" / f"{name}.mid").write_bytes(melody(30))
    command = [sys.executable, DEADLY_FILES, "prepare", data, tmp_path / "cache"]
    ended = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == [
        "jazz/deadly-too.mid brought down the process that read it.",
        "jazz/deadly.mid brought down the process that read it.",
    ]
    assert sorted(arrays_of(open_cache(tmp_path / "cache"))) == sorted(arrays_of(open_cache(tmp_path / "whole")))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "data", "whole"]
