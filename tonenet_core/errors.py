"""Errors that the core raises on purpose, and sentences that can be translated.

Each message is a full sentence for the user: what happened, to which file, what to do. It is English, and keeps its
template and values, so that the window can translate it. Any other exception out of the core is a bug and is not
wrapped.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str | Path) -> str:
    """Return a text, or the path or name of a file, for people: what is no Unicode becomes a replacement character.

    File names are bytes on Linux. Python keeps those that are not UTF-8 as surrogates, which no terminal, JSON reader
    or label can take.
    """
    return _SURROGATE.sub("\ufffd", str(text))


class Sentence(str):
    """Sentence for the user: an English text, with the template and values that a translation needs.

    Attributes:
        template: the English text with a field for each value, as in `str.format`.
        values: by field: integers, which are written with separators; sentences; tuples of sentences, which are
            listed; or texts.
        number: what decides between singular and plural; None for a sentence without.
    """

    template: str
    values: dict[str, object]
    number: int | None = None

    def __new__(cls, template: str, **values: object) -> Self:
        """Fill the values in; without values, the text is the template itself."""
        kept: dict[str, object] = {
            name: value if isinstance(value, int | tuple | Sentence) else printable(str(value))
            for name, value in values.items()
        }
        template = printable(template)
        text = template.format(**{name: _text(value) for name, value in kept.items()}) if kept else template
        sentence = super().__new__(cls, text)
        sentence.template, sentence.values = template, kept
        return sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _sentence, (str(self), self.template, self.values, self.number)


def counted(count: int, one: str, many: str, **values: object) -> Sentence:
    """Return a sentence in the singular or the plural; its template, which translators see, is that of the plural.

    Args:
        number: what decides.
        one: the template for a count of one; it has the fields of `many`.
        many: the template for any other.
        values: see `Sentence`.
    """
    text = Sentence(one if count == 1 else many, **values)
    return _sentence(str(text), many, text.values, count)


def _sentence(text: str, template: str, values: dict[str, object], number: int | None) -> Sentence:
    sentence = Sentence(text)
    sentence.template, sentence.values, sentence.number = template, values, number
    return sentence


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(str(each) for each in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


class ToneNetError(Exception):
    """Base of all errors that are shown to the user; made like a `Sentence`, of a template and values."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence if isinstance(sentence, Sentence) else Sentence(sentence, **values))

    @property
    def sentence(self) -> Sentence:
        """The message, with its template and values."""
        sentence: Sentence = self.args[0]
        return sentence


def reason(error: BaseException | str) -> str:
    """Return the message of another library's error for use in a sentence: one line, printable, at most 160 characters.

    It may quote the contents of a damaged file.
    """
    why = error.strerror if isinstance(error, OSError) else None  # the sentence names the file already
    text = " ".join((why or str(error)).split()).rstrip(".")
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 160 else f"{text[:157]}..."


class MidiError(ToneNetError):
    """A MIDI file that cannot be read or written; the message names the file and the reason."""


class CheckpointError(ToneNetError):
    """A checkpoint that is missing, damaged, or made for another version."""


class DataError(ToneNetError):
    """A data folder, cache or recipe that training or evaluation cannot use."""


class SynthError(ToneNetError):
    """FluidSynth or a SoundFont is missing or unusable; the message says what to install."""


class DeviceError(ToneNetError):
    """A compute device that was requested and does not exist."""


class Cancelled(ToneNetError):  # noqa: N818  (a request that was honoured, not a failure)
    """The user asked to stop; raised out of a `Progress` callback through the core call."""

    def __init__(self, sentence: str = "Cancelled.") -> None:
        super().__init__(sentence)  # taken as an argument, or it could not be unpickled
