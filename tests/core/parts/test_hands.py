"""One hand alone in another style: the other stays, note by note, and so does what both share."""

from dataclasses import replace

import numpy as np
import pytest

from tests import pieces
from tests.core.parts.test_render import ALL, band, interpreted
from tests.pieces import Note
from tonenet_core.errors import MidiError
from tonenet_core.harmony.hands import LEFT, RIGHT, Hands, find_hands
from tonenet_core.interpretation import PedalInterpretation
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import note_ticks, tempo_changes
from tonenet_core.parts.passage import SHARED, check_scope, scope_notices
from tonenet_core.parts.render import render
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.passage import Scope, find_passage
from tonenet_core.timing.swing import find_swing

LEFT_ALONE, RIGHT_ALONE = Hands(right=0.0), Hands(left=0.0)
PARTS = (*ALL, "pedal")


@pytest.fixture(scope="module")
def piece():
    return parse_midi(band(), "band.mid")


@pytest.fixture(scope="module")
def made(piece):
    """Louder, shorter, with other lags, no swing, a tempo that breathes, and a pedal."""
    made = interpreted(piece)
    louder = (piece.velocities.astype(np.float32) + 30).astype(np.float32)
    clusters = find_clusters(piece.notes)
    strokes = len(clusters)
    pedal = PedalInterpretation(np.full(strokes, 5.0), None, np.zeros(strokes, bool), *np.full((2, strokes), 0.1))
    time = replace(
        made.time,
        lag_sec=clusters.lag_sec + 0.01 * clusters.is_chord_note,
        articulation=find_articulation(piece.notes, clusters) - 0.3,
        log_period=0.1 * np.sin(np.arange(len(piece.beats_sec) - 1)),
        pedal=pedal,
    )
    return replace(made, median=louder, transported=louder, time=time)


def same_ticks(before, rendered, rows):
    """Whether notes of a result stand at the very ticks of the piece."""
    now, then = note_ticks(rendered.performance), note_ticks(before)[rendered.order]
    factor = rendered.performance.source[12:14], before.source[12:14]
    times = int.from_bytes(factor[0], "big") / int.from_bytes(factor[1], "big")
    return all(np.array_equal(now[name][rows], then[name][rows] * times) for name in ("onset", "end"))


@pytest.mark.parametrize(("hands", "stays"), [(LEFT_ALONE, RIGHT), (RIGHT_ALONE, LEFT)])
@pytest.mark.parametrize("scope", [None, Scope(from_bar=3, to_bar=5)])
def test_the_other_hand_and_what_both_share_stay_to_the_tick(piece, made, hands, stays, scope):
    passage = None if scope is None else find_passage(piece, scope)
    result = render(piece, made, 1.0, 0.0, parts=PARTS, passage=passage, hands=hands)
    hand, notes = find_hands(piece)[result.order], result.performance.notes
    before, still = piece.notes[result.order], hand == stays
    if passage is not None:
        still |= (before["onset_sec"] < passage.begin_sec - 0.05) | (before["onset_sec"] > passage.end_sec)
    assert np.array_equal(notes["velocity"][still], before["velocity"][still])
    assert same_ticks(piece, result, still)
    assert np.median(notes["velocity"][~still].astype(int) - before["velocity"][~still]) == 30
    assert np.median((notes["duration_sec"] / before["duration_sec"])[~still]) < 0.9
    assert find_swing(result.performance).mean == pytest.approx(find_swing(piece).mean, abs=0.01)
    assert np.array_equal(tempo_changes(result.performance)["microseconds"], tempo_changes(piece)["microseconds"])
    assert not len(result.performance.pedal)
    assert scope_notices(made.time, PARTS, hands) == (SHARED,)


def test_lags_of_the_left_hand_are_against_the_right_which_stays(piece, made):
    result = render(piece, made, 1.0, 0.0, parts=["timing"], hands=LEFT_ALONE)
    moved = result.performance.notes["onset_sec"] - piece.notes["onset_sec"][result.order]
    hand = find_hands(piece)[result.order]
    assert np.median(moved[hand == LEFT]) > 0.005
    assert not moved[hand == RIGHT].any()


def test_each_hand_has_its_share_of_the_strength_and_what_both_share_the_lesser(piece, made):
    result = render(piece, made, 1.0, 0.0, parts=PARTS, hands=Hands(left=1.0, right=0.5))
    louder = result.performance.velocities.astype(int) - piece.velocities[result.order]
    hand = find_hands(piece)[result.order]
    assert set(louder[hand == LEFT]) == {30}
    assert set(louder[hand == RIGHT]) == {15}
    whole = render(piece, made, 1.0, 0.0, parts=PARTS)
    swing = [find_swing(each).mean for each in (piece, result.performance, whole.performance)]
    assert swing[0] > swing[1] > swing[2]
    assert len(result.performance.pedal)
    assert scope_notices(made.time, PARTS, Hands(right=0.5)) == ()


def test_the_hands_part_at_a_key(piece, made):
    split = Hands(left=0.0, split=76)
    result = render(piece, made, 1.0, 0.0, hands=split).performance
    assert np.array_equal(result.velocities > piece.velocities, piece.notes["pitch"] >= 76)


def test_a_hand_without_notes_is_refused(piece):
    with pytest.raises(MidiError, match=r"The left hand plays no note of band.mid there."):
        check_scope(piece, None, Hands(right=0.0, split=21))
    with pytest.raises(MidiError, match=r"The right hand plays no note"):
        check_scope(piece, find_passage(piece, Scope(from_bar=3)), Hands(left=0.0, split=108))
    check_scope(piece, None, Hands(split=21))


@pytest.mark.parametrize("shares", [(0.0, 0.0), (1.1, 1.0), (1.0, -0.1)])
def test_shares_that_cannot_be_are_refused(shares):
    with pytest.raises(ValueError, match="hand"):
        Hands(*shares)


@pytest.mark.parametrize("channels", [(0, 0), (0, 1)])
def test_two_staves_are_the_hands_wherever_they_cross(channels):
    """The right hand crosses under the left in the middle."""
    right = [Note(beat * 480, 40 if 4 <= beat < 6 else 76, 64, 400) for beat in range(10)]
    left = [Note(beat * 480, 55, 64, 400) for beat in range(10)]
    events = [pieces.note_events(notes, channel) for notes, channel in zip((right, left), channels, strict=True)]
    tracks = [pieces.track(each) for each in events] if channels[1] == 0 else [pieces.track([*events[0], *events[1]])]
    piece = parse_midi(pieces.midi(*tracks), "staves.mid")
    assert find_hands(piece).tolist() == [LEFT if pitch == 55 else RIGHT for pitch in piece.notes["pitch"]]
    assert find_hands(piece, 60).tolist() == [RIGHT if pitch >= 60 else LEFT for pitch in piece.notes["pitch"]]
