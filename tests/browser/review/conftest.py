"""A wall of a hundred tiles, opened from disk."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grokbatch.demo.clips.clips import FOLDER
from grokbatch.review.wall.page import WallBatch, wall_html
from tests.browser.review.wall_rig import LOOKS, VIDEOS, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run directory with the files of all videos but one, which someone has deleted since."""
    root = tmp_path_factory.mktemp("reports") / "land scape"
    (root / "videos").mkdir(parents=True)
    for number, one in enumerate(VIDEOS):
        clip = LOOKS[number % len(LOOKS)]
        for place, kind in ((one.file, "mp4"), (one.poster, "jpg")):
            if place is not None and one.id != "video-006":
                shutil.copy(FOLDER / f"{clip}.{kind}", root / place)
    (root / "wall.html").write_text(wall_html(WallBatch("landscape", "m1", VIDEOS)), encoding="utf-8")
    return root


@pytest.fixture
def visitor(demo_browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser without the picker for files, so that saving is a download."""
    context = demo_browser.new_context(viewport={"width": 1000, "height": 700})
    context.add_init_script("delete window.showSaveFilePicker")
    yield context
    context.close()


@pytest.fixture
def wall(visitor: BrowserContext, folder: Path) -> Page:
    return opened(visitor, folder)


@pytest.fixture
def a_day() -> timedelta:
    return timedelta(days=1)
