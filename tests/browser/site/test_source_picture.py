"""The picture of the image post is kept as the page loads it; nothing is asked for besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.demo.clips.clips import look_for, still_bytes
from grokbatch.demo.server import EXAMPLE_POST
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.source_pictures import is_kept, picture_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.site.conftest import DemoRig

POST_ID = EXAMPLE_POST.rpartition("/")[2]


@pytest.mark.parametrize("era", ["A", "D"])
def test_the_picture_is_that_of_the_post(on_demo: Callable[..., DemoRig], era: str) -> None:
    """After a success it is in the run directory, although the page also shows those of earlier videos."""
    rig = on_demo(era=era, earlier_videos=2)
    assert rig.make().video is not None
    kept = picture_of(RunDirectory(rig.folder), rig.address)
    assert kept is not None
    assert kept.read_bytes() == still_bytes(look_for(POST_ID))


def test_without_a_video_no_picture_is_kept(on_demo: Callable[..., DemoRig]) -> None:
    rig = on_demo(outcomes={1: {"kind": "moderated", "at": 40}})
    assert rig.make().video is None
    assert not is_kept(RunDirectory(rig.folder), rig.address)
