"""SeqGAN: pieces as sequences of notes and chords (Yu et al., arXiv 1609.05473).

Training has three phases: pre-training of the generator on real pieces (maximum likelihood), pre-training of the
discriminator, and adversarial training of both, in which the generator follows the gradient of the discriminator's
score by REINFORCE. Steps of maximum likelihood in between (teacher forcing) keep it from drifting to whatever the
discriminator does not know.

Two forms. "melody" is the paper's protocol: one of 88 pitches each 0.4 s. "tokens" keeps notes, chords and durations
(`encoding/tokens.py`); the generator is given a token's position in bar, phrase and piece, and all pieces are in C
major or A minor, from which they are transposed to the requested key.
"""

from __future__ import annotations

import logging
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.analysis.sequence_metrics import distinct_share, ngram_divergence
from tonenet_core.compute.devices import one_thread
from tonenet_core.models.sequence.networks import Setting, TokenDiscriminator
from tonenet_core.models.sequence.policy_gradient import episodic_rewards, policy_loss, rollout_rewards
from tonenet_core.models.sequence.tune_model import TuneConfig, TuneModel
from tonenet_core.models.sequence.windows import spaced_windows
from tonenet_core.performance import TrainingPiece

logger = logging.getLogger(__name__)

REWARDS = ("rollout", "episodic")
VALIDATION_SEQUENCES = 256  # sampled at a validation
COLLAPSED = 0.5  # share of the real pieces' different 4-grams below which the generator has collapsed
EMBEDDING = 64  # of the discriminator, as in the paper's code


@dataclass(frozen=True)
class SeqGanConfig(TuneConfig):
    """The sizes of the networks and their training; the rest as in `TuneConfig`.

    Attributes:
        filters, kernels, discriminator_dropout, penalty: of the discriminator; the last weighs its L2 term.
        teach_steps: steps of the generator's pre-training, followed by
        judge_steps: steps of the discriminator's pre-training; the steps after them are adversarial training.
        decay: share of the recipe's rate that is left at the end of the generator's pre-training.
        policy_rate, discriminator_rate: learning rates in adversarial training.
        reward: "rollout": the paper's Monte-Carlo search; "episodic": the write-up's.
        rollouts: for each prefix.
        rollout_every: tokens from one prefix with roll-outs to the next.
        baseline: whether the mean reward of the rest of the batch is subtracted.
        policy_every: steps of the discriminator from one policy step to the next.
        teach_every: policy steps from one step of maximum likelihood to the next; 0: none.
    """

    filters: int = 64
    kernels: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20)
    discriminator_dropout: float = 0.25
    penalty: float = 0.2
    teach_steps: int = 1000
    judge_steps: int = 100
    decay: float = 1.0
    policy_rate: float = 1e-2
    discriminator_rate: float = 1e-4
    reward: str = "rollout"
    rollouts: int = 16
    rollout_every: int = 1
    baseline: bool = True
    policy_every: int = 1
    teach_every: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.reward not in REWARDS:
            raise ValueError(f"a reward is {' or '.join(REWARDS)}, not {self.reward!r}")
        if not self.kernels or max(self.kernels) > self.length:
            raise ValueError(f"kernels are at most {self.length} tokens wide, as long as a sequence")


class SeqGan(TuneModel):
    """The generator with its discriminator, and the three phases of their training."""

    Config = SeqGanConfig
    config: SeqGanConfig
    done: Tensor

    def __init__(self, config: SeqGanConfig) -> None:
        super().__init__(config)
        self.discriminator = TokenDiscriminator(
            config.vocabulary, EMBEDDING, tuple(config.kernels), config.filters, config.discriminator_dropout
        )
        self.register_buffer("done", torch.zeros((), dtype=torch.long))  # steps of training
        # The pre-trained generator, for comparison with the adversarially trained one.
        self.taught = deepcopy(self.generator).requires_grad_(requires_grad=False)

    def parts(self) -> dict[str, nn.Module]:
        """Return the networks by name."""
        return {"generator": self.generator, "discriminator": self.discriminator}

    def learning_rates(self, rate: float, step: int, losses: dict[str, float]) -> dict[str, float]:
        """Return each part's learning rate for a step: `rate` falls by a half cosine during pre-training."""
        config = self.config
        done = min(step / max(config.teach_steps, 1), 1.0)
        taught = rate * (config.decay + (1 - config.decay) * 0.5 * (1 + float(np.cos(np.pi * done))))
        generator = taught if step < config.teach_steps else config.policy_rate
        return {"generator": generator, "discriminator": config.discriminator_rate}

    @property
    def adversarial_begun(self) -> bool:
        """Whether adversarial training has begun."""
        return int(self.done) > self.config.teach_steps + self.config.judge_steps

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the losses of the phase of the step `batch["step"]`; `done` counts the steps."""
        config, step = self.config, int(batch["step"])
        self.done.fill_(step + 1)
        if step < config.teach_steps:
            taught = self._teaching_loss(batch)
            return {"loss": taught, "teaching": taught}
        if step == config.teach_steps:
            self.taught.load_state_dict(self.generator.state_dict())
        setting = Setting.of(batch)
        self.generator.eval()  # sequences are sampled and scored without dropout
        drawn = self.generator.sample(setting, config.length)
        losses = self._judging_losses(batch["tokens"], drawn)
        since = step - config.teach_steps - config.judge_steps
        if since < 0 or since % config.policy_every:
            return losses
        turn = since // config.policy_every
        if config.teach_every and turn % (config.teach_every + 1) == config.teach_every:
            self.generator.train()
            follow = {"teaching": self._teaching_loss(batch)}
        else:
            follow = self._policy_losses(drawn, setting)
        return {**losses, **follow, "loss": losses["loss"] + next(iter(follow.values()))}

    def _teaching_loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Return the cross-entropy of the true tokens given those before them, in nats a token."""
        log_probabilities = self.generator.log_probabilities(batch["tokens"], Setting.of(batch))
        return functional.nll_loss(log_probabilities.flatten(0, 1), batch["tokens"].flatten())

    def _judging_losses(self, true: Tensor, drawn: Tensor) -> dict[str, Tensor]:
        """Return the discriminator's losses on real and drawn sequences."""
        on_true = functional.softplus(-self.discriminator(true)).mean()
        on_drawn = functional.softplus(self.discriminator(drawn)).mean()
        loss = on_true + on_drawn + self.config.penalty * self.discriminator.penalty()
        return {"loss": loss, "on true": on_true, "on drawn": on_drawn}

    def _policy_losses(self, drawn: Tensor, setting: Setting) -> dict[str, Tensor]:
        """Return the policy gradient's loss for sampled sequences, and their mean reward."""
        config = self.config
        self.discriminator.eval()
        if config.reward == "episodic":
            rewards = episodic_rewards(self.score, drawn)
        else:
            rewards = rollout_rewards(
                self.generator, self.score, drawn, setting, rollouts=config.rollouts, every=config.rollout_every
            )
        self.discriminator.train()
        log_probabilities = self.generator.log_probabilities(drawn, setting)
        chosen = log_probabilities.gather(-1, drawn[..., None])[..., 0]
        return {"policy": policy_loss(chosen, rewards, baseline=config.baseline), "reward": rewards[:, -1].mean()}

    def score(self, tokens: Tensor) -> Tensor:
        """Return the discriminator's probability that sequences `(B, T)` are real, `(B,)`."""
        return torch.sigmoid(self.discriminator(tokens))

    # -- validation --------------------------------------------------------------------------------------------

    @torch.inference_mode()
    @one_thread()
    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the likelihood of held-out pieces and the likeness of samples to them; lower "score" is better.

        teaching: nats a token, teacher-forced. divergence: Jensen-Shannon, in bits, of 1-, 2- and 3-grams of as many
        sampled sequences. distinct: different 4-grams of the sampled sequences over those of the held-out ones. told
        apart: accuracy of the discriminator, .5 by chance. The score is the divergence; before adversarial training it
        is 1 higher, so that the checkpoint that is kept has been through it.
        """
        self.eval()
        tunes = [tune for piece in pieces if (tune := self.prepare_piece(piece)) is not None]
        batch = spaced_windows(tunes, self.config.length, self.config.vocabulary)
        batch = {name: value[:VALIDATION_SEQUENCES].to(self.done.device) for name, value in batch.items()}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            sampled = self.generator.sample(Setting.of(batch), self.config.length)
        right = [(self.score(batch["tokens"]) > 0.5), (self.score(sampled) < 0.5)]
        drawn, true = sampled.cpu().numpy(), batch["tokens"].cpu().numpy()
        distinct = distinct_share(drawn, 4) / distinct_share(true, 4)
        divergence = float(np.mean([ngram_divergence(true, drawn, n) for n in (1, 2, 3)]))
        if self.adversarial_begun and distinct < COLLAPSED:
            logger.warning("The generator has collapsed to %.0f %% of the variety of real pieces.", 100 * distinct)
        return {
            "teaching": float(self._teaching_loss(batch)),
            "divergence": divergence,
            "distinct": distinct,
            "told apart": float(torch.cat(right).float().mean()),
            "score": divergence + (not self.adversarial_begun),
        }
