"""A CycleGAN on the VAE-GAN's blocks, which covers a piece of one style in another (Zhu et al., arXiv 1703.10593).

A cover is `Dec_t(z + T(z; s, t))` with `z = Enc_s(x)`. There are no pairs of pieces: a cover must be taken for a piece
of its style by a discriminator, and give the piece back when it is covered in the piece's style. The melody is no part
of that: it is copied into the image, and nothing is drawn near it. What the discriminator and the way back are given is
what a file would hold, strokes that are there or not, with a straight-through gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.arranging.lead_sheet import LeadSheet
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.images import LOUDEST
from tonenet_core.models.accompaniment.sheet import lay_out
from tonenet_core.models.base import Model
from tonenet_core.models.cycle.config import CycleGanConfig
from tonenet_core.models.cycle.contest import Contest
from tonenet_core.models.cycle.figures import cover_figures
from tonenet_core.models.cycle.genres import Translator
from tonenet_core.models.cycle.images import PreparedImage, locked_batch, random_batch, spaced_batch
from tonenet_core.models.cycle.locked import LockedPiece, lock_melody
from tonenet_core.models.cycle.losses import Drawn, Locked, chroma_loss, density_loss, hands_loss, unlike
from tonenet_core.models.cycle.notes import played
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.image.networks import STEPS, Encoder, Generator
from tonenet_core.models.image.vae_gan import VaeGan
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import PIANO_KEYS, TrainingPiece
from tonenet_core.progress import Progress, no_progress, stretch

SHOWN = 4  # pieces on a sheet, each beside its cover
REACH = 12  # slots that the convolutions see on either side
STRETCH = 64  # slots covered at once, whatever the length of the piece


class CycleGan(nn.Module):
    """The networks, their training step, and covers; a `models.base.AccompanimentModel`."""

    Config = CycleGanConfig

    def __init__(self, config: CycleGanConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        self.mixture = Mixture(config.sources, config.shares, config.transcribed)
        styles = len(self.styles)
        self.encoder = Encoder(2, styles, config.latent, config.hidden, config.blocks)
        self.generator = Generator(2, styles, config.latent, config.hidden, config.blocks)
        self.translator = Translator(config.latent, styles, config.inner, config.translations)
        self.contest = Contest(config)
        self.trained = nn.Buffer(torch.zeros((), dtype=torch.int64))
        self._valid: dict[tuple[str, ...], dict[str, Tensor]] = {}
        self._shown: list[tuple[str, NDArray[np.float32]]] = []

    @property
    def start(self) -> str:
        """The checkpoint that training begins with."""
        return self.config.start

    def begin_with(self, model: Model) -> None:
        """Take encoder and generator of a VAE-GAN.

        Raises:
            ValueError: if it is none, or of other styles or sizes.
        """
        if not isinstance(model, VaeGan) or model.styles != self.styles:
            raise ValueError(f"{self.config.start} is no VAE-GAN of {' and '.join(self.styles)}")
        try:
            self.encoder.load_state_dict(model.encoder.state_dict())
            self.generator.load_state_dict(model.generator.state_dict())
        except RuntimeError as error:
            raise ValueError(f"{self.config.start} has other sizes") from error

    # -- training ----------------------------------------------------------------------------------------------

    def parts(self) -> dict[str, nn.Module]:
        """Return the networks by name."""
        parts = {"encoder": self.encoder, "generator": self.generator, "translator": self.translator}
        return parts | ({"contest": self.contest} if len(self.contest.discriminators) else {})

    def learning_rates(self, rate: float, step: int, losses: dict[str, float]) -> dict[str, float]:
        """Return each part's learning rate for a step, given the recipe's."""
        left = 1.0 if not self.config.horizon else min(2 * max(1 - step / self.config.horizon, 0.0), 1.0)
        rates = dict.fromkeys(self.parts(), left * rate)
        blocks = 0.0 if step < self.config.settled else 0.1 * left * rate
        return rates | {"encoder": blocks, "generator": blocks}

    def memory(self) -> dict[str, Tensor]:
        """Return the covers made before; of training pieces, so that no checkpoint has them."""
        return dict(self.contest.pool.named_buffers())

    def remember(self, memory: dict[str, Tensor]) -> None:
        """Take covers made before, of `memory`, for the last ones."""
        for name, value in self.memory().items():
            value.copy_(memory[name])

    def prepare_piece(self, piece: TrainingPiece) -> PreparedImage:
        """Return the piece, whose melody is found when it is drawn."""
        return PreparedImage(piece)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedImage], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random images of each style, as `locked_batch` does, and "spoilt" ones."""
        return random_batch(
            pieces, self.styles, windows, transpose=self.config.transpose, mixture=self.mixture, rng=rng
        )

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the number of pieces of each source."""
        names = [piece.source for piece in pieces]
        return {name: names.count(name) for name in sorted(set(names))}

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return one step's losses: the gradient of "loss" is, for each network, that of its own objective."""
        config, true, source = self.config, self._locked(batch), batch["style"]
        target = self._other_styles(source)
        mean, deviation = self._encoded(true.image, source)
        latent = mean + deviation * torch.randn_like(mean)
        made = true.under(self.generator(self.translator(latent, source, target), target))
        losses = {
            "chroma": chroma_loss(made, true),
            "density": density_loss(made.struck, target, true.accompaniment, source),
            "hands": hands_loss(made, true),
        }
        weights = {"chroma": config.chroma, "density": config.density, "hands": config.hands}
        if config.cycle:
            back = self._cover(true.with_image(made.image), target, source)
            losses["cycle"], weights["cycle"] = unlike(back, true, config.rare), self._cycle_weight(int(batch["step"]))
        if config.identity:
            same = true.under(self.generator(self.translator(latent, source, source), source))
            losses["identity"], weights["identity"] = unlike(same, true, config.rare), config.identity
        spoilt = batch["spoilt"].to(true.image)
        loss, contest = self.contest(true, source, spoilt, made, target)
        for name, weight in weights.items():
            loss = loss + weight * losses[name]
        if self.training:
            self.trained.add_(1)
        return {"loss": loss, **losses, **contest}

    def _cycle_weight(self, step: int) -> float:
        config = self.config
        gone = min(step / config.horizon, 1.0) if config.horizon else 0.0
        return config.cycle + gone * (min(config.cycle_end, config.cycle) - config.cycle)

    # -- covers in images --------------------------------------------------------------------------------------

    def _locked(self, batch: dict[str, Tensor]) -> Locked:
        image = batch["image"].float() / torch.tensor([LOUDEST, 1.0], device=batch["image"].device)
        return Locked.of(image, batch["melody"].to(image), batch["ceiling"])

    def _encoded(self, image: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation of latents; no loss makes the latter smaller."""
        mean, log_variance = self.encoder(image, style)
        return mean, torch.exp(0.5 * log_variance.detach())

    def _cover(self, locked: Locked, source: Tensor, target: Tensor) -> Drawn:
        """Return the covers of images whose latents are not varied."""
        mean, _ = self._encoded(locked.image, source)
        return locked.under(self.generator(self.translator(mean, source, target), target))

    def _other_styles(self, style: Tensor) -> Tensor:
        """Return for each row `(B, S)` another style, drawn at random where there are several."""
        count = len(self.styles)
        steps = torch.randint(1, max(count, 2), (len(style),)).to(style.device)
        return torch.eye(count, device=style.device)[(style.argmax(dim=1) + steps) % count]

    # -- covers of pieces --------------------------------------------------------------------------------------

    @torch.inference_mode()
    @one_thread()
    def accompany(
        self,
        sheet: LeadSheet,
        style: str,
        seed: int = 0,
        temperature: float = 1.0,
        progress: Progress = no_progress,
    ) -> NDArray[np.void]:
        """Return an accompaniment in a style, `(n,)` of `NOTE_DTYPE`, for the beats that keep none of their own.

        The piece is taken to be in the other style. Its latents are varied by the seed, by as much as the encoder is
        unsure of them times the temperature. Otherwise as in `AccompanimentModel`.

        Raises:
            KeyError: if the model has no such style.
            Cancelled: if `progress` asks to stop.
        """
        if style not in self.styles:
            raise KeyError(style)
        self.eval()
        piece = lock_melody(sheet.melody, sheet.accompaniment, sheet.beats_sec)
        slots = len(piece) // STEPS
        noise = np.random.default_rng(seed).standard_normal((slots, self.config.latent)).astype(np.float32)
        logits = np.zeros((len(piece), PIANO_KEYS), np.float32)
        sounds = np.zeros((len(piece), PIANO_KEYS), bool)
        for start in range(0, slots, STRETCH):
            stretch(progress, 0.0, 0.5)(start / slots)
            first, last = max(start - REACH, 0), min(start + STRETCH + REACH, slots)
            drawn = self._drawn(piece, first, last, style, temperature * noise[first:last])
            kept = slice((start - first) * STEPS, (min(start + STRETCH, slots) - first) * STEPS)
            here = slice(start * STEPS, min(start + STRETCH, slots) * STEPS)
            logits[here] = drawn.strike[0, kept].float().cpu().numpy()
            sounds[here] = (drawn.sound[0, kept] > 0).cpu().numpy()
        return played(lay_out(sheet), logits, sounds, stretch(progress, 0.5, 1.0))

    def _drawn(self, piece: LockedPiece, first: int, last: int, style: str, noise: NDArray[np.float32]) -> Drawn:
        """Return the cover of slots `first..last` of a piece."""
        device = next(self.parameters()).device
        target = self.styles.index(style)
        batch = locked_batch([piece.image(first * STEPS, (last - first) * STEPS)], [target], len(self.styles))
        batch = {name: each.to(device) for name, each in batch.items()}
        others = 1 - batch["style"]
        source = others / others.sum() if len(self.styles) > 1 else batch["style"]
        locked = self._locked(batch)
        mean, deviation = self._encoded(locked.image, source)
        latent = mean + deviation * torch.from_numpy(noise).to(mean)
        return locked.under(self.generator(self.translator(latent, source, batch["style"]), batch["style"]))

    # -- validation --------------------------------------------------------------------------------------------

    @torch.inference_mode()
    @one_thread()
    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return figures of covers of images of `valid`, see `cover_figures`.

        "score" falls with every step, so that the last weights are kept: no figure here says which are the best, and
        the judge that covers are measured by must not choose them.
        """
        self.eval()
        known = [piece for piece in pieces if not self.mixture.sources or piece.source in self.mixture.sources]
        names = tuple(piece.name for piece in known)
        if names not in self._valid:  # finding melodies takes longer than covering them
            self._valid[names] = spaced_batch(known, self.styles)
        device = next(self.parameters()).device
        batch = {name: each.to(device) for name, each in self._valid[names].items()}
        true, source = self._locked(batch), batch["style"]
        target = torch.roll(source, 1, dims=1)
        made = self._cover(true, source, target)
        back = self._cover(true.with_image(made.image), target, source)
        same = self._cover(true, source, source)
        self._show(true.image, made.image, source.argmax(dim=1).tolist())
        return {
            **cover_figures(true, made, back=back, same=same, target=target, source=source),
            "score": -float(self.trained),
        }

    def _show(self, true: Tensor, made: Tensor, styles: Sequence[int]) -> None:
        rows = np.unique(np.linspace(0, len(styles) - 1, SHOWN).astype(int)).tolist()
        self._shown = []
        for row in rows:
            own = styles[row]
            other = (own + 1) % len(self.styles)
            self._shown.append((self.styles[own], true[row].float().cpu().numpy()))
            self._shown.append((f"in {self.styles[other]}", made[row].float().cpu().numpy()))

    def sheet(self) -> list[tuple[str, NDArray[np.float32]]]:
        """Return images of the pieces last validated on, each before its cover, with their titles."""
        return self._shown
