"""Whatever goes wrong between the page, the network and us: each video is paid once, and refusals end a run early.

The site's journal is the witness: accepted submits against finished videos, and how many submits it refused.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from grokbatch.record.model.outcome import Category, Status
from tests.e2e.bill import Bill, bill, check_paid_once
from tests.e2e.user import PERMALINK
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import VideoRecord
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

OTHER_IMAGE = "1f1e1d1c-1b1a-4918-8716-151413121110"
PROMPTS = ["a heron lifts off", "a kite falls", "fog comes in", "the tide turns"]
LIMIT_SOON = "18 hours 49 minutes before limit is gone"


def categories(user: User) -> set[str | None]:
    """Return how the videos that are not pending have ended."""
    return {video.category for video in user.manifest().videos.values() if video.status is not Status.PENDING}


def stopped_by(user: User) -> str | None:
    stop = user.manifest().stop
    return stop.category if stop else None


LOST_REPLIES: dict[str, dict[str, Any]] = {
    "the reply ends at once, as if all had been said": {"kind": "cut_clean"},
    "the reply breaks off at once": {"kind": "cut_broken"},
    "the network is away for 2 s right after the submit": {"kind": "away", "seconds": 2},
    "a gateway answers in the site's place": {"kind": "gateway_error"},
}
SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param(lost, id=how, marks=SLOW if number else ())
        for number, (how, lost) in enumerate(LOST_REPLIES.items())
    ],
)
def test_a_video_whose_reply_is_lost_is_found_and_not_paid_again(
    user: User, site: DemoProcess, lost: dict[str, Any]
) -> None:
    site.play(outcomes={"1": lost}, generation=2)
    user.write_batch(count=2, timeout=15, max_wait=30)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 0, said
    check_paid_once(user, site)


@pytest.mark.slow
def test_others_are_made_while_nobody_knows_what_came_of_a_submit(user: User, site: DemoProcess) -> None:
    """The worker does not stand still: the video in doubt is looked for once the others are made."""
    site.play(outcomes={"1": {"kind": "cut_clean"}}, generation=[12, 1, 1])
    user.write_batch(count=3, timeout=15, max_wait=60)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 0, said
    check_paid_once(user, site)
    ends = [(video.id, video.attempts[-1].ended_at) for video in videos(user)]
    assert [name for name, _ in sorted(ends, key=itemgetter(1))] == ["video-002", "video-003", "video-001"]
    assert "video-001: perhaps made, looked for until" in said


# Each era and each fault; the page of today, where most may be new, with every one.
@SLOW
@pytest.mark.parametrize(
    ("lost", "era"),
    [
        pytest.param(lost, era, id=f"{how}-{era}")
        for (how, lost), older in zip(LOST_REPLIES.items(), "ABCA", strict=True)
        for era in (older, "D")
    ],
)
def test_videos_of_two_workers_whose_replies_are_all_lost_are_paid_once(
    user: User, site: DemoProcess, lost: dict[str, Any], era: str
) -> None:
    """Each worker finds one of those that nobody named, until none is left."""
    site.play(otherwise=lost, generation=2, era=era)
    user.write_batch(count=3, timeout=15, max_wait=30)
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    if code == 1:
        code, said = user.run("--lf", "-n0")
    assert code == 0, said
    check_paid_once(user, site)


@pytest.mark.slow
def test_a_request_that_leaves_after_the_patience_of_the_batch_is_waited_for(user: User, site: DemoProcess) -> None:
    site.play(sends_after=8)
    user.write_batch(count=1, timeout=5)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 0, said
    check_paid_once(user, site)


@SLOW
@pytest.mark.parametrize(
    ("prompts", "era"),
    [
        pytest.param(PROMPTS, "A", id="four prompts-A"),
        pytest.param(["a heron lifts off"] * 3, "B", id="one prompt-B"),
        pytest.param(PROMPTS, "C", id="four prompts-C"),
        pytest.param(PROMPTS, "D", id="four prompts-D"),
    ],
)
def test_a_request_that_leaves_10_s_after_the_click_is_this_videos(
    user: User, site: DemoProcess, prompts: list[str], era: str
) -> None:
    """The click is not repeated, and no video is credited with what was made of another prompt."""
    site.play(sends_after=10, era=era)
    asked: dict[str, Any] = {"prompts": prompts} if len(set(prompts)) > 1 else {"prompt": prompts[0], "count": 3}
    user.write_batch(**{"prompt": None, "count": None} | asked)
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 0, said
    check_paid_once(user, site)


@SLOW
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("killed", ["worker", "browser", "driver"])
@pytest.mark.parametrize("moment", ["at once", "half way"])
def test_what_a_killed_process_has_submitted_is_found_and_not_paid_again(
    user: User, site: DemoProcess, killed: str, moment: str
) -> None:
    site.play(generation=[4, 1, 1])
    user.write_batch(count=3, timeout=15, max_wait=30)
    call = user.start("cats.yaml", "-n1", "--site", site.origin)
    wait_until(site.submitted, "submit")
    if moment == "half way":
        wait_until(lambda: any(video.attempts and video.attempts[0].reply_ids for video in videos(user)), "name")
    (browser,) = user.browsers()
    {"browser": browser, "driver": browser.parents()[0], "worker": worker_of(browser)}[killed].kill()
    code = call.wait()
    if killed == "worker":
        assert code == 1, call.said()
        assert user.run("--lf", "-n0")[0] == 0
    else:
        assert code == 0, call.said()
    check_paid_once(user, site)
    user.check_nothing_runs()


def videos(user: User) -> list[VideoRecord]:
    return list(user.manifest().videos.values())


def worker_of(browser: psutil.Process) -> psutil.Process:
    """Return the process that started a browser's driver."""
    return browser.parents()[1]


@SLOW
@pytest.mark.parametrize("era", ["C", "D"])
def test_a_session_that_is_renewed_while_a_video_is_being_made_costs_nothing(
    user: User, site: DemoProcess, era: str
) -> None:
    """The page may go to the sign-in before the reply was seen: the click is not repeated, the video is found."""
    site.play(signed_out_after=1, generation=[5, 1, 1], era=era)
    user.write_batch(count=3, timeout=15, max_wait=30)
    call = user.start("cats.yaml", "-n0", "--site", site.origin)
    wait_until(lambda: site.journal("signed_out"), "end of the session")
    user.sign_in(site)
    assert call.wait() == 0, call.said()
    check_paid_once(user, site)


@SLOW
@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_what_a_lost_login_has_cut_off_is_found_after_signing_in(user: User, site: DemoProcess, workers: str) -> None:
    site.play(signed_out_after=1, generation=4)
    user.write_batch(count=3, timeout=15, max_wait=40)
    code, said = user.run("cats.yaml", workers, "--site", site.origin)
    assert code == 77, said
    assert stopped_by(user) == Category.AUTH_REQUIRED
    assert bill(site).accepted == 1
    user.sign_in(site)
    code, said = user.run("--lf", "-n0")
    assert code == 0, said
    check_paid_once(user, site)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.slow
@pytest.mark.parametrize("asleep", ["the computer", "the site"])
def test_time_that_was_slept_through_is_not_held_against_a_video(user: User, site: DemoProcess, asleep: str) -> None:
    """Nothing happens for twice as long as the batch has patience: what the page shows afterwards counts."""
    site.play(generation=3)
    user.write_batch(count=3, timeout=5, max_wait=40)
    call = user.start("cats.yaml", "-n2", "--site", site.origin)
    wait_until(site.submitted, "submit")
    frozen = user.processes() if asleep == "the computer" else [psutil.Process(site.process.pid)]
    for process in frozen:
        process.suspend()
    # Not waited for anything: this is how long it sleeps.
    time.sleep(10)
    for process in frozen:
        process.resume()
    assert call.wait() == 0, call.said()
    check_paid_once(user, site)
    if asleep == "the computer":
        # A site that says nothing for so long is another matter: it is asked again, and not paid again.
        assert [len(video.attempts) for video in videos(user)] == [1, 1, 1]


@pytest.mark.slow
def test_submits_that_are_refused_without_a_word_end_the_run_as_refused(user: User, site: DemoProcess) -> None:
    """Code 7 without words: two videos, each once more on a fresh page, and no GENERATION_ERROR for each video."""
    site.play(otherwise={"kind": "stale_wordless"})
    user.write_batch(count=8)
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 77, said
    assert stopped_by(user) == Category.ACCOUNT_REFUSED
    told = bill(site)
    assert told.accepted == 0
    assert told.refused.total() <= 4
    assert user.manifest().counts[Status.PENDING] >= 6


@pytest.mark.parametrize(
    ("kind", "workers"),
    [("anti_bot", "-n0"), pytest.param("blocked", "-n0", marks=SLOW), pytest.param("anti_bot", "-n4", marks=SLOW)],
)
def test_an_account_that_the_site_refuses_is_refused_twice_at_most(
    user: User, site: DemoProcess, kind: str, workers: str
) -> None:
    site.play(otherwise={"kind": kind})
    user.write_batch(count=8)
    code, said = user.run("cats.yaml", workers, "--site", site.origin)
    assert code == 77, said
    assert categories(user) == {Category.ACCOUNT_REFUSED}
    told = bill(site)
    assert told.accepted == 0
    assert 1 <= told.refused.total() <= 2
    assert "look by hand" in said


@SLOW
@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_button_that_stays_grey_without_a_word_ends_the_run_like_a_limit(
    user: User, site: DemoProcess, workers: str
) -> None:
    """Visiting page after page would bring a human check: none is opened once two videos have met it."""
    site.play(throttled_after=2, throttle_escalates_after=4)
    user.write_batch(count=8, timeout=10)
    code, said = user.run("cats.yaml", workers, "--site", site.origin)
    assert code == 75, said
    told = bill(site)
    assert (told.accepted, told.finished) == (2, 2)
    # With a second worker a click may just be under way when the first one's video is taken.
    assert told.refused.total() <= (workers == "-n2")
    stop = user.manifest().stop
    assert stop is not None
    assert all(datetime.fromisoformat(entry["time"]) <= stop.at for entry in site.journal("open"))
    assert not site.journal("human_check")
    assert user.manifest().counts[Status.COMPLETED] == 2


@pytest.mark.parametrize(
    ("words", "has_time", "workers"),
    [
        pytest.param({"limit_style": "toast"}, False, "-n0", id="toast"),
        pytest.param(
            {"limit_style": "dialog", "limit_text": LIMIT_SOON, "limit_offer": "Upgrade now", "limit_in_one": True},
            True,
            "-n0",
            id="dialog, with the offer in one line",
            marks=SLOW,
        ),
        pytest.param(
            {"limit_style": "banner", "limit_text": "You have reached your weekly limit.", "limit_offer": "Upgrade"},
            False,
            "-n2",
            id="banner",
            marks=SLOW,
        ),
        pytest.param(
            {"limit_style": "http403", "limit_text": "You have run out of credits or need a Grok subscription."},
            False,
            "-n2",
            id="out of credits",
            marks=SLOW,
        ),
        pytest.param(
            {"limit_style": "dialog", "limit_reply": "empty", "limit_text": LIMIT_SOON},
            True,
            "-n0",
            id="an empty reply",
        ),
        pytest.param(
            {"limit_style": "banner", "limit_text": "You're out of credits", "unreadable_replies": True},
            False,
            "-n0",
            id="a reply that only the page can read",
            marks=SLOW,
        ),
    ],
)
def test_whatever_words_a_limit_has_it_takes_one_refused_submit(
    user: User, site: DemoProcess, words: dict[str, Any], has_time: bool, workers: str
) -> None:
    site.play(quota=1, **words)
    user.write_batch(count=4)
    code, said = user.run("cats.yaml", workers, "--site", site.origin)
    assert code == 75, said
    told = bill(site)
    assert (told.accepted, told.finished) == (1, 1)
    # A second worker's submit may be on its way when the first one's is refused.
    assert 1 <= told.refused.total() <= (2 if workers == "-n2" else 1)
    assert user.manifest().counts[Status.COMPLETED] == 1
    stop = user.manifest().stop
    assert stop is not None
    assert (stop.retry_at is not None) == has_time
    assert ("not before" in said) == has_time


def test_another_prompt_than_ours_is_stopped_before_the_site_hears_of_it(user: User, site: DemoProcess) -> None:
    site.play(changes_prompt="another")
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 1, said
    assert categories(user) == {Category.LAYOUT_CHANGED}
    assert bill(site) == Bill(0, 0, Counter())
    assert "stopped before it reached the site" in said


def test_a_site_with_trouble_of_its_own_ends_the_run_after_a_row_of_refusals(user: User, site: DemoProcess) -> None:
    site.play(otherwise={"kind": "server_error"})
    user.write_batch(count=12, stop_after_failures=2, attempts=1)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 1, said
    assert stopped_by(user) == Category.REPEATED_FAILURE
    told = bill(site)
    assert (told.accepted, told.refused.total()) == (0, 2)
    assert "in a row" in said
    assert "503" in said


@SLOW
def test_a_site_that_answers_nothing_but_errors_ends_the_run_and_what_was_made_before_is_kept(
    user: User, site: DemoProcess
) -> None:
    site.play(broken_after=1)
    user.write_batch(count=12, attempts=1, timeout=10, max_wait=20)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 1, said
    assert stopped_by(user) == Category.REPEATED_FAILURE
    assert "in a row" in said
    assert bill(site).accepted == 1
    site.change(broken_after=None)
    code, said = user.run("--lf", "-n0", "--set", "count=3")
    assert code == 0, said
    check_paid_once(user, site)


@SLOW
@pytest.mark.parametrize("kind", ["chat_answer", "image_gone"])
def test_an_image_that_the_site_does_not_take_costs_one_submit_and_other_images_go_on(
    user: User, site: DemoProcess, kind: str
) -> None:
    other = PERMALINK.replace(PERMALINK.rpartition("/")[2], OTHER_IMAGE)
    site.play(image_outcomes={OTHER_IMAGE: {"kind": kind}})
    user.write_batch(count=2, permalink=None, permalinks=[other, PERMALINK])
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 1, said
    assert bill(site) == Bill(2, 2, Counter({kind: 1}))
    ended = {(video.permalink == other, video.status, video.category) for video in videos(user)}
    assert ended == {(True, Status.FAILED, Category.GENERATION_ERROR), (False, Status.COMPLETED, None)}


@SLOW
@pytest.mark.parametrize("shows", ["blank", "redirect"])
def test_a_deleted_image_ends_its_own_videos_and_nobody_is_told_to_teach_the_page(
    user: User, site: DemoProcess, shows: str
) -> None:
    """What was submitted for it is looked for, and not paid again; other images go on."""
    other = PERMALINK.replace(PERMALINK.rpartition("/")[2], OTHER_IMAGE)
    site.play(generation=30)
    user.write_batch(count=1, permalink=None, permalinks=[other, PERMALINK], max_wait=60)
    call = user.start("cats.yaml", "-n0", "--site", site.origin)
    wait_until(site.submitted, "submit")
    call.process.kill()
    call.wait()
    site.change(deleted_image=OTHER_IMAGE, deleted_post=shows, generation=1)
    code, said = user.run("--lf", "-n0")
    assert code == 1, said
    assert "most likely the image was deleted" in " ".join(said.split())
    assert "grokbatch learn" not in said
    assert bill(site).accepted == 2
    ended = {(video.permalink == other, video.status, video.category) for video in videos(user)}
    assert ended == {(True, Status.FAILED, Category.GENERATION_ERROR), (False, Status.COMPLETED, None)}


def test_what_the_page_repeats_by_itself_after_the_sites_trouble_is_the_same_submit(
    user: User, site: DemoProcess
) -> None:
    site.play(outcomes={"1": {"kind": "server_error"}}, asks_again_after=1)
    user.write_batch(count=2)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 0, said
    check_paid_once(user, site)
    assert bill(site).refused == Counter({"server_error": 1})
    assert [len(video.attempts) for video in videos(user)] == [1, 1]
