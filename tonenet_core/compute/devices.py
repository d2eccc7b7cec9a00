"""The compute devices that models run on. Importing this module is cheap; its functions import torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

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
    """Return the device of this name; "auto" is the first CUDA device, or the CPU where there is none.

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


def fall_back(network: Any) -> None:
    """Move a network from a GPU that is full to the CPU, and have it say so in its `notices`."""
    import torch

    network.to("cpu")
    torch.cuda.empty_cache()  # does nothing where there is no GPU
    network.notices = (GPU_FULL,)


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
