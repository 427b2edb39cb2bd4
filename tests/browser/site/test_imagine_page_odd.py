"""The page object on a page that tells the same facts in another way than the built-in site does."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error

from grokbatch.record.model.outcome import Category
from grokbatch.site.locators.table import packaged_table
from grokbatch.site.make import preparation_driver
from grokbatch.site.network import generation_requests, listener
from grokbatch.video_maker import Orphan
from tests.browser.imagine_rig import PROMPT, Rig
from tests.browser.odd_site import CLIP, SOUND_ONLY, UNKNOWN_FORMAT, OddSite, Reply
from tests.quick import one_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


class OddRig(Rig):
    site: OddSite


@pytest.fixture
def on_odd(demo_browser: Browser, tmp_path: Path) -> Iterator[Callable[..., OddRig]]:
    rigs: list[OddRig] = []

    def begin(timeouts: dict[str, float] | None = None, **site: Any) -> OddRig:
        opened = OddSite(**site)
        opened.__enter__()
        rig = OddRig(demo_browser, tmp_path, opened.address, [], **(timeouts or {}))
        rig.site = opened
        rigs.append(rig)
        return rig

    yield begin
    for rig in rigs:
        rig.maker.close()
        rig.site.__exit__(None, None, None)


SHAPES: dict[str, dict[str, Any]] = {
    "plain": {},
    "redo is an icon, aria-disabled": {"redo_icon": True, "aria_disabled": True},
    "contenteditable": {"editable": True},
    "no percentage": {"percent": False},
    "100 % is shown": {"hundred": True},
    "moves to the video's own post": {"moves": True, "redo_icon": True},
    "an old video and an old toast": {
        "old_video": "old-1",
        "old_toast": "Content Moderated. Try another idea.",
    },
    "an old limit toast": {"old_toast": "Rate limit reached"},
    "covered by news": {"cover": True},
    "passive offers": {"text": "Upgrade to SuperGrok for higher rate limits"},
}


@pytest.mark.parametrize("shape", one_in(3, SHAPES))
def test_makes_two_videos_on_pages_of_another_shape(on_odd: Callable[..., OddRig], shape: str) -> None:
    """Each submit carries the whole prompt, and each success is the video of that submit."""
    rig = on_odd(**SHAPES[shape])
    outcomes = [rig.make(), rig.make()]
    assert [outcome.category for outcome in outcomes] == [None, None]
    assert [outcome.video.video_id for outcome in outcomes if outcome.video] == ["odd-1", "odd-2"]
    assert [" ".join(prompt.split()) for prompt in rig.site.prompts] == [" ".join(PROMPT.split())] * 2


def test_the_recorded_address_holds_no_signature(on_odd: Callable[..., OddRig]) -> None:
    """The video's address, on another origin, is recorded without its query."""
    rig = on_odd()
    video = rig.make().video
    assert video is not None
    assert video.video_url == f"{rig.site.assets}/users/u1/generated/odd-1/generated_video.mp4"


def test_a_prompt_lost_by_late_hydration_is_entered_again(on_odd: Callable[..., OddRig]) -> None:
    """What is typed before the page comes alive is lost; the submit carries the prompt all the same."""
    rig = on_odd(hydrate=0.8, erases=True, timeouts={"reenter": 0.7})
    assert rig.make().category is None
    assert [" ".join(prompt.split()) for prompt in rig.site.prompts] == [" ".join(PROMPT.split())]


@pytest.mark.parametrize(("spoils", "modes"), [("pointerover", False), ("pointerdown", False), ("pointerover", True)])
def test_what_the_page_changes_at_the_last_moment_is_not_submitted(
    on_odd: Callable[..., OddRig], spoils: str, modes: bool
) -> None:
    """An old draft, or another mode, that comes after our last look: the press is stopped, and then repeated."""
    rig = on_odd(spoils=spoils, modes=modes, timeouts={"missed": 0.2, "ignored": 0.3})
    outcome = rig.make()
    assert (outcome.category, outcome.degraded) == (None, "")
    assert [(" ".join(each["message"].split()), each["mode"]) for each in rig.site.submits] == [
        (" ".join(PROMPT.split()), "Video")
    ]
    assert len(rig.listener.submits) == 2


def test_another_prompt_than_ours_does_not_leave_the_browser(on_odd: Callable[..., OddRig]) -> None:
    """A page that shows our prompt and would send another one is stopped before the site hears of it, and told."""
    rig = on_odd(sends="an old draft")
    outcome = rig.make()
    assert (outcome.category, outcome.is_unsent) == (Category.LAYOUT_CHANGED, True)
    assert "it carries another prompt; it was stopped before it reached the site" in outcome.message
    assert rig.site.submits == []


def test_a_click_ignored_once_is_repeated_once(on_odd: Callable[..., OddRig]) -> None:
    """One ignored click costs seconds, not the attempt."""
    rig = on_odd(ignores=1, timeouts={"ignored": 1.0})
    assert rig.make().category is None
    assert len(rig.site.submits) == 1


def test_clicks_ignored_for_ever_are_not_repeated_for_ever(on_odd: Callable[..., OddRig]) -> None:
    """After the second ignored click only the time-out is left."""
    rig = on_odd(ignores=99, timeouts={"ignored": 0.5, "sending": 1.5})
    assert rig.make(timeout=1.5).category is Category.TIMEOUT
    assert len(rig.listener.submits) == 2


def test_a_reply_that_is_late_does_not_bring_a_second_submit(on_odd: Callable[..., OddRig]) -> None:
    """The request was sent, so the click took effect, whatever the page shows."""
    rig = on_odd(reply=Reply(first=1.5), percent=False, timeouts={"ignored": 0.5})
    assert rig.make().category is None
    assert len(rig.site.submits) == 1


def test_a_request_to_an_unknown_place_is_known_by_its_prompt(on_odd: Callable[..., OddRig]) -> None:
    """Where the site has moved its API, the click is not repeated, and the reply is followed all the same."""
    slow = Reply(first=1.2, moderated=True)
    rig = on_odd(reply=slow, percent=False, path="/rest/media/create", toast_seconds=0.01, timeouts={"ignored": 0.5})
    assert rig.make(timeout=8).category is Category.CONTENT_MODERATED
    assert len(rig.site.submits) == len(rig.listener.submits) == 1


@pytest.mark.parametrize("seconds", [3.0, 0.15])
def test_moderation_is_known_however_short_the_toast(on_odd: Callable[..., OddRig], seconds: float) -> None:
    """A toast that is gone in a moment, or the reply alone, tells of the moderation."""
    rig = on_odd(reply=Reply(moderated=True), toast_seconds=seconds)
    assert rig.make().category is Category.CONTENT_MODERATED


REFUSALS: dict[str, tuple[Reply, Category]] = {
    "limit": (Reply(429, body='{"code":8,"message":"Too many requests"}'), Category.RATE_LIMIT),
    "limit without words": (Reply(429, body=""), Category.RATE_LIMIT),
    "illegal option": (
        Reply(429, body='{"code":8,"message":"Video duration of 10s is not available on the free plan"}'),
        Category.GENERATION_ERROR,
    ),
    "signed out": (
        Reply(401, body='{"code":16,"message":"User is not authenticated"}'),
        Category.AUTH_REQUIRED,
    ),
    "stale page": (
        Reply(403, body='{"code":7,"message":"This page is out of date"}'),
        Category.GENERATION_ERROR,
    ),
    "human check": (
        Reply(403, {"cf-mitigated": "challenge"}, "<html><title>Just a moment…</title></html>"),
        Category.HUMAN_CHECK,
    ),
    "server error": (Reply(500, body="oops"), Category.GENERATION_ERROR),
    "error in the reply": (Reply(error={"code": 13, "message": "internal"}), Category.GENERATION_ERROR),
    "limit in the reply": (Reply(error={"code": 8, "message": "Rate limit reached"}), Category.RATE_LIMIT),
    "connection cut": (Reply(cut=True), Category.NETWORK_ERROR),
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("failure_toast", one_in(2, [None, "Something went wrong"]))
def test_each_refusal_has_its_category(on_odd: Callable[..., OddRig], refusal: str, failure_toast: str | None) -> None:
    """The reply decides, whether the page shows a text that says less or nothing at all."""
    reply, category = REFUSALS[refusal]
    rig = on_odd(reply=reply, failure_toast=failure_toast)
    outcome = rig.make(timeout=8)
    assert outcome.category is category
    # A page that may be out of date is loaded anew, once.
    assert len(rig.site.submits) == (2 if refusal == "stale page" else 1)


def test_an_error_in_words_that_nobody_knows_is_quoted_within_seconds(on_odd: Callable[..., OddRig]) -> None:
    """A toast in another language, which the page marks as an error, ends an attempt of which nothing else is heard."""
    words = "Algo no ha salido bien"
    rig = on_odd(reply=Reply(body="{}"), failure_toast=words, timeouts={"contradiction": 0.5})
    outcome = rig.make(timeout=15)
    assert outcome.category is Category.GENERATION_ERROR
    assert words in outcome.message


def test_a_disabled_button_alone_is_no_limit(on_odd: Callable[..., OddRig]) -> None:
    """A button that stays disabled without a word about a limit ends in a time-out."""
    rig = on_odd(always_disabled=True, timeouts={"disabled": 0.5})
    assert rig.make(timeout=1.5).category is Category.TIMEOUT


@pytest.mark.parametrize(
    "text",
    [
        "Daily limit reached. Come back tomorrow.",
        "18 hours 49 minutes before limit is gone Wait or upgrade to SuperGrok for much higher limits.",
    ],
)
def test_a_disabled_button_beside_a_limit_text_is_a_limit(on_odd: Callable[..., OddRig], text: str) -> None:
    """The same button with a text about a limit on the page is one, an offer beside it or not; nothing is clicked."""
    rig = on_odd(always_disabled=True, text=text, timeouts={"disabled": 0.5})
    outcome = rig.make()
    assert outcome.category is Category.RATE_LIMIT
    assert text in outcome.message
    assert rig.listener.submits == []


UNHEARD = Reply(status=429, body="{}")


@pytest.mark.parametrize(
    ("text", "text_after", "category"),
    [
        ("Imagine", "You've reached your video limit. Upgrade for higher limits.", Category.RATE_LIMIT),
        ("12 videos of your daily limit are left", "11 videos of your daily limit are left", Category.TIMEOUT),
        pytest.param(
            "Daily limit reached? Subscribe.",
            "Daily limit reached? Subscribe.",
            Category.TIMEOUT,
            marks=pytest.mark.slow,
        ),
    ],
    ids=["it appears after the press", "it was there with another number", "it was there"],
)
def test_where_no_reply_can_be_read_words_about_a_limit_tell_of_it_if_they_are_new(
    on_odd: Callable[..., OddRig], text: str, text_after: str, category: Category
) -> None:
    """The words stand in a plain element, and the button stays as it is. Nothing is pressed a second time."""
    rig = on_odd(shared_worker=True, reply=UNHEARD, text=text, text_after=text_after)
    outcome = rig.make(timeout=1.5)
    assert outcome.category is category
    assert (text_after in outcome.message) is (category is Category.RATE_LIMIT)
    assert len(rig.site.submits) == 1


def test_an_unknown_layout_names_the_control(on_odd: Callable[..., OddRig]) -> None:
    """A loaded page without any known prompt box says which control is missing, and what was tried."""
    rig = on_odd(blank=True, timeouts={"controls": 1.0})
    outcome = rig.make()
    assert outcome.category is Category.LAYOUT_CHANGED
    assert '"prompt"' in outcome.message
    assert outcome.control == "prompt"
    assert outcome.tried == tuple(map(str, packaged_table().controls["prompt"]))
    [summary] = [rig.folder / name for name in outcome.evidence if name.endswith("/summary.txt")]
    told = summary.read_text("utf-8")
    assert all(tried in told and tried in outcome.full_message for tried in outcome.tried)


def test_a_navigation_while_waiting_is_survived(on_odd: Callable[..., OddRig]) -> None:
    """A page that loads another document in mid-generation is watched there, and its new video counts."""
    rig = on_odd(navigates=True, resumed_id="odd-1")
    outcome = rig.make()
    assert outcome.video is not None
    assert outcome.video.video_id == "odd-1"
    assert outcome.video.page_url.endswith("?conversation=c1")


def test_a_video_that_the_page_starts_by_itself_is_not_paid(on_odd: Callable[..., OddRig]) -> None:
    """The request that the page makes on opening is stopped; the one with the prompt is the only one that is sent."""
    rig = on_odd(autostart=True)
    outcome = rig.make()
    assert outcome.video is not None
    assert outcome.video.video_id == "odd-1"
    assert len(rig.site.submits) == 1


@pytest.mark.parametrize("late", ["late_old", "late_card"])
def test_other_videos_that_load_after_the_click_are_not_ours(on_odd: Callable[..., OddRig], late: str) -> None:
    """An old video or a gallery card that only appears during the generation is no success."""
    slow = Reply(steps=(1, 5, 15, 24, 33, 44, 54, 63, 72), pause=0.2)
    rig = on_odd(reply=slow, percent=False, **{late: {"id": "stranger", "after": 0.8}})
    outcome = rig.make()
    assert outcome.video is not None
    assert outcome.video.video_id == "odd-1"


@pytest.mark.parametrize("clip", [UNKNOWN_FORMAT, SOUND_ONLY], ids=["nothing plays", "only the sound plays"])
def test_a_browser_without_the_codec_takes_the_whole_file_for_success(
    on_odd: Callable[..., OddRig], clip: bytes
) -> None:
    """Where the player reports an error, a complete MP4 with its size and duration is the success."""
    rig = on_odd(clip=clip, missing=2)
    video = rig.make().video
    assert video is not None
    assert (video.width, video.height) == (400, 736)
    assert video.duration == pytest.approx(2.0, abs=0.1)
    assert video.size == len(clip)


@pytest.mark.parametrize(("clip", "missing"), [(UNKNOWN_FORMAT[: len(CLIP) // 2], 0), (CLIP, 10_000)])
def test_half_a_file_or_none_is_no_success(on_odd: Callable[..., OddRig], clip: bytes, missing: int) -> None:
    """A video whose file stays missing or incomplete ends in a time-out."""
    rig = on_odd(clip=clip, missing=missing)
    assert rig.make(timeout=1.5).category is Category.TIMEOUT


def test_a_site_that_cannot_be_reached_is_a_network_error(demo_browser: Browser, tmp_path: Path) -> None:
    """Nobody listens: the attempt ends at once, and says so."""
    with OddSite() as site:
        address = site.address
    rig = Rig(demo_browser, tmp_path, address, [])
    assert rig.make().category is Category.NETWORK_ERROR
    rig.maker.close()


def test_a_limit_on_opening_is_a_limit(on_odd: Callable[..., OddRig]) -> None:
    """A page that is refused with 429 is a rate limit before anything is submitted."""
    rig = on_odd(page_status=429)
    assert rig.make().category is Category.RATE_LIMIT


WAIT = {"retry-after": "600"}


@pytest.mark.parametrize(
    "told",
    [
        {"page_status": 429, "page_headers": WAIT},
        {"reply": Reply(429, headers=WAIT, body="")},
        {"reply": Reply(429, body='{"code":8,"message":"Rate limit reached, try again in 10 minutes"}')},
    ],
    ids=["on opening", "header", "words"],
)
def test_a_wait_counts_from_the_time_of_the_run(on_odd: Callable[..., OddRig], told: dict[str, Any]) -> None:
    """It does so on a computer whose own clock is wrong, too."""
    rig = on_odd(**told)
    rig.ahead = timedelta(hours=-5)
    retry_at = rig.make().retry_at
    assert retry_at is not None
    assert abs(retry_at - datetime.now(UTC) - rig.ahead - timedelta(seconds=600)) < timedelta(seconds=60)


def test_an_orphan_that_cannot_be_decoded_is_adopted_by_its_file(on_odd: Callable[..., OddRig]) -> None:
    """Adoption, too, works in a browser without the codec."""
    rig = on_odd(old_video="lost-1", clip=UNKNOWN_FORMAT)
    outcome = rig.make(orphan=Orphan(frozenset(), frozenset()))
    assert outcome.adopted
    assert outcome.video is not None
    assert outcome.video.video_id == "lost-1"
    assert rig.site.submits == []


LOST: dict[str, tuple[Reply, Category]] = {
    "connection cut": (Reply(steps=(1, 15, 24), cut=True), Category.NETWORK_ERROR),
    "renderer crashed": (Reply(steps=(1, 15, 24, 33), pause=0.3), Category.BROWSER_CRASHED),
}
QUICK = {"settle_orphan": 0.2, "reopen": 0.5, "second_look": 0.7}


def lose(rig: OddRig, category: Category) -> Orphan:
    """Make a video of which nobody sees the end; return what is known of it, as of now."""
    if category is Category.BROWSER_CRASHED:
        rig.listener.on_progress = lambda: crash(rig) if rig.listener.names else None
    assert rig.make().category is category
    rig.listener.on_progress = lambda: None
    named = rig.listener.names[-1] if rig.listener.names else frozenset()
    return Orphan(rig.listener.submits[-1], frozenset(), named, age=time.monotonic() - rig.site.submitted_at)


def crash(rig: OddRig) -> None:
    with suppress(Error):
        rig.page.goto("chrome://crash")


@pytest.mark.parametrize("how", LOST)
def test_a_lost_video_that_no_page_shows_to_be_under_way_is_not_paid_twice(
    on_odd: Callable[..., OddRig], how: str
) -> None:
    """The page is opened again until it lists the video that the reply had named, and that one is adopted."""
    reply, category = LOST[how]
    rig = on_odd(reply=reply, made_after=2, timeouts=QUICK)
    outcome = rig.make(orphan=lose(rig, category))
    assert outcome.adopted
    assert outcome.video is not None
    assert outcome.video.video_id == "odd-1"
    assert len(rig.site.submits) == 1


@pytest.mark.parametrize("steps", [(), (1, 15, 24)], ids=["listed with its prompt", "named by the reply"])
def test_a_lost_video_that_only_its_own_post_shows_is_not_paid_twice(
    on_odd: Callable[..., OddRig], steps: tuple[int, ...]
) -> None:
    """The image's post may show its videos in a way that nobody knows yet."""
    rig = on_odd(reply=Reply(steps=steps, cut=True), made_after=1, own_posts=True, timeouts=QUICK)
    outcome = rig.make(orphan=lose(rig, Category.NETWORK_ERROR))
    assert outcome.adopted
    assert outcome.video is not None
    assert outcome.video.video_id == "odd-1"
    assert len(rig.site.submits) == 1


@pytest.mark.parametrize("steps", [(), (1, 15, 24)], ids=["listed with its prompt", "named by the reply"])
def test_a_lost_video_that_is_listed_and_has_no_file_is_not_paid_twice(
    on_odd: Callable[..., OddRig], steps: tuple[int, ...]
) -> None:
    """It was made, whatever the site answers for its file, and however long ago."""
    rig = on_odd(reply=Reply(steps=steps, cut=True), made_after=0, own_posts=True, missing=9_999, timeouts=QUICK)
    orphan = lose(rig, Category.NETWORK_ERROR)
    rig.site.reply = Reply()
    outcome = rig.make(orphan=orphan, timeout=1, max_wait=1)
    assert (outcome.category, outcome.is_final) == (Category.GENERATION_ERROR, True)
    assert len(rig.site.submits) == 1


def test_a_file_that_is_forbidden_for_ever_is_told_as_such_and_what_to_do(on_odd: Callable[..., OddRig]) -> None:
    """Nothing is wrong with the file, as far as anybody knows."""
    rig = on_odd(reply=Reply(steps=(1, 15), cut=True), made_after=0, own_posts=True, forbids=True, timeouts=QUICK)
    orphan = lose(rig, Category.NETWORK_ERROR)
    outcome = rig.make(orphan=orphan, timeout=1, max_wait=1)
    assert (outcome.category, outcome.is_final) == (Category.GENERATION_ERROR, True)
    assert "the video is made, but the site answers 403 for the video's file, each time" in outcome.message
    assert "open its page with this account" in outcome.message
    assert "not a complete video" not in outcome.message
    assert len(rig.site.submits) == 1


@pytest.mark.parametrize(("autostart", "visited"), [(False, True), (True, False)])
def test_a_lost_videos_own_post_is_not_visited_where_each_page_starts_a_video_by_itself(
    on_odd: Callable[..., OddRig], *, autostart: bool, visited: bool
) -> None:
    """Each opening could start, and cost, one more."""
    rig = on_odd(
        reply=Reply(steps=(1, 15), cut=True),
        made_after=0,
        own_posts=True,
        missing=9_999,
        autostart=autostart,
        timeouts=QUICK,
    )
    orphan = Orphan(frozenset(), frozenset(), frozenset({"odd-1"}), age=0.0, is_sole=True)
    rig.site.submits.append({"message": PROMPT})
    rig.site.submitted_at = time.monotonic()
    rig.make(orphan=orphan, timeout=1, max_wait=1, is_gated=False)
    assert ("odd-1" in rig.site.posts) is visited
    assert (rig.site.posts.count("p1") > 1) is visited


def test_a_lost_wake_up_costs_moments_and_not_the_whole_waiting_time(
    on_odd: Callable[..., OddRig], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is making a video of its own, and shows nothing of it; that its reply has ended wakes nobody."""
    monkeypatch.setattr(preparation_driver, "_LOOK_AGAIN", 0.3)
    monkeypatch.setattr(generation_requests, "wake", lambda _: None)
    monkeypatch.setattr(listener, "wake", lambda _: None)
    rig = on_odd(autostart=True, dead=True, percent=False, reply=Reply(steps=(1, 5), pause=0.3))
    rig.make(is_gated=False, timeout=1, max_wait=8)
    assert len(rig.listener.submits) == 1
    assert PROMPT in rig.site.prompts


def test_a_lost_video_that_turns_out_to_be_moderated_is_not_submitted_again(on_odd: Callable[..., OddRig]) -> None:
    """The tile of that very video says it."""
    reply, category = LOST["connection cut"]
    rig = on_odd(reply=reply, made_after=1, blocked=True, timeouts=QUICK)
    assert rig.make(orphan=lose(rig, category)).category is Category.CONTENT_MODERATED
    assert len(rig.site.submits) == 1


@pytest.mark.parametrize("steps", [(), (1, 15, 24)], ids=["told with its prompt", "named by the reply"])
def test_a_lost_video_whose_moderation_only_the_conversation_tells_is_not_submitted_again(
    on_odd: Callable[..., OddRig], steps: tuple[int, ...]
) -> None:
    """No page shows it: what the page loads of the conversation replays it. Unnamed it counts when its time is over."""
    rig = on_odd(reply=Reply(steps=steps, cut=True), replays=True, timeouts=QUICK)
    orphan = lose(rig, Category.NETWORK_ERROR)
    rig.site.reply = Reply()
    outcome = rig.make(orphan=replace(orphan, age=31.0), timeout=2, max_wait=30)
    assert outcome.category is Category.CONTENT_MODERATED
    assert len(rig.site.submits) == 1


def test_the_moderation_of_another_prompt_says_nothing_of_a_lost_video(on_odd: Callable[..., OddRig]) -> None:
    rig = on_odd(replays=True, timeouts=QUICK)
    rig.site.submits.append({"message": "another prompt"})
    orphan = Orphan(frozenset(), frozenset(), age=31.0, is_sole=True)
    assert rig.make(orphan=orphan, timeout=2, max_wait=30).video is not None
    assert len(rig.site.submits) == 2


def test_a_lost_video_is_given_up_only_when_its_time_is_over(on_odd: Callable[..., OddRig]) -> None:
    """Within max_wait of its submit nothing is submitted; later, one look is enough before a new submit."""
    reply, category = LOST["connection cut"]
    rig = on_odd(reply=reply, timeouts=QUICK | {"open": 5.0})
    orphan = replace(lose(rig, category), age=0.0)  # however long it took to find it lost
    assert rig.make(orphan=orphan, timeout=4, max_wait=4).category is Category.TIMEOUT
    assert len(rig.site.submits) == 1
    rig.site.reply = Reply()
    outcome = rig.make(orphan=replace(orphan, age=61.0), max_wait=60.0)
    assert outcome.video is not None
    assert not outcome.adopted
    assert len(rig.site.submits) == 2


def test_a_lost_video_without_a_name_is_looked_for_twice(on_odd: Callable[..., OddRig]) -> None:
    """What a second opening lists that the first one did not is the lost one."""
    rig = on_odd(reply=Reply(steps=(), cut=True), made_after=1.2, timeouts=QUICK | {"second_look": 1.5})
    outcome = rig.make(orphan=lose(rig, Category.NETWORK_ERROR))
    assert rig.listener.names == []
    assert outcome.adopted
    assert len(rig.site.submits) == 1


def test_the_prompt_is_in_no_evidence_even_where_the_page_repeats_it(on_odd: Callable[..., OddRig]) -> None:
    """A failure toast that quotes the prompt does not carry it into the outcome or the evidence."""
    rig = on_odd(reply=Reply(500, body=json.dumps({"error": PROMPT})), failure_toast=f"Failed: {PROMPT}")
    outcome = rig.make(timeout=5)
    assert outcome.category is Category.GENERATION_ERROR
    texts = [(rig.folder / name).read_text("utf-8", "replace") for name in outcome.evidence]
    assert len(texts) == 6
    assert not any(word in text for text in (*texts, outcome.message) for word in ("fox", "snow-covered"))
