"""What an added style has reached on pieces that it did not learn from, beside the styles of its checkpoint."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path

import numpy as np

from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.checkpoint import CheckpointInfo, load_velocity_model
from tonenet_core.checkpoint.style_file import Unseen, read_style, save_style
from tonenet_core.data.cache import Cache
from tonenet_core.models.base import StyleExtensible
from tonenet_core.progress import Progress, no_progress

MOST_PIECES = 10
logger = logging.getLogger(__name__)


def measure_unseen(path: Path, base: CheckpointInfo, cache: Cache, progress: Progress = no_progress) -> Unseen:
    """Measure a style file on pieces that the style did not learn from, and write the figures into it.

    Args:
        path: the style file.
        base: its checkpoint.
        cache: the data of its run. At most `MOST_PIECES` of the split `test` are played, evenly spaced; where that has
            none, of `valid`.
        progress: see `Progress`.
    """
    style = read_style(path)
    model = load_velocity_model(base.path, "cpu", with_added=False)
    assert isinstance(model, StyleExtensible)
    known, weights = tuple(model.styles), style.weights()
    model.add_style(style.style)
    model.load_style(style.style, weights)
    tested = cache.pieces("test", (style.style,))
    pieces = tested or cache.pieces("valid", (style.style,))
    places = np.linspace(0, len(pieces) - 1, min(MOST_PIECES, len(pieces))).astype(int)
    found: dict[str, list[float]] = {name: [] for name in (style.style, *known)}
    for done, place in enumerate(places):
        progress(done / len(places))
        piece = pieces[int(place)]
        for name, agreements in found.items():
            agreements.append(pearson(piece.notes["velocity"], model.predict(piece, name)))
    agreement = {name: round(float(np.mean(each)), 4) for name, each in found.items()}
    other = max(known, key=lambda name: agreement[name])
    unseen = Unseen(len(places), agreement[style.style], other, agreement[other], not tested)
    save_style(path, weights, style.title, base.path, style.training | {"unseen": asdict(unseen)})
    progress(1.0)
    logger.info(
        "On %d pieces that it did not learn from, %s agrees with the player at r %.2f, %s at %.2f",
        unseen.pieces,
        style.title,
        unseen.agreement,
        other,
        unseen.others,
    )
    return unseen
