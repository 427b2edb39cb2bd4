"""`grokbatch`: everything that is not making videos, which is pytest's work."""

from __future__ import annotations

from grokbatch.commands import accounts
from grokbatch.commands.speech import group

app = group(
    "Many videos from one Grok Imagine image.\n\n"
    "The videos themselves are made by pytest: `pytest batches/demo.yaml -n 4` makes twelve on the built-in site. "
    "For your own: `grokbatch accounts add main`, `grokbatch init NAME`, `pytest batches/NAME.yaml`."
)
app.add_typer(accounts.app, name="accounts")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
