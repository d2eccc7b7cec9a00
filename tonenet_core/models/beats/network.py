"""The beat tracker's network, and its losses."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.models.beats.features import FEATURES
from tonenet_core.timing.beat_path import PHASES, STEPS

LENGTH, PHASE = slice(2, 2 + STEPS), slice(2 + STEPS, 2 + STEPS + PHASES)
OUTPUTS = 2 + STEPS + PHASES
_NEAR_PHASE = 0.035  # of a beat, that an onset may be away from where it belongs
_WEIGHTS = {"beat": 1.0, "downbeat": 0.5, "length": 0.2, "phase": 0.2}


class BeatNetwork(nn.Module):
    """Convolutions over clusters, and layers that read them both ways."""

    def __init__(self, channels: int, layers: int, recurrent: int, dropout: float) -> None:
        super().__init__()
        self.enter = nn.Linear(FEATURES, channels)
        self.near = nn.ModuleList(
            nn.Conv1d(channels, channels, 5, padding=2 * 2**layer, dilation=2**layer) for layer in range(layers)
        )
        self.drop = nn.Dropout(dropout)
        self.far = nn.GRU(
            channels, channels, recurrent, batch_first=True, bidirectional=True, dropout=dropout if recurrent > 1 else 0
        )
        self.leave = nn.Sequential(nn.Linear(3 * channels, channels), nn.GELU(), self.drop)
        self.told = nn.Linear(channels, OUTPUTS)

    def forward(self, features: Tensor) -> Tensor:
        """Return logits `(B, T, OUTPUTS)`: of a beat, of a bar's first, of a beat's length and of the place in it."""
        state = functional.gelu(self.enter(features)).transpose(1, 2)
        for layer in self.near:
            state = state + self.drop(functional.gelu(layer(state)))
        own = state.transpose(1, 2)
        far, _ = self.far(own)
        result: Tensor = self.told(self.leave(torch.cat([self.drop(far), own], dim=-1)))
        return result


def beat_losses(logits: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the loss of a batch, and its parts: cross-entropies, in nats a cluster."""
    logits, there = logits.float(), batch["there"]
    losses = {}
    for index, name in enumerate(("beat", "downbeat")):
        entropy = functional.binary_cross_entropy_with_logits(
            logits[..., index], batch["struck"][..., index], reduction="none"
        )
        losses[name] = (entropy * there).sum() / there.sum().clamp(min=1)
    steps = torch.arange(STEPS, device=logits.device, dtype=torch.float32)
    away = steps - torch.nan_to_num(batch["step"])[..., None]
    losses["length"] = _entropy(logits[..., LENGTH], away, there * torch.isfinite(batch["step"]))
    phases = torch.arange(PHASES, device=logits.device, dtype=torch.float32) / PHASES
    away = torch.remainder(phases - torch.nan_to_num(batch["phase"])[..., None] + 0.5, 1) - 0.5
    losses["phase"] = _entropy(logits[..., PHASE], away / _NEAR_PHASE, there * torch.isfinite(batch["phase"]))
    total = torch.stack([weight * losses[name] for name, weight in _WEIGHTS.items()]).sum()
    return {"loss": total, **losses}


def _entropy(logits: Tensor, away: Tensor, known: Tensor) -> Tensor:
    """Return the mean cross-entropy with a normal distribution about the right place."""
    soft = torch.softmax(-0.5 * away**2, dim=-1)
    entropy = -(soft * torch.log_softmax(logits, dim=-1)).sum(dim=-1)
    return (entropy * known).sum() / known.sum().clamp(min=1)
