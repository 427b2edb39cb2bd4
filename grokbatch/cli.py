"""`grokbatch`: everything that is not making videos, which is pytest's work."""

from __future__ import annotations

from grokbatch.commands import accounts, locators, pages
from grokbatch.commands.doctor import doctor
from grokbatch.commands.init import init
from grokbatch.commands.learn import learn
from grokbatch.commands.plan import plan
from grokbatch.commands.schema import schema
from grokbatch.commands.speech import group
from grokbatch.commands.status import status

app = group(
    "Many videos from one Grok Imagine image.\n\n"
    "The videos themselves are made by pytest: `pytest batches/demo.yaml -n 4` makes twelve on the built-in site. "
    "For your own: `grokbatch accounts add main`, `grokbatch init NAME`, `pytest batches/NAME.yaml`."
)
app.add_typer(accounts.app, name="accounts")
app.add_typer(locators.app, name="locators")
app.command()(init)
app.command()(plan)
app.command()(doctor)
app.command()(learn)
app.command()(status)
app.command()(pages.wall)
app.add_typer(pages.picks, name="picks")
app.command()(pages.why)
app.command()(schema)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
