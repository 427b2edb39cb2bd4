"""Finds browser processes by the profile folder on their command line, and ends them with all their children."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_FOLDER_SWITCH = "--user-data-dir="
_END_SECONDS = 5.0
_POLL_SECONDS = 0.02


def processes_on(
    matches: Callable[[Path], bool], among: Iterable[psutil.Process] | None = None
) -> Iterator[psutil.Process]:
    """Yield the browser processes, children included, whose resolved profile folder `matches`; `among` limits them."""
    for process in psutil.process_iter() if among is None else among:
        folder = _profile_folder(_command(process))
        if folder is not None and matches(folder):
            yield process


def browsers_on(
    matches: Callable[[Path], bool], among: Iterable[psutil.Process] | None = None
) -> Iterator[psutil.Process]:
    """Yield the main processes of browsers whose resolved profile folder `matches`; their children have `--type=`."""
    for process in processes_on(matches, among):
        if not any(part.startswith("--type=") for part in _command(process)):
            yield process


def driver_of(browser: psutil.Process) -> psutil.Process | None:
    """Return Playwright's driver if it is the parent process of `browser`, else None."""
    try:
        parent = browser.parent()
    except psutil.Error:
        return None
    return parent if parent is not None and is_driver(parent) else None


def is_driver(process: psutil.Process) -> bool:
    """Whether `process` is Playwright's driver."""
    return "run-driver" in _command(process)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _profile_folder(command: list[str]) -> Path | None:
    given = next((part for part in command if part.startswith(_FOLDER_SWITCH)), None)
    return None if given is None else Path(given.removeprefix(_FOLDER_SWITCH)).resolve()


def end_tree(process: psutil.Process) -> None:
    """Kill `process` and all its descendants, even suspended ones, and wait up to 5 s for their end."""
    try:
        # The browser is killed first, because it would start new children for those that have ended.
        doomed = [process, *process.children(recursive=True)]
    except psutil.Error:
        doomed = [process]
    for each in doomed:
        _kill(each)
    deadline = time.monotonic() + _END_SECONDS
    while not all(map(has_ended, doomed)) and time.monotonic() < deadline:
        # Polled: psutil.wait_procs would wait on for zombies, and only a parent is told of a child's end.
        time.sleep(_POLL_SECONDS)


def has_ended(process: psutil.Process) -> bool:
    """Whether `process` does nothing any more, and has let go of its files and locks.

    Linux calls a process a zombie as soon as its first thread has ended. Another one that still writes to a slow disk
    keeps the files of all locked until then: Chromium, opened on such a profile, has no cookies for as long as it runs.
    """
    try:
        # A zombie without further threads has nothing any more, and stays for ever if its parent hangs.
        return process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1
    except psutil.Error:
        return True


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        # It has ended by itself, or belongs to another user.
        return
