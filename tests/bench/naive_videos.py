"""What one would write first: plain pytest with pytest-xdist, a copied profile, and a look every 2 s.

Copied as a test file into a folder of its own; takes its orders from environment variables.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

HERE = Path(__file__).parent
ADDRESS = os.environ["BENCH_ADDRESS"]
PROMPT = os.environ["BENCH_PROMPT"]
POLL_MS = 2000
# When the page had received the video's file, as it noted by itself; null if it noted nothing.
_PLAYABLE = """source => {
  const [file] = performance.getEntriesByName(new URL(source, location.href).href);
  return file ? (performance.timeOrigin + (file.responseEnd || file.startTime)) / 1000 : null;
}"""


@pytest.fixture(scope="session")
def page(worker_id: str) -> Iterator[Page]:
    copy = HERE / "profiles" / worker_id
    shutil.copytree(os.environ["BENCH_PROFILE"], copy, ignore=shutil.ignore_patterns("Singleton*"))
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            copy,
            executable_path=os.environ["BENCH_BROWSER"],
            chromium_sandbox=os.environ["BENCH_SANDBOX"] == "yes",
        )
        page = context.pages[0]
        page.goto(ADDRESS)
        page.wait_for_load_state("networkidle")
        yield page
        context.close()
    shutil.rmtree(copy)


@pytest.mark.parametrize("number", range(int(os.environ["BENCH_COUNT"])))
def test_video(page: Page, worker_id: str, number: int) -> None:
    before = _source(page)
    page.get_by_label("Make a video").fill(PROMPT)
    page.get_by_label("Make video", exact=True).or_(page.get_by_label("Redo", exact=True)).click()
    while _source(page) == before:
        page.wait_for_timeout(POLL_MS)
    source = str(_source(page))
    made = {"video": source, "worker": worker_id, "number": number, "playable": page.evaluate(_PLAYABLE, source)}
    with (HERE / f"made-{worker_id}.jsonl").open("a") as file:
        file.write(json.dumps(made | {"recorded": time.time()}) + "\n")


def _source(page: Page) -> str | None:
    player = page.locator("video#sd-video")
    return player.get_attribute("src") if player.count() else None
