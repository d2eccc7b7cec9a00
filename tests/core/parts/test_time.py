"""Touch and swing of a piece in another style, there and back."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.core.models.test_swing import FLAT, SWUNG
from tests.core.models.test_touch import chords
from tonenet_core.compute.devices import GPU_FULL
from tonenet_core.file_transfer import interpret_parts
from tonenet_core.interpretation import Interpretation
from tonenet_core.models.expression.luong import Luong, LuongConfig
from tonenet_core.models.touch import ARTICULATION, LAG, TouchDistribution
from tonenet_core.parts import installed
from tonenet_core.parts.compose import note_times
from tonenet_core.parts.tempo import NO_BEATS
from tonenet_core.parts.time import DRY, STRAIGHT, TimeModels, interpret_time, with_time
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Piece
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.swing import find_swing
from tonenet_core.transfer import TransferOptions


class Rules:
    """Jazz: lower notes are late, and short. Classical: they are a little early, and long."""

    styles = ("jazz", "classical")

    def touch(self, piece, style, *, page=False, progress=None):
        lag, length = (0.012, -0.6) if style == "jazz" else (-0.006, 0.05)
        return TouchDistribution(
            *(self._around(scale, middle, len(piece.notes)) for scale, middle in ((LAG, lag), (ARTICULATION, length)))
        )

    def _around(self, scale, middle, count):
        place = scale.low + scale.step * (np.arange(128) + 0.5)
        mass = np.exp(-np.abs(place - middle) / (8 * scale.step))
        return np.tile((mass / mass.sum()).astype(np.float16), (count, 1))

    def residuals(self, style):
        return np.array([[0.3, 0.95], [0.3, 0.95]])

    def swing(self, style):
        return SWUNG if style == "jazz" else FLAT


MODELS = TimeModels(Rules(), Rules())


def swung(log2_bur=0.6, bars=8, seed=0, lag=0.008):
    """Chords on the beat and a line of swung eighths, played by hand."""
    rng = np.random.default_rng(seed)
    beats = np.arange(bars * 4 + 1) * 0.5 + 0.1
    rows = []
    for beat in range(bars * 4):
        upbeat = beats[beat] + 0.5 / (1 + 2.0 ** -(log2_bur + rng.normal(0, 0.1)))
        rows += [(beats[beat], 0.3, 72 + beat % 5), (beats[beat] + lag + rng.normal(0, 0.003), 0.4, 48 + beat % 3)]
        rows += [(upbeat, 0.1, 74 + beat % 4)]
    notes = np.array([(*row, 64) for row in sorted(rows)], NOTE_DTYPE)
    return Piece(notes, beats, beats[::4], np.zeros(0, PEDAL_DTYPE))


def in_style(piece, style, source, strength=1.0, **options):
    made = interpret_time(piece, MODELS, style, source, **options)
    times = note_times(piece, made, strength)
    notes = piece.notes.copy()
    notes["onset_sec"], notes["duration_sec"] = times.onset_sec, times.duration_sec
    order = np.lexsort((notes["pitch"], notes["onset_sec"]))
    return Piece(notes[order], piece.beats_sec, piece.downbeats_sec, piece.pedal), made, order


def test_a_jazz_piece_becomes_straight_its_melody_leads_less_and_its_notes_join():
    piece = swung()
    classical, _, _ = in_style(piece, "classical", "jazz")

    assert find_swing(piece).mean == pytest.approx(0.6, abs=0.05)
    assert abs(find_swing(classical).mean) < 0.1
    before, after = find_clusters(piece.notes), find_clusters(classical.notes)
    assert before.lag_sec[before.is_chord_note].mean() > 0.005
    assert after.lag_sec[after.is_chord_note].mean() < -0.005
    assert classical.notes["duration_sec"].mean() > piece.notes["duration_sec"].mean() + 0.05


def test_there_and_back():
    piece = swung()
    there, _, order = in_style(piece, "classical", "jazz")
    back, _, again = in_style(there, "jazz", "classical")
    origin = order[again]

    assert np.array_equal(back.notes["pitch"], piece.notes["pitch"][origin])
    assert back.notes["onset_sec"] == pytest.approx(piece.notes["onset_sec"][origin], abs=1e-3)
    assert np.median(np.abs(back.notes["duration_sec"] / piece.notes["duration_sec"][origin] - 1)) < 0.02


def test_at_strength_0_nothing_moves_and_half_way_is_half_way():
    piece = swung()
    still, _, order = in_style(piece, "classical", "jazz", strength=0.0)
    half, _, _ = in_style(piece, "classical", "jazz", strength=0.5)

    assert np.array_equal(order, np.arange(len(order)))
    assert still.notes.tobytes() == piece.notes.tobytes()
    assert find_swing(half).mean == pytest.approx(0.3, abs=0.08)


def test_parts_change_alone():
    piece = swung()
    timing, _, _ = in_style(piece, "classical", "jazz", articulation=False)
    lengths, _, _ = in_style(piece, "classical", "jazz", timing=False)

    assert abs(find_swing(timing).mean) < 0.1
    assert np.array_equal(lengths.notes["onset_sec"], piece.notes["onset_sec"])
    assert lengths.notes["duration_sec"].mean() > piece.notes["duration_sec"].mean() + 0.05


def test_within_a_style_nothing_changes():
    piece = swung()
    same, made, _ = in_style(piece, "jazz", "jazz")

    assert same.notes.tobytes() == piece.notes.tobytes()
    assert made.notices == ()


def test_a_page_is_performed_and_a_seed_fixes_it():
    page = chords("classical", lag=0.0, share=1.0)
    first, other = (interpret_time(page, MODELS, "classical", "classical", seed=seed) for seed in (1, 2))
    again = interpret_time(page, MODELS, "classical", "classical", seed=1)
    chord = find_clusters(page.notes).is_chord_note

    assert np.array_equal(first.lag_sec, again.lag_sec)
    assert not np.array_equal(first.lag_sec, other.lag_sec)
    assert first.lag_sec[chord].std() > 0.0005
    assert (first.lag_sec[~chord] == 0).all()


def test_the_user_hears_of_a_page_that_is_let_go_early_over_no_pedal():
    page = chords("classical", lag=0.0, share=1.0)
    pedalled = replace(page, pedal=np.array([(0.0, 127)], PEDAL_DTYPE))

    def notices(piece, *parts):
        return carried(piece, *parts).all_notices

    assert DRY in notices(page, "dynamics", "articulation")
    assert DRY not in notices(page, "dynamics", "timing")
    assert DRY not in notices(page, "dynamics", "articulation", "pedal")
    assert DRY not in notices(pedalled, "dynamics", "articulation")
    assert DRY not in notices(swung(), "dynamics", "articulation")


def test_why_swing_stays():
    piece = swung(0.0)
    free = Piece(piece.notes, piece.beats_sec[:0], piece.downbeats_sec[:0], piece.pedal)

    assert interpret_time(free, MODELS, "classical", "jazz").notices == (NO_BEATS,)
    assert interpret_time(piece, MODELS, "classical", "jazz").notices == (STRAIGHT,)


def test_why_swing_stays_is_an_aside_unless_nothing_of_the_timing_changes():
    piece = swung(0.0)
    line = replace(piece, notes=piece.notes[piece.notes["pitch"] >= 72])
    chorded, alone = (carried(each, "dynamics", "timing") for each in (piece, line))

    assert (chorded.all_notices, chorded.asides) == ((), (STRAIGHT,))
    assert (alone.all_notices, alone.asides) == ((STRAIGHT,), ())


def test_a_seed_matters_where_a_part_is_performed():
    page = chords("classical", lag=0.0, share=1.0)
    line = replace(page, notes=page.notes[np.unique(page.notes["onset_sec"], return_index=True)[1]])

    assert carried(page, "timing").seeded
    assert not carried(swung(), "timing", "articulation").seeded
    assert not carried(line, "timing").seeded
    assert carried(line, "articulation").seeded


def carried(piece, *parts):
    velocity = piece.notes["velocity"].astype(np.float32)
    return with_time(piece, Interpretation("classical", "jazz", velocity, velocity), MODELS, parts)


def test_a_swing_that_is_asked_for():
    made, _, _ = in_style(swung(0.0), "classical", "classical", swing=0.8)

    assert find_swing(made).mean == pytest.approx(0.8, abs=0.08)


def written(ratio=0.0, bars=8):
    """A page: chords on the beat, and a line of eighths that are written in a ratio; first two bars of triplets."""
    beats = np.arange(bars * 4 + 1) * 0.5 + 0.1
    upbeat = 0.5 / (1 + 2.0**-ratio)
    rows = [(beats[beat], 0.4, pitch) for beat in range(bars * 4) for pitch in (48, 72 + beat % 5)]
    rows += [(beats[beat] + upbeat, 0.1, 74 + beat % 4) for beat in range(8, bars * 4)]
    rows += [(beats[beat] + 0.5 * third / 3, 0.1, 74 + third) for beat in range(8) for third in (1, 2)]
    notes = np.array([(*row, 64) for row in sorted(rows)], NOTE_DTYPE)
    return Piece(notes, beats, beats[::4], np.zeros(0, PEDAL_DTYPE))


@pytest.mark.parametrize(
    ("style", "ratio", "performed", "swing"),
    [("jazz", 0.0, True, 0.5), ("classical", 0.0, True, 0.0), ("jazz", 1.0, True, 1.0), ("jazz", 0.0, False, 0.0)],
)
def test_a_page_in_equal_eighths_swings_in_jazz(style, ratio, performed, swing):
    piece = written(ratio)
    velocity = piece.notes["velocity"].astype(np.float32)
    plain = Interpretation(style, style, velocity, velocity, performed=performed)
    times = note_times(piece, with_time(piece, plain, MODELS, ("timing",)).time, 1.0)
    notes = piece.notes.copy()
    notes["onset_sec"] = times.onset_sec
    made = replace(piece, notes=notes[np.argsort(notes["onset_sec"], kind="stable")])

    assert SWUNG.mean_at(np.array([0.5])) == pytest.approx(0.5)  # at this tempo
    assert np.median(find_swing(made).log2_bur) == pytest.approx(swing, abs=0.12)
    line = np.sort(times.onset_sec[piece.notes["pitch"] >= 72])[:24]  # triplets stay
    assert np.diff(line) == pytest.approx(0.5 / 3, abs=0.03)


def overlaps(piece):
    """The pitches and numbers of strokes that a key is held over."""
    order = np.lexsort((piece.notes["onset_sec"], piece.notes["pitch"]))
    notes = piece.notes[order]
    ends = notes["onset_sec"] + notes["duration_sec"]
    held = (notes["pitch"][1:] == notes["pitch"][:-1]) & (ends[:-1] > notes["onset_sec"][1:] + 1e-9)
    return set(np.flatnonzero(held).tolist())


def test_no_key_is_struck_while_it_is_held_and_every_note_has_a_length():
    piece = swung(bars=16)
    there, _, _ = in_style(piece, "classical", "jazz", strength=1.5)

    assert (there.notes["duration_sec"] > 0).all()
    assert overlaps(there) <= overlaps(piece)


def test_where_a_gpu_is_full_the_models_of_time_run_on_the_cpu(monkeypatch):
    def crowded(device):
        if device != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return MODELS

    monkeypatch.setattr(installed, "time_models", crowded)
    model = Luong(LuongConfig(styles=("jazz", "classical"), hidden=8, layers=1))
    options = TransferOptions("classical", "jazz")
    made = interpret_parts(swung(), model, options, device="cuda:0")
    usual = interpret_parts(swung(), model, options)

    assert made.notices[0] == GPU_FULL
    assert np.array_equal(made.time.log2_bur, usual.time.log2_bur)
    assert usual.notices == ()
