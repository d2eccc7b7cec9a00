"""A session that learns styles in this process, from a recipe that takes a moment."""

import pytest

from app.background.in_process import InProcess
from app.playback.player import Player
from app.session.session import Session
from app.window.main_window import MainWindow
from tests.app.stand_in import no_judge
from tests.learning_folders import fill, write_recipe


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("data") / "Evans")


@pytest.fixture(scope="session")
def recipe(tmp_path_factory, tiny_performer):
    return write_recipe(tmp_path_factory.mktemp("recipe") / "add.toml", tiny_performer.path)


@pytest.fixture
def learning_session(qtbot, tiny_performer):
    """Make a session as after a start of the program; all are closed in the end."""
    sessions = []

    def make(make_learner=InProcess):
        from tonenet_core import checkpoint

        models = [checkpoint.read_info(tiny_performer.path)]
        player = Player(audio=False)
        session = Session(
            runner=InProcess(), models=models, player=player, load_judge=no_judge, make_learner=make_learner
        )
        session.settings.ask_unsaved = False
        sessions.append(session)
        return session

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def desk(qtbot, learning_session):
    """Make the whole window over such a session, shown."""

    def make(make_learner=InProcess):
        window = MainWindow(learning_session(make_learner))
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    return make
