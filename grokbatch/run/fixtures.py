"""The fixtures that serve video items; each can be replaced in a conftest.py."""

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
    """Return the maker for a batch: this worker's browser page, or what stands in for it."""
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
    """How long each kind of waiting on the page may take; None: as it is built in. For slow connections."""
    return None


@pytest.fixture
def video_maker(request: pytest.FixtureRequest, video_makers: Callable[[BatchPlan], VideoMaker]) -> VideoMaker:
    """Makes the video of the requesting item."""
    return video_makers(request.node.batch)
