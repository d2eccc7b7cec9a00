"""The processes of a training run: one, several on this machine, or those that torchrun started on many."""

from __future__ import annotations

import atexit
import os
from typing import Any

from tonenet_core.compute.devices import resolve
from tonenet_core.errors import DataError
from tonenet_core.training.recipe import Training


def launched(training: Training, device: str, devices: int, *, some_idle: bool = False) -> Any:
    """Return a Lightning Fabric on these devices, with everything random fixed.

    Under torchrun its processes are the run's, on however many machines, and `devices` says nothing.

    Args:
        training: seed and precision.
        device: "auto", "cpu" or "cuda".
        devices: processes, each with a device of its own; of the CPU, a process.
        some_idle: whether there are steps that a part of the network has no gradient in.

    Raises:
        DataError: if Lightning Fabric is not installed, or the batch cannot be shared out.
        DeviceError: if the device is not there.
    """
    try:
        from lightning_fabric import Fabric
        from lightning_fabric.strategies.ddp import DDPStrategy
    except ImportError as error:
        raise DataError("Training needs Lightning Fabric: pip install 'tonenet[train]'.") from error
    found = resolve(device)  # Fabric's own error for a missing device is a bug report, not a sentence
    machines = 1
    if "TORCHELASTIC_RUN_ID" in os.environ:
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        machines = int(os.environ["WORLD_SIZE"]) // devices
    processes = devices * machines
    if training.microbatches < 0 or training.microbatches % processes:
        raise DataError(f"{training.microbatches} microbatches cannot be shared out among {processes} processes.")
    if os.environ.get("TORCHELASTIC_USE_AGENT_STORE") == "True":
        _connect("nccl" if found.type == "cuda" else "gloo")
    strategy = DDPStrategy(find_unused_parameters=some_idle) if processes > 1 else "auto"
    fabric = Fabric(
        accelerator=device.split(":", maxsplit=1)[0],
        strategy=strategy,
        devices=devices,
        num_nodes=machines,
        precision=training.precision,  # type: ignore[arg-type]
    )
    fabric.launch()
    fabric.seed_everything(training.seed)
    return fabric


def _connect(backend: str) -> None:
    """Find the other processes of torchrun.

    Where it keeps their addresses, it keeps those of processes that died as well: after a restart, one may be found
    before its successor has written its own. So each start has a place of its own there.
    """
    import torch

    distributed: Any = torch.distributed
    if distributed.is_initialized():  # by the member before
        return
    place = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    store = distributed.PrefixStore(
        f"start-{os.environ['TORCHELASTIC_RESTART_COUNT']}", distributed.TCPStore(*place, is_master=False)
    )
    rank, size = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE"))
    distributed.init_process_group(backend, store=store, rank=rank, world_size=size)
    atexit.register(distributed.destroy_process_group)


def is_first() -> bool:
    """Return whether this is the process that speaks for all, or the only one."""
    return int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))) == 0


def was_restarted() -> bool:
    """Return whether torchrun started this process in the place of one that had failed."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0
