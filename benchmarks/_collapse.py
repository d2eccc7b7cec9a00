"""Trains VAE-GAN and plain GAN from several seeds, with the write-up's learning rates and with fixed ones.

`python -m benchmarks._collapse --data CACHE [--steps 600] [--seeds 3] [-o DIR]`. Short runs of the shipped recipes, the
same number of steps for all. Takes an hour on one core, so `make bench` omits it.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
from pathlib import Path

import numpy as np

from tonenet_core.files.locations import RECIPES
from tonenet_core.training.options import RunOptions
from tonenet_core.training.train import train

OVERLAPS = ("polyphony", "pitch", "duration", "inter-onset", "velocity")


def run(recipe: str, data: Path, **changes: object) -> dict[str, float]:
    """Return the figures of the last validation of a shipped recipe with some of its values changed."""
    text = (RECIPES / f"{recipe}.toml").read_text(encoding="utf-8")
    changes |= {"validate_every": changes["steps"], "settled": 0, "average": 0.9}
    for key, value in changes.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {json.dumps(value)}", text)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / f"{recipe}.toml"
        path.write_text(text, encoding="utf-8")
        train(path, data, Path(temporary) / "run", RunOptions(device="cpu"))
        with (Path(temporary) / "run" / "curves.csv").open(newline="", encoding="utf-8") as file:
            row = list(csv.DictReader(file))[-1]
    figures = {name.removeprefix("valid "): float(value) for name, value in row.items() if name.startswith("valid ")}
    figures["overlap"] = float(np.mean([figures[f"overlap {name}"] for name in OVERLAPS]))
    return figures | {"rate": float(row["train rate of generator"]) / float(row["train rate of discriminator"])}


def collapsed(figures: dict[str, float]) -> bool:
    """Return whether most images are silent or full, or differ from one another at most half as much as real ones."""
    return figures["silent"] + figures["saturated"] > 0.5 or figures["diversity"] < 0.5


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--steps", type=int, default=600)
    words.add_argument("--seeds", type=int, default=3)
    words.add_argument("--recipes", nargs="+", default=["vae_gan", "gan"])
    words.add_argument("--rates", nargs="+", default=["dynamic", "fixed"])
    words.add_argument("-o", "--out", type=Path, default=Path("docs/results"))
    chosen = words.parse_args()
    lines = [
        "# Collapses over seeds",
        "",
        f"`python -m benchmarks._collapse --data CACHE --steps {chosen.steps} --seeds {chosen.seeds}",
        f"--recipes {' '.join(chosen.recipes)} --rates {' '.join(chosen.rates)}`: short runs of the shipped recipes,",
        "figures of the last validation (`valid`), mean over seeds with lowest and highest.",
        "Overlap: mean of the five histograms' own. Collapsed: over half of the images silent or full of notes, or",
        "half as unlike one another as real ones. Density: strokes over those of real images. Rates: the generator's",
        "over the discriminator's, mean over steps.",
        "",
        "| | collapsed | overlap | silent | saturated | diversity | density | rates |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for recipe in chosen.recipes:
        for rates in chosen.rates:
            found = []
            for seed in range(chosen.seeds):
                found.append(run(recipe, chosen.data, seed=seed, rates=rates, steps=chosen.steps))
                print(recipe, rates, seed, found[-1], flush=True)
            cells = [f"{sum(map(collapsed, found))} of {len(found)}"]
            for name in ("overlap", "silent", "saturated", "diversity", "density", "rate"):
                values = [figures[name] for figures in found]
                cells.append(f"{np.mean(values):.2f} ({min(values):.2f}..{max(values):.2f})")
            lines.append(f"| {recipe}, {rates} rates | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "generation-collapse.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
