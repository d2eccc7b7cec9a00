"""Folders of ToneNet's own files, and of the user's.

A checkout has `resources/` beside the packages; an installed wheel and the built program have it inside
`tonenet_core/` (see `pyproject.toml` and `build.spec`).
"""

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = (_PACKAGE / "resources").is_dir()


def _user_data() -> Path:
    return Path(platformdirs.user_data_dir("ToneNet", appauthor=False))


PROJECT = None if _INSTALLED else _PACKAGE.parent
"""The checkout; None in an installed or built program."""
RESOURCES = (_PACKAGE if _INSTALLED else _PACKAGE.parent) / "resources"
SHIPPED_CHECKPOINTS = RESOURCES / "checkpoints"
SHIPPED_JUDGE = RESOURCES / "judge" / "judge.safetensors"
SHIPPED_NOTE_JUDGE = RESOURCES / "judge" / "notes.safetensors"
SHIPPED_TIME_JUDGE = RESOURCES / "judge" / "time.safetensors"
RECIPES = RESOURCES / "recipes"
SOUNDFONTS = (_user_data() if _INSTALLED else _PACKAGE.parent) / "soundfonts"
"""The folder that is searched for SoundFonts first; it need not exist."""


def user_checkpoints() -> Path:
    """Return the folder of the user's own checkpoints; it need not exist."""
    return _user_data() / "checkpoints"


def user_learning() -> Path:
    """Return the folder of the styles that are being learnt, a folder each; it need not exist."""
    return _user_data() / "learning"


def user_abx() -> Path:
    """Return the folder of saved blind comparisons; it need not exist."""
    return _user_data() / "abx"


def user_dragged() -> Path:
    """Return the folder of results that were dragged or copied into other programs; it need not exist."""
    return _user_data() / "dragged"
