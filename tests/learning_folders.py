"""Folders of pieces that somebody has played by a rule of their own, and a recipe that learns it in a moment."""

import numpy as np

from tests.pieces import Note, piece

RECIPE = """
model = "performer"
base = "{base}"

[training]
steps = {steps}
windows = 2
learning_rate = 2e-2
warmup_steps = 1
validate_every = {every}
valid_pieces = 1
"""


def fill(folder, files=6, notes=400):
    """Black keys loud, white keys soft, and no two notes quite alike: a rule that no other style has."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(files):
        rng = np.random.default_rng(seed)
        pitches, accents = rng.integers(45, 75, size=notes), rng.integers(-9, 10, size=notes)
        played = [
            Note(240 * place, int(key), int(accent) + (100 if key % 12 in (1, 3, 6, 8, 10) else 40))
            for place, (key, accent) in enumerate(zip(pitches, accents, strict=True))
        ]
        (folder / f"{seed}.mid").write_bytes(piece(played))
    return folder


def write_recipe(path, base, steps=6):
    """Write a recipe that adds to a checkpoint; it validates three times."""
    path.write_text(RECIPE.format(base=base.as_posix(), steps=steps, every=steps // 3))
    return path
