"""`grokbatch doctor --report`: versions, machine and last run, as text that can be pasted into an issue.

It names no person, account, batch or address, and quotes no prompt.
"""

from __future__ import annotations

import getpass
import locale
import os
import platform
import re
import shutil
import sys
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from packaging.requirements import Requirement

from grokbatch.batch.model.permalink import REAL_ORIGIN
from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.launch.environment import has_display
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.home import HOME_VARIABLE
from grokbatch.cli.shared.console import facts
from grokbatch.record.storage.accounts import AccountError
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.whereabouts import MANIFESTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.accounts import AccountStore

DEMO = "demo"
_NAMES = 16


def report(store: AccountStore, runs: Path, channel: str | None) -> list[str]:
    """Return the lines of the report; `runs` is the folder with the run directories."""
    told = {
        "grokbatch": metadata.version("grokbatch"),
        "python": f"{platform.python_implementation()} {platform.python_version()}, {sys.executable}",
        "packages": ", ".join(f"{name} {_version(name)}" for name in _needed()),
        "pytest plugins": ", ".join(_plugins()) or "no others",
        "system": f"{platform.platform()}, {platform.machine()}",
        "machine": _machine(runs),
        "terminal": _terminal(),
        "display": "yes" if has_display(os.environ) else "no",
        "variables": ", ".join(_variables(os.environ)) or "none",
        "browser": _browser(channel),
        "accounts": _accounts(store),
        "own locators": "yes" if (store.root.parent / "locators.yaml").exists() else "no",
        "last run": _last_run(runs),
    }
    return facts(((f"{name}:", without_user(value, Path.home(), _user())) for name, value in told.items()), _NAMES)


def without_user(text: str, home: Path, user: str) -> str:
    """Return `text` with the home folder as `~`, and without the user's name in other paths."""
    for folder in {str(home), os.path.realpath(home)} - {"/"}:
        text = re.sub(re.escape(folder) + r"(?=[/\\\s,)]|$)", "~", text)
    return re.sub(rf"(?<=[/\\]){re.escape(user)}(?=[/\\])", "[user]", text, flags=re.IGNORECASE) if user else text


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # without an entry for it, as in some containers
        return ""


def _needed() -> list[str]:
    """Return the names of the packages that grokbatch needs here."""
    needed = map(Requirement, metadata.requires("grokbatch") or [])
    return [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _plugins() -> list[str]:
    """Return the other plugins of pytest that are installed here."""
    found = {entry.dist.name for entry in metadata.entry_points(group="pytest11") if entry.dist is not None}
    return [f"{name} {_version(name)}" for name in sorted(found - {"grokbatch", *_needed()})]


def _machine(folder: Path) -> str:
    memory = psutil.virtual_memory()
    here = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB of memory"
    return f"{os.cpu_count()} cores, {free} and {shutil.disk_usage(here).free / 1e9:.1f} GB of disk free"


def _terminal() -> str:
    size = shutil.get_terminal_size()
    kind = f"{size.columns} x {size.lines}" if sys.stdout.isatty() else "none"
    encoding = f"stdout {sys.stdout.encoding}, preferred {locale.getpreferredencoding(do_setlocale=False)}"
    return f"{kind}, {encoding}, TERM {os.environ.get('TERM', 'not set')}"


def _variables(environ: Mapping[str, str]) -> list[str]:
    """Return the names of the set environment variables that change a run; their values may be private."""
    known = (
        HOME_VARIABLE,
        "GROKBATCH_BROWSER",
        "PYTEST_ADDOPTS",
        "PYTEST_PLUGINS",
        "PYTHONIOENCODING",
        "CI",
        "NO_COLOR",
    )
    return [name for name in known if environ.get(name)]


def _browser(channel: str | None) -> str:
    try:
        found = find_browser(this_machine(), channel=channel)
    except BrowserError as error:
        return str(error)
    return "none found" if found is None else f"{found}, {found.source}, {found.executable}"


def _accounts(store: AccountStore) -> str:
    states = Counter(_login_state(store, alias) for alias in store.aliases())
    kinds = ", ".join(f"{number} {state}" for state, number in states.items())
    return f"{states.total()} ({kinds})" if kinds else "none"


def _login_state(store: AccountStore, alias: str) -> str:
    try:
        record = store.record_of(alias)
    except AccountError:
        return "unreadable"
    return str(record.last_check.login_state) if record and record.last_check else "never checked"


def _last_run(folder: Path) -> str:
    """Return how the run whose manifest is the latest ended."""
    manifests = [manifest for path in folder.glob(MANIFESTS) if (manifest := ManifestStore(path).peek()) is not None]
    return _how_it_went(max(manifests, key=lambda each: each.updated_at)) if manifests else "none here"


def _how_it_went(manifest: Manifest) -> str:
    site = {DEMO: "the built-in site", REAL_ORIGIN: "the real site"}.get(manifest.site, "another site")
    counts = [f"{number} {status}" for status, number in manifest.counts.items() if number]
    failures = Counter(each.category for each in manifest.videos.values() if each.category is not None)
    because = [f"{number} {category}" for category, number in failures.most_common()]
    stop = manifest.stop
    stopped = f"stopped by {stop.category}{f' at the control {stop.control!r}' if stop.control else ''}" if stop else ""
    parts = [
        f"on {site}, run {manifest.run}, {manifest.status}",
        stopped,
        ", ".join(counts),
        f"failures: {', '.join(because)}" if because else "",
        f"with {manifest.browser}" if manifest.browser else "",
        f"written {manifest.updated_at:%Y-%m-%d}",
    ]
    return "; ".join(part for part in parts if part)
