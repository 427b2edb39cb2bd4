"""What the command says of itself."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from grokbatch.cli.shared.console import say


def _tell(wanted: bool) -> None:
    if wanted:
        say(f"grokbatch {version('grokbatch')}")
        raise typer.Exit


def about(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_tell, is_eager=True)
    ] = False,
) -> None:
    """Hold the options of the command itself."""
