"""Says what to type next, and how a stopped run ended."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.batch.model.permalink import DEMO, REAL_ORIGIN
from grokbatch.record.model.outcome import Category, RunStatus
from grokbatch.record.rules.account_parts import counts_of, waiting_videos
from grokbatch.record.rules.keepers import is_met
from grokbatch.review.counts import Tally
from grokbatch.review.formatting import count_of, joined, one_line, stretch
from grokbatch.review.invocation import Invocation, invocation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from grokbatch.record.model.manifest import AccountPart, Manifest
    from grokbatch.review.counts import BatchResult


@dataclass(frozen=True)
class Remedy:
    """A solution for the user: `how` in words, and the `line` to type or, unless `is_typed`, the page to open."""

    how: str
    line: str
    is_typed: bool = True

    def __str__(self) -> str:
        """The words, followed by the line."""
        return f"{self.how}: {self.line}"

    @property
    def step(self) -> str:
        """The remedy in a list of commands: only the command, if there is one."""
        return self.line if self.is_typed else str(self)


_STOPPED_BY = {
    Category.AUTH_REQUIRED: "login required",
    Category.HUMAN_CHECK: "human check",
    Category.ACCOUNT_REFUSED: "account refused",
    Category.RATE_LIMIT: "rate limit",
    Category.TIME_UP: "time is up",
    Category.INTERRUPTED: "interrupted",
    Category.LAYOUT_CHANGED: "page layout changed",
    Category.REPEATED_FAILURE: "one failure after another",
}
_SIGN_IN = {
    Category.AUTH_REQUIRED: "sign in again with",
    Category.HUMAN_CHECK: "answer the check with",
}
_REHEARSE = "python -m grokbatch.demo --layout unknown"


def ending(manifests: Sequence[Manifest], now: datetime, zone: tzinfo | None = None) -> str | None:
    """Return the last line of a stopped run, or None if no batch was stopped.

    If a limit ends after `now`, the line has that time, in the time zone `zone` (None: the machine's own).
    """
    stopped = _stopped(manifests)
    if stopped is None:
        return None
    category, manifest = stopped
    tally = Tally.of(manifests)
    return (
        f"{_STOPPED_BY[category]}: {tally.completed} of {tally.total} completed, {tally.remaining} pending; "
        + "".join(f"{line}; " for each in manifests for line in account_lines(each, now, zone))
        + _pattern(manifest)
        + joined([_words(_remedy(manifest, category)), f"resume with: {invocation().resume}"], "; then ")
        + _not_before(manifest, now, zone)
    )


def stopped_by(manifest: Manifest) -> Category | None:
    """Return what stopped the run of this batch, or None if it was not stopped."""
    if manifest.stop is not None and manifest.stop.category in _STOPPED_BY:
        return manifest.stop.category
    return Category.INTERRUPTED if manifest.status is RunStatus.INTERRUPTED else None


def next_steps(results: Sequence[BatchResult], started: Invocation | None = None) -> list[str]:
    """Return what the user should type or edit next, in order; an empty list if nothing is left to do.

    `started` has the commands to name; None: those with which this run was started.
    """
    started = started or invocation()
    manifests = [result.manifest for result in results]
    steps = [step for manifest in manifests for step in _remedy_steps(manifest)]
    if remaining := Tally.of(manifests).remaining:
        steps.append(f"{started.resume}  (makes the {count_of(remaining, 'video')} left)")
    elif lost := Tally.of(manifests).not_on_disk:
        steps.append(f"{started.resume}  (fetches the files of {count_of(len(lost), 'video')}, and makes none)")
    elif left := Tally.of(manifests).not_removed:
        steps.append(f"{started.resume}  (deletes {count_of(len(left), 'video')} on the site, and makes none)")
    for each in results:
        if hosts := Tally.of([each.manifest]).on_hosts:
            names = shlex.join([each.name, *hosts])
            steps.append(f"grokbatch hosts fetch {names}{elsewhere(each.manifest.site)}  (brings their files)")
    to_edit = [each for each in results if Tally.of([each.manifest]).moderated and not is_met(each.manifest)]
    steps += [_edit(result, started) for result in to_edit]
    return list(dict.fromkeys(step for step in steps if step))


def remedy(category: Category, control: str, permalink: str, account: str, site: str) -> Remedy | None:
    """Return the remedy for a failure that stops a run, or None if the user can only resume, now or later.

    `control` is the missing part of a changed page, and `site` is the name of the site in the manifest.
    """
    if category is Category.LAYOUT_CHANGED:
        return _mend_page(control, permalink, account, site)
    if category is Category.ACCOUNT_REFUSED:
        how = "wait some hours, without a VPN, and look by hand whether the site makes videos for you"
        return Remedy(how, permalink, is_typed=False)
    # Nobody can sign in to the built-in site: it has a built-in account, and each run gets a new session.
    if category not in _SIGN_IN or site == DEMO:
        return None
    return Remedy(_SIGN_IN[category], f"grokbatch accounts add {account}")


def account_lines(manifest: Manifest, now: datetime, zone: tzinfo | None = None) -> list[str]:
    """Return a line for each account of a run with several, such as `main: 6 of 20, rate limit until 23:10, 14 wait`.

    None is returned for a run with one account.
    """
    lines = []
    for name, (done, number) in counts_of(manifest).items():
        part = manifest.account_parts[name]
        wait, why = waiting_videos(manifest, name), _why_it_waits(part, now, zone)
        lines.append(joined([f"{name}: {done} of {number}", why, f"{wait} wait" if why and wait else None]))
    return lines


def _why_it_waits(part: AccountPart, now: datetime, zone: tzinfo | None = None) -> str:
    """Return why no video of an account starts any more, and until when; empty if they do."""
    ends = [part.wait.until if part.wait else None, part.stop.retry_at if part.stop else None]
    end = max((each for each in ends if each is not None and each > now), default=None)
    if part.stop is None and end is None:
        return ""
    what = _STOPPED_BY[part.stop.category] if part.stop else "waiting" if part.status.is_waiting else "limited"
    return what if end is None else f"{what} until {until(end, now, zone)}"


def halt_lines(manifest: Manifest, account: str = "", now: datetime | None = None) -> list[str]:
    """Return the lines to show at once when something stops a run that its last line alone would tell too late.

    These are repeated failures and a changed page, and, of a run with several accounts, what ends that of `account`.
    """
    part = manifest.account_parts.get(account)
    if manifest.stop is None and part is not None and part.stop is not None and not part.status.is_waiting:
        return [_account_halt(manifest, account, part, now or part.stop.at)]
    stop = manifest.stop
    if stop is not None and stop.category is Category.REPEATED_FAILURE:
        return [f"{one_line(stop.message)}: nothing more is started, what is under way will finish"]
    if stop is None or stop.category is not Category.LAYOUT_CHANGED:
        return []
    what = f"page layout changed at {stop.video}: nothing more is started, what is under way will finish"
    return [what, str(_remedy(manifest, stop.category))]


def until(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the time `moment` as `14:05`, with its date if that is not the date of `now`."""
    there, here = moment.astimezone(zone), now.astimezone(zone)
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%Y-%m-%d %H:%M}"


def wait_text(end: datetime, why: str, now: datetime, zone: tzinfo | None = None) -> str:
    """Return until when a run waits, and why: `waiting until 03:12 (2 h 10 min): the site said 3 hours`."""
    return f"waiting until {until(end, now, zone)} ({stretch(max(0.0, (end - now).total_seconds()))}): {one_line(why)}"


def _account_halt(manifest: Manifest, account: str, part: AccountPart, now: datetime) -> str:
    wait = count_of(waiting_videos(manifest, account), "video")
    others = [each for name, each in manifest.account_parts.items() if name != account and each.stop is None]
    rest = "the other accounts go on" if len(others) > 1 else "the other account goes on" if others else ""
    return joined([f"account {account}: {_why_it_waits(part, now)}: {wait} of it not made", rest], "; ")


def _stopped(manifests: Sequence[Manifest]) -> tuple[Category, Manifest] | None:
    weight = list(_STOPPED_BY)
    found = [(category, each) for each in manifests if (category := stopped_by(each)) is not None]
    return min(found, key=lambda stop: weight.index(stop[0]), default=None)


def _mend_page(control: str, permalink: str, account: str, site: str) -> Remedy:
    if not control:
        return Remedy("look whether the image is still there", permalink, is_typed=False)
    if site == DEMO:
        return Remedy("try out how a page is taught, on the built-in site", _REHEARSE)
    words = ["grokbatch", "learn", permalink, "--account", account]
    line = shlex.join(words if site == REAL_ORIGIN else [*words, "--site", site])
    return Remedy("teach grokbatch the page with", line)


def _pattern(manifest: Manifest) -> str:
    """Return the message about repeated failures if they stopped the run, else an empty string."""
    stop = manifest.stop
    is_told = stop is not None and stop.category is Category.REPEATED_FAILURE
    return f"{one_line(stop.message)}; " if stop is not None and is_told else ""


def _words(found: Remedy | None) -> str | None:
    return str(found) if found else None


def _remedy(manifest: Manifest, category: Category) -> Remedy | None:
    control = manifest.stop.control if manifest.stop else ""
    stopped = manifest.videos.get(manifest.stop.video or "") if manifest.stop else None
    permalink = (stopped and stopped.permalink) or manifest.permalink
    return remedy(category, control, permalink, _stopped_account(manifest), manifest.site)


def _stopped_account(manifest: Manifest) -> str:
    """Return the account that the run's stop is about."""
    parts = manifest.account_parts.items()
    return next((name for name, part in parts if part.stop == manifest.stop), manifest.account)


def _remedy_steps(manifest: Manifest) -> list[str | None]:
    """Return what to type about what stopped the run, or each of its accounts."""
    category = stopped_by(manifest)
    found = [_remedy(manifest, category)] if category else []
    for name, part in manifest.account_parts.items():
        if part.stop is not None:
            found.append(remedy(part.stop.category, "", manifest.permalink, name, manifest.site))
    return [each.step for each in found if each]


def _edit(result: BatchResult, started: Invocation) -> str:
    line = f"{started.run} {shlex.quote(result.name)}{elsewhere(result.manifest.site)}"
    # Editing the prompt itself would make all its videos again.
    return (
        f"moderated: raise `count` in {result.name}, or write the new wording as a prompt of its own in `prompts` "
        f"(an edited prompt makes its finished videos again), then: {line}"
    )


def elsewhere(site: str | None) -> str:
    """Return the option `--site` for any site but the real one, so that the command for a rehearsal is one as well."""
    return "" if site in {None, REAL_ORIGIN} else f" --site {site}"


def _not_before(manifest: Manifest, now: datetime, zone: tzinfo | None) -> str:
    moment = manifest.stop.retry_at if manifest.stop else None
    if moment is None or moment <= now:
        return ""
    return f" (the site says: not before {until(moment, now, zone)})"
