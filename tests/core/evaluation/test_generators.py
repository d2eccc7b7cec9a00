import numpy as np
import pytest
import torch

from tests.pieces import melody
from tests.training_pieces import STYLES
from tonenet_core import checkpoint
from tonenet_core.analysis.image_metrics import copied_share, known_bars, repeated_share
from tonenet_core.data.cache import open_cache
from tonenet_core.data.prepare import prepare
from tonenet_core.encoding.images import STEP_NOTE_DTYPE
from tonenet_core.errors import DataError
from tonenet_core.evaluation import generators as reporting
from tonenet_core.evaluation.evaluate import evaluate
from tonenet_core.evaluation.pictures import draw_pictures
from tonenet_core.models.expression.stylenet import StyleNet, StyleNetConfig
from tonenet_core.models.image.gan import Gan
from tonenet_core.models.image.image_model import ImageConfig
from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig

SIZE = {"styles": STYLES, "latent": 6, "hidden": 16, "blocks": 1}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    rows = ["style,file,split,group"]
    for style in STYLES:
        (data / style).mkdir()
        for index in range(9):
            (data / style / f"{index}.mid").write_bytes(melody(200, seed=index + (50 if style == "jazz" else 0)))
            rows.append(f"{style},{style}/{index}.mid,{'train' if index < 4 else 'test'},{index}")
    (data / "manifest.csv").write_text("\n".join(rows))
    prepare(data, data / "cache")
    return data / "cache"


@pytest.fixture(scope="module")
def models(cache, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    for name, model in (
        ("vae", VaeGan(VaeGanConfig(**SIZE, prior=8, mixtures=2))),
        ("gan", Gan(ImageConfig(**SIZE))),
        ("play", StyleNet(StyleNetConfig(STYLES, hidden=4, layers=1))),
    ):
        if name != "play":
            model.generator.leave[1].bias.data.view(4, 88, 3)[:, ::6, 0] += 2.5  # it shall strike now and then
            pieces = list(open_cache(cache).pieces("train", STYLES))
            made = {"data": model.data_statistics(pieces)}
        checkpoint.save(folder / f"{name}.safetensors", model, name.upper(), made)
    return folder


@pytest.fixture(scope="module")
def measured(models, cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reporting, "IMAGES", 12)
        patch.setattr(reporting, "DRAWS", 2)
        patch.setattr(reporting, "PIECES", 3)
        return evaluate([models / "vae.safetensors", models / "gan.safetensors"], cache)


def mean(report, table, row, column):
    return float(np.mean(report.tables[table].cells[row][column]))


def test_an_untrained_model_reconstructs_nothing_and_the_controls_are_beside_it(measured):
    report, _ = measured
    table = reporting.RECONSTRUCTION.format("VAE")

    assert set(report.tables[table].cells) == {"jazz", "classical"}
    assert mean(report, table, "jazz", "onset F1") < 0.2
    assert 0 < mean(report, table, "jazz", "F1 of another image") < 0.3
    assert mean(report, table, "jazz", "held as one, one channel") == 0
    assert reporting.RECONSTRUCTION.format("GAN") not in report.tables


def test_the_training_set_is_nearer_than_an_untrained_model(measured):
    report, _ = measured
    for feature in ("pitch", "duration", "velocity"):
        row = f"jazz: {feature}"
        assert mean(report, reporting.POOLED, row, "training set") > mean(report, reporting.POOLED, row, "VAE")
    assert mean(report, reporting.OVERLAP, "jazz: pitch", "training set") > 0.5
    assert mean(report, reporting.OVERLAP, "jazz: velocity", "GAN") < mean(
        report, reporting.OVERLAP, "jazz: velocity", "training set"
    )


def test_signs_of_collapse_are_told_of_each(measured):
    report, _ = measured
    rows = report.tables[reporting.SIGNS].cells

    assert {"jazz: VAE", "jazz: GAN", "jazz: training set", "jazz: held out"} <= set(rows)
    assert mean(report, reporting.SIGNS, "jazz: training set", "notes inside") > 0.7
    assert mean(report, reporting.SIGNS, "jazz: held out", "diversity") == 1
    assert "copied" not in rows["jazz: training set"]


def test_whole_pieces_are_held_against_the_training_images(measured):
    report, _ = measured
    rows = report.tables[reporting.WHOLE].cells

    assert set(rows) == {f"{style}: {name}" for style in STYLES for name in ("VAE", "GAN")}
    assert all(len(row["notes inside"]) == 3 for row in rows.values())
    assert min(rows["jazz: VAE"]["shortest"]) >= 30
    assert mean(report, reporting.WHOLE, "jazz: GAN", "notes inside") == 0  # it strikes without end


def test_interpolation_has_a_row_for_each_kind_of_pair(measured):
    report, _ = measured
    rows = report.tables[reporting.INTERPOLATION.format("VAE")].cells

    assert sum(len(row["nearer"]) for row in rows.values()) == reporting.PAIRS
    assert all(0 <= figure <= 1 for row in rows.values() for column in row.values() for figure in column)


def test_the_report_is_written_and_the_images_drawn(measured, tmp_path):
    report, samples = measured

    assert "| jazz: pitch |" in report.as_markdown()
    assert set(samples.images) == {"VAE", "GAN"}  # and none of the data, which may not be passed on
    assert draw_pictures(tmp_path, samples) == [tmp_path / "sheet.png"]


def test_models_that_invent_and_models_that_play_are_measured_apart(models, cache):
    with pytest.raises(DataError, match="separately"):
        evaluate([models / "vae.safetensors", models / "play.safetensors"], cache)


def test_no_pieces_in_the_split(models, cache):
    with pytest.raises(DataError, match="no pieces"):
        evaluate([models / "vae.safetensors"], cache, split="valid")


def test_held_notes_are_counted_by_their_strokes():
    notes = np.array([(0, 4, 10, 60), (0, 4, 20, 60), (0, 4, 30, 60), (6, 1, 40, 60)], STEP_NOTE_DTYPE)
    strokes = np.zeros((8, 88), bool)
    strokes[0, [10, 20]] = True  # the third never came back
    strokes[2, 20] = True  # the second fell in two

    assert reporting.held_as_one(notes, strokes) == (1, 2)


def test_copies_are_found_in_any_transposition_and_from_any_beat():
    rng = np.random.default_rng(0)
    piece = np.zeros((200, 88), bool)
    piece[np.arange(0, 200, 2), rng.integers(20, 60, 100)] = True
    known = known_bars([piece])
    copied = np.stack([np.roll(piece[4 * start : 4 * start + 88], 5, axis=1) for start in (0, 3, 7)])
    other = np.zeros((2, 88, 88), bool)
    other[:, np.arange(0, 88, 2), rng.integers(20, 60, 44)] = True

    assert copied_share(copied, known) == 1
    assert copied_share(other, known) == 0
    assert repeated_share(copied[:1]) == 0
    assert repeated_share(other) == 1  # twice the same
    assert copied_share(np.zeros((1, 88, 88), bool), known) == 0
