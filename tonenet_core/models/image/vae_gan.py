"""VAE-GAN on 88 x 88 images of music (Larsen et al., arXiv 1512.09300, algorithm 1).

An encoder, a generator and a discriminator, trained at once. Reconstructions are compared in the features of the
discriminator (the learned similarity), and the gradients are those of the paper:

    encoder         prior + similarity
    generator       gamma * similarity - adversarial loss
    discriminator   adversarial loss

Differences. Images of music are so sparse that the features of an untrained discriminator hardly see an onset: a pixel
term (cross-entropy of onsets and of sustain, error of velocities) is added to the similarity, with the same gradients.
A latent vector belongs to a beat, not to the image, so a piece of any length is a sequence of them; and since
independent beats are not music, the prior that pieces are sampled from is fitted to the encoder's latents
(`latent_prior.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.analysis.image_metrics import onset_scores
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.grid import encode
from tonenet_core.encoding.images import LOUDEST, ONSET, SUSTAIN, pixels, roll
from tonenet_core.models.image.adversarial import discriminator_loss, generator_loss, scale_gradient
from tonenet_core.models.image.image_model import ImageConfig, ImageModel
from tonenet_core.models.image.latent_prior import LatentPrior
from tonenet_core.models.image.networks import SLOTS, STEPS, Encoder, ImageLogits, frozen
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

MARGIN = 8  # slots on either side of an encoded stretch that are read and discarded
STRETCH = 64  # slots encoded at once, whatever the length of the piece


@dataclass(frozen=True)
class VaeGanConfig(ImageConfig):
    """The sizes of the networks and the weights of their losses; the rest as in `ImageConfig`.

    Attributes:
        gamma: weight of reconstruction against the adversarial loss, in the generator (the paper's).
        similarity: weight of the distance in the discriminator's features, summed over features, mean over slots.
        pixel: weight of the pixel term, summed over cells, mean over slots; 0 is the paper's own loss.
        rare: weight of a missed onset in it, relative to one too many.
        divergence: weight of the KL divergence from the normal prior, nats a slot (the paper's is 1).
        prior: units of the fitted prior; 0: pieces are sampled from the normal prior, as in the paper.
        mixtures: Gaussians of the fitted prior.
        prior_rate: its learning rate, in units of the recipe's; it takes no part in adversarial training.
        settled: the step from which the prior alone learns, fitted to latents that no longer move; the other networks'
            rates fall to zero over the last quarter before. 0: never.
    """

    gamma: float = 0.7
    similarity: float = 1.0
    pixel: float = 1.0
    rare: float = 2.0
    divergence: float = 0.15
    prior: int = 384
    mixtures: int = 12
    prior_rate: float = 2.5
    settled: int = 0


class VaeGan(ImageModel):
    """The networks, their training step, and the encoding of pieces as latents."""

    Config = VaeGanConfig
    config: VaeGanConfig

    def __init__(self, config: VaeGanConfig) -> None:
        super().__init__(config)
        if config.gamma <= 0:
            raise ValueError(f"gamma is above 0, not {config.gamma}")
        styles = len(self.styles)
        self.encoder = Encoder(config.channels, styles, config.latent, config.hidden, config.blocks)
        if config.settled and not config.prior:
            raise ValueError("settled needs a fitted prior, which learns after that step")
        self.prior = LatentPrior(config.latent, styles, config.prior, config.mixtures) if config.prior else None

    def parts(self) -> dict[str, nn.Module]:
        """Return the networks by name."""
        parts = {"encoder": self.encoder, **super().parts()}
        return parts if self.prior is None else parts | {"prior": self.prior}

    def learning_rates(self, rate: float, step: int, losses: dict[str, float]) -> dict[str, float]:
        """Return each part's learning rate for a step with these losses, given the recipe's."""
        config = self.config
        left = 1.0 if not config.settled else min(max(4 * (1 - step / config.settled), 0.0), 1.0)
        rates = super().learning_rates(left * rate, step, losses) if left else dict.fromkeys(self.parts(), 0.0)
        return rates if self.prior is None else rates | {"prior": config.prior_rate * rate}

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return one step's losses: the gradient of "loss" is, for each network, that of algorithm 1."""
        config, style, true = self.config, batch["style"], self.pixels(batch["image"])
        mean, log_variance = self.encoder(true, style)
        latent = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        if self.prior is not None and config.settled and batch["step"] >= config.settled:
            fitted = self.prior(latent.detach(), style)
            return {"loss": fitted, "prior": fitted}
        begun = latent.new_zeros(len(latent), 0, config.latent)
        invented = self.sample_latents(begun, style, SLOTS, 1.0)
        # Similarity has weight gamma for the generator and 1 for the encoder, which has no adversarial loss.
        routed = scale_gradient(latent, 1 / config.gamma)
        three = torch.cat([style, style, style])
        drawn = self.generator(torch.cat([routed, latent.detach(), invented]), three)
        image = drawn.image()

        seen = self.noisy(torch.cat([true, image.detach()[len(true) :]]))
        called, features = self.discriminator(seen, three)
        with frozen(self.discriminator):
            passing, alike = self.discriminator(self.noisy(image), three)
        count = len(true)
        error = (alike[:count] - features[:count].detach()).square()
        losses = {
            "similarity": 0.5 * error.sum(dim=-1).mean(),
            "divergence": 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=-1).mean(),
            "generator": generator_loss(passing[count:]),
            "discriminator": discriminator_loss(called[:count], called[count:]),
            "on true": functional.softplus(-called[:count]).mean(),
            "on drawn": functional.softplus(called[count:]).mean(),
            **self._pixel_losses(drawn, true),
        }
        if self.prior is not None:
            losses["prior"] = self.prior(latent.detach(), style)
        again = config.similarity * losses["similarity"] + config.pixel * (
            losses["strokes"] + losses["sound"] + losses["velocities"]
        )
        loss = (
            config.divergence * losses["divergence"]
            + config.gamma * again
            + losses["generator"]
            + losses["discriminator"]
            + losses.get("prior", 0.0)
        )
        return {"loss": loss, **losses}

    def _pixel_losses(self, drawn: ImageLogits, true: Tensor) -> dict[str, Tensor]:
        """Return the pixel term's parts for the first images drawn, in nats a slot, velocities in eighths of 127."""
        count, places = len(true), len(true) * true.shape[1] / STEPS
        struck = (true[..., ONSET] > 0).float()
        rare = torch.tensor(self.config.rare, device=true.device)
        strokes = functional.binary_cross_entropy_with_logits(
            drawn.strike[:count], struck, reduction="sum", pos_weight=rare
        )
        velocities = ((drawn.velocity[:count] - true[..., ONSET]).abs() * struck).sum()
        sound = true.new_zeros(())
        if drawn.sustain is not None:
            sound = functional.binary_cross_entropy_with_logits(
                drawn.sustain[:count], true[..., SUSTAIN], reduction="sum"
            )
        return {"strokes": strokes / places, "sound": 0.5 * sound / places, "velocities": 8 * velocities / places}

    # -- latents -----------------------------------------------------------------------------------------------

    def sample_latents(self, begun: Tensor, style: Tensor, slots: int, temperature: float) -> Tensor:
        """Return latents `(B, slots, latent)` that continue `(B, L, latent)`, L >= 0, in styles `(B, S)`."""
        if self.prior is None:
            return temperature * torch.randn(len(style), slots, self.config.latent, device=style.device)
        return self.prior.sample(begun, style, slots, temperature)

    @torch.inference_mode()
    @one_thread()
    def encode(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return a piece's latents, one a beat, `(L, latent)`: the encoder's means.

        A stretch is read with margins as wide as the convolutions reach, so a long piece has no seam.

        Raises:
            KeyError: if the model has no such style.
        """
        self.eval()
        known = self.style_vector({style: 1.0})[None]
        whole = roll(encode(piece, self.grid), self.config.channels)
        count = -(-len(whole) // STEPS)
        whole = np.pad(whole, ((0, count * STEPS - len(whole)), (0, 0), (0, 0)))
        latents = np.zeros((count, self.config.latent), np.float32)
        for start in range(0, count, STRETCH):
            progress(start / count)
            first, last = max(start - MARGIN, 0), min(start + STRETCH + MARGIN, count)
            image = torch.from_numpy(pixels(whole[first * STEPS : last * STEPS])).to(known)[None]
            mean, _ = self.encoder(image, known)
            latents[start : start + STRETCH] = mean[0, start - first :][:STRETCH].float().cpu().numpy()
        progress(1.0)
        return latents

    # -- validation --------------------------------------------------------------------------------------------

    def reconstructed(self, images: NDArray[np.float32], style: str) -> NDArray[np.float32]:
        """Return the reconstructions of images `(n, 88, 88, channels)`."""
        self.eval()
        with torch.inference_mode():
            known = self.style_vector({style: 1.0}).expand(len(images), -1)
            mean, _ = self.encoder(torch.from_numpy(images).to(known), known)
            back: NDArray[np.float32] = self.generator(mean, known).image().float().cpu().numpy()
        return back

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the figures of `ImageModel.validate`, F1 of onsets and velocity error of reconstructions."""
        scores, errors = [], []
        for piece in pieces:
            true = pixels(np.stack(self.cut(piece)))
            back = self.reconstructed(true, piece.style)
            struck, found = true[..., ONSET] > 0, back[..., ONSET] > 0
            scores += [onset_scores(*pair) for pair in zip(struck, found, strict=True)]
            both = struck & found
            errors.append(
                float(np.abs(true[..., ONSET] - back[..., ONSET])[both].mean()) * LOUDEST if both.any() else 0
            )
        score = float(np.mean(scores))
        figures = super().validate(pieces)
        return {"F1": score, "velocity error": float(np.mean(errors)), **figures, "score": figures["score"] + 1 - score}
