"""Where ToneNet's own files are, and where the user's are looked for."""

from pathlib import Path

import platformdirs

PROJECT = Path(__file__).resolve().parent.parent
RESOURCES = PROJECT / "resources"
SHIPPED_CHECKPOINTS = RESOURCES / "checkpoints"
SHIPPED_JUDGE = RESOURCES / "judge" / "judge.safetensors"
RECIPES = RESOURCES / "recipes"
SOUNDFONTS = PROJECT / "soundfonts"


def user_checkpoints() -> Path:
    """Return the folder whose checkpoints are found beside the shipped ones; it need not exist."""
    return _user_data() / "checkpoints"


def user_abx() -> Path:
    """Return the folder where results of blind comparisons are kept; it need not exist."""
    return _user_data() / "abx"


def _user_data() -> Path:
    return Path(platformdirs.user_data_dir("ToneNet", appauthor=False))
