"""The big batch: what 1,000 videos cost before the first one is made, and how often workers open another image."""

from __future__ import annotations

import heapq
import json
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests import plugin
from tests.bench.collecting import collecting_seconds
from tests.bench.variants import Call
from tests.bench.watched import run_watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BIG = 1000
IMAGES, PROMPTS, WORKERS = 4, 12, 4
_TIMES = 5
_STUB = Path(plugin.__file__).with_name("stub_conftest.py")
_LINKS = [f"https://grok.com/imagine/post/{number}0000000-0000-4000-8000-000000000000" for number in range(IMAGES)]
# Videos never take equally long.
_SECONDS = [round(random.Random(number).uniform(0.05, 0.4), 2) for number in range(IMAGES * PROMPTS)]  # noqa: S311


@dataclass(frozen=True)
class BigBatch:
    """CPU seconds of collecting one video and 1,000; seconds to the first video with one worker; pages opened.

    `least_pages` is what workers need who each open as few images as there are, `turned_pages` what they open when
    each takes the next video of a prompt-by-prompt list.
    """

    collect_one: float
    collect_big: float
    start_one: float
    start_big: float
    pages: int
    least_pages: int
    turned_pages: int


def measure_big_batch(folder: Path) -> BigBatch:
    """Measure all of it in `folder`; raises BenchError."""
    one, big, images = (_prepare(folder / name, **says) for name, says in _cases().items())
    return BigBatch(
        collect_one=collecting_seconds(one, _TIMES),
        collect_big=collecting_seconds(big, _TIMES),
        start_one=_start(one),
        start_big=_start(big),
        pages=_pages(images),
        least_pages=max(IMAGES, WORKERS),
        turned_pages=_turned(),
    )


def _cases() -> Mapping[str, Mapping[str, Any]]:
    axes = {name: [f"{name} {number}" for number in range(10)] for name in ("camera", "light", "season")}
    return {
        "one": {"permalink": _LINKS[0], "prompt": "stub"},
        "big": {"permalink": _LINKS[0], "prompt": "{camera}, {light}, {season}", "axes": axes},
        "images": {"permalinks": _LINKS, "prompts": [f"stub {number}" for number in range(PROMPTS)]},
    }


def _prepare(folder: Path, **says: Any) -> Path:
    folder.mkdir()
    shutil.copy(_STUB, folder / "conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:playwright\n")
    (folder / "bench.yaml").write_text(yaml.safe_dump({**says, "site": "demo", "download": False}))
    return folder


def _start(folder: Path) -> float:
    """Return the seconds from the command to the first video that one worker begins; one video is made."""
    began = time.time()
    video = "video-001" if folder.name == "one" else "camera-0-light-0-season-0-01"
    run_watched(Call((f"bench.yaml::{video}", "-n", "1"), {}), folder, lambda: folder / "no-profiles")
    return float(min(line["at"] for line in _begun(folder))) - began


def _begun(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "journal.jsonl").read_text().splitlines()
    return [line for line in map(json.loads, lines) if line["what"] == "begin"]


def _pages(folder: Path) -> int:
    """Return how often a worker began a video of another image than its last one."""
    named = {f"video-{number:03}": each for number, each in enumerate(_SECONDS, 1)}
    (folder / "script.json").write_text(json.dumps({"seconds": named}))
    run_watched(Call(("bench.yaml", "-n", str(WORKERS)), {}), folder, lambda: folder / "no-profiles")
    return _changes([(line["pid"], line["page"]) for line in _begun(folder)])


def _turned() -> int:
    """Return the same for workers who each take the next of a list that names every prompt with all images."""
    free = [(0.0, worker) for worker in range(WORKERS)]
    begun = []
    for number, seconds in enumerate(_SECONDS):
        at, worker = heapq.heappop(free)
        begun.append((worker, _LINKS[number % IMAGES]))
        heapq.heappush(free, (at + seconds, worker))
    return _changes(begun)


def _changes(begun: Iterable[tuple[int, str]]) -> int:
    last: dict[int, str] = {}
    opened = 0
    for worker, page in begun:
        opened += last.get(worker) != page
        last[worker] = page
    return opened
