"""`grokbatch notify`: tries out the addresses to which runs send messages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from grokbatch.batch.loader import load_batch
from grokbatch.browser.profiles.home import home_folder
from grokbatch.cli.shared.console import UsageError, fail, group, say
from grokbatch.record.storage.user_settings import settings_file
from grokbatch.run.notify.addresses import shown
from grokbatch.run.notify.sending import send
from grokbatch.run.planning.commands import address_problems, addresses_of

app = group("Messages about runs, such as at their end or at a limit.")


@app.callback()
def _commands() -> None:
    """Keep `test` a command of its own, although it is the only one."""


@app.command("test")
def try_out(
    batch: Annotated[
        Path | None,
        typer.Argument(
            metavar="[BATCH.yaml]",
            help="Whose addresses are tried; by default those of config.yaml in grokbatch's folder.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Send a test message to each address. You are told which of them took it."""
    read = None if batch is None else load_batch(batch)
    if wrong := address_problems([] if read is None else [(str(batch), read)]):
        raise UsageError("\n".join(wrong))
    addresses = addresses_of(read)
    if not addresses:
        places = [str(settings_file(home_folder(os.environ))), *([str(batch)] if batch else [])]
        raise UsageError(f"no address is named: write `notify: desktop` into {' or '.join(places)}")
    failed = 0
    for number, address in enumerate(addresses, 1):
        reason = send(address, "grokbatch", "a test message: runs will tell you here")
        failed += bool(reason)
        say(f"{shown(number, address)}: {f'not sent: {reason}' if reason else 'sent'}")
    if failed:
        fail(f"{failed} of {len(addresses)} took no message")
