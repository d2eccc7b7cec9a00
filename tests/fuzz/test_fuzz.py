"""A short form of the fuzzing, what it once found, and that the harness finds what it is there to find.

The long form is `make fuzz`; `docs/reliability.md` has its figures.
"""

import random
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pieces
from tests.fuzz import harness
from tests.fuzz.harness import Tally, attempt, kind_of, run
from tests.fuzz.targets import TARGETS, midi_reader, midi_seeds
from tonenet_core.errors import ToneNetError

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(scope="module", autouse=True)
def timed():
    """End what takes too long, as in the child."""

    def stop(*_):
        raise harness.TooLongError

    kept = signal.signal(signal.SIGPROF, stop)
    yield
    signal.signal(signal.SIGPROF, kept)


SHORT = {
    "midi": 2000,
    "retimed": 400,
    "cover": 60,
    "score": 300,
    "judge": 300,
    "time-judge": 200,
    "settings": 300,
    "project": 100,
}
# here, where torch has been imported already
SHORT_WITH_TORCH = {"beats": 40, "checkpoint": 100, "style": 40, "recipe": 200}


def test_damaged_files_are_read_or_refused_with_a_sentence_within_the_limits():
    tallies = run({name: range(count) for name, count in SHORT.items()}, seed=7)
    for name, tally in tallies.items():
        assert not tally.finds, "\n".join(find.trace for find in tally.finds.values())
        assert tally.inputs == SHORT[name]
        assert tally.accepted > 0
        assert tally.accepted < tally.inputs or name == "settings"


@pytest.mark.parametrize("name", SHORT_WITH_TORCH)
def test_damaged_models_and_recipes_are_read_or_refused_with_a_sentence(name, readers):
    read, path = readers(name)
    accepted = 0
    for number in range(SHORT_WITH_TORCH[name]):
        done, error = attempt(read, path, harness.input_of(TARGETS[name], name, 7, number))
        if error is not None:
            raise error
        accepted += done
    assert 0 < accepted < SHORT_WITH_TORCH[name]


@pytest.fixture(scope="module")
def readers(tmp_path_factory):
    """Each target's reader and the path that it reads, made when it is asked for."""
    made = {}

    def reader(name):
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            made[name] = TARGETS[name].reader(folder), folder / TARGETS[name].file
        return made[name]

    return reader


@pytest.mark.parametrize("find", sorted(CORPUS.rglob("*.*")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_was_found_once_is_refused_or_read_now(find, readers):
    _, error = attempt(*readers(find.parent.name), find.read_bytes())
    if error is not None:
        raise error


@given(st.sampled_from(midi_seeds()), st.randoms(use_true_random=False))
def test_hypothesis_finds_no_damaged_midi_file_that_is_a_crash(readers, seed, chance):
    _, error = attempt(*readers("midi"), TARGETS["midi"].mutate([seed], chance))
    if error is not None:
        raise error


@given(st.binary(max_size=300))
def test_hypothesis_finds_no_track_that_is_a_crash(readers, content):
    _, error = attempt(*readers("midi"), pieces.midi(pieces.chunk(b"MTrk", b"\0\x90\x3c\x40" + content)))
    if error is not None:
        raise error


# What the harness is worth: it finds errors, hangs and crashes, and says where.


@pytest.fixture
def attempted(tmp_path):
    """Try a reader as the child does."""
    return lambda read: attempt(read, tmp_path / "input", b"data")


def test_errors_that_are_no_sentences_are_finds(attempted):
    def clumsy(_):
        raise ToneNetError("No full stop")

    def wrong(_):
        return {}["key"]

    def fine(_):
        raise ToneNetError("The file is damaged.")

    assert isinstance(attempted(clumsy)[1], AssertionError)
    assert isinstance(attempted(wrong)[1], KeyError)
    assert attempted(fine) == (False, None)
    assert attempted(lambda _: None) == (True, None)


def test_what_does_not_end_is_a_find(attempted, monkeypatch):
    monkeypatch.setattr(harness, "SECONDS", 0.05)

    def endless(_):
        while True:
            pass

    assert isinstance(attempted(endless)[1], harness.TooLongError)


def test_a_crash_is_a_find_and_the_inputs_behind_it_are_tried_nevertheless(monkeypatch):
    told = []
    answers = [({}, 3, -9), ({"midi": Tally(inputs=6, accepted=6)}, 9, 0)]
    monkeypatch.setattr(harness, "in_a_child", lambda plan, seed: (told.append(dict(plan)), answers.pop(0))[1])
    tally = run({"midi": range(10)}, seed=1)["midi"]
    assert told == [{"midi": range(10)}, {"midi": range(4, 10)}]
    assert (tally.inputs, tally.found, list(tally.finds)) == (10, 1, ["the process ended with code -9"])


def test_every_input_can_be_made_again():
    for name, target in TARGETS.items():
        if name in ("midi", "recipe", "settings"):
            first, again, other = (harness.input_of(target, name, 1, number) for number in (5, 5, 6))
            assert first == again != other


def test_minimising_keeps_what_makes_the_find(attempted, tmp_path):
    def read(path):
        if b"bad" in path.read_bytes():
            raise RuntimeError

    path = tmp_path / "input"
    _, error = attempt(read, path, b"some bad data")
    assert harness.minimised(read, path, b"some bad data", kind_of(error)) == b"bad"


def test_the_reader_of_midi_is_given_files_that_it_accepts(tmp_path):
    read = midi_reader(tmp_path)
    for seed in midi_seeds():
        (tmp_path / "seed.mid").write_bytes(seed)
        read(tmp_path / "seed.mid")
    assert TARGETS["midi"].mutate([seed], random.Random(1)) != seed
