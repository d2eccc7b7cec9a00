"""The compute devices that models run on. Importing this module is cheap; its functions import torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tonenet_core.errors import DeviceError, Sentence

if TYPE_CHECKING:
    import torch

GPU_FULL = Sentence("The GPU has too little free memory; the CPU is used instead.")


def available() -> list[tuple[str, str]]:
    """Return the devices found, as (name for torch, name for people); the CPU is always the last."""
    import torch

    cuda = [(f"cuda:{index}", torch.cuda.get_device_name(index)) for index in range(torch.cuda.device_count())]
    return [*cuda, ("cpu", "CPU")]


def resolve(name: str = "auto") -> torch.device:
    """Return the device of this name; "auto" is the first CUDA device, or the CPU without one.

    Raises:
        DeviceError: if it is not a device of this machine.
    """
    import torch

    found = [device for device, _ in available()]
    wanted = {"auto": found[0], "cuda": "cuda:0"}.get(name, name)
    if wanted not in found:
        text = "There is no device {name} on this machine; it has {found}."
        raise DeviceError(text, name=repr(name), found=", ".join(found))
    return torch.device(wanted)


def is_full(error: BaseException) -> bool:
    """Tell whether a GPU has refused for want of memory, be it torch's own allocator or the driver."""
    import torch

    return isinstance(error, torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and "CUDA" in str(error) and "out of memory" in str(error)
    )


@runtime_checkable
class Movable(Protocol):
    """A model whose tensors can be moved from device to device, as those of every torch module can."""

    def to(self, device: str) -> object:
        """Move all tensors to a device."""
        ...

    def parameters(self) -> Iterator[torch.nn.Parameter]:
        """Return the trained tensors."""
        ...

    def buffers(self) -> Iterator[torch.Tensor]:
        """Return the other tensors."""
        ...


def move_to_cpu(model: object) -> None:
    """Move a model off a GPU whose memory is full."""
    import torch

    if isinstance(model, Movable):
        model.to("cpu")
    torch.cuda.empty_cache()  # does nothing where there is no GPU


def moved_to_cpu(model: object, wanted: str) -> bool:
    """Return whether a model that was loaded for a GPU runs on the CPU instead.

    Args:
        model: see `checkpoint.load`.
        wanted: the device that it was loaded for, as in `resolve`.
    """
    if wanted == "cpu" or not isinstance(model, Movable):
        return False
    if wanted == "auto" and available()[0][0] == "cpu":
        return False
    tensors = chain(model.parameters(), model.buffers())
    return any(tensor.device.type == "cpu" for tensor in tensors)


@contextmanager
def one_thread() -> Iterator[None]:
    """Run torch's CPU work in one thread inside the block.

    A recurrent net's steps are too small to share: two threads on busy cores mostly wait for each other. One also adds
    up in one order, so that the same input gives the same bytes whatever the number of cores.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
