"""Pedal of a piece in another style: a player's own carried over, and a piece without any pedalled."""

import io
from dataclasses import replace

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import pieces
from tests.core.parts.test_time import MODELS
from tests.core.timing.written import pieces as any_piece
from tests.pieces import Note
from tonenet_core.interpretation import Interpretation, PedalInterpretation
from tonenet_core.judge import Detection
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import restore
from tonenet_core.models.pedal import LIFT, PRESS, PedalDistribution
from tonenet_core.parts.pedal import PEDALLED
from tonenet_core.parts.pedal_messages import pedal_messages
from tonenet_core.parts.render import render
from tonenet_core.parts.time import with_time
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.pedal_states import find_states
from tonenet_core.timing.pedalling import find_holds

BEAT = pieces.TICKS  # half a second
CHORDS = ((48, 64, 67, 72), (53, 65, 69, 72), (55, 62, 71, 74), (48, 64, 67, 76))  # each a bar long
HALF = 30  # a value between up and down
ONLY = ("pedal",)


class Feet:
    """Jazz: pressed 150 ms after the chord, up in every third bar. Classical: after 80 ms, up in every fourth one."""

    styles = ("jazz", "classical")

    def pedalling(self, piece, style, *, page=False, progress=None):
        time = find_clusters(piece.notes).time_sec
        late, each = (0.15, 3) if style == "jazz" else (0.08, 4)
        bar = np.floor(time / 2 + 0.1).astype(int)
        down = np.where(bar % each == each - 1, -2.0, 2.0)
        return PedalDistribution(
            down, np.full(len(time), -3.0), self._around(PRESS, late, len(time)), self._around(LIFT, 0.02, len(time))
        )

    @staticmethod
    def _around(scale, middle, count):
        places = scale.low + scale.step * (np.arange(128) + 0.5)
        mass = np.exp(-0.5 * ((places - middle) / 0.02) ** 2)
        return np.tile((mass / mass.sum()).astype(np.float16), (count, 1))

    def residuals(self, style):
        return np.array([[0.3, 0.95]] * 3)


FEET = replace(MODELS, pedal=Feet())


def song(bars=24, pedal=(), rest=()):
    """Chords a bar long, each struck twice, but for the bars in `rest`; and a bass with a pedal of its own."""
    notes = [
        Note((4 * bar + half) * BEAT, pitch, 60 + 5 * place, 2 * BEAT - 40)
        for bar in range(bars)
        if bar not in rest
        for half in (0, 2)
        for place, pitch in enumerate(CHORDS[bar % 4])
    ]
    soft = [(8 * BEAT + 7, bytes([0xB0, 67, 127])), (16 * BEAT + 7, bytes([0xB0, 66, 127]))]
    bass = [Note(bar * 4 * BEAT, 36, 80, BEAT) for bar in range(bars)]
    return pieces.midi(
        pieces.track([(0, pieces.tempo(120)), (0, pieces.time_signature(4, 4))]),
        pieces.track([(0, pieces.program(0)), *soft, *pedal, *pieces.note_events(notes)]),
        pieces.track([(0, pieces.program(32, 1)), (9, bytes([0xB1, 64, 100])), *pieces.note_events(bass, 1)]),
    )


def own_pedal(bars=24):
    """Jazz: the pedal is up in every third bar; else pressed 160 ms after the chord, slowly lifted 30 ms after it."""
    late, early = 154, 29  # ticks
    messages = []
    for bar in range(bars):
        if bar and (bar - 1) % 3 != 2:
            messages += [(4 * bar * BEAT + early - 20, HALF + 40), (4 * bar * BEAT + early, HALF)]
            messages += [(4 * bar * BEAT + early + 20, 0)]
        if bar % 3 != 2:
            messages += [(4 * bar * BEAT + late, 90 + bar)]
    return [(tick, bytes([0xB0, 64, value])) for tick, value in messages]


def interpreted(piece, style="classical", source="jazz", seed=0, detected=None):
    same = piece.velocities.astype(np.float32)
    made = Interpretation(style, source, same, same, detected=detected)
    return with_time(piece.piece, made, FEET, ONLY, seed=seed)


def in_style(piece, style="classical", source="jazz", strength=1.0, seed=0):
    return render(piece, interpreted(piece, style, source, seed), strength, 1.0, parts=ONLY).performance


def states_of(piece):
    return find_states(find_clusters(piece.notes).time_sec, piece.pedal)


@pytest.fixture(scope="module")
def played():
    return parse_midi(song(pedal=own_pedal()), "played.mid")


@pytest.fixture(scope="module")
def plain():
    return parse_midi(song(rest=(9, 10)), "plain.mid")


def others(data):
    """Every message that is no sustain pedal of the piano, with its tick, track by track."""
    found = []
    for number, track in enumerate(mido.MidiFile(file=io.BytesIO(data)).tracks):
        tick = 0
        for message in track:
            tick += message.time
            is_pedal = message.type == "control_change" and message.control == 64 and message.channel == 0
            if not is_pedal and message.type not in ("sequencer_specific", "end_of_track"):
                found.append((number, tick, message.bytes() if not message.is_meta else message.type))
    return found


# A pedal of the player's own


def test_presses_come_as_soon_as_in_the_style_and_states_change_where_the_styles_differ(played):
    made = in_style(played)
    before, after = states_of(played), states_of(made)
    bar = np.arange(len(before.is_down)) // 2
    contested = (bar % 3 == 2) ^ (bar % 4 == 3)

    assert np.nanmedian(before.press_sec) == pytest.approx(0.16, abs=2e-3)
    assert np.nanmedian(after.press_sec) == pytest.approx(0.09, abs=0.01)  # as late as for jazz
    assert np.array_equal(before.is_down[~contested], after.is_down[~contested])
    assert np.array_equal(after.is_down, bar % 4 != 3)


def test_a_state_that_is_expected_in_both_styles_stays_whatever_it_is(played):
    made = interpreted(played)
    pedal = replace(made.time.pedal, source_odds=-made.time.pedal.source_odds, target_odds=-made.time.pedal.source_odds)
    after = render(played, replace(made, time=replace(made.time, pedal=pedal)), 1.0, 1.0, parts=ONLY).performance

    assert np.array_equal(states_of(after).is_down, states_of(played).is_down)


def test_there_and_back(played):
    there = in_style(played)
    back = in_style(there, "jazz", "classical")

    assert np.array_equal(states_of(back).is_down, states_of(played).is_down)
    kept = states_of(there).is_pressed & states_of(played).is_pressed
    assert states_of(back).press_sec[kept] == pytest.approx(states_of(played).press_sec[kept], abs=2e-3)


def test_values_between_are_kept_where_the_state_is(played):
    made = in_style(played)

    assert np.count_nonzero(made.pedal["value"] == HALF) >= 8
    assert set(made.pedal["value"][made.pedal["value"] > 90]) <= set(played.pedal["value"])


def test_all_else_stays_where_it_is_and_the_original_comes_back_to_the_byte(played, plain):
    for piece in (played, plain):
        made = in_style(piece)

        assert others(made.source) == others(piece.source)
        assert made.source != piece.source
        assert restore(made, velocities=True).performance.to_bytes() == piece.source


def test_strength_0_is_the_very_file_and_less_strength_changes_less(played):
    assert in_style(played, strength=0.0).to_bytes() == played.source
    half = in_style(played, strength=0.5)
    states = states_of(half)

    assert np.nanmedian(states.press_sec) == pytest.approx(0.125, abs=0.01)
    weak = interpreted(played)
    pedal = replace(
        weak.time.pedal, source_odds=weak.time.pedal.source_odds / 3, target_odds=weak.time.pedal.target_odds / 3
    )
    weak = replace(weak, time=replace(weak.time, pedal=pedal))  # the styles differ by 1.3
    full, less = (render(played, weak, strength, 1.0, parts=ONLY).performance for strength in (1.0, 0.5))
    assert not np.array_equal(states_of(full).is_down, states_of(played).is_down)
    assert np.array_equal(states_of(less).is_down, states_of(played).is_down)


def test_within_a_style_a_pedal_stays(played):
    assert in_style(played, "jazz", "jazz").to_bytes() == played.source


def test_channels_with_different_pedals_keep_them(played):
    left = [(tick + 100, bytes([0xB2, *message[1:]])) for tick, message in own_pedal()]
    low = [Note(bar * 4 * BEAT, 40, 60, BEAT) for bar in range(24)]
    both = pieces.midi(
        pieces.track([(0, pieces.program(0)), *own_pedal(), *pieces.note_events([Note(0, 60), Note(BEAT, 62)])]),
        pieces.track([(0, pieces.program(0, 2)), *left, *pieces.note_events(low, 2)]),
    )
    piece = parse_midi(both, "both.mid")

    assert in_style(piece).to_bytes() == both


@given(any_piece(), st.integers(0, 2**32 - 1), st.sampled_from([0.1, 1.0, 1.5]))
@settings(max_examples=40)
def test_any_pedal_stays_in_order_and_without_a_difference_stays_as_it_is(piece, seed, strength):
    clusters, chance = find_clusters(piece.notes), np.random.default_rng(seed)
    count = len(clusters)
    odds, none = chance.normal(0, 3, (2, count)), np.zeros(count, bool)
    if (piece.pedal["value"] >= 64).any() and count:
        lags = chance.uniform(-0.05, 0.7, (2, count))
        made = pedal_messages(piece, PedalInterpretation(odds[0], odds[1], none, *lags), strength)
        assert (np.diff(made.time_sec) >= 0).all()
        assert ((made.value >= 0) & (made.value <= 127)).all()
        own = find_states(clusters.time_sec, piece.pedal)
        same = pedal_messages(piece, PedalInterpretation(odds[0], odds[0], none, own.press_sec, own.lift_sec), strength)
        assert same.origin.tolist() == list(range(len(piece.pedal)))
    performed = PedalInterpretation(odds[0], None, none, *chance.uniform(-0.05, 0.7, (2, count)))
    alone = pedal_messages(piece, performed, strength)
    assert (np.diff(alone.time_sec) > 0).all()
    assert alone.value.tolist() == [127, 0] * (len(alone.value) // 2)


# A piece without pedal


def test_a_piece_without_pedal_is_pedalled_and_says_so(plain):
    made = interpreted(plain)
    holds = find_holds(render(plain, made, 1.0, 1.0, parts=ONLY).performance)

    assert PEDALLED in made.time.notices
    assert len(holds) >= 10
    assert holds["value"].tolist() == [127] * len(holds)


def test_no_pedal_is_held_through_a_change_of_harmony_or_a_silence_nor_for_a_moment(plain):
    for seed in range(5):
        holds = find_holds(in_style(plain, seed=seed))
        changes = 2.0 * np.array([bar for bar in range(1, 24) if bar % 4])  # the fourth and the first bar are C major
        inside = (holds["down_sec"][:, None] < changes - 0.06) & (holds["up_sec"][:, None] > changes + 0.5)

        assert not inside.any()
        silent = (holds["down_sec"] < 20.5) & (holds["up_sec"] > 18.5)
        assert not silent.any()
        assert (holds["up_sec"] - holds["down_sec"]).min() > 0.2
        assert (holds["down_sec"][1:] - holds["up_sec"][:-1]).min() >= 0.03 - 1e-3


def test_a_seed_fixes_the_performance(plain):
    assert in_style(plain, seed=3).to_bytes() == in_style(plain, seed=3).to_bytes()
    assert in_style(plain, seed=3).to_bytes() != in_style(plain, seed=4).to_bytes()


def test_less_strength_has_less_pedal(plain):
    weak, full, strong = (
        float(np.sum(holds["up_sec"] - holds["down_sec"]))
        for holds in (find_holds(in_style(plain, strength=strength)) for strength in (0.3, 1.0, 1.5))
    )
    assert weak < full <= strong


def test_a_piece_in_the_style_already_is_pedalled_only_if_it_has_no_pedal(played, plain):
    already = Detection("jazz", 0.95, by="judge", is_sure=True)

    assert interpreted(played, "jazz", "classical", detected=already).time is None
    assert interpreted(plain, "jazz", "classical", detected=already).time.pedal is not None


def test_the_pedal_goes_through_the_warp_of_the_swing():
    from tests.core.parts.test_render import band

    swung = parse_midi(band(), "band.mid")
    same = swung.velocities.astype(np.float32)
    plain = Interpretation("classical", "jazz", same, same)
    made = with_time(swung.piece, plain, FEET, ("timing", "pedal"))
    both = render(swung, made, 1.0, 1.0, parts=("timing", "pedal")).performance
    alone = render(swung, made, 1.0, 1.0, parts=("timing",)).performance

    assert np.array_equal(both.notes, alone.notes)
    lags = states_of(both).press_sec
    assert np.nanmedian(lags) == pytest.approx(0.08, abs=0.03)
