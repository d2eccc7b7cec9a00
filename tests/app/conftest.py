"""The window's fixtures: nothing left running after a test, settings of its own, a model small enough to run here."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, QSettings, QTranslator

from app.background.in_process import InProcess
from app.playback.player import Player
from app.session.session import Session
from app.system.language import install_translators
from tests.app.stand_in import no_judge
from tests.leftovers import nothing_left  # noqa: F401  (for every test here)
from tests.pieces import Note, melody, piece
from tests.tunes import tune
from tonenet_core import checkpoint


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    """Keep the user's own settings out of the tests, and the tests' out of the user's."""
    folder = tmp_path / "settings"
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(folder))  # also for programs that a test starts
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """A checkpoint of an untrained network of a few units: quick, and the same every time."""
    import torch

    from tonenet_core.models.expression.stylenet import StyleNet, StyleNetConfig

    path = tmp_path_factory.mktemp("checkpoints") / "tiny.safetensors"
    torch.manual_seed(1)
    network = StyleNet(StyleNetConfig(styles=("jazz", "classical"), hidden=8, layers=1, window_steps=32))
    checkpoint.save(path, network, "Tiny", {})
    return checkpoint.read_info(path)


@pytest.fixture(scope="session")
def tiny_performer(tmp_path_factory):
    """The same of a model that knows distributions, each style with a mind of its own."""
    import torch

    from tonenet_core.models.expression.performer import Performer, PerformerConfig

    path = tmp_path_factory.mktemp("checkpoints") / "performer.safetensors"
    torch.manual_seed(1)
    network = Performer(PerformerConfig(styles=("jazz", "classical"), hidden=8, layers=1, style_size=4, block=8))
    for block in network.networks[0].block:
        torch.nn.init.normal_(block[-1].weight, std=2.0)
    checkpoint.save(path, network, "Performer", {})
    return checkpoint.read_info(path)


@pytest.fixture(scope="session")
def tiny_generator(tmp_path_factory):
    """An untrained VAE-GAN of a few units, made to strike a key now and then."""
    import torch

    from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig

    path = tmp_path_factory.mktemp("checkpoints") / "vae-gan.safetensors"
    torch.manual_seed(0)
    network = VaeGan(VaeGanConfig(("jazz", "classical"), latent=8, hidden=32, blocks=2, prior=16, mixtures=3))
    cells = network.generator.leave[1].bias.data.view(4, 88, 3)
    cells[..., 0] += torch.where(torch.arange(88) % 8 == 0, 2.9, -3.0)
    checkpoint.save(path, network, "Tiny VAE-GAN", {})
    return checkpoint.read_info(path)


@pytest.fixture
def flat_file(tmp_path):
    """Forty notes that are all equally loud."""
    path = tmp_path / "flat.mid"
    path.write_bytes(piece(Note(place * 240, 48 + place % 24) for place in range(40)))
    return path


@pytest.fixture
def piece_file(tmp_path):
    """A piano piece of 60 notes."""
    path = tmp_path / "piece.mid"
    path.write_bytes(melody(60))
    return path


@pytest.fixture
def session(qtbot, tiny_model):
    """A session that runs its models in this process and opens no audio device."""
    session = Session(runner=InProcess(), models=[tiny_model], player=Player(audio=False), load_judge=no_judge)
    yield session
    session.close()


@pytest.fixture
def performing(qtbot, tiny_model, tiny_performer):
    """The same with two models, the performer first."""
    models = [tiny_performer, tiny_model]
    session = Session(runner=InProcess(), models=models, player=Player(audio=False), load_judge=no_judge)
    yield session
    session.close()


@pytest.fixture(scope="session")
def tiny_composer(tmp_path_factory):
    """An untrained SeqGAN that knows the tokens of three tunes."""
    import torch

    from tonenet_core.models.sequence.seq_gan import SeqGan, SeqGanConfig

    path = tmp_path_factory.mktemp("checkpoints") / "seq-gan.safetensors"
    torch.manual_seed(0)
    network = SeqGan(SeqGanConfig(("folk",), form="tokens", length=12, vocabulary=64, kernels=(1, 2), filters=4))
    network.learn_vocabulary([tune(4, seed=seed) for seed in range(3)])
    checkpoint.save(path, network, "Tiny SeqGAN", {"data": network.data_statistics([tune(4)])})
    return checkpoint.read_info(path)


@pytest.fixture
def inventing(qtbot, tiny_model, tiny_performer, tiny_generator):
    """The same with a generator."""
    session = Session(
        runner=InProcess(),
        models=[tiny_performer, tiny_model],
        player=Player(audio=False),
        generators=[tiny_generator],
        load_judge=no_judge,
    )
    yield session
    session.close()


@pytest.fixture
def composing(inventing, tiny_composer):
    """The same with a composer, which is chosen."""
    inventing.generation.set(models=(*inventing.generation.options.models, tiny_composer))
    inventing.generation.set_model(tiny_composer.name)
    return inventing


@pytest.fixture
def invented(qtbot):
    """Have a session make a piece, and wait for it."""

    def generated(session):
        before = session.original
        session.generate()
        qtbot.waitUntil(lambda: session.original is not before, timeout=30_000)
        return session.original

    return generated


@pytest.fixture
def window(qtbot, session):
    """The whole window, shown."""
    from app.window.main_window import MainWindow

    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def open_piece(qtbot):
    """Open a file in a session and wait until it is there."""

    def opened(session, path):
        session.open(path)
        qtbot.waitUntil(lambda: session.path == path, timeout=10_000)
        return session.original

    return opened


@pytest.fixture
def transfer(qtbot):
    """Transfer what a session has open and wait for the result."""

    def transferred(session, style):
        before = session.styled
        session.transfers.run(style)
        qtbot.waitUntil(lambda: session.styled is not before, timeout=20_000)
        return session.styled

    return transferred


@pytest.fixture
def german(qapp):
    """Speak German, and nothing afterwards."""
    install_translators(qapp, "de")
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(QLocale.system())
