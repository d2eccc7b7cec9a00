"""The few kinds of error that the core raises on purpose.

Each message is a full sentence for the user: what happened, to which file, what to do. The core says it in English and
keeps its parts, so that the window can say it in another language. Anything else that comes out of the core is a bug
and is not wrapped.
"""

from __future__ import annotations

from typing import Self


class Sentence(str):
    """A sentence for the user: English, and what whoever shows it needs to say it in another language.

    Attributes:
        template: the English text with a place for each value, as in `str.format`.
        values: by place: whole numbers, which are written with separators, sentences, tuples of sentences, which are
            listed, or texts.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """Fill the values in; without any, the template is taken as it is."""
        kept: dict[str, object] = {
            name: value if isinstance(value, int | tuple | Sentence) else str(value) for name, value in values.items()
        }
        text = template.format(**{name: _said(value) for name, value in kept.items()}) if kept else template
        sentence = super().__new__(cls, text)
        sentence.template, sentence.values = template, kept
        return sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _sentence, (self.template, self.values)


def _sentence(template: str, values: dict[str, object]) -> Sentence:
    return Sentence(template, **values)


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(str(each) for each in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


class ToneNetError(Exception):
    """Base of every error that is meant for the user's eyes; raised like a `Sentence`, with a template and values."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence if isinstance(sentence, Sentence) else Sentence(sentence, **values))

    @property
    def sentence(self) -> Sentence:
        """What is to be said."""
        sentence: Sentence = self.args[0]
        return sentence


def reason(error: BaseException | str) -> str:
    """Return another library's words as a part of a sentence: one line of printable characters, at most 160.

    They may quote what stands in a damaged file, whatever that is.
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
    """A compute device that was asked for and is not there."""


class Cancelled(ToneNetError):  # noqa: N818  (a request that was honoured, not a failure)
    """The user asked to stop; raised out of a `Progress` callback through the core call."""

    def __init__(self) -> None:
        super().__init__("Cancelled.")
