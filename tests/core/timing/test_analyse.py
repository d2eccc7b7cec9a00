"""Analysis: what a player brought, and the figures of a file."""

import numpy as np
import pytest

from tests import pieces as midi_pieces
from tests.core.timing.written import eighths, metered, piece_of
from tonenet_core.midi import parse_midi, read_midi
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Piece
from tonenet_core.timing.analyse import analyse
from tonenet_core.timing.summary import summarise


def played(piece, seed=0):
    """The piece as hands play it: unsteady, chords apart, notes of any length, with pedal."""
    chance = np.random.default_rng(seed)
    notes = piece.notes.copy()
    notes["onset_sec"] += np.abs(chance.normal(0.02, 0.01, len(notes)))
    notes["duration_sec"] *= chance.uniform(0.4, 1.2, len(notes))
    pedal = np.array([(0.1, 127), (3.0, 0), (3.1, 127)], PEDAL_DTYPE)
    return Piece(np.sort(notes, order=["onset_sec", "pitch"]), piece.beats_sec, piece.downbeats_sec, pedal)


def test_a_page_has_nothing_of_a_player():
    own = analyse(eighths()).own
    assert not any(vars(own).values())


def test_a_player_brings_all_but_the_tempo_of_the_click():
    own = analyse(played(eighths())).own
    assert vars(own) == {"tempo": False, "timing": True, "lag": True, "articulation": True, "pedal": True}


def test_a_free_recording_has_a_time_of_its_own():
    piece = eighths()
    found = analyse(Piece(piece.notes, np.zeros(0), np.zeros(0), piece.pedal))
    assert not found.metered
    assert found.own.tempo
    assert found.own.timing
    assert len(found.swing) == 0


def test_a_swung_page_is_off_the_grid_where_its_swing_is():
    assert analyse(eighths(1.7)).own.timing
    assert not analyse(eighths(2.0)).own.timing


def test_rubato_is_no_click():
    piece = eighths()
    beats = np.cumsum(0.5 + 0.05 * np.sin(np.arange(len(piece.beats_sec))))
    found = analyse(Piece(piece.notes, beats, np.zeros(0), piece.pedal))
    assert found.own.tempo
    assert 108 < found.tempo.range[0] < found.tempo.range[1] < 135
    assert analyse(piece).tempo.beats_a_minute == pytest.approx(120)


@pytest.mark.parametrize("rows", [[], [(0, 1, 60)], [(0, 1, 60), (0, 1, 64)]])
def test_pieces_of_next_to_nothing(rows):
    found = analyse(metered(rows))
    assert np.isnan(found.swing.ratio)
    assert not found.own.lag
    empty = analyse(Piece(np.zeros(0, NOTE_DTYPE), np.zeros(0), np.zeros(0), np.zeros(0, PEDAL_DTYPE)))
    assert np.isnan(empty.chord_spread_sec)


def test_the_top_of_a_chord_leads():
    rows = [(place, 0.9, 72, 64) for place in range(10)] + [(place + 0.02, 0.9, 60, 64) for place in range(10)]
    found = analyse(piece_of(rows))
    assert found.top_minus_rest_sec == pytest.approx(-0.02)
    assert found.chord_spread_sec == pytest.approx(0.02)


def test_the_figures_of_a_file():
    summary = summarise(
        parse_midi(midi_pieces.combo(), "Band.mid"), lambda _: ({"jazz": 0.75, "classical": 0.25}, None)
    )
    assert (summary.notes, summary.metered, summary.to_a_click) == (8, True, False)
    assert summary.swing_ratio == pytest.approx(1, abs=0.01)
    assert summary.left_out == {"bass": 4}
    assert [(each.track, each.notes, each.notes_taken) for each in summary.tracks] == [(2, 8, 8), (3, 4, 0), (4, 4, 0)]
    assert summary.judged == {"jazz": 0.75, "classical": 0.25}
    assert summary.pedal_share == 0


def test_small_random_velocities_are_told_from_played_ones_by_the_styles():
    performance = parse_midi(midi_pieces.melody(200), "Random.mid")
    chance = np.random.default_rng(1)
    performance = performance.with_velocities(80 + 5 * chance.normal(size=200))
    expected = np.arange(200.0) % 7
    assert summarise(performance).dynamics == "played"
    assert summarise(performance, medians=lambda _: [expected]).dynamics == "random"
    loud = performance.with_velocities(chance.uniform(10, 120, 200))
    assert summarise(loud, medians=lambda _: pytest.fail("nothing is in doubt")).dynamics == "played"


@pytest.mark.data
def test_styles_are_what_was_measured(data_folder):
    files = sorted((data_folder / "jazz").rglob("*.mid"))[::6]
    jazz = [analyse(read_midi(file)) for file in files]
    swung = [found.swing.mean for found in jazz if found.swing.is_swung is not None]
    assert len(swung) >= 15
    assert 0.3 < np.mean(swung) < 0.6
    classical = [analyse(read_midi(file)) for file in sorted((data_folder / "classical_asap").rglob("*.mid"))[::20]]
    spread = [
        1000 * float(np.nanmean([found.chord_spread_sec for found in found_in])) for found_in in (jazz, classical)
    ]
    assert spread == pytest.approx([19, 16], abs=2)
    for found_in in (jazz, classical):
        assert -10 < 1000 * np.nanmean([found.top_minus_rest_sec for found in found_in]) < -2
        assert np.mean([found.own.articulation for found in found_in]) > 0.95
