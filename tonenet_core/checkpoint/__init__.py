"""Checkpoints: one file that rebuilds a model, found by name, with what it was trained on."""

from tonenet_core.checkpoint.header import (
    SUFFIX,
    CheckpointInfo,
    build,
    digest,
    find,
    generators,
    install_style,
    installed,
    load,
    read_info,
    save,
)

__all__ = [
    "SUFFIX",
    "CheckpointInfo",
    "build",
    "digest",
    "find",
    "generators",
    "install_style",
    "installed",
    "load",
    "read_info",
    "save",
]
