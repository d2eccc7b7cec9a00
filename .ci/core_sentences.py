"""Print what the core can say to a user of the window, marked for lupdate: it reads Qt's marks, and the core has none.

A sentence is a literal that stands in a call of `Sentence` or of an error, or in a name that is given to one. What is
put together before it is said cannot be translated: it is an error, but for modules that speak in the terminal alone.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ERRORS = {"Sentence", "ToneNetError", "MidiError", "CheckpointError", "SynthError", "DeviceError", "ModelProcessError"}
IN_THE_TERMINAL = {"batch.py", "cli", "loop.py", "ray.py", "work_list.py"}


def sentences(path: Path) -> Iterator[str]:
    """Yield a module's sentences.

    Raises:
        SystemExit: if one is put together.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in ERRORS:
            continue
        for first in call.args[:1]:
            for text in texts_of(first, named):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value
                elif isinstance(text, ast.JoinedStr):
                    sys.exit(
                        f"{path}:{text.lineno}: a sentence with values in it cannot be translated: give a template"
                    )


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
    sys.stdout.writelines(f'QT_TRANSLATE_NOOP("Core", {quoted(text)})\n' for text in dict.fromkeys(found))


def quoted(text: str) -> str:
    """Return a literal in double quotes, the only ones that lupdate knows well."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    main()
