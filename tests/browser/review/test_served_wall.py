"""The wall as `grokbatch wall --serve` gives it out, in a real browser: it saves by itself, and plays."""

from __future__ import annotations

import shutil
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.demo.clips.clips import FOLDER
from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Status
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import Pick, read_picks
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.serve.server import server_of
from grokbatch.review.wall.content import WallSource
from tests.browser.review.wall_rig import LOOKS, focus, press, until
from tests.unit.recorded import START, manifest, video

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page


@pytest.fixture
def directory(tmp_path: Path) -> RunDirectory:
    """Three finished videos and one that is still to come."""
    found = RunDirectory(tmp_path / "cats")
    (found.root / "videos").mkdir(parents=True)
    records = [video(number, Status.COMPLETED, download=brought(found, number)) for number in (1, 2, 3)]
    ManifestStore(found.manifest).create(manifest(*records, video(4, Status.PENDING)))
    return found


def brought(directory: RunDirectory, number: int) -> FileRecord:
    name = f"videos/cats-{number:03d}.mp4"
    shutil.copy(FOLDER / f"{LOOKS[number % len(LOOKS)]}.mp4", directory.root / name)
    return FileRecord(state=FileState.DONE, path=name, at=START, duration=2.0, width=400, height=736)


@pytest.fixture
def address(directory: RunDirectory) -> Iterator[str]:
    server = server_of([WallSource(directory)], "token")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/token/"
        server.should_exit = True
        thread.join()


@pytest.fixture
def page(demo_browser: Browser, address: str) -> Iterator[Page]:
    context = demo_browser.new_context(viewport={"width": 1000, "height": 700})
    opened = context.new_page()
    opened.goto(address)
    expect(opened.locator("#wall > li")).to_have_count(3)
    yield opened
    context.close()


def test_a_pick_is_saved_and_known_to_another_browser(
    demo_browser: Browser, page: Page, directory: RunDirectory, address: str
) -> None:
    focus(page, 2)
    with page.expect_response("**/token/picks") as saving:
        press(page, "4", "k")
    assert saving.value.status == 204
    assert read_picks(directory.picks).picks == (Pick("video-002", 4, True),)
    other = demo_browser.new_context()
    elsewhere = other.new_page()
    elsewhere.goto(address)
    expect(elsewhere.get_by_text("1 kept, 0 rejected, 2 to decide")).to_be_visible()
    other.close()


def test_videos_play(page: Page) -> None:
    page.get_by_role("button", name="Play all").click()
    until(page, "[...document.querySelectorAll('video')].some((clip) => clip.currentTime > 0.2)")


def test_a_video_that_is_finished_meanwhile_appears(page: Page, directory: RunDirectory) -> None:
    """Without being asked for; what was picked stays."""
    focus(page, 2)
    press(page, "k")
    with ManifestStore(directory.manifest).transaction() as changed:
        changed.videos["video-004"].status = Status.COMPLETED
        changed.videos["video-004"].download = brought(directory, 4)
    expect(page.locator("#wall > li")).to_have_count(4, timeout=60_000)
    expect(page.get_by_text("1 kept, 0 rejected, 3 to decide")).to_be_visible()
