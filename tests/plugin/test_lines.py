"""What a run says around its videos: our lines only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plugin.folder import BatchFolder, said

if TYPE_CHECKING:
    import pytest


def lines(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line]


def test_the_first_line_names_the_batch_and_the_last_one_is_a_link_to_its_page(either: BatchFolder) -> None:
    result = either.run("cats.yaml")
    assert lines(result)[0] == "batch: cats.yaml, 4 videos, site demo, results in reports/cats.demo"
    assert lines(result)[-1] == (either.run_directory() / "report.html").as_uri()
    for others in ("Generated html report", "platform ", "rootdir: ", "plugins: "):
        assert others not in said(result)


def test_where_videos_are_on_disk_the_link_is_the_wall(solo: BatchFolder) -> None:
    solo.batch(download=True)
    assert lines(solo.run("cats.yaml"))[-1] == (solo.run_directory() / "wall.html").as_uri()


def test_a_quiet_run_has_no_link_and_a_talkative_one_tells_of_the_plugins(solo: BatchFolder) -> None:
    assert "file://" not in said(solo.run("cats.yaml", "-q"))
    talkative = solo.run("cats.yaml", "-v", "--fresh")
    assert "plugins: " in said(talkative)
    [line] = [line for line in talkative.outlines if "cats/video-002" in line]
    assert line.startswith("✓"), "it begins a line of its own"


def test_a_fresh_run_says_where_the_earlier_results_are(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    result = solo.run("cats.yaml", "--fresh")
    [told] = [line for line in result.outlines if "earlier results are kept in" in line]
    assert (solo.path / told.rpartition(" ")[2] / "manifest.json").exists()
