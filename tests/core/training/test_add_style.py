import json
import logging
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from tests.pieces import Note, melody, piece
from tests.training_pieces import STYLES, scale_piece
from tonenet_core import checkpoint
from tonenet_core.checkpoint.style_file import STYLE_SUFFIX, read_style, save_style, style_key
from tonenet_core.cli import app
from tonenet_core.data.prepare import opened, prepare
from tonenet_core.errors import Cancelled, CheckpointError, DataError
from tonenet_core.files.locations import RECIPES
from tonenet_core.models.expression.added_style import AddedStyle
from tonenet_core.models.expression.performer import Performer
from tonenet_core.models.expression.performer_network import PerformerConfig
from tonenet_core.models.expression.stylenet import StyleNet, StyleNetConfig
from tonenet_core.training.add_style import add_style
from tonenet_core.training.options import RunOptions
from tonenet_core.training.recipe import read_recipe
from tonenet_core.training.train import train

SMALL = PerformerConfig(
    styles=STYLES, hidden=16, layers=2, style_size=4, block=32, dropout=0.1, window_notes=32, transpose=0, hide=0.0
)
RECIPE = """
model = "performer"
base = "{base}"

[training]
steps = {steps}
windows = 4
learning_rate = 2e-2
warmup_steps = 1
validate_every = {every}
valid_pieces = 2
"""


@pytest.fixture(autouse=True)
def users_own(tmp_path, monkeypatch):
    """An empty folder in the place of the user's own checkpoints."""
    folder = tmp_path / "own"
    monkeypatch.setattr("tonenet_core.files.locations.user_checkpoints", lambda: folder)
    return folder


def save_base(path, seed=0):
    torch.manual_seed(seed)
    checkpoint.save(path, Performer(SMALL), "Tiny", {"data": {"jazz": {"mean": 60}}})
    return path


@pytest.fixture
def base(tmp_path):
    return save_base(tmp_path / "base" / "tiny.safetensors")


def recipe_for(base, steps=3):
    path = base.with_name("add.toml")
    path.write_text(RECIPE.format(base=base.as_posix(), steps=steps, every=steps // 3))
    return path


def fill(folder, files=4, notes=510):
    """Somebody whose black keys are loud and whose white keys are soft: a rule that no other style has."""
    folder.mkdir(parents=True)
    for seed in range(files):
        pitches = np.random.default_rng(seed).integers(45, 75, size=notes)
        played = [Note(240 * i, int(key), 100 if key % 12 in (1, 3, 6, 8, 10) else 40) for i, key in enumerate(pitches)]
        (folder / f"{seed}.mid").write_bytes(piece(played))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("data") / "Evans")


@pytest.fixture(scope="module")
def made(folder, tmp_path_factory):
    """A base, and a style that was added to it: the style's file lies in `out`."""
    base = save_base(tmp_path_factory.mktemp("made") / "tiny.safetensors")
    path = add_style(recipe_for(base, steps=60), folder, "Evans", base.parent / "out", RunOptions(device="cpu"))
    return base, path


@pytest.fixture
def installed(made, tmp_path):
    """The same, in a folder of the test's own, the style beside its base."""
    place = tmp_path / "installed"
    place.mkdir()
    for path in made:
        shutil.copy(path, place)
    return place / made[0].name, place / made[1].name


# What is learnt, and what stays


def test_the_style_is_learnt(made, installed):
    said = read_style(made[1]).training
    model = checkpoint.load(installed[0], "cpu")
    unseen = scale_piece("evans", bars=16, seed=99)
    velocity = model.predict(unseen, "evans")
    black = np.isin(unseen.notes["pitch"] % 12, [1, 3, 6, 8, 10])

    assert velocity[black].mean() > velocity[~black].mean() + 30
    for style in STYLES:
        other = model.predict(unseen, style)
        assert other[black].mean() < other[~black].mean() + 15
    assert said["valid"]["Evans r"] > 0.8
    assert said["step"] in (20, 40, 60)
    assert made[1].with_name("curves.png").is_file()


def test_the_old_styles_stay_bit_identical(installed):
    with_style, without = checkpoint.load(installed[0], "cpu"), checkpoint.load(installed[0], "cpu", with_added=False)
    unseen = scale_piece("jazz", bars=40, seed=5)

    assert (with_style.styles, without.styles) == ((*STYLES, "evans"), STYLES)
    for style in STYLES:
        before, after = without.distribution(unseen, style), with_style.distribution(unseen, style)
        assert np.array_equal(before.shape, after.shape)
        assert np.array_equal(before.level, after.level)
        assert before.median().tobytes() == after.median().tobytes()
        assert np.array_equal(without.residuals(style), with_style.residuals(style))


def test_training_moves_the_new_style_alone():
    torch.manual_seed(0)
    network = Performer(SMALL)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    adding = AddedStyle(network, "evans")
    pieces = [scale_piece("evans", bars=8, seed=seed) for seed in range(3)]
    prepared = {"evans": {"rules": [adding.prepare_piece(each) for each in pieces]}}
    optimizer = torch.optim.Adam(adding.parameters(), lr=1e-2)
    for step in range(3):
        adding(adding.sample_batch(prepared, 2, np.random.default_rng(step)))["loss"].backward()
        moved = {name for name, value in network.named_parameters() if value.grad is not None and value.grad.any()}
        assert moved == {
            "networks.0.style.weight",
            *(name for name, _ in network.named_parameters() if name.startswith("networks.0.block.2.")),
        }
        assert not network.networks[0].style.weight.grad[:2].any()
        optimizer.step()
        optimizer.zero_grad()
    adding.validate(pieces)

    for name, value in network.state_dict().items():
        if name in before:
            assert torch.equal(value[: len(before[name])], before[name]), name


def test_it_begins_as_the_style_that_is_nearest():
    torch.manual_seed(0)
    network = Performer(SMALL)
    # One block that expects what was played, one that does not.
    with torch.no_grad():
        for index, loud in ((0, 90), (1, 64)):
            network.networks[0].block[index][-1].weight.zero_()
            network.networks[0].block[index][-1].bias.copy_(-(torch.arange(256) % 128 - loud).abs().float())
    adding = AddedStyle(network, "evans")

    assert adding.begin([scale_piece("evans", velocity=50)]) == "classical"
    own, nearest = network.style_weights("evans"), network.style_weights("classical")
    assert all(torch.equal(own[name], nearest[name]) for name in own if name not in ("coherence", "usual"))


def test_weights_of_another_network_do_not_fit():
    network = Performer(SMALL)
    with pytest.raises(ValueError, match="do not fit"):
        network.load_style("jazz", {"vector": torch.zeros(9)})


# Where it is found


def test_a_style_file_comes_with_its_checkpoint(installed):
    base, path = installed
    info = checkpoint.read_info(base)

    assert info.styles == (*STYLES, "evans")
    assert [(each.style, each.title, each.path) for each in info.added] == [("evans", "Evans", path)]
    assert set(info.training["data"]) == {"jazz", "evans"}
    assert path.stat().st_size < base.stat().st_size / 2


def test_the_users_own_folder_is_looked_into(made, users_own, monkeypatch):
    assert checkpoint.install_style(made[1]) == users_own / "tiny.evans.style"
    shutil.copy(made[0], users_own)

    assert checkpoint.read_info(made[0]).styles == (*STYLES, "evans")
    names = [info.name for info in checkpoint.installed()]
    assert "tiny" in names
    assert not any("evans" in name for name in names)
    assert checkpoint.find("tiny").styles == (*STYLES, "evans")


def test_what_belongs_to_other_weights_is_left_out_with_a_warning(installed, caplog):
    base, path = installed
    save_base(base, seed=1)

    with caplog.at_level(logging.WARNING):
        assert checkpoint.read_info(base).styles == STYLES
    assert str(path) in caplog.text
    assert "another version" in caplog.text
    assert checkpoint.load(base, "cpu").styles == STYLES


def test_a_new_title_or_card_changes_no_style(installed):
    base, _ = installed
    network = checkpoint.load(base, "cpu", with_added=False)
    checkpoint.save(base, network, "Another title", {})

    assert checkpoint.read_info(base).styles == (*STYLES, "evans")


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-1], lambda data: b"MThd" + data])
def test_a_damaged_style_file_is_left_out_with_a_warning(installed, damage, caplog):
    base, path = installed
    path.write_bytes(damage(path.read_bytes()))

    with caplog.at_level(logging.WARNING):
        assert checkpoint.load(base, "cpu").styles == STYLES
    assert str(path) in caplog.text


def test_a_style_file_of_another_size_gets_a_sentence(installed):
    base, path = installed
    save_style(path, {"vector": torch.zeros(9)}, "Evans", base, {})

    with pytest.raises(CheckpointError, match=r"tiny\.evans\.style.*do not fit"):
        checkpoint.load(base, "cpu")


def test_adding_it_again_takes_the_place_of_the_first(installed, folder):
    base, path = installed
    first = path.read_bytes()

    assert add_style(recipe_for(base), folder, "EVANS", base.parent, RunOptions(device="cpu")) == path
    assert path.read_bytes() != first
    assert [each.title for each in checkpoint.read_info(base).added] == ["EVANS"]


def test_a_style_that_is_trained_anew_makes_another_model(installed):
    base, path = installed
    with_style = checkpoint.digest(checkpoint.read_info(base))
    assert checkpoint.digest(checkpoint.read_info(base)) == with_style
    weights = read_style(path).weights()
    save_style(path, weights, "Another title", base, {})
    assert checkpoint.digest(checkpoint.read_info(base)) == with_style
    save_style(path, {name: value + 1 for name, value in weights.items()}, "Evans", base, {})
    anew = checkpoint.digest(checkpoint.read_info(base))
    path.unlink()
    assert len({with_style, anew, checkpoint.digest(checkpoint.read_info(base))}) == 3


def test_the_digest_of_a_checkpoint_that_is_gone_or_damaged_gets_a_sentence(base):
    info = checkpoint.read_info(base)
    base.write_bytes(b"12")
    with pytest.raises(CheckpointError, match="damaged"):
        checkpoint.digest(info)
    base.unlink()
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoint.digest(info)


# Stop and go on


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not(made, folder, tmp_path):
    def stop(fraction):
        if fraction > 0.5:
            raise Cancelled

    recipe, out = recipe_for(made[0], steps=60), tmp_path / "out"
    with pytest.raises(Cancelled):
        add_style(recipe, folder, "Evans", out, RunOptions(device="cpu"), progress=stop)
    torch.manual_seed(12345)
    resumed = add_style(recipe, folder, "Evans", out, RunOptions(device="cpu", resume=True))

    first, second = (read_style(path).weights() for path in (made[1], resumed))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_nothing_to_resume_or_another_base(base, made, folder, tmp_path):
    with pytest.raises(DataError, match="nothing to resume"):
        add_style(recipe_for(base), folder, "Evans", tmp_path / "out", RunOptions(device="cpu", resume=True))
    out = tmp_path / "out"
    shutil.copytree(made[1].parent, out)
    save_base(base, seed=1)
    with pytest.raises(DataError, match="another version"):
        add_style(recipe_for(base), folder, "Evans", out, RunOptions(device="cpu", resume=True))


# The data


def test_the_style_of_that_name_is_taken_from_a_cache_of_several(base, tmp_path):
    fill(tmp_path / "pianos" / "Evans")
    (tmp_path / "pianos" / "polka").mkdir()
    (tmp_path / "pianos" / "polka" / "0.mid").write_bytes(melody(50))
    prepare(tmp_path / "pianos", tmp_path / "cache")

    path = add_style(recipe_for(base), tmp_path / "cache", "evans", tmp_path / "out", RunOptions(device="cpu"))
    assert set(read_style(path).training["data"]) == {"evans"}
    assert read_style(path).training["data"]["evans"]["mean"] > 50
    with pytest.raises(DataError, match=r"several styles \(Evans, polka\)"):
        add_style(recipe_for(base), tmp_path / "cache", "Tatum", tmp_path / "out", RunOptions(device="cpu"))


def test_a_plain_folder_has_something_to_learn_and_something_to_check(tmp_path):
    for count in range(3, 9):
        fill(tmp_path / str(count), files=count, notes=20)
        with opened(tmp_path / str(count)) as cache:
            splits = [entry.split for entry in cache.entries]
            assert {"train", "valid"} <= set(splits)
            assert len(splits) == count
            assert {entry.style for entry in cache.entries} == {str(count)}


@pytest.mark.parametrize(("files", "notes"), [(2, 2000), (4, 400)])
def test_too_little_is_refused(base, tmp_path, files, notes):
    fill(tmp_path / "few", files, notes)
    with pytest.raises(DataError, match=rf"{files} files .* at least 3 files and 2,000 notes"):
        add_style(recipe_for(base), tmp_path / "few", "Evans", tmp_path / "out", RunOptions(device="cpu"))
    assert not (tmp_path / "out").exists()


# Refusals


@pytest.mark.parametrize("name", ["Jazz", " classical "])
def test_a_style_of_the_base_is_not_replaced(base, folder, tmp_path, name):
    with pytest.raises(DataError, match="already has a style"):
        add_style(recipe_for(base), folder, name, tmp_path / "out", RunOptions(device="cpu"))


@pytest.mark.parametrize("name", ["", "  ", "../Evans", "a/b", "-x", "x" * 41, "a.b", "C:"])
def test_a_name_that_no_file_can_have(base, folder, tmp_path, name):
    with pytest.raises(DataError, match="cannot be called"):
        add_style(recipe_for(base), folder, name, tmp_path / "out", RunOptions(device="cpu"))


def test_names_are_told_apart_whatever_their_case():
    assert style_key("  Bill   Evans ") == "bill evans"
    assert style_key("Stride & Rag-Time") == "stride & rag-time"
    assert style_key("Épinal") == "épinal"


def test_a_recipe_with_a_base_needs_a_name_and_one_without_takes_none(base, folder, tmp_path):
    with pytest.raises(DataError, match="--name"):
        train(recipe_for(base), folder, tmp_path / "out")
    with pytest.raises(DataError, match="takes no --name"):
        add_style(RECIPES / "performer.toml", folder, "Evans", tmp_path / "out")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("base =", "bass ="), "bass"),
        (("[training]", "[config]\nhidden = 8\n[training]"), "config"),
        (("steps = 3", "step = 3"), r"training\.step"),
        (('"performer"', '"stylenet"'), "no style can be added"),
        (("tiny.safetensors", "none.safetensors"), "cannot be read"),
    ],
)
def test_a_wrong_recipe_gets_a_sentence(base, folder, tmp_path, change, sentence):
    recipe = recipe_for(base)
    recipe.write_text(recipe.read_text().replace(*change))
    with pytest.raises((DataError, CheckpointError), match=sentence):
        add_style(recipe, folder, "Evans", tmp_path / "out", RunOptions(device="cpu"))
    assert not (tmp_path / "out").exists()


def test_a_model_that_takes_no_more_styles(folder, tmp_path):
    path = tmp_path / "net.safetensors"
    checkpoint.save(path, StyleNet(StyleNetConfig(styles=STYLES, hidden=4, layers=1)), "Net", {})
    recipe = recipe_for(path)
    recipe.write_text(recipe.read_text().replace('"performer"', '"stylenet"'))
    with pytest.raises(DataError, match="no style can be added to net"):
        add_style(recipe, folder, "Evans", tmp_path / "out", RunOptions(device="cpu"))


# From the command line


def test_train_then_list_then_transfer(base, folder, tmp_path, users_own, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(base.parent, users_own)
    recipe = recipe_for(users_own / base.name)
    Path("in.mid").write_bytes(melody(60))
    run = CliRunner().invoke

    words = ["train", str(recipe), "--data", str(folder), "--name", "Bill Evans", "--device", "cpu"]
    trained = run(app, words, catch_exceptions=False)
    assert trained.stdout == f"{users_own / f'tiny.bill evans{STYLE_SUFFIX}'} is ready.\n"
    assert (tmp_path / "runs" / "bill evans" / "curves.csv").is_file()

    listed = run(app, ["models"], catch_exceptions=False)
    assert "jazz, classical, bill evans" in listed.stdout
    assert f"Bill Evans: {users_own}" in listed.stdout

    words = ["transfer", "in.mid", "--to", "bill evans", "--from", "jazz", "-o", "out.mid", "--model", "tiny"]
    transferred = run(app, [*words, "--json", "--device", "cpu"], catch_exceptions=False)
    assert json.loads(transferred.stdout)["style"] == "bill evans"
    assert Path("out.mid").is_file()


def test_with_a_folder_of_its_own_nothing_is_installed(base, folder, tmp_path, users_own):
    words = ["train", str(recipe_for(base)), "--data", str(folder), "--name", "Evans", "-o", str(tmp_path / "out")]
    trained = CliRunner().invoke(app, [*words, "--device", "cpu"], catch_exceptions=False)

    assert trained.stdout == f"{tmp_path / 'out' / 'tiny.evans.style'} is ready.\n"
    assert not users_own.exists()


def test_the_shipped_recipe_adds_to_the_default_performer():
    recipe = read_recipe(RECIPES / "add_style.toml")
    assert (recipe.base, recipe.model, recipe.config) == ("performer", "performer", {})
