"""One measured call of pytest on the built-in site, and the figures that come out of it."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from grokbatch.demo.scenario.scenario import Scenario
from tests.bench.ideal import greedy_end
from tests.bench.watched import BenchError, run_watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from grokbatch.demo.scenario.scenario import Era
    from tests.bench.site import BenchSite
    from tests.bench.variants import Job, Variant


@dataclass(frozen=True)
class Figures:
    """What was measured. Times in seconds, sizes in bytes; the makespan ends with the last generation.

    `startup` lasts until the first submit, `fleet_startup` until every worker has submitted something;
    `ideal` is the makespan without any start-up, `ideal_from_starts` that of workers who begin when these did;
    `overhead` is the time between the end of a generation and the same worker's next submit, `pause` that between
    the moment when its page could play the video and this submit (None where nobody noted the former); `others` is
    the number of cores that were busy with other work; `recorded` is the median time from when a video could be
    played in its page until the manifest had it, None where nobody noted the former.
    """

    variant: str
    workers: int
    videos: int
    ideal: float
    ideal_from_starts: float
    startup: float
    fleet_startup: float
    makespan: float
    overhead_median: float
    overhead_p95: float
    pause_median: float | None
    pause_p95: float | None
    recorded: float | None
    memory: int
    disk: int
    cpu_per_video: float
    others: float

    @property
    def per_minute(self) -> float:
        return 60 * self.videos / self.makespan

    @property
    def allowed_makespan(self) -> float:
        """What the aim allows: each worker's own start-up, and 5 % more than the ideal."""
        return self.ideal_from_starts + 0.05 * self.ideal


@dataclass(frozen=True)
class Generation:
    """One generation as the site saw it; times in seconds since the call began."""

    video: str
    submitted: float
    ended: float


def measure(variant: Variant, job: Job, site: BenchSite, seconds: Sequence[float], era: Era) -> Figures:
    """Make the job's videos, whose generations take `seconds` in the order of submits; raises BenchError."""
    site.begin(Scenario(era=era, generation=tuple(seconds)))
    call = variant.prepare(job)
    began = datetime.now(UTC)
    seen = run_watched(call, job.folder, lambda: variant.profiles(job))
    generations = read_journal(site.journal(), began)
    if len(generations) != job.videos:
        raise BenchError(f"{variant.name}: {len(generations)} generations for {job.videos} videos")
    series = _series(generations, variant.makers(job))
    starts = [each[0].submitted for each in series]
    overheads = sorted(gap for each in series for gap in _gaps(each))
    pauses = pauses_of(series, variant.playable(job), began)
    return Figures(
        variant=variant.name,
        workers=job.workers,
        videos=job.videos,
        ideal=greedy_end(seconds, [0.0] * job.workers),
        ideal_from_starts=greedy_end(seconds, starts),
        startup=min(starts),
        fleet_startup=max(starts),
        makespan=max(each.ended for each in generations),
        overhead_median=statistics.median(overheads),
        overhead_p95=percentile(overheads, 95),
        pause_median=_median(pauses),
        pause_p95=percentile(pauses, 95) if pauses else None,
        recorded=_median(variant.latencies(job)),
        memory=seen.memory // job.workers,
        disk=max(seen.disk.values()),
        cpu_per_video=seen.cpu_seconds / job.videos,
        others=seen.others,
    )


def read_journal(entries: Iterable[Mapping[str, Any]], began: datetime) -> list[Generation]:
    """Return the generations that were submitted and have ended, in the order of their submits."""
    submits: dict[str, float] = {}
    ends: dict[str, float] = {}
    into = {"submit": submits, "outcome": ends}
    for entry in entries:
        if entry["event"] in into:
            at = datetime.fromisoformat(entry["time"]) - began
            into[entry["event"]][entry["video"]] = at.total_seconds()
    return [Generation(video, at, ends[video]) for video, at in submits.items() if video in ends]


def _series(generations: Iterable[Generation], makers: Mapping[str, str]) -> list[list[Generation]]:
    by_worker: dict[str, list[Generation]] = {}
    for each in generations:
        by_worker.setdefault(makers[each.video], []).append(each)
    return list(by_worker.values())


def _median(seconds: Sequence[float]) -> float | None:
    return statistics.median(seconds) if seconds else None


def _gaps(series: Iterable[Generation]) -> list[float]:
    return [later.submitted - earlier.ended for earlier, later in pairwise(series)]


def pauses_of(series: Iterable[Sequence[Generation]], playable: Mapping[str, datetime], began: datetime) -> list[float]:
    """Return the seconds from when a page could play a video to the same worker's next submit, in ascending order.

    `playable` has these moments by the site's ids; pairs whose earlier video is not in it are left out.
    """
    pairs = [pair for each in series for pair in pairwise(each) if pair[0].video in playable]
    return sorted(later.submitted - (playable[earlier.video] - began).total_seconds() for earlier, later in pairs)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the smallest of the ascending values that `percent` of them do not exceed."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]
