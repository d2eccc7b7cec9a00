import io

import mido
import numpy as np
import pytest
import torch

from tests.pieces import melody
from tests.training_pieces import STYLES
from tests.tunes import as_midi, tune
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.generate import Primer, Request, generate
from tonenet_core.midi import parse_midi
from tonenet_core.models.expression.performer import Performer, PerformerConfig
from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig
from tonenet_core.models.sequence.seq_gan import SeqGan, SeqGanConfig


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    made = SeqGan(
        SeqGanConfig(("folk",), form="tokens", length=12, vocabulary=64, kernels=(1, 2), filters=4, embedding=8)
    ).eval()
    made.learn_vocabulary([tune(4, seed=1), tune(4, seed=2)])
    return made


def test_a_tune_has_whole_bars_of_its_metre_and_a_constant_velocity(model):
    piece = generate(model, Request(16.0, key="D", metre="4/4"), statistics={"folk": {"tempo": 120.0}})
    file = mido.MidiFile(file=io.BytesIO(piece.source))
    said = [message for message in file.tracks[0] if message.type == "time_signature"]

    assert [(each.numerator, each.denominator) for each in said] == [(4, 4)]
    assert piece.duration_sec == pytest.approx(16.0)
    assert np.diff(piece.downbeats_sec) == pytest.approx(2.0)
    assert set(piece.velocities) == {80}
    assert len(piece) > 8


def test_a_seed_gives_the_same_bytes_and_what_is_asked_for_matters(model):
    usual = generate(model, Request(16.0, seed=1)).to_bytes()

    assert generate(model, Request(16.0, seed=1)).to_bytes() == usual
    for other in (
        Request(16.0, seed=2),
        Request(16.0, seed=1, temperature=0.5),
        Request(16.0, seed=1, top_p=0.3),
        Request(16.0, seed=1, key="F#"),
        Request(16.0, seed=1, tempo=90.0),
    ):
        assert generate(model, other).to_bytes() != usual


def test_a_piece_is_continued_in_its_tempo(model):
    opening = parse_midi(as_midi(tune(2)), "opening.mid")
    slow = parse_midi(
        as_midi(tune(2)).replace(bytes([0x51, 3, 0x07, 0xA1, 0x20]), bytes([0x51, 3, 0x0F, 0x42, 0x40])), ""
    )
    piece = generate(model, Request(12.0), primer=Primer(opening, bars=1))
    first_bar = opening.notes["onset_sec"] < 1.99

    assert piece.notes["pitch"][: first_bar.sum()].tolist() == opening.notes["pitch"][first_bar].tolist()
    assert piece.notes["onset_sec"][: first_bar.sum()] == pytest.approx(opening.notes["onset_sec"][first_bar])
    assert piece.duration_sec == pytest.approx(12.0)
    at_sixty = generate(model, Request(12.0), primer=Primer(slow, bars=1))
    assert np.median(np.diff(at_sixty.beats_sec)) == pytest.approx(1.0)


def test_another_model_may_play_it(model):
    torch.manual_seed(0)
    player = Performer(PerformerConfig(styles=STYLES, hidden=16, layers=1, style_size=4, block=16)).eval()
    piece = generate(model, Request(16.0))
    played = generate(model, Request(16.0), velocities=player)

    assert np.array_equal(played.notes["pitch"], piece.notes["pitch"])
    assert np.array_equal(played.notes["onset_sec"], piece.notes["onset_sec"])
    assert len(set(played.velocities)) > 1


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (Request(16.0, key="H"), "no key 'H'"),
        (Request(16.0, metre="waltz"), "no metre 'waltz'"),
        (Request(16.0, metre="5/4"), "no metre 5/4"),
        (Request(16.0, top_p=0.0), "top-p"),
        (Request(16.0, style="jazz"), "styles are folk"),
    ],
)
def test_what_cannot_be_written_gets_a_sentence(model, request_, sentence):
    with pytest.raises(ToneNetError, match=sentence):
        generate(model, request_)


def test_a_free_recording_cannot_be_continued(model):
    free = parse_midi(melody(60, metered=False), "free.mid")
    assert not free.metered
    with pytest.raises(ToneNetError, match="no beats"):
        generate(model, Request(16.0), primer=Primer(free))


def test_a_model_of_images_says_what_it_cannot_do():
    made = VaeGan(VaeGanConfig(STYLES, latent=8, hidden=32, blocks=1, prior=16, mixtures=3)).eval()
    for request in (Request(8.0, key="G"), Request(8.0, metre="3/4"), Request(8.0, top_p=0.9)):
        with pytest.raises(ToneNetError, match="generates images"):
            generate(made, request)


def test_it_can_be_stopped(model):
    def stop(fraction):
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        generate(model, Request(16.0), progress=stop)
