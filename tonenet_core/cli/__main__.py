"""`python -m tonenet_core.cli`."""

from tonenet_core.cli import main

main()
