"""How many videos a call selects is known before any worker starts, and is what pytest then selects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from grokbatch.run.plan import RUN_PLAN
from grokbatch.run.planning.selectors import selected_videos
from grokbatch.run.worker.video_items import VideoItem

if TYPE_CHECKING:
    from tests.plugin.folder import BatchFolder

PROMPTS = [{"prompt": "over the hills", "name": "hills"}, {"prompt": "over the sea", "name": "sea", "count": 2}]


@dataclass
class Compared:
    """A plugin: what pytest collected, and what was foreseen of it."""

    collected: list[str] = field(default_factory=list)
    foreseen: list[str] = field(default_factory=list)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected = sorted(item.nodeid for item in session.items if isinstance(item, VideoItem))
        chosen = selected_videos(session.config.stash[RUN_PLAN], session.config)
        root = session.config.rootpath
        self.foreseen = sorted(f"{batch.path.relative_to(root).as_posix()}::{video.id}" for batch, video in chosen)


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (("night/cats.yaml",), 3),
        (("night/cats.yaml::sea-01",), 1),
        (("night/cats.yaml::sea-01", "night/cats.yaml::hills-01"), 2),
        (("night/cats.yaml::sea-01", "night/cats.yaml"), 3),
        (("night/cats.yaml::sea-01", "night"), 6),
        (("night/cats.yaml::sea-01", "night/dogs.yaml"), 4),
        (("night", "-k", "cats"), 3),
        (("night", "-k", "night"), 6),
        (("night", "-k", "sea and not cats"), 2),
        (("night", "-m", "hills"), 2),
        (("night/cats.yaml::sea-01", "-m", "hills"), 0),
        (("night", "-k", "projects"), 0),
        (("night", "--deselect", "night/cats.yaml::sea"), 4),
        (("night/cats.yaml", "--deselect", "night/cats.yaml::sea-01"), 2),
    ],
)
def test_what_is_selected_is_foreseen(solo: BatchFolder, arguments: tuple[str, ...], count: int) -> None:
    (solo.path / "night").mkdir()
    for name in ("night/cats", "night/dogs"):
        solo.batch(name, prompts=PROMPTS)
    compared = Compared()
    solo.pytester.inline_run(*solo.mode, "--collect-only", *arguments, plugins=[compared])
    assert compared.foreseen == compared.collected
    assert len(compared.collected) == count


def test_the_folders_above_the_project_are_no_keywords(solo: BatchFolder) -> None:
    """pytest compares `-k` with the names of folders below the project's own."""
    solo.batch(prompts=PROMPTS)
    compared = Compared()
    solo.pytester.inline_run(*solo.mode, "--collect-only", "cats.yaml", "-k", solo.path.name, plugins=[compared])
    assert compared.foreseen == compared.collected == []


def test_there_are_no_more_workers_than_selected_videos(pair: BatchFolder) -> None:
    pair.batch(parallel=2, attempts=1)
    pair.script(video_003=["GENERATION_ERROR"])
    for arguments in (("cats.yaml::video-003",), ("--lf",)):
        result = pair.pytester.runpytest_inprocess(*pair.mode[:-1], *arguments)
        result.stdout.fnmatch_lines(["*1/1 worker*"])
    assert pair.submits() == {"video-003": 2}
    two = pair.pytester.runpytest_inprocess(*pair.mode[:-1], "cats.yaml::video-002", "cats.yaml::video-004")
    two.stdout.fnmatch_lines(["*2/2 workers*"])
