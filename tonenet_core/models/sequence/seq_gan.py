"""SeqGAN: tunes as sequences of notes and chords (Yu et al., arXiv 1609.05473).

A generator is taught to go on with real tunes (maximum likelihood), then a discriminator is taught to tell its
sequences from real ones, then both contest: the generator follows the gradient of the discriminator's score by
REINFORCE. Between its steps it is taught on, or it would drift from music to whatever the discriminator does not know.

Two forms. "melody" is the paper's protocol: one of 88 pitches each 0.4 s. "tokens" keeps notes, chords and durations
(`encoding/tokens.py`); a token's place in bar, phrase and tune is told to the generator, and all tunes are in C major
or A minor, from where they are taken to the key that is wanted.
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
from tonenet_core.models.sequence.tune_model import TuneConfig, TuneWriter
from tonenet_core.models.sequence.windows import spaced_windows
from tonenet_core.performance import TrainingPiece

logger = logging.getLogger(__name__)

REWARDS = ("rollout", "episodic")
JUDGED = 256  # sequences drawn at a validation
COLLAPSED = 0.5  # drawn sequences with less than this share of the real ones' different 4-grams have collapsed
EMBEDDING = 64  # of the discriminator, as in the paper's code


@dataclass(frozen=True)
class SeqGanConfig(TuneConfig):
    """What rebuilds the networks, and how they are trained; the rest as in `TuneConfig`.

    Attributes:
        filters, kernels, discriminator_dropout, penalty: of the discriminator; the last weighs its L2 term.
        teach_steps: steps of maximum likelihood, then
        judge_steps: steps of the discriminator alone; the steps after them are the contest.
        decay: share of the recipe's rate that is left at the end of teaching.
        policy_rate, discriminator_rate: learning rates in the contest.
        reward: "rollout": the paper's Monte-Carlo search; "episodic": the write-up's.
        rollouts: for each beginning.
        rollout_every: beginnings that are tried: each so many tokens.
        baseline: whether rewards are taken against the rest of the batch's.
        policy_every: a step of the policy gradient each so many steps of the discriminator.
        teach_every: after so many policy steps, one step of teaching; 0: never.
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


class SeqGan(TuneWriter):
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
        # What teaching alone has come to, so that the contest can be measured against it.
        self.taught = deepcopy(self.generator).requires_grad_(requires_grad=False)

    def parts(self) -> dict[str, nn.Module]:
        """Return the networks that learn at rates of their own."""
        return {"generator": self.generator, "discriminator": self.discriminator}

    def learning_rates(self, rate: float, step: int, losses: dict[str, float]) -> dict[str, float]:
        """Return each part's learning rate for a step: `rate` falls by a half cosine while teaching lasts."""
        config = self.config
        done = min(step / max(config.teach_steps, 1), 1.0)
        taught = rate * (config.decay + (1 - config.decay) * 0.5 * (1 + float(np.cos(np.pi * done))))
        generator = taught if step < config.teach_steps else config.policy_rate
        return {"generator": generator, "discriminator": config.discriminator_rate}

    @property
    def contested(self) -> bool:
        """Whether the contest has begun."""
        return int(self.done) > self.config.teach_steps + self.config.judge_steps

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the losses of the phase that the step belongs to, `batch["step"]`; how many were done is kept."""
        config, step = self.config, int(batch["step"])
        self.done.fill_(step + 1)
        if step < config.teach_steps:
            taught = self._teaching_loss(batch)
            return {"loss": taught, "teaching": taught}
        if step == config.teach_steps:
            self.taught.load_state_dict(self.generator.state_dict())
        setting = Setting.of(batch)
        self.generator.eval()  # what is drawn and what is judged is the network itself, none of its dropouts
        drawn = self.generator.sample(setting, config.length)
        losses = self._judging_losses(batch["tokens"], drawn)
        contest = step - config.teach_steps - config.judge_steps
        if contest < 0 or contest % config.policy_every:
            return losses
        turn = contest // config.policy_every
        if config.teach_every and turn % (config.teach_every + 1) == config.teach_every:
            self.generator.train()
            follow = {"teaching": self._teaching_loss(batch)}
        else:
            follow = self._policy_losses(drawn, setting)
        return {**losses, **follow, "loss": losses["loss"] + next(iter(follow.values()))}

    def _teaching_loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Return how unlikely the true tokens are given those before them, nats a token."""
        said = self.generator.log_probabilities(batch["tokens"], Setting.of(batch))
        return functional.nll_loss(said.flatten(0, 1), batch["tokens"].flatten())

    def _judging_losses(self, true: Tensor, drawn: Tensor) -> dict[str, Tensor]:
        """Return the discriminator's losses on real and drawn sequences."""
        on_true = functional.softplus(-self.discriminator(true)).mean()
        on_drawn = functional.softplus(self.discriminator(drawn)).mean()
        loss = on_true + on_drawn + self.config.penalty * self.discriminator.penalty()
        return {"loss": loss, "on true": on_true, "on drawn": on_drawn}

    def _policy_losses(self, drawn: Tensor, setting: Setting) -> dict[str, Tensor]:
        """Return the policy gradient's loss for sequences that were drawn, and what they were worth."""
        config = self.config
        self.discriminator.eval()
        if config.reward == "episodic":
            rewards = episodic_rewards(self.score, drawn)
        else:
            rewards = rollout_rewards(
                self.generator, self.score, drawn, setting, rollouts=config.rollouts, every=config.rollout_every
            )
        self.discriminator.train()
        said = self.generator.log_probabilities(drawn, setting)
        chosen = said.gather(-1, drawn[..., None])[..., 0]
        return {"policy": policy_loss(chosen, rewards, baseline=config.baseline), "reward": rewards[:, -1].mean()}

    def score(self, tokens: Tensor) -> Tensor:
        """Return how real sequences `(B, T)` look to the discriminator, `(B,)`, 0..1."""
        return torch.sigmoid(self.discriminator(tokens))

    # -- validation --------------------------------------------------------------------------------------------

    @torch.inference_mode()
    @one_thread()
    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return how likely held-out tunes are, and how like them the drawn sequences; "score" is to fall.

        teaching: nats a token, teacher-forced; divergence: Jensen-Shannon, in bits, of 1-, 2- and 3-grams of as many
        drawn sequences; distinct: different 4-grams of the drawn ones over those of the held-out; told apart: share of
        the two that the discriminator takes for what they are, half when it has to guess. The score is the divergence;
        until the contest has begun it is 1 higher, so that what is kept has been through the contest.
        """
        self.eval()
        tunes = [tune for piece in pieces if (tune := self.prepare_piece(piece)) is not None]
        batch = spaced_windows(tunes, self.config.length, self.config.vocabulary)
        batch = {name: value[:JUDGED].to(self.done.device) for name, value in batch.items()}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            sampled = self.generator.sample(Setting.of(batch), self.config.length)
        right = [(self.score(batch["tokens"]) > 0.5), (self.score(sampled) < 0.5)]
        drawn, true = sampled.cpu().numpy(), batch["tokens"].cpu().numpy()
        distinct = distinct_share(drawn, 4) / distinct_share(true, 4)
        divergence = float(np.mean([ngram_divergence(true, drawn, n) for n in (1, 2, 3)]))
        if self.contested and distinct < COLLAPSED:
            logger.warning("The generator has collapsed: %.0f %% of the variety of real tunes is left.", 100 * distinct)
        return {
            "teaching": float(self._teaching_loss(batch)),
            "divergence": divergence,
            "distinct": distinct,
            "told apart": float(torch.cat(right).float().mean()),
            "score": divergence + (not self.contested),
        }
