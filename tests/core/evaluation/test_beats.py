"""Figures of beat trackers, and of the baselines beside them."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.models.test_beats import march, random_onsets
from tests.core.parts.test_beats import Ear
from tonenet_core.analysis.beat_metrics import f_measure
from tonenet_core.errors import DataError
from tonenet_core.evaluation import beats as evaluation
from tonenet_core.evaluation.beats import ALL, BEATS, CONFIDENCE, measure_beats, steady_beats
from tonenet_core.performance import MARKED_DTYPE
from tonenet_core.progress import no_progress


class Info:
    name, title, path, styles = "ear", "Ear", None, ("jazz", "classical")


class Marches:
    """A cache of two marches, and of one without marked beats."""

    folder = "here"

    def pieces(self, split, styles):
        unmarked = replace(march(2), marked=np.zeros(0, MARKED_DTYPE), source="others")
        return [march(0), march(1), unmarked] if split == "test" else []


def test_figures_of_a_tracker_and_of_the_baselines(monkeypatch):
    ear = Ear(march(0).marked["time_sec"], 0.9)
    monkeypatch.setattr(evaluation, "load", lambda path, device: ear)
    report = measure_beats([Info()], Marches(), "test", no_progress)
    cells, confidence = report.tables[BEATS].cells, report.tables[CONFIDENCE].cells

    assert report.pieces == {"marches": 2, "others": 1}
    assert cells["marches, Ear"]["F"][0] == 1
    assert cells["marches, Ear"]["CMLt"][0] == 1
    assert cells["marches, Ear"]["F"][1] < 0.9
    assert set(cells) == {"marches, Ear", "marches, pulse", "marches, steady"}
    assert confidence["Ear, marches"]["sure"] == [1, 1]
    assert confidence[f"Ear, {ALL}"]["F, sure"] == cells["marches, Ear"]["F"]
    assert confidence["Ear, others"] == {"sure": [1]}
    with pytest.raises(DataError):
        measure_beats([Info()], Marches(), "valid", no_progress)


def test_steady_beats_follow_a_click_and_nothing_else():
    piece = random_onsets()
    notes = piece.notes.copy()
    notes["onset_sec"] = 0.13 + 0.6 * np.arange(len(notes)) / 2
    found = steady_beats(notes)
    on_click, off_click = (f_measure(first + 0.6 * np.arange(100), found) for first in (0.13, 0.43))
    assert max(on_click, off_click, f_measure(notes["onset_sec"], found)) > 0.95
    assert len(steady_beats(notes[:1])) == 0
    assert f_measure(march().marked["time_sec"], steady_beats(march().notes)) < 0.9
