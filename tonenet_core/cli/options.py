"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Device = Annotated[str, typer.Option(help="Where to compute: auto (a GPU if there is one), cpu, cuda or cuda:1.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print figures as JSON on stdout.")]
