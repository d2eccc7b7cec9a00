"""Names of files between Python and Qt: byte for byte where a program reads them, printable where people do.

On Linux a name is bytes, in any encoding. Python's paths keep the bytes that are not UTF-8 as surrogates; a QString
cannot, so a path crosses to Qt as a URL, or as a text that is only shown.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QByteArray, QUrl

from tonenet_core.errors import printable

_REPLACEMENT = "\ufffd"


def url_of(path: Path) -> QUrl:
    """Return the `file:` URL of a path."""
    return QUrl.fromEncoded(QByteArray(path.absolute().as_uri().encode()), QUrl.ParsingMode.StrictMode)


def path_of(url: QUrl) -> Path:
    """Return the path of a URL for which `isLocalFile` holds."""
    if os.name == "nt":  # names are UTF-16 there; drives and shares have their own spelling
        return Path(url.toLocalFile())
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(encoded)))


def text_of(path: Path | None) -> str:
    """Return a text for a settings file, from which `path_of_setting` gives the path again; empty for None."""
    text = "" if path is None else str(path)
    return text if path is None or text == printable(text) else path.absolute().as_uri()


def path_of_setting(text: str) -> Path:
    """Return the path that `text_of` kept."""
    url = QUrl(text)
    return path_of(url) if text.startswith("file:") and url.isLocalFile() else Path(text)


def path_of_text(text: str) -> Path:
    """Return the path that somebody chose or typed in Qt, where it was shown as `printable` gives it.

    A part with replacement characters that does not exist stands for the one entry of its folder that is shown so.
    """
    path = Path(text)
    if _REPLACEMENT not in text or path.exists():
        return path
    found = Path(path.anchor)
    for part in path.parts[len(found.parts) :]:
        found = _entry(found, part)
    return found


def _entry(folder: Path, shown: str) -> Path:
    path = folder / shown
    if _REPLACEMENT not in shown or path.exists():
        return path
    try:
        meant = [entry for entry in folder.iterdir() if printable(entry.name) == shown]
    except OSError:
        return path
    return meant[0] if len(meant) == 1 else path
