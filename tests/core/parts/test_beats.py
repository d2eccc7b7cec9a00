"""Beats that were found in the notes: when a transfer uses them, and what it says of them."""

import numpy as np
import pytest

from tests.core.parts.test_time import MODELS
from tests.core.timing.test_taps import beat_times, recording  # noqa: F401
from tonenet_core.errors import CheckpointError, MidiError
from tonenet_core.file_transfer import model_interpreter, transfer_performance
from tonenet_core.midi.retime import restore
from tonenet_core.models.beats.tracked import TrackedBeats
from tonenet_core.models.expression.luong import Luong, LuongConfig
from tonenet_core.parts import beats, installed
from tonenet_core.parts.beats import CONFIDENT, choose_beats
from tonenet_core.progress import no_progress
from tonenet_core.timing.swing import find_swing
from tonenet_core.timing.taps import with_taps
from tonenet_core.transfer import TransferOptions


class Ear:
    """A tracker that hears these beats, and is as sure."""

    styles = ("jazz", "classical")

    def __init__(self, time_sec, confidence):
        self.tracked, self.asked = TrackedBeats(time_sec, confidence), 0

    def track(self, piece, progress=no_progress):
        self.asked += 1
        return self.tracked


@pytest.fixture
def hear(monkeypatch):
    """Install a tracker that hears the recording's beats."""

    def install(confidence, time_sec=None):
        ear = Ear(beat_times(33) if time_sec is None else time_sec, confidence)
        monkeypatch.setattr(beats, "beat_tracker", lambda: ear)
        monkeypatch.setattr(installed, "time_models", lambda device: MODELS)
        return ear

    return install


def play(piece, **options):
    model = Luong(LuongConfig(styles=("jazz", "classical"), hidden=8, layers=1))
    wanted = TransferOptions("classical", "jazz", **{"parts": ("timing",), "beats": "auto", **options})
    return transfer_performance(piece, model_interpreter(lambda: model), wanted)


def test_sure_beats_are_used_and_said(recording, hear):  # noqa: F811
    ear = hear(CONFIDENT)
    made = play(recording)
    assert ear.asked == 1
    assert made.original.tapped_sec == pytest.approx(beat_times(33))
    assert find_swing(made.original).mean > 0.6
    assert abs(find_swing(made.styled).mean) < 0.15
    said = [notice for notice in made.summary().notices if "beats" in notice]
    assert said == ["The beats were found in the notes, 109 a minute on average; the timing follows them."]
    assert restore(made.styled, velocities=True).performance.source == recording.source


def test_unsure_beats_are_used_only_if_they_are_asked_for(recording, hear):  # noqa: F811
    hear(CONFIDENT - 0.01)
    made = play(recording)
    assert not made.original.metered
    assert "No beats that are sure were found in the notes." in made.summary().notices
    assert "has no beats" in made.summary().notices[-1]
    made = play(recording, beats="tracked")
    assert made.original.metered
    assert any("are not sure" in notice for notice in made.summary().notices)


@pytest.mark.parametrize("options", [{"beats": "file"}, {"beats": "none"}, {"parts": ("dynamics", "pedal")}])
def test_nobody_listens_where_no_tracked_beats_are_wanted(recording, hear, options):  # noqa: F811
    ear = hear(1.0)
    assert not play(recording, **options).original.metered
    assert ear.asked == 0


def test_a_piece_that_has_beats_keeps_them_unless_others_are_asked_for(recording, hear):  # noqa: F811
    ear = hear(1.0)
    tapped = with_taps(recording, beat_times(33)[::2])
    assert play(tapped).original is tapped
    assert play(tapped, beats="tapped").original is tapped
    assert ear.asked == 0
    assert not choose_beats(tapped, "none").metered
    assert play(tapped, beats="tracked").original.tapped_sec == pytest.approx(beat_times(33))
    with pytest.raises(MidiError, match="No beats were tapped"):
        play(recording, beats="tapped")


def test_beats_that_are_asked_for_and_cannot_be_told(recording, hear, monkeypatch):  # noqa: F811
    hear(0.0, np.zeros(0))
    assert not play(recording).original.metered
    with pytest.raises(MidiError, match="so few notes"):
        play(recording, beats="tracked")

    def none_installed():
        raise CheckpointError("There is none.")

    monkeypatch.setattr(beats, "beat_tracker", none_installed)
    assert not play(recording).original.metered
    with pytest.raises(CheckpointError):
        play(recording, beats="tracked")
    with pytest.raises(ValueError, match="beats"):
        TransferOptions("jazz", beats="heard")
