"""A conftest.py for test folders: a stub makes the videos, and holds them back while the file `hold` exists.

While `limit.json` exists, as {"until": …, "retry_at": …}, submits are refused until the first time, and the second is
what is said of its end; null is never, or nothing. `journal.jsonl` tells what was done.
"""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from grokbatch.record.model.outcome import Category, MadeVideo, Outcome
from grokbatch.video_maker import TransferError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.video_maker import Orphan, ProgressListener, SiteVideo, VideoMaker

FOLDER = Path(__file__).parent
WORKERS_TIMEOUT = 120.0


class HeldMaker:
    """Implements VideoMaker without a browser."""

    def make(self, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None = None) -> Outcome:  # noqa: ARG002
        listener.opened(frozenset())
        while not listener.may_submit():
            threading.Event().wait(0.02)
        listener.submitting(frozenset())
        if (limit := limit_now()) is not None:
            note("refused", video.id, "")
            return Outcome.failure(Category.RATE_LIMIT, "enough for now", retry_at=limit.said)
        listener.taken()
        name = f"made-{video.id}-{time.time_ns()}"
        note("submit", video.id, name)
        listener.progress(40)
        deadline = time.monotonic() + WORKERS_TIMEOUT
        while (FOLDER / "hold").exists() and time.monotonic() < deadline:
            threading.Event().wait(0.02)
        note("made", video.id, name)
        return Outcome.success(MadeVideo(name, "https://files/v.mp4", "https://page/v", 400, 736, 6.04, 99))

    def download(self, video: VideoSpec, made: SiteVideo, file: IO[bytes], *, by_button: bool = False) -> None:  # noqa: ARG002
        raise TransferError("a stub has no files", is_refusal=True)

    def upscale(self, video: VideoSpec, made: SiteVideo) -> SiteVideo:  # noqa: ARG002
        return made

    def remove(self, video: VideoSpec, made: SiteVideo) -> None:
        pass

    def close(self) -> None:
        pass


class Limit(NamedTuple):
    """A limit of the account that is in force; `said` is when it ends, as far as the site says."""

    said: datetime | None


def limit_now() -> Limit | None:
    try:
        told = json.loads((FOLDER / "limit.json").read_text())
    except FileNotFoundError:
        return None
    if told["until"] and datetime.now(UTC) >= datetime.fromisoformat(told["until"]):
        return None
    return Limit(told["retry_at"] and datetime.fromisoformat(told["retry_at"]))


def note(event: str, video: str, name: str) -> None:
    line = json.dumps({"event": event, "video": video, "name": name, "pid": os.getpid()})
    with (FOLDER / "journal.jsonl").open("a") as file:
        file.write(line + "\n")


def pytest_grokbatch_video_maker(config: pytest.Config) -> Callable[[], VideoMaker]:
    return HeldMaker
