"""What a look at the page tells, and what is not missed between two looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.site.locators.table import packaged_table
from grokbatch.site.page.watcher import Watch, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

SAYS = """(text) => new Promise((gone) => {
  const notice = document.createElement("div");
  notice.setAttribute("role", "alert");
  notice.textContent = text;
  document.body.append(notice);
  setTimeout(() => { notice.remove(); setTimeout(gone, 50); }, 100);
})"""


@pytest.fixture
def watch(demo_browser: Browser) -> Iterator[Watch]:
    context = demo_browser.new_context()
    page = context.new_page()
    page.set_content("<textarea></textarea>")
    yield Watch(page, packaged_table(), "a quiet sea")
    context.close()


def test_the_signature_is_all_that_was_seen(watch: Watch) -> None:
    seen = watch.now()
    assert seen.signature
    assert type(seen).of(seen.signature) == seen
    assert watch.until_change(seen.signature, 0.05) == seen


def test_a_text_that_comes_and_goes_while_nobody_asks_is_counted(watch: Watch) -> None:
    assert watch.now().notices == {}
    watch.page.evaluate(SAYS, "Too many requests")
    watch.page.evaluate(SAYS, "Try again later")
    assert watch.now().notices == {"Too many requests": 1, "Try again later": 1}


def test_the_same_holds_while_the_choices_of_an_option_are_watched(watch: Watch) -> None:
    choosing = Watch(watch.page, watch.table, watch.prompt, choices=("mode",))
    choosing.now()
    watch.page.evaluate(SAYS, "Too many requests")
    assert watch.now().notices == {"Too many requests": 1}


def test_an_answer_arrives_whole_whatever_it_holds(watch: Watch) -> None:
    said = {"text": '日本 🎬 \u2028 "quoted" \\ line\nbreak', "long": "ä" * 500_000, "nothing": None, "list": [1, 2.5]}
    assert ask(watch.page, "(said) => said", said, 10_000) == said
    assert ask(watch.page, "async (said) => said", {}, 10_000) == {}
