"""Checkpoints: one file that rebuilds a model, found by name, with its provenance."""

from tonenet_core.checkpoint.header import SUFFIX, CheckpointInfo, read_info
from tonenet_core.checkpoint.library import (
    accompanists,
    digest,
    find,
    generators,
    install_style,
    installed,
    time_models,
)
from tonenet_core.checkpoint.weights import (
    autoencoder,
    build,
    generator,
    load,
    load_generator,
    load_velocity_model,
    save,
    velocity_model,
)
from tonenet_core.models.base import Model

__all__ = [
    "SUFFIX",
    "CheckpointInfo",
    "Model",
    "accompanists",
    "autoencoder",
    "build",
    "digest",
    "find",
    "generator",
    "generators",
    "install_style",
    "installed",
    "load",
    "load_generator",
    "load_velocity_model",
    "read_info",
    "save",
    "time_models",
    "velocity_model",
]
