"""Checkpoints: one file that rebuilds a model, found by name, with its provenance."""

from tonenet_core.checkpoint.header import SUFFIX, CheckpointInfo, read_info
from tonenet_core.checkpoint.library import digest, find, generators, install_style, installed
from tonenet_core.checkpoint.weights import build, load, load_generator, load_velocity_model, save

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
    "load_generator",
    "load_velocity_model",
    "read_info",
    "save",
]
