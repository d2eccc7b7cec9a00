"""Files of transfers that change time: everything in step, and nothing else changed."""

import io
from dataclasses import replace

import mido
import numpy as np
import pytest

from tests import pieces
from tests.core.parts.test_time import MODELS
from tests.pieces import Note
from tonenet_core.errors import Cancelled
from tonenet_core.file_transfer import model_interpreter
from tonenet_core.interpretation import Interpretation
from tonenet_core.judge import Detection
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import note_ticks, restore
from tonenet_core.models.expression.luong import Luong, LuongConfig
from tonenet_core.models.tempo import StyleTempo, TempoCurve, TempoProcess
from tonenet_core.parts.render import render
from tonenet_core.parts.tempo import NO_BEATS, play_tempo
from tonenet_core.parts.time import interpret_time, with_time
from tonenet_core.performance import Piece
from tonenet_core.timing.swing import find_swing
from tonenet_core.transfer import TransferOptions

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
    assert any("Pop" in str(aside) for aside in made.asides)
    assert made.notices == ()


# Tempo


class Breathing:
    """Every fourth beat takes its time; jazz is steady."""

    styles = ("classical",)

    def tempo_curve(self, piece, style, progress=None):
        slow = np.where(np.arange(len(piece.beats_sec) - 1) % 4 == 3, 0.2, 0.0)
        return TempoCurve(slow, np.full(len(slow), 0.02))

    def residuals(self, style):
        return np.array([0.3, 0.95])

    def style_tempo(self, piece, style):
        process = TempoProcess.steady((0.3,))
        if style in self.styles:
            return StyleTempo(self.tempo_curve(piece, style), process)
        return StyleTempo(
            TempoCurve(np.zeros(len(piece.beats_sec) - 1), np.full(len(piece.beats_sec) - 1, 0.01)), process
        )


BREATHING = replace(MODELS, tempo=Breathing())


def with_rubato(piece, style="classical", source="jazz", rubato=1.0):
    same = piece.velocities.astype(np.float32)
    plain = Interpretation(style, source, same, same)
    return with_time(piece, plain, BREATHING, ("dynamics", "timing"), rubato=rubato)


def test_a_piece_to_a_click_breathes_and_is_as_long_as_it_was(piece):
    slow = render(piece, with_rubato(piece), 1.0, 1.0, parts=("timing",)).performance
    period = np.diff(slow.beats_sec)

    assert period[3::4].mean() / np.delete(period, slice(3, None, 4)).mean() == pytest.approx(np.exp(0.2), rel=0.05)
    assert period.sum() == pytest.approx(np.diff(piece.beats_sec).sum(), abs=1e-3)
    assert abs(find_swing(slow).mean) < 0.15
    division = int.from_bytes(slow.source[12:14], "big")
    beats = np.arange(BEATS) * division
    assert np.isin(beats, note_ticks(slow)["onset"]).all()  # what stands on a beat stays there in the notation


def test_the_tempo_goes_into_the_tempo_map_and_the_original_comes_back(piece):
    slow = render(piece, with_rubato(piece), 1.0, 1.0, parts=("timing",)).performance
    file = mido.MidiFile(file=io.BytesIO(slow.source))
    found = [message for track in file.tracks for message in track if message.type == "set_tempo"]

    assert len(found) >= BEATS - 1
    assert restore(slow, velocities=True).performance.to_bytes() == piece.source


def test_the_tempo_glides_within_beats_and_what_glides_comes_back(piece):
    slow = render(piece, with_rubato(piece), 1.0, 1.0, parts=("timing",)).performance
    file = mido.MidiFile(file=io.BytesIO(slow.source))
    found = np.array([message.tempo for track in file.tracks for message in track if message.type == "set_tempo"])
    steady = render(slow, with_rubato(slow, "jazz", "classical"), 1.0, 1.0, parts=("timing",)).performance
    back = render(steady, with_rubato(steady, "classical", "jazz"), 1.0, 1.0, parts=("timing",)).performance

    assert len(found) >= 4 * (BEATS - 1)
    beats = np.log(np.diff(slow.beats_sec))
    assert np.abs(np.diff(np.log(found[:-1]))).max() < 0.75 * np.abs(np.diff(beats)).max()
    assert np.sort(back.notes["onset_sec"]) == pytest.approx(np.sort(slow.notes["onset_sec"]), abs=0.02)


def test_half_the_rubato_is_half_the_change_and_none_is_none(piece):
    half = render(piece, with_rubato(piece, rubato=0.5), 1.0, 1.0, parts=("timing",)).performance
    none = render(piece, with_rubato(piece, rubato=0.0), 1.0, 1.0, parts=("timing",)).performance
    period = np.diff(half.beats_sec)

    assert period[3::4].mean() / np.delete(period, slice(3, None, 4)).mean() == pytest.approx(np.exp(0.1), rel=0.05)
    assert np.ptp(np.diff(none.beats_sec)) < 1e-6


def test_a_tempo_that_breathes_becomes_steadier_in_jazz_and_comes_back(piece):
    slow = render(piece, with_rubato(piece), 1.0, 1.0, parts=("timing",)).performance
    steady = render(slow, with_rubato(slow, "jazz", "classical"), 1.0, 1.0, parts=("timing",)).performance
    back = render(steady, with_rubato(steady, "classical", "jazz"), 1.0, 1.0, parts=("timing",)).performance
    played, between, again = (np.log(np.diff(each.beats_sec)) for each in (slow, steady, back))

    assert between.std() < 0.3 * played.std()
    assert np.sqrt(np.mean((again - played) ** 2)) < 0.02
    assert np.exp(between).sum() == pytest.approx(np.exp(played).sum(), rel=1e-5)


def test_a_tempo_that_breathes_is_carried_at_a_strength_and_stays_in_its_own_style(piece):
    slow = render(piece, with_rubato(piece), 1.0, 1.0, parts=("timing",)).performance
    jazz = with_rubato(slow, "jazz", "classical")
    half, still = (render(slow, jazz, strength, 1.0, parts=("timing",)).performance for strength in (0.5, 0.0))
    change = np.log(np.diff(half.beats_sec) / np.diff(slow.beats_sec))

    assert still.to_bytes() == slow.source
    assert change - change.mean() == pytest.approx((jazz.time.log_period - jazz.time.log_period.mean()) / 2, abs=1e-4)
    assert np.diff(half.beats_sec).sum() == pytest.approx(np.diff(slow.beats_sec).sum(), rel=1e-5)
    assert not with_rubato(slow, "classical", "classical").time.log_period.any()


def test_a_free_recording_keeps_its_tempo(piece):
    free = Piece(piece.notes, piece.beats_sec[:0], piece.downbeats_sec[:0], piece.pedal)
    change, notices = play_tempo(free, Breathing(), "classical", "jazz", rubato=1.0, seed=0)

    assert not len(change)
    assert notices == (NO_BEATS,)


def test_progress_reaches_into_the_models_of_time_and_can_stop_them(piece):
    model = Luong(LuongConfig(styles=("jazz", "classical"), hidden=8, layers=1))
    options = TransferOptions("classical", "jazz", parts=("timing",))
    seen = []
    model_interpreter(lambda: model)(piece, options, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert any(0.5 < fraction < 1.0 for fraction in seen)

    def stop(fraction):
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        model_interpreter(lambda: model)(piece, options, stop)
