"""One image and one batch file have one set of results, in real processes with real browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.user import PERMALINK

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

PATH = PERMALINK.removeprefix("https://grok.com")


@pytest.mark.slow
def test_the_address_that_the_built_in_site_prints_is_all_that_a_batch_file_needs(
    user: User, site: DemoProcess
) -> None:
    """The videos are made there, and a real spelling of the image finds them again."""
    user.write_batch(permalink=f"{site.origin}{PATH}", count=1)
    code, said = user.run("cats.yaml", "-n1")
    assert code == 0, said
    assert f"cats.yaml: the image is on {site.origin}, and the videos are made there" in said
    assert user.manifest().site == site.origin
    user.write_batch(permalink=f"<www.grok.com{PATH.upper()}/?source=copy_link>", count=1, site=site.origin)
    code, said = user.run("cats.yaml", "-n1")
    assert code == 0, said
    assert said.count(f"permalink: read as {PERMALINK}") == 1
    assert len(site.journal("submit")) == 1
    user.check_nothing_runs()


@pytest.mark.slow
def test_a_rehearsal_goes_on_wherever_its_file_is_named_from(nobody: User) -> None:
    """What an earlier version began in the folder one stood in, and what this one makes, lie in one place."""
    batches, elsewhere = nobody.path / "batches", nobody.path / "elsewhere"
    for folder in (batches, elsewhere):
        folder.mkdir()
    nobody.write_batch("batches/dogs", site="demo", count=1, download=True)
    code, said = nobody.run("dogs.yaml", "-n1", cwd=batches)
    assert code == 0, said
    root = nobody.run_directory("dogs.demo")
    video_file = root / "videos" / "dogs.demo-001.mp4"
    assert video_file.is_file()
    (elsewhere / "reports").mkdir()
    root.rename(elsewhere / "reports" / "dogs@demo")
    nobody.write_batch("batches/dogs", site="demo", count=2, download=True)
    code, said = nobody.run("../batches/dogs.yaml", "-n1", cwd=elsewhere)
    assert code == 0, said
    assert "dogs.yaml: its results are moved from reports/dogs@demo to " in said
    assert "1 passed, 1 skipped" in said
    assert video_file.is_file()
    assert [len(video.attempts) for video in nobody.manifest("dogs.demo").videos.values()] == [1, 1]
    assert not list((elsewhere / "reports").glob("dogs*"))
    nobody.check_nothing_runs()
