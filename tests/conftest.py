"""What all tests share: no screen, no internet, one language, where the training data is, how hypothesis searches."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import internet

if os.environ.setdefault("QT_QPA_PLATFORM", "offscreen") == "offscreen":  # before any test imports Qt
    # Its own screen has 800 x 800 pixels, which is less than the window needs.
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screen.json')}"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["LC_ALL"] = "C.UTF-8"  # the window's texts are looked for in English
os.environ.pop("LANGUAGE", None)
internet.forbid()

# No deadline: these machines are shared, and a slow example is not a wrong one.
settings.register_profile(
    "tonenet", deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tonenet")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of the training data: TONENET_DATA, or `shared/data` beside the checkout."""
    folder = Path(os.environ.get("TONENET_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"NO TRAINING DATA at {folder}: set TONENET_DATA to run this test")
    return folder
