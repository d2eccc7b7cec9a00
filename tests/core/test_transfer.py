from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pieces import Note, melody, piece
from tonenet_core.analysis.quantiles import CENTRE
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.midi import parse_midi
from tonenet_core.models.distribution import Distribution
from tonenet_core.progress import no_progress
from tonenet_core.transfer import apply, interpret, transfer

MELODY = parse_midi(melody(120, seed=1), "melody.mid")


@dataclass
class RuleModel:
    """Two styles that are known exactly: jazz rises with the pitch, classical falls."""

    styles: tuple = ("jazz", "classical")
    default_accents: float = 0.0

    def predict(self, piece, style, progress=no_progress):
        progress(0.5)
        slope = {"jazz": 0.5, "classical": -0.5, "pop": 0.0}[style]
        return (64 + slope * (piece.notes["pitch"].astype(np.float32) - 60)).astype(np.float32)


THREE = ("jazz", "classical", "pop")


def played_in(style, loudness=0.0, accents=None):
    velocities = RuleModel().predict(MELODY, style) + loudness
    return MELODY.with_velocities(velocities if accents is None else velocities + accents)


def test_superimposition_lays_the_styles_velocities_on_the_notes():
    styled = transfer(MELODY, RuleModel(), "classical")

    assert np.array_equal(styled.velocities, np.rint(RuleModel().predict(MELODY, "classical")))
    unchanged = ["onset_sec", "duration_sec", "pitch"]
    assert np.array_equal(styled.notes[unchanged], MELODY.notes[unchanged])


@pytest.mark.parametrize("style", ["jazz", "classical"])
def test_strength_0_is_the_same_file(style):
    assert transfer(MELODY, RuleModel(), style, strength=0.0).to_bytes() == MELODY.source


@given(st.floats(0, 1.5), st.floats(0, 1))
def test_only_velocity_bytes_differ_and_stay_playable(strength, accents):
    styled = transfer(MELODY, RuleModel(), "classical", strength=strength, accents=accents)
    before, after = np.frombuffer(MELODY.source, "u1"), np.frombuffer(styled.to_bytes(), "u1")

    assert np.isin(np.flatnonzero(before != after), MELODY.velocity_offsets).all()
    assert styled.velocities.min() >= 1
    assert styled.velocities.max() <= 127


def test_strength_moves_every_note_towards_the_style():
    interpretation = interpret(MELODY, RuleModel(), "classical")
    far = np.abs(interpretation.median - MELODY.velocities)
    previous = np.zeros(len(MELODY))
    for strength in (0.25, 0.5, 1.0):
        styled = apply(MELODY, interpretation, strength)
        moved = np.abs(styled.velocities.astype(float) - MELODY.velocities)
        assert np.all(moved >= previous - 1)
        assert np.allclose(moved, strength * far, atol=0.51)
        previous = moved


def test_accents_keep_how_far_the_player_was_from_the_source_style():
    accents = np.where(np.arange(len(MELODY)) % 5 == 0, 12, 0)
    source = played_in("jazz", accents=accents)
    styled = transfer(source, RuleModel(), "classical", source_style="jazz", accents=1.0)

    expected = RuleModel().predict(MELODY, "classical") + accents
    assert np.abs(styled.velocities - expected).max() <= 1  # both were rounded


def test_there_and_back_with_accents_returns_the_piece():
    source = played_in("jazz", accents=np.arange(len(MELODY)) % 7)
    there = transfer(source, RuleModel(), "classical", source_style="jazz", accents=1.0)
    back = transfer(there, RuleModel(), "jazz", source_style="classical", accents=1.0)

    assert np.abs(back.velocities.astype(int) - source.velocities).max() <= 1
    assert not np.array_equal(there.velocities, source.velocities)


@pytest.mark.parametrize("style", ["jazz", "classical"])
@pytest.mark.parametrize("loudness", [-20, 0, 20])
def test_the_source_style_is_recognised_by_shape_not_by_loudness(style, loudness):
    assert interpret(played_in(style, loudness), RuleModel(THREE), "pop").source_style == style


def test_a_piece_without_dynamics_has_no_accents_to_keep():
    flat = parse_midi(piece([Note(240 * index, 48 + index, 64) for index in range(24)]), "flat.mid")
    interpretation = interpret(flat, RuleModel(), "classical")

    assert np.array_equal(interpretation.transported, interpretation.median)


def test_progress_covers_all_model_runs_and_can_stop_them():
    seen = []
    interpret(MELODY, RuleModel(), "classical", progress=seen.append)
    assert seen == [0.25, 0.75]

    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        interpret(MELODY, RuleModel(), "classical", progress=stop)


def test_wrong_requests_get_a_sentence():
    with pytest.raises(ToneNetError, match="no style 'polka'; it plays jazz, classical"):
        interpret(MELODY, RuleModel(), "polka")
    with pytest.raises(ToneNetError, match="polka"):
        interpret(MELODY, RuleModel(), "jazz", source_style="polka")
    interpretation = interpret(MELODY, RuleModel(), "classical")
    with pytest.raises(ValueError, match="strength"):
        apply(MELODY, interpretation, strength=1.6)
    with pytest.raises(ValueError, match="accents"):
        apply(MELODY, interpretation, accents=-0.1)


# -- models of distributions --------------------------------------------------------------------------------------


@dataclass
class BellModel(RuleModel):
    """The two styles as bell curves around the rule's velocity; classical is played twice as widely as jazz."""

    default_accents: float = 1.0

    def distribution(self, piece, style, progress=no_progress):
        middle = self.predict(piece, style, progress).astype(float)
        sd = {"jazz": 4.0, "classical": 8.0, "pop": 4.0}[style]
        values = np.arange(128)
        shape = np.exp(-0.5 * ((values - CENTRE - (middle - middle.mean())[:, None]) / sd) ** 2)
        level = np.exp(-0.5 * ((values - middle[:, None]) / sd) ** 2)
        return Distribution(shape.astype(np.float16), level.astype(np.float16))

    def residuals(self, style):
        return np.array([0.6, 0.8])


def test_accents_are_carried_over_to_the_target_style():
    accents = np.where(np.arange(len(MELODY)) % 2 == 0, 4, -4)
    source = played_in("jazz", accents=accents)
    styled = transfer(source, BellModel(), "classical", source_style="jazz")
    residual = styled.velocities - RuleModel().predict(MELODY, "classical")

    assert residual[accents > 0].mean() - residual[accents < 0].mean() == pytest.approx(16, abs=2)


def test_there_and_back_by_transport_returns_the_piece():
    source = played_in("jazz", loudness=10, accents=np.arange(len(MELODY)) % 7)
    there = transfer(source, BellModel(), "classical", source_style="jazz")
    back = transfer(there, BellModel(), "jazz", source_style="classical")

    assert np.sqrt(np.mean((back.velocities.astype(float) - source.velocities) ** 2)) <= 0.75
    assert np.abs(there.velocities.astype(float) - source.velocities).mean() > 4


@pytest.mark.parametrize("style", ["jazz", "classical"])
def test_the_source_style_is_judged_by_likelihood_and_within_a_style_nothing_changes(style):
    source = played_in(style, loudness=15)
    interpretation = interpret(source, BellModel(), style, source_style=style)

    assert interpret(source, BellModel(THREE), "pop").source_style == style
    assert apply(source, interpretation, accents=1.0).to_bytes() == source.to_bytes()


@pytest.mark.parametrize("model", [RuleModel(), BellModel()])
def test_a_piece_that_sounds_like_the_target_is_moved_all_the_same(model):
    """Who asks for a style wants to hear a change; only naming the target as source leaves the piece as it is."""
    interpretation = interpret(played_in("classical"), model, "classical")

    assert interpretation.source_style == "jazz"
    assert np.abs(interpretation.transported - played_in("classical").velocities).mean() > 2


def test_without_accents_it_is_the_styles_median_whatever_was_played():
    first = transfer(played_in("jazz"), BellModel(), "classical", accents=0.0)
    second = transfer(played_in("jazz", accents=np.arange(len(MELODY)) % 9), BellModel(), "classical", accents=0.0)

    assert np.array_equal(first.velocities, second.velocities)


def test_a_piece_without_dynamics_is_performed():
    flat = MELODY.with_velocities(np.full(len(MELODY), 80))
    first, same, other = (transfer(flat, BellModel(), "classical", seed=seed) for seed in (1, 1, 2))
    median = transfer(flat, BellModel(), "classical", accents=0.0)
    residual = first.velocities.astype(float) - median.velocities

    assert np.array_equal(first.velocities, same.velocities)
    assert not np.array_equal(first.velocities, other.velocities)
    assert 4 < residual.std() < 12
    assert transfer(flat, BellModel(), "classical", strength=0.0).to_bytes() == flat.to_bytes()


def test_the_seed_matters_to_a_piece_without_dynamics_alone():
    source = played_in("jazz", accents=np.arange(len(MELODY)) % 5)

    first, second = (transfer(source, BellModel(), "classical", seed=seed) for seed in (1, 2))
    assert np.array_equal(first.velocities, second.velocities)


def test_written_dynamics_are_performed_and_stay_as_level():
    quiet = np.arange(len(MELODY)) < len(MELODY) // 2
    written = MELODY.with_velocities(np.where(quiet, 40, 90))
    first, other = (transfer(written, BellModel(), "classical", seed=seed).velocities.astype(float) for seed in (1, 2))

    assert len(np.unique(first)) > 10
    assert not np.array_equal(first, other)
    assert first.mean() == pytest.approx(65, abs=2)
    assert first[~quiet].mean() - first[quiet].mean() > 4
