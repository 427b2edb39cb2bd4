"""How things are put into words and signs, the same in the live view, the summary and the report."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules.unresolved_attempts import unresolved_attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest, VideoRecord


class VideoState(StrEnum):
    """Where a video stands, in the words that people read; moderation is told apart from failure."""

    COMPLETED = "completed"
    FAILED = "failed"
    MODERATED = "moderated"
    RATE_LIMITED = "rate limited"
    INTERRUPTED = "interrupted"
    IN_PROGRESS = "in progress"
    PENDING = "pending"


@dataclass(frozen=True)
class Signs:
    """The signs that a terminal shows, one column wide each except `more`."""

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

    def of(self, standing: VideoState) -> str:
        """Return the sign that stands before a video of this standing."""
        return {
            VideoState.COMPLETED: self.completed,
            VideoState.FAILED: self.failed,
            VideoState.MODERATED: self.moderated,
            VideoState.RATE_LIMITED: self.limited,
            VideoState.INTERRUPTED: self.limited,
        }.get(standing, self.pending)


UNICODE = Signs("✓", "✗", "⊘", "◔", "•", "○", "━", "╸", "─", "·", "…")
ASCII = Signs("+", "x", "/", "!", "*", ".", "=", ">", "-", "|", "...")


def signs_for(encoding: str | None) -> Signs:
    """Return the signs that a stream of this encoding can show."""
    try:
        "".join(vars(UNICODE).values()).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def standing(status: Status, category: Category | None) -> VideoState:
    """Return where a video of this status and last failure stands."""
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
    """Return the one word for a video: a failure goes by its category, everything else by its standing."""
    where = standing(status, category)
    return category.value if where is VideoState.FAILED and category else where.value


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
    """Return how long something took, as exact as one says it of a whole run: `38 s`, `42 min`, `1 h 5 min`."""
    if seconds < 120:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 3570 else took(seconds)


def about(seconds: float) -> str:
    """Return an estimate no more exact than it deserves: `about 40 s`, `about 12 min`, `about 2.5 h`."""
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
    """Say until when a video is looked for that an earlier submit has perhaps brought about; None: nothing is open."""
    attempt = None if video.status is Status.COMPLETED else unresolved_attempt(video)
    if attempt is None:
        return None
    until = f", looked for until {attempt.due_at.astimezone():%H:%M}" if attempt.due_at is not None else ""
    return f"perhaps made{until}"


def browser_name(worker: str) -> str:
    """Return what people call a worker: `browser 1`, the first one and the only one."""
    number = worker.removeprefix("gw")
    return f"browser {int(number) + 1 if number.isdecimal() else 1}" if worker else ""


def outdated_line(manifest: Manifest) -> str:
    """Say how many made videos the batch file does not ask for any more; nothing where there are none."""
    made = sum(entry.status is Status.COMPLETED for entry in manifest.retired)
    return f"{count_of(made, 'made video')} of what the file does not ask for any more; kept" if made else ""


def one_line(text: str) -> str:
    """Return `text` on one line and without control characters, whatever the site put into it."""
    words = " ".join(text.split())
    return "".join(sign for sign in words if sign.isprintable())


def spans(ids: Sequence[str]) -> list[str]:
    """Return `ids` with runs of three and more counted-up ids as one: `video-003 to video-009`."""
    runs: list[list[str]] = []
    for name in ids:
        if runs and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    parts = ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else run for run in runs)
    return [part for run in parts for part in run]


def some(ids: Sequence[str], most: int = 4) -> str:
    """Return `ids` for reading, runs together, at most `most` of them before `and 7 more`."""
    if len(spans(ids)) <= most:
        return ", ".join(spans(ids))
    return f"{', '.join(ids[:most])} and {len(ids) - most} more"


def count_of(number: int, noun: str) -> str:
    """Return `1 video`, `2 videos`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown_path(path: Path, cwd: Path) -> str:
    """Return `path` as one would type it in `cwd`, or in full when it lies elsewhere."""
    if path.is_absolute() and not path.is_relative_to(cwd):
        return str(path)
    return os.path.relpath(cwd / path, cwd)


def clipped(text: str, most: int) -> str:
    """Return `text` with no more than `most` signs, the last of them `…` where it is cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def joined(parts: Iterable[str | None], between: str = ", ") -> str:
    """Return the parts that are there, in one string."""
    return between.join(part for part in parts if part)


def _follows(first: str, second: str) -> bool:
    halves = [re.fullmatch(r"(.*?)(\d+)", name) for name in (first, second)]
    if halves[0] is None or halves[1] is None or halves[0][1] != halves[1][1]:
        return False
    return int(halves[0][2]) + 1 == int(halves[1][2])
