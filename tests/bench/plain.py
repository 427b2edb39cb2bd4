"""What grows with the number of videos, measured without a browser: files, starts, messages, reports, twins."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grokbatch.batch.loader import load_batch
from grokbatch.cli.plan_report import PlanReport, describe
from grokbatch.media.near_duplicates import near_twins
from grokbatch.record.model.outcome import Outcome
from grokbatch.record.rules import ledger
from grokbatch.record.rules.account_split import split
from grokbatch.record.rules.lasting_ids import with_lasting_ids
from grokbatch.review.counts import BatchResult
from grokbatch.review.report.table import videos_table
from grokbatch.review.report.video import ReportPage
from grokbatch.site.evidence.redactor import Redactor
from tests.bench.collecting import collecting_seconds
from tests.bench.many_videos import ManyVideos, made_video, many_videos

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

SIZES = (10, 100, 1000, 5000)
TIMES = 5
_EVENTS = 15
_LONGEST = 5.0


@dataclass(frozen=True)
class Growth:
    """A figure of each of the `sizes`, which are numbers of videos; `unit` is ms, s or MB."""

    title: str
    unit: str
    sizes: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def steps(self) -> tuple[float, ...]:
        """By which factor the figure grows from each size to the next."""
        return tuple(later / max(earlier, 1e-9) for earlier, later in zip(self.values, self.values[1:], strict=False))


@dataclass(frozen=True)
class Subject:
    """One line of the table: what is measured of a finished batch, in its unit."""

    title: str
    unit: str
    measure: Callable[[ManyVideos], float]


def measure_plain(folder: Path, sizes: Sequence[int] = SIZES) -> list[Growth]:
    """Measure every subject at all `sizes`, below `folder`; raises BenchError."""
    batches = [many_videos(folder / f"plain-{size}", size) for size in sizes]
    return [
        Growth(each.title, each.unit, tuple(sizes), tuple(each.measure(batch) for batch in batches))
        for each in SUBJECTS
    ]


def _size(many: ManyVideos) -> float:
    return many.store.path.stat().st_size / 1e6


def _transaction(many: ManyVideos, clock: Callable[[], float]) -> float:
    """Return how long the result of the last video takes until it is recorded, with all others in the manifest."""
    number = len(many.videos) - 1
    video, now = many.videos[number], datetime.now(UTC)
    outcome = Outcome.success(made_video(number, now))

    def record() -> None:
        with many.store.transaction() as manifest:
            ledger.finish(manifest, video.id, outcome, now)

    return 1000 * _median(record, _EVENTS, clock)


def _collecting(many: ManyVideos) -> float:
    return collecting_seconds(many.folder, TIMES)


def _planning(many: ManyVideos) -> float:
    def plan() -> None:
        batch, manifest = load_batch(many.path), many.store.read()
        videos = with_lasting_ids(batch.videos(), manifest)
        accounts = split(videos, batch.weights, manifest)
        report = replace(PlanReport.of(batch, videos, manifest), accounts=accounts)
        _use(describe(report, None, show_prompts=False))

    return _median(plan)


def _redacting(many: ManyVideos) -> float:
    """Return how long the message of a failure takes in a worker that has had all these prompts."""
    first, *others = (video.prompt for video in many.videos)
    message = f"the site says: {first[:60]}… is not possible now; {others[-1]}: try again later"
    return 1000 * _median(lambda: Redactor(first, tuple(others)).text(message))


def _rows(many: ManyVideos) -> float:
    page = ReportPage(many.directory.report)

    def report() -> None:
        result = BatchResult("bench.yaml", many.store.read(), many.directory, datetime.now(UTC))
        _use(videos_table([result], page))

    return _median(report)


def _twins(many: ManyVideos) -> float:
    prints = {name: video.fingerprint for name, video in many.store.read().videos.items()}
    return _median(lambda: near_twins(prints))


SUBJECTS = (
    Subject("manifest.json", "MB", _size),
    Subject("recording one result, by the clock", "ms", lambda many: _transaction(many, time.perf_counter)),
    Subject("recording one result, CPU", "ms", lambda many: _transaction(many, time.process_time)),
    Subject("pytest --collect-only, CPU", "s", _collecting),
    Subject("grokbatch plan once it is loaded, CPU", "s", _planning),
    Subject("prompts taken out of one message, CPU", "ms", _redacting),
    Subject("all rows of the report, CPU", "s", _rows),
    Subject("all near twins, CPU", "s", _twins),
)


def _median(call: Callable[[], object], times: int = TIMES, clock: Callable[[], float] = time.process_time) -> float:
    """Return the median seconds of so many calls, or of fewer if they take long; one call before them warms up."""
    call()
    until = clock() + _LONGEST
    spent: list[float] = []
    while len(spent) < times and (not spent or clock() < until):
        began = clock()
        call()
        spent.append(clock() - began)
    return statistics.median(spent)


def _use(lines: Iterable[str]) -> None:
    for _ in lines:
        pass
