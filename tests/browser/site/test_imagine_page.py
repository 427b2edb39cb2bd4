"""The page object on the built-in site: each outcome is told apart, and nothing is submitted twice.

What is slow here on an older page, test_matrix.py has on today's.
"""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import EXAMPLE_POST, DemoSite
from grokbatch.record.model.outcome import Category
from grokbatch.video_maker import Orphan
from tests.browser.imagine_rig import Rig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.site.conftest import DemoRig


@pytest.mark.parametrize(
    "url_after", ["new_post", *(pytest.param(way, marks=pytest.mark.slow) for way in ("same", "conversation"))]
)
def test_makes_one_video_after_the_other_on_one_page(on_demo: Callable[..., DemoRig], url_after: str) -> None:
    """Two videos from one opened page, the second by Redo, wherever a success moves the address."""
    rig = on_demo(url_after=url_after)
    outcomes = [rig.make(), rig.make()]
    videos = [outcome.video for outcome in outcomes if outcome.video]
    assert [each.video_id for each in videos] == [entry["video"] for entry in rig.entries("submit")]
    assert len(rig.entries("open")) == len(rig.listener.seen) == 1
    assert videos[0].video_id in rig.listener.submits[1]
    for video in videos:
        assert (video.width, video.height) == (400, 736)
        assert video.duration == pytest.approx(6.04, abs=0.01)
        assert video.size is not None
        assert video.video_url.endswith(f"/generated/{video.video_id}/generated_video.mp4")
        assert video.page_url.startswith(rig.site.origin)


def test_tells_the_percentage_while_it_rises(on_demo: Callable[..., DemoRig]) -> None:
    """Live progress reaches the witness in order, and ends below or at 100."""
    rig = on_demo(generation=1.5)
    assert rig.make().category is None
    assert len(rig.listener.percents) >= 4
    assert rig.listener.percents == sorted(rig.listener.percents)


@pytest.mark.slow
@pytest.mark.parametrize("era", [pytest.param("A", marks=pytest.mark.slow), "D"])
def test_passes_on_what_the_site_tells_its_page_of_the_quota(on_demo: Callable[..., DemoRig], era: str) -> None:
    """A page that asks for the quota is listened to; of one that is told no figure, nothing is passed on."""
    told = on_demo(era=era, quota=5).make().quota
    assert told is not None
    assert told.remaining in {4, 5}
    assert told.window == 86_400.0
    assert on_demo(era=era).make().quota is None


def test_old_videos_and_an_old_toast_decide_nothing(on_demo: Callable[..., DemoRig]) -> None:
    """With three earlier videos and a standing moderation toast, the new video alone is the success."""
    rig = on_demo(earlier_videos=3, old_toast=True)
    outcome = rig.make()
    assert outcome.video is not None
    assert len(rig.listener.submits[0]) == 3
    assert outcome.video.video_id not in rig.listener.submits[0]


@pytest.mark.parametrize("at", [100, pytest.param(40, marks=pytest.mark.slow)])
def test_moderation_is_recognised_at_any_percentage(on_demo: Callable[..., DemoRig], at: int) -> None:
    """A moderated video is told as such, beside an old toast of the same words; the page stays in use."""
    rig = on_demo(old_toast=True, outcomes={1: {"kind": "moderated", "at": at}})
    assert rig.make().category is Category.CONTENT_MODERATED
    assert rig.make().category is None
    assert len(rig.entries("open")) == 1


@pytest.mark.parametrize(
    "style", ["toast", *(pytest.param(style, marks=pytest.mark.slow) for style in ("disabled", "http429"))]
)
def test_a_limit_is_recognised_in_each_style(on_demo: Callable[..., DemoRig], style: str) -> None:
    """The limit is told with the time that the site names, and the first video stays a success."""
    rig = on_demo(quota=1, limit_style=style, retry_after=600, timeouts={"disabled": 1.0})
    assert rig.make().category is None
    outcome = rig.make()
    assert outcome.category is Category.RATE_LIMIT
    assert outcome.retry_at is not None
    assert abs(outcome.retry_at - datetime.now(UTC) - timedelta(seconds=600)) < timedelta(seconds=30)
    assert len(rig.entries("submit")) == 1


def test_each_failed_generation_is_named_and_the_next_video_succeeds(on_demo: Callable[..., DemoRig]) -> None:
    """A broken connection, an error of the site and a stuck percentage each get their own category."""
    kinds = {"network_error": Category.NETWORK_ERROR, "generation_error": Category.GENERATION_ERROR}
    kinds["stuck"] = Category.TIMEOUT
    rig = on_demo(outcomes={2 * number + 1: {"kind": kind} for number, kind in enumerate(kinds)}, generation=0.3)
    for category in kinds.values():
        assert rig.make(timeout=2).category is category
        assert rig.make().category is None


def test_the_whole_waiting_time_is_bounded(on_demo: Callable[..., DemoRig]) -> None:
    """A generation that goes on for ever, with progress, ends with a time-out after max_wait."""
    rig = on_demo(generation=30)
    outcome = rig.make(timeout=20, max_wait=1.5)
    assert outcome.category is Category.TIMEOUT
    assert "max_wait" in outcome.message


@pytest.mark.slow
def test_an_ignored_click_is_repeated_once(on_demo: Callable[..., DemoRig]) -> None:
    """The site sees exactly one submit after a click that it ignored."""
    rig = on_demo(outcomes={1: {"kind": "ignored_click"}}, timeouts={"ignored": 1.0})
    assert rig.make().category is None
    assert len(rig.entries("submit")) == 1
    assert len(rig.listener.submits) == 2


def test_a_slow_start_is_not_taken_for_an_ignored_click(on_demo: Callable[..., DemoRig]) -> None:
    """A submit that shows nothing for a while is not repeated, for its request was seen."""
    rig = on_demo(outcomes={1: {"kind": "slow_start", "seconds": 2}}, timeouts={"ignored": 0.6})
    assert rig.make().category is None
    assert len(rig.entries("submit")) == len(rig.listener.submits) == 1


@pytest.mark.slow
def test_a_lost_login_is_recognised_and_the_video_under_way_is_finished(
    on_demo: Callable[..., DemoRig],
) -> None:
    """The video during which everybody is signed out is a success; the next one asks to sign in."""
    rig = on_demo(signed_out_after=1)
    assert rig.make().category is None
    assert rig.make().category is Category.AUTH_REQUIRED
    assert rig.make().category is Category.AUTH_REQUIRED
    assert len(rig.entries("submit")) == 1


def test_nobody_signed_in_is_recognised_at_once(demo_browser: Browser, tmp_path: Path) -> None:
    """Without a session nothing is submitted."""
    with DemoSite(Scenario(era="A")) as site:
        rig = Rig(demo_browser, tmp_path, site.origin + EXAMPLE_POST, [])
        assert rig.make().category is Category.AUTH_REQUIRED
        assert rig.listener.submits == []
        rig.maker.close()


@pytest.mark.slow
def test_a_human_check_is_recognised(on_demo: Callable[..., DemoRig]) -> None:
    """A page that asks for a human is left to the human."""
    rig = on_demo(human_check_after=0)
    assert rig.make().category is Category.HUMAN_CHECK
    assert rig.listener.submits == []


@pytest.mark.slow
def test_a_cookie_banner_is_put_away(on_demo: Callable[..., DemoRig]) -> None:
    """A banner over the button does not keep the video from being made."""
    rig = on_demo(cookie_banner=True)
    assert rig.make().category is None


@pytest.mark.parametrize("language", ["vi", pytest.param("zh", marks=pytest.mark.slow)])
def test_the_labels_of_other_languages_are_known(on_demo: Callable[..., DemoRig], language: str) -> None:
    """The page may speak the account's language, before and after the first video."""
    rig = on_demo(language=language)
    assert [rig.make().category, rig.make().category] == [None, None]
    assert rig.listener.percents


def test_a_file_that_is_not_there_yet_is_waited_for(on_demo: Callable[..., DemoRig]) -> None:
    """The video's file may answer 404 for a moment after the success."""
    rig = on_demo(asset_delay=1.5)
    outcome = rig.make()
    assert outcome.video is not None
    assert outcome.video.duration == pytest.approx(6.04, abs=0.01)


def test_a_crashed_page_is_told_and_the_next_video_gets_a_new_browser(on_demo: Callable[..., DemoRig]) -> None:
    """A dead renderer is BROWSER_CRASHED within moments; the next call opens the browser anew."""
    rig = on_demo(generation=20)
    rig.listener.on_progress = lambda: _crash(rig)
    assert rig.make().category is Category.BROWSER_CRASHED
    rig.listener.on_progress = lambda: None
    assert rig.make(max_wait=1.5).category is Category.TIMEOUT
    assert len(rig.opened) == 2


def _crash(rig: Rig) -> None:
    try:
        rig.page.goto("chrome://crash")
    except Error:
        return


def test_a_forbidden_submit_is_not_made(on_demo: Callable[..., DemoRig]) -> None:
    """What the witness raises to forbid a submit comes out of the maker, and nothing was clicked."""
    rig = on_demo()
    rig.listener.forbids = RuntimeError("stopped")
    with pytest.raises(RuntimeError, match="stopped"):
        rig.make()
    assert rig.entries("submit") == []


def test_a_submit_that_others_come_before_is_made_once_it_is_its_turn(on_demo: Callable[..., DemoRig]) -> None:
    """While it waits nothing is clicked; the site's beginning is passed on, so that others need not wait longer."""
    rig = on_demo()
    asked: list[int] = []

    def may() -> bool:
        asked.append(len(rig.entries("submit")))
        return len(asked) > 3

    rig.listener.may = may
    assert rig.make().video is not None
    assert asked == [0, 0, 0, 0]
    assert rig.listener.told == ["taken"]
    assert len(rig.entries("submit")) == 1


@pytest.mark.slow
def test_without_the_gate_another_prompt_reaches_the_site(
    on_demo: Callable[..., DemoRig],
) -> None:
    """`gate: false` lets everything through; with it the same page costs nothing."""
    rig = on_demo(era="D", changes_prompt="another")
    assert rig.make().category is Category.LAYOUT_CHANGED
    assert rig.entries("submit") == []
    rig.make(is_gated=False)
    assert len(rig.entries("submit")) == 1
    assert rig.make().category is Category.LAYOUT_CHANGED
    assert len(rig.entries("submit")) == 1


def test_a_submit_may_name_the_image_by_the_id_of_its_picture(on_demo: Callable[..., DemoRig]) -> None:
    """The post's picture may be a file with an id of its own; the page goes on to the video's post after each."""
    rig = on_demo(era="D", picture_has_own_id=True, gallery=2)
    outcomes = [rig.make(), rig.make()]
    assert [outcome.category for outcome in outcomes] == [None, None]
    assert len(rig.entries("submit")) == 2


def test_evidence_is_private_and_does_not_hold_the_prompt(on_demo: Callable[..., DemoRig]) -> None:
    """A folder for the failure, for the owner only, without the prompt in any form."""
    rig = on_demo(outcomes={1: {"kind": "generation_error"}})
    outcome = rig.make()
    files = [rig.folder / name for name in outcome.evidence]
    assert {path.name for path in files} == {
        "page.png",
        "tree.yaml",
        "page.html",
        "console.txt",
        "requests.txt",
        "summary.txt",
    }
    [folder] = {path.parent for path in files}
    assert folder.parent == rig.folder / "debug"
    assert folder.name.startswith("video-001-")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        content = path.read_bytes().decode("utf-8", "replace")
        assert not any(word in content for word in ("fox", "Müller", "M\\u00fcller", "snow-covered"))
    assert "fox" not in outcome.message + repr(outcome)


def test_the_finished_video_of_a_cut_off_attempt_is_adopted(on_demo: Callable[..., DemoRig]) -> None:
    """A video that nobody has been credited with, and that was not there before the lost submit, is ours."""
    rig = on_demo(earlier_videos=2)
    first = rig.make()
    assert first.video is not None
    rig.maker.close()
    rig.listener.older = frozenset({*rig.listener.submits[0], first.video.video_id})
    outcome = rig.make(orphan=Orphan(known_ids=rig.listener.submits[0], credited_ids=frozenset()))
    assert outcome.adopted
    assert outcome.video is not None
    assert outcome.video.video_id == first.video.video_id
    assert outcome.video.duration == pytest.approx(6.04, abs=0.01)
    assert len(rig.entries("submit")) == 1


@pytest.mark.slow
def test_the_adopted_video_need_not_be_the_one_in_the_player(on_demo: Callable[..., DemoRig]) -> None:
    """An orphan that is only a thumbnail is selected and looked at."""
    rig = on_demo(earlier_videos=2)
    first, second = rig.make(), rig.make()
    assert first.video is not None
    assert second.video is not None
    rig.maker.close()
    rig.listener.older = frozenset({*rig.listener.submits[1], second.video.video_id})
    orphan = Orphan(rig.listener.submits[0], frozenset({second.video.video_id}))
    outcome = rig.make(orphan=orphan)
    assert outcome.adopted
    assert outcome.video is not None
    assert outcome.video.video_id == first.video.video_id


def test_without_an_orphan_on_the_page_the_video_is_made(on_demo: Callable[..., DemoRig]) -> None:
    """A lost submit that left nothing behind is submitted anew, and videos credited elsewhere are not taken."""
    rig = on_demo(earlier_videos=2)
    first = rig.make()
    assert first.video is not None
    rig.maker.close()
    outcome = rig.make(orphan=Orphan(rig.listener.submits[0], frozenset({first.video.video_id})))
    assert not outcome.adopted
    assert outcome.video is not None
    assert outcome.video.video_id != first.video.video_id


def test_an_orphan_still_under_way_is_waited_for(on_demo: Callable[..., DemoRig]) -> None:
    """A generation that outlived the browser that began it is adopted when it ends."""
    rig = on_demo(earlier_videos=2, generation=4)
    rig.listener.on_progress = lambda: rig.page.close()
    assert rig.make().category is Category.BROWSER_CRASHED
    rig.listener.on_progress = lambda: None
    outcome = rig.make(orphan=Orphan(rig.listener.submits[0], frozenset()))
    assert outcome.adopted
    assert len(rig.entries("submit")) == 1


LOST: dict[str, tuple[dict[str, Any], float, Category]] = {
    "the page crashes": ({"kind": "success", "seconds": 2}, 20, Category.BROWSER_CRASHED),
    "the connection breaks": (
        {"kind": "network_error", "at": 33, "completes": True, "seconds": 2},
        20,
        Category.NETWORK_ERROR,
    ),
    "the percentage stays for too long": ({"kind": "success", "seconds": 12}, 0.7, Category.TIMEOUT),
}


@pytest.mark.parametrize(
    "how", ["the page crashes", *(pytest.param(how, marks=pytest.mark.slow) for how in [*LOST][1:])]
)
def test_a_video_of_which_the_end_was_not_seen_is_adopted_and_not_paid_twice(
    on_demo: Callable[..., DemoRig], demo_browser: Browser, tmp_path: Path, how: str
) -> None:
    """The next attempt finds it by the name that its own reply told, beside a video that another worker made since."""
    script, timeout, category = LOST[how]
    rig = on_demo(outcomes={1: script})
    if category is Category.BROWSER_CRASHED:
        rig.listener.on_progress = lambda: _crash(rig) if rig.listener.names else None
    assert rig.make(timeout=timeout).category is category
    rig.listener.on_progress = lambda: None
    other = Rig(demo_browser, tmp_path, rig.address, rig.site.session_cookies())
    assert other.make().category is None
    other.maker.close()
    rig.listener.older = rig.listener.submits[0]
    outcome = rig.make(orphan=Orphan(rig.listener.submits[0], frozenset(), rig.listener.names[-1]))
    submits = rig.entries("submit")
    assert len(submits) == 2
    assert outcome.adopted
    assert outcome.video is not None
    assert outcome.video.video_id == submits[0]["video"]
