"""Writes the summary at the end of a run, with pytest's terminal writer.

That writer decides about colours (`--color`, NO_COLOR, a pipe), so there are no escape codes here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.cells import cell_len

from grokbatch.record.model.outcome import Category
from grokbatch.record.rules.keepers import keeper_count
from grokbatch.review.counts import Tally
from grokbatch.review.evidence_files import bundle_file
from grokbatch.review.formatting import Signs, VideoState, count_of, joined, one_line, shown_path, some, took
from grokbatch.review.next_steps import account_lines, next_steps, stopped_by, until
from grokbatch.review.text_layout import BELOW, fits_beside, output_width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from grokbatch.review.counts import BatchResult

_LABEL_WIDTH = 14
_INDENT = " " * (7 + _LABEL_WIDTH)


class Terminal(Protocol):
    """The methods of pytest's `terminalreporter` that the summary uses."""

    def write(self, content: str, *, flush: bool = False, **markup: bool) -> None:
        """Write a part of a line."""

    def write_line(self, line: str, **markup: bool) -> None:
        """Write a line or the rest of one."""

    def write_sep(self, sep: str, title: str | None = None, fullwidth: int | None = None, **markup: bool) -> None:
        """Write a separator line across the terminal, with a title in it."""


@dataclass(frozen=True)
class Part:
    """A part of a line and its markup, with pytest's names (`green`, `bold`, ...)."""

    text: str
    markup: dict[str, bool] = field(default_factory=dict)


Line = tuple[Part, ...]


def write_summary(
    terminal: Terminal,
    results: Sequence[BatchResult],
    now: datetime,
    signs: Signs,
    cwd: Path | None = None,
    width: int | None = None,
) -> None:
    """Write the result of each batch and what to type next, in lines of at most `width` columns.

    Paths are shown relative to the folder `cwd`.
    """
    width = width or output_width()
    for result in results:
        count = keeper_count(result.manifest)
        is_all = Tally.of([result.manifest]).completed == len(result.manifest.videos)
        good = is_all if count is None else count.is_met
        _write_heading(terminal, f"grokbatch: {result.name}", width, bold=True, green=good, yellow=not good)
        for line in batch_lines(result, now, signs, cwd or Path.cwd(), width):
            _write(terminal, line, width)
    for number, step in enumerate(next_steps(results)):
        _write(terminal, _fact("next" if number == 0 else "", step, bold=True), width)


def batch_lines(result: BatchResult, now: datetime, signs: Signs, cwd: Path, width: int) -> Iterator[Line]:
    """Return the lines about one batch, without its heading and the next step; they may still be too long."""
    tally = Tally.of([result.manifest], since=result.started_at, now=now)
    yield from _stop(result, now, cwd)
    yield from _state_lines(tally, signs, width)
    yield ()
    if (count := keeper_count(result.manifest)) is not None:
        yield _fact("keepers", str(count), green=count.is_met, yellow=not count.is_met)
    for number, line in enumerate(account_lines(result.manifest, now)):
        yield _fact("accounts" if number == 0 else "", line)
    yield _fact("time", time_and_speed(tally))
    for number, pause in enumerate(result.pauses):
        yield _fact("pauses" if number == 0 else "", pause, yellow=True)
    yield from _paths(result, cwd)


def time_and_speed(tally: Tally) -> str:
    """Return the duration and the speed of this run: `12 min 4 s, 3.4 videos per minute, 55 submits`."""
    rate, each = tally.videos_per_minute, tally.median_seconds
    return joined(
        [
            took(tally.elapsed or 0.0),
            f"{rate:.1f} videos per minute" if rate else None,
            f"{took(each)} per video (median)" if each else None,
            count_of(tally.submits, "submit"),
        ]
    )


def _state_lines(tally: Tally, signs: Signs, width: int) -> Iterator[Line]:
    def named(ids: Sequence[str], before: str = "") -> str:
        # Two lines of them: a break may leave room for one of them empty.
        room = 2 * (width - len(_INDENT)) - len(before) - max(map(len, ids))
        return before + some(ids, room=room)

    yield _count(signs, VideoState.COMPLETED, tally.completed, f"of {tally.total}", green=True)
    if tally.degraded:
        yield _among(named(tally.degraded, f"{len(tally.degraded)} less than asked for: "), yellow=True)
    if tally.not_on_disk:
        yield _among(named(tally.not_on_disk, f"not on disk ({len(tally.not_on_disk)}): "), red=True)
    for host, ids in tally.on_hosts.items():
        yield _among(named(ids, f"on {host} ({len(ids)}): "))
    if tally.not_removed:
        yield _among(named(tally.not_removed, f"not deleted on the site ({len(tally.not_removed)}): "), yellow=True)
    if tally.unexpected:
        yield _among(named(tally.unexpected, f"not as expected ({len(tally.unexpected)}): "), yellow=True)
    for number, (category, ids) in enumerate(tally.failed.items()):
        what = named(ids, f"{category}: " if len(ids) == 1 else f"{category} ({len(ids)}): ")
        if number == 0:
            yield _count(signs, VideoState.FAILED, tally.failures, what, red=True)
        else:
            yield _among(what)
    if tally.moderated:
        yield _count(signs, VideoState.MODERATED, len(tally.moderated), named(tally.moderated), yellow=True)
        yield _among("the site rejected the prompt: expected, not an error in grokbatch", light=True)
    if tally.rate_limited:
        yield _count(signs, VideoState.RATE_LIMITED, len(tally.rate_limited), named(tally.rate_limited), yellow=True)
    if tally.pending:
        yield _count(signs, VideoState.PENDING, len(tally.pending), named(tally.pending), cyan=True)
    if tally.not_needed:
        yield _among(named(tally.not_needed, f"not needed ({len(tally.not_needed)}): "), light=True)


def _among(text: str, **colour: bool) -> Line:
    return (Part(_INDENT), Part(text, colour))


def _count(signs: Signs, state: VideoState, number: int, rest: str, **colour: bool) -> Line:
    bold = {**colour, "bold": True}
    return (
        Part(f" {signs.of(state)} {number:>3} ", bold),
        Part(f"{state.value:<{_LABEL_WIDTH}}", colour),
        Part(rest),
    )


def _stop(result: BatchResult, now: datetime, cwd: Path) -> Iterator[Line]:
    stop = result.manifest.stop
    if stop is None or stopped_by(result.manifest) is None:
        return
    at_video = f" at {stop.video}" if stop.video else ""
    when = f"{stop.category.value}{at_video}, {until(stop.at, now)}: {one_line(stop.message)}"
    yield _fact("stopped", when, yellow=True)
    if stop.retry_at is not None:
        yield _fact("", f"the site says: not before {until(stop.retry_at, now)}", yellow=True)
    if told := _told_in(result):
        yield _fact("", f"what was tried, and what to do: {shown_path(told, cwd)}")
    yield ()


def _told_in(result: BatchResult) -> Path | None:
    """Return the summary file in the evidence of a changed page, if that stopped the run."""
    stop = result.manifest.stop
    video = result.manifest.videos.get(stop.video or "") if stop else None
    if stop is None or stop.category is not Category.LAYOUT_CHANGED or video is None:
        return None
    return bundle_file(result.directory, video, "summary.txt")


def _paths(result: BatchResult, cwd: Path) -> Iterator[Line]:
    # A report of an earlier run may lie there, too.
    if result.report is not None and result.report.exists():
        yield _fact("report", shown_path(result.report, cwd), cyan=True)
    if result.directory.wall.exists():
        yield _fact("wall", shown_path(result.directory.wall, cwd), cyan=True)
    yield _fact("manifest", shown_path(result.directory.manifest, cwd))
    kept = sum(bool(video.evidence) for video in result.manifest.videos.values())
    if kept:
        where = shown_path(result.directory.debug, cwd)
        yield _fact("evidence", f"{where} ({count_of(kept, 'video')})")


def _fact(name: str, text: str, **markup: bool) -> Line:
    return (Part(f" {name:<10}", {"light": True}), Part(text, markup))


def _write_heading(terminal: Terminal, title: str, width: int, **markup: bool) -> None:
    if cell_len(title) + len("=  =") <= width:
        # pytest counts characters, of which some take two columns.
        terminal.write_sep("=", title, width - (cell_len(title) - len(title)), **markup)
    else:
        for line in wrapped(title, width):
            terminal.write_line(line, **markup)


def _write(terminal: Terminal, line: Line, width: int) -> None:
    if not line:
        terminal.write_line("")
        return
    for each in _fitting(line, width):
        # write_line would add a line break before the text after a `write`, so the newline is written directly.
        for part in each:
            terminal.write(part.text, **part.markup)
        terminal.write("\n")


def _fitting(line: Line, width: int) -> Iterator[Line]:
    """Return the line with its last part, the text, on as many lines as that takes."""
    *label, text = line
    column = sum(cell_len(part.text) for part in label)
    if not fits_beside(text.text, width - column):
        # Below the label, if there is one.
        if any(part.text.strip() for part in label):
            yield (*label[:-1], Part(label[-1].text.rstrip(), label[-1].markup))
        column, label = BELOW, [Part(" " * BELOW)]
    for number, each in enumerate(wrapped(text.text, width - column, hang=0)):
        before = [Part(" " * column)] if number else label
        yield (*before, Part(each, text.markup))
