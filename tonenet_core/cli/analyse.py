"""The command `tonenet analyse`: how a file is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from tonenet_core.cli.options import AsJson
from tonenet_core.cli.streams import STREAM, input_argument, read_piece
from tonenet_core.cli.terminal import number_of, print_json, print_line, report_refusals, show
from tonenet_core.errors import MidiError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tonenet_core.performance import Piece
    from tonenet_core.timing.summary import AnalysisSummary, Judged

DYNAMICS = {
    "played": "played",
    "written": "written: a few values, as on a page",
    "random": "random: small differences that follow no player",
}


def analyse(
    inputs: Annotated[list[Path], input_argument("IN.mid", "MIDI files. -: standard input.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say how piano MIDI is played: beats, swing, touch, pedal.

    Its dynamics, chords and style too.

    With --json, one line for each file, with units in the names and null where a piece has too little to tell.
    """
    from tonenet_core.timing.summary import summarise

    refusals = []
    for path in inputs:
        try:
            summary = summarise(read_piece(path), _judge(), _medians, _track)
        except MidiError as error:
            refusals.append(str(error))
            continue
        if as_json:
            print_json({"file": str(path)} | asdict(summary))
            continue
        show(*summary.notices)
        name = "standard input" if path == STREAM else path
        print_line(f"{name}: {number_of(summary.notes, 'note')}, {_time(summary.duration_sec)}")
        for title, text in _lines(summary):
            print_line(f"  {title:13} {text}")
    report_refusals(refusals, len(inputs))


@cache
def _judge() -> Callable[[Piece], Judged] | None:
    """Return what the style judge tells of a piece; None without a judge."""
    from tonenet_core.judge import load_judge

    judge = load_judge()
    if judge is None:
        return None

    def judged(piece: Piece) -> Judged:
        verdict = judge.verdict(piece)
        return verdict.probability, verdict.named

    return judged


def _medians(piece: Piece) -> Sequence[NDArray[np.floating]]:
    """Return how the styles of the first installed model would play a piece; none without a model."""
    from tonenet_core.checkpoint import installed, load_velocity_model

    info = next(iter(installed()), None)
    if info is None:
        return ()
    model = load_velocity_model(info.path, "cpu")
    return [model.predict(piece, style) for style in model.styles]


def _track(piece: Piece) -> tuple[float, float, bool]:
    """Return the mean tempo of the beats in a piece's notes, its confidence, and whether a transfer uses them."""
    from tonenet_core.errors import CheckpointError
    from tonenet_core.parts.beats import CONFIDENT, beat_tracker

    try:
        tracked = beat_tracker().track(piece)
    except CheckpointError:
        return float("nan"), float("nan"), False
    return tracked.beats_a_minute, tracked.confidence, tracked.confidence >= CONFIDENT


def _lines(summary: AnalysisSummary) -> list[tuple[str, str]]:
    """Return the figures as titles and texts."""
    tracks = ", ".join(
        f"{each.track} ({each.notes_taken:,} of {each.notes:,} notes)" for each in summary.tracks if each.notes_taken
    )
    left_out = ", ".join(f"{instrument} {notes:,}" for instrument, notes in summary.left_out.items())
    lines = [
        ("beats", _beats(summary)),
        ("dynamics", f"{DYNAMICS[summary.dynamics]}; mean velocity {summary.mean_velocity:.0f}"),
        ("swing", _swing(summary)),
        ("chords", _chords(summary)),
        ("articulation", _articulation(summary)),
        ("pedal", _pedal(summary)),
        ("style", _style(summary)),
        ("tracks", f"{tracks} of {len(summary.tracks)} with notes" if len(summary.tracks) > 1 else tracks),
        ("left out", left_out),
    ]
    return [(title, text) for title, text in lines if text]


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} minutes"


def _beats(summary: AnalysisSummary) -> str:
    if not summary.metered or summary.tempo_bpm is None:
        if summary.tracked_bpm is None or summary.tracked_confidence is None:
            return "a free recording: its beats are not known"
        sure = "sure" if summary.tracked_sure else "not sure"
        found = f"{summary.tracked_bpm:.0f} a minute on average, {sure} (confidence {summary.tracked_confidence:.2f})"
        return f"a free recording; found in its notes: {found}"
    if summary.to_a_click:
        return f"metered, to a click: {summary.tempo_bpm:.0f} a minute"
    return (
        f"metered: {summary.tempo_bpm:.0f} a minute on average, "
        f"mostly {summary.tempo_slow_bpm:.0f} to {summary.tempo_fast_bpm:.0f}"
    )


def _swing(summary: AnalysisSummary) -> str:
    if not summary.metered:
        return ""
    if summary.swing_ratio is None:
        return "no pairs of eighths"
    kind = {True: "swung", False: "straight", None: "too few to tell"}[summary.swung]
    return f"{summary.swing_ratio:.2f} : 1 over {number_of(summary.swing_pairs, 'pair')} of eighths: {kind}"


def _chords(summary: AnalysisSummary) -> str:
    if summary.chord_spread_ms is None:
        return "none"
    if not summary.own_parts["lag"]:
        return "struck at once"
    top = summary.top_minus_rest_ms
    order = "" if top is None else f", the top note {abs(top):.0f} ms {'before' if top < 0 else 'after'} the others"
    rolled = f"; {summary.rolled_chords:,} rolled" if summary.rolled_chords else ""
    return f"spread over {summary.chord_spread_ms:.0f} ms{order}{rolled}"


def _articulation(summary: AnalysisSummary) -> str:
    if summary.legato_share is None:
        return "too few notes to tell"
    written = "" if summary.own_parts["articulation"] else "; a few lengths, as on a page"
    return f"{summary.legato_share:.0%} of the notes joined, {summary.overlapping_share:.0%} overlapping{written}"


def _pedal(summary: AnalysisSummary) -> str:
    if not summary.own_parts["pedal"]:
        return "not used"
    return f"down {summary.pedal_share:.0%} of the time, pressed {summary.pedal_presses_per_sec:.2f} times a second"


def _style(summary: AnalysisSummary) -> str:
    if summary.judged is None:
        return ""
    probabilities = ", ".join(f"{style} {each:.0%}" for style, each in summary.judged.items())
    return f"{summary.style or 'undecided'} by its velocities ({probabilities})"
