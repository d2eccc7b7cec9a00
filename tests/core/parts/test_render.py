"""Files of transfers that change time: everything in step, and nothing else changed."""

import io

import mido
import numpy as np
import pytest

from tests import pieces
from tests.core.parts.test_time import MODELS
from tests.pieces import Note
from tonenet_core.interpretation import Interpretation
from tonenet_core.judge import Detection
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import restore
from tonenet_core.parts.render import render
from tonenet_core.parts.time import interpret_time, with_time
from tonenet_core.timing.swing import find_swing

BEAT = pieces.TICKS
UPBEAT = round(BEAT * 0.62)  # swung
BEATS = 32
ALL = ("dynamics", "timing", "articulation")


def band():
    """A swung piano with chords on the beat; a hi-hat on every beat and upbeat; a lyric on an upbeat."""
    melody = [Note(beat * BEAT, 72 + beat % 5, 70, 200) for beat in range(BEATS)]
    upbeats = [Note(beat * BEAT + UPBEAT, 74 + beat % 4, 60, 80) for beat in range(BEATS)]
    bass = [Note(beat * BEAT + 8, 48 + beat % 3, 50, 300) for beat in range(BEATS)]
    hat = [Note(beat * BEAT + place, 42, 90, 30) for beat in range(BEATS) for place in (0, UPBEAT)]
    lyric = (4 * BEAT + UPBEAT, pieces.meta(5, b"la"))
    return pieces.midi(
        pieces.track([(0, pieces.tempo(120)), (0, pieces.time_signature(4, 4))]),
        pieces.track([(0, pieces.program(0)), lyric, *pieces.note_events([*melody, *upbeats, *bass])]),
        pieces.track(pieces.note_events(hat, 9)),
    )


def interpreted(piece, style="classical", source="jazz", **options):
    same = piece.velocities.astype(np.float32)
    return Interpretation(style, source, same, same, time=interpret_time(piece, MODELS, style, source, **options))


@pytest.fixture(scope="module")
def piece():
    return parse_midi(band(), "band.mid")


@pytest.fixture(scope="module")
def straight(piece):
    return render(piece, interpreted(piece), 1.0, 1.0, parts=ALL)


def hits(data):
    file = mido.MidiFile(file=io.BytesIO(data))
    tick, found = 0, []
    for message in file.tracks[2]:
        tick += message.time
        if message.type == "note_on" and message.velocity:
            found.append(tick / file.ticks_per_beat)
    return np.array(found)


def test_the_notes_are_the_same_ones(piece, straight):
    made = straight.performance

    assert np.array_equal(made.notes["pitch"], piece.notes["pitch"][straight.order])
    assert np.array_equal(made.velocities, piece.velocities[straight.order])
    assert find_swing(piece).mean == pytest.approx(np.log2(0.62 / 0.38), abs=0.02)
    assert abs(find_swing(made).mean) < 0.15


def test_drums_and_lyrics_move_with_the_piano(piece, straight):
    before, after = hits(piece.source), hits(straight.performance.source)

    assert after[::2] == pytest.approx(before[::2], abs=1e-3)  # beats stay
    line = straight.performance.notes
    upbeats = line["onset_sec"][(line["pitch"] >= 72) & (np.mod(line["onset_sec"], 0.5) > 0.1)] / 0.5
    assert len(upbeats) == BEATS
    assert after[1::2] == pytest.approx(upbeats, abs=5e-3)
    lyric = next(
        message
        for message in mido.MidiFile(file=io.BytesIO(straight.performance.source)).tracks[1]
        if message.type == "lyrics"
    )
    assert lyric.text == "la"


def test_other_programs_hear_the_notes_where_we_do(straight):
    seconds, found = 0.0, []
    for message in mido.MidiFile(file=io.BytesIO(straight.performance.to_bytes())):
        seconds += message.time
        if message.type == "note_on" and message.velocity and message.channel == 0:
            found.append((seconds, message.note))
    ours = sorted(
        zip(straight.performance.notes["onset_sec"].tolist(), straight.performance.notes["pitch"].tolist(), strict=True)
    )

    assert [pitch for _, pitch in sorted(found)] == [pitch for _, pitch in ours]
    assert [time for time, _ in sorted(found)] == pytest.approx([time for time, _ in ours], abs=1e-6)


def test_strength_0_and_dynamics_alone_leave_every_byte_of_time(piece):
    made = interpreted(piece)

    assert render(piece, made, 0.0, 1.0, parts=ALL).performance.to_bytes() == piece.source
    louder = render(piece, made, 1.0, 0.0, parts=("dynamics",)).performance
    assert pieces.velocities_only(piece.source, louder.to_bytes(), piece.velocity_offsets)


def test_time_alone_leaves_the_velocities(piece):
    made = interpreted(piece)
    loud = Interpretation("classical", "jazz", made.median + 20, made.transported + 20, time=made.time)
    alone = render(piece, loud, 1.0, 1.0, level="style", parts=("timing",))

    assert np.array_equal(alone.performance.velocities, piece.velocities[alone.order])
    assert abs(find_swing(alone.performance).mean) < 0.15


def test_the_original_comes_back_to_the_byte(piece, straight):
    assert restore(straight.performance, velocities=True).performance.to_bytes() == piece.source


def test_a_piece_that_is_in_the_style_already_keeps_its_time(piece):
    same = piece.velocities.astype(np.float32)
    found = Detection("jazz", 0.95, by="judge", is_sure=True)
    made = with_time(piece, Interpretation("jazz", "classical", same, same, detected=found), MODELS, ALL)

    assert render(piece, made, 1.0, 1.0, parts=ALL).performance.source == piece.source


def test_a_style_whose_time_was_not_learnt_changes_dynamics_alone(piece):
    same = piece.velocities.astype(np.float32)
    made = with_time(piece, Interpretation("pop", "jazz", same, same), MODELS, ALL)

    assert made.time is None
    assert any("Pop" in str(notice) for notice in made.notices)
