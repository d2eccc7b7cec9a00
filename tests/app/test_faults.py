"""The machine fails under the window: the SoundFont is gone, the GPU's memory is full, the disk is."""

import errno
import os
from pathlib import Path

import pytest

from app.background.in_process import InProcess
from app.playback.player import Player
from app.session.session import Session
from app.system.settings import Settings
from tests.app.stand_in import no_judge
from tonenet_core import checkpoint
from tonenet_core.compute.devices import GPU_FULL
from tonenet_core.parts.time import FEW_PAIRS
from tonenet_core.sound.synth import working_soundfont


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "ToneNet.ini")


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_the_next_soundfont_plays_and_the_window_says_so(
    qtbot, tmp_path, settings, tiny_model, piece_file, open_piece, damage
):
    chosen = tmp_path / "mine.sf2"
    if damage == "damaged":
        sound = working_soundfont()[0].read_bytes()
        chosen.write_bytes(sound[:12] + bytes(len(sound) - 12))
    settings.soundfont = chosen
    session = Session(
        settings=settings, runner=InProcess(), models=[tiny_model], player=Player(audio=False), load_judge=no_judge
    )
    try:
        open_piece(session, piece_file)
        qtbot.waitUntil(lambda: session.message is not None and "mine.sf2" in session.message.text, timeout=20_000)
        assert session.message.kind == "warning"
        assert session.message.text.endswith(f"Until then {working_soundfont()[0].name} plays.")
        assert session.player.problem is None
        session.messages.dismiss()
        written = []
        assert session.exports.wav(tmp_path / "out.wav", done=lambda: written.append(True))
        qtbot.waitUntil(lambda: bool(written), timeout=20_000)
        assert (tmp_path / "out.wav").exists()
        assert session.settings.soundfont == chosen  # it may come back
    finally:
        session.close()


def test_a_full_gpu_is_told_and_the_result_is_there(session, piece_file, open_piece, transfer, monkeypatch):
    import torch

    load = checkpoint.load

    def crowded(path, device):
        model = load(path, "cpu")
        if not hasattr(model, "predict"):  # a model of time
            assert device == "cpu"
            return model
        predict, to, full = model.predict, model.to, [True]

        def predict_there(*args, **kwargs):
            if full[0]:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return predict(*args, **kwargs)

        def move(place):
            full[0] = False
            return to(place)

        model.predict, model.to = predict_there, move
        return model

    monkeypatch.setattr(checkpoint, "load", crowded)
    open_piece(session, piece_file)
    styled = transfer(session, "jazz")
    assert len(styled) == 60
    assert (session.message.kind, session.message.text) == ("warning", f"{GPU_FULL} {FEW_PAIRS}")


def test_a_full_disk_at_an_export_is_told_and_everything_stays(
    session, piece_file, open_piece, transfer, tmp_path, monkeypatch
):
    open_piece(session, piece_file)
    styled = transfer(session, "jazz")
    target = tmp_path / "out.mid"
    target.write_bytes(b"old")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    session.exports.midi(target)
    assert session.message.text == f"{target} could not be written: No space left on device."
    assert target.read_bytes() == b"old"
    assert session.styled is styled
    monkeypatch.undo()
    session.exports.midi(target)
    assert target.read_bytes() == styled.to_bytes()


def test_settings_that_cannot_be_written_change_nothing_else(tmp_path):
    settings = Settings(Path("/proc/no/such/folder/ToneNet.ini"))
    settings.theme = "light"
    settings.sync()
    assert settings.theme == "light"
