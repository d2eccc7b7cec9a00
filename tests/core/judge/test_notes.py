from dataclasses import replace

import numpy as np
import pytest

from tests.training_pieces import scale_piece
from tonenet_core.data.cache import Cache, Entry
from tonenet_core.errors import CheckpointError, DataError
from tonenet_core.judge import fit_notes
from tonenet_core.judge.fit_notes import fit_note_judge
from tonenet_core.judge.note_features import FEATURES, note_features
from tonenet_core.judge.note_noise import CONTROLS, FAR, PERMUTED, SEMITONE, spoil, spoilt_notes
from tonenet_core.judge.notes import FEWEST_NOTES, NEITHER, load_note_judge, shipped_note_judge
from tonenet_core.judge.notes_report import measure_note_judge
from tonenet_core.performance import NOTE_DTYPE

pytest.importorskip("scipy", reason="NO SCIPY: install tonenet[train] to run these tests")

STYLES = ("jazz", "classical")
CHORDS = {"jazz": (0, 4, 10, 14), "classical": (0, 4, 7, 12)}
ROOTS = (0, 5, 7, 2, 9)


def chord_piece(style, bars=40, seed=0):
    """Chords of C major's neighbourhood under a melody of its scale, in two manners."""
    rng = np.random.default_rng(seed)
    rows = []
    for bar in range(bars):
        root = 48 + ROOTS[rng.integers(5)]
        rows += [(2.0 * bar, 1.9, root + step, 60) for step in CHORDS[style]]
        rows += [(2.0 * bar + 0.5 * place, 0.4, 72 + (0, 2, 4, 5, 7, 9, 11)[rng.integers(7)], 80) for place in range(4)]
    notes = np.array(rows, NOTE_DTYPE)
    notes = notes[np.lexsort((notes["pitch"], notes["onset_sec"]))]
    return replace(scale_piece(style), notes=notes, source=f"{style} chords", name=f"{style} {seed}")


class Pieces(Cache):
    """A cache of eight pieces of each style, in memory."""

    def pieces(self, split, styles=None):
        for entry in self.entries:
            if styles is None or entry.style in styles:
                yield chord_piece(entry.style, seed=int(entry.group))


@pytest.fixture(scope="module")
def judge():
    entries = [Entry(f"{style} {tune}", style, "train", style, str(tune)) for style in STYLES for tune in range(8)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_notes, "EXCERPTS", 120)
        return fit_note_judge(Pieces(None, "abc", tuple(entries), {}))


@pytest.mark.parametrize("style", STYLES)
def test_it_names_the_manner_of_unseen_pieces_and_calls_noise_neither(judge, style):
    piece = chord_piece(style, seed=90)
    assert judge.verdict(piece.notes).named == style
    assert sum(judge.verdict(piece.notes).probability.values()) == pytest.approx(1.0)
    for control in CONTROLS:
        assert judge.verdict(spoilt_notes(piece.notes, control, 3)).named == NEITHER


def test_time_lengths_and_velocities_do_not_matter(judge):
    piece = chord_piece("jazz", seed=91)
    other = piece.notes.copy()
    other["onset_sec"] = np.round(other["onset_sec"] / 0.5) * 0.9 + np.linspace(0, 40, len(other)).astype(int)
    other["duration_sec"] *= 0.3
    other["velocity"] = 17
    assert judge.verdict(other).probability == judge.verdict(piece.notes).probability


def test_few_notes_are_undecided(judge):
    few = chord_piece("jazz").notes[: FEWEST_NOTES - 1]
    assert set(judge.verdict(few).probability.values()) == {1 / 3}


def test_a_transposition_changes_little():
    piece = chord_piece("jazz").notes
    onset, pitch = piece["onset_sec"].astype(float), piece["pitch"].astype(np.int64)
    features = note_features(onset, pitch)
    assert features.shape == (FEATURES,)
    assert np.isfinite(features).all()
    changed = np.flatnonzero(~np.isclose(note_features(onset, pitch + 12), features))
    assert len(changed) < 20  # register alone


def test_noise_is_what_it_says():
    pitch, rng = np.arange(21, 109), np.random.default_rng(0)
    assert set(np.abs(spoil(pitch, SEMITONE, rng) - pitch)) == {1}
    assert set(np.abs(spoil(pitch, FAR, rng) - pitch)) == set(range(1, 7))
    assert sorted(spoil(pitch, PERMUTED, rng)) == pitch.tolist()
    for control in CONTROLS:
        spoilt = spoil(pitch, control, rng, share=0.3)
        assert spoilt.min() >= 21
        assert spoilt.max() <= 108
        assert 0.1 < np.mean(spoilt != pitch) < 0.5


def test_a_judge_comes_back_from_its_file_and_a_damaged_one_gets_a_sentence(judge, tmp_path):
    path = tmp_path / "notes.safetensors"
    assert load_note_judge(path) is None
    judge.save(path)
    loaded = load_note_judge(path)
    piece = chord_piece("jazz", seed=92)
    assert loaded.verdict(piece.notes).probability == pytest.approx(judge.verdict(piece.notes).probability, abs=1e-4)
    assert loaded.training == judge.training
    data = path.read_bytes()
    for damage in (
        b"",
        data[:100],
        data.replace(b"neither", b"naither"),
        data.replace(b'\\"format\\": 1', b'\\"format\\": 9'),
    ):
        path.write_bytes(damage)
        with pytest.raises(CheckpointError, match=r"notes\.safetensors"):
            load_note_judge(path)


def test_a_style_without_pieces_is_refused():
    with pytest.raises(DataError, match="no pieces of classical"):
        fit_note_judge(Pieces(None, "abc", (Entry("a", "jazz", "train", "jazz", "1"),), {}))


def test_the_report_counts_real_pieces_and_controls(judge):
    pieces = [chord_piece(style, seed=seed) for style in STYLES for seed in (70, 71)]
    table = measure_note_judge(judge, pieces[:3], transcribed=pieces[3:], draws=2)
    assert table.rows["as it is: own style named"] == {"jazz chords": [1.0, 1.0], "classical chords": [1.0, 1.0]}
    assert table.rows["permuted: neither"]["jazz chords"] == [1.0, 1.0]
    assert "| moved by a semitone: neither |" in table.as_markdown()
    assert table.as_json()["as it is: neither"]["all"]["mean"] == 0.0


def test_the_shipped_judge_calls_noise_neither():
    judge = shipped_note_judge()
    assert judge.classes == ("jazz", "classical", NEITHER)
    piece = chord_piece("classical", bars=80, seed=1)
    assert judge.verdict(piece.notes).named == "classical"
    assert judge.verdict(spoilt_notes(piece.notes, FAR, 0)).named == NEITHER
