"""A user's folder with a batch file, in which pytest runs as it does for a user."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from grokbatch.record.storage.manifest_store import ManifestStore

if TYPE_CHECKING:
    import pytest

    from grokbatch.record.model.manifest import Manifest

PROMPT = "a very private prompt about slow hills"
PERMALINK = "https://grok.com/imagine/post/0f0e0d0c-0b0a-4908-8706-050403020100"


@dataclass(frozen=True)
class BatchFolder:
    """`pytester` with the words of this project; `mode` are the arguments that choose the kind of run."""

    pytester: pytest.Pytester
    mode: tuple[str, ...]

    @property
    def path(self) -> Path:
        return self.pytester.path

    def batch(self, name: str = "cats", **keys: object) -> Path:
        """Write a batch file, by default of 4 videos for the built-in site."""
        prompt = {} if "prompts" in keys else {"prompt": PROMPT, "count": 4}
        image = {} if "permalinks" in keys else {"permalink": PERMALINK}
        says = {**image, **prompt, "site": "demo", "download": False, **keys}
        path = self.path / f"{name}.yaml"
        path.write_text(yaml.safe_dump({key: value for key, value in says.items() if value is not None}))
        return path

    def script(self, **says: Any) -> None:
        """Set what the stub does, such as script(video_002=["RATE_LIMIT"], seconds=0.1)."""
        named = {re.sub(r"^video_", "video-", key): value for key, value in says.items()}
        (self.path / "script.json").write_text(json.dumps(named))

    @property
    def workers(self) -> int:
        """Return how many processes make videos in this mode."""
        return 2 if "-n2" in self.mode else 1

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest in this folder in the mode of this test."""
        return self.pytester.runpytest_inprocess(*self.mode, *arguments)

    def submits(self) -> Counter[str]:
        """Return how often each video was submitted."""
        return self.noted("submit")

    def noted(self, what: str) -> Counter[str]:
        """Return how often the stub noted `what` of each video."""
        journal = self.path / "journal.jsonl"
        lines = journal.read_text().splitlines() if journal.exists() else []
        return Counter(line["video"] for line in map(json.loads, lines) if line["what"] == what)

    def pages(self) -> list[list[str]]:
        """Return for each process the pages that it had to open, in order."""
        lines = (self.path / "journal.jsonl").read_text().splitlines()
        by_process: dict[int, list[str]] = {}
        for line in map(json.loads, lines):
            opened = by_process.setdefault(line["pid"], [])
            if line["what"] == "begin" and opened[-1:] != [line["page"]]:
                opened.append(line["page"])
        return list(by_process.values())

    def notes(self, what: str) -> list[str]:
        """Return the videos of which the stub noted `what`, in order."""
        return [note.removeprefix(f"{what} ") for note in self.notes_of(what)]

    def notes_of(self, *whats: str) -> list[str]:
        """Return what of `whats` the stub noted, each with its video, in order."""
        journal = self.path / "journal.jsonl"
        lines = journal.read_text().splitlines() if journal.exists() else []
        return [f"{line['what']} {line['video']}" for line in map(json.loads, lines) if line["what"] in whats]

    def manifest(self, name: str = "cats.demo") -> Manifest:
        """Return the manifest of a batch."""
        return ManifestStore(self.run_directory(name) / "manifest.json").read()

    def run_directory(self, name: str = "cats.demo") -> Path:
        return self.path / "reports" / name

    def statuses(self, name: str = "cats.demo") -> dict[str, str]:
        """Return each video's status."""
        return {video.id: video.status.value for video in self.manifest(name).videos.values()}


def said(result: pytest.RunResult) -> str:
    """Return all that was printed."""
    return "\n".join([*result.outlines, *result.errlines])
