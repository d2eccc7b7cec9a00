import numpy as np
import pytest

from tonenet_core.analysis.quantiles import coherent_scores
from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.written import played_beats
from tonenet_core.errors import CheckpointError, DataError
from tonenet_core.models.base import TempoModel
from tonenet_core.models.tempo import LARGEST, StyleTempo, TempoCurve, TempoProcess, carry_tempo, fit_process
from tonenet_core.models.timing.tempo import Tempo, TempoConfig
from tonenet_core.models.timing.tempo_features import (
    AROUND_COLUMNS,
    BAR_COLUMNS,
    BEAT_FEATURES,
    REACH,
    ROW_FEATURES,
    encode_beats,
    with_surroundings,
)
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, PLAYED_DTYPE, Piece, TrainingPiece

SMALL = TempoConfig(
    styles=("classical",),
    rounds=30,
    leaves=7,
    learning_rate=0.2,
    leaf_notes=5,
    spread_rounds=10,
    spread_leaves=3,
    hide=0.0,
)


def page(bars=10, seed=0, slow=0.25):
    """Quarters, and a chord on every fourth of them, before which the player slows down."""
    rng = np.random.default_rng(seed)
    count = bars * 4
    beats = np.arange(count + 1) * 0.5
    period = 0.5 * np.exp(np.where(np.arange(count) % 4 == 3, slow, 0.0))
    reached = np.concatenate([[0.0], np.cumsum(period)])
    rows = [(beats[beat], 0.5, 60 + int(rng.integers(12)), beat) for beat in range(count)]
    rows += [(beats[beat], 0.5, 48 - 5 * voice, beat) for beat in range(3, count, 4) for voice in range(3)]
    rows.sort(key=lambda row: (row[0], row[2]))
    notes = np.array([(onset, length, pitch, 64) for onset, length, pitch, _ in rows], NOTE_DTYPE)
    played = np.array([(reached[beat], 0.4) for *_, beat in rows], PLAYED_DTYPE)
    nothing = np.zeros(0, PEDAL_DTYPE)
    return TrainingPiece(notes, beats, beats[::4], nothing, "classical", "classical_pages", f"page {seed}", played)


@pytest.fixture(scope="module")
def learnt():
    model, pages = Tempo(SMALL), [page(seed=seed) for seed in range(6)]
    model.fit(pages, 0)
    model.validate(pages)
    return model, pages


def test_beats_of_a_page_are_where_they_were_played():
    first, played = played_beats(page(slow=0.25))

    assert first == 0
    assert np.diff(played)[:4] == pytest.approx([0.5, 0.5, 0.5, 0.5 * np.exp(0.25)])


def test_features_are_one_row_a_beat_and_do_not_depend_on_the_tempo():
    piece = page()
    notes = piece.notes.copy()
    notes["onset_sec"] *= 1.7
    notes["duration_sec"] *= 1.7
    slower = Piece(notes, piece.beats_sec * 1.7, piece.downbeats_sec * 1.7, piece.pedal)

    assert encode_beats(piece).shape == (40, BEAT_FEATURES)
    assert np.allclose(encode_beats(piece), encode_beats(slower), atol=1e-5)
    free = Piece(piece.notes, piece.beats_sec, piece.downbeats_sec[:0], piece.pedal)
    assert not encode_beats(free)[:, BAR_COLUMNS].any()
    assert encode_beats(piece)[0, BAR_COLUMNS].tolist() == [1, 1, 0, 1]


def test_features_do_not_depend_on_how_long_notes_are_held():
    piece = page()
    notes = piece.notes.copy()
    notes["duration_sec"] *= 0.3

    assert np.array_equal(
        encode_beats(piece), encode_beats(Piece(notes, piece.beats_sec, piece.downbeats_sec, piece.pedal))
    )


def test_a_row_has_the_beats_around_it():
    beats = encode_beats(page())
    rows = with_surroundings(beats, -0.7)
    moved = beats.copy()
    moved[20, 0] += 1
    around = slice(BEAT_FEATURES + 1, BEAT_FEATURES + 1 + 2 * REACH * len(AROUND_COLUMNS))
    changed = (with_surroundings(moved, -0.7) != rows)[:, around].any(axis=1)

    assert rows.shape == (40, ROW_FEATURES)
    assert (rows[:, BEAT_FEATURES] == np.float32(-0.7)).all()
    assert set(np.flatnonzero(changed)) == {16, 17, 18, 19, 21, 22, 23, 24}
    assert with_surroundings(beats[:0], 0.0).shape == (0, ROW_FEATURES)


def test_it_learns_where_the_player_slows_down(learnt):
    model, pages = learnt
    curve = model.tempo_curve(pages[0], "classical")

    assert isinstance(model, TempoModel)
    assert model.validate(pages)["r"] > 0.9
    assert curve.middle[3::4].mean() - np.delete(curve.middle, slice(3, None, 4)).mean() > 0.15
    assert (curve.spread > 0).all()


def test_what_is_no_page_teaches_nothing():
    piece = page()
    recording = TrainingPiece(piece.notes, piece.beats_sec, piece.downbeats_sec, piece.pedal, "classical", "asap", "it")

    with pytest.raises(DataError, match="pages"):
        Tempo(SMALL).fit([recording, page(bars=3)], 0)


def test_save_and_load(tmp_path, learnt):
    model, pages = learnt
    save(tmp_path / "it.safetensors", model, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")

    assert isinstance(again, Tempo)
    middles = [each.tempo_curve(pages[0], "classical").middle for each in (model, again)]
    assert np.allclose(*middles, atol=1e-9)
    assert np.allclose(again.residuals("classical"), model.residuals("classical"), atol=1e-2)
    with pytest.raises(KeyError):
        again.tempo_curve(pages[0], "polka")


def test_trees_that_read_what_is_not_there(tmp_path, learnt):
    model, _ = learnt
    damaged = Tempo(SMALL)
    damaged.load_state_dict(model.state_dict())
    damaged.middle_feature[:] = ROW_FEATURES
    save(tmp_path / "it.safetensors", damaged, "It", {})

    with pytest.raises(CheckpointError, match="features"):
        load(tmp_path / "it.safetensors", device="cpu")


def test_a_curve_is_as_long_as_one_tempo_and_bounded():
    curve = TempoCurve(np.array([0.0, 0.3, -0.1, 5.0]), np.full(4, 0.1))
    made = curve.played(np.array([1.0, -1.0, 0.5, 0.0]), 0.5)

    assert np.exp(made).mean() == pytest.approx(1)
    assert np.ptp(made) <= 2 * LARGEST


def style(middle, spread, coefficients, usual=1.0):
    process = TempoProcess.steady(coefficients)
    widened = TempoProcess(process.coherence, process.innovations, usual)
    return StyleTempo(TempoCurve(middle, np.full(len(middle), spread)), widened)


def lag_1(values):
    about = values - values.mean()
    return float(np.mean(about[1:] * about[:-1]) / about.var())


BREATHES = style(np.where(np.arange(400) % 16 == 15, 0.25, 0.0), 0.12, (0.4, 0.2), usual=0.8)
STEADY = style(np.zeros(400), 0.05, (0.3,))


def breathing(seed=0):
    """A tempo of the first style: slower before each phrase, and as coherent as a player."""
    scores = coherent_scores(400, BREATHES.process.coherence, seed)
    return np.log(0.5) + BREATHES.curve.middle + 0.8 * 0.12 * scores


def test_a_tempo_is_carried_and_comes_back():
    coherence = []
    for seed in range(4):
        played = breathing(seed)
        steady = carry_tempo(BREATHES, STEADY, played)
        back = carry_tempo(STEADY, BREATHES, steady)
        coherence.append(lag_1(steady))

        own = (played - BREATHES.curve.middle).std() / (0.8 * 0.12)
        assert steady.std() == pytest.approx(0.05 * own, rel=0.1)
        assert abs(steady[15::16].mean() - steady.mean()) < 0.05
        assert np.exp(steady).sum() == pytest.approx(np.exp(played).sum())
        assert np.sqrt(np.mean((back - played) ** 2)) < 0.005
    assert np.mean(coherence) == pytest.approx(0.3, abs=0.15)


def test_a_fermata_is_not_made_longer_by_a_style_that_breathes_more():
    played = np.log(0.5) + 0.05 * coherent_scores(400, STEADY.process.coherence, 1)
    held = played.copy()
    held[200] += 1.0
    free, longer = (carry_tempo(STEADY, BREATHES, each) for each in (played, held))

    assert 0.8 < longer[200] - free[200] < 1.2
    assert carry_tempo(BREATHES, STEADY, longer) == pytest.approx(held, abs=0.02)


def test_a_section_in_another_tempo_stays_in_it():
    played = breathing() + np.where(np.arange(400) >= 150, 0.7, 0.0)
    steady = carry_tempo(BREATHES, STEADY, played)

    assert np.median(steady[150:]) - np.median(steady[:150]) == pytest.approx(0.7, abs=0.05)
    assert np.std(steady[:150]) < 0.07
    assert carry_tempo(STEADY, BREATHES, steady) == pytest.approx(played, abs=0.02)


def test_a_piece_that_hardly_breathes_is_not_blown_up():
    played = np.log(0.5) + 0.005 * coherent_scores(400, STEADY.process.coherence, 2)
    made = carry_tempo(STEADY, BREATHES, played) - BREATHES.curve.middle

    assert np.std(made) < 0.012


def test_the_process_of_a_style_is_that_of_its_players():
    coherence = TempoProcess.steady((0.4, 0.2)).coherence
    curve = TempoCurve(np.zeros(400), np.full(400, 0.1))
    found = fit_process(((curve, 0.07 * coherent_scores(400, coherence, seed)) for seed in range(30)), 2)

    assert found.coherence == pytest.approx(coherence, abs=0.05)
    assert found.usual == pytest.approx(0.7, abs=0.05)
    assert found.innovations[[0, 7, -1]] == pytest.approx([-2.58, 0, 2.58], abs=0.15)


def test_styles_that_were_not_learnt_are_steady(learnt):
    model, pages = learnt
    jazz, classical = (model.style_tempo(pages[0], name) for name in ("jazz", "classical"))

    assert not jazz.curve.middle.any()
    assert set(jazz.curve.spread) == {model.config.steady_spread}
    assert np.array_equal(classical.curve.middle, model.tempo_curve(pages[0], "classical").middle)
    assert (np.diff(classical.process.innovations) >= 0).all()
