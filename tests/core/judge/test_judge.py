import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.pieces import melody
from tests.training_pieces import STYLES, scale_piece
from tonenet_core.analysis.tree_ensemble import Boosting
from tonenet_core.data.cache import Cache, Entry
from tonenet_core.encoding.events import LAG, LENGTHS, METRE, PEDAL
from tonenet_core.errors import CheckpointError, DataError
from tonenet_core.judge import FEWEST, JUDGED_FEATURES, Judge, Verdict, load_judge
from tonenet_core.judge.fit import fit_judge, half_of, logistic_fit, lowest_share
from tonenet_core.judge.report import measure_judge, transcribed_pieces

pytest.importorskip("lightgbm", reason="NO LIGHTGBM: install tonenet[train] to run these tests")

BOOSTING = Boosting(rounds=40, leaves=7, learning_rate=0.2, leaf_notes=5)


class Pieces(Cache):
    """A cache that holds its pieces in memory: eight training tunes of each style, 24 to calibrate on."""

    def pieces(self, split, styles=None):
        for entry in self.entries:
            if entry.split == split and (styles is None or entry.style in styles):
                yield replace(scale_piece(entry.style, bars=30, seed=int(entry.group)), name=entry.file)


def cache(styles=STYLES):
    entries = [
        Entry(f"{style} {tune}", style, "train" if tune < 8 else "valid", style, str(tune))
        for style in styles
        for tune in range(32)
    ]
    return Pieces(None, "abc", tuple(entries), {})


@pytest.fixture(scope="module")
def judge():
    return fit_judge(cache(), boosting=BOOSTING)


@pytest.mark.parametrize("style", STYLES)
def test_it_tells_the_rules_apart(judge, style):
    verdict = judge.verdict(scale_piece(style, bars=30, seed=50))
    assert verdict.named == style
    assert sum(verdict.probability.values()) == pytest.approx(1.0)
    assert set(verdict.probability) == set(STYLES)


def test_loudness_and_range_do_not_matter(judge):
    piece = scale_piece("jazz", bars=30, seed=50)
    played = piece.notes["velocity"].astype(float)
    assert judge.verdict(piece, 20 + played / 3).probability == pytest.approx(judge.verdict(piece).probability)


def test_the_velocities_that_it_is_asked_about_are_judged_and_not_the_pieces(judge):
    piece = scale_piece("jazz", bars=30, seed=50)
    other = scale_piece("classical", bars=30, seed=50)
    assert judge.verdict(piece, other.notes["velocity"]).named == "classical"
    with pytest.raises(ValueError, match="velocities"):
        judge.verdict(piece, [64, 65])


def test_permuted_velocities_are_undecided(judge):
    piece = scale_piece("jazz", bars=120, seed=50)
    for seed in range(5):
        assert judge.verdict(piece, np.random.default_rng(seed).permutation(piece.notes["velocity"])).named is None


def test_without_dynamics_or_with_few_notes_it_is_undecided(judge):
    even = dict.fromkeys(STYLES, 0.5)
    assert judge.verdict(scale_piece("jazz", bars=30, velocity=70)).probability == even
    assert judge.verdict(scale_piece("jazz", bars=(FEWEST - 1) // 8)).probability == even
    assert max(judge.verdict(scale_piece("jazz", bars=FEWEST // 8 + 1, seed=50)).probability.values()) < max(
        judge.verdict(scale_piece("jazz", bars=60, seed=50)).probability.values()
    )
    empty = scale_piece("jazz", bars=0)
    assert judge.verdict(empty).named is None


def test_it_sees_no_metre_no_pedal_and_no_place(judge):
    assert not set(JUDGED_FEATURES) & {*METRE, *PEDAL, "position", "log_from_start", "log_to_end"}
    piece = scale_piece("jazz", bars=30, seed=50)
    nothing = np.zeros(0)
    free = replace(piece, beats_sec=nothing, downbeats_sec=nothing)
    assert judge.verdict(free).probability == judge.verdict(piece).probability


def test_it_sees_no_lengths_and_no_lags_inside_chords(judge):
    assert not set(JUDGED_FEATURES) & {*LENGTHS, LAG}
    piece = scale_piece("jazz", bars=30, seed=50)
    notes = piece.notes.copy()
    notes["duration_sec"] = np.random.default_rng(1).uniform(0.05, 2.0, len(notes))
    assert judge.verdict(replace(piece, notes=notes)).probability == judge.verdict(piece).probability


def test_a_slow_swell_does_not_matter(judge):
    piece = scale_piece("jazz", bars=300, seed=50)
    swell = 20 * np.sin(np.arange(len(piece.notes)) / len(piece.notes) * 2 * np.pi)
    swollen = judge.verdict(piece, piece.notes["velocity"] + swell)
    assert swollen.probability["jazz"] == pytest.approx(judge.verdict(piece).probability["jazz"], abs=0.02)


def test_what_neither_style_would_play_is_undecided_however_the_judge_leans(judge):
    biased = replace(judge, slope=0.0, intercept=4.0)
    piece = scale_piece("jazz", bars=120, seed=50)
    assert biased.verdict(piece).named == "jazz"
    for seed in range(5):
        permuted = np.random.default_rng(seed).permutation(piece.notes["velocity"])
        assert biased.verdict(piece, permuted).named is None


def test_a_judge_of_huge_numbers_is_undecided_about_what_no_style_plays(judge):
    huge = replace(judge, slope=1.7e308, intercept=1.7e308)
    velocity = scale_piece("jazz", bars=30, seed=50).notes["velocity"]
    assert huge.verdict_on(np.zeros((2, len(velocity))), velocity).probability == dict.fromkeys(STYLES, 0.5)


def test_it_is_never_surer_than_it_was_right_on_the_pieces_of_valid(judge):
    assert judge.surest == pytest.approx(lowest_share(48, 48))
    surest = [max(judge.verdict(scale_piece(style, bars=60, seed=50)).probability.values()) for style in STYLES]
    assert surest == pytest.approx([judge.surest] * 2)


def test_the_lowest_share():
    """Wilson's interval, by hand: all of ten give n / (n + 1.96 squared); half of a hundred .4038."""
    assert lowest_share(10, 10) == pytest.approx(10 / (10 + 1.96**2))
    assert lowest_share(95, 100) == pytest.approx(0.888, abs=5e-4)
    assert lowest_share(50, 100) == 0.5


def test_a_large_source_gives_a_part_of_its_notes(monkeypatch):
    monkeypatch.setattr("tonenet_core.judge.fit.NOTES", 500)
    few = fit_judge(cache(), boosting=BOOSTING)
    monkeypatch.setattr("tonenet_core.judge.fit.NOTES", 10**6)
    many = fit_judge(cache(), boosting=BOOSTING)
    assert not np.array_equal(few.trees[0].value, many.trees[0].value)
    assert few.verdict(scale_piece("jazz", bars=60, seed=50)).named == "jazz"


def test_some_sources_only_calibrate_it():
    entries = [
        Entry(f"{number}", "classical", "train", source, str(number))
        for number in range(8)
        for source in ("rules", "classical_maestro")
    ]
    kept = half_of(Pieces(None, "abc", tuple(entries), {}), "classical")
    assert 0 < len(kept) < 8


def test_the_same_data_gives_the_same_judge(judge):
    again = fit_judge(cache(), boosting=BOOSTING)
    assert (again.slope, again.intercept) == (judge.slope, judge.intercept)
    assert all(np.array_equal(a.value, b.value) for a, b in zip(again.trees, judge.trees, strict=True))


def test_it_is_fitted_to_whole_tunes_and_not_to_all_of_them(judge):
    assert 0 < judge.training["pieces"] < 16
    for style in STYLES:
        groups = {piece.name.split()[1] for piece in half_of(cache(), style)}
        assert 0 < len(groups) < 8


def test_a_style_without_pieces():
    with pytest.raises(DataError):
        fit_judge(cache(("jazz",)), boosting=BOOSTING)


def test_a_verdict_names_a_style_from_four_fifths():
    assert Verdict({"jazz": 0.8, "classical": 0.2}).named == "jazz"
    assert Verdict({"jazz": 0.21, "classical": 0.79}).named is None


# -- the file ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(judge, tmp_path):
    path = tmp_path / "judge.safetensors"
    judge.save(path)
    return path


def test_a_judge_comes_back_from_its_file(judge, saved):
    loaded = load_judge(saved)
    piece = scale_piece("jazz", bars=30, seed=50)
    assert loaded.verdict(piece) == judge.verdict(piece)
    assert (loaded.styles, loaded.features, loaded.training) == (judge.styles, judge.features, judge.training)


def test_none_where_none_is_shipped(tmp_path):
    assert load_judge(tmp_path / "none.safetensors") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"chord_size", b"chord_sise"),
        lambda data: data.replace(b'\\"format\\": 2', b'\\"format\\": 9'),
        lambda data: data.replace(b'\\"surest\\": 0.', b'\\"surest\\": 7.'),
        lambda data: data.replace(b"tonenet-judge", b"tonenet-jadge"),
    ],
)
def test_a_damaged_judge_gets_a_sentence(saved, damage):
    data = saved.read_bytes()
    assert damage(data) != data
    saved.write_bytes(damage(data))
    with pytest.raises(CheckpointError, match=r"judge\.safetensors"):
        load_judge(saved)


def test_asking_loads_neither_torch_nor_lightgbm(saved):
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[2])\n"
        "import numpy as np\n"
        "from tonenet_core.judge import load_judge\n"
        "from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE\n"
        "class Piece: notes = np.zeros(200, NOTE_DTYPE); beats_sec = downbeats_sec = np.zeros(0)\n"
        "Piece.pedal = np.zeros(0, PEDAL_DTYPE)\n"
        "load_judge(pathlib.Path(sys.argv[1])).verdict(Piece(), np.arange(200) % 90 + 10)\n"
        "print([name for name in ('torch', 'lightgbm', 'scipy') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code, saved, "."], capture_output=True, text=True, check=True).stdout
    assert json.loads(said) == []


# -- the report -------------------------------------------------------------------------------------------------------


def test_the_report_counts_real_pieces_and_controls(judge):
    pieces = [scale_piece(style, bars=60, seed=seed) for style in STYLES for seed in (70, 71)]
    report = measure_judge(judge, pieces, draws=4)

    assert report.crossing == report.named == {f"{style} rules": [1.0, 1.0] for style in STYLES}
    assert report.other["as played"] == {f"{style} rules": [0.0, 0.0] for style in STYLES}
    for control in ("permuted", "the other style's noise", "the other style's noise on top"):
        assert all(0 <= share <= 0.5 for shares in report.other[control].values() for share in shares)
    assert "| permuted: other style named |" in report.as_markdown()
    assert report.as_json()["named"]["all"]["mean"] == 1.0


def test_the_report_can_hear_a_part_of_each_piece(judge):
    report = measure_judge(judge, [scale_piece("jazz", bars=60, seed=70)], notes=FEWEST - 1, draws=1)
    assert report.named == {"jazz rules": [0.0]}


def test_transcribed_pieces_stand_beside_the_others(judge, tmp_path):
    folder = tmp_path / "transcribed"
    folder.mkdir()
    (folder / "a.mid").write_bytes(melody(120, seed=1))
    with pytest.raises(DataError, match="no MIDI files"):
        transcribed_pieces(tmp_path / "transcribed" / "empty")
    control = transcribed_pieces(folder)
    assert [(piece.style, piece.source, piece.name) for piece in control] == [("classical", "transcribed", "a.mid")]

    pieces = [scale_piece(style, bars=60, seed=70) for style in STYLES]
    report = measure_judge(judge, pieces, transcribed=control, draws=2)
    assert report.as_json()["named"]["all"]["mean"] == 1.0
    assert set(report.other["permuted"]) == {"jazz rules", "classical rules", "transcribed"}
    assert "transcribed (1) | all (2)" in report.as_markdown()


def test_a_judge_that_names_whatever_it_sees_is_shown_up(judge):
    hasty = Judge(judge.styles, judge.trees, slope=1e6)
    report = measure_judge(hasty, [scale_piece(style, bars=30, seed=70) for style in STYLES], draws=20)
    assert np.mean([np.mean(shares) for shares in report.other["permuted"].values()]) > 0.3


def test_the_calibration_is_the_optimum_of_the_weighted_likelihood():
    rng = np.random.default_rng(2)
    values = rng.normal(0, 0.3, 200)
    is_first = (rng.random(200) < 1 / (1 + np.exp(-(4 * values - 0.5)))).astype(float)
    weight = rng.uniform(0.5, 2, 200)
    slope, intercept = logistic_fit(values, is_first, weight)
    parameters, scale = np.zeros(2), np.sqrt(np.mean(values**2))
    design, ridge = np.stack([values / scale, np.ones(200)], axis=1), np.diag([1.0, 1e-6])
    for _ in range(50):  # Newton's method
        predicted = 1 / (1 + np.exp(-design @ parameters))
        gradient = design.T @ (weight * (predicted - is_first)) + ridge @ parameters
        curvature = (design.T * (weight * predicted * (1 - predicted))) @ design + ridge
        parameters -= np.linalg.solve(curvature, gradient)
    assert [slope, intercept] == pytest.approx([parameters[0] / scale, parameters[1]], rel=1e-5)


def test_the_slope_stays_finite_where_the_leaning_separates_the_styles():
    values = np.array([-0.4, -0.3, -0.2, 0.2, 0.3, 0.4])
    slope, intercept = logistic_fit(values, (values > 0).astype(float), np.ones(6))
    assert 0 < slope < 100
    assert intercept == pytest.approx(0, abs=1e-4)


def test_without_scipy_there_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(DataError, match="SciPy: pip install"):
        logistic_fit(np.zeros(2), np.array([0.0, 1.0]), np.ones(2))
