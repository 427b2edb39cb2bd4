"""With workers, one starts alone; the others follow once it has shown that the account works."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grokbatch.run.controller import overload
from tests.plugin.folder import said

if TYPE_CHECKING:
    from tests.plugin.folder import BatchFolder


NOTES = """

def pytest_sessionstart(session):
    if hasattr(session.config, "workerinput"):
        with open("started.txt", "a") as file:
            file.write("x")
"""


@pytest.fixture
def workers(pair: BatchFolder) -> BatchFolder:
    """A user's folder with two workers, each of which notes that it has started."""
    conftest = pair.path / "conftest.py"
    conftest.write_text(conftest.read_text() + NOTES)
    return pair


def started(folder: BatchFolder) -> int:
    return len((folder.path / "started.txt").read_text())


def test_no_other_worker_starts_where_the_first_cannot_do_anything(workers: BatchFolder) -> None:
    """A changed page, or a lost login, costs one process and one browser."""
    workers.script(video_001=["LAYOUT_CHANGED"])
    assert workers.run("cats.yaml").ret == 1
    assert started(workers) == 1


def test_all_workers_make_videos_once_the_first_has_proven_the_account(workers: BatchFolder) -> None:
    workers.script(seconds=0.5)
    workers.batch(count=8)
    assert workers.run("cats.yaml").ret == 0
    assert set(workers.submits().values()) == {1}
    assert len(workers.submits()) == 8
    assert started(workers) == len(workers.pages()) == 2


def test_no_more_workers_start_than_videos_are_left(workers: BatchFolder) -> None:
    workers.batch(count=1)
    assert workers.run("cats.yaml").ret == 0
    assert started(workers) == 1


def test_xdist_counts_those_that_are_to_come(workers: BatchFolder) -> None:
    assert "2/2 workers" in said(workers.run("cats.yaml"))


@pytest.mark.parametrize("named", ["cats.yaml", "--lf"])
def test_only_those_are_counted_that_have_something_to_do(workers: BatchFolder, named: str) -> None:
    """However many are asked for, as where one video of several is left."""
    workers.batch(count=3, attempts=1)
    workers.script(video_002=["GENERATION_ERROR"])
    assert workers.run("cats.yaml").ret == 1
    before = started(workers)
    workers.script()
    again = workers.run(named, "-n12")
    assert "1/1 worker" in said(again)
    assert "12" not in said(again).split("video-", 1)[0]
    assert again.ret == 0
    assert started(workers) == before + 1
    assert workers.submits() == {"video-001": 1, "video-002": 2, "video-003": 1}


def test_tests_beside_batches_have_as_many_workers_as_are_asked_for(workers: BatchFolder) -> None:
    workers.batch(count=1)
    (workers.path / "test_it.py").write_text("def test_it():\n    pass\n")
    assert "3/3 workers" in said(workers.run(".", "cats.yaml", "-n3"))


def test_a_machine_that_is_busy_gets_no_further_worker(workers: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overload, "SLOWEST_START", -1.0)
    monkeypatch.setattr(overload, "BUSY", 0.0)
    workers.batch(count=9)
    # The first video waits for the second worker, however long that takes to start.
    workers.script(seconds=0.5, together=2)
    result = workers.run("cats.yaml", "-n4")
    assert result.ret == 0, said(result)
    assert "browsers are not started, they would slow down the others" in said(result)
    assert started(workers) < 4
    assert len(workers.submits()) == 9


def test_a_slow_host_gets_no_further_worker(workers: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own stands for another computer."""
    monkeypatch.setattr(overload, "SLOWEST_START", -1.0)
    # Not below, where the conftest.py of here would be read as well.
    there = workers.path.with_name("there")
    there.mkdir()
    shutil.copy(workers.path / "conftest.py", there)
    here = replace(workers, mode=tuple(word for word in workers.mode if word != "-n2"))
    here.batch(count=4)
    specs = [f"popen//chdir={there}//id=attic-{at}" for at in (1, 2, 3)]
    result = here.run("cats.yaml", *(word for spec in specs for word in ("--tx", spec)))
    assert result.ret == 0, said(result)
    assert "attic: its last browser took" in said(result)
    assert "2 more browsers are not started there" in said(result)
    assert (there / "started.txt").read_text() == "x"


@pytest.mark.parametrize(
    ("seconds", "busy", "delay", "expected"),
    [(12, 100, 0, False), (45, 100, 0, True), (45, 40, 0, False), (45, 100, 20, False), (90, 95, 20, True)],
)
def test_overload_is_a_slow_start_on_busy_cores(seconds: float, busy: float, delay: float, *, expected: bool) -> None:
    assert overload.is_overloaded(seconds, busy, delay) is expected
