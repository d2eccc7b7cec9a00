"""The common base of the VAE-GAN and the plain GAN: their data, their generator and their validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.analysis.image_metrics import FEATURES, diversity, pooled_overlap, saturated, silent
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.grid import Grid, encode
from tonenet_core.encoding.images import IMAGE_STEPS, ONSET, pixels, read_notes, roll
from tonenet_core.models.image.adversarial import RATES, adversarial_rates
from tonenet_core.models.image.networks import SLOTS, STEPS, Discriminator, Generator
from tonenet_core.models.image.windows import beats_a_minute, image_statistics, sample_images, spaced_images
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import PIANO_KEYS, Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

VALIDATION_IMAGES = 48  # generated in each style at a validation
OF_A_PIECE = 4  # images cut from each piece of `valid`
HOP = SLOTS // 2  # slots from one image to the next: they overlap by half


@dataclass(frozen=True)
class ImageConfig:
    """The sizes of the networks.

    Attributes:
        styles: their names, in the order of the style inputs.
        steps_per_beat, step_sec: see `Grid`.
        channels: 2: onsets and sustain separately; 1: the write-up's form.
        latent: numbers a slot (a beat); an image has 22 times as many.
        hidden: channels of the convolutions.
        blocks: residual convolutions of encoder and generator, each over three slots.
        noise: standard deviation of the noise on the discriminator's input, against mode collapse.
        bounded: spectral normalisation of the discriminator (Miyato et al., arXiv 1802.05957), for the same reason.
        rates: rule that balances adversarial training, see `adversarial.adversarial_rates`.
        decay: of the base rate, each epoch (the write-up's .99).
        epoch_steps: steps of an epoch.
        transpose: training images are transposed by up to this many semitones either way.
    """

    styles: tuple[str, ...]
    steps_per_beat: int = 4
    step_sec: float = 0.125
    channels: int = 2
    latent: int = 32
    hidden: int = 256
    blocks: int = 3
    noise: float = 0.1
    bounded: bool = True
    rates: str = "dynamic"
    decay: float = 0.99
    epoch_steps: int = 1270
    transpose: int = 5


class ImageModel(nn.Module):
    """A generator of images and its discriminator; `VaeGan` and `Gan` define the losses and the latents' prior."""

    slot_steps = STEPS

    def __init__(self, config: ImageConfig) -> None:
        super().__init__()
        if config.rates not in RATES:
            raise ValueError(f"rates are {', '.join(RATES)}, not {config.rates!r}")
        if config.channels not in (1, 2):
            raise ValueError(f"an image has 1 or 2 channels, not {config.channels}")
        if config.steps_per_beat % STEPS:
            raise ValueError(f"a beat has a multiple of {STEPS} steps, not {config.steps_per_beat}")
        self.config = config
        self.styles = tuple(config.styles)
        self.grid = Grid(config.steps_per_beat, config.step_sec)
        styles = len(self.styles)
        self.generator = Generator(config.channels, styles, config.latent, config.hidden, config.blocks)
        self.discriminator = Discriminator(config.channels, styles, config.hidden, bounded=config.bounded)

    def noisy(self, image: Tensor) -> Tensor:
        """Return images with the noise of the discriminator's input."""
        return image + self.config.noise * torch.randn_like(image)

    # -- training ----------------------------------------------------------------------------------------------

    def parts(self) -> dict[str, nn.Module]:
        """Return the networks by name."""
        return {"generator": self.generator, "discriminator": self.discriminator}

    def learning_rates(self, rate: float, step: int, losses: dict[str, float]) -> dict[str, float]:
        """Return each part's learning rate for a step with these losses, given the recipe's."""
        rate *= self.config.decay ** (step // self.config.epoch_steps)
        generator, discriminator = adversarial_rates(self.config.rates, rate, losses)
        return dict.fromkeys(self.parts(), rate) | {"generator": generator, "discriminator": discriminator}

    def prepare_piece(self, piece: TrainingPiece) -> NDArray[np.uint8]:
        """Return the piece as one long image."""
        return roll(encode(piece, self.grid), self.config.channels)

    def sample_batch(
        self, pieces: PreparedPieces[NDArray[np.uint8]], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random images of each style."""
        return sample_images(pieces, self.styles, windows, self.config.transpose, rng)

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return tempo, density and polyphony of each style's images."""
        return image_statistics(pieces, self.grid, self.config.channels)

    def pixels(self, image: Tensor) -> Tensor:
        """Return images `(B, T, 88, channels)` uint8 as 0..1."""
        scale = torch.tensor([127.0, 1.0][: self.config.channels], device=image.device)
        return image.float() / scale

    # -- generation --------------------------------------------------------------------------------------------

    def style_vector(self, shares: dict[str, float]) -> Tensor:
        """Return the style input `(S,)` of a mixture of styles.

        Raises:
            KeyError: if the model has no such style.
        """
        vector = torch.zeros(len(self.styles), device=next(self.parameters()).device)
        for style, share in shares.items():
            if style not in self.styles:
                raise KeyError(style)
            vector[self.styles.index(style)] = share
        return vector

    def tempo(self, piece: Piece) -> float:
        """Return the median tempo of a piece, in beats of the grid a minute."""
        return beats_a_minute(piece.beats_sec, self.grid)

    def sample_latents(self, begun: Tensor, style: Tensor, slots: int, temperature: float) -> Tensor:
        """Return latents `(B, slots, latent)` that continue `(B, L, latent)`, L >= 0, in styles `(B, S)`."""
        raise NotImplementedError

    @torch.inference_mode()
    @one_thread()
    def invent(
        self, slots: int, style: str, seed: int, temperature: float = 1.0, progress: Progress = no_progress
    ) -> NDArray[np.float32]:
        """Return latents of a new piece, `(slots, latent)`; the same seed gives the same latents.

        Each image continues the second half of the one before it: its latents are sampled given those of that half, so
        that the piece has no seam, and the model never looks further back than in training.
        """
        self.eval()
        known = self.style_vector({style: 1.0})[None]
        device = known.device
        latents = torch.zeros(1, 0, self.config.latent, device=device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            while latents.shape[1] < slots:
                progress(latents.shape[1] / slots)
                more = SLOTS if not latents.shape[1] else SLOTS - HOP
                drawn = self.sample_latents(latents[:, -HOP:], known, more, temperature)
                latents = torch.cat([latents, drawn], dim=1)
        progress(1.0)
        return latents[0, :slots].cpu().numpy()

    @torch.inference_mode()
    @one_thread()
    def draw(
        self, latents: NDArray[np.float32], shares: dict[str, float], progress: Progress = no_progress
    ) -> NDArray[np.float32]:
        """Return the long image `(4 L, 88, channels)`, 0..1, that latents `(L, latent)` say.

        Images overlap by half and the middle of each is kept: that far from its ends, a convolution sees no end. Memory
        does not grow with the piece but for the long image itself.

        Args:
            latents: of `invent`, or an encoder's.
            shares: how much of each style, such as {"jazz": 1.0}.
            progress: see `Progress`.
        """
        self.eval()
        style = self.style_vector(shares)[None]
        whole = np.zeros((len(latents) * STEPS, PIANO_KEYS, self.config.channels), np.float32)
        for start in range(0, len(latents), HOP):
            progress(start / len(latents))
            first = max(start - HOP // 2, 0)
            window = torch.from_numpy(latents[first : start - HOP // 2 + SLOTS]).to(style)[None]
            drawn = self.generator(window, style).image()[0].float().cpu().numpy()
            kept = drawn[(start - first) * STEPS : (start - first + HOP) * STEPS]
            whole[start * STEPS : start * STEPS + len(kept)] = kept
        progress(1.0)
        return whole

    # -- validation --------------------------------------------------------------------------------------------

    def cut(self, piece: TrainingPiece) -> list[NDArray[np.uint8]]:
        """Return a few images of a piece, evenly spaced, `(88, 88, channels)` each; silent ones are left out."""
        return spaced_images(self.prepare_piece(piece), OF_A_PIECE)

    def drawn_images(self, style: str, count: int, temperature: float = 1.0, seed: int = 0) -> NDArray[np.float32]:
        """Return images that the model generates, `(count, 88, 88, channels)`, 0..1; a seed gives the same ones."""
        self.eval()
        known = self.style_vector({style: 1.0}).expand(count, -1)
        with torch.inference_mode(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            begun = torch.zeros(count, 0, self.config.latent, device=known.device)
            latents = self.sample_latents(begun, known, SLOTS, temperature)
            images: NDArray[np.float32] = self.generator(latents, known).image().float().cpu().numpy()
        return images

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the likeness of generated images to `valid`, and signs of mode collapse; lower "score" is better.

        overlap of each feature's histogram, mean over styles; silent, saturated: shares of images; diversity: how
        unlike each other they are, over how unlike the real ones are; density: strokes over the real ones'.
        """
        figures: dict[str, list[float]] = {}
        for style in self.styles:
            real = np.stack([image for piece in pieces if piece.style == style for image in self.cut(piece)])
            made = self.drawn_images(style, VALIDATION_IMAGES)
            for name, value in compare_images(pixels(real), made).items():
                figures.setdefault(name, []).append(value)
        means = {name: float(np.mean(each)) for name, each in figures.items()}
        unlike = 1 - float(np.mean([means[f"overlap {feature}"] for feature in FEATURES]))
        return means | {"score": unlike + abs(1 - min(means["diversity"], 1.0))}

    def sheet(self) -> list[tuple[str, NDArray[np.float32]]]:
        """Return images to look at, each with its title."""
        return [(style, image) for style in self.styles for image in self.drawn_images(style, 6)]


def compare_images(real: NDArray[np.float32], made: NDArray[np.float32]) -> dict[str, float]:
    """Return figures of generated images beside real ones, `(n, 88, 88, channels)` each; see `ImageModel.validate`."""
    true, drawn = ([read_notes(image) for image in images] for images in (real, made))
    overlaps = pooled_overlap(true, drawn, IMAGE_STEPS)
    return {
        **{f"overlap {feature}": overlap for feature, overlap in overlaps.items()},
        "silent": float(np.mean([silent(notes) for notes in drawn])),
        "saturated": float(np.mean([saturated(notes, IMAGE_STEPS) for notes in drawn])),
        "diversity": diversity(made[..., ONSET] > 0) / max(diversity(real[..., ONSET] > 0), 1e-9),
        "density": sum(map(len, drawn)) / len(drawn) / max(sum(map(len, true)) / len(true), 1e-9),
    }
