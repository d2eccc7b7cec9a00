from dataclasses import replace

import numpy as np
import pytest

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.analysis.tree_ensemble import Boosting
from tonenet_core.data.cache import Cache, Entry
from tonenet_core.errors import CheckpointError, DataError
from tonenet_core.judge import fit_time
from tonenet_core.judge.fit_time import fit_time_judge
from tonenet_core.judge.time import ARTICULATION, JUDGED_PARTS, LAG, load_time_judge, shipped_time_judge
from tonenet_core.judge.time_report import measure_time_judge
from tonenet_core.performance import NOTE_DTYPE

pytest.importorskip("lightgbm", reason="NO LIGHTGBM: install tonenet[train] to run these tests")

EVEN = dict.fromkeys(STYLES, 0.5)


def time_piece(style, chords=120, seed=0, late=0.012, lengths=0.3):
    """Chords of two notes. Jazz: wide chords are broken, and low notes are held. Classical: the other way round."""
    rng = np.random.default_rng(seed)
    sign = 1.0 if style == "jazz" else -1.0
    rows = []
    for chord in range(chords):
        top, below = int(rng.integers(66, 80)), int(rng.integers(3, 16))
        lag = late + sign * 0.001 * (below - 9) + 0.002 * rng.normal()
        for pitch, onset in ((top, 0.0), (top - below, lag)):
            length = lengths * np.exp(sign * (66 - pitch) / 30 + 0.05 * rng.normal())
            rows.append((1.0 + 0.5 * chord + onset, length, pitch, 64))
    notes = np.array(rows, NOTE_DTYPE)
    notes = notes[np.lexsort((notes["pitch"], notes["onset_sec"]))]
    return replace(scale_piece(style), notes=notes, source=f"{style} rules", name=f"{style} {seed}")


class Pieces(Cache):
    """A cache of eight training pieces of each style and twelve to calibrate on, in memory."""

    def pieces(self, split, styles=None):
        for entry in self.entries:
            if entry.split == split and (styles is None or entry.style in styles):
                yield time_piece(entry.style, seed=int(entry.group))


def cache(styles=STYLES):
    entries = [
        Entry(f"{style} {tune}", style, "train" if tune < 8 else "valid", style, str(tune))
        for style in styles
        for tune in range(20)
    ]
    return Pieces(None, "abc", tuple(entries), {})


@pytest.fixture(scope="module")
def judge():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_time, "BOOSTING", Boosting(rounds=40, leaves=7, learning_rate=0.2, leaf_notes=5))
        return fit_time_judge(cache())


@pytest.mark.parametrize("style", STYLES)
def test_it_names_the_rule_of_each_part(judge, style):
    verdicts = judge.verdicts(time_piece(style, seed=90))
    assert {name: verdict.named for name, verdict in verdicts.items()} == dict.fromkeys(JUDGED_PARTS, style)


def test_the_parts_are_judged_apart(judge):
    piece, other = time_piece("jazz", seed=91), time_piece("classical", seed=91)
    mixed = piece.notes.copy()
    mixed["duration_sec"] = other.notes["duration_sec"]
    verdicts = judge.verdicts(replace(piece, notes=mixed))
    assert (verdicts[LAG].named, verdicts[ARTICULATION].named) == ("jazz", "classical")


def test_how_late_and_how_long_the_notes_are_on_the_whole_does_not_matter(judge):
    before = judge.verdicts(time_piece("jazz", seed=92))
    after = judge.verdicts(time_piece("jazz", seed=92, late=0.02, lengths=0.2))
    for name in JUDGED_PARTS:
        assert after[name].probability["jazz"] == pytest.approx(before[name].probability["jazz"], abs=0.02)


def test_a_part_that_is_even_or_that_few_notes_have_is_undecided(judge):
    piece = time_piece("jazz", seed=93)
    for name, (played, expected) in judge.listen(piece).items():
        even = np.full(len(played.rows), 0.01) + 0.0005 * np.sign(expected[0])
        assert judge.verdict_on(name, expected, even).probability == EVEN
    few = judge.verdicts(replace(piece, notes=piece.notes[:40]))
    assert [verdict.probability for verdict in few.values()] == [EVEN, EVEN]
    assert judge.verdicts(replace(piece, notes=piece.notes[:0]))[LAG].probability == EVEN


def test_values_of_other_notes_name_nothing(judge):
    heard = judge.listen(time_piece("jazz", chords=400, seed=94))
    for name, (played, expected) in heard.items():
        for seed in range(5):
            permuted = np.random.default_rng(seed).permutation(played.values)
            assert judge.verdict_on(name, expected, permuted).named is None


def test_the_report_has_a_table_a_part(judge):
    pieces = [time_piece(style, seed=seed) for style in STYLES for seed in (70, 71)]
    report = measure_time_judge(judge, pieces, draws=2)
    figures = report.as_json()
    for name in JUDGED_PARTS:
        assert figures[name]["as played: own style named"]["all"]["mean"] == 1.0
        for control in ("permuted", "the other style's noise", "dead-pan"):
            assert figures[name][f"{control}: other style named"]["all"]["mean"] <= 0.25
    assert "Lag:\n\n| | jazz rules (2) | classical rules (2) | all (4) |" in report.as_markdown()


def test_a_judge_comes_back_from_its_file_and_a_damaged_one_gets_a_sentence(judge, tmp_path):
    path = tmp_path / "time.safetensors"
    assert load_time_judge(path) is None
    judge.save(path)
    loaded, piece = load_time_judge(path), time_piece("jazz", seed=95)
    assert loaded.training == judge.training
    for name, verdict in loaded.verdicts(piece).items():
        assert verdict.probability == pytest.approx(judge.verdicts(piece)[name].probability)
    data = path.read_bytes()
    for damage in (
        b"",
        data[:100],
        data.replace(b'\\"format\\": 1', b'\\"format\\": 9'),
        data.replace(b"articulation", b"articolation"),
        data.replace(b'\\"surest\\": 0', b'\\"surest\\": 7'),
    ):
        assert damage != data
        path.write_bytes(damage)
        with pytest.raises(CheckpointError, match=r"time\.safetensors"):
            load_time_judge(path)


def test_a_style_without_pieces_is_refused():
    with pytest.raises(DataError, match="no pieces"):
        fit_time_judge(cache(("jazz",)))


def test_the_shipped_judge_says_nothing_of_the_lags_of_a_page():
    judge = shipped_time_judge()
    assert judge.styles == STYLES
    notes = time_piece("jazz").notes
    notes["onset_sec"] = np.round(notes["onset_sec"] * 2) / 2
    piece = replace(scale_piece("jazz"), notes=notes[np.lexsort((notes["pitch"], notes["onset_sec"]))])
    assert judge.verdicts(piece)[LAG].probability == EVEN
