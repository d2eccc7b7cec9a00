"""Print what the core can say to a user of the window, marked for lupdate: it reads Qt's marks, and the core has none.

A sentence is a literal that stands in a call of `Sentence` or of an error, or in a name that is given to one; of
`counted`, which has a singular too, the plural is marked as such. What is
put together before it is said cannot be translated: it is an error, but for modules that speak in the terminal alone.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
COUNTED = "counted"
ERRORS = {"Sentence", "ToneNetError", "MidiError", "CheckpointError", "SynthError", "DeviceError", "ModelProcessError"}
IN_THE_TERMINAL = {"batch.py", "cli", "loop.py", "ray.py", "work_list.py"}


def sentences(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield a module's sentences, and whether each is a plural.

    Raises:
        SystemExit: if one is put together.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for name, value in assigned(node):
                named.setdefault(name, []).append(value)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id not in ERRORS | {COUNTED}:
            continue
        is_plural = call.func.id == COUNTED
        for first in call.args[2:3] if is_plural else call.args[:1]:
            for text in texts_of(first, named):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value, is_plural
                elif isinstance(text, ast.JoinedStr):
                    sys.exit(
                        f"{path}:{text.lineno}: a sentence with values in it cannot be translated: give a template"
                    )


def assigned(node: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that an assignment gives values to, those of a tuple too."""
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for each, part in zip(target.elts, value.elts, strict=False):
            if isinstance(each, ast.Name):
                yield each.id, part


def texts_of(first: ast.expr, named: dict[str, list[ast.expr]]) -> list[ast.expr]:
    """Return what a call's first argument may be: a name's values, an element of a named tuple, or itself."""
    if isinstance(first, ast.Name):
        return named.get(first.id, [])
    if isinstance(first, ast.Subscript) and isinstance(first.value, ast.Name):
        tuples = [value for value in named.get(first.value.id, []) if isinstance(value, ast.Tuple)]
        return [element for value in tuples for element in value.elts]
    return [first]


def main() -> None:
    """Print a mark a sentence."""
    core = ROOT / "tonenet_core"
    paths = [path for path in sorted(core.rglob("*.py")) if not IN_THE_TERMINAL & set(path.relative_to(core).parts)]
    found = (text for path in [*paths, ROOT / "app" / "background" / "model_process.py"] for text in sentences(path))
    for text, is_plural in dict.fromkeys(found):
        mark = 'QCoreApplication.translate("Core", {}, None, 2)' if is_plural else 'QT_TRANSLATE_NOOP("Core", {})'
        sys.stdout.write(mark.format(quoted(text)) + "\n")


def quoted(text: str) -> str:
    """Return a literal in double quotes, the only ones that lupdate knows well."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    main()
