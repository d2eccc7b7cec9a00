"""Quality of reconstructed images over the size of their latents: `python -m benchmarks._latent_size --data CACHE`.

Short runs of the shipped VAE-GAN recipe with other latents. Takes half an hour on one core, so
`make bench` omits it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks._collapse import run

SLOTS = 22  # of an image


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, required=True)
    words.add_argument("--steps", type=int, default=900)
    words.add_argument("--latents", type=int, nargs="+", default=[3, 6, 12, 23, 32, 46])
    words.add_argument("-o", "--out", type=Path, default=Path("docs/results"))
    chosen = words.parse_args()
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


if __name__ == "__main__":
    main()
