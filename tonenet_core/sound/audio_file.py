"""Sound files that are written bit by bit: WAV, and FLAC through libsndfile."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Write = Callable[[NDArray[np.float32]], None]

FLAC = ".flac"
"""End of the name of a file that is written as FLAC; any other is WAV."""
OTHER_KINDS = frozenset({".aac", ".aif", ".aiff", ".m4a", ".mp3", ".ogg", ".opus", ".wma"})
"""Ends of the names of sound files of other kinds, under which nobody looks for WAV."""


@contextmanager
def audio_file(path: Path, sample_rate: int) -> Iterator[Write]:
    """Give a function that appends samples `(n, 2)`, full scale +-1, to a 16-bit stereo file, which is there already.

    WAV and FLAC of the same samples sound the same, bit for bit.

    Raises:
        OSError: if the file cannot be written.
    """
    with (_flac if path.suffix.lower() == FLAC else _wav)(path, sample_rate) as write:
        yield lambda samples: write(np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype("<i2"))


@contextmanager
def _wav(path: Path, sample_rate: int) -> Iterator[Callable[[NDArray[np.int16]], None]]:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        yield lambda samples: file.writeframesraw(samples.tobytes())


@contextmanager
def _flac(path: Path, sample_rate: int) -> Iterator[Callable[[NDArray[np.int16]], None]]:
    import soundfile

    with _FlacFile(path, "r+") as opened:  # libsndfile takes no name whose bytes are not UTF-8
        try:
            with soundfile.SoundFile(opened, "w", sample_rate, 2, subtype="PCM_16", format="FLAC") as file:
                yield file.write
        except (soundfile.SoundFileError, AssertionError) as error:
            if opened.failure is not None:  # which soundfile asserts that a write has not
                raise opened.failure from error
            if isinstance(error, AssertionError):
                raise
            raise OSError(str(error).rstrip(".")) from error
        if opened.failure is not None:
            raise opened.failure


class _FlacFile(io.FileIO):
    """File that keeps why it could not be written: libsndfile does not tell that the disk is full."""

    failure: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of `data`, or keep the reason and return 0."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[super().write(rest) :]
        except OSError as error:
            self.failure = self.failure or error
            return 0
        return memoryview(data).nbytes
