"""Reliability of the judge of notes: real pieces that it names right, and notes of nobody that it calls neither."""

from __future__ import annotations

from collections.abc import Sequence

from tonenet_core.judge.note_noise import CONTROLS, spoilt_notes
from tonenet_core.judge.notes import FEWEST_NOTES, NEITHER, NoteJudge
from tonenet_core.judge.report import ShareTable
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress

DRAWS = 5  # of each control, a piece
OWN, OTHER, NOBODY = "as it is: own style named", "as it is: other style named", "as it is: neither"


def measure_note_judge(
    judge: NoteJudge,
    pieces: Sequence[TrainingPiece],
    *,
    transcribed: Sequence[TrainingPiece] = (),
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = no_progress,
) -> ShareTable:
    """Measure a judge on whole unseen pieces, and on the same pieces with notes moved or permuted.

    Args:
        judge: see `notes.load_note_judge`.
        pieces: of the judge's styles; those of too few notes are left out.
        transcribed: pieces that show whether the judge takes a transcriber for a style; "all" is without them.
        draws: of each control, a piece.
        seed: of the controls.
        progress: see `Progress`.

    Raises:
        Cancelled: if `progress` asks to stop.
    """
    table = ShareTable(apart={piece.source for piece in transcribed})
    everything = [piece for piece in (*pieces, *transcribed) if len(piece.notes) >= FEWEST_NOTES]
    for index, piece in enumerate(everything):
        progress(index / len(everything))
        named = judge.verdict(piece.notes).named
        table.add(OWN, piece.source, float(named == piece.style))
        table.add(OTHER, piece.source, float(named not in (piece.style, NEITHER)))
        table.add(NOBODY, piece.source, float(named == NEITHER))
        for control in CONTROLS:
            spoilt = [spoilt_notes(piece.notes, control, 1000 * seed + draw) for draw in range(draws)]
            found = [judge.verdict(notes).named for notes in spoilt]
            table.add(f"{control}: neither", piece.source, found.count(NEITHER) / draws)
    progress(1.0)
    return table
