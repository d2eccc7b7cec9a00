"""Rewards for tokens, and the gradient that follows them (Yu et al., arXiv 1609.05473, sections 3.1 and 3.2).

A discriminator scores whole sequences only. The score of the sampled sequence can be the reward of all its tokens
(episodic reward), or a token's reward is the mean score of sequences that begin with it (Monte-Carlo roll-outs). All
roll-outs of a batch run at once, one step of the LSTM for all of them: T steps instead of T squared.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from tonenet_core.models.sequence.networks import Setting, State, TokenGenerator, sample_tokens

Scorer = Callable[[Tensor], Tensor]
"""Sequences `(M, T)` -> the probability of each being real, `(M,)`."""

SCORED_AT_ONCE = 4096


@torch.no_grad()
def episodic_rewards(score: Scorer, tokens: Tensor) -> Tensor:
    """Return the score of each sequence at each of its tokens, `(B, T)` of `(B, T)`."""
    return score(tokens)[:, None].expand(tokens.shape)


@torch.no_grad()
def rollout_rewards(
    generator: TokenGenerator, score: Scorer, tokens: Tensor, setting: Setting, *, rollouts: int, every: int = 1
) -> Tensor:
    """Return the reward of each token: the mean score of sequences that continue after it (equation 4).

    Args:
        generator: samples the continuations.
        score: scores them.
        tokens: `(B, T)`, sampled from the generator.
        setting: of the sequences.
        rollouts: number of roll-outs per prefix (the paper's 16).
        every: tokens from one prefix with roll-outs to the next; a token between has the reward of the next prefix. The
            last token has the score of the sequence itself.

    Returns:
        `(B, T)`.
    """
    count, length = tokens.shape
    rewards = torch.zeros(count, length, device=tokens.device)
    rewards[:, -1] = score(tokens)
    prefixes = [*range(every - 1, length - 1, every)]
    ends = _rolled_out(generator, tokens, setting, prefixes, rollouts)
    for place, end in zip(prefixes, ends, strict=True):
        scores = torch.cat([score(part) for part in torch.split(end, SCORED_AT_ONCE)])
        rewards[:, place] = scores.reshape(rollouts, count).mean(dim=0)
    known = torch.tensor([*prefixes, length - 1], device=tokens.device)
    following = torch.searchsorted(known, torch.arange(length, device=tokens.device))
    return rewards[:, known[following]]


def _rolled_out(
    generator: TokenGenerator, tokens: Tensor, setting: Setting, prefixes: list[int], rollouts: int
) -> list[Tensor]:
    """Return for each place the roll-outs of the prefixes that end there, `(rollouts * B, T)`."""
    count, length = tokens.shape
    whole = tokens.repeat(1 + rollouts * len(prefixes), 1)
    previous, step, state = setting.before, setting.place, None
    for place in range(length):
        # Row after row: the given sequences, then each place's roll-outs, which join when their place is reached.
        rows = len(previous)
        known = setting.repeated(rows // count)
        log_probabilities, state = generator(previous[:, None], step[:, None], known, state)
        chosen = sample_tokens(log_probabilities[:, 0])
        chosen[:count] = tokens[:, place]
        whole[:rows, place] = chosen
        previous, step = chosen, step + generator.shifts[chosen]
        if place in prefixes:
            previous = torch.cat([previous, previous[:count].repeat(rollouts)])
            step = torch.cat([step, step[:count].repeat(rollouts)])
            state = _forked(state, count, rollouts)
    return list(whole[count:].reshape(len(prefixes), rollouts * count, length))


def _forked(state: State, count: int, times: int) -> State:
    """Append `times` copies of the first `count` rows to a state."""
    hidden, cell = (torch.cat([each, each[:, :count].repeat(1, times, 1)], dim=1) for each in state)
    return hidden, cell


def policy_loss(chosen: Tensor, rewards: Tensor, *, baseline: bool) -> Tensor:
    """Return the loss whose gradient raises the probability of tokens with high rewards (REINFORCE, equation 8).

    Args:
        chosen: `(B, T)`, log-probability of each sampled token.
        rewards: `(B, T)`.
        baseline: subtract the mean reward of the other sequences of the batch at the same place: the gradient has the
            same expectation and less variance.
    """
    if baseline and len(rewards) > 1:
        others = (rewards.sum(dim=0, keepdim=True) - rewards) / (len(rewards) - 1)
        rewards = rewards - others
    return -(rewards.detach() * chosen).mean()
