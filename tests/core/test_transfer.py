from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pieces
from tests.pieces import Note, melody, piece
from tonenet_core.analysis.doubled_notes import find_leaders, spread_attention
from tonenet_core.analysis.quantiles import CENTRE, shape_spread
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.file_transfer import transfer_performance
from tonenet_core.judge import Detection, Verdict
from tonenet_core.midi import parse_midi
from tonenet_core.models.distribution import Distribution
from tonenet_core.progress import no_progress
from tonenet_core.transfer import PERFORMED, WRITTEN, TransferOptions, apply, interpret, transfer

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
    expected += source.velocities.mean() - expected.mean()  # as loud as it was
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
    assert seen == [0.25, 0.75, 1.0]

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


# -- loudness, doubled notes, and what was not played ----------------------------------------------------------------


@pytest.mark.parametrize("style", ["jazz", "classical"])
@pytest.mark.parametrize("loudness", [-25, 0, 30])
def test_the_loudness_of_the_piece_is_kept(style, loudness):
    source = played_in("jazz", loudness, accents=np.arange(len(MELODY)) % 11)
    for strength in (0.5, 1.0, 1.5):
        styled = transfer(source, BellModel(), style, accents=1.0, strength=strength)
        assert styled.velocities.mean() == pytest.approx(source.velocities.mean(), abs=0.5)


def test_the_level_of_the_style_is_the_other_choice():
    loud = played_in("jazz", 25, accents=np.arange(len(MELODY)) % 11)
    usual = transfer(loud, BellModel(), "classical", accents=0.0).velocities.mean()
    styled = transfer(loud, BellModel(), "classical", accents=1.0, level="style")
    assert styled.velocities.mean() == pytest.approx(usual, abs=0.5)
    assert usual < loud.velocities.mean() - 10


def doubled(velocities):
    """MELODY with each note struck twice, on two tracks, the second one softer by 10 where it can be."""
    notes = [
        Note(round(float(note["onset_sec"]) * 960), int(note["pitch"]), int(velocity), 100)
        for note, velocity in zip(MELODY.notes, velocities, strict=True)
    ]
    softer = [Note(note.tick, note.pitch, max(note.velocity - 10, 1), note.ticks) for note in notes]
    tracks = [pieces.track(pieces.note_events(layer, channel)) for channel, layer in enumerate((notes, softer))]
    return parse_midi(pieces.midi(*tracks), "doubled")


@pytest.mark.parametrize("model", [RuleModel(), BellModel()])
def test_doubled_notes_change_alike(model):
    piece = doubled(played_in("jazz", accents=np.arange(len(MELODY)) % 11).velocities)
    styled = transfer(piece, model, "classical", source_style="jazz", accents=1.0)
    change = styled.velocities.astype(int) - piece.velocities
    leaders = find_leaders(piece.notes)
    inside = (styled.velocities > 1) & (styled.velocities < 127)
    assert np.count_nonzero(leaders != np.arange(len(piece))) >= len(MELODY)
    assert np.abs(change - change[leaders])[inside & inside[leaders]].max() <= 1
    assert np.abs(change).max() > 5


def test_a_model_sees_one_of_doubled_notes():
    single = parse_midi(pieces.piece([Note(240 * index, 60 + index % 5, 50 + index) for index in range(40)]), "single")
    twice = parse_midi(
        pieces.midi(
            *[
                pieces.track(pieces.note_events([Note(240 * i, 60 + i % 5, 50 + i) for i in range(40)], channel))
                for channel in range(2)
            ]
        ),
        "twice",
    )
    alone, both = (transfer(piece, BellModel(), "classical", accents=1.0).velocities for piece in (single, twice))
    assert np.array_equal(both.reshape(40, 2), np.repeat(alone, 2).reshape(40, 2))


def test_attention_of_doubled_notes_leads_to_the_notes_themselves():
    kept, rows = np.array([0, 2, 3]), np.array([0, 0, 1, 2])  # note 1 doubles note 0
    attention = np.array([[0, 200, 55], [55, 200, 0], [100, 155, 0]], np.uint8)  # reach 1
    spread = spread_attention(attention, kept, rows)
    assert spread.tolist() == [[0, 200, 0], [200, 0, 55], [0, 200, 0], [100, 155, 0]]


def test_written_velocities_are_performed_and_it_is_said():
    accented = MELODY.with_velocities(np.where(np.arange(len(MELODY)) % 16 == 0, 90, 80))
    made = interpret(accented, BellModel(), "classical", seed=1)
    assert made.performed
    assert made.notices == (WRITTEN,)
    other = interpret(accented, BellModel(), "classical", seed=2)
    assert not np.array_equal(made.transported, other.transported)


def test_whether_a_piece_is_performed_can_be_forced():
    source = played_in("jazz", accents=np.arange(len(MELODY)) % 11)
    assert not interpret(source, BellModel(), "classical").performed
    forced = interpret(source, BellModel(), "classical", perform="yes")
    assert forced.performed
    assert forced.notices == (PERFORMED,)
    written = MELODY.with_velocities(np.where(np.arange(len(MELODY)) % 16 == 0, 90, 80))
    assert not interpret(written, BellModel(), "classical", perform="no").performed


def test_it_is_said_that_a_piece_is_in_the_style_already_and_it_grows_no_wider():
    piece = played_in("classical", accents=np.arange(len(MELODY)) % 5)
    spreads = [piece.velocities.std()]
    for _ in range(5):
        made = interpret(piece, BellModel(), "classical")
        assert "classical style already" in made.notices[0]
        piece = apply(piece, made, accents=1.0)
        spreads.append(piece.velocities.std())
    usual = BellModel().distribution(piece, "classical")
    assert max(spreads[1:]) <= max(spreads[0], shape_spread(usual.shape)) + 0.5
    assert interpret(piece, BellModel(), "classical", source_style="classical").notices == ()


@dataclass
class Certain:
    """A judge that has one verdict on every piece."""

    probability: dict
    asked: int = 0

    def verdict(self, piece, velocity=None, progress=no_progress):
        self.asked += 1
        return Verdict(self.probability)


SURELY_JAZZ = {"jazz": 0.9, "classical": 0.1}


@pytest.mark.parametrize("model", [RuleModel(), BellModel()])
def test_the_judge_decides_what_a_piece_is_where_it_is_sure(model):
    piece = played_in("classical", accents=np.arange(len(MELODY)) % 5)
    away = interpret(piece, model, "classical", judge=Certain(SURELY_JAZZ))
    assert away.detected == Detection("jazz", 0.9, "judge", True)
    assert (away.source_style, away.already) == ("jazz", False)
    already = interpret(piece, model, "jazz", judge=Certain(SURELY_JAZZ))
    assert already.detected == Detection("jazz", 0.9, "judge", True)
    assert (already.source_style, already.already) == ("classical", True)


def test_a_judge_that_is_not_sure_leaves_it_to_the_model():
    piece = played_in("classical", accents=np.arange(len(MELODY)) % 5)
    alone = interpret(piece, BellModel(), "classical")
    assert alone.detected == Detection("classical", None, "model", True)
    helped = interpret(piece, BellModel(), "classical", judge=Certain({"jazz": 0.79, "classical": 0.21}))
    assert helped.detected == alone.detected
    assert np.array_equal(helped.transported, alone.transported)
    assert interpret(piece, RuleModel(), "classical").detected == Detection("classical", None, "model", False)


def test_a_style_that_the_judge_does_not_know_is_the_models():
    piece = played_in("pop", accents=np.arange(len(MELODY)) % 5)
    made = interpret(piece, BellModel(THREE), "classical", perform="no", judge=Certain(SURELY_JAZZ))
    assert made.detected.style == made.source_style == "pop"
    assert made.detected.by == "model"


def test_nobody_is_asked_where_the_style_is_given_or_the_piece_is_performed():
    judge = Certain(SURELY_JAZZ)
    assert interpret(played_in("jazz"), BellModel(), "classical", source_style="jazz", judge=judge).detected is None
    assert interpret(played_in("jazz"), BellModel(), "classical", perform="yes", judge=judge).detected is None
    assert judge.asked == 0


def test_the_summary_has_what_was_detected():
    def run(performance, options, progress):
        return interpret(performance, BellModel(), options.style, judge=Certain(SURELY_JAZZ))

    piece = played_in("jazz", accents=np.arange(len(MELODY)) % 5)
    summary = transfer_performance(piece, run, TransferOptions("jazz")).summary()
    assert (summary.detected_style, summary.detected_probability, summary.already) == ("jazz", 0.9, True)


@pytest.mark.parametrize("option", [{"level": "loud"}, {"perform": "maybe"}])
def test_options_are_checked(option):
    with pytest.raises(ValueError, match="must be one of"):
        TransferOptions("jazz", **option)
