"""`grokbatch`: all commands; making videos is pytest's work, which `run` hands over to."""

from __future__ import annotations

from grokbatch.commands import accounts, locators, pages, running
from grokbatch.commands.about import about
from grokbatch.commands.doctor import doctor
from grokbatch.commands.init import init
from grokbatch.commands.learn import learn
from grokbatch.commands.plan import plan
from grokbatch.commands.schema import schema
from grokbatch.commands.speech import group
from grokbatch.commands.status import status

app = group(
    "Many videos from one Grok Imagine image.\n\n"
    "`grokbatch demo` makes twelve on the built-in site. For your own: `grokbatch accounts add main`, `grokbatch init "
    "NAME`, `grokbatch run batches/NAME.yaml`; they are made by pytest, so `pytest batches/NAME.yaml` does the same."
)
app.callback()(about)
app.command(context_settings=running.PASSED_ON)(running.run)
app.command(context_settings=running.PASSED_ON)(running.resume)
app.command(context_settings=running.PASSED_ON)(running.demo)
app.add_typer(accounts.app, name="accounts")
app.add_typer(locators.app, name="locators")
app.command()(init)
app.command()(plan)
app.command()(doctor)
app.command()(learn)
app.command()(status)
app.command()(pages.wall)
app.command("open")(pages.open_)
app.command()(pages.report)
app.add_typer(pages.picks, name="picks")
app.command()(pages.why)
app.command()(schema)
app.command()(running.examples)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
