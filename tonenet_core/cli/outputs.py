"""Outputs of a command for its inputs: one file, or files of the same names in a folder."""

from __future__ import annotations

from pathlib import Path

import typer

from tonenet_core.cli.streams import STREAM, check_output
from tonenet_core.errors import printable


def outputs(inputs: list[Path], out: Path | None, out_dir: Path | None, *, as_json: bool) -> list[tuple[Path, Path]]:
    """Return each input with its output; wrong usage if two would share one."""
    from tonenet_core.midi.folders import make_folder, result_name

    if (out is None) == (out_dir is None):
        raise typer.BadParameter("Give either -o OUT.mid or --out-dir DIR.")
    if out is not None:
        if len(inputs) > 1:
            raise typer.BadParameter("-o takes one IN.mid; for several give --out-dir DIR.")
        check_output(out, as_json=as_json)
        return [(inputs[0], out)]
    assert out_dir is not None
    if STREAM in inputs:
        raise typer.BadParameter("Standard input (-) has no name for a file in --out-dir; give -o OUT.mid.")
    pairs = [(path, out_dir / result_name(path)) for path in inputs]
    _check_results(pairs, out_dir)
    make_folder(out_dir)
    return pairs


def _check_results(pairs: list[tuple[Path, Path]], out_dir: Path) -> None:
    """Refuse results that would replace an input or each other."""
    from tonenet_core.files.names import folded, folds_case

    folds = next(folds_case(folder) for folder in (out_dir, *out_dir.absolute().parents) if folder.is_dir())
    sources = {path.resolve() for path, _ in pairs}
    taken: dict[Path | str, Path] = {}
    for path, target in pairs:
        if target.resolve() in sources:
            raise typer.BadParameter(printable(f"--out-dir {out_dir} would replace {target}, which is an input."))
        place = folded(target) if folds else target
        if place in taken:
            text = f"--out-dir: the results of {taken[place]} and {path} would both be {target}."
            raise typer.BadParameter(printable(text))
        taken[place] = path
