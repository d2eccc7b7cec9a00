"""Options of a training run that are not part of its recipe."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_MEMORY = 4 * 2**30


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Options of one call of `train` or `add_style`.

    Attributes:
        seed: replaces the recipe's.
        resume: continue from `resume.ckpt` in the output folder, with the same result as an uninterrupted run.
        device: "auto", "cpu" or "cuda". A model that is fitted in one call takes one processor core.
        devices: number of devices (torch.distributed, through Lightning Fabric); see `distributed.launch_fabric`.
        memory: bytes that prepared pieces may take in each process. Pieces of a larger corpus are prepared when they
            are drawn, if the model supports it (`models.training.Streaming`); the result is the same.
        picture: draw the curves of an added style.
    """

    seed: int | None = None
    resume: bool = False
    device: str = "auto"
    devices: int = 1
    memory: int = DEFAULT_MEMORY
    picture: bool = True
