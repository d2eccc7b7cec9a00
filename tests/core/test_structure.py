"""The shape of the source: files, functions, classes and folders of a size that can be read at one sitting."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("app", "tonenet_core")
SOURCES = sorted(path for package in PACKAGES for path in ROOT.glob(f"{package}/**/*.py"))
FOLDERS = sorted({path.parent for path in SOURCES})
MOST_LINES, LONGEST_FUNCTION, LONGEST_CLASS, MOST_MODULES = 320, 60, 260, 18
DIRECTLY = {"app": 4, "tonenet_core": 9}  # modules that stand beside the rooms
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
FORBIDDEN = {"utils", "helpers", "common", "manager"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def length(node: ast.stmt) -> int:
    """Lines of a class, or of a function without its signature: a command's options take several lines each."""
    end, first = node.end_lineno, node.body[0] if isinstance(node, FUNCTION) else node
    assert end is not None
    return end - first.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_its_functions_and_classes_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTION)]
    long = {node.name: length(node) for node in functions if length(node) > LONGEST_FUNCTION}
    long |= {
        node.name: length(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and length(node) > LONGEST_CLASS
    }
    assert not long


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_a_folder_is_a_room_and_no_hall(folder):
    modules = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]
    assert len(modules) <= MOST_MODULES
    assert not FORBIDDEN & set(modules)
    if name(folder) in DIRECTLY:
        assert len(modules) <= DIRECTLY[name(folder)]
