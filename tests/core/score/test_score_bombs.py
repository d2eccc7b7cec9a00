"""Scores that are made to exhaust whoever reads them."""

import pytest

from tests.fuzz.score_bombs import SMALL
from tests.scores import waltz
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi
from tonenet_core.score import xml_stream

SENTENCES = {
    "1,000,000,000 XML entities": "bomb.mxl declares XML entities, which no score needs; it was not opened.",
    "an XML entity that is a file": "bomb.mxl declares XML entities, which no score needs; it was not opened.",
    "elements 100,000 deep": "bomb.mxl is no score of a sensible size; it was not opened.",
    "a measure of 1,000,000 quarters": "bomb.mxl has a measure that is longer than music can be.",
    "a compressed score of 101 MB of nothing": "The MIDI file in bomb.mxl is too large to open.",
    "20,000 notes, 64 times": "bomb.mxl contains 1,280,000 notes; up to 1,000,000 can be opened.",
    "2,000 measures, each with da capo": "2,045 notes",
    "2,000 endings": "3 notes",
}


@pytest.mark.parametrize("name", SMALL)
def test_a_few_bytes_end_in_a_piece_or_a_sentence(name):
    data = SMALL[name]()
    try:
        said = f"{len(parse_midi(data, 'bomb.mxl')):,} notes"
    except MidiError as refusal:
        said = str(refusal)
    assert said == SENTENCES[name]


def test_elements_are_bounded_and_so_are_tags(monkeypatch):
    monkeypatch.setattr(xml_stream, "MOST_ELEMENTS", 1000)
    with pytest.raises(MidiError, match="no score of a sensible size"):
        parse_midi(waltz(64), "bomb.musicxml")
    monkeypatch.setattr(xml_stream, "MOST_ELEMENTS", 1_000_000)
    monkeypatch.setattr(xml_stream, "LONGEST_TAG", 200_000)
    with pytest.raises(MidiError, match="no score of a sensible size"):
        parse_midi(b"<score-partwise " + b'a="x" ' * 100_000 + b"/>", "bomb.musicxml")
