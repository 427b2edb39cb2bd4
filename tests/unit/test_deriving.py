"""Ways of finding an element again: what a person reads first, and never what a build tool made up."""

from __future__ import annotations

import pytest

from grokbatch.site.deriving import candidates, is_lasting_class, is_lasting_id, is_lasting_name
from grokbatch.site.described import Described, Hook


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
    assert found[:3] == [
        "role=button name=/^Los!$/",
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
