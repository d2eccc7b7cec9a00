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


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in chain(project["dependencies"], *project["optional-dependencies"].values())]


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_every_dependency_is_pinned_to_a_version_that_it_allows(requirement):
    pinned = {canonicalize_name(name): version for name, version in pins().items()}
    assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


def test_pins_are_for_every_platform():
    # A local version such as 2.13.0+cpu exists on one package index only.
    assert not [version for version in pins().values() if "+" in version]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_a_document_lead_to_files(document):
    text = document.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    missing = [
        target for target in targets if target and "://" not in target and not (document.parent / target).exists()
    ]
    assert not missing
