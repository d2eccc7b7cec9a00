"""Checkpoints: one file that rebuilds a model, found by name, with its provenance."""

from tonenet_core.checkpoint.header import SUFFIX, CheckpointInfo, read_info
from tonenet_core.checkpoint.library import (
    accompanists,
    beat_trackers,
    check_name,
    digest,
    find,
    generators,
    install_style,
    installed,
    remove_style,
    rename_style,
    style_files,
    time_models,
)
from tonenet_core.checkpoint.style_file import StyleFile, style_key
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
    "StyleFile",
    "accompanists",
    "autoencoder",
    "beat_trackers",
    "build",
    "check_name",
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
    "remove_style",
    "rename_style",
    "save",
    "style_files",
    "style_key",
    "time_models",
    "velocity_model",
]
