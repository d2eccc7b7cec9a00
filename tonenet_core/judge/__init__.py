"""The style judge: a classifier of the style in which a piece's notes are played."""

from tonenet_core.judge.detection import Detection, detect
from tonenet_core.judge.judge import FEWEST, JUDGED_FEATURES, Judge, Verdict, load_judge, shipped_judge

__all__ = [
    "FEWEST",
    "JUDGED_FEATURES",
    "Detection",
    "Judge",
    "Verdict",
    "detect",
    "load_judge",
    "shipped_judge",
]
