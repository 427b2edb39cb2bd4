"""Connects those who are told of a run's events: the file of `--events`, the user's commands, notifications."""

from __future__ import annotations

import errno
from typing import IO, TYPE_CHECKING

import pytest

from grokbatch.run.command_line.standard_output import KEPT_OUTPUT, STANDARD_OUTPUT
from grokbatch.run.events import notifications, user_commands
from grokbatch.run.events.notifications import Notifications
from grokbatch.run.events.output_file import EventLines, open_event_file
from grokbatch.run.events.user_commands import UserCommands

if TYPE_CHECKING:
    from contextlib import ExitStack

    from grokbatch.run.command_line.options import Options
    from grokbatch.run.events.events import RunEvents
    from grokbatch.run.plan import RunPlan

LEAVING_SECONDS = 5.0
"""How long a run that ends otherwise than at its end waits for its subscribers."""


def open_event_output(config: pytest.Config, options: Options, resources: ExitStack) -> IO[bytes] | None:
    """Return where the events are to be written, None if they are not; raises pytest.UsageError if it cannot be."""
    if options.events is None:
        return None
    if options.events == STANDARD_OUTPUT and KEPT_OUTPUT in config.stash:
        return resources.enter_context(config.stash[KEPT_OUTPUT].file())
    try:
        return resources.enter_context(open_event_file(config.invocation_params.dir / options.events))
    except OSError as error:
        # Only a named pipe has this error.
        is_unread = error.errno == errno.ENXIO
        advice = "start the program that reads this pipe first" if is_unread else "name another file"
        raise pytest.UsageError(f"--events {options.events}: {error.strerror}; {advice}") from None


def subscribe_all(plan: RunPlan, events: RunEvents, output: IO[bytes] | None, name: str) -> None:
    """Subscribe everybody who is to be told of the run's events; `name` is that of the file behind `output`."""
    if output is not None:
        events.subscribe(f"--events {name}", EventLines(output, name, events.notice))
    if any(batch.tell.on_video or batch.tell.on_finish for batch in plan.batches):
        commands = UserCommands(plan, events.notice)
        events.subscribe("on_video and on_finish", commands, user_commands.KEYS)
    if any(batch.tell.notify for batch in plan.batches):
        events.subscribe("notify", Notifications(plan, events.notice), notifications.KINDS)
