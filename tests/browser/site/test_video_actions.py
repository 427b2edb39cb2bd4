"""A finished video on its page, in a real browser on each era of the built-in site: upscaled, saved, removed."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import pytest

from grokbatch.site.actions.download import read_into
from grokbatch.site.actions.video_actions import VideoActions
from grokbatch.site.locators.table import packaged_table
from grokbatch.site.page.timeouts import Timeouts
from grokbatch.video_maker import SiteVideo, VideoActionError
from tests.browser.imagine_rig import Rig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.conftest import OpenDemo


def events(demo: OpenDemo, event: str) -> list[str]:
    return [entry["video"] for entry in demo.site.journal() if entry["event"] == event]


@pytest.mark.parametrize("era", [*(pytest.param(era, marks=pytest.mark.slow) for era in "AB"), "C"])
def test_a_video_is_upscaled_saved_and_removed_and_nothing_else_is(
    demo_browser: Browser, demo_page: Callable[..., OpenDemo], tmp_path: Path, era: str
) -> None:
    """The HD file is another, greater one; after the removal the earlier videos are still there."""
    demo = demo_page(era=era, generation=0.3, upscaling=0.3, hydrate=0.05)
    rig = Rig(demo_browser, tmp_path, demo.permalink, demo.site.session_cookies())
    video = rig.make().video
    rig.maker.close()
    assert video is not None
    made = SiteVideo(video.video_url, video.page_url, video.video_id)
    video_actions = VideoActions(demo.page, packaged_table(), Timeouts(shown=5, action=5), time.monotonic)
    first, by_button, hd_file = io.BytesIO(), io.BytesIO(), io.BytesIO()
    read_into(demo.page, made.address, first)
    video_actions.save(made, demo.permalink, by_button)
    assert by_button.getvalue() == first.getvalue()
    hd = video_actions.upscale(made, demo.permalink)
    read_into(demo.page, hd.address, hd_file)
    assert hd.address != made.address
    assert len(hd_file.getvalue()) > len(first.getvalue())
    video_actions.remove(made, demo.permalink)
    assert events(demo, "delete") == [made.video_id]
    with pytest.raises(VideoActionError, match="no page of the site shows the video"):
        VideoActions(demo.page, packaged_table(), Timeouts(shown=0.5), time.monotonic).upscale(made, demo.permalink)
