"""Runs the commands of batches, `on_video` and `on_finish`, with the facts of an event and without a shell."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

import psutil

from grokbatch.browser.process.tree import end_tree
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grokbatch.run.events.events import Kind, RunEvent
    from grokbatch.run.plan import BatchPlan, RunPlan

COMMAND_SECONDS = 60.0
"""How long a command may take before it is ended."""

MOST_TIMEOUTS = 3
"""A command that has taken too long so often is not run any more in this run."""

KEYS: Mapping[Kind, str] = {"video_completed": "on_video", "video_failed": "on_video", "run_finished": "on_finish"}
"""The kinds of events for which a command is run, with the key of the batch that names it."""

_PREFIX = "GROKBATCH_"
_LONGEST = 200


class UserCommands:
    """Runs the command of a batch for an event of it; called with one event after another, in a thread of its own."""

    def __init__(self, plan: RunPlan, notice: Callable[[str], None], seconds: float = COMMAND_SECONDS) -> None:
        self._batches = {batch.display: batch for batch in plan.batches}
        self._notice, self._seconds = notice, seconds
        self._timeouts: Counter[tuple[str, ...]] = Counter()
        self._told: set[tuple[str, str, str]] = set()

    def __call__(self, event: RunEvent) -> None:
        """Run the command, if there is one, and report what goes wrong, each kind of it once."""
        batch, key = self._batches[event.batch or ""], KEYS[event.kind]
        command: tuple[str, ...] = getattr(batch.tell, key)
        if not command or self._timeouts[command] >= MOST_TIMEOUTS:
            return
        kind, detail = self._run(command, facts_of(event, batch), batch)
        if kind:
            # Without the detail, which a program may have printed.
            LOGGER.warning("%s: %s: %s", batch.display, key, kind)
        if kind and (batch.display, key, kind) not in self._told:
            self._told.add((batch.display, key, kind))
            self._notice(f"{batch.display}: {key}: {command[0]} {kind}{detail}; the videos are not affected")

    def _run(self, command: tuple[str, ...], facts: dict[str, Any], batch: BatchPlan) -> tuple[str, str]:
        """Run a command to its end; return what went wrong in two parts, both empty if nothing did."""
        # Files, not pipes: no program can hang us that does not read, or whose children hold its output.
        with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as said:
            told.write(json.dumps(facts).encode())
            told.seek(0)
            try:
                process = _started(command, environment_of(facts), told, said, batch)
                code = process.wait(self._seconds)
            except subprocess.TimeoutExpired:
                end_tree(psutil.Process(process.pid))
                process.wait()
                self._timeouts[command] += 1
                is_last = self._timeouts[command] == MOST_TIMEOUTS
                return f"took more than {self._seconds:g} s and was ended", ", and is not run again" * is_last
            except (OSError, ValueError) as error:
                return f"could not be started: {getattr(error, 'strerror', None) or 'a fact of the event'}", ""
            self._timeouts[command] = 0
            return (f"ended with {code}", _last_line(said)) if code else ("", "")


def _started(
    command: tuple[str, ...], environment: dict[str, str], told: IO[bytes], said: IO[bytes], batch: BatchPlan
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=told,
        stdout=subprocess.DEVNULL,
        stderr=said,
        cwd=batch.file.parent,
        env={**os.environ, **environment},
        start_new_session=True,  # Ctrl+C is for the run
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
    )


def facts_of(event: RunEvent, batch: BatchPlan) -> dict[str, Any]:
    """Return what a command is told: the event, and where its batch is."""
    return {"batch_file": str(batch.path), "run_directory": str(batch.run_root), **event.as_plain()}


def environment_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts as environment variables: an empty text for what is not known; lists are left out."""
    plain = {name: value for name, value in facts.items() if not isinstance(value, list)}
    return {f"{_PREFIX}{name.upper()}": "" if value is None else str(value) for name, value in plain.items()}


def _last_line(said: IO[bytes]) -> str:
    end = said.seek(0, os.SEEK_END)
    said.seek(max(0, end - 4 * _LONGEST))
    lines = said.read().decode("utf-8", "replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "")
    return f": {one_line(last)[:_LONGEST]}" if last else ""
