"""What a message of the core advises can be done: the commands, options and extras that it names exist."""

import ast
import re
import tomllib

import pytest
import typer

from tests.conftest import ROOT
from tonenet_core.cli import app

COMMAND = re.compile(r"`?tonenet ([a-z]+)( [a-z]+)?")
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def messages(folder):
    """Yield file and text of the strings of a folder's modules, but for docstrings."""
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        holders = (ast.Module, ast.ClassDef, ast.FunctionDef)
        docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, holders)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
                yield path.relative_to(ROOT).as_posix(), node.value


@pytest.fixture(scope="module")
def commands():
    """The options of each command."""
    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():
        inner = getattr(command, "commands", {})
        for each, word in [(command, name), *((sub, f"{name} {word}") for word, sub in inner.items())]:
            found[word] = {option for part in each.params for option in [*part.opts, *part.secondary_opts]}
    found[""] = {option for part in group.params for option in part.opts} | {"--help"}
    return found


def unknown(text, commands):
    """Return what a message names and no command has."""
    named = [f"{first}{second or ''}" for first, second in COMMAND.findall(text)]
    wrong = [name for name in named if name not in commands and name.split()[0] not in commands]
    there = set().union(*commands.values())
    return wrong + [option for option in OPTION.findall(text) if option not in there and len(option) > 2]


def test_every_option_and_command_that_is_named_exists(commands):
    texts = [(file, text) for file, text in messages(ROOT / "tonenet_core") if "--" in text or "`tonenet" in text]
    assert len(texts) > 30
    assert [(file, text) for file, text in texts if unknown(text, commands)] == []


def test_one_that_does_not_exist_would_be_found(commands):
    assert unknown("start again without --resumed.", commands) == ["--resumed"]
    assert unknown("make one with `tonenet judge` or `tonenet tune`.", commands) == ["tune"]
    assert unknown("try --device cpu; `tonenet judge fit --data CACHE`.", commands) == []


def test_the_options_in_the_help_of_a_command_are_its_own(commands):
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        help_texts = [command.help or "", *(getattr(part, "help", None) or "" for part in command.params)]
        for text in help_texts:
            own = commands[name].union(*(options for word, options in commands.items() if word in text and word))
            assert set(OPTION.findall(text)) <= own | {"-"}, (name, text)


def test_the_extras_that_are_named_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = {name for _, text in messages(ROOT / "tonenet_core") for name in re.findall(r"tonenet\[(\w+)\]", text)}
    assert named
    assert named <= set(extras)
