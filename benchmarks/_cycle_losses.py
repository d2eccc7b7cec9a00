"""The CycleGAN without each of its losses in turn: `python -m benchmarks._cycle_losses CACHE -o DIR`.

A run of the shipped recipe for each, in a folder of its own, from the same seed; one that was stopped goes on. Prints a
row of figures on `valid` a run; `tonenet evaluate cover DIR/chroma/cycle_gan.safetensors --data DATA` measures its
covers. Each run takes as long as the recipe says, unless `--steps` are fewer. `--only chroma pool` makes some of them;
`--only all --seed 2` is the recipe itself from another seed.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from pathlib import Path

from tonenet_core.files.locations import RECIPES
from tonenet_core.training.options import RunOptions
from tonenet_core.training.train import RESUME, train

RECIPE = "cycle_gan"
LOSSES = ("adversarial", "alone", "neither", "pool", "cycle", "identity", "chroma", "density", "hands")
COLUMNS = ("cycle F1", "identity F1", "changed", "chroma", "density", "diversity", "playable")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("cache", type=Path)
    words.add_argument("-o", "--out", type=Path, required=True)
    words.add_argument("--only", nargs="+", choices=("all", *LOSSES), default=["all", *LOSSES])
    words.add_argument("--steps", type=int)
    words.add_argument("--seed", type=int, default=1)
    chosen = words.parse_args()
    print(f"| without | {' | '.join(COLUMNS)} |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for loss in chosen.only:
        figures = _run(chosen.cache, chosen.out / loss, loss, chosen.steps, chosen.seed)
        print(f"| {'nothing' if loss == 'all' else loss} | {' | '.join(figures)} |", flush=True)


def _run(cache: Path, out: Path, loss: str, steps: int | None, seed: int) -> list[str]:
    """Return the figures of the last validation of a run without a loss."""
    changes: dict[str, float] = {} if loss == "all" else {loss: 0 if loss == "pool" else 0.0}
    changes |= {} if steps is None else {"steps": steps, "horizon": steps}
    text = (RECIPES / f"{RECIPE}.toml").read_text(encoding="utf-8")
    for key, value in changes.items():
        text = re.sub(rf"(?m)^{key} = \S+", f"{key} = {json.dumps(value)}", text)
    out.mkdir(parents=True, exist_ok=True)
    recipe = out / f"{RECIPE}.toml"
    recipe.write_text(text, encoding="utf-8")
    train(recipe, cache, out, RunOptions(seed=seed, device="cpu", resume=(out / RESUME).is_file()))
    with (out / "curves.csv").open(newline="", encoding="utf-8") as file:
        row = list(csv.DictReader(file))[-1]
    return [f"{float(row[f'valid {name}']):.2f}" for name in COLUMNS]


if __name__ == "__main__":
    main()
