"""Ways of finding an element again: what a person reads first, and never what a build tool made up."""

from __future__ import annotations

import pytest

from grokbatch.site.learn.candidates import (
    candidates,
    goes_by_name,
    is_lasting_class,
    is_lasting_id,
    is_lasting_name,
    may_find,
    opens_menu,
)
from grokbatch.site.learn.element import Described, Hook


def ways(part: str, it: Described) -> list[str]:
    return [str(each) for each in candidates(part, it)]  # type: ignore[arg-type]


MADE_UP = "css-1x7ab3 sc-bdVaJa jsx-2871293847 _button_1a2b3 :r1: radix-:r5: kXyZaB Qwrtpz a1b2c3 svelte-x7f3k2"
LAYOUT = "flex p-4 text-sm md:w-1/2 z-[9999] bg-primary rounded-full go 3col"


@pytest.mark.parametrize("word", f"{MADE_UP} {LAYOUT}".split())
def test_classes_that_are_made_up_or_only_lay_out_are_never_used(word: str) -> None:
    assert not is_lasting_class(word)


@pytest.mark.parametrize(
    "word", ["composer", "query-bar", "ProseMirror", "tiptap", "video-player", "sendButton", "card__play"]
)
def test_classes_that_say_what_something_is_are(word: str) -> None:
    assert is_lasting_class(word)


@pytest.mark.parametrize(("word", "lasts"), [("sd-video", True), ("__next-7f3a", False), ("headlessui-menu-3", False)])
def test_ids_with_numbers_are_not_used(word: str, lasts: bool) -> None:
    assert is_lasting_id(word) is lasts


@pytest.mark.parametrize(
    ("name", "lasts"),
    [
        ("Make video", True),
        ("生成视频", True),
        ("61%", False),
        ("Make video (5 left)", False),
        ("", False),
        ("x" * 41, False),
    ],
)
def test_names_that_change_or_are_whole_sentences_are_not_used(name: str, lasts: bool) -> None:
    assert is_lasting_name(name) is lasts


def test_a_button_is_found_by_its_name_then_its_marks_then_its_place() -> None:
    form = Hook(tag="form", attributes={"id": "composer"}, classes=("css-9x8y7z",))
    button = Described(
        tag="button",
        role="button",
        name="Los!",
        attributes={"data-testid": "make", "aria-label": "Los!", "type": "submit"},
        classes=("flex", "css-1x7ab3", "primary-action"),
        icons=("lucide", "lucide-arrow-up"),
        number=3,
        alone=False,
        path=(Hook(tag="div", number=2, alone=False), form),
    )
    found = ways("submit", button)
    assert found[:4] == [
        "role=button name=/^Los!$/",
        "role=button name=/^Los!$/ and css=:not([aria-haspopup])",
        "role=button name=/^Los!$/ and css=#composer *",
        "role=button name=/^Los!$/ and css=form *",
    ]
    order = [
        'css=[data-testid="make"]',
        'css=button[aria-label="Los!"]',
        "css=button:has(svg.lucide-arrow-up)",
        'css=button[type="submit"]',
        "css=button.primary-action",
        'css=#composer button[type="submit"]',
        "css=#composer > div:nth-of-type(2) > button:nth-of-type(3)",
    ]
    assert [each for each in found if each in order] == order
    assert not any("css-" in each or "flex" in each for each in (way.replace("css=", "") for way in found))


def test_a_percentage_is_found_by_what_it_stands_in_never_by_its_name() -> None:
    pill = Described(
        tag="button",
        role="button",
        name="61%",
        words="61%",
        percent=True,
        only_percent=True,
        attributes={"aria-label": "Video"},
    )
    found = ways("progress", pill)
    assert found[0] == r'css=button[aria-label="Video"] text=/^\d{1,3}\s*%$/'
    assert found[-1] == r"css=button text=/^\d{1,3}\s*%$/"
    assert not any("61" in each for each in found)


def test_a_progress_bar_needs_no_text() -> None:
    bar = Described(
        tag="div", role="progressbar", percent=True, attributes={"role": "progressbar", "aria-valuenow": "40"}
    )
    assert ways("progress", bar)[0] == "css=div[aria-valuenow]"


def test_a_player_is_more_than_any_video() -> None:
    """Never just `video`, and no preview inside a button, a link or a list."""
    around = (Hook(tag="div", classes=("sc-1a2b", "stage-area")), Hook(tag="main"))
    found = ways("player", Described(tag="video", name="whatever it shows", path=around))
    assert "css=video" not in found
    assert found[0] == "css=div.stage-area video:not(button video, a video, li video)"
    assert found[1] == "css=main video:not(button video, a video, li video)"


def test_a_box_without_a_label_is_found_by_its_hint() -> None:
    box = Described(
        tag="div",
        editable=True,
        hint="Type to imagine",
        attributes={"contenteditable": "true"},
        classes=("tiptap",),
        path=(Hook(tag="form"),),
    )
    assert ways("prompt", box)[:3] == [
        'css=div:has([data-placeholder="Type to imagine"])',
        "css=div.tiptap",
        'css=form [contenteditable="true"]',
    ]


def test_what_has_no_role_is_found_by_its_words() -> None:
    assert ways("submit", Described(tag="div", words="Los, jetzt?"))[0] == r"text=/^Los, jetzt\?$/"


MENU = Described(
    tag="button",
    role="button",
    name="Make Video",
    attributes={"aria-haspopup": "menu", "type": "button"},
    icons=("lucide", "lucide-clapperboard"),
    number=2,
    alone=False,
    path=(Hook(tag="div", classes=("toolbar",)), Hook(tag="main")),
)
SUBMIT = Described(
    tag="button",
    role="button",
    name="Make video",
    attributes={"type": "button"},
    path=(Hook(tag="div", classes=("composer-area",)), Hook(tag="main")),
)
ENTRY = Described(
    tag="div",
    role="menuitem",
    name="Add Prompt",
    attributes={"role": "menuitem", "data-testid": "add-prompt"},
    icons=("lucide-pencil",),
    classes=("menu-entry",),
    number=2,
    alone=False,
    path=(Hook(tag="div", attributes={"role": "menu"}),),
)


def test_what_brings_the_composer_is_found_as_what_opens_a_menu_and_never_by_its_place() -> None:
    found = ways("opener", MENU)
    assert found[0] == "role=button name=/^Make Video$/ and css=[aria-haspopup]"
    assert "css=button:has(svg.lucide-clapperboard)[aria-haspopup]" in found
    assert all("[aria-haspopup]" in each and "nth-of-type" not in each for each in found)
    # Without a menu, the name may be enough.
    assert ways("opener", SUBMIT)[0] == "role=button name=/^Make video$/"


def test_an_entry_of_a_menu_is_found_by_its_name_or_its_marks_alone() -> None:
    """Neither its icon nor its place: in that there may be another one tomorrow."""
    assert ways("opener_item", ENTRY) == [
        "role=menuitem name=/^Add Prompt$/",
        'css=[data-testid="add-prompt"]',
    ]
    assert ways("opener_item", ENTRY.model_copy(update={"name": "", "attributes": {}})) == []


def test_the_opener_and_the_submit_are_kept_apart_though_their_names_are_the_same_to_a_pattern() -> None:
    """The plain name finds both; with what opens a menu, or does not, each finds its own."""
    submits = [each for each in candidates("submit", SUBMIT) if not may_find(each, "submit", MENU)]
    assert str(submits[0]) == "role=button name=/^Make video$/ and css=:not([aria-haspopup])"
    assert "role=button name=/^Make video$/" not in map(str, submits)
    openers = [each for each in candidates("opener", MENU) if not may_find(each, "opener", SUBMIT)]
    assert str(openers[0]) == ways("opener", MENU)[0]


def test_nothing_that_opens_a_menu_or_stands_in_one_makes_videos() -> None:
    assert opens_menu(MENU)
    assert opens_menu(ENTRY)
    assert not opens_menu(SUBMIT)


def test_a_way_that_goes_by_what_people_call_a_thing_is_told_from_one_by_how_it_is_built() -> None:
    """An id or a mark of something around it counts; a class, a part of the page or a place does not."""
    around = (Hook(tag="div", classes=("composer-area",)), Hook(tag="main", attributes={"id": "stage"}))
    box = Described(tag="div", editable=True, hint="Your idea", attributes={"contenteditable": "true"}, path=around)
    told = {str(each): goes_by_name(each, box) for each in candidates("prompt", box)}
    assert told['css=div:has([data-placeholder="Your idea"])']
    assert told['css=#stage [contenteditable="true"]']
    assert not told['css=div.composer-area [contenteditable="true"]']
    assert not told['css=main [contenteditable="true"]']
    assert not told["css=div.composer-area > div"]
    assert goes_by_name(next(candidates("submit", SUBMIT)), SUBMIT)
