"""What is done on the page until the click, and when it is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from grokbatch.record.model.outcome import Category
from grokbatch.site.api.request_body import carries
from grokbatch.site.locators.table import packaged_table
from grokbatch.site.make.preparation import Preparation, PreparationRules
from grokbatch.site.make.steps import (
    CloseMenu,
    Enter,
    OpenComposer,
    PickItem,
    Press,
    ReturnToImage,
    Step,
    SwitchMode,
    Uncover,
    Unformat,
)
from grokbatch.site.network.generation_requests import ArrivingReply, Call, retry_time
from grokbatch.site.network.listener import NetworkEvents, Quota, read_quota
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.outcome.rules import Waiting
from grokbatch.site.page.observation import Button, Observation, Opener, OpenMenu, PromptBox, ShownVideo, SubmitButton
from grokbatch.site.page.timeouts import Timeouts

FILLED = PromptBox(index=0, filled=True)
BASE = Observation(
    doc="d",
    address="https://x.test/imagine/post/p",
    loaded=True,
    prompt=FILLED,
    submit=SubmitButton(),
    composer="video",
)
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def step(*moments: tuple[float, Observation], events: NetworkEvents | None = None, **start: Any) -> Step:
    prep = replace(Preparation(BASE, 0.0, 60.0, 300.0), **start)
    preparation_rules = PreparationRules(packaged_table(), Timeouts())
    answer: Step = Waiting(0)
    for now, there in moments:
        prep = prep.seeing(there, now)
        answer = preparation_rules.step(prep, there, events or NetworkEvents(), now)
    return answer


def seen(**changes: Any) -> Observation:
    return BASE.model_copy(update=changes)


EMPTY = seen(prompt=PromptBox(index=0))
DISABLED = seen(submit=SubmitButton(disabled=True))

# The page of an image as it opens today: a composer that edits the image, and a button that brings the one for videos.
EDITING = seen(
    prompt=PromptBox(),
    submit=None,
    composer="other",
    edit="Edit",
    opener=Opener(name="Make Video"),
)
ITEMS = ("Precise Edit", "Add Prompt", "Quick Animate", "Spicy")
MENU = EDITING.model_copy(update={"menu": OpenMenu(items=ITEMS, item=Button(name="Add Prompt"))})
HIDDEN = EDITING.model_copy(update={"menu": OpenMenu(items=ITEMS, item=Button(name="Add Prompt", covered=True))})
COVERED = EDITING.model_copy(update={"opener": Opener(name="Make Video", covered=True)})
NO_ENTRY = EDITING.model_copy(update={"menu": OpenMenu(items=("Quick Animate", "Spicy"))})
NO_OPENER = EDITING.model_copy(update={"opener": None})

STEPS: dict[str, tuple[list[tuple[float, Observation]], NetworkEvents, type[object] | Category]] = {
    "all in place": ([(1, BASE)], NetworkEvents(), Press),
    "empty box": ([(1, EMPTY)], NetworkEvents(), Enter),
    "disabled, at first": ([(1, DISABLED)], NetworkEvents(), Waiting),
    "disabled without quota": ([(1, DISABLED), (5, DISABLED)], NetworkEvents(quota=Quota(0)), Category.RATE_LIMIT),
    "covered": ([(1, seen(submit=SubmitButton(covered=True)))], NetworkEvents(), Uncover),
    "no prompt, at first": ([(1, seen(prompt=None))], NetworkEvents(), Waiting),
    "no prompt, for long": (
        [(1, seen(prompt=None)), (22, seen(prompt=None))],
        NetworkEvents(),
        Category.LAYOUT_CHANGED,
    ),
    "no button, for long": (
        [(1, seen(submit=None)), (22, seen(submit=None))],
        NetworkEvents(),
        Category.LAYOUT_CHANGED,
    ),
    "never loaded": (
        [(1, seen(prompt=None, loaded=False)), (46, seen(prompt=None, loaded=False))],
        NetworkEvents(),
        Category.NETWORK_ERROR,
    ),
    "login beside the prompt, at first": ([(1, seen(login=True))], NetworkEvents(), Waiting),
    "login beside the prompt": (
        [(1, seen(login=True)), (5, seen(login=True))],
        NetworkEvents(),
        Category.AUTH_REQUIRED,
    ),
    "login in place of the prompt": (
        [(1, seen(login=True, prompt=None)), (2.5, seen(login=True, prompt=None))],
        NetworkEvents(),
        Category.AUTH_REQUIRED,
    ),
    "human check, at first": ([(1, seen(human_check=True, prompt=None))], NetworkEvents(), Waiting),
    "human check": (
        [(1, seen(human_check=True, prompt=None)), (7, seen(human_check=True, prompt=None))],
        NetworkEvents(),
        Category.HUMAN_CHECK,
    ),
    "a human check that is not in the way": (
        [(1, seen(human_check=True)), (7, seen(human_check=True))],
        NetworkEvents(),
        Press,
    ),
    "moved away from the post": (
        [(1, seen(address="https://x.test/")), (22, seen(address="https://x.test/"))],
        NetworkEvents(),
        Category.LAYOUT_CHANGED,
    ),
    "the page's own generation": ([(1, BASE)], NetworkEvents((Call(1, has_prompt=False),)), Waiting),
    "busy, but usable": ([(1, seen(percent=40))], NetworkEvents(), Press),
    "busy": ([(1, DISABLED.model_copy(update={"percent": 40}))], NetworkEvents(), Waiting),
    "a composer for the image": ([(1, EDITING)], NetworkEvents(), OpenComposer),
    "a composer for the image, and no way to another": ([(1, NO_OPENER)], NetworkEvents(), Waiting),
    "a composer for the image, and no way, for long": (
        [(1, NO_OPENER), (22, NO_OPENER)],
        NetworkEvents(),
        Category.LAYOUT_CHANGED,
    ),
    "a menu with the entry for prompts": ([(1, MENU)], NetworkEvents(), PickItem),
    "a menu below something": ([(1, HIDDEN)], NetworkEvents(), Uncover),
    "a menu below something that stays": ([(1, HIDDEN), (22, HIDDEN)], NetworkEvents(), Category.LAYOUT_CHANGED),
    "a covered button that brings the composer": ([(1, COVERED)], NetworkEvents(), Uncover),
    "a menu without it, at first": ([(1, NO_ENTRY)], NetworkEvents(), Waiting),
    "a menu without it": ([(1, NO_ENTRY), (4, NO_ENTRY)], NetworkEvents(), CloseMenu),
    "a composer of which nothing tells what it is for": ([(1, seen(composer="unknown"))], NetworkEvents(), Waiting),
    "a composer in another mode": ([(1, seen(composer="video", mode="other"))], NetworkEvents(), SwitchMode),
    "a mode that does not show": ([(1, seen(composer="unknown", mode="unknown"))], NetworkEvents(), SwitchMode),
    "a list that the editor has made": ([(1, seen(prompt=PromptBox(formatted="list")))], NetworkEvents(), Unformat),
    "something went wrong": (
        [(second, seen(prompt=None, notices={"Something went wrong": 1})) for second in (1, 7)],
        NetworkEvents(),
        Category.GENERATION_ERROR,
    ),
}


@pytest.mark.parametrize("case", STEPS)
def test_the_next_step_follows_from_what_is_seen(case: str) -> None:
    """Each state of the page leads to the documented step, or to a failure with its category."""
    moments, events, expected = STEPS[case]
    answer = step(*moments, events=events)
    if isinstance(expected, Category):
        assert isinstance(answer, Failure)
        assert answer.category is expected
    else:
        assert type(answer) is expected


def test_a_menu_without_the_entry_for_prompts_is_told_and_none_of_it_pressed() -> None:
    """The other entries start a paid video without a prompt."""
    answer = step((1.0, NO_ENTRY), (4.0, NO_ENTRY))
    assert isinstance(answer, CloseMenu)
    assert 'the menu, which offers "Quick Animate", "Spicy": nothing of it was pressed' in answer.reason.message
    assert (answer.reason.category, answer.reason.control) == (Category.LAYOUT_CHANGED, "opener_item")


def test_a_composer_that_edits_the_image_is_named() -> None:
    """Nothing is entered there; the message says what the page shows in the place of the composer for videos."""
    answer = step((1.0, NO_OPENER), (22.0, NO_OPENER))
    assert isinstance(answer, Failure)
    assert 'the composer there edits the image (its button is called "Edit")' in answer.message


def test_a_page_without_anything_of_a_post_may_be_that_of_a_deleted_image() -> None:
    """The site says nothing of it, so the message does; where anything of a post is there, it does not."""
    blank = seen(prompt=None, submit=None, composer="")
    for there, is_blank in ((blank, True), (blank.model_copy(update={"ids": frozenset({"v"})}), False)):
        answer = step((1.0, there), (22.0, there))
        assert isinstance(answer, Failure)
        assert ("the image may be deleted or expired" in answer.message) is is_blank


def test_a_button_that_does_not_hear_yet_is_pressed_again_after_a_while() -> None:
    """A page is drawn before it reacts; each press gives it longer than the last one, and there are not many."""
    assert isinstance(step((1.1, EDITING), openings=1, opened_at=1.0), Waiting)
    assert step((2.0, EDITING), openings=1, opened_at=1.0) == OpenComposer()
    assert isinstance(step((2.0, EDITING), openings=3, opened_at=1.0), Waiting)
    assert isinstance(step((99.0, EDITING), openings=8, opened_at=1.0), Waiting | Failure)


def test_a_button_that_never_opens_the_composer_is_told_when_the_videos_time_is_over() -> None:
    """The pauses between its presses have grown to 20 s by then, and a batch may have less time."""
    pressed: dict[str, Any] = {"openings": 7, "opened_at": 4.0, "loaded_at": 0.0, "deadline": 9.0}
    answer = step((8.0, EDITING), **pressed)
    assert isinstance(answer, Waiting)
    assert answer.until <= 9.0
    answer = step((9.0, EDITING), **pressed)
    assert isinstance(answer, Failure)
    assert '"Make Video" was pressed and did not open the composer for videos' in answer.message


def test_a_button_that_stays_covered_is_pressed_all_the_same() -> None:
    """What covers it may be an old message that stays; each press is preceded by one look for what can be closed."""
    assert step((2.0, COVERED), uncovered_at=1.0) == OpenComposer()
    assert step((9.0, COVERED), uncovered_at=1.0, openings=1, opened_at=2.0) == Uncover()


def test_an_entry_of_the_menu_that_does_nothing_is_given_up() -> None:
    """Its press may fail, or have no effect, any number of times."""
    answer = step((1.0, MENU), (25.0, MENU))
    assert isinstance(answer, Failure)
    assert (answer.category, answer.control) == (Category.LAYOUT_CHANGED, "opener_item")
    assert step((1.0, MENU), (24.0, EDITING), (25.0, MENU)) == PickItem(), "the menu had closed meanwhile"


@pytest.mark.parametrize("there", [MENU, HIDDEN, EMPTY, EDITING])
def test_no_step_is_taken_once_the_videos_time_is_over(there: Observation) -> None:
    """Whatever is possible again and again, and changes nothing, ends with the time of the video."""
    answer = step((300.0, there), loaded_at=290.0)
    assert isinstance(answer, Failure)
    assert answer.category is Category.TIMEOUT


def test_a_post_that_opens_on_a_video_is_left_for_its_image() -> None:
    """Videos are made from the image that the batch names, not from the one that the page happens to show."""
    elsewhere = seen(address="https://x.test/imagine/post/newest")
    assert step((1.0, elsewhere), home="/imagine/post/p") == ReturnToImage()
    assert isinstance(step((1.2, elsewhere), home="/imagine/post/p", returns=1, returned_at=1.0), Waiting)
    assert step((1.0, BASE), home="/imagine/post/p") == Press()
    assert step((9.0, elsewhere), home="/imagine/post/p", returns=2) == Press()


def test_a_post_that_shows_only_a_video_is_left_for_its_image_though_its_address_is_the_images() -> None:
    """A page that opens on the latest video may keep the address; one that is still being built is waited for."""
    video = seen(prompt=None, submit=None, composer="other", videos=(ShownVideo(id="new", player=0),))
    home = "/imagine/post/p"
    assert isinstance(step((1.0, video), home=home), Waiting)
    assert step((1.0, video), (4.5, video), home=home) == ReturnToImage()
    assert isinstance(step((1.0, video), (4.5, video), home=home, returns=1, returned_at=4.0), Waiting)
    given_up = step((1.0, video), (25.0, video), home=home, returns=2, returned_at=8.0)
    assert isinstance(given_up, Failure)
    assert given_up.category is Category.LAYOUT_CHANGED
    assert isinstance(step((1.0, EDITING), (4.5, EDITING), home=home), OpenComposer), "there is a way to the composer"


def test_a_page_that_arrived_in_part_has_not_changed() -> None:
    """Its buttons do nothing, or are missing, because the network was away: a page that is opened anew may be whole."""
    moments = [(1.0, seen(prompt=None)), (22.0, seen(prompt=None))]
    answer = step(*moments, events=NetworkEvents(unloaded="net::ERR_CONNECTION_RESET"))
    assert isinstance(answer, Failure)
    assert (answer.category, answer.control) == (Category.NETWORK_ERROR, "")
    assert "net::ERR_CONNECTION_RESET" in answer.message


def test_what_the_editor_formats_in_spite_of_all_is_refused_with_the_reason() -> None:
    """The page would send something else than the prompt; trying again in this run would not help."""
    listed = seen(prompt=PromptBox(formatted="list"))
    assert step((1.0, listed), undone=1, entries=1) == Enter(anew=True, apart=True)
    answer = step((1.0, listed), undone=1, entries=5)
    assert isinstance(answer, Failure)
    assert answer.message == "the page's editor turns characters of the prompt into a list; write it without them"
    assert answer.is_final


def test_a_button_that_wakes_up_late_is_not_disturbed() -> None:
    """Some pages count anew with each entry: after the second one there are 8 s before the next."""
    assert isinstance(step((8.0, DISABLED), entries=2, entered_at=1.0), Waiting)
    assert step((9.5, DISABLED), entries=2, entered_at=1.0) == Enter(anew=True)


def test_a_button_that_stays_disabled_is_given_up() -> None:
    """When entering the prompt anew has not woken the button within the time-out, that is the outcome."""
    answer = step((1.0, DISABLED), (62.0, DISABLED), entries=5, entered_at=1.0)
    assert isinstance(answer, Failure)
    assert answer.category is Category.TIMEOUT


def test_a_box_that_keeps_nothing_is_given_up() -> None:
    """After five entries the prompt box is taken for broken."""
    answer = step((30.0, EMPTY), entries=5, entered_at=1.0)
    assert isinstance(answer, Failure)
    assert answer.category is Category.GENERATION_ERROR


def test_a_button_that_did_not_hear_the_entry_gets_another() -> None:
    """A disabled button beside a filled box has the prompt entered anew, emptied first."""
    assert step((1.0, DISABLED), (4.0, DISABLED), entries=1, entered_at=1.0) == Enter(anew=True)


def test_a_fresh_page_must_come_to_rest_before_the_click() -> None:
    """While API replies are under way, or the list of videos changes, the click waits, but not for ever."""
    assert isinstance(step((1.0, BASE), settle=0.3, entered_at=1.0, events=NetworkEvents(pending=1)), Waiting)
    assert step((1.0, BASE), (4.5, BASE), settle=0.3, entered_at=1.0, events=NetworkEvents(pending=1)) == Press()
    assert isinstance(step((1.0, BASE), (2.0, seen(ids=frozenset({"a"}))), settle=0.3, entered_at=1.0), Waiting)
    assert step((1.0, BASE), (1.5, BASE), settle=0.3, entered_at=1.0) == Press()


def test_a_missing_control_is_named_with_all_that_was_tried() -> None:
    """An unknown layout tells the control and how many alternatives were tried, and carries every one of them."""
    there = seen(submit=None)
    answer = step((1.0, there), (22.0, there))
    assert isinstance(answer, Failure)
    controls = packaged_table().controls
    tried = [str(each) for each in (*controls["submit"], *controls["redo"])]
    assert answer.message == f'the control "submit" was not found on the page; {len(tried)} alternatives tried'
    assert (answer.control, list(answer.tried)) == ("submit", tried)


def test_a_page_that_is_no_longer_there_is_no_control_to_be_taught() -> None:
    """A post that the site answers with 404 has no controls; the failure names none that one could teach."""
    there = seen(submit=None)
    prep = Preparation(there, 0.0, 60.0, 300.0, status=404).seeing(there, 1.0).seeing(there, 22.0)
    answer = PreparationRules(packaged_table(), Timeouts()).step(prep, there, NetworkEvents(), 22.0)
    assert isinstance(answer, Failure)
    assert answer.category is Category.LAYOUT_CHANGED
    assert "the site answered 404" in answer.message
    assert not answer.control


@pytest.mark.parametrize(
    ("there", "is_gone"),
    [
        ({"blank": True}, True),
        ({"address": "https://x.test/imagine"}, True),
        ({}, False),
        ({"address": "https://x.test/"}, False),
        ({"address": "https://x.test/imagine/saved"}, False),
    ],
)
def test_a_post_that_is_blank_or_leads_to_the_page_above_it_is_of_a_deleted_image(
    there: dict[str, Any], is_gone: bool
) -> None:
    """Nothing could be taught there, and the page of another image may be as ever: only this image's videos end."""
    page = seen(prompt=None, submit=None, composer="", **there)
    answer = step((1.0, page), (22.0, page), home="/imagine/post/p")
    assert isinstance(answer, Failure)
    assert answer.is_about_image == is_gone
    assert answer.category is (Category.GENERATION_ERROR if is_gone else Category.LAYOUT_CHANGED)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("600", datetime(2026, 1, 1, 12, 10, tzinfo=UTC)),
        ("Thu, 01 Jan 2026 13:00:00 GMT", datetime(2026, 1, 1, 13, tzinfo=UTC)),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value: str, expected: datetime | None) -> None:
    """Both forms of the header name a time; anything else names none."""
    assert retry_time({"retry-after": value}, NOW) == expected


def test_a_reply_keeps_its_order_however_late_its_beginning_is_told() -> None:
    """What the browser had kept back comes before what was told in the meantime, and counts once."""
    reply = ArrivingReply()
    reply.more(b'onse":{"streamingVideoGenerationResponse":{"progress":33}}}}')
    reply.begin(b'{"result":{"resp')
    reply.more(b'{"error":{"code":8}}')
    assert (reply.reader.facts.progress, reply.reader.facts.error_code) == (33, 8)


def test_the_quota_is_read_in_the_shapes_that_occur() -> None:
    """Captured, partial and foreign shapes are told apart; what is not told stays unknown."""
    captured = (
        '{"video": null, "video720p": {"available": true, "remainingQueries": 0, '
        '"nextAvailableAt": "2026-01-01T13:00:00Z"}}'
    )
    assert read_quota(captured) == Quota(0, datetime(2026, 1, 1, 13, tzinfo=UTC))
    uncounted = '{"video": {"available": true}, "video720p": {"available": true, "remainingQueries": 0}}'
    for other in (uncounted, '{"video": {"available": true}}', "[]", "oops", '{"video": null}'):
        assert read_quota(other) == Quota()


@pytest.mark.parametrize(
    ("told", "window"),
    [
        ('{"video": {"available": true, "windowSizeSeconds": 14400}}', 14_400.0),
        ('{"video": {"windowSizeSeconds": 3600}, "video720p": {"windowSizeSeconds": 7200}}', None),
        ('{"video": {"windowSizeSeconds": -1}}', None),
        ('{"video": {"windowSizeSeconds": true}}', None),
        ('{"video": {"windowSizeSeconds": "a day"}}', None),
    ],
)
def test_the_window_of_the_quota_is_read_where_all_kinds_of_video_have_the_same(
    told: str, window: float | None
) -> None:
    assert read_quota(told).window == window


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ('{"message": "https://x.test/i.jpg  a red\\n fox --mode=custom"}', True),
        ('{"message": "", "auto": true}', False),
        ('{"message": "a red fox in the snow"}', False),
        ('{"message": "a \u201cred\u201d fox"}', False),
        ('{"message": "a\u00a0red fox --mode=custom"}', True),
        ('{"data": {"text": "a red fox"}}', True),
        ('{"data": {"text": "something else"}}', None),
        ("--boundary a red fox", True),
        ("binary", None),
        (None, None),
    ],
)
def test_a_request_is_ours_when_it_carries_the_prompt(sent: str | None, expected: bool | None) -> None:
    """The prompt is recognised inside a longer message; where it cannot be told, that is said."""
    assert carries("a red fox", sent) is expected
