import io

import mido
import numpy as np
import pytest

from tonenet_core.encoding.grid import Grid
from tonenet_core.encoding.images import STEP_NOTE_DTYPE, images, read_notes
from tonenet_core.errors import MidiError
from tonenet_core.midi.new_file import new_performance


def notes(*rows):
    return np.array(list(rows), STEP_NOTE_DTYPE)


CHORD = notes((0, 4, 39, 100), (0, 4, 43, 90), (4, 1, 39, 80), (5, 1, 39, 70), (88, 8, 0, 1))


def test_a_new_piece_is_a_midi_file_that_says_its_notes_in_its_tempo():
    made = new_performance(CHORD, 4, 90.0, "a new piece")
    read = mido.MidiFile(file=io.BytesIO(made.source))

    assert (read.type, read.ticks_per_beat) == (0, 480)
    tempos = [message.tempo for message in read.tracks[0] if message.type == "set_tempo"]
    assert mido.tempo2bpm(tempos[0]) == pytest.approx(90, abs=1e-3)
    now, strokes = 0, []
    for message in read.tracks[0]:
        now += message.time
        if message.type == "note_on":
            strokes.append((now, message.note, message.velocity))
    assert strokes == [(0, 60, 100), (0, 64, 90), (480, 60, 80), (600, 60, 70), (88 * 120, 21, 1)]


def test_it_is_a_performance_like_any_other():
    made = new_performance(CHORD, 4, 120.0, "a new piece")

    assert made.name == "a new piece"
    assert made.metered
    assert made.notes["onset_sec"].tolist() == pytest.approx([0, 0, 0.5, 0.625, 11])
    assert made.notes["duration_sec"].tolist() == pytest.approx([0.5, 0.5, 0.125, 0.125, 1])
    louder = made.with_velocities(made.velocities + 1)
    assert len(louder.to_bytes()) == len(made.source)


def test_what_is_written_reads_back_through_the_images():
    (first, second) = images(new_performance(CHORD, 4, 77.0, "x"), Grid())

    assert read_notes(np.concatenate([first, second])).tolist() == CHORD.tolist()


def test_no_note_is_shorter_than_30_ms():
    made = new_performance(notes((0, 1, 30, 64), (12, 1, 30, 64), (24, 1, 31, 64)), 12, 300.0, "fast")

    assert made.notes["duration_sec"].min() >= 0.03
    assert made.notes["duration_sec"].max() < 0.04


def test_the_same_notes_give_the_same_bytes():
    assert new_performance(CHORD, 4, 90.0, "x").source == new_performance(CHORD, 4, 90.0, "x").source


def test_what_makes_no_sense_is_refused():
    with pytest.raises(MidiError, match="no notes"):
        new_performance(notes(), 4, 120.0, "nothing")
    with pytest.raises(ValueError, match="tempo"):
        new_performance(CHORD, 4, 0.0, "x")
    with pytest.raises(ValueError, match="divide"):
        new_performance(CHORD, 7, 120.0, "x")
