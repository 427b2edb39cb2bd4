"""The packaged table on small pages: each control is found by what is known of it, and nothing else in its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.site.locators.table import packaged_table
from grokbatch.site.page.scripts import with_finder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from grokbatch.site.locators.table import ControlName

PAGES = dict(
    re.findall(
        r"<!-- (.+) -->\n((?:(?!<!--).*\n)+)", Path(__file__).with_name("table_pages.html").read_text("utf-8") + "\n"
    )
)
FIND = with_finder(
    "(table, finder) => Object.fromEntries(Object.entries(table.controls).map(([control, alternatives]) =>"
    " [control, finder.find(alternatives).elements.map(element => element.id)]))"
)

# What is where: by control the ids of what must be found on a page; of other controls nothing is said.
FOUND: dict[str, dict[str, list[str]]] = {
    "era A": {
        "prompt": ["prompt"],
        "submit": ["submit"],
        "options": ["options"],
        "progress": ["options"],
        "player": ["sd-video"],
        "more": ["more"],
        "download": ["download"],
        "thumbnails": ["thumb"],
        "moderated_tiles": ["blocked"],
        "loading_tiles": ["coming"],
        "redo": [],
        "login": [],
        "cancel": [],
    },
    "era B": {
        "prompt": ["prompt"],
        "submit": ["submit"],
        "mode": ["image", "video"],
        "generating": ["generating"],
        "progress": ["progress"],
        "cancel": ["cancel"],
    },
    "era C": {
        "prompt": ["prompt"],
        "submit": ["submit"],
        "more": ["more"],
        "thumbnails": ["old"],
        "player": [],
        "redo": [],
    },
    "era A's names on era B's composer": {"prompt": ["p"], "submit": ["s"]},
    "era C with a textarea in a language that nobody has told us the words of": {"prompt": ["p"], "submit": ["s"]},
    "an icon instead of Redo": {"redo": ["r"], "submit": []},
    "a search beside the composer, and a chat below": {"prompt": ["p"], "submit": ["s"]},
    "a gallery whose cards can be made videos of, too": {"prompt": ["p"], "submit": [], "download": [], "player": []},
    "the same gallery, and the button": {"submit": ["s"]},
    "a composer for pictures only": {"prompt": ["p"], "submit": []},
    "a form to write to support": {"prompt": [], "submit": []},
    "cookies and their own Cancel": {"cancel": [], "cookie_banner": ["no"], "submit": []},
    "a quota that is no progress": {"progress": []},
    "all that asks or offers": {
        "announcement": ["x"],
        "preference_question": ["skip"],
        "upsell": ["offer"],
        "login": ["login"],
    },
    "a menu of a video, and the question before it is deleted": {
        "upscale": ["up"],
        "delete": ["del"],
        "confirm": ["yes"],
        "dialogs": ["ask"],
        "hd_badge": ["hd"],
        "cancel": [],
    },
    # Then the rest of the page is hidden from all who go by names.
    "era A behind a dialog": {"prompt": ["prompt"], "submit": ["submit"], "dialogs": ["ask"], "notices": ["ask"]},
}
WORDS: dict[str, dict[ControlName, list[str]]] = {
    "es": {"submit": ["Crear video", "Crear vídeo", "Enviar"], "download": ["Descargar"]},
    "pt": {"submit": ["Fazer vídeo", "Enviar"], "download": ["Baixar"]},
    "vi": {"submit": ["Tạo video", "Gửi"], "download": ["Tải xuống"], "options": ["Tùy chọn Video"]},
    "zh": {"submit": ["生成视频"], "options": ["视频预设"], "more": ["更多选项"]},
    "ko": {"submit": ["제출"], "download": ["다운로드"]},
    "tr": {"submit": ["Gönder"]},
    "en": {
        "submit": ["Make video", "Create video", "Submit"],
        "redo": ["Redo", "Regenerate"],
        "more": ["Post actions"],
    },
}


@pytest.fixture(scope="module")
def page(demo_browser: Browser) -> Iterator[Page]:
    context = demo_browser.new_context()
    yield context.new_page()
    context.close()


def test_each_control_is_found_and_nothing_in_its_place(page: Page) -> None:
    """On pages of all eras, of mixed ones, and with things about that look alike."""
    assert PAGES.keys() == FOUND.keys()
    for name, html in PAGES.items():
        page.set_content(html)
        told = page.evaluate(FIND, packaged_table().for_page())
        assert {control: told[control] for control in FOUND[name]} == FOUND[name], name


def test_the_known_words_of_each_language_find_their_control(page: Page) -> None:
    """As a label and as a text, in a composer with another button beside it."""
    for controls in WORDS.values():
        for control, words in controls.items():
            for word in words:
                for button in (
                    f'<button id="it" aria-label="{word}">.</button>',
                    f'<button id="it"><b>{word}</b></button>',
                ):
                    page.set_content(f"<form><textarea></textarea><button>Other</button>{button}</form>")
                    assert page.evaluate(FIND, only(control))[control] == ["it"], word


def only(control: ControlName) -> dict[str, object]:
    return {"controls": {control: packaged_table().for_page()["controls"][control]}}
