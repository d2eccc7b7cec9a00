"""Sound files that are written bit by bit: WAV, and FLAC through libsndfile."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Write = Callable[[NDArray[np.float32]], None]

FLAC = ".flac"
"""End of the name of a file that is written as FLAC; any other is WAV."""


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

    try:
        with (
            path.open("r+b", buffering=0) as opened,  # libsndfile takes no name whose bytes are not UTF-8
            soundfile.SoundFile(
                opened.fileno(), "w", sample_rate, 2, subtype="PCM_16", format="FLAC", closefd=False
            ) as file,
        ):
            yield file.write
    except soundfile.SoundFileError as error:
        raise OSError(str(error).rstrip(".")) from error
