"""An exponential moving average of a network's weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn


class WeightAverage:
    """The moving average of those weights of a network that are trained.

    Attributes:
        weights: the average by the parameters' names.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self.weights = {
            name: value.detach().clone() for name, value in network.named_parameters() if value.requires_grad
        }

    def update(self, step: int, decay: float) -> None:
        """Move the average towards the present weights; early ones, which are far off, are forgotten sooner.

        Args:
            step: of the training, from 0.
            decay: a step, 0..1; 0: the average is the weights themselves.
        """
        decay = min(decay, (1 + step) / (4 + step))
        for name, value in self._network.named_parameters():
            if name in self.weights:
                self.weights[name].lerp_(value.detach(), 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Give the network the averaged weights inside the block."""
        present = {
            name: value.detach().clone() for name, value in self._network.named_parameters() if name in self.weights
        }
        try:
            self._set(self.weights)
            yield
        finally:
            self._set(present)

    def _set(self, weights: Mapping[str, Tensor]) -> None:
        for name, value in self._network.named_parameters():
            if name in weights:
                value.data.copy_(weights[name])
