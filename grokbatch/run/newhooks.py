"""The hooks that grokbatch adds to pytest's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.video_maker import VideoMaker


@pytest.hookspec(firstresult=True)
def pytest_grokbatch_video_maker(config: pytest.Config) -> Callable[[], VideoMaker] | None:
    """Return what makes a worker's video maker, in place of the browser.

    Asked in the controller too: with an answer, neither a browser nor an account nor a site is prepared.
    """
