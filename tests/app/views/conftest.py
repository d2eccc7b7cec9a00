"""The fixtures of the views: a session without models, and one viewport for all views of a test."""

import pytest

from app.views.viewport import Viewport
from tests.app.stand_in import StandInSession, dress


@pytest.fixture
def session(qapp):
    dress(qapp)
    return StandInSession()


@pytest.fixture
def viewport(session):
    return Viewport(session)
