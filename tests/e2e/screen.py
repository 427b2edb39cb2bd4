"""A screen that nobody sees, and the commands of `grokbatch`, typed by a user in front of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from grokbatch.browser.process.tree import browsers_on
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psutil

    from tests.e2e.user import User


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run Xvfb on a free display and give its name, such as `:7`; skip the test where there is no Xvfb."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("windows need a display: install Xvfb (apt-get install xvfb)")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                yield f":{told.readline().strip()}"
        finally:
            process.terminate()


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Desk:
    """A user's terminal, with a screen if `display` names one, and with a browser of the user's choice."""

    user: User
    display: str | None = None
    browser: Path | None = None

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Type `grokbatch` with `arguments`."""
        chosen = {"DISPLAY": self.display, "GROKBATCH_BROWSER": self.browser and str(self.browser)}
        return subprocess.Popen(
            [sys.executable, "-m", "grokbatch.cli.app", *arguments],
            cwd=self.user.path,
            env=self.user.environment() | {name: value for name, value in chosen.items() if value},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def type(self, *arguments: str) -> Said:
        """Type it, and return what it came to."""
        return finish(self.start(*arguments))

    def window(self) -> psutil.Process:
        """Return the browser in which somebody signs in, once it runs."""
        root = self.user.home.resolve()
        return wait_until(lambda: [*browsers_on(lambda folder: folder.is_relative_to(root))], "window")[0]


def finish(process: subprocess.Popen[str]) -> Said:
    """Wait for the end of a command that was started."""
    out, err = process.communicate(timeout=120)
    return Said(process.returncode, out, err)
