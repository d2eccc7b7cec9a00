"""The wheel, built from this checkout and laid out as pip would, is whole: no checkout is beside it."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(660)  # longer than its child processes may take
ROOT = Path(__file__).parents[2]
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
WHERE = """
from pathlib import Path
from app.window.main_window import DEMO
from app.theme.icons import ICONS
from app.theme.theme import style_sheet
from tonenet_core import checkpoint
from tonenet_core.files import locations

here = Path(locations.__file__).parents[1]
folders = [locations.RESOURCES, locations.SHIPPED_CHECKPOINTS, locations.RECIPES, ICONS]
assert all(folder.is_dir() and folder.is_relative_to(here) for folder in folders), folders
judges = [locations.SHIPPED_JUDGE, locations.SHIPPED_NOTE_JUDGE, locations.SHIPPED_TIME_JUDGE]
assert all(judge.is_file() for judge in judges) and DEMO.is_file()
assert not locations.SOUNDFONTS.is_relative_to(here.parent)  # nobody looks for a folder of one's own there
print(*sorted(info.name for info in checkpoint.installed()))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder as `site-packages` is after the wheel's installation."""
    source, folder = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("site")
    for name in ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in"):
        shutil.copy(ROOT / name, source)
    for name in ("app", "tonenet_core", "resources", "docs"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-c", BUILD, folder], cwd=source, check=True, capture_output=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    wheel.unlink()
    return folder


def python(site, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=site,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_it_finds_its_resources_inside_itself(site):
    done = python(site, "-c", WHERE)
    assert done.returncode == 0, done.stderr
    models = {path.stem for path in (ROOT / "resources" / "checkpoints").glob("*.safetensors")}
    assert {"performer", "stylenet", "luong", "trees"} <= set(done.stdout.split()) <= models


def test_it_has_every_resource_and_the_licences_and_nothing_else(site):
    shipped = {
        path.relative_to(site / "tonenet_core").as_posix() for path in site.glob("tonenet_core/resources/**/*.*")
    }
    files = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("resources/**/*.*") if path.suffix != ".pyc"}
    assert shipped == files
    (info,) = site.glob("*.dist-info")
    assert {path.name for path in info.glob("licenses/**/*") if path.is_file()} == {"LICENSE", "licences.md"}
    assert {path.name for path in site.iterdir()} == {"app", "tonenet_core", info.name}
    assert "tonenet-app = app.__main__:main" in (info / "entry_points.txt").read_text(encoding="utf-8")
