import numpy as np
import pytest

from tests import pieces
from tests.core.arranging.test_arranger import song
from tonenet_core.arranging.arranger import Arranger
from tonenet_core.checkpoint import load_velocity_model, save
from tonenet_core.cover import CoverOptions, Performing, best_model, cover, load_cover_model, stays
from tonenet_core.errors import Cancelled, CheckpointError, ToneNetError
from tonenet_core.files import locations
from tonenet_core.harmony.hands import playable_share
from tonenet_core.midi import parse_midi
from tonenet_core.models.cycle.config import CycleGanConfig
from tonenet_core.models.cycle.cycle_gan import CycleGan
from tonenet_core.parts.installed import time_models


@pytest.fixture(scope="module")
def piece():
    return parse_midi(song(), "song")


@pytest.fixture(scope="module")
def performing():
    return Performing(load_velocity_model("performer", "cpu"), time_models("cpu"))


def pairs(notes):
    return set(zip(notes["onset_sec"].round(4).tolist(), notes["pitch"].tolist(), strict=True))


@pytest.mark.parametrize("style", Arranger.styles)
def test_a_cover_has_the_melody_note_by_note_and_other_notes_under_it(piece, performing, style):
    made = cover(piece, Arranger(), CoverOptions(style, seed=1), performing)
    melody, new = made.performance.notes[stays(made.performance)], made.performance.notes[~stays(made.performance)]

    assert made.melody_kept == 1.0
    assert pairs(melody) < pairs(piece.notes)
    assert len(melody) == made.melody_notes == 64
    assert len(new) == made.new_notes > 32
    assert made.playable == 1.0
    assert made.chroma > 0.75
    assert made.performance.beats_sec.tolist() == pytest.approx(piece.beats_sec.tolist(), abs=1e-6)
    assert made.performance.velocities.std() > 5  # the performer played it
    assert len(made.performance.pedal) > 10
    assert made.notices == ()
    assert melody["velocity"].mean() > new["velocity"].mean() + 3


def test_the_same_bytes_twice_and_another_seed_another_cover(piece, performing):
    data = [
        cover(piece, Arranger(), CoverOptions("jazz", seed=seed), performing).performance.to_bytes()
        for seed in (1, 1, 2)
    ]
    assert data[0] == data[1] != data[2]


def test_with_timing_a_jazz_cover_swings_and_its_melody_is_the_same(performing):
    notes = [pieces.Note(place * 240, 72 + (0, 2, 4, 2)[place % 4], 80, 200) for place in range(256)]
    notes += [pieces.Note(bar * 1920, 48, 60, 1800) for bar in range(32)]
    straight = parse_midi(pieces.piece(notes, (0, pieces.tempo(140))), "straight")
    made = cover(straight, Arranger(), CoverOptions("jazz", parts=("dynamics", "timing")), performing)
    melody = made.performance.notes[stays(made.performance)]
    steps = np.diff(np.unique(melody["onset_sec"].round(3)))
    assert made.melody_kept == 1.0
    assert steps[::2].mean() > 1.2 * steps[1::2].mean()


def test_keeping_everything_adds_nothing(piece):
    made = cover(piece, Arranger(), CoverOptions("jazz", keep=1.0))
    assert made.new_notes == 0
    assert made.chroma == pytest.approx(1.0)
    assert pairs(made.performance.notes) == pairs(piece.notes)
    assert stays(made.performance) is None  # nothing in it is new
    half = cover(piece, Arranger(), CoverOptions("jazz", keep=0.5))
    kept = half.performance.notes[stays(half.performance)]
    assert len(kept) > half.melody_notes
    assert pairs(kept) < pairs(piece.notes)


@pytest.mark.parametrize("style", Arranger.styles)
def test_the_bass_of_each_half_bar_stays_and_nothing_is_written_below_it(piece, style):
    made = cover(piece, Arranger(), CoverOptions(style, keep_bass=True)).performance
    own, bar_sec = stays(made), float(piece.downbeats_sec[1])
    kept = made.notes[own & (made.notes["pitch"] < 60)]
    basses = [(bar * bar_sec, pitch) for bar, pitch in enumerate([48, 41, 43, 48] * 4)]
    assert pairs(kept) == {(round(second, 4), pitch) for second, pitch in basses}
    new = made.notes[~own]
    under = np.array([48, 41, 43, 48] * 4)[(new["onset_sec"] / bar_sec + 0.01).astype(int)]
    assert len(new) > 32
    assert (new["pitch"] > under).all()
    assert playable_share(made.notes) == 1.0


def test_other_instruments_are_left_out_and_a_sentence_says_so():
    band = pieces.midi(
        pieces.track([(0, pieces.tempo(100))]),
        pieces.track(
            [(0, pieces.program(0)), *pieces.note_events([pieces.Note(i * 480, 70 + i % 5) for i in range(32)])]
        ),
        pieces.track(
            [(0, pieces.program(32, 1)), *pieces.note_events([pieces.Note(i * 480, 36, 90) for i in range(32)], 1)]
        ),
    )
    made = cover(parse_midi(band, "band"), Arranger(), CoverOptions("classical"))
    (notice,) = made.notices
    assert notice == "A cover is for piano alone: 32 notes of other instruments are left out (bass: 32)."
    assert made.performance.left_out == ()
    assert stays(parse_midi(band, "band")) is None


def test_what_cannot_be_is_refused(piece):
    with pytest.raises(ToneNetError, match=r"no style 'polka'; it plays classical, jazz"):
        cover(piece, Arranger(), CoverOptions("polka"))
    with pytest.raises(ToneNetError, match="0 to 1"):
        CoverOptions("jazz", keep=1.5)
    with pytest.raises(ToneNetError, match="0 to 2"):
        CoverOptions("jazz", temperature=3)
    with pytest.raises(CheckpointError, match="writes no accompaniments"):
        load_cover_model("performer")
    with pytest.raises(CheckpointError, match="no model called 'nobody'"):
        load_cover_model("nobody")
    assert isinstance(load_cover_model("arranger"), Arranger)
    assert isinstance(load_cover_model(None, style="classical"), Arranger)
    assert set(load_cover_model(None).styles) >= {"jazz", "classical"}


def test_a_model_that_nobody_trained_says_how_and_one_for_comparison_is_never_the_best(tmp_path, monkeypatch):
    cycle = CycleGan(CycleGanConfig(("jazz", "classical"), latent=2, hidden=4, blocks=1, inner=4, judges=4, pool=0))
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    monkeypatch.setattr(locations, "SHIPPED_CHECKPOINTS", shipped)
    with pytest.raises(
        CheckpointError, match="cycle-gan has no checkpoint yet: train it with `tonenet train cycle_gan"
    ):
        load_cover_model("cycle-gan")
    save(tmp_path / "run" / "cycle_gan.safetensors", cycle, "CycleGAN", {"comparison": True})
    assert isinstance(load_cover_model(str(tmp_path / "run" / "cycle_gan.safetensors")), CycleGan)
    save(shipped / "cycle-gan.safetensors", cycle, "CycleGAN", {"comparison": True})
    assert isinstance(load_cover_model("cycle-gan"), CycleGan)
    assert best_model("jazz") == "arranger"


def test_it_can_be_cancelled_while_it_is_written(piece):
    seen = []

    def stop(fraction):
        seen.append(fraction)
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        cover(piece, Arranger(), CoverOptions("classical"), progress=stop)
    assert seen == sorted(seen)
    assert 0.3 < seen[-1] < 0.6
