"""The built-in site as a process of its own, so that its journal survives every run."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from types import TracebackType

    from grokbatch.record.model.manifest import Manifest

# Quick, so that the tests are; each test says what else it needs.
QUICK = {"generation": 1, "hydrate": 0.1}


@dataclass(frozen=True)
class DemoProcess:
    """A site that runs until the `with` block ends."""

    process: subprocess.Popen[str]
    origin: str
    client: httpx.Client

    @classmethod
    def start(cls) -> Self:
        """Start the site on a free port and read from its output where it is."""
        command = [sys.executable, "-m", "grokbatch.demo", "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        name, _, origin = process.stdout.readline().strip().rpartition(" ")
        assert name.strip() == "demo site:", "the first line of its output is its address"
        # One for all requests: making one takes longer than most of them, because it reads all certificates.
        return cls(process, origin, httpx.Client(base_url=f"{origin}/__control__/", timeout=20))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self.process.terminate()
        self.process.communicate(timeout=60)

    def _control(self, method: str, what: str, told: dict[str, Any] | None = None) -> Any:
        reply = self.client.request(method, what, json=told)
        reply.raise_for_status()
        return reply.json()

    def play(self, **scenario: Any) -> None:
        """Forget everything that happened, and follow `scenario` from now on."""
        self._control("PUT", "scenario", QUICK | scenario)
        self._control("POST", "reset")

    def change(self, **fields: Any) -> None:
        """Change some of the scenario and forget nothing."""
        self._control("POST", "scenario", fields)

    def session(self, user: str = "demo") -> list[dict[str, Any]]:
        """Start a session of `user` and return its cookies."""
        cookies: list[dict[str, Any]] = self._control("POST", "session", {"user": user})
        return cookies

    def expire(self, user: str | None = None) -> None:
        """Sign `user` out everywhere, or everybody."""
        self._control("POST", "expire", None if user is None else {"user": user})

    def journal(self, *events: str) -> list[dict[str, Any]]:
        """Return what happened, or only the given kinds of events."""
        entries = self._control("GET", "journal")
        return [entry for entry in entries if not events or entry["event"] in events]

    def submitted(self) -> list[str]:
        """Return the ids of the videos of all accepted submits, in order."""
        return [entry["video"] for entry in self.journal("submit")]


def check_each_made_once(site: DemoProcess, manifest: Manifest) -> None:
    """Check that the site made exactly the videos that the manifest calls its own, each for one submit."""
    recorded = Counter(video.video_id for video in manifest.videos.values() if video.video_id)
    assert recorded == Counter(site.submitted())
    assert set(recorded.values()) == {1}


def check_none_completed_twice(site: DemoProcess, manifest: Manifest, given_up: int) -> None:
    """Check the same where up to `given_up` submits were cut off and had to be repeated."""
    recorded = Counter(video.video_id for video in manifest.videos.values() if video.video_id)
    submitted = Counter(site.submitted())
    assert recorded <= submitted
    assert set(recorded.values()) == {1}
    assert (submitted - recorded).total() <= given_up
    for video in manifest.videos.values():
        successes = [attempt.category is None and attempt.ended_at is not None for attempt in video.attempts]
        assert True not in successes[:-1], f"{video.id} was tried again after it was completed"
