"""What the core has to say keeps its parts: it crosses from one process to another, and into other languages."""

import pickle

import pytest

from tonenet_core.errors import (
    Cancelled,
    CheckpointError,
    MidiError,
    Sentence,
    ToneNetError,
    counted,
    printable,
    reason,
)

TEXT = "{name} contains {count} notes; up to {most} can be opened."


def test_a_sentence_is_its_english_text():
    sentence = Sentence(TEXT, name="a.mid", count=1_234_567, most=10)
    assert sentence == "a.mid contains 1,234,567 notes; up to 10 can be opened."
    assert (sentence.template, sentence.values) == (TEXT, {"name": "a.mid", "count": 1_234_567, "most": 10})


def test_braces_in_what_is_filled_in_stay_as_they_are():
    assert Sentence("{name} is empty.", name="{0} {x}.mid") == "{0} {x}.mid is empty."
    assert Sentence("{x.mid} is empty") == "{x.mid} is empty"


def test_sentences_are_listed():
    problems = Sentence("track {number} has no end", number=1), Sentence("a message has no status")
    said = Sentence("damaged ({problems})", problems=problems)
    assert said == "damaged (track 1 has no end; a message has no status)"


@pytest.mark.parametrize("kind", [ToneNetError, MidiError, CheckpointError])
def test_an_error_says_it_and_keeps_it_across_processes(kind):
    again = pickle.loads(pickle.dumps(kind(TEXT, name="a.mid", count=5, most=4)))
    assert type(again) is kind
    assert str(again) == "a.mid contains 5 notes; up to 4 can be opened."
    assert again.sentence.template == TEXT
    assert again.sentence.values == {"name": "a.mid", "count": 5, "most": 4}


def test_a_request_to_stop_crosses_processes_as_well():
    again = pickle.loads(pickle.dumps(Cancelled()))
    assert type(again) is Cancelled
    assert str(again) == "Cancelled."


def test_what_is_filled_in_is_text_from_then_on():
    unpicklable = OSError(lambda: None)
    error = MidiError("{name} could not be read: {why}.", name="a", why=unpicklable)
    assert isinstance(pickle.loads(pickle.dumps(error)).sentence.values["why"], str)


def test_plain_words_are_a_sentence_without_values():
    assert ToneNetError("It is {so}.").sentence.values == {}
    assert str(ToneNetError("It is {so}.")) == "It is {so}."


def test_one_is_in_the_singular_and_crosses_processes():
    said = [counted(number, "{notes} note is", "{notes} notes are", notes=number) for number in (0, 1, 2, 1200)]
    assert said == ["0 notes are", "1 note is", "2 notes are", "1,200 notes are"]
    again = pickle.loads(pickle.dumps(said[1]))
    assert (again, again.template, again.values, again.number) == ("1 note is", "{notes} notes are", {"notes": 1}, 1)


def test_what_is_no_letter_is_replaced():
    assert printable("caf\udce9 \ud83d 音🎹") == "caf\ufffd \ufffd 音🎹"
    assert str(MidiError("{name} is empty.", name="\udce9.mid")) == "\ufffd.mid is empty."
    assert Sentence("\udce9 and {name}", name="\udce8").encode().decode() == "\ufffd and \ufffd"


def test_the_reason_of_a_missing_file_is_what_the_system_says_without_its_number(tmp_path):
    with pytest.raises(OSError, match="Errno") as caught:
        (tmp_path / "none.toml").read_text()
    assert reason(caught.value) == "No such file or directory"
