"""Rewards for tokens, and the gradient that follows them (Yu et al., arXiv 1609.05473, sections 3.1 and 3.2).

A discriminator judges whole sequences only. Its score of the one that was drawn can stand for all its tokens (the
episodic reward), or each token is worth what sequences that begin with it come to on average (Monte-Carlo roll-outs).
All roll-outs of a batch run at once, a step of the LSTM for all of them: T steps instead of T squared.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from tonenet_core.models.sequence.networks import Setting, State, TokenGenerator, drawn

Score = Callable[[Tensor], Tensor]
"""Sequences `(M, T)` -> how real each looks, `(M,)`, 0..1."""

JUDGED_AT_ONCE = 4096


@torch.no_grad()
def episodic_rewards(score: Score, tokens: Tensor) -> Tensor:
    """Return the score of each sequence at each of its tokens, `(B, T)` of `(B, T)`."""
    return score(tokens)[:, None].expand(tokens.shape)


@torch.no_grad()
def rollout_rewards(
    generator: TokenGenerator, score: Score, tokens: Tensor, setting: Setting, *, rollouts: int, every: int = 1
) -> Tensor:
    """Return what each token is worth: the mean score of sequences that go on after it (equation 4).

    Args:
        generator: it goes on.
        score: it judges.
        tokens: `(B, T)`, drawn from the generator.
        setting: of the sequences.
        rollouts: how often each beginning is gone on with (the paper's 16).
        every: beginnings that are tried: each so many tokens; a token between has the worth of the next one tried. The
            last token has the score of the sequence itself.

    Returns:
        `(B, T)`.
    """
    count, length = tokens.shape
    worth = torch.zeros(count, length, device=tokens.device)
    worth[:, -1] = score(tokens)
    tried = [*range(every - 1, length - 1, every)]
    ends = _rolled_out(generator, tokens, setting, tried, rollouts)
    for place, end in zip(tried, ends, strict=True):
        judged = torch.cat([score(part) for part in torch.split(end, JUDGED_AT_ONCE)])
        worth[:, place] = judged.reshape(rollouts, count).mean(dim=0)
    known = torch.tensor([*tried, length - 1], device=tokens.device)
    following = torch.searchsorted(known, torch.arange(length, device=tokens.device))
    return worth[:, known[following]]


def _rolled_out(
    generator: TokenGenerator, tokens: Tensor, setting: Setting, tried: list[int], rollouts: int
) -> list[Tensor]:
    """Return for each place the sequences that keep what is up to it, `(rollouts * B, T)`."""
    count, length = tokens.shape
    whole = tokens.repeat(1 + rollouts * len(tried), 1)
    previous, step, state = setting.before, setting.place, None
    for place in range(length):
        # Row after row: the given sequences, then each place's roll-outs, which join when their place is reached.
        rows = len(previous)
        known = setting.repeated(rows // count)
        said, state = generator(previous[:, None], step[:, None], known, state)
        chosen = drawn(said[:, 0])
        chosen[:count] = tokens[:, place]
        whole[:rows, place] = chosen
        previous, step = chosen, step + generator.shifts[chosen]
        if place in tried:
            previous = torch.cat([previous, previous[:count].repeat(rollouts)])
            step = torch.cat([step, step[:count].repeat(rollouts)])
            state = _forked(state, count, rollouts)
    return list(whole[count:].reshape(len(tried), rollouts * count, length))


def _forked(state: State, count: int, times: int) -> State:
    """Append `times` copies of the first `count` rows to a state."""
    hidden, cell = (torch.cat([each, each[:, :count].repeat(1, times, 1)], dim=1) for each in state)
    return hidden, cell


def policy_loss(chosen: Tensor, rewards: Tensor, *, baseline: bool) -> Tensor:
    """Return the loss whose gradient makes tokens likelier the more they are worth (REINFORCE, equation 8).

    Args:
        chosen: `(B, T)`, log-probability of each token that was drawn.
        rewards: `(B, T)`.
        baseline: take what the other sequences of the batch are worth at the same place off each reward: the gradient
            stays the same in the mean, and varies less.
    """
    if baseline and len(rewards) > 1:
        others = (rewards.sum(dim=0, keepdim=True) - rewards) / (len(rewards) - 1)
        rewards = rewards - others
    return -(rewards.detach() * chosen).mean()
