import numpy as np
import pytest
import torch

from tests.core.timing.written import metered, piece_of
from tests.pieces import melody
from tests.training_pieces import STYLES
from tonenet_core import checkpoint
from tonenet_core.analysis.cover_metrics import known_windows
from tonenet_core.analysis.piece_metrics import far_similarity, longest_copy, piece_means, repeated_share, share_in_key
from tonenet_core.data.cache import open_cache
from tonenet_core.data.prepare import prepare
from tonenet_core.errors import DataError
from tonenet_core.evaluation import whole_pieces as reporting
from tonenet_core.evaluation.evaluate import evaluate
from tonenet_core.harmony.chroma import find_chroma
from tonenet_core.models.image.gan import Gan
from tonenet_core.models.image.image_model import ImageConfig
from tonenet_core.models.pianist.network import PianistConfig
from tonenet_core.models.pianist.pianist import Pianist

# -- the figures --------------------------------------------------------------------------------------------------

ROOTS = (60, 65, 67, 57, 62, 58, 63, 68)


def triad(number):
    return [ROOTS[number] + step for step in (0, 4, 7)]


def chords(numbers):
    """Chroma of one chord for two seconds each."""
    notes = piece_of([(2.0 * at, 1.9, key, 64) for at, number in enumerate(numbers) for key in triad(number)]).notes
    return find_chroma(notes, np.arange(4 * len(numbers) + 1) / 2)


def test_what_comes_back_far_away_is_alike_and_what_comes_back_at_once_is_not():
    back, never, near = chords([0, 1, 2, 3] * 3), chords(range(8)), chords([0, 0, 1, 1, 2, 2, 3, 3])
    assert far_similarity(back) == pytest.approx(1.0, abs=0.01)
    assert far_similarity(never) < 0.6
    assert far_similarity(near) < 0.7
    assert np.isnan(far_similarity(chords([0, 1])))


def test_a_copy_is_as_long_as_what_was_copied_in_any_key():
    rng = np.random.default_rng(0)
    tune, other = (rng.integers(40, 80, 40) for _ in range(2))
    known = known_windows([metered([(beat, 1, int(key)) for beat, key in enumerate(tune)]).notes])
    mixed = np.concatenate([other[:10], tune[5:25] + 3, other[20:30]])
    notes = metered([(beat, 1, int(key)) for beat, key in enumerate(mixed)]).notes
    assert longest_copy(notes, known) == 20
    assert longest_copy(metered([(beat, 1, int(key)) for beat, key in enumerate(other)]).notes, known) == 0


def test_a_run_that_is_played_again_is_repeated():
    tune = np.random.default_rng(1).integers(40, 80, 20)
    twice = metered([(beat, 1, int(key)) for beat, key in enumerate([*tune, *tune])]).notes
    assert repeated_share(twice) == pytest.approx(26 / 33)
    assert repeated_share(twice[:20]) == 0


def test_the_share_in_key_and_the_means():
    white = metered([(beat, 1, key) for beat, key in enumerate((60, 62, 64, 65, 67, 69, 71, 72) * 2)]).notes
    assert share_in_key(white) == 1
    black = white.copy()
    black["pitch"][::4] += 1
    assert share_in_key(black) < 1
    means = piece_means(white)
    assert means["pitch"] == white["pitch"].mean()
    assert means["duration"] == pytest.approx(-1.0)  # octaves of a second


# -- the report ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    rows = ["style,file,split,group"]
    for style in STYLES:
        (data / style).mkdir()
        for index in range(8):
            (data / style / f"{index}.mid").write_bytes(melody(120, seed=index + (50 if style == "jazz" else 0)))
            rows.append(f"{style},{style}/{index}.mid,{'train' if index < 4 else 'test'},{index}")
    (data / "manifest.csv").write_text("\n".join(rows))
    prepare(data, data / "cache")
    return data / "cache"


@pytest.fixture(scope="module")
def models(cache, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    pieces = list(open_cache(cache).pieces("train", STYLES))
    for name, model in (
        ("pianist", Pianist(PianistConfig(STYLES, hidden=8, inner=8))),
        ("gan", Gan(ImageConfig(STYLES, latent=4, hidden=8, blocks=1))),
    ):
        checkpoint.save(folder / f"{name}.safetensors", model, name.upper(), {"data": model.data_statistics(pieces)})
    return folder


def test_models_of_both_kinds_stand_in_one_table(models, cache, monkeypatch):
    monkeypatch.setattr(reporting, "SEEDS", 3)
    monkeypatch.setattr(reporting, "LENGTH_SEC", 12.0)
    report, _ = evaluate([models / "pianist.safetensors", models / "gan.safetensors"], cache)
    signs, like = (report.tables[title].cells for title in (reporting.SIGNS, reporting.LIKE))
    for style in STYLES:
        assert len(signs[f"{style}: {reporting.REAL}"]["far similarity"]) == 4
        assert len(signs[f"{style}: PIANIST"]["silent"]) == 3
        assert "copied, notes" not in signs[f"{style}: {reporting.REAL}"]
        assert 0 <= like[f"{style}: PIANIST"]["pitch"][0] <= 1
        assert f"{style}: GAN" in signs
    assert report.pieces == {"jazz": 4, "classical": 4}


def test_a_pianist_alone_is_measured_by_its_pieces(models, cache, monkeypatch):
    monkeypatch.setattr(reporting, "SEEDS", 1)
    monkeypatch.setattr(reporting, "LENGTH_SEC", 12.0)
    report, _ = evaluate([models / "pianist.safetensors"], cache)
    assert f"{STYLES[0]}: PIANIST" in report.tables[reporting.SIGNS].cells


def test_a_split_without_pieces(models, cache):
    with pytest.raises(DataError, match="holds no pieces"):
        evaluate([models / "pianist.safetensors"], cache, split="valid")
