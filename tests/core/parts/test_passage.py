"""A passage alone in another style: the rest of the piece stays, note by note."""

from dataclasses import replace

import numpy as np
import pytest

from tests import pieces
from tests.core.parts.test_render import ALL, band, hits, interpreted
from tests.pieces import Note
from tonenet_core.errors import MidiError
from tonenet_core.interpretation import apply, velocities
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import note_ticks, tempo_changes
from tonenet_core.parts.passage import keep_pedal_outside, note_weights
from tonenet_core.parts.pedal_messages import PedalMessages
from tonenet_core.parts.render import render
from tonenet_core.timing.passage import Passage, Scope, find_bars, find_passage
from tonenet_core.timing.swing import find_swing

BAR_SEC = 2.0  # four beats at 120 a minute
BARS = Scope(from_bar=3, to_bar=5)


@pytest.fixture(scope="module")
def piece():
    return parse_midi(band(), "band.mid")


@pytest.fixture(scope="module")
def made(piece):
    """An interpretation that is louder, with time, and a tempo that breathes."""
    made = interpreted(piece)
    louder = (piece.velocities.astype(np.float32) + 30).astype(np.float32)
    breathing = 0.1 * np.sin(np.arange(len(piece.beats_sec) - 1))
    return replace(made, median=louder, transported=louder, time=replace(made.time, log_period=breathing))


@pytest.fixture(scope="module")
def styled(piece, made):
    return render(piece, made, 1.0, 0.0, parts=ALL, passage=find_passage(piece, BARS))


def within(notes, begin=2 * BAR_SEC, end=5 * BAR_SEC):
    return (notes["onset_sec"] > begin - 0.01) & (notes["onset_sec"] < end - 0.01)


def test_bars_are_those_of_the_ruler_and_open_ends_those_of_the_piece(piece):
    assert find_passage(piece, BARS) == Passage(2 * BAR_SEC, 5 * BAR_SEC)
    assert find_passage(piece, Scope(to_bar=5)) == Passage(-np.inf, 5 * BAR_SEC)
    assert find_passage(piece, Scope(from_bar=8)) == Passage(7 * BAR_SEC, np.inf)
    assert find_passage(piece, Scope(from_bar=1, to_bar=8)) == Passage(-np.inf, np.inf)
    assert find_passage(piece, Scope(from_sec=4.0, to_sec=10.0)) == find_passage(piece, BARS)
    assert find_bars(piece, 4.0, 10.0) == (3, 5)
    assert find_bars(piece, 4.1, 9.8) == (3, 5)


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        (Scope(from_bar=9), "band.mid has 8 bars; 9 is none of them."),
        (Scope(from_bar=0), "band.mid has 8 bars; 0 is none of them."),
        (Scope(from_sec=100.0), "No note of band.mid is in that passage."),
    ],
)
def test_a_passage_outside_the_piece_is_refused(piece, scope, sentence):
    with pytest.raises(MidiError) as caught:
        find_passage(piece, scope)
    assert str(caught.value) == sentence


def test_a_free_recording_has_no_bars_but_seconds():
    free = parse_midi(pieces.melody(60, 2, metered=False), "free.mid")
    with pytest.raises(MidiError, match="has no bars"):
        find_passage(free, Scope(from_bar=1))
    middle = free.notes["onset_sec"][30]
    weights = note_weights(free, find_passage(free, Scope(from_sec=float(middle))))
    assert weights[-1] == 1.0
    assert not weights[free.notes["onset_sec"] < middle - 0.05].any()


@pytest.mark.parametrize(
    "scope",
    [{"from_bar": 1, "to_sec": 2.0}, {"from_bar": 3, "to_bar": 2}, {"from_sec": 2.0, "to_sec": 2.0}, {"to_sec": -1.0}],
)
def test_a_passage_that_cannot_be_is_refused(scope):
    with pytest.raises(ValueError, match=r"."):
        Scope(**scope)


def test_outside_nothing_changes_and_inside_everything_does(piece, made, styled):
    result, before = styled.performance.notes, piece.notes[styled.order]
    outside = ~within(before)
    assert np.array_equal(result["velocity"][outside], before["velocity"][outside])
    assert result["onset_sec"][outside] == pytest.approx(before["onset_sec"][outside], abs=2e-6)
    ends = (each["onset_sec"] + each["duration_sec"] for each in (result, before))
    assert next(ends)[outside] == pytest.approx(next(ends)[outside], abs=2e-6)
    middle = within(before, 2 * BAR_SEC + 0.5, 5 * BAR_SEC - 0.5)
    assert np.array_equal(result["velocity"][middle], before["velocity"][middle] + 30)
    inside = parse_midi(styled.performance.source, "styled.mid")
    found = find_swing(inside)
    beats = np.isin(found.beat, np.arange(9, 19))
    assert abs(np.median(found.log2_bur[beats])) < 0.15 < np.median(found.log2_bur[~beats])


def test_the_edges_are_blended_over_a_beat(piece, styled):
    passage = find_passage(piece, BARS)
    moments = np.array([3.99, 4.0, 4.25, 4.5, 7.0, 9.5, 9.75, 10.0, 12.0])
    assert passage.weights(piece, moments) == pytest.approx([0, 0, 0.5, 1, 1, 1, 0.5, 0, 0])
    short = Passage(4.0, 4.5)  # one beat
    assert short.weights(piece, np.array([4.0, 4.25, 4.5])) == pytest.approx([0, 1, 0])


def test_drums_outside_keep_their_places(piece, styled):
    before, after = hits(piece.source), hits(styled.performance.source)
    outside = (before < 8.1) | (before > 19.9)
    assert after[outside] == pytest.approx(before[outside], abs=1e-3)
    assert np.abs(after - before)[~outside].max() > 0.05


def test_the_tempo_breathes_within_alone_and_what_follows_does_not_move(piece, styled):
    changes = tempo_changes(styled.performance)
    assert changes["tick"].min() == 0
    ticks = changes["tick"] / note_ticks(styled.performance)["onset"].max() * note_ticks(piece)["onset"].max()
    assert set(np.rint(ticks[1:] / pieces.TICKS)) == set(range(8, 21))
    assert changes["microseconds"][[0, -1]].tolist() == [500_000, 500_000]
    assert np.ptp(changes["microseconds"]) > 20_000


def test_the_loudness_is_kept_within_the_passage(piece, made):
    weights = note_weights(piece, find_passage(piece, BARS))
    even = replace(made, median=made.transported, transported=made.transported)
    kept = velocities(piece, even, 1.0, 1.0, "keep", weights=weights)
    assert kept == pytest.approx(piece.velocities)
    assert apply(piece, even, 1.0, 1.0, "style", weights=weights).velocities.mean() > piece.velocities.mean() + 5


def test_a_key_that_is_held_from_before_is_not_struck_earlier():
    held = [Note(beat * 480, 60, 60, 470) for beat in range(16)]
    chords = [Note(beat * 480 + 3, 72, 60, 400) for beat in range(16)]
    piece = parse_midi(
        pieces.midi(pieces.track([(0, pieces.tempo(120)), *pieces.note_events([*held, *chords])])), "p.mid"
    )
    made = interpreted(piece)
    early = replace(made.time, lag_sec=made.time.lag_sec - 0.03, articulation=made.time.articulation + 0.3)
    result = render(
        piece, replace(made, time=early), 1.0, 1.0, parts=ALL, passage=find_passage(piece, Scope(from_bar=3))
    )
    notes = result.performance.notes
    assert len(notes) == len(piece)
    for pitch in (60, 72):
        rows = notes[notes["pitch"] == pitch]
        assert (rows["onset_sec"][1:] >= (rows["onset_sec"] + rows["duration_sec"])[:-1] - 1e-6).all()


def test_the_pedal_outside_is_the_players_own_and_never_hangs_at_an_edge():
    down = [(beat * 480, pieces.PEDAL_DOWN) for beat in range(0, 32, 2)]
    up = [(beat * 480 + 400, pieces.PEDAL_UP) for beat in range(1, 32, 2)]
    notes = pieces.note_events([Note(beat * 480, 60, 60, 400) for beat in range(32)])
    piece = parse_midi(pieces.midi(pieces.track([(0, pieces.tempo(120)), *down, *up, *notes])), "pedal.mid")
    never = PedalMessages(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))
    kept = keep_pedal_outside(piece, never, Passage(4.75, 10.25))
    assert kept.time_sec.tolist() == [
        *piece.pedal["time_sec"][piece.pedal["time_sec"] < 4.75],
        4.75,
        10.25,
        *piece.pedal["time_sec"][piece.pedal["time_sec"] > 10.25],
    ]
    edge = int(np.flatnonzero(kept.time_sec == 4.75)[0])
    assert kept.value[edge : edge + 2].tolist() == [0, 127]
    assert kept.origin[[0, edge, edge + 1, -1]].tolist() == [0, -1, -1, len(piece.pedal) - 1]
    always = PedalMessages(np.zeros(1), np.array([127]), np.array([-1]))
    assert keep_pedal_outside(piece, always, Passage(-np.inf, np.inf)).time_sec.tolist() == [0.0]


def test_strength_0_is_the_file_itself(piece, made):
    assert render(piece, made, 0.0, parts=ALL, passage=find_passage(piece, BARS)).performance.to_bytes() == piece.source
