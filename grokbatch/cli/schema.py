"""`grokbatch schema`: the JSON Schema of batch files, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grokbatch.batch.json_schema import schema_text
from grokbatch.cli.shared.console import say
from grokbatch.demo.scenario.scenario import Scenario

BESIDE = ".batch.schema.json"
"""The name of the copy beside a user's batch files; as it is relative, the folder can be moved."""


def schema(
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it there instead of showing it.", show_default=False),
    ] = None,
) -> None:
    """Print the JSON Schema of batch files.

    An editor that knows it completes, explains and checks the keys: put the line
    `# yaml-language-server: $schema=FILE` at the top of a batch file.
    """
    if output is None:
        say(schema_text(Scenario).rstrip("\n"))
        return
    output.write_text(schema_text(Scenario), encoding="utf-8", newline="\n")
    say(f"{output}: written")
