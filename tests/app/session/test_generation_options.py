import io
from dataclasses import replace

import numpy as np
import pytest
from mido import MidiFile

from app.session.generation_options import STEPS
from tests.pieces import melody
from tests.tunes import as_midi, tune
from tonenet_core.analysis.key import MUSICAL_KEYS
from tonenet_core.errors import ToneNetError
from tonenet_core.midi import parse_midi, read_midi


def test_a_piece_from_noise_is_a_piece_like_any_other(inventing, invented, qtbot, tmp_path, transfer):
    inventing.generation.set(length_sec=8.0)
    piece = invented(inventing)

    assert (inventing.path, inventing.document.source, inventing.title) == (None, None, "New jazz piece (seed 0)")
    assert inventing.sides == (piece, None)
    inventing.exports.midi(tmp_path / "new.mid")
    assert np.array_equal(read_midi(tmp_path / "new.mid").notes, piece.notes)
    styled = transfer(inventing, "classical")
    assert inventing.sides == (piece, inventing.document.result)
    assert inventing.side_names == ("Original", "Classical")
    inventing.exports.midi(tmp_path / "styled.mid")
    exported = read_midi(tmp_path / "styled.mid")
    assert np.array_equal(exported.velocities, styled.velocities[inventing.order])
    assert np.array_equal(exported.notes["pitch"], piece.notes["pitch"][inventing.order])


def test_the_seed_decides_what_comes_from_noise(inventing, invented):
    first = invented(inventing).to_bytes()
    inventing.transfers.set_seed(3)
    other = invented(inventing).to_bytes()
    inventing.transfers.set_seed(0)

    assert invented(inventing).to_bytes() == first
    assert other != first


def test_the_same_again_would_be_no_news_so_the_next_seed_is_drawn(inventing, invented):
    made = [invented(inventing).to_bytes() for _ in range(3)]

    assert len(set(made)) == 3
    assert [each.title for each in inventing.document.pieces.documents] == [
        f"New jazz piece (seed {n})" for n in range(3)
    ]
    inventing.generation.set(temperature=0.5)
    invented(inventing)
    assert inventing.transfers.options.seed == 2  # something else is new already
    inventing.generation.set(temperature=1.0)
    assert invented(inventing).to_bytes() == made[2]


@pytest.mark.parametrize("length_sec", [5.0, 7.0, 10.0, 31.0])
def test_a_piece_is_as_long_as_it_was_asked_to_be(inventing, invented, length_sec):
    inventing.generation.set(length_sec=length_sec)
    for seed in range(3):
        inventing.transfers.set_seed(seed)
        piece = invented(inventing)
        assert piece.duration_sec == pytest.approx(length_sec, abs=0.01)
        assert MidiFile(file=io.BytesIO(piece.source)).length == pytest.approx(length_sec, abs=0.01)


def test_a_rebuilt_piece_is_compared_with_what_it_was_made_from(inventing, invented, piece_file, open_piece, qtbot):
    source = open_piece(inventing, piece_file)
    inventing.generation.set(origin="piece")
    piece = invented(inventing)

    assert inventing.title == "Imitation of piece"
    assert inventing.sides == (source, piece)
    assert inventing.side_names == ("Source", "New")
    assert inventing.side == inventing.player.side == "styled"
    inventing.toggle_side()
    assert inventing.side == inventing.player.side == "original"
    assert inventing.player.duration_sec >= source.duration_sec


def test_a_transfer_of_a_rebuilt_piece_is_compared_with_that(
    inventing, invented, piece_file, open_piece, transfer, qtbot
):
    source = open_piece(inventing, piece_file)
    inventing.generation.set(origin="piece")
    piece = invented(inventing)
    transfer(inventing, "classical")

    assert inventing.sides == (piece, inventing.document.result)
    inventing.transfers.undo()
    assert inventing.sides == (source, piece)


def test_between_two_pieces_lies_a_way(inventing, invented, piece_file, flat_file, open_piece):
    open_piece(inventing, piece_file)
    inventing.generation.set(origin="between")
    assert inventing.generation.options.missing(inventing.original) == "other"
    inventing.generation.set(other=flat_file)
    middle = invented(inventing)

    assert len(inventing.document.between) == STEPS
    assert inventing.document.between[STEPS // 2] is middle
    assert inventing.title == "Between piece and flat"
    inventing.generation.show_between(0)
    first = inventing.original
    assert first is inventing.document.between[0]
    assert inventing.side == "styled"
    assert first.to_bytes() != middle.to_bytes()
    (rebuilt,) = [each for each in inventing.document.pieces.documents if each.path is None]
    assert (rebuilt.title, rebuilt.performance) == (inventing.title, first)


def test_what_was_made_can_be_come_back_to(inventing, invented, piece_file, open_piece):
    first = invented(inventing)
    inventing.transfers.set_seed(1)
    second = invented(inventing)
    open_piece(inventing, piece_file)

    made = [each for each in inventing.document.pieces.documents if each.path is None]
    assert [each.performance for each in made] == [first, second]
    inventing.document.bring_back(made[0])
    assert (inventing.original, inventing.path) == (first, None)


def test_nothing_happens_while_something_is_missing(inventing, session):
    inventing.generation.set(origin="piece")
    inventing.generate()
    session.generation.set(models=())
    session.generate()

    assert inventing.idle
    assert session.idle
    assert session.generation.options.missing(None) == "model"


def test_an_unreadable_other_piece_is_told_and_the_open_one_stays(inventing, piece_file, open_piece, tmp_path, qtbot):
    piece = open_piece(inventing, piece_file)
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"no midi")
    inventing.generation.set(origin="between")
    inventing.generation.set(other=broken)
    inventing.generate()
    qtbot.waitUntil(lambda: inventing.message is not None, timeout=10_000)

    assert "broken.mid" in inventing.message.text
    assert inventing.original is piece


def test_opening_a_piece_cancels_what_is_being_made(inventing, piece_file, open_piece, qtbot, monkeypatch):
    def never_done(request, progress):
        while True:
            progress(0.5)

    monkeypatch.setattr(inventing.runner, "generate", never_done)
    inventing.generate()
    qtbot.waitUntil(lambda: inventing.job is not None and inventing.job.fraction == 0.5, timeout=5_000)
    piece = open_piece(inventing, piece_file)
    qtbot.waitUntil(lambda: inventing.idle, timeout=5_000)

    assert inventing.original is piece
    assert [each.performance for each in inventing.document.pieces.documents] == [piece]


def test_a_model_without_an_encoder_starts_from_noise(inventing, tiny_generator):
    generation = inventing.generation
    gan = replace(tiny_generator, name="gan", model="gan", styles=("classical",))
    generation.set(models=(gan, *generation.options.models))
    generation.set_origin("piece")
    generation.set_model("gan")

    assert (generation.options.origin, generation.options.style) == ("noise", "classical")
    generation.set(models=(gan,))
    assert generation.options.origins == ("noise",)


def test_where_to_start_from_decides_who_can_make_the_piece(composing, tiny_generator, tiny_composer):
    generation = composing.generation
    pianist = replace(tiny_composer, name="pianist", model="pianist", styles=tiny_generator.styles)
    generation.set(models=(pianist, tiny_generator, tiny_composer))
    generation.set_model("pianist")
    assert generation.options.origins == ("noise", "primer", "piece", "between")

    made = []
    for origin in ("primer", "between", "noise", "piece", "primer"):
        generation.set_origin(origin)
        made.append((generation.options.model_name, generation.options.origin))
    assert made == [
        ("pianist", "primer"),
        ("vae-gan", "between"),
        ("vae-gan", "noise"),  # it can do that too
        ("vae-gan", "piece"),
        ("pianist", "primer"),
    ]


def test_what_goes_wrong_in_the_making_is_a_sentence(inventing, qtbot, monkeypatch):
    def silent(request, progress):
        raise ToneNetError("What came out is silent.")

    monkeypatch.setattr(inventing.runner, "generate", silent)
    inventing.generate()
    qtbot.waitUntil(lambda: inventing.message is not None, timeout=5_000)

    assert inventing.message.text == "What came out is silent."
    assert inventing.original is None


@pytest.mark.parametrize("performs", [True, False])
def test_notes_are_as_loud_as_drawn_or_as_the_performer_plays_them(inventing, invented, performs):
    generation = inventing.generation
    generation.set(performer=generation.options.performer if performs else None)
    piece = invented(inventing)
    generation.set(performer=None)
    drawn = piece if not performs else invented(inventing)

    assert len(piece) == len(drawn)
    assert np.array_equal(piece.velocities, drawn.velocities) is not performs
    assert np.array_equal(parse_midi(piece.to_bytes(), "x").velocities, piece.velocities)


# -- token by token ----------------------------------------------------------------------------------------------


def test_a_tune_in_the_key_and_metre_that_are_chosen(composing, invented):
    generation = composing.generation
    assert (generation.options.keys, generation.options.metres) == (MUSICAL_KEYS, ("4/4",))
    generation.set(key="D", metre="4/4", top_p=0.5, length_sec=16.0, performer=None)
    piece = invented(composing)
    generation.set(key="Eb")
    higher = invented(composing)

    assert composing.title == "New folk piece (seed 0)"
    assert set(piece.velocities) == {80}
    assert np.array_equal(higher.notes["pitch"], piece.notes["pitch"] + 1)
    generation.set(top_p=1.0)
    assert not np.array_equal(invented(composing).notes["pitch"], higher.notes["pitch"])


def test_the_open_pieces_first_bars_are_gone_on_with(composing, invented, open_piece, tmp_path):
    path = tmp_path / "reel.mid"
    path.write_bytes(as_midi(tune(4)))
    source = open_piece(composing, path)
    generation = composing.generation
    generation.set(metre="4/4")
    generation.set(origin="primer", primer_bars=2, length_sec=12.0)
    assert (generation.options.keys, generation.options.metres) == ((), ())
    piece = invented(composing)

    kept = source.notes[source.notes["onset_sec"] < 3.99]
    assert piece.notes["pitch"][: len(kept)].tolist() == kept["pitch"].tolist()
    assert piece.duration_sec == pytest.approx(12, abs=0.1)
    assert len(set(piece.velocities)) > 3  # the performer plays unless another is chosen
    assert composing.title == "reel, continued (seed 0)"
    assert composing.sides == (piece, None)
    composing.transfers.set_seed(1)
    assert invented(composing).to_bytes() != piece.to_bytes()


def test_a_free_recording_has_no_bars_to_go_on_with(composing, open_piece, tmp_path):
    path = tmp_path / "free.mid"
    path.write_bytes(melody(60, metered=False))
    open_piece(composing, path)
    composing.generation.set(origin="primer")

    assert composing.generation.options.missing(composing.original) == "beats"


def test_what_another_model_does_not_know_is_let_go(composing, tiny_generator):
    composing.generation.set(metre="4/4")
    composing.generation.set(origin="primer")
    composing.generation.set_model(tiny_generator.name)
    generation = composing.generation.options

    assert (generation.origin, generation.metre) == ("noise", None)
    wanted = generation.request(None).options
    assert (wanted.top_p, wanted.key, wanted.metre) == (None, None, None)
