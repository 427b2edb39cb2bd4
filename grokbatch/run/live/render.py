"""The lines of the live view: pure functions from a run's state to text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from grokbatch.review.formatting import (
    Signs,
    VideoState,
    about,
    browser_name,
    count_of,
    joined,
    label,
    one_line,
    some,
    stopwatch,
    took,
    video_state,
)
from grokbatch.review.text_layout import padded, slices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grokbatch.record.model.outcome import Category, Status

STYLES = {
    VideoState.COMPLETED: "green",
    VideoState.FAILED: "red",
    VideoState.MODERATED: "yellow",
    VideoState.RATE_LIMITED: "yellow",
    VideoState.INTERRUPTED: "yellow",
}
_WIDEST = 110


@dataclass(frozen=True)
class FinishedVideo:
    """A video that needs no more work in this run; `already`: an earlier run finished it.

    `seconds` is how long its attempts took. `message` never holds the prompt. `degraded` says what it lacks of what
    was asked for; `flaws` say what is wrong with its file, or that there is none. `account` is empty where all videos
    are made by one.
    """

    id: str
    batch: str
    status: Status
    category: Category | None = None
    message: str = ""
    seconds: float | None = None
    worker: str = ""
    attempts: int = 1
    url: str = ""
    already: bool = False
    degraded: str = ""
    flaws: tuple[str, ...] = ()
    account: str = ""

    @property
    def state(self) -> VideoState:
        """The video's state, which people see."""
        return video_state(self.status, self.category)


@dataclass(frozen=True)
class WorkerState:
    """What one worker is doing; `since` is when it started with the video, in seconds of the view's clock."""

    video: str
    phase: str
    percent: int | None
    since: float


@dataclass(frozen=True)
class Progress:
    """How far the run is, or one account's part of it; `earlier` is the number of videos that earlier runs finished."""

    total: int
    earlier: int
    finished: Mapping[VideoState, int]

    @property
    def done(self) -> int:
        """How many videos need no more work in this run."""
        return self.earlier + sum(self.finished.values())

    @property
    def left(self) -> int:
        """How many videos are under way or have not started."""
        return max(0, self.total - self.done)


@dataclass(frozen=True, kw_only=True)
class Board(Progress):
    """What the live view shows at one moment.

    `seconds` are how long the completed videos took; `elapsed` and `now` are seconds of the view's clock.
    `waiting` says until when the run waits, and why. `accounts` is empty where all videos are made by one.
    """

    workers: int
    seconds: Sequence[float]
    under_way: Mapping[str, WorkerState]
    elapsed: float
    now: float
    waiting: str = ""
    accounts: Mapping[str, Progress] = field(default_factory=dict)


def estimate(board: Board) -> float | None:
    """Return the seconds to the end, from the median time of a completed video; None before the first one."""
    if not board.seconds or not board.left:
        return None
    each = median(board.seconds)
    shares = [1 - min(0.95, (board.now - state.since) / each) if each else 0.0 for state in board.under_way.values()]
    waiting = max(0, board.left - len(shares))
    rounds = (waiting + sum(shares)) / max(1, min(board.workers, board.left))
    return each * max([rounds, *shares])


def finished_line(video: FinishedVideo, board: Board, signs: Signs, *, batch: bool = False, width: int = 80) -> Text:
    """Return the permanent line of a video that was just finished, with how far the run is, and its account.

    It has its batch if asked for. How far the account is stands there only if it fits into `width` columns; what there
    is to say of the video stands on a line of its own if it does not.
    """
    style = "red" if video.flaws else STYLES.get(video.state, "")
    name = f"{video.batch}/{video.id}" if batch else video.id
    facts = [
        f"{label(video.status, video.category):<16}",
        f"{took(video.seconds) if video.seconds is not None else '':>9}",
        f"{browser_name(video.worker):<10}",
        _share(board),
    ]
    sign = signs.failed if video.flaws else signs.of(video.state)
    line = Text(f"{sign} ", style=f"bold {style}".strip())
    line.append(f"{name:<9}", style="not bold default")
    line.append(f"  {facts[0]}", style=f"not bold {style}".strip())
    line.append("  " + "  ".join(facts[1:]), style="not bold default")
    if (account := _account_share(board, video.account)) and line.cell_len + 2 + cell_len(account) <= width:
        line.append(f"  {account}", style="not bold default")
    if remark := _remark(video):
        between = "  " if line.cell_len + 2 + cell_len(remark) <= width else "\n    "
        line.append(between + remark, style="not bold default")
    return line


def already_line(names: Sequence[str], what: str, signs: Signs, width: int = 80) -> Text:
    """Return the one line for videos that earlier runs finished: `• video-001 to video-042  already completed (42)`."""
    number = f" ({len(names)})" if len(names) > 2 else ""
    room = width - cell_len(f"{signs.note}   {what}{number}")
    return Text(f"{signs.note} {some(names, room=room):<9}  {what}{number}", style="dim")


def fitting_lines(text: Text, width: int) -> Iterator[Text]:
    """Yield the lines of a permanent text, none wider than `width` unless what is in it is to be copied whole."""
    for line in text.split(allow_blank=True):
        hang = len(line.plain) - len(line.plain.lstrip()) or 2
        for number, (begin, end) in enumerate(slices(line.plain, width, hang)):
            yield Text(" " * hang if number else "") + line[begin:end]


def frame(board: Board, width: int, height: int, signs: Signs) -> list[Text]:
    """Return the live view's lines, at most `height` of them and none wider than `width` columns."""
    lines = [_bar_line(board, width, signs), _count_line(board, signs)]
    if board.waiting:
        lines.append(Text(f" {one_line(board.waiting)}", style="yellow"))
    # Only where there is a line for every worker besides: what these do changes all the time.
    if len(lines) + len(board.accounts) + max(board.workers, len(board.under_way)) <= height:
        lines += _account_lines(board, signs)
    room = max(0, height - len(lines))
    busy = sorted(board.under_way.items(), key=lambda each: (len(each[0]), each[0]))
    shown = busy if len(busy) <= room else busy[: max(0, room - 1)]
    lines += [worker_line(worker, state, board.now, width, signs) for worker, state in shown]
    if len(shown) < len(busy) and room:
        lines.append(_folded([state for _, state in busy[len(shown) :]], signs))
    for line in lines:
        line.truncate(width, overflow="crop" if signs.more == "..." else "ellipsis")
    return lines


def worker_line(worker: str, state: WorkerState, now: float, width: int, signs: Signs) -> Text:
    """Return what one worker is doing: its video, the phase, a small bar with the percentage, the time."""
    line = Text(f"  {browser_name(worker):<12}", style="cyan")
    line.append(f"{padded(state.video, 10)} ", style="default")
    percent = "" if state.percent is None else f"{state.percent:>3} %"
    clock = f"{stopwatch(max(0.0, now - state.since)):>6}"
    space = min(width, _WIDEST) - line.cell_len - len(clock) - 8
    phase = Text(_phase(state), style="default")
    bar = min(24, space - 20) if space >= 26 else 0
    phase.truncate(max(4, space - bar), overflow="ellipsis" if signs.more != "..." else "crop", pad=True)
    line.append_text(phase)
    line.append_text(bar_text(state.percent, bar, signs) if state.percent is not None else Text(" " * bar))
    line.append(f" {percent:<6}", style="default")
    line.append(clock, style="dim")
    return line


def bar_text(percent: float, width: int, signs: Signs, style: str = "cyan") -> Text:
    """Return a bar of `width` columns, filled to `percent`."""
    halves = round(width * 2 * min(100.0, max(0.0, percent)) / 100)
    full = signs.filled * (halves // 2) + signs.half * (halves % 2)
    return Text.assemble((full, style), (signs.empty * (width - len(full)), "dim"))


def _bar_line(board: Board, width: int, signs: Signs) -> Text:
    share = f" {board.done}/{board.total}"
    ahead = None if board.waiting else estimate(board)
    timing = joined([stopwatch(board.elapsed), f"{about(ahead)} left" if ahead is not None else None], "  ")
    percent = 100 * board.done / board.total if board.total else 100.0
    wide = max(8, min(width, _WIDEST) - len(share) - len(timing) - 4)
    line = Text(" ")
    line.append_text(bar_text(percent, wide, signs, "green"))
    return line.append(share, style="bold").append(f"  {timing}", style="dim")


def _share(progress: Progress) -> str:
    return f"{progress.done:>{len(str(progress.total))}}/{progress.total}"


def _account_share(board: Board, account: str) -> str:
    """Return how far an account is, such as `main   7/50`; empty where all videos are made by one."""
    shares = {name: _share(progress) for name, progress in board.accounts.items()}
    if account not in shares:
        return ""
    # As wide for one account as for the other, so that what follows stands below each other.
    width = max(cell_len(f"{name} {share}") for name, share in shares.items())
    return f"{account} {shares[account]:>{max(1, width - cell_len(account) - 1)}}"


def _account_lines(board: Board, signs: Signs) -> Iterator[Text]:
    widest = max(map(cell_len, board.accounts), default=0)
    for name, progress in board.accounts.items():
        yield Text(f"  {padded(name, widest)} ", style="cyan").append_text(_count_line(progress, signs))


def _count_line(progress: Progress, signs: Signs) -> Text:
    finished = dict(progress.finished)
    finished[VideoState.COMPLETED] = finished.get(VideoState.COMPLETED, 0) + progress.earlier
    parts = [Text(f"{finished[VideoState.COMPLETED]} done", style=STYLES[VideoState.COMPLETED])]
    for each, style in STYLES.items():
        if each is not VideoState.COMPLETED and finished.get(each):
            parts.append(Text(f"{finished[each]} {each.value}", style=style))
    parts.append(Text(f"{progress.left} pending"))
    return Text(" ") + Text(f"  {signs.dot}  ", style="dim").join(parts)


def _folded(states: Sequence[WorkerState], signs: Signs) -> Text:
    words = Counter(_phase(state) for state in states)
    phases = ", ".join(f"{number} {phase}" for phase, number in words.most_common())
    return Text(f"  {signs.more} {count_of(len(states), 'more browser')}: {phases}", style="dim")


def _phase(state: WorkerState) -> str:
    # The percentage has its own column, and workers in the same phase are counted together.
    return re.sub(r"\s*\d+ ?%$", "", one_line(state.phase))


def _remark(video: FinishedVideo) -> str:
    tries = f"{video.attempts} attempts" if video.attempts > 1 else ""
    return joined([one_line(video.message), *map(one_line, video.flaws), video.degraded, tries], "; ")
