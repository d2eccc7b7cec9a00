"""What the project says of itself holds: pins fit the declared dependencies, documents lead somewhere."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("resources/**/*.md")])


def pins():
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def hashed():
    """The packages of the hashed list: name -> (version, number of files)."""
    text = (ROOT / ".ci" / "hashes.txt").read_text(encoding="utf-8")
    entries = re.findall(
        r"^([\w.-]+)==([\w.!+]+)[^\n]*((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)*)", text, re.MULTILINE
    )
    return {name: (version, files.count("--hash")) for name, version, files in entries}


def declared():
    """What the tests are run with; a cluster's engine is whichever its machines have."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [lines for extra, lines in project["optional-dependencies"].items() if extra != "cluster"]
    return [Requirement(line) for line in chain(project["dependencies"], *extras)]


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_every_dependency_is_pinned_to_a_version_that_it_allows(requirement):
    pinned = {canonicalize_name(name): version for name, version in pins().items()}
    assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


def test_pins_are_for_every_platform():
    # A local version such as 2.13.0+cpu exists on one package index only.
    assert not [version for version in pins().values() if "+" in version]


def test_every_pin_but_those_of_torch_has_hashes():
    """torch has other files under the same version on each of its indexes."""
    pinned = {canonicalize_name(name): version for name, version in pins().items()}
    del pinned["torch"]
    assert {name: version for name, (version, _) in hashed().items()} == pinned
    assert not [name for name, (_, files) in hashed().items() if not files]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_a_document_lead_to_files(document):
    text = document.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    missing = [
        target for target in targets if target and "://" not in target and not (document.parent / target).exists()
    ]
    assert not missing


def test_every_package_is_in_the_wheel():
    """With a mapped folder setuptools finds none by itself."""
    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {path.parent.relative_to(ROOT) for top in ("app", "tonenet_core") for path in ROOT.glob(f"{top}/**/*.py")}
    assert set(named) - {"tonenet_core.resources"} == {".".join(path.parts) for path in found}


def test_the_table_of_licences_has_the_pinned_versions():
    """`.ci/licences.py` writes it."""
    pinned = {canonicalize_name(name): version for name, version in pins().items()}
    document = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w.-]+) \| (\d[\w.]*) \| \S", document, re.MULTILINE)
    listed = {canonicalize_name(name): version for name, version in rows}
    assert listed == {name: pinned[name] for name in listed}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    assert not wanted - set(listed)
