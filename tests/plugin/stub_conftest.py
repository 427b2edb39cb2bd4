"""A conftest.py for test folders: a stub makes the videos, follows `script.json` and writes `journal.jsonl`.

`script.json`: {"seconds": 0.05, "video-002": ["RATE_LIMIT"], ...}; each attempt of a video takes the next
category of its list, null or the end of the list is a success. DEGRADED is a success with less than was asked
for, GREYED_OUT an option that cannot be chosen. "seconds" may also be given per video as
{"seconds": {"video-001": 6}}. LAYOUT_CHANGED comes before anything is submitted; with "late_layout": true after;
"slow_disk" are the seconds until such an outcome can be recorded, or one of the category "slow_at". "together": 2 lets
the first video of each of two workers, once it is submitted, wait for the other's, however slow one of them is to
start. With DIE the process is killed after the submit. UNSEEN is a submit of which nobody knows what came of it;
"found": {"video-001": 2} lets the second look find its video, and not before. "retry_after" are the seconds for which a
limit lasts as the site says, for all videos or per video.
"""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psutil

import grokbatch.demo
from grokbatch.record.model.outcome import Category, MadeVideo, Outcome
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.video_maker import TransferError, VideoActionError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.video_maker import Orphan, ProgressListener, SiteVideo, VideoMaker

FOLDER = Path(__file__).parent
CLIP = (Path(grokbatch.demo.__file__).parent / "clips" / "media" / "dawn.mp4").read_bytes()
LACKS = {"DEGRADED": "asked for 720p, got 480p (400x736)", "GREYED_OUT": "asked for 720p"}
UNKNOWN = Outcome.failure(
    Category.LAYOUT_CHANGED,
    'the control "submit" was not found on the page; 2 alternatives tried',
    control="submit",
    tried=("css=.first", "css=.second"),
)


def _made(video: VideoSpec, attempt: int) -> MadeVideo:
    return MadeVideo(f"made-{video.id}-{attempt}", "https://files/v.mp4", "https://page/v", 400, 736, 6.04, 99)


class StubMaker:
    """Implements VideoMaker without a browser."""

    def make(self, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None = None) -> Outcome:
        script = self._script()
        self._note("begin", video)
        attempt = 1 + self._ends(video)
        outcomes = script.get(video.id, [])
        category = outcomes[attempt - 1] if attempt <= len(outcomes) else None
        seconds = script.get("seconds", 0.01)
        if category == "LAYOUT_CHANGED" and not script.get("late_layout"):
            listener.opened(frozenset({"older"}))  # such as a page that lacks an option only
            threading.Event().wait(seconds.get(video.id, 0.01) if isinstance(seconds, dict) else seconds)
            self._note("look", video)
            self._keep_from_recording(script.get("slow_disk", 0.0))
            return UNKNOWN
        listener.opened(frozenset({"older"}))
        if orphan is not None and orphan.reply_ids:
            self._note(f"look for {', '.join(sorted(orphan.reply_ids))}", video)
        if orphan is not None and video.id in script.get("found", {}):
            self._note("look again", video)
            while self._count("look again", video) < script["found"][video.id]:
                listener.searching(60.0)
                self._note("look again", video)
            return Outcome.success(_made(video, attempt - 1), adopted=True)
        while not listener.may_submit():
            threading.Event().wait(0.02)
        listener.submitting(frozenset({"older"}))
        listener.taken()
        listener.named(frozenset({f"made-{video.id}-{attempt}"}))
        self._note("submit", video)
        self._wait_for_the_others(script.get("together", 1))
        listener.progress(40)
        threading.Event().wait(seconds.get(video.id, 0.01) if isinstance(seconds, dict) else seconds)
        self._note("end", video)
        if category == "DIE":
            psutil.Process().kill()
        if category == "RAISE":
            raise RuntimeError(f"cannot fill {video.prompt}")
        if category == "LAYOUT_CHANGED":
            return UNKNOWN
        if category == script.get("slow_at"):
            self._keep_from_recording(script.get("slow_disk", 0.0))
        if category == "UNSEEN":
            return replace(Outcome.failure(Category.NETWORK_ERROR, "the reply was cut"), perhaps_made=True)
        lacks = LACKS.get(category or "", "")
        if category == "GREYED_OUT":
            return Outcome.failure(Category.GENERATION_ERROR, "720p cannot be chosen", degraded=lacks)
        if category == "IMAGE":
            gone = Outcome.failure(Category.GENERATION_ERROR, "the image is gone")
            return replace(gone, is_final=True, is_about_image=True)
        if category == "RATE_LIMIT" and "retry_after" in script:
            after = script["retry_after"]
            retry_at = datetime.now(UTC) + timedelta(seconds=after[video.id] if isinstance(after, dict) else after)
            return Outcome.failure(Category.RATE_LIMIT, "as scripted", retry_at=retry_at)
        if category is not None and not lacks:
            return Outcome.failure(Category(category), "as scripted")
        return Outcome.success(_made(video, attempt), degraded=lacks)

    def download(self, video: VideoSpec, _: SiteVideo, file: IO[bytes], *, by_button: bool = False) -> None:
        self._note("download", video)
        self._note("by button" if by_button else "by address", video)
        ways = self._script().get("files", {}).get(video.id, [])
        asked = self._count("download", video)
        way = ways[asked - 1] if asked <= len(ways) else "whole"
        if way == "disk full":
            raise OSError(errno.ENOSPC, "No space left on device", file.name)
        if way == "forbidden" and not by_button:
            raise TransferError("the site answered 403", is_refusal=True)
        if way in {"early", "refused"}:
            raise TransferError("the site answered 404", is_early=way == "early")
        file.write(CLIP[: len(CLIP) // 2] if way == "cut" else CLIP)

    def upscale(self, video: VideoSpec, made: SiteVideo) -> SiteVideo:
        self._note("upscale", video)
        return made

    def remove(self, video: VideoSpec, _: SiteVideo) -> None:
        self._note("remove", video)
        if self._count("remove", video) <= self._script().get("stays", {}).get(video.id, 0):
            raise VideoActionError("the video is still on the page after it was deleted")

    def close(self) -> None:
        pass

    def _script(self) -> dict[str, Any]:
        path = FOLDER / "script.json"
        script: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return script

    def _wait_for_the_others(self, workers: int) -> None:
        """Return once that many workers have submitted a video."""
        for _ in range(6000):
            if len({each["pid"] for each in self._journal() if each["what"] == "submit"}) >= workers:
                return
            threading.Event().wait(0.01)
        raise RuntimeError(f"{workers} workers did not submit anything within a minute")

    def _keep_from_recording(self, seconds: float) -> None:
        """Hold the manifests for a moment, as somebody else does who is writing."""
        held = threading.Event()

        def hold() -> None:
            with ExitStack() as stack:
                for path in FOLDER.glob("reports/*/manifest.json"):
                    stack.enter_context(ManifestStore(path).quiet())
                held.set()
                threading.Event().wait(seconds)

        threading.Thread(target=hold).start()
        held.wait()

    def _note(self, what: str, video: VideoSpec) -> None:
        told = {"what": what, "video": video.id, "pid": os.getpid(), "at": time.time(), "page": video.permalink}
        line = json.dumps(told)
        with (FOLDER / "journal.jsonl").open("a") as file:
            file.write(line + "\n")

    def _ends(self, video: VideoSpec) -> int:
        """Return how often the video was submitted, or its page was looked at in vain."""
        return self._count("submit", video) + self._count("look", video)

    def _count(self, what: str, video: VideoSpec) -> int:
        return sum(each["video"] == video.id and each["what"] == what for each in self._journal())

    def _journal(self) -> list[dict[str, Any]]:
        return [json.loads(each) for each in (FOLDER / "journal.jsonl").read_text().splitlines()]


def pytest_grokbatch_video_maker(config: pytest.Config) -> Callable[[], VideoMaker]:
    return StubMaker


def pytest_configure(config: pytest.Config) -> None:
    """Let a worker wait for no disk, as the tests themselves do not; their own process is theirs to change."""
    if hasattr(config, "workerinput"):
        os.fsync = lambda _: None  # type: ignore[assignment]
