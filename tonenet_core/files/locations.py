"""Where ToneNet's own files are, and where the user's are looked for.

A checkout has `resources/` beside the packages, where people find it; an installed wheel and the built program have it
inside `tonenet_core/` (`pyproject.toml` and `build.spec` put it there).
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
RECIPES = RESOURCES / "recipes"
SOUNDFONTS = (_user_data() if _INSTALLED else _PACKAGE.parent) / "soundfonts"
"""The folder whose SoundFonts are found first; it need not exist."""


def user_checkpoints() -> Path:
    """Return the folder whose checkpoints are found beside the shipped ones; it need not exist."""
    return _user_data() / "checkpoints"


def user_abx() -> Path:
    """Return the folder where results of blind comparisons are kept; it need not exist."""
    return _user_data() / "abx"
