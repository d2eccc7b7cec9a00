"""The style judge: which style a piece's velocities, given its notes, belong to."""

from tonenet_core.judge.judge import FEWEST, SEEN, Judge, Verdict, fit_judge, load_judge

__all__ = ["FEWEST", "SEEN", "Judge", "Verdict", "fit_judge", "load_judge"]
