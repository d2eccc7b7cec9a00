"""A style from a folder: what is found there, and that the result is that of the command line."""

import os
import signal
import subprocess
import sys

import pytest
import torch

from tests.conftest import ROOT
from tests.learning_folders import fill, write_recipe
from tests.pieces import Note, piece
from tests.training_pieces import STYLES
from tonenet_core import checkpoint
from tonenet_core.checkpoint.style_file import read_style
from tonenet_core.data.prepare import split_names
from tonenet_core.errors import Cancelled, DataError
from tonenet_core.learning.curve import read_curve
from tonenet_core.learning.learn import learn
from tonenet_core.learning.order import CACHE, Order, read_order, write_order
from tonenet_core.learning.survey import survey
from tonenet_core.models.expression.performer import Performer
from tonenet_core.models.expression.performer_network import PerformerConfig
from tonenet_core.training.add_style import add_style
from tonenet_core.training.options import RunOptions

SMALL = PerformerConfig(
    styles=STYLES, hidden=8, layers=1, style_size=4, block=16, window_notes=32, transpose=0, hide=0.0
)
KILLED = """
import os, signal, sys
from pathlib import Path
from tonenet_core.learning.learn import learn
learn(Path(sys.argv[1]), lambda fraction: os.kill(os.getpid(), signal.SIGKILL) if fraction > 0.7 else None)
"""


@pytest.fixture(autouse=True)
def users_own(tmp_path, monkeypatch):
    """An empty folder in the place of the user's own data, for programs that a test starts too."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    return tmp_path / "own" / "ToneNet"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("data") / "Evans")


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    place = tmp_path_factory.mktemp("base")
    torch.manual_seed(0)
    checkpoint.save(place / "tiny.safetensors", Performer(SMALL), "Tiny", {})
    return write_recipe(place / "add.toml", place / "tiny.safetensors")


@pytest.fixture
def work(folder, recipe, tmp_path):
    """A folder in which everything is ready to learn Evans."""
    place = tmp_path / "work"
    place.mkdir()
    survey(folder, place / CACHE)
    write_order(place, Order("Bill Evans", str(folder), str(recipe), "cpu"))
    return place


# What is found


def test_a_folder_is_counted_and_each_file_that_cannot_be_used_has_a_reason(tmp_path):
    folder = fill(tmp_path / "mixed", files=4, notes=600)
    (folder / "broken.mid").write_bytes(b"no music")
    (folder / "page.mid").write_bytes(piece(Note(240 * place, 60 + place % 12) for place in range(99)))
    (folder / "again.mid").write_bytes((folder / "2.mid").read_bytes())
    (folder / "notes.txt").write_text("no MIDI")
    below = fill(folder / "below", files=5, notes=400) / "4.mid"
    for path in below.parent.glob("[0-3].mid"):
        path.unlink()
    found = survey(folder, tmp_path / CACHE)

    assert (found.files, found.read, found.pieces, found.notes) == (8, 8, 5, 4 * 600 + 400)
    assert found.seconds == pytest.approx(4 * 150 + 100, abs=2)
    assert found.problem is None
    assert found.limit is None
    reasons = sorted(found.refused)
    assert reasons[0].startswith("2.mid is the same as again.mid") or reasons[0].startswith("again.mid is the same")
    assert any("broken.mid" in reason for reason in reasons)
    assert "page.mid has velocities that nobody has played." in reasons


@pytest.mark.parametrize(
    ("files", "notes", "sentence"),
    [
        (0, 0, "There is no MIDI file in few."),
        (1, 3000, "1 piece with 3,000 notes is too little: a style needs 3 pieces and 2,000 notes."),
        (4, 100, "4 pieces with 400 notes are too little: a style needs 3 pieces and 2,000 notes."),
    ],
)
def test_too_little_gets_a_sentence(tmp_path, files, notes, sentence):
    found = survey(fill(tmp_path / "few", files, notes), tmp_path / CACHE)
    assert found.problem == sentence


def test_pages_and_damage_get_a_sentence_each(tmp_path):
    for name, content in (("pages", piece(Note(240 * place, 60) for place in range(99))), ("broken", b"no music")):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{number}.mid").write_bytes(content)
    pages, broken = (survey(tmp_path / name, tmp_path / CACHE) for name in ("pages", "broken"))
    assert "Nobody has played the pieces in pages" in pages.problem
    assert broken.problem == "None of the files in broken can be used."
    assert not (tmp_path / CACHE).exists()


def test_of_very_many_files_some_are_read(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("tonenet_core.learning.survey.MOST_FILES", 4)
    found = survey(folder, tmp_path / CACHE)
    assert (found.files, found.read, found.pieces) == (6, 4, 4)
    assert found.limit == "The folder has 6 files; 4 of them, evenly spread, are enough."


def test_of_a_few_files_one_is_kept_for_the_figures():
    for count in range(5, 30):
        splits = list(split_names([f"{number}.mid" for number in range(count)]).values())
        assert {"train", "valid", "test"} == set(splits)
        assert splits.count("train") >= count / 2


# The run


def test_the_result_is_that_of_the_command_line(work, folder, recipe, tmp_path, users_own):
    seen = []
    learned = learn(work, seen.append)
    by_recipe = read_style(
        add_style(recipe, folder, "Bill Evans", tmp_path / "out", RunOptions(device="cpu", picture=False))
    )
    installed = read_style(users_own / "checkpoints" / "tiny.bill evans.style")

    assert (learned.style, learned.title, learned.base) == ("bill evans", "Bill Evans", "tiny")
    assert {name: value.tolist() for name, value in installed.weights().items()} == {
        name: value.tolist() for name, value in by_recipe.weights().items()
    }
    assert installed.unseen == by_recipe.unseen == learned.unseen
    assert learned.unseen.pieces == 1
    assert not learned.unseen.chosen
    assert learned.unseen.other in STYLES
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    curve = read_curve(work)
    assert [point.seconds for point in curve] == sorted(point.seconds for point in curve)
    assert len(curve) == 4


def test_the_figures_are_those_of_the_piece_that_was_kept_back(work, recipe, users_own):
    from tonenet_core.analysis.velocity_metrics import pearson
    from tonenet_core.data.cache import open_cache

    learned = learn(work)
    (kept,) = open_cache(work / CACHE).pieces("test")
    model = checkpoint.load(recipe.with_name("tiny.safetensors"), "cpu")
    figures = {style: pearson(kept.notes["velocity"], model.predict(kept, style)) for style in model.styles}
    assert learned.unseen.agreement == pytest.approx(figures["bill evans"], abs=1e-3)
    assert learned.unseen.others == pytest.approx(max(figures[style] for style in STYLES), abs=1e-3)


def test_after_kill_9_it_goes_on_with_the_same_result(work, tmp_path, users_own):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED, str(work)]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    assert not (users_own / "checkpoints").exists()
    so_far = read_curve(work)
    assert len(so_far) == 3
    learned = learn(work)
    whole = read_curve(work)
    assert whole[:3] == so_far
    assert len(whole) == 4
    assert read_style(users_own / "checkpoints" / "tiny.bill evans.style").unseen == learned.unseen


def test_a_state_that_cannot_be_used_is_left_aside(work):
    with pytest.raises(Cancelled):
        learn(work, lambda fraction: (_ for _ in ()).throw(Cancelled) if fraction > 0.5 else None)
    (work / "resume.ckpt").write_bytes(b"damaged")
    assert learn(work).style == "bill evans"


def test_an_order_is_read_back_or_not_at_all(work, tmp_path):
    order = read_order(work)
    assert order.title == "Bill Evans"
    for text in ("", "[]", "{}", '{"format": 99}', '{"format": 1, "title": 3, "folder": ""}'):
        (work / "order.json").write_text(text)
        assert read_order(work) is None
    with pytest.raises(DataError):
        learn(work)


# Afterwards


def test_a_style_is_renamed_and_removed(work, recipe, users_own):
    learn(work)
    base = recipe.with_name("tiny.safetensors")
    (style,) = checkpoint.read_info(base).added
    before = {name: value.tolist() for name, value in style.weights().items()}
    checkpoint.check_name(checkpoint.read_info(base), "Bill EVANS", apart_from=style.style)
    for taken in ("Jazz", "bill evans", "../x"):
        with pytest.raises(DataError):
            checkpoint.check_name(checkpoint.read_info(base), taken)
    path = checkpoint.rename_style(style, "McCoy  Tyner")
    assert path.name == "tiny.mccoy tyner.style"

    info = checkpoint.read_info(base)
    assert info.styles == (*STYLES, "mccoy tyner")
    (renamed,) = info.added
    assert (renamed.title, renamed.unseen) == ("McCoy Tyner", style.unseen)
    assert {name: value.tolist() for name, value in renamed.weights().items()} == before
    assert "mccoy tyner" in info.training["data"]
    assert checkpoint.load(base, "cpu").styles == (*STYLES, "mccoy tyner")
    checkpoint.remove_style(renamed)
    assert checkpoint.read_info(base).styles == STYLES
    assert list((users_own / "checkpoints").iterdir()) == []
