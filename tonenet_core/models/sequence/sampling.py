"""Sampling of tokens that continue a sequence, one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.encoding.tokens import METRES, TokenSequence, Vocabulary
from tonenet_core.models.sequence.networks import Setting, State, TokenGenerator, sample_tokens
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH
from tonenet_core.progress import Progress

MOST_TOGETHER = 4  # tokens at one step; the model seldom wants more, and this makes sure that the piece advances


@dataclass(frozen=True)
class Sampling:
    """Settings of sampling, see `networks.sample_tokens`; `seed` is of everything random."""

    seed: int
    temperature: float = 1.0
    top_p: float = 1.0


def continue_sequence(
    generator: TokenGenerator,
    vocabulary: Vocabulary,
    begun: TokenSequence,
    *,
    key: int,
    bars: int,
    shift: int,
    sampling: Sampling,
    progress: Progress,
) -> TokenSequence:
    """Return a piece of `bars` bars that begins with a given sequence.

    No token crosses a bar line: hardly any does in the training set, and one that is a twelfth too long would put
    everything after it off the beat. The last bar is shorter by the length of the pickup, as in the training set.

    Args:
        generator: one with `places`.
        vocabulary: its tokens.
        begun: the beginning, in the key that the model is given; kept as it is, even tokens outside the vocabulary.
        key: that key, 0..23.
        bars: of the whole piece; pickup and last bar count as one together. No note lasts longer.
        shift: semitones by which the result will be transposed; tokens that would leave the keyboard are not written.
        sampling: settings.
        progress: see `Progress`.
    """
    device = generator.table.device
    end = bars * begun.bar_steps + min(begun.start, 0)
    low = np.array([token.pitches[0] for token in vocabulary.tokens]) + shift
    high = np.array([token.pitches[-1] for token in vocabulary.tokens]) + shift
    usable = torch.zeros(generator.vocabulary, dtype=torch.bool)
    usable[: len(vocabulary)] = torch.from_numpy((low >= LOWEST_PITCH) & (high <= HIGHEST_PITCH))
    usable = usable.to(device)
    advancing = usable & (generator.shifts > 0)
    setting = _setting(generator, begun.start, METRES.index(begun.metre), key, bars)
    log_probabilities, state = _read(generator, torch.from_numpy(vocabulary.numbers(begun)).to(device), setting)
    tokens, first, together = list(begun.tokens), int(begun.places()[-1]), 1
    step = first
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(sampling.seed)
        while step < end:
            progress((step - first) / (end - first))
            room = min(begun.bar_steps - step % begun.bar_steps, end - step)
            inside = generator.shifts <= room
            allowed = inside & (advancing if together >= MOST_TOGETHER else usable)
            if not allowed.any():
                allowed = advancing  # if no token is short enough, one is cut
            masked = log_probabilities.masked_fill(~allowed, -torch.inf)
            number = sample_tokens(masked, sampling.temperature, sampling.top_p)
            token = vocabulary.tokens[int(number)]
            longest = room if token.shift > room else end - step
            tokens.append(token._replace(steps=min(token.steps, longest), shift=min(token.shift, room)))
            step += tokens[-1].shift
            together = 1 if token.shift else together + 1
            log_probabilities, state = _next(generator, number, step, setting, state)
    progress(1.0)
    return replace(begun, tokens=tuple(tokens))


def continue_melody(
    generator: TokenGenerator,
    begun: NDArray[np.int64],
    count: int,
    sampling: Sampling,
    progress: Progress,
) -> NDArray[np.int64]:
    """Return `count` tokens, `(count,)`, that begin with given ones, of a generator without `places`."""
    setting = _setting(generator)
    log_probabilities, state = _read(generator, torch.from_numpy(begun).long().to(generator.table.device), setting)
    tokens = [int(number) for number in begun]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(sampling.seed)
        while len(tokens) < count:
            progress((len(tokens) - len(begun)) / (count - len(begun)))
            number = sample_tokens(log_probabilities, sampling.temperature, sampling.top_p)
            tokens.append(int(number))
            log_probabilities, state = _next(generator, number, 0, setting, state)
    progress(1.0)
    return np.array(tokens, np.int64)


def _setting(generator: TokenGenerator, step: int = 0, metre: int = 0, key: int = 0, bars: int = 1) -> Setting:
    values = (generator.vocabulary, step, metre, key, bars)
    return Setting(*(torch.tensor([value], device=generator.table.device) for value in values))


def _read(generator: TokenGenerator, begun: Tensor, setting: Setting) -> tuple[Tensor, State]:
    """Return the log-probabilities of the token after those given, `(1, V)`, and the LSTM's state."""
    previous = torch.cat([setting.before, begun])[None]
    log_probabilities, state = generator(previous, generator.steps_of(begun[None], setting), setting)
    return log_probabilities[:, -1], state


def _next(generator: TokenGenerator, number: Tensor, step: int, setting: Setting, state: State) -> tuple[Tensor, State]:
    log_probabilities, after = generator(number[:, None], torch.tensor([[step]], device=number.device), setting, state)
    return log_probabilities[:, 0], after
