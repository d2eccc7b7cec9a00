"""The benchmarks are run by hand: a test finds one that a change left behind."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "benchmarks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("__"))
NAMES += sorted(f"{path.parent.name}.{path.stem}" for path in FOLDER.glob("*/*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", NAMES)
def test_it_begins(name):
    command = [sys.executable, "-c", f"import benchmarks.{name}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
