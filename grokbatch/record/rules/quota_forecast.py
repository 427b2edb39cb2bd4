"""How many videos fit into what is left of a quota, and when all of them may be done."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.rules.quota import Estimate


@dataclass(frozen=True)
class Forecast:
    """Of `videos`, `fitting` can probably be made at once. `more_at` is when the others can begin, None if unknown.

    `done_at` is when all may be done; None if that cannot be told, or no limit is to be expected before.
    """

    videos: int
    fitting: int
    more_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def all_fit(self) -> bool:
        """Whether no limit is to be expected."""
        return self.fitting >= self.videos


def forecast(found: Estimate, videos: int, now: datetime, seconds: float = 0.0) -> Forecast | None:
    """Return the forecast for `videos`, each of which takes `seconds` of the run; None if nothing is known."""
    if found.left is None or videos <= 0:
        return None
    rest = videos - found.left
    if rest <= 0:
        return Forecast(videos, videos)
    if not found.window or not found.allowance:
        return Forecast(videos, found.left, found.next_free_at)
    more_at = found.next_free_at or found.renews_at or now + timedelta(seconds=found.window)
    waits = math.ceil(rest / found.allowance) - 1
    making = seconds * (rest - waits * found.allowance)
    return Forecast(videos, found.left, more_at, more_at + timedelta(seconds=waits * found.window + making))
