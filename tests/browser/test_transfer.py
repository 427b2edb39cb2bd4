"""Files on their way from the site to the disk, through a real browser."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from grokbatch.site.maker import TransferError
from grokbatch.site.transfer import read_into
from tests.browser.file_site import FileSite, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
