"""A conftest.py for test folders: a stub makes the videos, follows `script.json` and writes `journal.jsonl`.

`script.json`: {"seconds": 0.05, "video-002": ["RATE_LIMIT"], ...}; each attempt of a video takes the next
category of its list, null or the end of the list is a success. "seconds" may also be given per video as
{"seconds": {"video-001": 6}}.
"""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokbatch.record.outcome import Category, MadeVideo, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from grokbatch.batch.video import VideoSpec
    from grokbatch.site.maker import Orphan, VideoMaker, Witness

FOLDER = Path(__file__).parent


class StubMaker:
    """Implements VideoMaker without a browser."""

    def make(self, video: VideoSpec, witness: Witness, orphan: Orphan | None = None) -> Outcome:  # noqa: ARG002
        script = self._script()
        witness.opened(frozenset({"older"}))
        witness.submitting(frozenset({"older"}))
        attempt = self._note("submit", video)
        witness.progress(40)
        seconds = script.get("seconds", 0.01)
        threading.Event().wait(seconds.get(video.id, 0.01) if isinstance(seconds, dict) else seconds)
        outcomes = script.get(video.id, [])
        category = outcomes[attempt - 1] if attempt <= len(outcomes) else None
        self._note("end", video)
        if category == "RAISE":
            raise RuntimeError(f"cannot fill {video.prompt}")
        if category is not None:
            return Outcome.failure(Category(category), "as scripted")
        name = f"made-{video.id}-{attempt}"
        return Outcome.success(MadeVideo(name, "https://files/v.mp4", "https://page/v", 400, 736, 6.04, 99))

    def close(self) -> None:
        pass

    def _script(self) -> dict[str, Any]:
        path = FOLDER / "script.json"
        script: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return script

    def _note(self, what: str, video: VideoSpec) -> int:
        journal = FOLDER / "journal.jsonl"
        line = json.dumps({"what": what, "video": video.id, "pid": os.getpid(), "at": time.time()})
        with journal.open("a") as file:
            file.write(line + "\n")
        submits = [json.loads(each) for each in journal.read_text().splitlines()]
        return sum(each["video"] == video.id and each["what"] == "submit" for each in submits)


def pytest_grokbatch_video_maker(config: pytest.Config) -> Callable[[], VideoMaker]:
    return StubMaker
