"""A wall of a hundred tiles made of the demo's clips, and how the tests work on it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from grokbatch.record.model.outcome import Category, Status
from grokbatch.review.wall.page import WallVideo

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

COUNT = 100
LOOKS = ("dawn", "noon", "dusk", "night")
MADE_AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
SITE = "https://grok.com/imagine/post/1"
NASTY = """</script><img src=x onerror="document.title = 'broken out'">"""
UNMADE = {
    9: WallVideo("video-009", Status.FAILED, Category.CONTENT_MODERATED, "the site moderated the content", SITE),
    31: WallVideo("video-031", Status.FAILED, Category.TIMEOUT, NASTY, SITE),
    100: WallVideo("video-100", Status.PENDING),
}
TWINS = {7: ("video-012", "video-019"), 12: ("video-007", "video-019"), 19: ("video-007", "video-012")}

# How far the videos in view are from each other, in seconds; the short way around the seam of the loop counts.
SPREAD = """(() => {
  const clips = [...document.querySelectorAll("video")].filter((clip) => !clip.paused && clip.readyState > 2);
  const offs = clips.map((clip) => {
    const off = clip.currentTime - clips[0].currentTime, half = clip.duration / 2;
    return off > half ? off - clip.duration : off < -half ? off + clip.duration : off;
  });
  return clips.length < 2 ? 99 : Math.max(...offs) - Math.min(...offs);
})()"""


def video(number: int) -> WallVideo:
    name = f"video-{number:03d}"
    return UNMADE.get(number) or WallVideo(
        name,
        Status.COMPLETED,
        address=SITE,
        file=None if number == 14 else Path(f"videos/{name}.mp4"),
        poster=None if number in {14, 21} else Path(f"videos/{name}.jpg"),
        source=Path("videos/video-001.jpg") if number < 50 else None,
        width=400,
        height=736,
        duration=2.0,
        size=30_000 + number,
        account=("main", "second")[number % 2],
        prompt_number=1 + number % 3,
        prompt_name=("glide", NASTY, "storm")[number % 3],
        choices=(("light: dawn", "light: dusk")[number % 2],),
        missed=("audio: none, expected some",) if number == 3 else (),
        degraded="asked for 720p, got 480p" if number in {3, 5} else "",
        twins=TWINS.get(number, ()),
        made_at=MADE_AT + timedelta(seconds=number),
        seconds=20.0,
    )


VIDEOS = [video(number) for number in range(1, COUNT + 1)]


def opened(visitor: BrowserContext, folder: Path) -> Page:
    page = visitor.new_page()
    page.goto((folder / "wall.html").as_uri())
    expect(page.locator("#wall > li").first).to_be_visible()
    return page


def tile(page: Page, number: int) -> Locator:
    return page.locator(f"#wall > [data-id=video-{number:03d}]")


def until(page: Page, condition: str) -> None:
    """Wait for what the page says; `wait_for_function` would need the page to allow `eval`."""
    waiting = "if (performance.now() > end) throw new Error('in vain'); await new Promise(requestAnimationFrame);"
    page.evaluate(f"async () => {{ const end = performance.now() + 5000; while (!({condition})) {{ {waiting} }} }}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focus(page: Page, number: int) -> None:
    """Move to a tile by keys, so that the browser knows that it is a person at the keyboard."""
    tile(page, number - 1).locator(".open").focus()
    press(page, "ArrowRight")
    expect(tile(page, number).locator(".open")).to_be_focused()


def ids(page: Page) -> list[str]:
    return page.locator("#wall > li").evaluate_all("(tiles) => tiles.map((tile) => tile.dataset.id)")  # type: ignore[no-any-return]


def choose(page: Page, *words: str) -> None:
    """Tick words in the filter."""
    for word in words:
        page.locator("#filters .chip").filter(has_text=re.compile(rf"^{re.escape(word)}\s*\d+$")).click()


def save(page: Page, target: Path) -> Path:
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save picks").click()
    assert saving.value.suggested_filename == "picks.yaml"
    saving.value.save_as(target)
    return target
