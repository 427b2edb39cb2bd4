"""`grokbatch`: the list of all commands, each of which is loaded when it is called, and its own options.

Most commands would otherwise wait for what only others need: a browser's library, the reader of batch files, pytest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_command

from grokbatch.cli.shared.console import Commands, group, say


@dataclass(frozen=True)
class Entry:
    """Where a command is, `module:name` in this package, its line in the list of commands, and its settings."""

    place: str
    line: str
    settings: dict[str, Any] = field(default_factory=dict)


PASSED_ON: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
"""The settings of a command that passes pytest's options on."""

COMMANDS = {
    "run": Entry("run:run", "Make the videos of batch files.", PASSED_ON),
    "resume": Entry("run:resume", "Go on with what failed or never started in the last run.", PASSED_ON),
    "demo": Entry("run:demo", "Make twelve videos on the built-in site; nothing is spent.", PASSED_ON),
    "init": Entry("init:init", "Write a commented batch file; asks for what is not given."),
    "plan": Entry("plan:plan", "Show what a run would make, and how long it may take."),
    "doctor": Entry("doctor.command:doctor", "Check whether a run can start."),
    "learn": Entry("learn:learn", "Show grokbatch where things are when the site has changed."),
    "status": Entry("status:status", "Show how far each video is; prompts are left out."),
    "wall": Entry("results:wall", "Write the page to choose from anew."),
    "open": Entry("results:open_", "Open the page to choose from in your browser."),
    "report": Entry("results:report", "Open the report of the last run in your browser."),
    "why": Entry("results:why", "Say where a video file comes from."),
    "schema": Entry("schema:schema", "Print the JSON Schema of batch files."),
    "examples": Entry("run:examples", "Write the example batches into a folder."),
    "accounts": Entry("accounts:app", "Browser profiles that are signed in on the site."),
    "locators": Entry("locators:app", "Where things are looked for on the page."),
    "hosts": Entry("hosts:app", "Other computers that make videos, too, reached over SSH."),
    "picks": Entry("picks:app", "What was chosen on the wall."),
    "notify": Entry("notify:app", "Messages about runs, such as at their end or at a limit."),
}


class LoadedWhenCalled(Commands):
    """Lists commands by their lines in `COMMANDS`, and loads the one that is called, or whose words are completed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Return the name of the command in `args`, the command itself, and the arguments for it."""
        name, found, others = super().resolve_command(ctx, args)
        return name, _loaded(name) if name in COMMANDS else found, others


def _loaded(name: str) -> Any:
    entry = COMMANDS[name]
    module, _, place = entry.place.partition(":")
    found = getattr(import_module(f"grokbatch.cli.{module}"), place)
    if isinstance(found, typer.Typer):
        return get_command(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(name, context_settings=entry.settings)(found)
    return get_command(alone)


app = group(
    "Many videos from one Grok Imagine image.\n\n"
    "`grokbatch demo` makes twelve on the built-in site. For your own: `grokbatch accounts add main`, `grokbatch init "
    "NAME`, `grokbatch run batches/NAME.yaml`; they are made by pytest, so `pytest batches/NAME.yaml` does the same.",
    LoadedWhenCalled,
    add_completion=True,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"grokbatch {version('grokbatch')}")
        raise typer.Exit


@app.callback()
def _own_options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Declare the options of the command itself."""


def _not_loaded() -> None:
    """Stand for a command in the list until it is loaded."""


for _name, _entry in COMMANDS.items():
    app.command(_name, help=_entry.line)(_not_loaded)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
