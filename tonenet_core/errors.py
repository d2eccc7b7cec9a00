"""Errors that the core raises on purpose, and sentences that can be translated.

Each message is a full sentence for the user: what happened, to which file, what to do. It is English, and keeps its
template and values, so that the window can translate it. Any other exception out of the core is a bug and is not
wrapped.
"""

from __future__ import annotations

from typing import Self


class Sentence(str):
    """Sentence for the user: an English text, with the template and values that a translation needs.

    Attributes:
        template: the English text with a field for each value, as in `str.format`.
        values: by field: integers, which are written with separators; sentences; tuples of sentences, which are
            listed; or texts.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """Fill the values in; without values, the text is the template itself."""
        kept: dict[str, object] = {
            name: value if isinstance(value, int | tuple | Sentence) else str(value) for name, value in values.items()
        }
        text = template.format(**{name: _text(value) for name, value in kept.items()}) if kept else template
        sentence = super().__new__(cls, text)
        sentence.template, sentence.values = template, kept
        return sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _sentence, (self.template, self.values)


def _sentence(template: str, values: dict[str, object]) -> Sentence:
    return Sentence(template, **values)


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
    text = " ".join(str(error).split()).rstrip(".")
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
