"""Configuration of the CycleGAN."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CycleGanConfig:
    """The sizes of the networks, the weights of the losses, 0 to leave one out, and the training data.

    Attributes:
        styles: names, in the order of the style inputs.
        start: checkpoint of the VAE-GAN whose encoder and generator training begins with; "": none.
        latent, hidden, blocks: of encoder and generator, see `ImageConfig`.
        inner, translations: units and residual blocks of the translator.
        judges: figures that the discriminators know.
        settled: step until which encoder and generator stay as they are; then they learn at a tenth of the rate.
        horizon: step at which the weight of the cycle has come down to `cycle_end`; from its half on the learning rates
            fall, to zero there. 0: neither.
        adversarial: weight of the discriminator on all strokes.
        alone: of that on the accompaniment's alone.
        neither: share of spoilt images, of the real ones' number, that the discriminators learn as neither style.
        pool: covers that are kept for the discriminators (Shrivastava et al., arXiv 1612.07828).
        cycle, cycle_end: weight of the piece given back, nats a stroke.
        identity: of a piece covered in its own style.
        chroma, density, hands: see `cover_losses`.
        rare: weight of a missed stroke, relative to one too many.
        augment: strokes are moved by up to so many semitones before the discriminators, real ones and covers alike.
        transpose: training images are transposed by up to so many semitones.
        sources, shares, transcribed: see `expression.mixture.Mixture`.
    """

    styles: tuple[str, ...]
    start: str = ""
    latent: int = 32
    hidden: int = 256
    blocks: int = 3
    inner: int = 128
    translations: int = 6
    judges: int = 48
    settled: int = 500
    horizon: int = 0
    adversarial: float = 1.0
    alone: float = 1.0
    neither: float = 0.5
    pool: int = 50
    cycle: float = 10.0
    cycle_end: float = 3.0
    identity: float = 2.0
    chroma: float = 1.0
    density: float = 1.0
    hands: float = 1.0
    rare: float = 2.0
    augment: int = 3
    transpose: int = 5
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()
