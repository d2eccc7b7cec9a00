"""The few kinds of error that the core raises on purpose.

Each message is a full sentence for the user: what happened, to which file, what to do. Anything else that
comes out of the core is a bug and is not wrapped.
"""


class ToneNetError(Exception):
    """Base of every error that is meant for the user's eyes."""


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
