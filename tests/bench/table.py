"""The figures as people read them: grokbatch beside the naive script, with the aims."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.big_batch import BigBatch
    from tests.bench.lookahead import LookAhead
    from tests.bench.measure import Figures
    from tests.bench.plain import Growth

_MB = 1e6


@dataclass(frozen=True)
class Row:
    """One line of the table; `limit` is the aim for grokbatch, None without one."""

    title: str
    value: Callable[[Figures], float | None]
    digits: int = 2
    limit: Callable[[Figures], float] | None = None


ROWS = (
    Row("videos per minute", lambda each: each.per_minute, 1),
    Row("start-up to the first submit, s", lambda each: each.startup),
    Row("start-up until all workers submitted, s", lambda each: each.fleet_startup),
    Row("makespan, s", lambda each: each.makespan, limit=lambda each: each.allowed_makespan),
    Row("ideal for workers who start like these, s", lambda each: each.ideal_from_starts),
    Row("overhead per video, median, s", lambda each: each.overhead_median, limit=lambda _: 0.5),
    Row("overhead per video, p95, s", lambda each: each.overhead_p95),
    Row("playable to the next submit, median, s", lambda each: each.pause_median, limit=lambda _: 0.3),
    Row("playable to the next submit, p95, s", lambda each: each.pause_p95),
    Row("playable to recorded, median, s", lambda each: each.recorded, 3, limit=lambda _: 0.3),
    Row("memory (PSS) per worker at the peak, MB", lambda each: each.memory / _MB, 0, limit=lambda _: 300),
    Row("disk per worker, MB", lambda each: each.disk / _MB, limit=lambda _: 2),
    Row("CPU seconds per video", lambda each: each.cpu_per_video),
    Row("cores busy with other work", lambda each: each.others),
)
_HEAD = f"{'':<42}{'grokbatch':>10}{'naive':>10}{'ratio':>8}"


def table(ours: Figures, naive: Figures) -> str:
    """Return the figures of two runs of the same videos with as many workers."""
    crew = f"{ours.workers} worker{'s' if ours.workers > 1 else ''}, {ours.videos} videos"
    head = f"{crew}; ideal makespan {ours.ideal:.2f} s"
    return "\n".join([head, _HEAD, *_lines(ours, naive), ""])


def era_table(today: Figures, before: Figures) -> str:
    """Return the figures of the same videos on today's page and on the one before it, which is to be no faster."""
    head = f"today's page (era D) beside the one before (era C); {today.workers} workers, {today.videos} videos of 5 s"
    columns = _HEAD.replace("grokbatch", f"{'era D':>9}").replace("naive", "era C")
    return "\n".join([head, columns, *_lines(today, before), ""])


def _lines(ours: Figures, naive: Figures) -> Iterator[str]:
    for row in ROWS:
        left, right = row.value(ours), row.value(naive)
        limit = None if row.limit is None else row.limit(ours)
        yield _line(row.title, left, right, row.digits, limit)


def _line(title: str, left: float | None, right: float | None, digits: int, limit: float | None) -> str:
    ratio = f"{left / right:.3f}" if left is not None and right else "-"
    aim = "" if limit is None or left is None else f"   {_verdict(left, limit)}: at most {limit:.{digits}f}"
    return f"{title:<42}{_figure(left, digits):>10}{_figure(right, digits):>10}{ratio:>8}{aim}"


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _verdict(value: float, limit: float) -> str:
    return "reached" if value <= limit else "MISSED"


def lookahead_table(case: LookAhead) -> str:
    """Return the look-ahead case; of what the aim allows, a tenth of a second is for handing the items out."""
    head = f"look-ahead: 3 items of 6 s and 17 of 1 s, 10 workers; ideal makespan {case.ideal:.2f} s"
    ours, stock = case.grokbatch, case.stock
    lines = [
        _line("makespan, s", ours.makespan, stock.makespan, 2, ours.ideal + 0.1),
        _line("ideal for workers who start like these, s", ours.ideal, stock.ideal, 2, None),
    ]
    return "\n".join([head, _HEAD.replace("naive", "stock"), *lines, ""])


def big_batch_table(case: BigBatch) -> str:
    """Return what a big batch costs; the aim is a second of CPU for 1,000 videos beyond what one costs."""
    pages = f"pages opened, 4 images, 48 videos, 4 workers: {case.pages}; at least {case.least_pages}"
    pages += f"; taking turns at a list: {case.turned_pages}"
    lines = [
        f"{'':<42}{'1 video':>10}{'1,000':>10}{'beyond':>8}",
        _beyond("collecting, CPU seconds, median", case.collect_one, case.collect_big, 1.0),
        _beyond("start-up to the first video, 1 worker, s", case.start_one, case.start_big, None),
        "",
        pages,
    ]
    return "\n".join(["big batch", *lines, ""])


def _beyond(title: str, one: float, big: float, limit: float | None) -> str:
    aim = "" if limit is None else f"   {_verdict(big - one, limit)}: at most {limit:.2f}"
    return f"{title:<42}{one:>10.2f}{big:>10.2f}{big - one:>8.2f}{aim}"


def growth_table(figures: Sequence[Growth]) -> str:
    """Return the figures of each number of videos, and below each by how much it grows from one to the next."""
    sizes = figures[0].sizes
    head = f"{'videos':<42}" + "".join(f"{size:>10,}" for size in sizes)
    linear = _steps([later / earlier for earlier, later in pairwise(sizes)])
    lines = [head, f"{'  grows, if it is linear':<42}{linear}"]
    for each in figures:
        lines.append(f"{f'{each.title}, {each.unit}':<42}" + "".join(f"{_three(value):>10}" for value in each.values))
        lines.append(f"{'  grows':<42}{_steps(each.steps)}")
    return "\n".join(["without a browser", *lines, ""])


def _steps(steps: Sequence[float]) -> str:
    return " " * 10 + "".join(f"{f'x{step:.1f}':>10}" for step in steps)


def _three(value: float) -> str:
    """Return a number with about three digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
