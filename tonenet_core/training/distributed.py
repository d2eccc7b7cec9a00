"""The processes of a training run: one, several on this machine, or those of torchrun on many machines."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING

from tonenet_core.compute.devices import resolve
from tonenet_core.errors import DataError, Sentence
from tonenet_core.training.recipe import Training

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def launch_fabric(training: Training, device: str, devices: int, *, some_idle: bool = False) -> Fabric:
    """Launch Lightning Fabric on these devices, with a fixed seed, and return it.

    Under torchrun its processes are the run's, on any number of machines, and `devices` is ignored.

    Args:
        training: seed and precision.
        device: "auto", "cpu" or "cuda".
        devices: number of processes, one for each device; on the CPU, number of processes.
        some_idle: whether some parts of the network have no gradient in some steps.

    Raises:
        DataError: if Lightning Fabric is not installed, or the batch cannot be divided among the processes.
        DeviceError: if the device does not exist.
    """
    try:
        from lightning_fabric import Fabric
        from lightning_fabric.strategies.ddp import DDPStrategy
    except ImportError as error:
        raise DataError(Sentence("Learning needs Lightning Fabric: pip install lightning-fabric.")) from error
    resolved = resolve(device)  # Fabric's own error for a missing device is a bug report, not a sentence
    machines = 1
    if "TORCHELASTIC_RUN_ID" in os.environ:
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        machines = int(os.environ["WORLD_SIZE"]) // devices
    processes = devices * machines
    if training.microbatches < 0 or training.microbatches % processes:
        raise DataError(f"{training.microbatches} microbatches cannot be divided among {processes} processes.")
    if os.environ.get("TORCHELASTIC_USE_AGENT_STORE") == "True":
        _connect("nccl" if resolved.type == "cuda" else "gloo")
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
    """Connect the processes of torchrun.

    Its store of addresses also keeps those of processes that died: after a restart, one of them may be found before its
    successor has written its own. So each start has its own prefix in the store.
    """
    from torch import distributed

    if distributed.is_initialized():  # by the member before
        return
    address = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    addresses = distributed.TCPStore(*address, is_master=False)  # type: ignore[attr-defined]
    start = f"start-{os.environ['TORCHELASTIC_RESTART_COUNT']}"
    store = distributed.PrefixStore(start, addresses)  # type: ignore[attr-defined]
    rank, size = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE"))
    distributed.init_process_group(backend, store=store, rank=rank, world_size=size)
    atexit.register(distributed.destroy_process_group)


def is_first() -> bool:
    """Return whether this is the first process, or the only one."""
    return int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))) == 0


def was_restarted() -> bool:
    """Return whether torchrun started this process to replace one that had failed."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0
