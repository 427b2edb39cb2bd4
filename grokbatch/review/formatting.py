"""Formats values as text and symbols, in the same way for the live view, the summary and the report."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.cells import cell_len

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules.unresolved_attempts import unresolved_attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest, VideoRecord


class VideoState(StrEnum):
    """The state of a video in words for people; unlike in `Status`, moderated is not the same as failed."""

    COMPLETED = "completed"
    FAILED = "failed"
    MODERATED = "moderated"
    RATE_LIMITED = "rate limited"
    INTERRUPTED = "interrupted"
    IN_PROGRESS = "in progress"
    PENDING = "pending"


@dataclass(frozen=True)
class Signs:
    """The symbols for a terminal; each is one column wide, except `more`."""

    completed: str
    failed: str
    moderated: str
    limited: str
    note: str
    pending: str
    filled: str
    half: str
    empty: str
    dot: str
    more: str

    def of(self, state: VideoState) -> str:
        """Return the symbol for a video in this state."""
        return {
            VideoState.COMPLETED: self.completed,
            VideoState.FAILED: self.failed,
            VideoState.MODERATED: self.moderated,
            VideoState.RATE_LIMITED: self.limited,
            VideoState.INTERRUPTED: self.limited,
        }.get(state, self.pending)


UNICODE = Signs("✓", "✗", "⊘", "◔", "•", "○", "━", "╸", "─", "·", "…")
ASCII = Signs("+", "x", "/", "!", "*", ".", "=", ">", "-", "|", "...")


def signs_for(encoding: str | None) -> Signs:
    """Return the symbols that a stream with this encoding can show."""
    try:
        "".join(vars(UNICODE).values()).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def video_state(status: Status, category: Category | None) -> VideoState:
    """Return the state of a video with this status and this category of its last failure."""
    if status is Status.COMPLETED:
        return VideoState.COMPLETED
    if category is Category.CONTENT_MODERATED:
        return VideoState.MODERATED
    if status is Status.RATE_LIMITED:
        return VideoState.RATE_LIMITED
    if status is Status.FAILED:
        return VideoState.INTERRUPTED if category is Category.INTERRUPTED else VideoState.FAILED
    return VideoState.IN_PROGRESS if status is Status.IN_PROGRESS else VideoState.PENDING


def label(status: Status, category: Category | None) -> str:
    """Return the label of a video: the category for a failed one, else its state."""
    state = video_state(status, category)
    return category.value if state is VideoState.FAILED and category else state.value


def took(seconds: float) -> str:
    """Return a duration as `12.4 s`, `61 s`, `12 min 4 s` or `1 h 5 min`."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def stopwatch(seconds: float) -> str:
    """Return a running time as `0:23` or `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def stretch(seconds: float) -> str:
    """Return the duration of a whole run, rounded: `38 s`, `42 min`, `1 h 5 min`."""
    if seconds < 120:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 3570 else took(seconds)


def about(seconds: float) -> str:
    """Return an estimated duration, rounded: `about 40 s`, `about 12 min`, `about 2.5 h`."""
    if seconds < 57.5:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"


def storage(size: int) -> str:
    """Return a number of bytes as `990 B`, `144 kB`, `2.4 MB` or `1.25 GB`."""
    if size < 1000:
        return f"{size} B"
    if round(size / 1e3) < 1000:
        return f"{size / 1e3:.0f} kB"
    return f"{size / 1e6:.1f} MB" if round(size / 1e6, 1) < 1000 else f"{size / 1e9:.2f} GB"


def perhaps_made(video: VideoRecord) -> str | None:
    """Return that a video was perhaps made, and until when it is looked for; None if it has no unresolved attempt."""
    attempt = None if video.status is Status.COMPLETED else unresolved_attempt(video)
    if attempt is None:
        return None
    until = f", looked for until {attempt.due_at.astimezone():%H:%M}" if attempt.due_at is not None else ""
    return f"perhaps made{until}"


_OF_HOST = re.compile(r"(.+)-(\d+)")


def browser_name(worker: str) -> str:
    """Return the name of a worker for people.

    `browser 1` for `gw0` and for the worker of a run without xdist, `studio 2` for `studio-2` on the host `studio`.
    """
    if found := _OF_HOST.fullmatch(worker):
        return f"{found[1]} {found[2]}"
    number = worker.removeprefix("gw")
    return f"browser {int(number) + 1 if number.isdecimal() else 1}" if worker else ""


def outdated_line(manifest: Manifest) -> str:
    """Return a line with the number of made videos that the batch file no longer asks for; empty if there are none."""
    made = sum(entry.status is Status.COMPLETED for entry in manifest.retired)
    return f"{count_of(made, 'made video')} of what the file does not ask for any more; kept" if made else ""


def one_line(text: str) -> str:
    """Return `text` on one line and without control characters, which a text from the site may contain."""
    words = " ".join(text.split())
    return "".join(sign for sign in words if sign.isprintable())


def spans(ids: Sequence[str]) -> list[str]:
    """Return `ids` with three or more consecutive ones as a range: `video-003 to video-009`."""
    return [text for text, _ in _spans(ids)]


def some(ids: Sequence[str], most: int = 4, room: int = 0) -> str:
    """Return `ids` as one text, with ranges for consecutive ones.

    Of more than `most`, only these and `and 7 more`, or as many more as fit into `room` columns.
    """
    found = _spans(ids)
    texts = (_first(found, number, len(ids)) for number in range(len(found), most, -1))
    return next((text for text in texts if cell_len(text) <= room), _first(found, most, len(ids)))


def _first(found: Sequence[tuple[str, int]], number: int, count: int) -> str:
    left = count - sum(each for _, each in found[:number])
    return ", ".join(text for text, _ in found[:number]) + (f" and {left} more" if left else "")


def _spans(ids: Sequence[str]) -> list[tuple[str, int]]:
    """Return the ranges and single ids, each with the number of ids in it."""
    runs: list[list[str]] = []
    for name in ids:
        if runs and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    parts = ([(f"{run[0]} to {run[-1]}", len(run))] if len(run) > 2 else [(name, 1) for name in run] for run in runs)
    return [part for run in parts for part in run]


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun in singular or plural: `1 video`, `2 videos`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown_path(path: Path, cwd: Path) -> str:
    """Return `path` relative to the folder `cwd` if it is below that, else unchanged."""
    if path.is_absolute() and not path.is_relative_to(cwd):
        return str(path)
    return os.path.relpath(cwd / path, cwd)


def clipped(text: str, most: int) -> str:
    """Return `text`, shortened to `most` characters if it is longer, with `…` as the last one."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def joined(parts: Iterable[str | None], between: str = ", ") -> str:
    """Return the parts that are neither None nor empty, joined."""
    return between.join(part for part in parts if part)


def _follows(first: str, second: str) -> bool:
    halves = [re.fullmatch(r"(.*?)(\d+)", name) for name in (first, second)]
    if halves[0] is None or halves[1] is None or halves[0][1] != halves[1][1]:
        return False
    return int(halves[0][2]) + 1 == int(halves[1][2])
