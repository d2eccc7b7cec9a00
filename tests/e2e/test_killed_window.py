"""The whole window, killed twice in the middle of its work: what it showed last is there at the next start."""

from typing import Any

from benchmarks._killed_window import live_until_killed, write_pieces
from benchmarks._quick_learner import write_any_style

SEEDS = (3, 5)
ACTIONS = 6


def test_what_was_shown_is_there_after_a_kill_and_after_another(tmp_path):
    write_pieces(tmp_path)
    write_any_style(tmp_path)
    shown: list[Any] = []
    for seed in SEEDS:
        life = live_until_killed(tmp_path, seed, actions=ACTIONS)
        assert life.restored == shown
        assert life.shown is not None
        shown = life.shown
    last = live_until_killed(tmp_path, 0, actions=0)
    assert last.restored == shown
    assert sum(len(piece["takes"]) for piece in shown) > 2
