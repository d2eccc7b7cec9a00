"""The machine fails: killed in the middle, disk full, folder read-only, SoundFont or GPU memory gone.

Nothing that was there is lost, nothing half-made stays under a final name, and the user gets a sentence.
"""

import os
import resource
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from tests import pieces
from tests.core.training.test_train import RECIPE, cache, curves, scale_file, without_time  # noqa: F401  (a fixture)
from tonenet_core import checkpoint, cli
from tonenet_core.compute import devices
from tonenet_core.data.prepare import list_folder, prepare
from tonenet_core.errors import CheckpointError, DataError, DeviceError, MidiError, SynthError
from tonenet_core.files.atomic import replacing
from tonenet_core.midi import parse_midi, read_midi, write_midi
from tonenet_core.models.expression.stylenet import StyleNet, StyleNetConfig
from tonenet_core.sound import soundfont as soundfonts
from tonenet_core.sound import synth
from tonenet_core.sound.synth import render_audio, working_soundfont
from tonenet_core.training.options import RunOptions
from tonenet_core.training.train import train
from tonenet_core.transfer import interpret

pytestmark = pytest.mark.timeout(420)  # longer than its child processes may take
ROOT = Path(__file__).parents[2]


def visible(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def killed(*words, at, cwd):
    """Run the command line in a process that kills itself with signal 9 at a place; `at` is Python that chooses it."""
    code = f"import os, signal, sys\ndef die(): os.kill(os.getpid(), signal.SIGKILL)\n{at}\n"
    code += "from tonenet_core.cli import main\nsys.argv[0] = 'tonenet'\nmain()\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return done


def tonenet(monkeypatch, *words):
    """Run the command line in this process and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["tonenet", *map(str, words)])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    try:
        cli.main()
    except SystemExit as end:
        return end.code
    return 0


@pytest.fixture
def network():
    return StyleNet(StyleNetConfig(styles=("jazz", "classical"), hidden=8, layers=1, window_steps=32))


@pytest.fixture
def model(network, tmp_path):
    path = tmp_path / "model" / "tiny.safetensors"
    checkpoint.save(path, network, "Tiny", {})
    return path


# kill -9

HALF_OF_THE_SECOND_FILE = """
from pathlib import Path
seen = []
def write(path, data):
    seen.append(path)
    with path.open("wb") as file:
        file.write(data if len(seen) == 1 else data[:len(data) // 2])
    if len(seen) == 2: die()
Path.write_bytes = write
"""


def test_a_batch_that_is_killed_leaves_whole_files_and_can_be_run_again(tmp_path, model, monkeypatch):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.mid").write_bytes(pieces.melody(40, seed=ord(name)))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.mid").write_bytes(b"of an earlier run")
    files = [tmp_path / f"{name}.mid" for name in ("a", "b", "c")]
    words = ("transfer", *files, "--to", "jazz", "--model", model, "--out-dir", tmp_path / "out", "--device", "cpu")
    killed(*words, at=HALF_OF_THE_SECOND_FILE, cwd=tmp_path)
    assert visible(tmp_path / "out") == ["a.mid", "b.mid"]
    assert len(read_midi(tmp_path / "out" / "a.mid")) == 40
    assert (tmp_path / "out" / "b.mid").read_bytes() == b"of an earlier run"
    assert tonenet(monkeypatch, *words) == 0
    assert visible(tmp_path / "out") == ["a.mid", "b.mid", "c.mid"]
    assert all(len(read_midi(tmp_path / "out" / path.name)) == 40 for path in files)


AFTER_TWO_SECONDS_OF_SOUND = """
import wave
seen, write = [], wave.Wave_write.writeframesraw
def writeframesraw(file, data):
    seen.append(data)
    if len(seen) == 3: die()
    write(file, data)
wave.Wave_write.writeframesraw = writeframesraw
"""


def test_a_wav_export_that_is_killed_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "a.mid").write_bytes(pieces.melody(40))
    (tmp_path / "a.wav").write_bytes(b"of an earlier run")
    words = ("render", tmp_path / "a.mid", "-o", tmp_path / "a.wav")
    killed(*words, at=AFTER_TWO_SECONDS_OF_SOUND, cwd=tmp_path)
    assert (tmp_path / "a.wav").read_bytes() == b"of an earlier run"
    assert tonenet(monkeypatch, *words) == 0
    with wave.open(str(tmp_path / "a.wav"), "rb") as file:
        assert file.getnframes() > 5 * file.getframerate()


WITHIN_THE_SECOND_SAVED_STATE = """
import sys
sys.modules["tonenet_core.plots.curves"] = None
from lightning_fabric import Fabric
seen, save = [], Fabric.save
def half(fabric, path, state):
    seen.append(path)
    if len(seen) == 2:
        open(path, "wb").write(b"PK half a state")
        die()
    save(fabric, path, state)
Fabric.save = half
"""


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE.replace("steps = 40", "steps = 8").replace("validate_every = 10", "validate_every = 4"))
    return path


def test_a_training_that_is_killed_while_it_saves_can_be_resumed(tmp_path, recipe, cache, monkeypatch):  # noqa: F811
    pytest.importorskip("lightning_fabric")
    monkeypatch.setitem(
        sys.modules, "tonenet_core.plots.curves", None
    )  # nor does the child draw curves, which takes longest
    words = ("train", recipe, "--data", cache, "-o", tmp_path / "run", "--device", "cpu")
    killed(*words, at=WITHIN_THE_SECOND_SAVED_STATE, cwd=tmp_path)
    assert checkpoint.read_info(tmp_path / "run" / "tiny.safetensors").title == "Tiny"
    resumed = train(recipe, cache, tmp_path / "run", RunOptions(device="cpu", resume=True))
    whole = train(recipe, cache, tmp_path / "whole", RunOptions(device="cpu"))
    assert without_time(curves(resumed)) == without_time(curves(whole))
    assert len(curves(resumed)) == 2
    first, second = (checkpoint.load(path, "cpu").state_dict() for path in (resumed, whole))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_what_a_killed_process_left_is_no_piece_of_a_data_folder(tmp_path):
    (tmp_path / "jazz").mkdir()
    (tmp_path / "jazz" / "a.mid").write_bytes(pieces.scale())
    (tmp_path / "jazz" / ".3fa2-b.mid").write_bytes(pieces.scale()[:60])
    assert [entry.file for entry in list_folder(tmp_path)] == ["jazz/a.mid"]


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda _: b"", lambda _: b"cposix\nsystem\n(S'touch run'\ntR."]
)
def test_a_damaged_state_of_training_gets_a_sentence_and_runs_no_code(tmp_path, recipe, cache, damage, monkeypatch):  # noqa: F811
    pytest.importorskip("lightning_fabric")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "tonenet_core.plots.curves", None)
    (tmp_path / "run").mkdir()
    state = tmp_path / "run" / "resume.ckpt"
    if damage(b"12") == b"1":
        train(recipe, cache, tmp_path / "run", RunOptions(device="cpu"))
        state.write_bytes(damage(state.read_bytes()))
    else:
        state.write_bytes(damage(b""))
    with pytest.raises(DataError, match=r"resume\.ckpt is damaged"):
        train(recipe, cache, tmp_path / "run", RunOptions(device="cpu", resume=True))
    assert not (tmp_path / "run" / "touch").exists()
    assert "run" in visible(tmp_path)
    assert (tmp_path / "run").is_dir()


def test_a_checkpoint_that_is_a_pickle_is_refused_and_runs_no_code(tmp_path):
    """Whatever its name is, no reader of models ever unpickles."""
    import pickle

    import torch

    ran = tmp_path / "ran"

    class Attack:
        def __reduce__(self):
            return os.mkdir, (str(ran),)

    for name, write in (
        ("a.safetensors", lambda path: path.write_bytes(pickle.dumps(Attack()))),
        ("b.safetensors", lambda path: torch.save({"weights": Attack()}, path)),
    ):
        write(tmp_path / name)
        with pytest.raises(CheckpointError, match="not a ToneNet checkpoint"):
            checkpoint.load(tmp_path / name, "cpu")
        assert not ran.exists()
    pickle.loads((tmp_path / "a.safetensors").read_bytes())  # so that it is known to be an attack
    assert ran.exists()


# A full disk

ROOM = 40_000  # bytes


@pytest.fixture(params=["tmpfs", "file size limit"])
def full_disk(request, tmp_path):
    """A folder in which nothing fits that is larger than `ROOM`: a real full disk where one may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "tmpfs":
        mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("NO SMALL DISK could be mounted here: the limit on the size of files stands in for it")
        yield folder
        subprocess.run(["umount", str(folder)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, kept)


@pytest.fixture
def long_file(tmp_path):
    """A MIDI file that is larger than the disk."""
    path = tmp_path / "long.mid"
    path.write_bytes(pieces.melody(9_000))
    return path


REASON = r"(No space left on device|File too large)"


def test_a_full_disk_keeps_the_old_midi_file(full_disk):
    target = full_disk / "out.mid"
    target.write_bytes(pieces.scale())
    with pytest.raises(MidiError, match=rf"out\.mid could not be written: {REASON}\."):
        write_midi(target, parse_midi(pieces.melody(20_000), "long.mid"))
    assert target.read_bytes() == pieces.scale()
    assert list(full_disk.iterdir()) == [target]


@pytest.mark.parametrize("name", ["out.wav", "out.flac"])
def test_a_full_disk_keeps_the_old_sound_file(full_disk, name):
    target = full_disk / name
    target.write_bytes(b"old")
    with pytest.raises(SynthError, match=rf"{name} could not be written: {REASON}\."):
        render_audio(parse_midi(pieces.melody(60), "a.mid"), target)
    assert target.read_bytes() == b"old"
    assert list(full_disk.iterdir()) == [target]


def test_a_full_disk_leaves_out_of_a_batch_only_what_does_not_fit(
    model, long_file, full_disk, tmp_path, monkeypatch, capsys
):
    small = tmp_path / "small.mid"
    small.write_bytes(pieces.melody(30))
    words = ("transfer", long_file, small, "--to", "jazz", "--model", model, "--out-dir", full_disk, "--device", "cpu")
    assert tonenet(monkeypatch, *words) == 1
    errors = capsys.readouterr().err.splitlines()
    (failed,) = [line for line in errors if "could not be written" in line]
    assert "long.mid could not be written" in failed
    assert errors[-1] == "1 of 2 files was left out."
    assert visible(full_disk) == ["small.mid"]


def test_a_full_disk_ends_a_training_with_a_sentence(full_disk, recipe, cache, monkeypatch, capsys):  # noqa: F811
    pytest.importorskip("lightning_fabric")
    recipe.write_text(recipe.read_text().replace("hidden = 8", "hidden = 40"))
    words = ("train", recipe, "--data", cache, "-o", full_disk / "run", "--device", "cpu")
    assert tonenet(monkeypatch, *words) == 1
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "run" in line and "Seed" not in line]
    assert line.endswith(("tiny.safetensors: No space left on device.", "tiny.safetensors: File too large."))
    assert visible(full_disk / "run") == []


def test_a_full_disk_keeps_the_old_cache(long_file, full_disk, tmp_path):
    data = tmp_path / "data" / "jazz"
    data.mkdir(parents=True)
    for seed in range(3):
        (data / f"{seed}.mid").write_bytes(scale_file("jazz", seed))
    prepare(tmp_path / "data", full_disk / "cache")
    before = contents(full_disk / "cache")
    long_file.rename(data / "9.mid")
    with pytest.raises(DataError, match=rf"cache could not be written: ({REASON}|the disk is full)\."):
        prepare(tmp_path / "data", full_disk / "cache")
    assert contents(full_disk / "cache") == before
    assert visible(full_disk) == ["cache"]


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# A folder that may not be written to


@pytest.fixture
def read_only(tmp_path):
    """A folder with one file, `old.mid`, that not even root can write to."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.geteuid() != 0:
        (folder / "old.mid").write_bytes(pieces.scale())
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, check=False).returncode:
        pytest.skip("NO READ-ONLY FOLDER can be made here: root may write everywhere, and nothing can be mounted")
    (folder / "old.mid").write_bytes(pieces.scale())
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


DENIED = r"(Read-only file system|Permission denied)"


def test_a_read_only_folder_gets_a_sentence(read_only, tmp_path, model, monkeypatch, capsys):
    performance = parse_midi(pieces.melody(20), "a.mid")
    with pytest.raises(MidiError, match=rf"old\.mid could not be written: {DENIED}\."):
        write_midi(read_only / "old.mid", performance)
    with pytest.raises(SynthError, match=rf"a\.wav could not be written: {DENIED}\."):
        render_audio(performance, read_only / "a.wav")
    with pytest.raises(OSError, match=DENIED) as refusal, replacing(read_only / "a.png"):
        pass
    assert refusal.value.filename == str(read_only / "a.png")
    (tmp_path / "a.mid").write_bytes(pieces.melody(20))
    words = ("transfer", tmp_path / "a.mid", "--to", "jazz", "--model", model, "--out-dir", read_only / "new")
    assert tonenet(monkeypatch, *words) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "could not be made" in line
    assert (read_only / "old.mid").read_bytes() == pieces.scale()


# A SoundFont that is gone or damaged


@pytest.fixture
def shipped() -> Path:
    import pretty_midi

    return Path(pretty_midi.__file__).parent / "TimGM6mb.sf2"


@pytest.fixture
def damaged(tmp_path, shipped):
    """A SoundFont whose beginning and length are right, and nothing else."""
    path = tmp_path / "damaged.sf2"
    path.write_bytes(shipped.read_bytes()[:12] + bytes(shipped.stat().st_size - 12))
    return path


def test_the_next_soundfont_plays_where_the_users_is_missing_or_damaged(tmp_path, damaged, shipped):
    best, notice = working_soundfont()
    assert notice is None
    assert working_soundfont(shipped) == (shipped, None)
    for user, why in ((tmp_path / "gone.sf2", "does not exist"), (damaged, "is damaged or cannot be read")):
        found, notice = working_soundfont(user)
        assert found == best
        assert f"{user} {why}" in notice
        assert notice.endswith(f"Until then {best.name} plays.")


def test_a_damaged_soundfont_of_the_folder_is_passed_over_too(tmp_path, damaged, shipped, monkeypatch):
    monkeypatch.setattr(soundfonts, "SOUNDFONTS", tmp_path)
    assert soundfonts.find_soundfont() == damaged  # which looks like one
    render_audio(parse_midi(pieces.scale(), "a.mid"), tmp_path / "a.wav")
    with wave.open(str(tmp_path / "a.wav"), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert np.abs(samples.astype(int)).max() > 500
    with pytest.raises(SynthError, match="damaged"):  # who names a file on the command line means that one
        render_audio(parse_midi(pieces.scale(), "a.mid"), tmp_path / "b.wav", damaged)
    assert not (tmp_path / "b.wav").exists()


def test_without_any_soundfont_the_sentence_says_where_to_put_one(monkeypatch, tmp_path):
    monkeypatch.setattr(soundfonts, "candidates", lambda: iter(()))
    with pytest.raises(SynthError, match="no SoundFont was found"):
        synth.working_soundfont(tmp_path / "gone.sf2")


# A GPU whose memory is full


@pytest.fixture
def crowded(network):
    """A model whose GPU is full: it answers on the CPU alone."""
    import torch

    predict, to, places = network.predict, network.to, ["cuda"]

    def predict_there(*args, **kwargs):
        if places[-1] != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return predict(*args, **kwargs)

    network.predict, network.to = predict_there, lambda place: (places.append(str(place)), to("cpu"))[1]
    return network


def test_a_full_gpu_gives_the_work_to_the_cpu_and_says_so(crowded, model):
    piece = parse_midi(pieces.melody(40), "a.mid")
    said = interpret(piece, crowded, "jazz", device="cuda")
    assert said.notices == (devices.GPU_FULL,)
    plain = interpret(piece, checkpoint.load(model, "cpu"), "jazz")
    assert plain.notices == ()
    assert np.allclose(said.median, plain.median, atol=0.2)  # the checkpoint's weights are in half precision
    assert interpret(piece, crowded, "jazz", device="cuda").notices == (
        devices.GPU_FULL,
    )  # it stays there, and goes on saying so


def test_the_command_line_says_so(crowded, model, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(checkpoint, "load_velocity_model", lambda *_: crowded)
    (tmp_path / "a.mid").write_bytes(pieces.melody(40))
    words = ("transfer", tmp_path / "a.mid", "--to", "jazz", "--model", model, "-o", tmp_path / "b.mid")
    assert tonenet(monkeypatch, *words, "--parts", "dynamics") == 0
    assert capsys.readouterr().err.splitlines() == [devices.GPU_FULL]
    assert len(read_midi(tmp_path / "b.mid")) == 40


def test_a_gpu_without_room_for_the_weights_is_the_same(model, monkeypatch):
    import torch

    to = StyleNet.to

    def no_room(network, place):
        if str(place) != "cpu":
            raise RuntimeError("CUDA error: out of memory")
        return to(network, place)

    monkeypatch.setattr(StyleNet, "to", no_room)
    monkeypatch.setattr(devices, "resolve", lambda _: torch.device("cuda:0"))
    loaded = checkpoint.load(model, "cuda")
    assert interpret(parse_midi(pieces.melody(40), "a.mid"), loaded, "jazz", device="cuda").notices == (
        devices.GPU_FULL,
    )


def test_other_errors_of_a_model_are_not_taken_for_a_full_gpu(network, monkeypatch):
    def broken(*_):
        raise RuntimeError("shapes cannot be multiplied")

    network.predict = broken
    with pytest.raises(RuntimeError, match="shapes"):
        interpret(parse_midi(pieces.melody(40), "a.mid"), network, "jazz")


def test_a_training_that_does_not_fit_gets_a_sentence(recipe, cache, tmp_path, monkeypatch):  # noqa: F811
    pytest.importorskip("lightning_fabric")
    import torch

    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(StyleNet, "forward", full)
    with pytest.raises(DeviceError, match=r"too little free memory to train tiny: .* fewer windows"):
        train(recipe, cache, tmp_path / "run", RunOptions(device="cpu"))
