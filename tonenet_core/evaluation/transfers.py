"""Transfers of held-out pieces: distance, spread, return, the judge's verdict, and the cycle of the write-up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from tonenet_core.analysis.velocity_metrics import mean_removed_mae, spearman, spread_ratio, wasserstein
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.evaluation.report import Report, Table
from tonenet_core.evaluation.velocities import FLAT, Velocities, played_velocities
from tonenet_core.judge import Judge
from tonenet_core.judge.report import CONTROLS, Controls
from tonenet_core.models.base import VelocityModel
from tonenet_core.performance import TrainingPiece
from tonenet_core.transfer import interpret, velocities

TRANSFER = "Transfer to the other style: {0}"
PERFORMED = "Pieces without dynamics, performed in their own style: {0}"
CYCLE = "The write-up's cycle: {0}"
JUDGED = "What the judge hears: {0}"
CONTROL_DRAWS = 5
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)


def _whole(velocity: Velocities) -> Velocities:
    """Return velocities as in a MIDI file: whole numbers, 1..127."""
    return np.clip(np.rint(velocity), 1, 127)


def _playing(piece: TrainingPiece, velocity: Velocities) -> TrainingPiece:
    """Return the piece with other velocities."""
    notes = piece.notes.copy()
    notes["velocity"] = velocity
    return replace(piece, notes=notes)


def transferred(model: VelocityModel, piece: TrainingPiece, style: str, strength: float = 1.0) -> Velocities:
    """Return a piece's velocities after a transfer with the model's own accents, whole, `(n,)`."""
    interpretation = interpret(piece, model, style, source_style=piece.style)
    return _whole(velocities(piece, interpretation, strength, model.default_accents))


def _other_styles(info: CheckpointInfo, piece: TrainingPiece) -> Iterator[str]:
    if piece.style in info.styles:
        yield from (style for style in info.styles if style != piece.style)


def measure_transfer(
    report: Report, info: CheckpointInfo, model: VelocityModel, piece: TrainingPiece, usual_spread: dict[str, float]
) -> None:
    """Measure distance and spread, and the error of a transfer there and back."""
    note = (
        "Distance and there-and-back in velocity units. Spread: standard deviation of the result over that of real "
        "pieces of the target style."
    )
    table = report.table(TRANSFER.format(info.title), note)
    true = played_velocities(piece)
    for style in _other_styles(info, piece):
        there = transferred(model, piece, style)
        back = interpret(_playing(piece, there), model, piece.style, source_style=style)
        returned = _whole(velocities(_playing(piece, there), back, 1.0, 1.0))
        row = f"{piece.source} to {style}"
        table.add(row, "distance, mean removed", mean_removed_mae(true, there))
        table.add(row, "there and back, RMSE", float(np.sqrt(np.mean((returned - true) ** 2))))
        if style in usual_spread:
            table.add(row, "spread", float(there.std()) / usual_spread[style])


def measure_performed(report: Report, info: CheckpointInfo, model: VelocityModel, piece: TrainingPiece) -> None:
    """Compare a performance of the piece without its dynamics, in its own style, with the played velocities."""
    if piece.style not in info.styles:
        return
    note = "Spread: standard deviation of the result over the player's. W1: Wasserstein distance, means removed."
    table = report.table(PERFORMED.format(info.title), note)
    flat = _playing(piece, np.full(len(piece.notes), float(FLAT)))
    interpretation = interpret(flat, model, piece.style, source_style=piece.style)
    true, result = played_velocities(piece), _whole(velocities(flat, interpretation, 1.0, 1.0))
    table.add(piece.source, "spread", spread_ratio(true, result))
    table.add(piece.source, "W1", wasserstein(true, result))
    neighbours = [np.corrcoef(list(pairwise(each)), rowvar=False)[0, 1] for each in (true, result)]
    table.add(piece.source, "lag-1 correlation, played", float(neighbours[0]))
    table.add(piece.source, "lag-1 correlation, performed", float(neighbours[1]))


def measure_judged(
    report: Report,
    judge: Judge,
    info: CheckpointInfo,
    model: VelocityModel,
    piece: TrainingPiece,
    *,
    controls: Controls,
) -> None:
    """Report the judge's verdicts on the played velocities, on controls, transfers, and output in the piece's style."""
    if piece.style not in judge.styles or piece.style not in info.styles:
        return
    note = (
        "Shares of pieces. Crossing: the judge finds the wanted style likelier; named: it is sure of it (P >= .8). "
        "Wanted is the target style of a transfer, otherwise the piece's own. Monotone: Spearman's correlation of the "
        "judge's probability with the strength. Permuted and noise: controls, velocities of no style, named as the "
        "other style all the same. What is named of transcribed recordings may be the transcriber."
    )
    table = report.table(JUDGED.format(info.title), note)
    expectations = judge.expectations(piece)

    def hear(name: str, velocity: Velocities, wanted: str) -> float:
        verdict = judge.verdict_on(expectations, velocity)
        table.add(piece.source, f"{name}: crossing", float(verdict.probability[wanted] > 0.5))
        table.add(piece.source, f"{name}: named", float(verdict.named == wanted))
        return verdict.probability[wanted]

    played = played_velocities(piece)
    hear("as played", played, piece.style)
    _measure_controls(table, judge, controls, piece, expectations)
    flat = _playing(piece, np.full(len(piece.notes), float(FLAT)))
    own = interpret(flat, model, piece.style, source_style=piece.style)
    hear("own head", _whole(velocities(flat, own, 1.0, model.default_accents)), piece.style)
    for style in _other_styles(info, piece):
        if style not in judge.styles:
            continue
        interpretation = interpret(piece, model, style, source_style=piece.style)
        heard = []
        for strength in STRENGTHS:
            velocity = _whole(velocities(piece, interpretation, strength, model.default_accents))
            if strength in (1.0, 1.5):
                heard.append(hear(f"strength {strength:g}", velocity, style))
            else:
                heard.append(judge.verdict_on(expectations, velocity).probability[style])
        table.add(piece.source, "monotone", spearman(STRENGTHS, heard))


def _measure_controls(
    table: Table, judge: Judge, controls: Controls, piece: TrainingPiece, expectations: Velocities
) -> None:
    """Report how often the judge names the other style: of what was played, and of velocities of no style."""
    played = played_velocities(piece)
    (other,) = (style for style in judge.styles if style != piece.style)
    table.add(piece.source, "as played: other named", float(judge.verdict_on(expectations, played).named == other))
    for control in CONTROLS:
        drawn = (controls.velocities(control, played, other, seed) for seed in range(CONTROL_DRAWS))
        named = [judge.verdict_on(expectations, velocity).named == other for velocity in drawn]
        table.add(piece.source, f"{control}: other named", float(np.mean(named)))


def measure_cycle(report: Report, info: CheckpointInfo, model: VelocityModel, piece: TrainingPiece) -> None:
    """Measure the write-up's cycle by superimposition, beside a control that shows that its figure is meaningless."""
    note = (
        "Mean squared error against what was played. A superimposition cannot see the velocities in the middle, so its "
        "cycle is plain reconstruction: the same as without the middle step. Leaving the piece as it is scores 0."
    )
    table = report.table(CYCLE.format(info.title), note, decimals=1)
    true = played_velocities(piece)
    for style in _other_styles(info, piece):
        row = f"{piece.source}, through {style}"
        there = _playing(piece, _whole(velocities(piece, interpret(piece, model, style), 1.0, 0.0)))
        back = _whole(velocities(there, interpret(there, model, piece.style), 1.0, 0.0))
        direct = _whole(velocities(piece, interpret(piece, model, piece.style), 1.0, 0.0))
        table.add(row, "superimposed there and back", float(np.mean((back - true) ** 2)))
        table.add(row, "without the middle step", float(np.mean((direct - true) ** 2)))
        kept = interpret(piece, model, style, source_style=piece.style)
        there = _playing(piece, _whole(velocities(piece, kept, 1.0, 1.0)))
        again = interpret(there, model, piece.style, source_style=style)
        returned = _whole(velocities(there, again, 1.0, 1.0))
        table.add(row, "accents kept, there and back", float(np.mean((returned - true) ** 2)))
        table.add(row, "their distance in the middle", float(np.mean((played_velocities(there) - true) ** 2)))


def own_spread(pieces: list[TrainingPiece]) -> dict[str, float]:
    """Return, for each style, the mean over its pieces of the standard deviation of the played velocities."""
    found: dict[str, list[float]] = {}
    for piece in pieces:
        found.setdefault(piece.style, []).append(float(played_velocities(piece).std()))
    return {style: float(np.mean(each)) for style, each in found.items()}
