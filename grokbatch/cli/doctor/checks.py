"""The checks of `grokbatch doctor` that need no browser: each finding is a line with a remedy."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.launch.context import choose_executable
from grokbatch.browser.launch.environment import has_display
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.account import foreign_family
from grokbatch.cli.shared.console import moment
from grokbatch.record.storage.accounts import AccountError, LoginState
from grokbatch.run.planning.capacity import would_be_headed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.browser.capacity import Capacity, Footprint
    from grokbatch.browser.discovery.find import Browser
    from grokbatch.record.storage.accounts import AccountStore

DEFAULT_PARALLEL = 10


class Level(Enum):
    """What a finding means for a run."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """The result of one check; `remedy` says what to type or do, `sign_in` that a person must sign in."""

    level: Level
    name: str
    text: str
    remedy: str = ""
    sign_in: bool = False


def ok(name: str, text: str) -> Finding:
    """Return a finding without a problem."""
    return Finding(Level.OK, name, text)


def warn(name: str, text: str, remedy: str = "") -> Finding:
    """Return a finding that does not keep a run from starting."""
    return Finding(Level.WARN, name, text, remedy)


def bad(name: str, text: str, remedy: str = "", *, sign_in: bool = False) -> Finding:
    """Return a finding that keeps a run from starting."""
    return Finding(Level.FAIL, name, text, remedy, sign_in)


def python() -> Finding:
    """Say which Python this is."""
    return ok("python", f"{platform.python_version()} ({sys.executable})")


def packages(
    requires: Sequence[str] | None = None, version: Callable[[str], str] = metadata.version
) -> Iterator[Finding]:
    """Compare what is installed with what grokbatch requires."""
    wrong = []
    needed = [Requirement(text) for text in (metadata.requires("grokbatch") or [] if requires is None else requires)]
    needed = [each for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    for each in needed:
        try:
            installed = version(each.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{each.name} is missing")
        else:
            if not each.specifier.contains(installed, prereleases=True):
                wrong.append(f"{each.name} is {installed}, needed is {each.specifier}")
    if wrong:
        yield bad("packages", "; ".join(wrong), "type: python -m pip install --upgrade grokbatch")
    else:
        yield ok("packages", f"grokbatch {metadata.version('grokbatch')} and the {len(needed)} packages that it needs")


def browser(channel: str | None) -> tuple[Finding, Browser | None]:
    """Say which browser a run would use."""
    remedy = "type: python -m playwright install --with-deps chromium (or install Google Chrome)"
    try:
        found = find_browser(this_machine(), channel=channel)
    except BrowserError as error:
        return bad("browser", str(error)), None
    if found is None:
        return bad("browser", "none found", remedy), None
    shell = "" if choose_executable(found, headless=True) == found.executable else ", with its headless shell"
    return ok("browser", f"{found}, {found.source}{shell} ({found.executable})"), found


def display(batch: Batch | None, environ: Mapping[str, str]) -> Finding:
    """Say whether windows can be shown."""
    if has_display(environ):
        return ok("display", "there is one: windows can be shown, and accounts signed in")
    if batch is not None and batch.headed is True:
        return bad("display", "none, but the batch says headed: true", "write headed: auto, or use: xvfb-run pytest …")
    return warn(
        "display",
        "none: videos are made without windows, and nobody can sign in here",
        "sign in on another computer and use: grokbatch accounts import NAME DIR",
    )


def room(batch: Batch | None, capacity: Capacity, footprint: Footprint) -> Finding:
    """Compare memory and disk with the number of workers that a run would start; `parallel: auto` takes what fits."""
    fits = capacity.workers(footprint)
    parallel = DEFAULT_PARALLEL if batch is None else batch.parallel
    wanted = max(1, min(fits, DEFAULT_PARALLEL)) if parallel == "auto" else parallel
    wanted = wanted if batch is None else min(wanted, len(batch.videos()))
    free = f"{capacity.memory / 1e9:.1f} GB of memory and {capacity.disk / 1e9:.1f} GB of disk are free"
    text = f"{free}, enough for {fits} workers ({footprint}); {wanted} are {'usual' if batch is None else 'wanted'}"
    if fits >= wanted:
        return ok("room", text)
    if fits == 0:
        return bad("room", text, "close other programs, make room on the disk, or choose another with --runs-dir DIR")
    fewer = f"type -n {fits} after the pytest command, or write parallel: {fits} into the batch"
    return warn("room", text, fewer) if batch is None else bad("room", text, fewer)


def results(folder: Path) -> Finding:
    """Check whether a run can write its results; leaves nothing behind."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as probe:
            probe.write(b"x")
    except OSError as error:
        return bad("results", f"{folder} cannot be written: {error.strerror}", "choose another folder: --runs-dir DIR")
    return ok("results", f"go to {folder}")


def accounts(store: AccountStore, batch: Batch | None, browser: Browser | None) -> Iterator[Finding]:
    """Say which accounts there are, or in which state those of the batch are."""
    if batch is not None and batch.is_demo:
        yield ok("account", "the built-in site has its own")
        return
    aliases = store.aliases() if batch is None else [*batch.weights]
    if not aliases:
        yield warn("accounts", "none yet; the real site needs one", "type: grokbatch accounts add main")
    for alias in aliases:
        yield _account(store, alias, browser) if store.exists(alias) else _no_account(store, alias)


def _no_account(store: AccountStore, alias: str) -> Finding:
    others = ", ".join(store.aliases())
    there = f" (there are: {others})" if others else ""
    return bad("account", f"{alias}: there is none{there}", f"type: grokbatch accounts add {alias}", sign_in=True)


def _account(store: AccountStore, alias: str, browser: Browser | None) -> Finding:
    try:
        record = store.record_of(alias)
    except AccountError as error:
        return warn("account", str(error))
    if browser is not None and (warning := foreign_family(record, browser)):
        return warn("account", warning)
    if record is None or record.last_check is None:
        return warn("account", f"{alias}: never checked", f"type: grokbatch accounts check {alias}")
    check = record.last_check
    text = f"{alias}: {check.login_state} on {check.site} as of {moment(check.at)}"
    if check.login_state is LoginState.SIGNED_IN:
        return ok("account", text)
    return warn("account", text, f"type: grokbatch accounts add {alias}")


def is_headed(batch: Batch | None) -> bool:
    """Whether a run of `batch` would show its windows."""
    return has_display(os.environ) if batch is None else would_be_headed(batch)
