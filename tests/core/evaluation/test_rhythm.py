"""Figures of rhythm from the page, against humans."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training_pieces import scale_piece
from tonenet_core.encoding.rhythm import PLACES, find_rhythm, written_places
from tonenet_core.evaluation.pages import HUMANS
from tonenet_core.evaluation.report import Report
from tonenet_core.evaluation.rhythm import RHYTHM, measure_rhythm_pages
from tonenet_core.evaluation.tempo import TEMPO, measure_tempo_pages
from tonenet_core.models.micro_timing import MicroTiming
from tonenet_core.models.rhythm import PageRhythm
from tonenet_core.models.tempo import TempoCurve
from tonenet_core.parts.rhythm import PageModels
from tonenet_core.performance import PLAYED_DTYPE, TrainingPiece

BARS = 16
CURVE = 0.2 * np.sin(np.arange(4 * BARS) / 3)
PUSH = 0.05 * np.cos(np.arange(4 * BARS) * 1.7)


def page(curve, push):
    """Eighths whose player takes these log periods, and strikes the second of two by so many beats late."""
    piece = scale_piece("classical", bars=BARS)
    beats = np.concatenate([[0.0], np.cumsum(0.5 * np.exp(curve))])
    played = np.zeros(len(piece.notes), PLAYED_DTYPE)
    played["onset_sec"][::2] = beats[:-1]
    played["onset_sec"][1::2] = beats[:-1] + (0.5 + push) * np.diff(beats)
    played["duration_sec"] = 0.2
    arrays = (piece.notes, piece.beats_sec, piece.downbeats_sec, piece.pedal)
    return TrainingPiece(*arrays, "classical", "it_pages", "it", played, piece.pedal)


class Conductor:
    """A model that knows the humans' tempo."""

    styles = ("classical",)

    def tempo_curve(self, piece, style, progress=None):
        return TempoCurve(CURVE, np.full_like(CURVE, 0.01))

    def residuals(self, style):
        return np.array([0.3, 0.95])


class Pusher:
    """A model that knows the humans' micro-timing, and plays it a little differently each time."""

    styles = ("classical",)
    residuals = Conductor.residuals

    def micro_timing(self, piece, style, progress=None):
        place, _ = written_places(piece)
        middle = np.where(place % PLACES > 0, PUSH[place // PLACES], 0.0)
        return MicroTiming(place, middle, np.full(len(place), 0.01), np.full(len(place), np.nan))


def test_what_is_away_from_the_beat_is_found_and_nothing_on_it():
    found = find_rhythm(page(CURVE, PUSH))
    away = found.away[1:-1:2]
    assert away == pytest.approx(PUSH[: len(away)], abs=1e-6)
    assert np.isnan(found.away[::2]).all()
    assert found.place.tolist() == list(range(0, 4 * BARS * 48, 24))


def test_humans_are_held_against_each_other_and_a_model_against_them():
    report = Report(["x"], "test")
    measure_rhythm_pages(
        report, [("Conductor", Conductor())], [page(CURVE, PUSH), page(CURVE, PUSH), page(0 * CURVE, -PUSH)]
    )
    cells = report.tables[RHYTHM].cells

    assert cells[HUMANS]["r, inside the beat"] == [pytest.approx(-1 / 3, abs=1e-6)]  # of three pairs two are opposed
    assert cells["Conductor"]["spread inside the beat"][0] < 0.5  # its tempo glides, and that is all
    assert abs(cells["Conductor"]["r, inside the beat"][0]) < 0.5
    assert cells[HUMANS]["r, IOI ratio"][0] < 0.4


def test_a_model_of_another_style_and_slips_are_left_out():
    report = Report(["x"], "test")
    other = Conductor()
    other.styles = ("jazz",)
    measure_rhythm_pages(report, [("Conductor", other)], [page(CURVE, PUSH), page(CURVE, PUSH)])
    assert not report.tables
    slipped = find_rhythm(page(CURVE, np.where(np.arange(4 * BARS) == 5, 0.45, PUSH)))
    assert np.isnan(slipped.away[11])


def test_who_glides_from_beat_to_beat_is_early_inside_beats_that_grow_longer():
    report = Report(["x"], "test")
    slope = np.gradient(CURVE)
    measure_rhythm_pages(report, [("Conductor", Conductor())], [page(CURVE, -slope / 8), page(CURVE, -slope / 8)])
    cells = report.tables[RHYTHM].cells["Conductor"]
    assert cells["r, inside the beat"][0] > 0.95
    assert cells["spread inside the beat"] == [pytest.approx(1, abs=0.15)]
    assert cells["r, IOI ratio"][0] > 0.98


def test_with_micro_timing_a_model_of_tempo_plays_what_is_inside_the_beats():
    report = Report(["x"], "test")
    players = [("Conductor", Conductor()), ("Both", PageModels(Conductor(), Pusher()))]
    measure_rhythm_pages(report, players, [page(CURVE, PUSH), page(CURVE, PUSH)])
    alone, both = (report.tables[RHYTHM].cells[row] for row in ("Conductor", "Both"))

    assert both["r, inside the beat"] == [pytest.approx(1)]
    assert both["r, IOI ratio"] == [pytest.approx(1)]
    assert 0.9 < both["r, inside the beat, performed"][0] < 0.999
    assert both["spread inside the beat"] == [pytest.approx(1, abs=0.1)]
    assert alone["r, IOI ratio"][0] < 0.9


class Steady:
    """A model that expects no rhythm at all."""

    styles = ("classical",)

    def rhythm(self, piece, style, progress=None):
        place, _ = written_places(piece)
        return PageRhythm(np.zeros(len(CURVE)), np.zeros(len(place)))


def test_a_model_of_the_whole_rhythm_counts_for_half():
    report, two = Report(["x"], "test"), PageModels(Conductor(), Pusher())
    pages = [page(CURVE, PUSH), page(CURVE, PUSH)]
    players = [("Two", two), ("Three", replace(two, rhythm=Steady()))]
    measure_tempo_pages(report, players, pages)
    measure_rhythm_pages(report, players, pages)
    tempo, rhythm = report.tables[TEMPO].cells, report.tables[RHYTHM].cells

    assert tempo["Three"]["r, log beat period"] == [pytest.approx(1)]
    assert tempo["Three"]["spread"][0] == pytest.approx(tempo["Two"]["spread"][0] / 2, rel=0.05)
    assert rhythm["Three"]["r, inside the beat"] == [pytest.approx(1)]
    assert rhythm["Three"]["spread inside the beat"][0] == pytest.approx(0.5, abs=0.1)
