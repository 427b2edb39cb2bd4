"""The fixtures of video items; each can be overridden in a conftest.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.run.worker.worker import WORKER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grokbatch.run.plan import BatchPlan
    from grokbatch.site.page.timeouts import Timeouts
    from grokbatch.video_maker import VideoMaker


@pytest.fixture(scope="session")
def video_makers(request: pytest.FixtureRequest) -> Iterator[Callable[[BatchPlan], VideoMaker]]:
    """Return a function that gives the maker of a batch: this worker's browser page, or the one from a hook."""
    replacement = request.config.hook.pytest_grokbatch_video_maker(config=request.config)
    if replacement is not None:
        maker = replacement()
        yield lambda _batch: maker
        maker.close()
        return
    # Imported here: a stub needs no Playwright.
    from grokbatch.run.worker.browser_pool import PageMakers

    makers = PageMakers(request, request.config.stash[WORKER])
    yield makers.of
    makers.close()


@pytest.fixture(scope="session")
def page_timeouts() -> Timeouts | None:
    """How long (seconds) each kind of waiting on the page may take, for slow connections; None: the built-in times."""
    return None


@pytest.fixture
def video_maker(request: pytest.FixtureRequest, video_makers: Callable[[BatchPlan], VideoMaker]) -> VideoMaker:
    """The maker for the video of the requesting item."""
    return video_makers(request.node.batch)
