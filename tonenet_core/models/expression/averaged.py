"""Networks of one size, each trained from another seed, whose probabilities are averaged.

On notes that few training pieces are like, each errs in its own way. Source: Lakshminarayanan et al., Simple and
Scalable Predictive Uncertainty Estimation using Deep Ensembles, NIPS 2017 (arXiv 1612.01474), section 2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from torch import nn


@dataclass(frozen=True, kw_only=True)
class AveragedConfig:
    """Number of networks.

    Attributes:
        members: networks whose probabilities are averaged.
    """

    members: int = 1


class Averaged(nn.Module):
    """A model of several networks, built from its configuration."""

    config: AveragedConfig
    networks: nn.ModuleList

    def __init__(self, config: AveragedConfig) -> None:
        super().__init__()
        self.config = config

    @classmethod
    def joined(cls, models: Sequence[Self]) -> Self:
        """Return one model with the networks of several of the same size and styles; `validate` measures the rest.

        Raises:
            ValueError: if they differ in more than their weights.
        """
        first = models[0].config
        if any(replace(each.config, members=first.members) != first for each in models):
            raise ValueError("networks of different sizes or styles cannot be joined")
        networks = [network for model in models for network in model.networks]
        result = cls(replace(first, members=len(networks)))
        result.networks = nn.ModuleList(networks)
        return result
