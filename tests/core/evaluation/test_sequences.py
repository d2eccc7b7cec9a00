import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training_pieces import STYLES
from tests.tunes import as_midi, tune
from tonenet_core import checkpoint
from tonenet_core.analysis.sequence_metrics import (
    KnownTunes,
    bars_in_key,
    bars_in_metre,
    bleu,
    distinct_bars,
    self_bleu,
)
from tonenet_core.data.cache import open_cache
from tonenet_core.data.prepare import prepare
from tonenet_core.encoding.tokens import Token, TokenSequence, encode_tokens
from tonenet_core.errors import DataError
from tonenet_core.evaluation import sequences as reporting
from tonenet_core.evaluation.evaluate import evaluate
from tonenet_core.evaluation.pictures import draw_pictures
from tonenet_core.models.image.gan import Gan
from tonenet_core.models.image.image_model import ImageConfig
from tonenet_core.models.sequence.seq_gan import SeqGan, SeqGanConfig

SMALL = {"styles": ("folk",), "filters": 4, "kernels": (1, 2), "hidden": 32, "embedding": 16}


# -- the figures --------------------------------------------------------------------------------------------------


def test_bleu_of_the_same_and_of_strangers():
    same, other = [[1, 2, 3, 4, 5]], [[6, 7, 8, 9, 0]]

    assert bleu(same, [same]) == pytest.approx({2: 1.0, 3: 1.0, 4: 1.0})
    assert bleu(same, [other])[4] < 0.05
    assert bleu(same, [[*other, *same]])[4] == pytest.approx(1.0)


def test_bleu_by_hand():
    # 4 of 5 one-grams, 3 of 4 two-grams, no brevity penalty
    assert bleu([[1, 2, 3, 4, 5]], [[[1, 2, 3, 4, 6]]], (2,))[2] == pytest.approx((4 / 5 * 3 / 4) ** 0.5)
    # no three-gram in common: method 1 counts .1 of 3
    found = bleu([[1, 2, 9, 1, 2]], [[[1, 2, 8, 8, 8]]], (3,))[3]
    assert found == pytest.approx((2 / 5 * 1 / 4 * 0.1 / 3) ** (1 / 3))


def test_self_bleu_tells_sameness():
    rng = np.random.default_rng(0)

    assert self_bleu(np.tile([1, 2, 3, 4, 5, 6], (5, 1))) == pytest.approx(1.0)
    assert self_bleu(rng.integers(0, 1000, (5, 6))) < 0.1


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(3, 12))
def test_bleu_is_that_of_nltk(seed, tokens, length):
    bleu_score = pytest.importorskip("nltk.translate.bleu_score", reason="NO NLTK: install tonenet[dev]")
    rng = np.random.default_rng(seed)
    references = [rng.integers(0, tokens, rng.integers(2, 13)).tolist() for _ in range(4)]
    candidates = rng.integers(0, tokens, (3, length))
    method = bleu_score.SmoothingFunction().method1
    weights = [(1 / order,) * order for order in (2, 3, 4)]
    theirs = [bleu_score.sentence_bleu(references, each.tolist(), weights, method) for each in candidates]
    others = [[other.tolist() for at, other in enumerate(candidates) if at != place] for place in range(3)]
    alike = [
        bleu_score.sentence_bleu(known, each.tolist(), weights[-1], method)
        for each, known in zip(candidates, others, strict=True)
    ]

    assert list(bleu(candidates, [references] * 3).values()) == pytest.approx(np.mean(theirs, axis=0))
    assert self_bleu(candidates) == pytest.approx(np.mean(alike))


def test_the_longest_copied_run():
    known = KnownTunes([np.array([1, 2, 3, 4, 5]), np.array([6, 7, 8])])

    assert known.longest_run(np.array([9, 2, 3, 4, 9, 6, 7])) == (1, 3)
    assert known.longest_run(np.array([4, 5, 6, 7, 8])) == (2, 3)  # no run goes from one tune into the next
    assert known.longest_run(np.array([9, 10])) == (0, 0)
    assert known.longest_run(np.array([1, 2, 3, 4, 5])) == (0, 5)


def test_bars_in_metre():
    assert bars_in_metre(encode_tokens(tune(3))) == [True, True, True]
    held = TokenSequence((Token((60,), 36, 36), Token((62,), 24, 24), Token((64,), 36, 36)))
    assert bars_in_metre(held) == [True, False]
    late = TokenSequence((Token((48, 52), 48, 0), Token((60,), 48, 54), Token((62,), 6, 42)))
    assert bars_in_metre(late) == [True, False]
    chord_rings_on = TokenSequence((Token((48, 52), 96, 0), Token((60,), 48, 48), Token((62,), 48, 48)))
    assert bars_in_metre(chord_rings_on) == [True, True]


def test_bars_in_key():
    sequence = encode_tokens(tune(4))

    assert bars_in_key(sequence, 0) == [True] * 4
    assert bars_in_key(sequence, 5) == [True, True, False, True]  # the B of G is not in F


def test_distinct_bars():
    assert distinct_bars(encode_tokens(tune(8))) == 3 / 8  # C F G C, twice
    assert distinct_bars(encode_tokens(tune(4, seed=1))) == 1


# -- the report ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    data = tmp_path_factory.mktemp("data") / "folk"
    data.mkdir()
    rows = ["file,split"]
    for index in range(8):
        (data / f"{index}.mid").write_bytes(as_midi(tune(8, seed=index)))
        rows.append(f"{index}.mid,{'test' if index > 4 else 'train'}")
    (data / "splits.csv").write_text("\n".join(rows))
    prepare(data, data.parent / "cache")
    return data.parent / "cache"


@pytest.fixture(scope="module")
def models(cache, tmp_path_factory):
    """Untrained ones; `contested` has been through a contest that made every sequence the same."""
    folder = tmp_path_factory.mktemp("models")
    pieces = list(open_cache(cache).pieces("train"))
    torch.manual_seed(0)
    for name, form in (
        ("contested", {"form": "tokens", "length": 12, "vocabulary": 64}),
        ("taught", {"form": "tokens", "length": 12, "vocabulary": 64}),
        ("melody", {"length": 8}),
    ):
        model = SeqGan(SeqGanConfig(**SMALL, **form, teach_steps=1, judge_steps=1))
        model.learn_vocabulary(pieces)
        if name == "contested":
            model.done += 10
            model.taught.load_state_dict(model.generator.state_dict())
            model.generator.output.bias.data[0] += 50
        checkpoint.save(folder / f"{name}.safetensors", model, name.upper(), {})
    images = Gan(ImageConfig(STYLES, latent=6, hidden=16, blocks=1))
    checkpoint.save(folder / "images.safetensors", images, "IMAGES", {})
    return folder


@pytest.fixture(scope="module")
def measured(models, cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reporting, "SEQUENCES", 8)
        patch.setattr(reporting, "TUNES", 3)
        patch.setattr(reporting, "TUNE_BEATS", 16)
        patch.setattr(reporting, "TEMPERATURES", (0.5, 1.0))
        return evaluate([models / "contested.safetensors"], cache)


def mean(report, table, row, column):
    return float(np.mean(report.tables[table].cells[row][column]))


def test_a_collapse_shows_in_every_table(measured):
    report, samples = measured
    taught, collapsed = "CONTESTED, taught", "CONTESTED"

    assert mean(report, reporting.SWEEP, f"{collapsed}, 1", "self-BLEU-4") == pytest.approx(1.0)
    assert mean(report, reporting.SWEEP, f"{taught}, 1", "self-BLEU-4") < 0.9
    assert mean(report, reporting.FORCED, f"{collapsed}: likeliest", "NLL") > 10
    assert mean(report, reporting.FORCED, f"{taught}: likeliest", "NLL") < 4
    assert "MSE" not in report.tables[reporting.FORCED].columns()
    forced = report.tables[reporting.FORCED].cells[f"{taught}: drawn"]
    assert forced["BLEU-2 of all"][0] >= forced["BLEU-2"][0]  # the true one is among all
    assert samples.sweeps[collapsed][1.0][0][0] == pytest.approx(1.0)
    assert set(samples.sweeps) == {"CONTESTED", "CONTESTED, taught", "training set"}


def test_the_contest_is_set_against_what_was_taught(measured):
    report, samples = measured
    cells = report.tables["Maximum likelihood, and CONTESTED"].cells
    free = cells["free-running: self-BLEU-4"]

    assert free["CONTESTED"] == [samples.sweeps["CONTESTED"][1.0][0][0]]
    assert free["difference"] == pytest.approx([free["CONTESTED"][0] - free["maximum likelihood"][0]])
    assert cells["NLL"]["difference"][0] > 5
    # All that it says is one sequence: at whatever diversity, its quality is that one's.
    same = cells["free-running: BLEU-4 at the same self-BLEU-4"]["CONTESTED"]
    assert same == pytest.approx([samples.sweeps["CONTESTED"][1.0][0][1]])
    assert "teacher-forced, drawn: MSE" not in cells


def test_real_tunes_stand_beside_the_written_ones(measured):
    report, _ = measured
    table = next(table for title, table in report.tables.items() if title.startswith("Tunes"))

    assert table.cells["held out"]["in metre"] == [1.0] * 3
    assert table.cells["held out"]["bars"] == [8.0] * 3
    assert len(table.cells["CONTESTED"]["copied bars"]) == len(table.cells["CONTESTED, with repeats"]["bars"]) == 3
    assert "CONTESTED, taught, with repeats" not in table.cells  # what the program plays is the other one
    assert table.cells["held out"]["copied tokens"][0] < 60
    assert report.pieces == {"folk": 3}


def test_the_melody_form_has_errors_of_pitch_and_pools_seeds(models, cache, monkeypatch):
    monkeypatch.setattr(reporting, "SEQUENCES", 6)
    monkeypatch.setattr(reporting, "TEMPERATURES", (1.0,))
    report, samples = evaluate([models / "melody.safetensors"] * 2, cache)
    cells = report.tables[reporting.FORCED].cells

    assert set(cells) == {"MELODY, taught: likeliest", "MELODY, taught: drawn"}  # no contest yet
    assert [len(figures) for figures in cells["MELODY, taught: drawn"].values()] == [2] * 9
    assert cells["MELODY, taught: drawn"]["MSE"][0] > 50  # random keys of 88 against a melody
    assert len(samples.sweeps["MELODY, taught"][1.0]) == 2
    assert "±" in report.tables[reporting.FORCED].as_markdown()
    assert not any(title.startswith("Maximum likelihood") for title in report.tables)
    assert not any(title.startswith("Tunes") for title in report.tables)


def test_the_pictures(measured, tmp_path):
    _, samples = measured

    assert [path.name for path in draw_pictures(tmp_path, samples)] == ["diversity.png"]
    assert (tmp_path / "diversity.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_measured_together(models, cache):
    with pytest.raises(DataError, match="one form"):
        evaluate([models / "taught.safetensors", models / "melody.safetensors"], cache)
    with pytest.raises(DataError, match="holds no pieces"):
        evaluate([models / "taught.safetensors"], cache, split="valid")
