"""Beats that a transfer of time goes by where they are not the file's own: those found in the notes."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tonenet_core.checkpoint import load
from tonenet_core.errors import CheckpointError, MidiError, Sentence
from tonenet_core.interpretation import Interpretation
from tonenet_core.models.beats.tracked import BeatModel, TrackedBeats
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.timing.taps import BeatSource, beats_through, with_taps

logger = logging.getLogger(__name__)

BEATS = "beats"
CONFIDENT = 0.9
"""Confidence from which tracked beats are used unasked."""
FOUND = "The beats were found in the notes, {tempo} a minute on average; the timing follows them."
NONE_SURE = Sentence("No beats that are sure were found in the notes.")
UNSURE = "The beats that were found in the notes, {tempo} a minute on average, are not sure; the timing follows them."


@cache
def beat_tracker() -> BeatModel:
    """Return the installed beat tracker, loaded once.

    Raises:
        CheckpointError: if it is not installed, or is another kind of model.
    """
    model = load(BEATS, "cpu")
    if not isinstance(model, BeatModel):
        raise CheckpointError("The model {name} tracks no beats.", name=BEATS)
    return model


def choose_beats(performance: Performance, source: BeatSource) -> Performance:
    """Return a piece with the beats that are known without a look at its notes; with "none" it has none.

    Raises:
        MidiError: if it has no tapped beats, and they are asked for.
    """
    if source == "none":
        return replace(performance, beats_sec=np.zeros(0), downbeats_sec=np.zeros(0), tapped_sec=None)
    if source == "tapped" and performance.tapped_sec is None:
        raise MidiError("No beats were tapped to {name}.", name=performance.name)
    return performance


def needs_tracking(piece: Piece, source: BeatSource) -> bool:
    """Whether the beats of a piece are to be found in its notes."""
    return source == "tracked" or (source == "auto" and len(piece.beats_sec) < 2)


def track_beats(piece: Piece, source: BeatSource, progress: Progress = no_progress) -> TrackedBeats | None:
    """Return the beats of a piece that needs tracking; None where they are not asked for, and not sure.

    Without a tracker that could be loaded, none are sure.

    Raises:
        MidiError: if they are asked for, and cannot be told.
        CheckpointError: as of `beat_tracker`, if they are asked for.
        Cancelled: if `progress` asks to stop.
    """
    try:
        tracker = beat_tracker()
    except CheckpointError as error:
        if source != "auto":
            raise
        logger.warning("no beats were looked for: %s", error)
        return None
    tracked = tracker.track(piece, progress)
    if source == "auto":
        return tracked if tracked.confidence >= CONFIDENT else None
    if len(tracked.time_sec) < 2:
        raise MidiError("No beats can be told from so few notes.")
    return tracked


def notice_of(tracked: TrackedBeats | None) -> Sentence:
    """Return the sentence that says that beats were tracked; None: that none were that are sure."""
    if tracked is None:
        return NONE_SURE
    tempo = round(tracked.beats_a_minute)
    return Sentence(FOUND, tempo=tempo) if tracked.confidence >= CONFIDENT else Sentence(UNSURE, tempo=tempo)


def with_beats(piece: Piece, beats_sec: NDArray[np.float64]) -> Piece:
    """Return a piece with beats that were tracked, two or more."""
    return Piece(piece.notes, *beats_through(piece.notes, beats_sec), piece.pedal)


def with_beats_of(performance: Performance, interpretation: Interpretation) -> Performance:
    """Return a piece with the beats that were tracked for an interpretation of it, if any were."""
    if interpretation.tracked_sec is None:
        return performance
    return replace(with_taps(performance, interpretation.tracked_sec), notices=performance.notices)
