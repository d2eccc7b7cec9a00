"""What `tonenet transfer` plays in the style by default, and what it says of what stays."""

import json

import pytest

from tests import pieces
from tests.core.cli.test_streams import here, model, tonenet  # noqa: F401  (fixtures)
from tonenet_core.cli.transfer_options import USUAL_PARTS
from tonenet_core.interpretation import DEFAULT_PARTS

FEW = "The piece has too few pairs of eighths to tell its swing, which stays as it is."


@pytest.fixture
def chords(here):  # noqa: F811
    """A few chords on the beat, broken in many ways, without eighths."""
    notes = [
        pieces.Note(
            beat * 480 + (11 * beat + 17 * voice) % 35,
            48 + 7 * voice + beat % 3,
            50 + (beat * 7 + voice * 11) % 40,
            300,
        )
        for beat in range(32)
        for voice in range(3)
    ]
    (here / "chords.mid").write_bytes(pieces.piece(notes))
    return here


@pytest.fixture
def run(tonenet, model):  # noqa: F811
    words = ("transfer", "chords.mid", "--to", "classical", "--from", "jazz", "-o", "out.mid")
    return lambda *more: tonenet(*words, *model, *more)


def test_the_help_names_what_is_played_by_default(tonenet):  # noqa: F811
    assert ",".join(DEFAULT_PARTS) == USUAL_PARTS
    shown = "".join(letter for letter in tonenet("transfer", "--help")[1].decode() if letter not in "│ \n")
    assert f"[default:({USUAL_PARTS})]" in shown


def test_why_the_swing_stays_is_said_to_who_asked_for_timing_and_in_the_figures(run, chords):
    status, written, errors = run()
    assert (status, errors) == (0, "")
    assert b"moved in time" in written
    usual = (chords / "out.mid").read_bytes()
    for more in (("--parts", "dynamics,timing"), ("--swing", "0.5")):
        assert run(*more)[2] == FEW
        assert (chords / "out.mid").read_bytes() == usual
    figures = json.loads(run("--json")[1])
    assert figures["notices"] == [FEW]
    assert figures["parts"] == list(DEFAULT_PARTS)
    assert figures["notes_moved"] > 0


def test_where_nothing_of_the_timing_changes_the_reason_is_said_unasked(run, here):  # noqa: F811
    (here / "chords.mid").write_bytes(pieces.melody(60))
    assert run()[2] == FEW
    usual = (here / "out.mid").read_bytes()
    assert run("--parts", "dynamics")[2] == ""
    assert (here / "out.mid").read_bytes() == usual


def test_one_line_tells_that_a_recording_keeps_tempo_and_swing(run, here):  # noqa: F811
    (here / "chords.mid").write_bytes(pieces.melody(60, metered=False))
    assert run()[2] == "The piece has no beats, so its tempo and swing stay."
    assert run("--parts", "dynamics")[2] == ""
