"""Nothing is left running after a test."""

from tests.leftovers import nothing_left  # noqa: F401  (for every test here)
