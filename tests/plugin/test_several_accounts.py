"""A batch with several accounts: each video is bound to one, and what ends an account ends only its part."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from grokbatch.cli.app import app
from grokbatch.record.model.outcome import Category, RunStatus, Status
from tests.plugin.conftest import STUB
from tests.plugin.folder import BatchFolder, said

MAY_TAKE = """
import pytest

from grokbatch.run.controller.controller import CONTROLLER
from grokbatch.run.controller.scheduler import OneEach

MAY = {may}


@pytest.hookimpl(wrapper=True)
def pytest_xdist_make_scheduler(config, log):
    yield
    controller = config.stash[CONTROLLER]

    def may_take(worker, node_id):
        return controller.items.batch_of(node_id).part in MAY.get(worker, ())

    functions = controller.is_put_off, controller.starts.was_freed, controller.is_held, may_take
    return OneEach(config, controller.items.cut_off_first(), controller.items.page_of_item(), *functions)
"""

BOTH = ["main", "second"]
MAIN, SECOND = ("video-001", "video-003"), ("video-002", "video-004")


def _accounts(folder: BatchFolder) -> dict[str, str]:
    return {video.id: video.account for video in folder.manifest().videos.values()}


def test_the_accounts_share_the_videos(folder: BatchFolder) -> None:
    folder.batch(accounts=BOTH)
    result = folder.run("cats.yaml")
    assert result.ret == 0, said(result)
    result.assert_outcomes(passed=4)
    assert _accounts(folder) == {**dict.fromkeys(MAIN, "main"), **dict.fromkeys(SECOND, "second")}
    assert sum(folder.submits().values()) == 4
    assert "main: 2 of 2" in said(result)
    assert "second: 2 of 2" in said(result)
    # Beside how far the run is, the lines of the videos say how far their accounts are.
    told = re.findall(r" [1-4]/4  (main|second) +([12])/2", said(result))
    assert sorted(told) == [("main", "1"), ("main", "2"), ("second", "1"), ("second", "2")]


def test_a_video_stays_with_its_account_when_weights_and_videos_change(solo: BatchFolder) -> None:
    solo.batch(accounts={"main": 3, "second": 1}, count=4)
    solo.script(video_001=["GENERATION_ERROR"] * 3, video_002=["RATE_LIMIT"])
    assert solo.run("cats.yaml").ret == 75
    before = _accounts(solo)
    assert sorted(before.values()) == ["main", "main", "main", "second"]
    solo.batch(accounts={"main": 1, "second": 5}, count=10)
    assert solo.run("cats.yaml", "--collect-only").ret == 0
    result = solo.run("cats.yaml")
    assert result.ret == 0, said(result)
    after = _accounts(solo)
    assert {video_id: after[video_id] for video_id in before} == before
    assert sorted(after[each] for each in after if each not in before) == ["main", *["second"] * 5]


def test_one_process_opens_one_browser_for_each_account(solo: BatchFolder) -> None:
    """It makes all videos of one account before those of the next, in whatever order the batch has them."""
    solo.batch(accounts=BOTH, count=6)
    assert solo.run("cats.yaml").ret == 0
    accounts = _accounts(solo)
    assert [accounts[each] for each in solo.notes("submit")] == ["main"] * 3 + ["second"] * 3


def test_the_name_of_a_file_has_the_account_of_its_video(solo: BatchFolder) -> None:
    solo.batch(accounts=BOTH, count=3, download=True, filename="{account}-{index}")
    assert solo.run("cats.yaml").ret == 0
    names = [path.name for path in (solo.run_directory() / "videos").glob("*.mp4")]
    assert sorted(names) == ["main-1.mp4", "main-3.mp4", "second-2.mp4"]


def test_a_limit_ends_the_part_of_its_account_only(folder: BatchFolder) -> None:
    folder.batch(accounts=BOTH, count=12)
    folder.script(video_001=["RATE_LIMIT"], retry_after=3600)
    result = folder.run("cats.yaml")
    assert result.ret == 75, said(result)
    manifest = folder.manifest()
    of_second = [video.status for video in manifest.videos.values() if video.account == "second"]
    assert of_second == [Status.COMPLETED] * 6
    assert manifest.status is RunStatus.STOPPED_RATE_LIMIT
    assert manifest.account_parts["main"].status is RunStatus.STOPPED_RATE_LIMIT
    assert manifest.account_parts["second"].stop is None
    assert all(video.account == "main" for video in manifest.videos.values() if video.status is not Status.COMPLETED)
    assert sum(folder.submits().values()) <= 6 + folder.workers
    assert "main: 0 of 6, rate limit until" in said(result) or folder.workers > 1
    assert "second: 6 of 6" in said(result)


def test_what_a_limit_left_is_made_later_by_the_same_account(either: BatchFolder) -> None:
    either.batch(accounts=BOTH, count=8)
    either.script(video_001=["RATE_LIMIT"])
    assert either.run("cats.yaml").ret == 75
    before = _accounts(either)
    left = {video_id for video_id, status in either.statuses().items() if status != "COMPLETED"}
    assert left
    assert {before[video_id] for video_id in left} == {"main"}
    result = either.run("--lf")
    assert result.ret == 0, said(result)
    assert _accounts(either) == before
    assert set(either.statuses().values()) == {"COMPLETED"}


def test_two_limits_end_both_parts(either: BatchFolder) -> None:
    either.batch(accounts=BOTH, count=12)
    either.script(video_001=["RATE_LIMIT"], video_002=["RATE_LIMIT"])
    result = either.run("cats.yaml")
    assert result.ret == 75, said(result)
    assert [part.status for part in either.manifest().account_parts.values()] == [RunStatus.STOPPED_RATE_LIMIT] * 2
    assert sum(either.submits().values()) <= 2 * either.workers


def test_a_lost_login_of_one_account_is_the_worst_that_is_told(either: BatchFolder) -> None:
    either.batch(accounts=[*BOTH, "third"], count=9, site="http://127.0.0.1:9", stop_after_failures=0)
    either.script(video_002=["AUTH_REQUIRED"], video_003=["RATE_LIMIT"])
    result = either.run("cats.yaml")
    assert result.ret == 77, said(result)
    manifest = either.manifest("cats")
    assert manifest.status is RunStatus.STOPPED_AUTH_REQUIRED
    assert {name: part.stop and part.stop.category for name, part in manifest.account_parts.items()} == {
        "main": None,
        "second": Category.AUTH_REQUIRED,
        "third": Category.RATE_LIMIT,
    }
    assert "grokbatch accounts add second" in said(result)
    assert "grokbatch accounts add main" not in said(result)
    assert "main: 3 of 3" in said(result)
    assert "second: 0 of 3, login required, 3 wait" in said(result) or either.workers > 1


def test_a_changed_page_ends_the_parts_of_all_accounts(either: BatchFolder) -> None:
    either.batch(accounts=BOTH, count=20)
    either.script(video_001=["LAYOUT_CHANGED"], video_002=["LAYOUT_CHANGED"])
    assert either.run("cats.yaml").ret == 1
    assert either.manifest().stop is not None
    assert sum(either.submits().values()) <= 1


def test_under_until_done_the_limited_account_waits_and_the_other_goes_on(folder: BatchFolder) -> None:
    folder.batch(accounts=BOTH, count=10, until_done=True)
    folder.script(video_001=["RATE_LIMIT"], retry_after=4)
    result = folder.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert set(folder.statuses().values()) == {"COMPLETED"}
    assert folder.submits()["video-001"] == 2
    assert "main: waiting until" in said(result)
    videos = folder.manifest().videos.values()
    made = {name: [each.attempts[-1].submitted_at for each in videos if each.account == name] for name in BOTH}
    limit = next(each for each in videos if each.id == "video-001").attempts[0].ended_at
    assert limit is not None
    assert max(each for each in made["second"] if each) < limit + timedelta(seconds=4)
    assert all(part.wait is None and part.stop is None for part in folder.manifest().account_parts.values())


def test_the_account_that_may_go_on_first_goes_on_first(solo: BatchFolder) -> None:
    solo.batch(accounts=BOTH, until_done=True)
    solo.script(
        video_001=["RATE_LIMIT"], video_002=["RATE_LIMIT"], retry_after={"video-001": 8, "video-002": 1}, seconds=0.1
    )
    result = solo.run("cats.yaml")
    assert result.ret == 0, said(result)
    videos = solo.manifest().videos
    limit, done = videos["video-001"].attempts[0].ended_at, [videos[each].attempts[-1].ended_at for each in SECOND]
    assert limit is not None
    assert all(each is not None and each < limit + timedelta(seconds=8) for each in done)


def test_what_one_account_is_refused_says_nothing_about_the_other(solo: BatchFolder) -> None:
    solo.batch(accounts=BOTH, count=4)
    solo.script(video_001=["HUMAN_CHECK"], video_002=["HUMAN_CHECK"])
    result = solo.run("cats.yaml")
    assert result.ret == 77, said(result)
    assert sum(solo.submits().values()) == 2
    assert solo.statuses()["video-003"] == solo.statuses()["video-004"] == "PENDING"


def test_a_batch_that_gets_a_second_account_keeps_what_was_tried_with_the_first(solo: BatchFolder) -> None:
    solo.batch(account="main", site="http://127.0.0.1:9", count=2)
    solo.script(video_001=["GENERATION_ERROR"] * 3)
    assert solo.run("cats.yaml").ret == 1
    assert {video.account for video in solo.manifest("cats").videos.values()} == {""}
    assert not solo.manifest("cats").account_parts
    solo.batch(accounts=["second", "main"], site="http://127.0.0.1:9", count=6)
    assert solo.run("cats.yaml").ret == 0
    accounts = [video.account for video in solo.manifest("cats").videos.values()]
    assert accounts[:2] == ["main", "main"]
    assert sorted(accounts[2:]) == ["main", "main", "second", "second"]
    solo.batch(account="main", site="http://127.0.0.1:9", count=7)
    assert solo.run("cats.yaml").ret == 0
    manifest = solo.manifest("cats")
    assert [video.account for video in manifest.videos.values()] == [*accounts, ""]
    assert not manifest.account_parts


def test_what_one_account_has_perhaps_made_is_not_paid_again_with_another(solo: BatchFolder) -> None:
    solo.batch(accounts=BOTH, site="http://127.0.0.1:9", count=3)
    solo.script(video_002=["UNSEEN"] * 3)
    assert solo.run("cats.yaml").ret == 1
    paid = solo.submits()
    for accounts in (["main", "third"], ["third"]):
        solo.batch(accounts=accounts, site="http://127.0.0.1:9", count=3)
        result = solo.run("cats.yaml")
        assert result.ret == 4, said(result)
        assert "video-002 may have been made with the account second already" in " ".join(said(result).split())
        planned = CliRunner().invoke(app, ["plan", "cats.yaml"])
        assert planned.stderr.removeprefix("error: ").split() == said(result).partition("ERROR: ")[2].split()
        assert solo.submits() == paid
    solo.batch(accounts=["third", "second"], site="http://127.0.0.1:9", count=3)
    solo.script(found={"video-002": 1})
    assert solo.run("cats.yaml").ret == 0
    assert solo.submits() == paid


def test_who_knows_better_may_have_it_made_with_another_account(solo: BatchFolder) -> None:
    solo.batch(account="main", site="http://127.0.0.1:9", count=1)
    solo.script(video_001=["UNSEEN"] * 3)
    assert solo.run("cats.yaml").ret == 1
    solo.batch(account="second", site="http://127.0.0.1:9", count=1)
    solo.script()
    assert solo.run("cats.yaml", "--force").ret == 0


def test_ctrl_c_ends_the_parts_of_all_accounts_and_until_too(solo: BatchFolder) -> None:
    solo.batch(accounts=BOTH, count=60)
    solo.script(seconds=0.4, video_001=["RATE_LIMIT"])
    result = solo.run("cats.yaml", "--until", "+4s")
    assert result.ret == 75, said(result)
    manifest = solo.manifest()
    assert manifest.account_parts["main"].stop is not None
    assert manifest.account_parts["main"].stop.category is Category.RATE_LIMIT
    assert 0 < sum(solo.submits().values()) < 31


@pytest.mark.parametrize(
    ("may", "made"),
    [
        ({"gw0": ["main"], "gw1": ["second"]}, BOTH),
        ({"gw0": [], "gw1": ["second"]}, ["second"]),
        pytest.param({"gw0": ["main"], "gw1": []}, ["main"], marks=pytest.mark.slow),
        pytest.param({}, [], marks=pytest.mark.slow),
    ],
)
def test_a_video_that_no_worker_may_make_is_not_started_and_ends_nothing(
    pair: BatchFolder, may: dict[str, list[str]], made: list[str]
) -> None:
    pair.pytester.makeconftest(STUB.read_text() + MAY_TAKE.replace("{may}", repr(may)))
    pair.batch(accounts=BOTH, count=6)
    result = pair.run("cats.yaml")
    assert result.ret == (0 if made == BOTH else 1), said(result)
    statuses = {(video.account, video.status) for video in pair.manifest().videos.values()}
    assert statuses == {(name, Status.COMPLETED if name in made else Status.PENDING) for name in BOTH}
