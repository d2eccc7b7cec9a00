"""The fixtures of the lanes are those of the views."""

from tests.app.views.conftest import session, viewport  # noqa: F401
