"""`grokbatch`: all commands and the options of the command itself; videos are made by pytest, which `run` calls."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from grokbatch.cli import accounts, hosts, locators, notify, picks, results, run
from grokbatch.cli.doctor.command import doctor
from grokbatch.cli.init import init
from grokbatch.cli.learn import learn
from grokbatch.cli.plan import plan
from grokbatch.cli.schema import schema
from grokbatch.cli.shared.console import group, say
from grokbatch.cli.status import status

app = group(
    "Many videos from one Grok Imagine image.\n\n"
    "`grokbatch demo` makes twelve on the built-in site. For your own: `grokbatch accounts add main`, `grokbatch init "
    "NAME`, `grokbatch run batches/NAME.yaml`; they are made by pytest, so `pytest batches/NAME.yaml` does the same."
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"grokbatch {version('grokbatch')}")
        raise typer.Exit


@app.callback()
def _own_options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Declare the options of the command itself."""


app.command(context_settings=run.PASSED_ON)(run.run)
app.command(context_settings=run.PASSED_ON)(run.resume)
app.command(context_settings=run.PASSED_ON)(run.demo)
app.add_typer(accounts.app, name="accounts")
app.add_typer(locators.app, name="locators")
app.add_typer(hosts.app, name="hosts")
app.command()(init)
app.command()(plan)
app.command()(doctor)
app.command()(learn)
app.command()(status)
app.command()(results.wall)
app.command("open")(results.open_)
app.command()(results.report)
app.add_typer(picks.app, name="picks")
app.command()(results.why)
app.add_typer(notify.app, name="notify")
app.command()(schema)
app.command()(run.examples)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
