"""Quality of reconstructed images over the size of their latents: `python -m benchmarks._latent_size --data CACHE`.

Short runs of the shipped VAE-GAN recipe with other latents. Takes half an hour on one core, so
`make bench` omits it. `--models vae-gan OTHER.safetensors` instead prints the figures of trained ones on ten pieces of
each set of `valid` and `test`, in a minute.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks._collapse import run
from tonenet_core.checkpoint import load
from tonenet_core.data.cache import Cache, open_cache
from tonenet_core.encoding.written import PAGES
from tonenet_core.models.image.vae_gan import VaeGan
from tonenet_core.performance import TrainingPiece

SLOTS = 22  # of an image
PIECES = 10  # of each set
LEARNT = {"jazz", "classical_asap", "classical_piano_midi_de"}  # from which the shipped one learnt
COLUMNS = ("F1", "velocity error", "overlap polyphony", "overlap pitch", "overlap duration", "overlap inter-onset")
SHARES = ("overlap velocity", "silent", "density", "score")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--steps", type=int, default=900)
    words.add_argument("--latents", type=int, nargs="+", default=[3, 6, 12, 23, 32, 46])
    words.add_argument("-o", "--out", type=Path, default=Path("docs/results"))
    words.add_argument("--models", nargs="+")
    chosen = words.parse_args()
    if chosen.models:
        _compare(chosen.models, open_cache(chosen.data))
        return
    lines = [
        "# Reconstruction over the size of the latents",
        "",
        f"`python -m benchmarks._latent_size --data CACHE --steps {chosen.steps}`: short runs of the shipped recipe,",
        "the same number of steps for all; F1 of strokes on images of `valid`.",
        "",
        "| numbers an image | numbers a beat | onset F1 | velocity error | overlap of generated images |",
        "|---|---|---|---|---|",
    ]
    for latent in chosen.latents:
        found = run("vae_gan", chosen.data, latent=latent, steps=chosen.steps)
        cells = [str(SLOTS * latent), str(latent), f"{found['F1']:.3f}", f"{found['velocity error']:.1f}"]
        lines.append(f"| {' | '.join(cells)} | {found['overlap']:.2f} |")
        print(lines[-1], flush=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "generation-latent-size.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _compare(names: list[str], cache: Cache) -> None:
    """Print the figures of trained models: on the sets that the shipped one learnt from, and on all others."""
    columns = (*COLUMNS, *SHARES)
    print(f"| pieces | model | {' | '.join(columns)} |\n{'|---' * (len(columns) + 2)}|")
    for split in ("valid", "test"):
        pieces = _some(cache, split)
        for title, of_learnt in (("learnt by both", True), ("others", False)):
            chosen = [piece for piece in pieces if (piece.source in LEARNT) is of_learnt]
            for name in names:
                model = load(name, "cpu")
                assert isinstance(model, VaeGan)
                figures = model.validate(chosen)
                row = " | ".join(f"{figures[column]:.2f}" for column in columns)
                print(f"| {split}, {title} | {model.config.latent} a beat | {row} |", flush=True)


def _some(cache: Cache, split: str) -> list[TrainingPiece]:
    """Return a few performances of each set, evenly spaced."""
    chosen = []
    for style in ("jazz", "classical"):
        for source, found in cache.pieces(split, (style,)).by_source().items():
            if not source.endswith(PAGES):
                rows = np.unique(np.linspace(0, len(found) - 1, PIECES).astype(int))
                chosen += [found[int(row)] for row in rows]
    return chosen


if __name__ == "__main__":
    main()
