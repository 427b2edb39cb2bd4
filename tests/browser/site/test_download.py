"""Files on their way from the site to the disk, through a real browser."""

from __future__ import annotations

import io
import os
import shutil
from importlib.resources import files
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

import grokbatch.demo
from grokbatch.media.errors import DamagedFileError
from grokbatch.media.probe import read_facts
from grokbatch.site.actions.download import read_into
from grokbatch.video_maker import TransferError
from tests.browser.site.file_site import FileSite, Way
from tests.unit.media.video_files import packed_anew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CONTENT = os.urandom(3_000_000)


@pytest.fixture
def on_files(demo_browser: Browser) -> Iterator[Callable[..., tuple[FileSite, Page]]]:
    context = demo_browser.new_context()
    sites: list[FileSite] = []

    def begin(*ways: Way) -> tuple[FileSite, Page]:
        site = FileSite(CONTENT, list(ways)).__enter__()
        sites.append(site)
        page = context.new_page()
        page.goto(site.page)
        return site, page

    yield begin
    context.close()
    for site in sites:
        site.__exit__(None, None, None)


def test_a_file_of_another_origin_arrives_whole_with_the_pages_cookies(
    on_files: Callable[..., tuple[FileSite, Page]],
) -> None:
    """The file's origin allows no script to read it, and wants the session's cookie."""
    site, page = on_files()
    file = io.BytesIO()
    assert read_into(page, site.file, file) == len(CONTENT)
    assert file.getvalue() == CONTENT


def test_a_page_whose_service_worker_answers_for_the_site_gives_the_file_too(
    on_files: Callable[..., tuple[FileSite, Page]],
) -> None:
    """What such a worker answers is not seen by who looks at the network; the page stays where it is."""
    site, page = on_files()
    page.evaluate("navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    file = io.BytesIO()
    assert read_into(page, site.own_file, file) == len(CONTENT)
    assert (page.url, site.asked) == (site.page, 1)


@pytest.mark.parametrize(
    ("way", "words", "is_early"),
    [
        (Way(404, "text/plain", b"not yet"), "404", True),
        (Way(403, "text/plain", b"no"), "403", False),
        (Way(cut=1_500_000), "the connection broke", False),
        (Way(kind="text/html; charset=utf-8", body=b"<h1>Just a moment</h1>"), "text/html instead of a video", False),
    ],
    ids=["not there yet", "refused", "cut", "a page instead"],
)
def test_what_does_not_arrive_whole_is_an_error_that_says_why(
    on_files: Callable[..., tuple[FileSite, Page]], way: Way, words: str, is_early: bool
) -> None:
    site, page = on_files(way)
    with pytest.raises(TransferError, match=words) as caught:
        read_into(page, site.file, io.BytesIO())
    assert caught.value.is_early is is_early
    assert read_into(page, site.file, io.BytesIO()) == len(CONTENT), "the next try is not the worse for it"


def test_of_a_video_without_a_length_the_structure_tells_whether_it_is_whole(
    on_files: Callable[..., tuple[FileSite, Page]], tmp_path: Path
) -> None:
    """A video file in fragments, of which the site tells no size, is taken; the same one cut short is not."""
    clip = files(grokbatch.demo).joinpath("clips", "media", "dawn.mp4").read_bytes()
    video_file = packed_anew(clip, movflags="frag_keyframe+empty_moov")
    site, page = on_files(Way(body=video_file, told=False), Way(body=video_file[: len(video_file) // 2], told=False))
    target = tmp_path / "video.part"
    with target.open("wb") as file:
        read_into(page, site.file, file)
    assert read_facts(target).size == len(video_file)
    with target.open("wb") as file:
        read_into(page, site.file, file)
    with pytest.raises(DamagedFileError, match="cut off"):
        read_facts(target)


def test_a_file_that_is_refused_leaves_the_page_where_it_is(on_files: Callable[..., tuple[FileSite, Page]]) -> None:
    """Neither what is taken nor what is refused moves the page; a damaged file is not taken from the cache again."""
    site, page = on_files(Way(body=CONTENT[:9], cached=True), Way(403, "text/html", b"<title>no</title>"))
    assert read_into(page, site.file, io.BytesIO()) == 9
    with pytest.raises(TransferError, match="403"):
        read_into(page, site.file, io.BytesIO())
    assert read_into(page, site.file, io.BytesIO()) == len(CONTENT)
    assert (page.url, page.title()) == (site.page, "files")


def test_a_disk_without_room_for_the_file_is_named_before_it_comes(
    on_files: Callable[..., tuple[FileSite, Page]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=len(CONTENT) - 1))
    site, page = on_files()
    with pytest.raises(OSError, match="No space left") as caught:
        read_into(page, site.file, io.BytesIO(), tmp_path)
    assert caught.value.filename == str(tmp_path)


def test_a_transfer_that_stalls_is_given_up(on_files: Callable[..., tuple[FileSite, Page]]) -> None:
    site, page = on_files(Way(cut=1_500_000, stalls=True))
    with pytest.raises(TransferError, match="did not come within 1 s"):
        read_into(page, site.file, io.BytesIO(), seconds=1)
    assert read_into(page, site.file, io.BytesIO()) == len(CONTENT)
