"""Names of files: the ones that results get, and those that a file system takes for one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Hashable
from pathlib import Path


def folded(place: Path) -> str:
    """Return a name under which a file system that ignores case, or how an accent is written, would keep a file."""
    return unicodedata.normalize("NFC", str(place)).casefold()


def folds_case(folder: Path) -> bool:
    """Return whether `A.mid` and `a.mid` are one file in an existing folder, as usual on macOS and Windows.

    It is the folder's own name that is tried, so nothing is written.
    """
    folder = folder.absolute()
    try:
        return folder.with_name(folder.name.swapcase()).samefile(folder) and folder.name != folder.name.swapcase()
    except (OSError, ValueError):  # no such file; the root, which has no name
        return False


def unique_place(
    place: Path, taken: Collection[Hashable], key: Callable[[Path], Hashable] = lambda place: place
) -> Path:
    """Return `place`, with a number before its suffix if it is taken.

    Args:
        place: a file's path or name.
        taken: the keys of those that others have.
        key: what must differ between two places, such as `folded`.
    """
    free, number = place, 2
    while key(free) in taken:
        free = place.with_name(f"{place.stem} ({number}){place.suffix}")
        number += 1
    return free
