"""Less than was asked for is told of, and ends the run like a limit where the batch says so."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from grokbatch.cli.app import app
from tests.plugin.folder import BatchFolder, said

LACKS = "asked for 720p, got 480p (400x736)"


def test_less_than_asked_for_is_kept_and_told_everywhere(solo: BatchFolder) -> None:
    """The run goes on; the line, the summary, the report, the manifest and `status` name what is missing."""
    solo.batch(resolution="720p", count=2)
    solo.script(video_001=["DEGRADED"])
    result = solo.run("cats.yaml")
    assert result.ret == 0
    assert [line for line in said(result).splitlines() if "video-001  completed" in line and line.endswith(LACKS)]
    assert "1 less than asked for: video-001" in said(result)
    assert LACKS in (solo.run_directory() / "report.html").read_text()
    videos = solo.manifest().videos
    assert (videos["video-001"].degraded, videos["video-002"].degraded) == (LACKS, "")
    assert videos["video-001"].options == {"resolution": "720p"}
    status = CliRunner().invoke(app, ["status", "cats.yaml"]).output
    assert f"400x736, 6.0 s; {LACKS}" in status
    assert "2 of 2 completed, 1 of them less than asked for" in status


def test_stop_ends_the_run_like_a_limit_and_lf_goes_on(either: BatchFolder) -> None:
    """Exit code 75; what was made is kept, and `--lf` makes the others and only these."""
    either.batch(resolution="720p", on_degraded="stop")
    either.script(video_002=["DEGRADED"], seconds={"video-001": 1.0, "video-002": 0.3}, together=either.workers)
    result = either.run("cats.yaml")
    assert result.ret == 75
    assert LACKS in said(result)
    stop = either.manifest().stop
    assert stop is not None
    assert (stop.category, stop.video, stop.message) == ("RATE_LIMIT", "video-002", LACKS)
    assert either.statuses()["video-002"] == "COMPLETED"
    assert either.statuses()["video-004"] == "PENDING"
    assert either.run("--lf").ret == 0
    assert set(either.statuses().values()) == {"COMPLETED"}
    assert set(either.submits().values()) == {1}


@pytest.mark.parametrize(("what", "code", "category"), [("stop", 75, "RATE_LIMIT"), ("keep", 1, "GENERATION_ERROR")])
def test_an_option_that_cannot_be_chosen_is_a_limit_or_a_failure(
    solo: BatchFolder, what: str, code: int, category: str
) -> None:
    """A greyed-out choice stops a batch that says so; otherwise only its video fails."""
    solo.batch(resolution="720p", on_degraded=what, count=2, attempts=1)
    solo.script(video_001=["GREYED_OUT"])
    assert solo.run("cats.yaml").ret == code
    assert solo.manifest().videos["video-001"].category == category
    assert solo.statuses()["video-002"] == ("PENDING" if what == "stop" else "COMPLETED")
