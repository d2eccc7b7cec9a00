"""Small pieces for models to learn: two styles of one rule each, so that what was learnt can be told."""

import numpy as np

from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, TrainingPiece

STYLES = ("jazz", "classical")


def scale_piece(style, bars=2, seed=0, velocity=None):
    """A metered piece of eighths. Jazz: high is loud. Classical: high is soft. Unless `velocity` says otherwise."""
    rng = np.random.default_rng(seed)
    count = bars * 8
    notes = np.zeros(count, dtype=NOTE_DTYPE)
    notes["onset_sec"] = np.arange(count) * 0.25
    notes["duration_sec"] = 0.2
    notes["pitch"] = rng.integers(40, 80, size=count)
    slope = 1 if style == "jazz" else -1
    notes["velocity"] = 64 + slope * (notes["pitch"].astype(int) - 60) if velocity is None else velocity
    return TrainingPiece(
        notes=notes,
        beats_sec=np.arange(bars * 4 + 1) * 0.5,
        downbeats_sec=np.arange(bars + 1) * 2.0,
        pedal=np.zeros(0, PEDAL_DTYPE),
        style=style,
        source=f"{style} rules",
        name=f"{style} {seed}",
    )
