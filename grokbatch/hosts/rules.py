"""What a host's facts mean for a run: rules over what was seen, without looking at anything themselves."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from grokbatch.browser.capacity import KEPT_FREE, AutoWorkers, Capacity, Footprint, auto_workers
from grokbatch.hosts.code_digest import code_digest
from grokbatch.hosts.facts import PACKAGES
from grokbatch.hosts.trouble import remedy, remedy_for_python
from grokbatch.record.storage.accounts import LoginState
from grokbatch.review.formatting import storage, took

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grokbatch.hosts.facts import Basics, GrokbatchFacts, HostAccount, HostFacts
    from grokbatch.hosts.host import Host

Level = Literal["ok", "warn", "fail"]

MOST_SKEW = 60.0
"""Seconds that a host's clock may differ without a word."""

FILES_DISK = 2_000_000_000
"""Bytes of disk under which a host is warned of: its videos lie there at least until they are brought."""


@dataclass(frozen=True)
class Needs:
    """What a run wants of a host: `versions` and `digest` are those of the grokbatch here.

    `accounts`: the aliases that must be signed in there, None: whichever there are. `workers`: None: as many as fit.
    """

    versions: Mapping[str, str]
    digest: str
    accounts: Sequence[str] | None = None
    workers: int | None = None
    headed: bool = False
    system: str = field(default=sys.platform)


@dataclass(frozen=True)
class HostFinding:
    """One line about a host; `remedy` says what to type next."""

    level: Level
    name: str
    text: str
    remedy: str = ""


def needs_of(host: Host, accounts: Sequence[str] | None = None, *, headed: bool = False) -> Needs:
    """Return what a run from here wants of the host.

    `accounts`: those of the batch, of which the host has those that it names; none: no account is needed, as on the
    built-in site; None: there is no batch.
    """
    versions = {name: metadata.version(name) for name in PACKAGES}
    return Needs(versions, code_digest(), _accounts_of(host, accounts), host.workers, headed)


def _accounts_of(host: Host, accounts: Sequence[str] | None) -> Sequence[str] | None:
    if host.accounts is None or (accounts is not None and not accounts):
        return accounts
    return [alias for alias in accounts or () if alias in host.accounts] or host.accounts


def problems(facts: HostFacts, needs: Needs) -> tuple[str, ...]:
    """Return a line for all that keeps a run from using the host, each with what to type next."""
    return tuple(
        f"{facts.host.name}: {each.text}" + (f"; {each.remedy}" if each.remedy else "")
        for each in findings(facts, needs)
        if each.level == "fail"
    )


def findings(facts: HostFacts, needs: Needs) -> tuple[HostFinding, ...]:
    """Return what there is to say of the host, in the order in which one would set it right."""
    return tuple(_findings(facts, needs))


def is_same(facts: HostFacts, needs: Needs) -> bool:
    """Whether the host has the same grokbatch as this computer, with the same versions of what counts."""
    return facts.basics is not None and _same_version(facts.host, facts.basics, needs).level == "ok"


def workers_for(facts: GrokbatchFacts, disk: int, *, headed: bool) -> AutoWorkers:
    """Return how many workers fit the host, and why not more."""
    footprint = Footprint(facts.headed_memory if headed else facts.worker_memory)
    return auto_workers(Capacity(facts.memory, disk), facts.cores, footprint)


def _findings(facts: HostFacts, needs: Needs) -> Iterator[HostFinding]:
    host, basics = facts.host, facts.basics
    if facts.trouble is not None:
        yield HostFinding("fail", "reachable", facts.trouble.text, remedy(host, facts.trouble.kind))
    if facts.trouble is not None or basics is None:
        return
    yield HostFinding("ok", "reachable", f"answers within {facts.round_trip * 1000:.0f} ms")
    yield _same_version(host, basics, needs)
    if basics.grokbatch is not None:
        yield _browser(host, basics.grokbatch)
        yield _display(basics.grokbatch, needs)
        yield from _accounts(host, basics.grokbatch, needs)
        yield _room(host, basics.grokbatch, basics.disk, needs)
    if basics.disk < FILES_DISK:
        yield HostFinding("warn", "disk", f"{storage(basics.disk)} are free", "make room there")
    yield _clock(facts.skew)


def _same_version(host: Host, basics: Basics, needs: Needs) -> HostFinding:
    there, here, again = basics.versions, needs.versions, remedy_for_python(host)
    if not there.get("grokbatch"):
        return HostFinding("fail", "grokbatch", f"is not installed for Python {basics.python} there", again)
    others = [
        f"{name} {there.get(name) or 'missing'} there, {here[name]} here"
        for name in PACKAGES
        if (there.get(name) != here[name] if name == "grokbatch" else _series(there.get(name)) != _series(here[name]))
    ]
    if others:
        return HostFinding("fail", "grokbatch", "; ".join(others), again)
    if basics.grokbatch is None:
        return HostFinding("fail", "grokbatch", f"{there['grokbatch']} does not start there: {basics.broken}", again)
    if basics.grokbatch.digest != needs.digest:
        text = f"{here['grokbatch']} there has other code than {here['grokbatch']} here"
        return HostFinding("fail", "grokbatch", text, again)
    return HostFinding("ok", "grokbatch", f"{here['grokbatch']} with Python {basics.python}, as here")


def _series(version: str | None) -> list[str]:
    return (version or "").split(".")[:2]


def _browser(host: Host, facts: GrokbatchFacts) -> HostFinding:
    if facts.browser:
        return HostFinding("ok", "browser", facts.browser)
    step = f"type: grokbatch hosts install {host.name}" if not host.is_here else "type: grokbatch doctor"
    return HostFinding("fail", "browser", facts.browser_problem or "none found", step)


def _display(facts: GrokbatchFacts, needs: Needs) -> HostFinding:
    if facts.display:
        return HostFinding("ok", "display", "there is one")
    if needs.headed:
        return HostFinding("fail", "display", "none, but windows are asked for", "write headed: auto into the batch")
    return HostFinding("ok", "display", "none: videos are made without windows")


def _accounts(host: Host, facts: GrokbatchFacts, needs: Needs) -> Iterator[HostFinding]:
    known = {each.alias: each for each in facts.accounts}
    wanted = list(known) if needs.accounts is None else list(needs.accounts)
    if needs.accounts is None and not wanted:
        yield HostFinding("warn", "account", "none there", _send(host, "main"))
    for alias in wanted:
        if alias in known:
            yield _account(host, known[alias], facts.browser)
        else:
            others = f" (there are: {', '.join(known)})" if known else ""
            yield HostFinding("fail", "account", f"{alias}: there is none{others}", _send(host, alias))


def _account(host: Host, account: HostAccount, browser: str) -> HostFinding:
    text = f"{account.alias}: {account.state}{_as_of(account.checked_at)}"
    if account.family and browser and not browser.startswith(f"{account.family} "):
        text = f"{text}; its profile was made by {account.family}, and {browser} may not be able to read it"
        return HostFinding("warn", "account", text, f"sign in there: grokbatch accounts add {account.alias}")
    if account.state == LoginState.SIGNED_IN:
        return HostFinding("ok", "account", text)
    if account.state in (LoginState.SIGNED_OUT, LoginState.HUMAN_CHECK):
        return HostFinding("fail", "account", text, _send(host, account.alias))
    return HostFinding("warn", "account", text, f"type there: grokbatch accounts check {account.alias}")


def _as_of(moment: str) -> str:
    try:
        return f" as of {datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return ""


def _send(host: Host, alias: str) -> str:
    if host.is_here:
        return f"type: grokbatch accounts add {alias}"
    return f"type: grokbatch accounts send {alias} {host.name}, or there: grokbatch accounts add {alias}"


def _room(host: Host, facts: GrokbatchFacts, disk: int, needs: Needs) -> HostFinding:
    footprint = Footprint(facts.headed_memory if needs.headed else facts.worker_memory)
    fits = Capacity(facts.memory, disk).workers(footprint)
    free = f"{storage(facts.memory)} of memory and {storage(disk)} of disk are free, {facts.cores} cores"
    if fits == 0:
        text = f"{free}: not enough for one worker ({storage(footprint.memory + KEPT_FREE)} of memory)"
        return HostFinding("fail", "room", text, "close other programs there, or make room")
    if needs.workers is not None and needs.workers > fits:
        fewer = f"write workers: {fits} for {host.name} into {host.source}"
        return HostFinding("fail", "room", f"{free}: enough for {fits} workers; {needs.workers} are wanted", fewer)
    auto = workers_for(facts, disk, headed=needs.headed)
    wanted = f"workers: auto is {auto.number}" if needs.workers is None else f"{needs.workers} are wanted"
    return HostFinding("ok", "room", f"{free}: enough for {fits} workers; {wanted}")


def _clock(skew: float) -> HostFinding:
    if abs(skew) <= MOST_SKEW:
        return HostFinding("ok", "clock", "as here")
    where = "ahead of" if skew > 0 else "behind"
    text = f"{took(abs(skew))} {where} the one here; times in the results are those of here"
    return HostFinding("warn", "clock", text, "set it there, on Linux with: sudo timedatectl set-ntp true")
