"""The installed checkpoints: the shipped ones and the user's own, found by name."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from tonenet_core.checkpoint.header import DAMAGED, SUFFIX, CheckpointInfo, read_info
from tonenet_core.errors import CheckpointError
from tonenet_core.files import locations
from tonenet_core.files.atomic import replacing
from tonenet_core.files.safetensors_header import weights_sha256

DEFAULT = "performer"
ACCOMPANIST = "accompanist"


def installed() -> list[CheckpointInfo]:
    """Return the checkpoints that can make transfers, the default first; damaged ones are left out."""
    return [info for info in _all() if info.transfers]


def time_models() -> list[CheckpointInfo]:
    """Return the checkpoints of parts of a performance beside its velocities."""
    return [info for info in _all() if info.entry.kind == "timing"]


def accompanists() -> list[CheckpointInfo]:
    """Return the checkpoints that write accompaniments: first the one called accompanist, last the comparisons."""
    found = (info for info in _all() if info.entry.kind == "accompaniment")
    return sorted(found, key=lambda info: (info.comparison, info.name != ACCOMPANIST))


def generators() -> list[CheckpointInfo]:
    """Return the checkpoints that generate pieces: first those that can also reconstruct one, last the comparisons."""
    found = (info for info in _all() if info.generates)
    return sorted(found, key=lambda info: (info.comparison, not info.reconstructs))


def _all() -> list[CheckpointInfo]:
    """Return the shipped checkpoints and the user's own, the default first."""
    found = {}
    for folder in (locations.SHIPPED_CHECKPOINTS, locations.user_checkpoints()):
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            try:
                found[path.stem] = read_info(path)
            except CheckpointError:
                continue
    return sorted(found.values(), key=lambda info: (info.name != DEFAULT, info.name))


def find(name_or_path: str | Path = DEFAULT) -> CheckpointInfo:
    """Return the installed checkpoint of this name, or the one in this file.

    Raises:
        CheckpointError: if there is no such checkpoint.
    """
    if Path(name_or_path).suffix == SUFFIX:
        return read_info(Path(name_or_path))
    known = {info.name: info for info in _all()}
    if str(name_or_path) not in known:
        names = ", ".join(known) or "none"
        text = "There is no model called {name}; installed: {names}."
        raise CheckpointError(text, name=repr(str(name_or_path)), names=names)
    return known[str(name_or_path)]


def digest(info: CheckpointInfo) -> str:
    """Return a SHA-256 that identifies a model: of its weights and those of the styles added to it.

    Raises:
        CheckpointError: if one of its files is missing or damaged.
    """
    try:
        found = [weights_sha256(path) for path in (info.path, *(style.path for style in info.added))]
    except OSError as error:
        raise CheckpointError(
            "The checkpoint {name} cannot be read: {why}.", name=info.path, why=error.strerror
        ) from error
    except ValueError as error:
        raise CheckpointError(DAMAGED, name=info.path, why=error) from error
    return hashlib.sha256(" ".join(found).encode()).hexdigest()


def install_style(path: Path) -> Path:
    """Copy a style file to the folder that is searched for every checkpoint, over an older one; return the copy."""
    target = locations.user_checkpoints() / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as unfinished:
        shutil.copyfile(path, unfinished)
    return target
