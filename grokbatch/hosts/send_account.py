"""Sends an account to a host: the files that keep it signed in, and its record, but no caches and no history."""

from __future__ import annotations

import platform
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokbatch.browser.profiles.account import find_account
from grokbatch.browser.profiles.worker_copy import copy_profile
from grokbatch.hosts.connection import answer, put, visiting
from grokbatch.hosts.host import HostError
from grokbatch.hosts.look import look_at
from grokbatch.hosts.on_host.receive_account import PROFILE
from grokbatch.hosts.rules import is_same, needs_of, problems
from grokbatch.hosts.transfer import send_file
from grokbatch.hosts.trouble import clean
from grokbatch.record.storage.accounts import AccountFolder, AccountStore
from grokbatch.record.storage.private_files import write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grokbatch.hosts.host import Host

_LOCK_SECONDS = 5.0
_ANSWER_SECONDS = 120.0
_RECEIVE = "from grokbatch.hosts.on_host.receive_account import receive\nreceive(channel)"


@dataclass(frozen=True)
class Sending:
    """What is about to be sent: so many files, bytes, and whether the host has an account of this name."""

    alias: str
    site: str
    files: int
    size: int
    replaces: bool


def send_account(alias: str, host: Host, home: Path, agree: Callable[[Sending], bool]) -> bool:
    """Copy the account `alias` of the grokbatch home `home` to the host; return whether that was agreed to.

    Raises ProfileError and HostError, for instance while a browser here or there has the profile open; the account
    there is then unchanged.
    """
    if host.is_here:
        raise HostError(f"{host.name}: is this computer, which has the account")
    account = find_account(alias, home)
    _check_host(host)
    folder = AccountStore(home).folder(alias)
    record = AccountStore(home).record_of(alias)
    with tempfile.TemporaryDirectory(prefix="grokbatch-send-") as name:
        copy = AccountFolder(Path(name))
        copy_profile(account, copy.profile, timeout=_LOCK_SECONDS)
        for source, target in ((folder.cookies, copy.cookies), (folder.record, copy.record)):
            if source.exists():
                write_private(target, source.read_bytes())
        files = dict(_files(copy))
        size = sum(path.stat().st_size for path in files.values())
        with visiting(host) as gateway:
            channel = gateway.remote_exec(_RECEIVE)
            put(channel, alias)
            exists = _told(channel, host, "there")
            if not agree(Sending(alias, record.site if record else "its site", len(files), size, bool(exists))):
                return False
            put(channel, "go")
            for inner, path in files.items():
                send_file(channel, path, inner)
            put(channel, None)
            _told(channel, host, "done")
    return True


def _files(copy: AccountFolder) -> Iterator[tuple[str, Path]]:
    for path in sorted(copy.profile.rglob("*")):
        if path.is_file():
            yield f"{PROFILE}/{path.relative_to(copy.profile).as_posix()}", path
    yield from ((path.name, path) for path in (copy.cookies, copy.record) if path.exists())


def _check_host(host: Host) -> None:
    facts = look_at(host)
    needs = needs_of(host, ())
    if not is_same(facts, needs) or facts.basics is None:
        raise HostError(problems(facts, needs)[0])
    if facts.basics.system != platform.system():
        raise HostError(
            f"{host.name}: runs {facts.basics.system}, and a profile of {platform.system()} cannot be read there: its "
            "cookies are encrypted in another way; sign in there: grokbatch accounts add"
        )


def _told(channel: Any, host: Host, wanted: str) -> object:
    """Return what the host says; raises HostError with its reason if it refuses."""
    said = answer(channel, _ANSWER_SECONDS)
    kind, text = said if isinstance(said, tuple) and len(said) == len(("kind", "text")) else ("", "")
    if kind != wanted:
        raise HostError(f"{host.name}: {clean(str(text)) or 'does not answer as expected'}")
    return text
