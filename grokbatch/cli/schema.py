"""`grokbatch schema`: the JSON Schema of batch files, for editors, and that of events, for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grokbatch.batch.json_schema import schema_text
from grokbatch.cli.shared.console import answer, say
from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.run.events import schema as event_schema

BESIDE = ".batch.schema.json"
"""The name of the copy beside a user's batch files; as it is relative, the folder can be moved."""


def schema(
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it there instead of showing it.", show_default=False),
    ] = None,
    events: Annotated[
        bool, typer.Option("--events", help="That of the lines that `--events` of a run writes.")
    ] = False,
) -> None:
    """Print the JSON Schema of batch files.

    An editor that knows it completes, explains and checks the keys: put the line
    `# yaml-language-server: $schema=FILE` at the top of a batch file.
    """
    text = event_schema.schema_text() if events else schema_text(Scenario)
    if output is None:
        answer(text.rstrip("\n"))
        return
    output.write_text(text, encoding="utf-8", newline="\n")
    say(f"{output}: written")
