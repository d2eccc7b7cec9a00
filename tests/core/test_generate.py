import numpy as np
import pytest
import torch

from tests.pieces import melody
from tests.training_pieces import STYLES, scale_piece
from tonenet_core.encoding.images import read_notes
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.generate import Request, between, generate, interpolate, reconstruct
from tonenet_core.midi import parse_midi
from tonenet_core.models.expression.performer import Performer, PerformerConfig
from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig


@pytest.fixture(scope="module")
def model():
    """An untrained network, made to strike now and then."""
    torch.manual_seed(0)
    made = VaeGan(VaeGanConfig(STYLES, latent=8, hidden=32, blocks=2, prior=16, mixtures=3)).eval()
    cells = made.generator.leave[1].bias.data.view(4, 88, 3)
    cells[..., 0] += torch.where(torch.arange(88) % 8 == 0, 2.9, -3.0)
    return made


@pytest.fixture
def source():
    return parse_midi(melody(120), "melody.mid")


@pytest.mark.parametrize(("length", "tempo"), [(30.0, 120.0), (10.0, 90.0), (100.0, 140.0), (1.0, 60.0)])
def test_a_piece_has_the_length_and_tempo_that_were_asked_for(model, length, tempo):
    piece = generate(model, Request(length, tempo=tempo))

    bar = 4 * 60 / tempo
    assert piece.notes["onset_sec"][-1] < length + 1e-6
    assert abs(piece.duration_sec - length) <= bar
    assert np.median(np.diff(piece.beats_sec)) == pytest.approx(60 / tempo, rel=1e-4)
    steps = piece.notes["onset_sec"] * tempo / 60 * 4
    assert np.allclose(steps, np.rint(steps), atol=1e-3)
    assert piece.notes["duration_sec"].min() >= 0.03


def test_a_seed_gives_the_same_bytes_and_another_seed_another_piece(model):
    first, again, other = (generate(model, Request(8.0, seed=seed)).to_bytes() for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_style_and_temperature_matter(model):
    usual = generate(model, Request(8.0, style="jazz")).to_bytes()

    assert generate(model, Request(8.0)).to_bytes() == usual  # the first style
    assert generate(model, Request(8.0, style="classical")).to_bytes() != usual
    assert generate(model, Request(8.0, temperature=0.2)).to_bytes() != usual


def test_the_tempo_is_the_styles_own_unless_asked_for(model):
    statistics = {"jazz": {"tempo": 96.0}}
    own = generate(model, Request(10.0), statistics=statistics)

    assert np.median(np.diff(own.beats_sec)) == pytest.approx(60 / 96, rel=1e-4)
    asked = generate(model, Request(10.0, tempo=60.0), statistics=statistics)
    assert np.median(np.diff(asked.beats_sec)) == pytest.approx(1.0, rel=1e-4)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (Request(0.1), "length"),
        (Request(5000.0), "length"),
        (Request(temperature=3.0), "temperature"),
        (Request(tempo=5.0), "tempo"),
        (Request(style="polka"), "styles are jazz, classical"),
    ],
)
def test_what_cannot_be_made_gets_a_sentence(model, request_, sentence):
    with pytest.raises(ToneNetError, match=sentence):
        generate(model, request_)


def test_silence_gets_a_sentence():
    torch.manual_seed(0)
    mute = VaeGan(VaeGanConfig(STYLES, latent=8, hidden=32, prior=16)).eval()
    mute.generator.leave[1].bias.data.view(4, 88, 3)[..., 0] = -1e3
    with pytest.raises(ToneNetError, match="silent"):
        generate(mute, Request())


def test_velocities_of_a_model_that_performs(model):
    torch.manual_seed(0)
    player = Performer(PerformerConfig(STYLES, hidden=8, layers=1, style_size=4, block=8)).eval()
    drawn = generate(model, Request(8.0))
    played = generate(model, Request(8.0), velocities=player)

    assert np.array_equal(drawn.notes["onset_sec"], played.notes["onset_sec"])
    assert np.array_equal(drawn.notes["pitch"], played.notes["pitch"])
    assert not np.array_equal(drawn.velocities, played.velocities)
    assert len(np.unique(played.velocities)) > 3


def test_between_two_pieces_it_plays_too(model, source):
    torch.manual_seed(0)
    player = Performer(PerformerConfig(STYLES, hidden=8, layers=1, style_size=4, block=8)).eval()
    drawn, played = (
        interpolate(source, scale_piece("jazz"), model, steps=3, velocities=velocities) for velocities in (None, player)
    )

    for first, second in zip(drawn, played, strict=True):
        assert np.array_equal(first.notes["pitch"], second.notes["pitch"])
        assert not np.array_equal(first.velocities, second.velocities)


def test_cancelling_stops_at_once(model):
    def stop(fraction):
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        generate(model, Request(60.0), progress=stop)


def test_progress_rises_to_the_end(model, source):
    for call in (
        lambda seen: generate(model, Request(60.0), progress=seen),
        lambda seen: reconstruct(source, model, progress=seen),
        lambda seen: interpolate(source, scale_piece("jazz"), model, steps=3, progress=seen),
    ):
        seen = []
        call(seen.append)
        assert seen == sorted(seen)
        assert seen[-1] == 1.0


def test_a_reconstruction_is_what_the_latents_say_in_the_pieces_tempo(model, source):
    made = reconstruct(source, model, style="classical")
    image = model.draw(model.encode(source, "classical"), {"classical": 1.0})

    assert len(made) == len(read_notes(image))
    assert np.median(np.diff(made.beats_sec)) == pytest.approx(0.5, rel=1e-4)
    assert reconstruct(source, model, tempo=60.0).duration_sec > 1.5 * made.duration_sec


def test_the_ends_of_an_interpolation_are_reconstructions(model, source):
    other = scale_piece("classical", bars=3)
    made = interpolate(source, other, model, steps=4, styles=("jazz", "classical"))
    beats = len(model.encode(other, "classical"))

    assert len(made) == 4
    ends = reconstruct(source, model, style="jazz"), reconstruct(other, model, style="classical")
    for end, whole in zip((made[0], made[-1]), ends, strict=True):
        limit = (beats - 3) * 0.5 - 1e-6  # the longer piece is cut, which is felt three beats before
        for field in ("onset_sec", "pitch", "velocity"):
            kept = [piece.notes[field][piece.notes["onset_sec"] < limit] for piece in (end, whole)]
            assert np.array_equal(*kept)
    assert made[1].source != made[0].source


def test_on_the_way_tempo_and_style_change_evenly(model, source):
    slow = scale_piece("classical", bars=3)
    slow.notes["onset_sec"] *= 2
    slow = type(slow)(**{**vars(slow), "beats_sec": slow.beats_sec * 2})
    made = interpolate(source, slow, model, steps=3, styles=("jazz", "classical"))

    tempos = [60 / np.median(np.diff(piece.beats_sec)) for piece in made]
    assert tempos == pytest.approx([120, 90, 60], rel=1e-3)


def test_an_interpolation_needs_two_ends(model, source):
    with pytest.raises(ToneNetError, match="2 steps"):
        interpolate(source, source, model, steps=1)


def test_between_turns_evenly_and_keeps_the_length():
    first, second = np.array([[2.0, 0.0]], np.float32), np.array([[0.0, 4.0]], np.float32)

    assert between(first, second, 0.0) == pytest.approx(first)
    assert between(first, second, 1.0) == pytest.approx(second)
    middle = between(first, second, 0.5)
    assert np.linalg.norm(middle) == pytest.approx(3.0)
    assert middle[0, 0] == pytest.approx(middle[0, 1])
    assert between(first, first, 0.3) == pytest.approx(first)
    assert np.isfinite(between(first, -first, 0.5)).all()
    assert np.isfinite(between(first * 0, second, 0.5)).all()
