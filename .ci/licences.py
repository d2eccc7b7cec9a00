"""Lists the licences of what is shipped.

.venv/bin/python .ci/licences.py        renews the table in docs/licences.md, from the metadata of what is installed
collect(sources, folder)                for build.spec: the licence texts of all that a built program has in it
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata
from importlib.metadata import Distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "licences.md"
BEGIN, END = "<!-- .ci/licences.py writes this table -->\n", "<!-- end of the table -->\n"
TEXT = re.compile(r"(^|[-_.])(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)
CLASSIFIER = "License :: OSI Approved :: "
COMMON = Path("/usr/share/common-licenses")  # Debian's copyright files point there


def licence(found: Distribution) -> str:
    """Return what a package says its licence is, in a few words."""
    said = found.metadata
    classifiers = said.get_all("Classifier", [])
    classified = [line.removeprefix(CLASSIFIER) for line in classifiers if line.startswith(CLASSIFIER)]
    short = said.get("License") or ""
    return said.get("License-Expression") or ("" if "\n" in short else short) or ", ".join(classified) or "see its text"


def texts(found: Distribution) -> list[Path]:
    """Return a package's licence files."""
    names = [Path(str(file.locate())) for file in found.files or () if TEXT.search(file.name) and file.suffix != ".py"]
    return sorted(path for path in names if path.is_file() and path.suffix not in (".pyc", ".pyi"))


def needed(lines: Iterable[str], extras: Iterable[str] = ("",), seen: set[str] | None = None) -> Iterator[Distribution]:
    """Yield what installing the requirements `lines` brings on this platform, each once."""
    seen = set() if seen is None else seen
    for requirement in map(Requirement, lines):
        marker, key = requirement.marker, canonicalize_name(requirement.name)
        wanted = marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
        if wanted and key not in seen:
            seen.add(key)
            yield metadata.distribution(requirement.name)
            yield from needed(metadata.requires(requirement.name) or (), ("", *requirement.extras), seen)


def table(found: Iterable[Distribution]) -> str:
    """Return packages, versions and licences as a Markdown table."""
    rows = {each.name.lower(): f"| {each.name} | {each.version.split('+')[0]} | {licence(each)} |" for each in found}
    head = ["| package | version | licence |", "|---|---|---|"]
    return "\n".join([*head, *(rows[name] for name in sorted(rows))]) + "\n"


def renew() -> None:
    """Write the table of the packages that the wheel brings into `docs/licences.md`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    before, rest = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    DOCUMENT.write_text(before + BEGIN + table(needed(project["dependencies"])) + END + after, encoding="utf-8")


def collect(sources: Iterable[str], folder: Path) -> None:
    """Put into `folder` the licence texts of the packages and system libraries that `sources` (files) come from.

    Its `README.md` is `docs/licences.md` with the list of what really is in this program.
    """
    files = {str(Path(source).resolve()) for source in sources}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shipped = []
    for each in metadata.distributions():
        mine = {str(Path(str(file.locate())).resolve()) for file in each.files or ()}
        if mine & files and each.name != "tonenet":
            shipped.append(each)
            files -= mine
            _copy(texts(each), folder / each.name)
    packages = _debian_packages(files)
    for package in packages:
        _copy([Path("/usr/share/doc") / package / "copyright"], folder / package)
    if packages and COMMON.is_dir():
        common = [path for path in COMMON.iterdir() if path.is_file() and not path.is_symlink()]
        _copy(common, folder / "common-licenses")
    shutil.copy(ROOT / "LICENSE", folder)
    listed = "".join(f"- {package} {version}\n" for package, version in packages.items())
    here = f"\n## In this very program\n\n{table(shipped)}\nFrom packages of Debian:\n\n{listed}"
    (folder / "README.md").write_text(DOCUMENT.read_text(encoding="utf-8") + here, encoding="utf-8")


def _copy(paths: Iterable[Path], folder: Path) -> None:
    for path in paths:
        if path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            target, number = folder / path.name, 1
            while target.exists():
                number += 1
                target = folder / f"{path.stem}-{number}{path.suffix}"
            shutil.copyfile(path, target)


def _debian_packages(files: Iterable[str]) -> dict[str, str]:
    """Return the Debian packages, with their versions, that `files` come from; none on another system."""
    libraries = [file for file in files if re.search(r"\.so(\.|$)", file)]
    if not libraries or shutil.which("dpkg-query") is None:
        return {}
    # Where /lib is a link to /usr/lib, dpkg knows some files by one name and some by the other.
    names = [*libraries, *(name.removeprefix("/usr") for name in libraries)]
    said = subprocess.run(["dpkg-query", "-S", *names], capture_output=True, text=True, check=False).stdout
    owners = {line.split(":")[0] for line in said.splitlines() if not line.startswith("diversion")}
    show = ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *sorted(owners)]
    lines = subprocess.run(show, capture_output=True, text=True, check=False).stdout.splitlines() if owners else []
    return dict(line.split(" ", 1) for line in lines)


if __name__ == "__main__":
    renew()
