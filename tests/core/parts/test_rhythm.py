"""A page that is performed inside its beats, too."""

import io
from dataclasses import replace

import mido
import numpy as np
import pytest

from tests import pieces
from tests.core.parts.test_render import BREATHING, hits
from tests.pieces import Note
from tonenet_core.encoding.rhythm import PLACES, written_places
from tonenet_core.harmony.hands import Hands
from tonenet_core.interpretation import Interpretation
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import restore
from tonenet_core.models.micro_timing import MicroTiming
from tonenet_core.parts.installed import time_models
from tonenet_core.parts.render import render
from tonenet_core.parts.time import with_time
from tonenet_core.parts.written import is_page, usual_rubato
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Piece
from tonenet_core.timing.passage import Passage
from tonenet_core.timing.tempo import beats_at

BEAT, BEATS = pieces.TICKS, 32
TIMING = ("timing",)


class Late:
    """The third of four sixteenths is late; what players do beside that has a spread."""

    styles = ("classical",)

    def __init__(self, spread=0.0):
        self.spread = spread

    def micro_timing(self, piece, style, progress=None):
        place, _ = written_places(piece)
        inside = place % PLACES > 0
        middle = np.where(place % PLACES == PLACES // 2, 0.08, 0.0)
        return MicroTiming(place, middle, np.where(inside, self.spread, 0), np.full(len(place), np.nan))

    def residuals(self, style):
        return np.array([0.3, 0.95])


def page(first=0, *, alone=False):
    """Sixteenths over a bass, written, with a hi-hat on beats and upbeats, or alone."""
    line = [Note(first + step * BEAT // 4, 72 + step % 7, 70, BEAT // 4) for step in range(4 * BEATS)]
    bass = [Note(first + beat * BEAT, 48 + beat % 3, 50, BEAT) for beat in range(BEATS)]
    hat = [Note(first + beat * BEAT + place, 42, 90, 30) for beat in range(BEATS) for place in (0, BEAT // 2)]
    tracks = [
        pieces.track([(0, pieces.tempo(120)), (0, pieces.time_signature(4, 4))]),
        pieces.track([(0, pieces.program(0)), *pieces.note_events([*line, *bass])]),
    ]
    return pieces.midi(*tracks, *([] if alone else [pieces.track(pieces.note_events(hat, 9))]))


@pytest.fixture(scope="module")
def piece():
    return parse_midi(page(), "page.mid")


def interpreted(piece, style="classical", spread=0.0, rubato=1.0, seed=0):
    same = piece.velocities.astype(np.float32)
    models = replace(BREATHING, micro_timing=Late(spread))
    plain = Interpretation(style, style, same, same, performed=True)
    return with_time(piece, plain, models, TIMING, rubato=rubato, seed=seed)


def performed(piece, made, strength=1.0, **options):
    return render(piece, made, strength, 1.0, parts=TIMING, **options).performance


def upbeats(made):
    """Places of the line's third sixteenths, among the beats as they are played."""
    line = made.notes[made.notes["pitch"] >= 72]
    return beats_at(made.beats_sec, np.sort(line["onset_sec"])[2::4]) - np.arange(BEATS)


def test_a_page_is_played_where_its_style_expects_it_although_its_tempo_glides(piece):
    made = performed(piece, interpreted(piece))

    assert np.log(np.diff(made.beats_sec)).std() > 0.05
    assert upbeats(made)[1:-1] == pytest.approx(0.58, abs=0.01)
    line = made.notes[made.notes["pitch"] >= 72]
    first = beats_at(made.beats_sec, np.sort(line["onset_sec"])[1::4]) - np.arange(BEATS)
    assert first[1:-1] == pytest.approx(0.25, abs=0.01)


def test_the_notes_are_the_same_ones_and_the_band_is_in_step(piece):
    result = render(piece, interpreted(piece, spread=0.05), 1.0, 1.0, parts=TIMING)
    made = result.performance

    assert np.array_equal(made.notes["pitch"], piece.notes["pitch"][result.order])
    assert (made.notes["duration_sec"] > 0).all()
    for pitch in np.unique(made.notes["pitch"]):
        own = made.notes[made.notes["pitch"] == pitch]
        assert (own["onset_sec"][1:] >= (own["onset_sec"] + own["duration_sec"])[:-1] - 1e-3).all()
    line = made.notes[made.notes["pitch"] >= 72]
    order = np.argsort(line["onset_sec"], kind="stable")
    assert np.array_equal(line["pitch"][order], piece.notes["pitch"][piece.notes["pitch"] >= 72])
    division = int.from_bytes(made.source[12:14], "big")
    struck = np.sort(mido_places(made, division))[2::4]
    assert hits(made.source)[1::2] == pytest.approx(struck, abs=2e-3)


def mido_places(made, division):
    track, tick, found = mido.MidiFile(file=io.BytesIO(made.source)).tracks[1], 0, []
    for message in track:
        tick += message.time
        if message.type == "note_on" and message.velocity and message.note >= 72:
            found.append(tick / division)
    return np.array(found)


def test_a_seed_fixes_the_performance(piece):
    first, again, other = (performed(piece, interpreted(piece, spread=0.05, seed=seed)).source for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_strength_and_rubato_scale_it_and_0_is_the_page(piece):
    made = interpreted(piece)
    half = performed(piece, made, 0.5)

    assert performed(piece, made, 0.0).to_bytes() == piece.source
    assert upbeats(half)[1:-1].mean() == pytest.approx(0.54, abs=0.01)
    assert upbeats(performed(piece, interpreted(piece, rubato=0.5)))[1:-1].mean() == pytest.approx(0.54, abs=0.01)
    assert not len(interpreted(piece, rubato=0.0).time.micro_timing)


def test_the_page_comes_back_to_the_byte(piece):
    made = performed(piece, interpreted(piece, spread=0.05))
    assert restore(made, velocities=True).performance.to_bytes() == piece.source


def test_what_was_played_keeps_its_micro_timing_and_so_does_a_style_without_one(piece):
    played = performed(piece, interpreted(piece, spread=0.05))

    assert is_page(piece)
    assert not is_page(played)
    assert not len(interpreted(played).time.micro_timing)
    assert not len(interpreted(piece, "jazz").time.micro_timing)


def test_a_page_that_the_piano_plays_alone_breathes_unless_the_user_chooses(piece):
    alone = parse_midi(page(alone=True), "page.mid")
    played = performed(alone, interpreted(alone))
    beside = alone.file.events.copy()
    beside["status"][alone.file.note_rows[:9]] |= 9  # a few of its notes are drums'

    bare = Piece(alone.notes, alone.beats_sec, alone.downbeats_sec, alone.pedal)
    with_bass, with_drums = replace(alone, left_out=("bass",)), replace(alone, file=replace(alone.file, events=beside))

    assert [usual_rubato(each, performed=True) for each in (alone, bare)] == [1.0, 1.0]
    assert not any(usual_rubato(each, performed=True) for each in (piece, played, with_bass, with_drums))
    assert usual_rubato(alone, performed=False) == 0.0  # quantised, but with a player's dynamics


def test_fast_triplets_are_on_a_page_and_a_recording_in_few_ticks_is_none():
    def is_one(places):
        notes = np.array([(2 * place, 0.05, 60 + index % 12, 64) for index, place in enumerate(places)], NOTE_DTYPE)
        return is_page(Piece(notes, np.arange(34) * 2.0, np.zeros(0), np.zeros(0, PEDAL_DTYPE)))

    assert is_one(np.arange(24 * 16) / 24)
    assert not is_one(np.sort(np.random.default_rng(0).choice(48 * 32, 300, replace=False)) / 48)


def test_outside_of_a_passage_and_of_both_hands_it_stays(piece):
    made = interpreted(piece)
    half = performed(piece, made, passage=Passage(4.0, 12.0))
    found = upbeats(half)

    assert found[:8] == pytest.approx(0.5, abs=1e-6)
    assert found[24:] == pytest.approx(0.5, abs=1e-6)
    assert found[10:22] == pytest.approx(0.58, abs=0.015)
    one = performed(piece, made, hands=Hands(0.0, 1.0))
    assert upbeats(one) == pytest.approx(0.5, abs=1e-6)


def test_the_shipped_models_play_a_page_inside_its_beats(piece):
    same = piece.velocities.astype(np.float32)
    plain = Interpretation("classical", "classical", same, same, performed=True)
    made = with_time(piece, plain, time_models("cpu"), TIMING, rubato=1.0, seed=3)
    notes = performed(piece, made).notes
    line = np.sort(notes["onset_sec"][notes["pitch"] >= 72])
    inside = made.time.micro_timing[np.arange(4 * BEATS) % 4 > 0]

    assert 0.01 < np.abs(inside).mean() < 0.1
    assert not made.time.micro_timing[::4].any()
    assert np.diff(line).min() > 0.04
