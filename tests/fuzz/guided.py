"""Coverage-guided fuzzing with atheris (libFuzzer for Python): what reaches new lines is kept and damaged further.

`python -m tests.fuzz.guided midi -runs=200000` in an environment that has atheris beside ToneNet's packages; further
words are libFuzzer's own. It stops at the first find and leaves the input in the current folder. Every second input is
damaged by the mutations of this folder, which know the format, the others by libFuzzer's.
"""

from __future__ import annotations

import logging
import random
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

from tests.fuzz.harness import SECONDS
from tests.fuzz.targets import TARGETS
from tonenet_core.errors import ToneNetError

MEMORY_MB = 700  # interpreter, numpy and atheris take 200


def main() -> None:
    name, *words = sys.argv[1:]
    target = TARGETS[name]
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        corpus, path = Path(folder) / "corpus", Path(folder) / target.file
        corpus.mkdir()
        with atheris.instrument_imports(include=["tonenet_core"]):
            read = target.reader(Path(folder))
            for number, seed in enumerate(target.seeds()):
                (corpus / str(number)).write_bytes(seed)
                path.write_bytes(seed)
                read(path)

        def one_input(data: bytes) -> None:
            path.write_bytes(data)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    read(path)
                except ToneNetError as error:
                    assert str(error).endswith(".")  # noqa: PT017  (pytest is not here)

        def mutate(data: bytes, largest: int, seed: int) -> bytes:
            if seed % 2:
                return atheris.Mutate(data, largest)
            try:
                return target.mutate([data or b"\0"], random.Random(seed))[:largest]
            except (ValueError, KeyError, TypeError, AttributeError, LookupError):  # damaged beyond what they know
                return atheris.Mutate(data, largest)

        limits = [f"-timeout={round(SECONDS)}", f"-rss_limit_mb={MEMORY_MB}", "-max_len=20000"]
        atheris.Setup([sys.argv[0], *limits, *words, str(corpus)], one_input, custom_mutator=mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
