from contextlib import nullcontext

import numpy as np
import pytest

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.analysis.quantiles import CENTRE
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.errors import DataError
from tonenet_core.evaluation import evaluate as evaluation
from tonenet_core.evaluation.evaluate import evaluate
from tonenet_core.evaluation.transfers import CYCLE, JUDGED, PERFORMED, TRANSFER
from tonenet_core.evaluation.velocities import GAIN, HEADS, VELOCITY
from tonenet_core.models.distribution import APART, Distribution
from tonenet_core.models.training import velocity_statistics
from tonenet_core.progress import no_progress


class Rules:
    """Knows the rules of the training pieces: jazz rises with the pitch, classical falls."""

    styles, default_accents = STYLES, 0.0

    def predict(self, piece, style, progress=no_progress):
        slope = 1 if style == "jazz" else -1
        return (64 + slope * (piece.notes["pitch"].astype(np.float32) - 60)).astype(np.float32)


class SureRules(Rules):
    """The same as bell curves."""

    default_accents = 1.0

    def distribution(self, piece, style, progress=no_progress):
        middle, values = self.predict(piece, style).astype(float)[:, None], np.arange(128)
        shape = np.exp(-0.5 * ((values - CENTRE - middle + middle.mean()) / 5) ** 2)
        level = np.exp(-0.5 * ((values - middle) / 5) ** 2)
        normal = [each / each.sum(axis=1, keepdims=True) for each in (shape, level)]
        return Distribution(*(each.astype(np.float16) for each in normal))

    def residuals(self, style):
        return np.array([0.5, 0.8])


class Entries:
    """A cache of two pieces a style."""

    entries = ()

    def pieces(self, split, styles=None):
        if split == "test":
            for style in STYLES:
                for seed in range(2):
                    yield scale_piece(style, bars=30, seed=seed)


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """Evaluate the rules, known as `sure` and `plain`, on pieces that follow them."""
    models = {"sure": SureRules(), "plain": Rules(), "plain again": Rules()}
    data = velocity_statistics([scale_piece(style, seed=9) for style in STYLES])

    def find(name):
        return CheckpointInfo(
            tmp_path / name, name, name.split()[0].title(), "performer", STYLES, 0.0, {}, {"data": data}, None
        )

    monkeypatch.setattr(evaluation, "find", find)
    monkeypatch.setattr(evaluation, "load_velocity_model", lambda path, device: models[path.name])
    monkeypatch.setattr(evaluation, "opened", lambda data: nullcontext(Entries()))
    monkeypatch.setattr(evaluation, "load_judge", lambda: None)
    return lambda *names, **options: evaluate(names, tmp_path, **options)


def mean(report, title, row, column):
    return float(np.mean(report.tables[title].cells[row][column]))


def test_accuracy_beside_the_baselines(measured):
    report, _ = measured("plain")
    table = report.tables[VELOCITY.format("jazz rules")]

    assert list(table.cells) == ["flat 64", "style mean", "per-pitch mean", "Plain"]
    assert mean(report, table.title, "Plain", "MAE") == 0
    assert mean(report, table.title, "Plain", "Pearson r") == pytest.approx(1)
    assert mean(report, table.title, "flat 64", "Pearson r") == 0
    assert mean(report, table.title, "style mean", "MAE") > 5
    assert report.pieces == {"jazz rules": 2, "classical rules": 2}


def test_checkpoints_of_one_title_are_told_apart_by_their_places(measured, tmp_path):
    report, _ = measured("plain", "plain again")
    rows = list(report.tables[VELOCITY.format("jazz rules")].cells)

    assert rows[-2:] == [f"Plain ({tmp_path.name}/plain)", f"Plain ({tmp_path.name}/plain again)"]


def test_several_models_are_compared_with_the_first(measured):
    report, _ = measured("sure", "plain")

    assert mean(report, GAIN.format("Sure"), "jazz rules: flat 64", "Pearson r") == pytest.approx(1, abs=0.01)
    assert mean(report, GAIN.format("Sure"), "jazz rules: Plain", "MAE") == pytest.approx(0, abs=0.2)
    assert "NLL" in report.tables[VELOCITY.format("jazz rules")].cells["Sure"]
    assert "NLL" not in report.tables[VELOCITY.format("jazz rules")].cells["Plain"]


def test_the_own_head_wins_where_styles_differ(measured):
    report, _ = measured("plain")
    title = HEADS.format("Plain")

    assert mean(report, title, "jazz rules", "jazz, MAE") == 0
    gain = mean(report, title, "jazz rules", "gain, MAE")
    assert gain == mean(report, title, "jazz rules", "classical, MAE") > 10
    assert mean(report, title, "jazz rules", "heads differ by") == pytest.approx(gain, abs=0.5)


def test_transfers_move_and_come_back(measured):
    report, _ = measured("sure")
    title = TRANSFER.format("Sure")

    assert mean(report, title, "jazz rules to classical", "distance, mean removed") > 10
    assert mean(report, title, "jazz rules to classical", "there and back, RMSE") < 1
    # The rules oppose each other, so setting them apart adds the rule that is wanted and takes away the other one.
    assert mean(report, title, "jazz rules to classical", "spread") == pytest.approx(1 + 2 * APART, abs=0.1)


def test_a_performance_is_as_wide_as_the_style(measured):
    report, _ = measured("sure")

    assert 0.9 < mean(report, PERFORMED.format("Sure"), "jazz rules", "spread") < 1.4
    assert mean(report, PERFORMED.format("Sure"), "jazz rules", "W1") < 5


def test_the_cycle_of_a_superimposition_is_plain_reconstruction(measured):
    report, _ = measured("plain")
    title = CYCLE.format("Plain")

    there_and_back = mean(report, title, "jazz rules, through classical", "superimposed there and back")
    assert there_and_back == mean(report, title, "jazz rules, through classical", "without the middle step") == 0
    assert mean(report, title, "jazz rules, through classical", "their distance in the middle") > 100


def test_the_judge_is_asked_when_there_is_one(measured, monkeypatch):
    class Ears:
        """Hears jazz where high is loud."""

        styles = STYLES

        def expectations(self, piece):
            return piece.notes["pitch"].astype(float)

        def verdict_on(self, expectations, velocity):
            probability = (1 + np.corrcoef(expectations, velocity)[0, 1]) / 2 if np.ptp(velocity) else 0.5
            return Said({"jazz": probability, "classical": 1 - probability})

    class Said:
        def __init__(self, probability):
            self.probability = probability
            self.named = next((style for style, p in probability.items() if p >= 0.8), None)

    monkeypatch.setattr(evaluation, "load_judge", Ears)
    report, _ = measured("sure")
    title = JUDGED.format("Sure")

    for column in ("as played: named", "strength 1: crossing", "strength 1: named", "own head: named"):
        assert mean(report, title, "jazz rules", column) == 1, column
    assert mean(report, title, "jazz rules", "monotone") > 0.9


def test_pictures(measured, tmp_path):
    from tonenet_core.evaluation.pictures import draw_pictures as draw

    _, samples = measured("sure")
    drawn = draw(tmp_path, samples)

    assert [path.name for path in drawn] == ["predicted.png", "dynamics.png", "histograms.png", "calibration.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)


def test_a_split_without_pieces(measured):
    with pytest.raises(DataError, match="no pieces"):
        measured("plain", split="nonsense")


def test_models_run_once_for_each_style_of_a_piece(measured, monkeypatch):
    calls = []
    said = SureRules.distribution
    monkeypatch.setattr(
        SureRules, "distribution", lambda self, piece, style, *rest: calls.append(style) or said(self, piece, style)
    )
    measured("sure")

    assert len(calls) == 4 * len(STYLES)
