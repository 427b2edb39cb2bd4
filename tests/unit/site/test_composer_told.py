"""What a look at a page's composer is told as, and what of it keeps a run from starting."""

from __future__ import annotations

import pytest

from grokbatch.cli.shared.account_visit import Look, Visited
from grokbatch.record.model.outcome import Category
from grokbatch.record.storage.accounts import LoginState
from grokbatch.site.account.visit import PageState
from grokbatch.site.actions.inspect import FoundControl, as_used, before_or_after, needed_missing, when_absent
from grokbatch.site.locators.table import ControlName, packaged_table
from grokbatch.site.make.composer import TrialResult
from grokbatch.site.outcome.failures import Failure, layout_changed
from grokbatch.site.page.observation import Observation, PromptBox, SubmitButton

TABLE = packaged_table()
PAGE = Observation(doc="d", address="https://x.test/imagine/post/p", loaded=True, prompt=PromptBox(), composer="video")


def found(*names: ControlName) -> list[FoundControl]:
    return [
        FoundControl(name, 1, TABLE.controls[name][0], 1) if name in names else FoundControl(name)
        for name in TABLE.controls
    ]


def look(brought: TrialResult | None, seen: PageState | None = None) -> Look:
    return Look(Visited(seen or PageState(LoginState.SIGNED_IN, PAGE)), "/imagine/post/p", (), brought)


def test_what_was_pressed_what_is_left_alone_and_what_a_run_does_first_are_told() -> None:
    cards = PAGE.model_copy(update={"on_cards": ("Make video",)})
    remark = "a run chooses Video first"
    told = look(TrialResult(cards, remark=remark, pressed=("Make Video", "Add Prompt"))).remarks
    assert told == [
        'to open the composer, "Make Video", then "Add Prompt" was pressed, and nothing else; nothing was entered',
        remark,
        '"Make video" on the card of another picture is not a button of the composer; it is never pressed',
    ]
    assert look(TrialResult(PAGE)).remarks == []


def test_a_page_that_did_not_let_us_get_so_far_has_its_own_failure() -> None:
    failure = Failure(Category.TIMEOUT, "another generation on the page did not end")
    assert look(None, PageState(LoginState.UNCLEAR, PAGE, failure)).failure is failure
    assert look(TrialResult(PAGE, failure)).failure is failure
    assert look(TrialResult(PAGE)).failure is None


MISSING: dict[str, tuple[tuple[ControlName, ...], Failure | None, list[str]]] = {
    "all there": (("prompt", "submit"), None, []),
    "a button that waits for text": (("prompt",), None, []),
    "nothing known": ((), layout_changed("prompt", TABLE), ["prompt", "submit"]),
    "no button": (("prompt",), layout_changed("submit", TABLE), ["submit"]),
    "no way": (("prompt",), layout_changed("opener", TABLE), ["opener"]),
    "no entry": (("prompt", "opener"), layout_changed("opener_item", TABLE), ["opener_item"]),
    "no box, but Redo": (("redo",), layout_changed("prompt", TABLE), ["prompt"]),
    "busy": (("prompt", "submit"), Failure(Category.TIMEOUT, "late"), []),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_is_what_a_run_would_end_with(case: str) -> None:
    there, failure, missing = MISSING[case]
    assert needed_missing(found(*there), failure) == missing


def test_a_button_that_waits_for_text_is_told_so_only_where_nothing_else_is_missing() -> None:
    assert when_absent("submit", None) == "not now: it shows once there is text"
    assert when_absent("submit", layout_changed("opener", TABLE)) == "not now: it belongs to the composer for videos"
    assert when_absent("submit", layout_changed("prompt", TABLE)) == ""
    assert when_absent("opener_item", layout_changed("opener_item", TABLE)) == ""
    assert when_absent("cancel", layout_changed("opener", TABLE)) == "not now: it shows while a video is made"


def test_each_control_is_told_as_of_the_time_that_counts_for_it() -> None:
    """The opener before, though it is there after, too; box and button after; what is gone since as it was."""
    entry = FoundControl("opener_item", 2, TABLE.controls["opener_item"][1], 1)
    before, after = found("opener", "edit", "prompt", "redo"), found("opener", "prompt", "submit")
    told = {each.name: (each.number, each.when) for each in before_or_after(before, entry, after) if each.number}
    assert told == {
        "prompt": (1, ""),
        "opener": (1, "before the composer was opened"),
        "opener_item": (2, "in the menu"),
        "edit": (1, "before the composer was opened"),
        "submit": (1, ""),
    }


def test_the_box_and_the_button_are_those_that_a_run_would_use() -> None:
    """Not the first of their kind, such as a card's button."""
    seen = PAGE.model_copy(update={"prompt": PromptBox(index=2), "submit": SubmitButton(index=1)})
    told = {each.name: each.number for each in as_used(found("prompt", "submit", "redo", "player"), seen, TABLE)}
    assert (told["prompt"], told["submit"], told["redo"], told["player"]) == (3, 2, 0, 1)
    no_button = PAGE.model_copy(update={"submit": None})
    assert {each.name: each.number for each in as_used(found("submit"), no_button, TABLE)}["submit"] == 0


def test_the_box_and_the_button_of_another_composer_are_not_told_as_those_for_videos() -> None:
    """Such as a button that sends whatever is asked for, beside a box that edits the image."""
    seen = PAGE.model_copy(update={"submit": SubmitButton(index=17), "composer": "other"})
    told = {each.name: each for each in as_used(found("prompt", "submit"), seen, TABLE, is_usable=False)}
    assert told["submit"].number == 0
    assert told["prompt"].when == "in a composer that is not proven to be for videos"
