"""`python -m tests.bench.quota`: what it costs to learn an account's quota, on invented accounts in invented time.

An account makes videos without end; at each limit the next try is when `next_try` says. Printed are the refused tries
in each window, the limit itself included, and how much time was lost against somebody who knows the site's rules.
"""

from __future__ import annotations

import random
import sys
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from grokbatch.record.model.quota import LimitKind, QuotaRecord, SubmitResult
from grokbatch.record.rules.quota import next_try
from grokbatch.record.rules.quota_notes import note_accepted, note_limit, note_outcome

START = datetime(2026, 11, 2, 9, 17, tzinfo=UTC)
HOUR, DAY = 3_600.0, 86_400.0
LEARNING = 3
"""Windows that are not counted: in them the account is learnt."""
_FAILING = 0.15
"""The part of the videos that come to nothing."""


class Site(Protocol):
    """Who accepts videos and who does not; times are seconds since the first video."""

    window: float

    def free_at(self, now: float) -> float:
        """Return when the next video is accepted."""

    def accept(self, now: float, *, is_failure: bool) -> None:
        """Count a video."""


@dataclass
class Fixed:
    """So many videos from the first one on until the window is over."""

    window: float
    allowance: int
    counts_failures: bool = True
    start: float = float("-inf")
    used: int = 0

    def free_at(self, now: float) -> float:
        return now if self.used < self.allowance or now >= self.start + self.window else self.start + self.window

    def accept(self, now: float, *, is_failure: bool) -> None:
        if now >= self.start + self.window:
            self.start, self.used = now, 0
        self.used += self.counts_failures or not is_failure


@dataclass
class Sliding:
    """So many videos at any time within the last `window` seconds."""

    window: float
    allowance: int
    counts_failures: bool = True
    times: deque[float] = field(default_factory=deque)

    def free_at(self, now: float) -> float:
        while self.times and self.times[0] + self.window <= now:
            self.times.popleft()
        return now if len(self.times) < self.allowance else self.times[0] + self.window

    def accept(self, now: float, *, is_failure: bool) -> None:
        if self.counts_failures or not is_failure:
            self.times.append(now)


@dataclass
class Calendar:
    """So many videos until a time of the day or week, whenever the first was made."""

    window: float
    allowance: int
    counts_failures: bool = True
    phase: float = 5_000.0
    used: int = 0
    period: int = -1

    def free_at(self, now: float) -> float:
        period = self._period(now)
        if period != self.period or self.used < self.allowance:
            return now
        return (period + 1) * self.window + self.phase

    def accept(self, now: float, *, is_failure: bool) -> None:
        if self._period(now) != self.period:
            self.period, self.used = self._period(now), 0
        self.used += self.counts_failures or not is_failure

    def _period(self, now: float) -> int:
        return int((now - self.phase) // self.window)


@dataclass(frozen=True)
class Account:
    """An invented account: the rules of its site, seconds between two videos, and hours without any work per day."""

    name: str
    site: type[Fixed] | type[Sliding] | type[Calendar]
    window: float
    allowance: int
    pace: float
    counts_failures: bool = True
    nights: float = 0.0
    lies: bool | None = None
    """Whether the times that the site announces are wrong; None: it announces none."""


@dataclass(frozen=True)
class Result:
    """What was lost: refused tries in each window, and the part of the time, without and with the learning."""

    account: Account
    refused: tuple[int, ...]
    idle: float
    windows: float
    learning_refused: tuple[int, ...]
    learning_idle: float

    @property
    def most_refused(self) -> int:
        return max(self.refused)

    @property
    def mean_refused(self) -> float:
        """In each window: where videos are counted one by one, several limits may be met within one."""
        return sum(self.refused) / self.windows


def simulate(account: Account, windows: int = 12, seed: int = 1) -> Result:
    """Work with an account until it has met that many limits."""
    draw = random.Random(f"{account.name} {seed}")  # noqa: S311 - not a secret
    site: Site = account.site(account.window, account.allowance, account.counts_failures)
    counted: list[float] = []
    record, now = QuotaRecord(), 0.0
    refused: list[int] = []
    lost: list[float] = []
    ends: list[float] = []
    while len(refused) < windows:
        if site.free_at(now) <= now:
            is_failure = draw.random() < _FAILING
            site.accept(now, is_failure=is_failure)
            if account.counts_failures or not is_failure:
                counted.append(now)
            note_accepted(record, _at(now), "")
            note_outcome(record, _at(now), "", SubmitResult.FAILED if is_failure else SubmitResult.MADE)
            now = _awake(account, now + account.pace * draw.uniform(0.5, 1.5))
            continue
        end, row = site.free_at(now), 0
        while site.free_at(now) > now:
            row += 1
            said = _said(account, now, end)
            note_limit(record, _at(now), said, LimitKind.SAID)
            now = max(now + 1.0, (next_try(record, _at(now), said, row).at - START).total_seconds())
        refused.append(row)
        lost.append(now - end)
        ends.append(now)
        now = _awake(account, now)
    learnt = ends[-1] - ends[LEARNING - 1]
    idle = sum(lost[LEARNING:]) / learnt
    if isinstance(site, Sliding):
        # The allowance comes back one by one; a later beginning costs only what it leaves unused.
        made = sum(ends[LEARNING - 1] <= each < ends[-1] for each in counted)
        idle = max(0.0, 1.0 - made * account.window / (account.allowance * learnt))
    return Result(
        account,
        tuple(refused[LEARNING:]),
        idle,
        learnt / account.window,
        tuple(refused[:LEARNING]),
        sum(lost[:LEARNING]) / ends[LEARNING - 1],
    )


def _said(account: Account, now: float, end: float) -> datetime | None:
    if account.lies is None:
        return None
    return _at(now + 600.0 if account.lies else end)


def _awake(account: Account, now: float) -> float:
    """Return `now`, or the next morning if it is night."""
    hour = (now % DAY) / HOUR
    return now if hour < 24.0 - account.nights else (now // DAY + 1) * DAY


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


ACCOUNTS = (
    Account("20 in 24 h", Fixed, DAY, 20, 60.0),
    Account("100 in 4 h", Fixed, 4 * HOUR, 100, 20.0),
    Account("100 in 4 h, one browser", Fixed, 4 * HOUR, 100, 75.0),
    Account("80 in 12 h", Fixed, 12 * HOUR, 80, 15.0),
    Account("30 in 2 h", Fixed, 2 * HOUR, 30, 30.0),
    Account("200 in 24 h", Fixed, DAY, 200, 20.0),
    Account("50 in 5 h 20 min", Fixed, 19_200.0, 50, 30.0),
    Account("100 in 20 h", Fixed, 20 * HOUR, 100, 30.0),
    Account("100 in 22.5 h", Fixed, 22.5 * HOUR, 100, 30.0),
    Account("15 in 40 min", Fixed, 2_400.0, 15, 15.0),
    Account("700 a week from the first", Fixed, 7 * DAY, 700, 20.0),
    Account("100 in 4 h without failures", Fixed, 4 * HOUR, 100, 20.0, counts_failures=False),
    Account("20 in 24 h without failures", Fixed, DAY, 20, 60.0, counts_failures=False),
    Account("sliding 100 in 4 h", Sliding, 4 * HOUR, 100, 20.0),
    Account("sliding 100 in 4 h, slow", Sliding, 4 * HOUR, 100, 90.0),
    Account("sliding 20 in 24 h", Sliding, DAY, 20, 60.0),
    Account("sliding 80 in 12 h", Sliding, 12 * HOUR, 80, 60.0),
    Account("sliding 80 in 12 h without failures", Sliding, 12 * HOUR, 80, 60.0, counts_failures=False),
    Account("sliding 100 in 24 h, days of 10 h", Sliding, DAY, 100, 200.0, nights=14.0),
    Account("100 a day", Calendar, DAY, 100, 30.0),
    Account("100 a day, days of 10 h", Calendar, DAY, 100, 30.0, nights=14.0),
    Account("700 a week", Calendar, 7 * DAY, 700, 20.0),
    Account("2000 a week without failures", Calendar, 7 * DAY, 2_000, 20.0, counts_failures=False),
    Account("100 in 4 h, announced", Fixed, 4 * HOUR, 100, 20.0, lies=False),
    Account("100 in 4 h, announced wrongly", Fixed, 4 * HOUR, 100, 20.0, lies=True),
    Account("20 in 24 h, announced wrongly", Fixed, DAY, 20, 60.0, lies=True),
)


def table(results: list[Result]) -> list[str]:
    """Return a line for each account."""
    head = f"{'account':<38} {'refused, first three':<20} {'idle':>6}   {'then: most':>10} {'mean':>5} {'idle':>6}"
    return [head, *map(_line, results)]


def _line(result: Result) -> str:
    first = " ".join(map(str, result.learning_refused))
    return (
        f"{result.account.name:<38} {first:<20} {result.learning_idle:>6.1%}   {result.most_refused:>10} "
        f"{result.mean_refused:>5.2f} {result.idle:>6.1%}"
    )


def main() -> int:
    """Print the table."""
    for line in table([simulate(each) for each in ACCOUNTS]):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
