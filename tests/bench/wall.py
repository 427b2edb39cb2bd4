"""`python -m tests.bench.wall`: how fast walls open, scroll and play, and with `--pictures DIR` how they look.

The batches are made up: clips of the built-in site in all shapes, failures, earlier versions, picks and prompts of two.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from playwright.sync_api import sync_playwright

from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.machine import this_machine
from grokbatch.demo.clips.clips import FOLDER, still_bytes
from grokbatch.media.near_duplicates import fingerprint
from grokbatch.media.poster import write_poster
from grokbatch.media.probe import read_facts
from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import Pick, Picks
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.source_pictures import keep
from grokbatch.review.report.page import report_text
from grokbatch.review.report.video import ReportPage
from grokbatch.review.wall.content import build_wall
from tests.picks_file import write_picks
from tests.unit.recorded import START, manifest, result, video

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Page

    from grokbatch.record.model.manifest import Manifest, VideoRecord

CLIPS = ("dawn", "560x560", "736x400", "noon", "1280x720", "784x1168", "dusk", "720x1280", "night", "1168x784")
SIZES = (1, 12, 100, 500)
WINDOWS = {"desktop": (1440, 900), "phone": (390, 844)}

HEAD = ("posters", "CPU", "scroll", "all play", "and scroll", "playing", "pictures/s", "MB", "MB then")

_READY = """() => new Promise((resolve) => {
  const look = () => {
    const seen = [...document.querySelectorAll("#wall img")].filter((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    const isReady = seen.length > 0 && seen.every((image) => image.complete && image.naturalWidth > 0);
    if (isReady) Promise.all(seen.map((image) => image.decode())).then(() => resolve(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})"""
# Frame times while the page scrolls down by a screen a second, or while it stands.
_FRAMES = """([seconds, scrolls]) => new Promise((resolve) => {
  const times = [], began = performance.now();
  let last = began;
  const tick = (now) => {
    times.push(now - last);
    last = now;
    if (scrolls) scrollBy(0, innerHeight * times.at(-1) / 1000);
    if (now - began < seconds * 1000) requestAnimationFrame(tick);
    else resolve(times.slice(1));
  };
  requestAnimationFrame(tick);
})"""
_PLAYING = """() => {
  const clips = [...document.querySelectorAll("#wall video")].filter((clip) => !clip.paused && clip.readyState > 2);
  const quality = clips.map((clip) => clip.getVideoPlaybackQuality());
  return {
    playing: clips.length,
    shown: quality.reduce((sum, one) => sum + one.totalVideoFrames - one.droppedVideoFrames, 0),
    dropped: quality.reduce((sum, one) => sum + one.droppedVideoFrames, 0),
  };
}"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at: the size of the window, and whether the system is dark."""

    window: str
    scheme: str


def make_batch(root: Path, count: int) -> Manifest:
    """Write a run directory with `count` clips on disk and some videos that were not made; return its manifest."""
    directory = RunDirectory(root)
    for folder in (root / "videos", directory.posters):
        folder.mkdir(parents=True)
    keep(directory, manifest().permalink, still_bytes("dawn"))
    posters = {clip: write_poster(FOLDER / f"{clip}.mp4", directory.posters / clip).name for clip in CLIPS}
    facts = {clip: read_facts(FOLDER / f"{clip}.mp4") for clip in CLIPS}
    prints = {clip: fingerprint(FOLDER / f"{clip}.mp4") for clip in ("dawn", "noon")}
    records: list[VideoRecord] = []
    for number, clip in enumerate(islice(cycle(CLIPS), count), 1):
        path = root / "videos" / f"hills-{number:03d}.mp4"
        shutil.copy(FOLDER / f"{clip}.mp4", path)
        fact = facts[clip]
        file = FileRecord(
            state=FileState.DONE,
            path=f"videos/{path.name}",
            at=START,
            size=fact.size,
            width=fact.width,
            height=fact.height,
            duration=fact.duration,
            frames_per_second=fact.frames_per_second,
            has_audio=fact.has_audio,
        )
        more: dict[str, Any] = {"misses": ["audio: wanted sound, measured silence"]} if number % 11 == 3 else {}
        more |= {"degraded": "asked for 720p, got 480p"} if number % 17 == 5 else {}
        made = video(
            number,
            Status.COMPLETED,
            at=13.0 * (number // 4),
            download=file,
            poster=f"posters/{posters[clip]}",
            name=("slow pan", "storm")[number % 2],
            axes={"light": ("dawn", "dusk", "noon")[number % 3], "camera": ("still", "gliding")[number % 2]},
            fingerprint=prints.get(clip, "") if number < 30 else "",
            is_inspected=True,
            page_url="https://grok.com/imagine/post/1",
            **more,
        )
        made.number, made.attempts[0].worker = 1 + number % 2, f"gw{number % 4}"
        records.append(made)
    if count > 1:
        message = "no sign of progress for 60 s; the page said nothing more than that it was generating"
        records.append(video(count + 1, Status.FAILED, Category.TIMEOUT, at=9, message=message))
        records.append(video(count + 2, Status.FAILED, Category.CONTENT_MODERATED, at=9, message="moderated at 100 %"))
        records.append(video(count + 3, Status.PENDING))
    held = manifest(*records, batch="hills", id=f"m{count}", run_started_at=START)
    ManifestStore(directory.manifest).create(held)
    if count > 1:
        write_picks(directory.picks, Picks("hills", held.id, START + timedelta(days=400), tuple(_picks(count))))
    build_wall(directory, held, directory.report)
    page = ReportPage(directory.report)
    directory.report.write_text(report_text(result(held, root), START, page), encoding="utf-8")
    return held


def _picks(count: int) -> Iterator[Pick]:
    for number in range(1, count + 1, 3):
        name = f"video-{number:03d}"
        if number % 4 in (0, 1):
            yield Pick(name, 1 + number % 5, True, tags=("calm",) if number % 8 == 1 else ())
        elif number % 4 == 3:
            yield Pick(name, keep=False)
        else:
            yield Pick(name, 3, maybe=True, note="look at the hands")


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Yield the browser that a run would use."""
    found = find_browser(this_machine())
    if found is None:
        raise SystemExit("no browser found")
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.headless_executable or found.executable, args=arguments
        )
        yield browser
        browser.close()


def memory() -> float:
    """Return how many megabytes the browser's processes hold, shared pages counted once."""
    told = (process.memory_full_info() for process in browser_processes())
    # Only Linux tells a share of what is shared.
    return sum(getattr(each, "pss", each.uss) for each in told) / 1e6


def cpu_seconds() -> float:
    """Return how many CPU seconds the browser's processes have used; unlike time, load elsewhere hardly changes it."""
    return sum(sum(process.cpu_times()[:2]) for process in browser_processes())


def browser_processes() -> list[psutil.Process]:
    """Return the processes of the browser that this process started."""
    return [process for process in psutil.Process().children(recursive=True) if "node" not in process.name()]


def measure(browser: Browser, root: Path, count: int) -> str:
    """Return a line with the figures of the wall of one batch."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    began = cpu_seconds()
    page.goto((root / "wall.html").as_uri(), wait_until="commit")
    ready, used = page.evaluate(_READY), cpu_seconds() - began
    page.wait_for_timeout(1000)  # the posters further down are fetched meanwhile
    scrolled = frames(page, 6, scrolls=True)
    still_memory = memory()
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("p")
    page.wait_for_timeout(6000)  # as long as the page may take to find out how many can play
    before = page.evaluate(_PLAYING)
    standing = frames(page, 6, scrolls=False)
    after = page.evaluate(_PLAYING)
    rolling = frames(page, 6, scrolls=True)
    figures = [
        f"{ready / 1000:.2f} s",
        f"{used:.2f} s",
        *(f"{p95(times):.0f} ms" for times in (scrolled, standing, rolling)),
        str(after["playing"]),
        f"{(after['shown'] - before['shown']) / 6:.0f}",
        f"{still_memory:.0f}",
        f"{memory():.0f}",
    ]
    line = row(str(count), figures)
    page.close()
    return line


def row(name: str, figures: Sequence[str]) -> str:
    """Return a line of the table."""
    return f"{name:>5} " + " ".join(f"{figure:>10}" for figure in figures)


def frames(page: Page, seconds: float, *, scrolls: bool) -> list[float]:
    """Return how many milliseconds each frame took."""
    times: list[float] = page.evaluate(_FRAMES, [seconds, scrolls])
    return times


def p95(times: list[float]) -> float:
    """Return the time under which 95 of 100 frames stay."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else float("inf")


def photograph(browser: Browser, root: Path, count: int, target: Path) -> None:
    """Write a picture of each view of wall and report, in each window and colour scheme."""
    for look in (Look(window, scheme) for window in WINDOWS for scheme in ("light", "dark")):
        width, height = WINDOWS[look.window]
        is_phone = look.window == "phone"
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=look.scheme,  # type: ignore[arg-type]
            has_touch=is_phone,
            is_mobile=is_phone,
        )
        page = context.new_page()

        def shoot(view: str, page: Page = page, look: Look = look) -> None:
            page.wait_for_timeout(500)  # videos have their first picture then
            page.screenshot(path=target / f"{count:03d}-{view}-{look.window}-{look.scheme}.png")

        page.goto((root / "wall.html").as_uri())
        page.locator("#wall .open").first.focus()
        page.keyboard.press("ArrowRight")
        shoot("wall")
        page.keyboard.press("Enter")
        shoot("viewer")
        page.keyboard.press("e")
        shoot("source")
        page.keyboard.press("Escape")
        page.keyboard.press("g")
        page.keyboard.press("k")
        shoot("cull")
        page.keyboard.press("e")
        page.keyboard.press("Escape")
        if count > 1:
            page.keyboard.press("f")
            page.locator("#rows").select_option("light")
            shoot("panel")
            page.keyboard.press("f")
            page.keyboard.press("r")
            shoot("pairs")
            page.keyboard.press("e")
            shoot("pairs-source")
            while page.locator("#pairs .pane").count():
                page.keyboard.press("1")
            shoot("order")
            page.keyboard.press("Escape")
            page.keyboard.press("g")
            while page.locator("#cull video").count():
                page.keyboard.press("k")
            shoot("end")
            page.keyboard.press("Escape")
            page.keyboard.press("?")
            shoot("keys")
            page.keyboard.press("Escape")
        page.goto((root / "report.html").as_uri())
        shoot("report")
        context.close()


def main() -> int:
    """Print a line for each size, or write pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", metavar="DIR", type=Path, help="write pictures into DIR, measure nothing")
    parser.add_argument("--sizes", metavar="N", type=int, nargs="+", default=SIZES, help="how many clips")
    asked = parser.parse_args()
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    else:
        print(row("clips", HEAD))
    for count in asked.sizes:
        with tempfile.TemporaryDirectory() as name, opened_browser() as browser:
            make_batch(Path(name) / "hills", count)
            if asked.pictures:
                photograph(browser, Path(name) / "hills", count, asked.pictures)
            else:
                print(measure(browser, Path(name) / "hills", count), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
