"""The file that is meant by what was typed into a dialog and the kind that was chosen there."""

from pathlib import Path

import pytest

from app.widgets.file_filters import with_chosen_suffix

WAV, FLAC = "WAV files (*.wav)", "FLAC files (*.flac)"
MIDI = "MIDI files (*.mid *.midi)"


@pytest.mark.parametrize(
    ("typed", "chosen", "meant"),
    [
        ("a.wav", WAV, "a.wav"),
        ("a.wav", FLAC, "a.flac"),  # the suggested name, with another kind
        ("a", FLAC, "a.flac"),
        ("a", "", "a.wav"),
        ("a.flac", "", "a.flac"),
        ("a.flac", WAV, "a.flac"),  # typed, with the kind left as it was
        ("a.mp3", WAV, "a.mp3"),
    ],
)
def test_a_name_gets_the_end_of_the_chosen_kind(typed, chosen, meant):
    assert with_chosen_suffix(Path(typed), ".wav", chosen) == Path(meant)


def test_either_end_of_one_kind_is_kept():
    assert with_chosen_suffix(Path("a.midi"), ".mid", MIDI) == Path("a.midi")
    assert with_chosen_suffix(Path("a"), ".mid", MIDI) == Path("a.mid")
