"""With workers, one starts alone; the others follow once it has shown that the account works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plugin.folder import said

if TYPE_CHECKING:
    from tests.plugin.folder import BatchFolder


@pytest.fixture
def workers(pair: BatchFolder) -> BatchFolder:
    return pair


def test_no_other_worker_starts_where_the_first_meets_the_limit(workers: BatchFolder) -> None:
    """A limit, or a lost login, costs one process and one browser."""
    workers.script(video_001=["RATE_LIMIT"])
    result = workers.run("cats.yaml")
    assert result.ret == 75
    assert len({line["pid"] for line in workers.journal()}) == 1


def test_all_workers_make_videos_once_the_first_has_proven_the_account(workers: BatchFolder) -> None:
    workers.script(seconds=0.3)
    workers.batch(count=8)
    result = workers.run("cats.yaml")
    assert result.ret == 0
    assert set(workers.submits().values()) == {1}
    assert len(workers.submits()) == 8
    assert len({line["pid"] for line in workers.journal()}) == 2


def test_it_is_told_how_many_there_are_to_be(workers: BatchFolder) -> None:
    assert "1/2 workers" in said(workers.run("cats.yaml"))
