"""Tunes from the command line: a process of its own, with a small model made for the purpose."""

import io

import mido
import pytest
import torch

from tests import pieces
from tests.e2e.commands import assert_refused, tonenet
from tests.tunes import as_midi, tune
from tonenet_core import checkpoint
from tonenet_core.midi import read_midi
from tonenet_core.models.sequence.seq_gan import SeqGan, SeqGanConfig


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a SeqGAN, a tune and a free recording."""
    path = tmp_path_factory.mktemp("tunes")
    torch.manual_seed(0)
    model = SeqGan(SeqGanConfig(("folk",), form="tokens", length=12, vocabulary=64, kernels=(1, 2), filters=4))
    model.learn_vocabulary([tune(4, seed=seed) for seed in range(3)])
    checkpoint.save(path / "folk.safetensors", model, "Folk", {"data": {"folk": {"tempo": 120.0}}})
    (path / "tune.mid").write_bytes(as_midi(tune(4)))
    (path / "free.mid").write_bytes(pieces.melody(60, metered=False))
    return path


def test_a_tune_in_the_key_and_metre_that_were_asked_for(folder):
    words = ("generate", "--model", "folk.safetensors", "--length", 16, "--key", "D", "--metre", "4/4")
    results = [
        tonenet(*words, "--seed", seed, "-o", f"{name}.mid", cwd=folder)
        for name, seed in zip("abc", (3, 3, 4), strict=True)
    ]
    first, again, other = ((folder / f"{name}.mid").read_bytes() for name in "abc")

    assert [result.returncode for result in results] == [0, 0, 0], results[0].stderr
    assert "16.0 seconds of folk" in results[0].stdout
    assert first == again != other
    said = [str(message.type) for message in mido.MidiFile(file=io.BytesIO(first)).tracks[0]]
    assert "time_signature" in said
    assert set(read_midi(folder / "a.mid").velocities) == {80}


def test_a_piece_is_continued_and_played(folder):
    words = ("generate", "--model", "folk.safetensors", "--length", 12, "--primer", "tune.mid", "--primer-bars", 2)
    plain = tonenet(*words, "--velocities", "constant", "-o", "on.mid", cwd=folder)
    played = tonenet(*words, "--velocities", "performer", "-o", "played.mid", cwd=folder)

    assert plain.returncode == played.returncode == 0, plain.stderr + played.stderr
    opening, written, performed = (read_midi(folder / f"{name}.mid") for name in ("tune", "on", "played"))
    count = int((opening.notes["onset_sec"] < 3.99).sum())
    assert written.notes["pitch"][:count].tolist() == opening.notes["pitch"][:count].tolist()
    assert performed.notes["pitch"].tolist() == written.notes["pitch"].tolist()
    assert len(set(performed.velocities)) > 3


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--key", "H"), "no key 'H'"),
        (("--metre", "9/8"), "no metre 9/8"),
        (("--primer", "free.mid"), "no beats"),
        (("--primer", "gone.mid"), "gone.mid"),
        (("--top-p", "0"), "top-p"),
        (("--style", "jazz"), "jazz"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(folder, words, reason):
    result = tonenet("generate", "--model", "folk.safetensors", *words, "-o", "none.mid", cwd=folder)

    if words[0] == "--style":
        assert result.returncode == 2
        assert reason in result.stderr
    else:
        assert_refused(result, reason)
    assert not (folder / "none.mid").exists()


def test_what_a_model_of_tunes_does_not_do(folder):
    back = tonenet("reconstruct", "tune.mid", "--model", "folk.safetensors", "-o", "none.mid", cwd=folder)
    played = tonenet(
        "transfer", "tune.mid", "--model", "folk.safetensors", "--to", "folk", "-o", "none.mid", cwd=folder
    )

    assert back.returncode == played.returncode == 2
    assert "no encoder" in back.stderr
    assert "generates pieces" in played.stderr
