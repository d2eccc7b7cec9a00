"""A generator of tokens goes on with what has been written, one token after another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.encoding.tokens import METRES, TokenSequence, Vocabulary
from tonenet_core.models.sequence.networks import Setting, State, TokenGenerator, drawn
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH
from tonenet_core.progress import Progress

MOST_TOGETHER = 4  # tokens struck at one step; the model seldom wants more, and time shall go on


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn: see `networks.drawn`; the seed fixes everything random."""

    seed: int
    temperature: float = 1.0
    top_p: float = 1.0


def write_on(
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
    """Return a tune of so many bars that begins as given.

    No token leads over a bar line: hardly one in the tunes that are learnt from does, and one that is a twelfth too
    long would put everything after it beside the beat. The last bar is as much shorter as the upbeat is long, as it is
    in those tunes.

    Args:
        generator: that knows places.
        vocabulary: its tokens.
        begun: what there is of the tune, in the key that the model is told; kept as it is, known tokens or not.
        key: that key, 0..23.
        bars: of the whole tune, the upbeat and the last one together counting as one; nothing sounds longer.
        shift: semitones by which the result shall be transposed; no token is written that would leave the keyboard.
        sampling: how its tokens are drawn.
        progress: see `Progress`.
    """
    device = generator.table.device
    end = bars * begun.bar_steps + min(begun.start, 0)
    low = np.array([token.pitches[0] for token in vocabulary.tokens]) + shift
    high = np.array([token.pitches[-1] for token in vocabulary.tokens]) + shift
    usable = torch.zeros(generator.vocabulary, dtype=torch.bool)
    usable[: len(vocabulary)] = torch.from_numpy((low >= LOWEST_PITCH) & (high <= HIGHEST_PITCH))
    usable = usable.to(device)
    leads_on = usable & (generator.shifts > 0)
    setting = _setting(generator, begun.start, METRES.index(begun.metre), key, bars)
    said, state = _read(generator, torch.from_numpy(vocabulary.numbers(begun)).to(device), setting)
    tokens, step, together = list(begun.tokens), int(begun.places()[-1]), 1
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(sampling.seed)
        while step < end:
            progress(max(step, 0) / end)
            room = min(begun.bar_steps - step % begun.bar_steps, end - step)
            inside = generator.shifts <= room
            allowed = inside & (leads_on if together >= MOST_TOGETHER else usable)
            if not allowed.any():
                allowed = leads_on  # where no token is short enough, one is cut
            number = drawn(said.masked_fill(~allowed, -torch.inf), sampling.temperature, sampling.top_p)
            token = vocabulary.tokens[int(number)]
            longest = room if token.shift > room else end - step
            tokens.append(token._replace(steps=min(token.steps, longest), shift=min(token.shift, room)))
            step += tokens[-1].shift
            together = 1 if token.shift else together + 1
            said, state = _next(generator, number, step, setting, state)
    progress(1.0)
    return replace(begun, tokens=tuple(tokens))


def continued(
    generator: TokenGenerator,
    begun: NDArray[np.int64],
    count: int,
    sampling: Sampling,
    progress: Progress,
) -> NDArray[np.int64]:
    """Return `count` tokens, `(count,)`, that begin as given, of a generator that knows no places."""
    setting = _setting(generator)
    said, state = _read(generator, torch.from_numpy(begun).long().to(generator.table.device), setting)
    tokens = [int(number) for number in begun]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(sampling.seed)
        while len(tokens) < count:
            progress(len(tokens) / count)
            number = drawn(said, sampling.temperature, sampling.top_p)
            tokens.append(int(number))
            said, state = _next(generator, number, 0, setting, state)
    progress(1.0)
    return np.array(tokens, np.int64)


def _setting(generator: TokenGenerator, step: int = 0, metre: int = 0, key: int = 0, bars: int = 1) -> Setting:
    values = (generator.vocabulary, step, metre, key, bars)
    return Setting(*(torch.tensor([value], device=generator.table.device) for value in values))


def _read(generator: TokenGenerator, begun: Tensor, setting: Setting) -> tuple[Tensor, State]:
    """Return what is thought of the token after those given, `(1, V)`, and the state with which it is thought."""
    previous = torch.cat([setting.before, begun])[None]
    said, state = generator(previous, generator.steps_of(begun[None], setting), setting)
    return said[:, -1], state


def _next(generator: TokenGenerator, number: Tensor, step: int, setting: Setting, state: State) -> tuple[Tensor, State]:
    said, after = generator(number[:, None], torch.tensor([[step]], device=number.device), setting, state)
    return said[:, 0], after
