"""No form of a prompt survives redaction."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grokbatch.site.evidence.redactor import MARK, Redactor
from grokbatch.site.evidence.sanitize import clean_address, clean_html, clean_line, clean_text, clean_tree

if TYPE_CHECKING:
    from collections.abc import Callable

PROMPT = 'A "red" <fox> & Müller\'s hen\nrun over the frozen lake'
FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "html": html.escape,
    "html text": lambda text: html.escape(text, quote=False),
    "json": json.dumps,
    "json utf-8": lambda text: json.dumps(text, ensure_ascii=False),
    "url": quote,
    "form": quote_plus,
    "repr": repr,
    "one line": lambda text: " ".join(text.split()),
    "line breaks": lambda text: html.escape(text).replace("\n", "<br>"),
    "capitals": str.upper,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_prompt_is_taken_out(form: str) -> None:
    """Escaped for HTML, JSON or addresses, wrapped or shouted: it is gone, and the rest stays."""
    text = Redactor(PROMPT).text(f"before {FORMS[form](PROMPT)} after")
    assert "fox" not in text.lower()
    assert "lake" not in text.lower()
    assert text.startswith("before")
    assert text.endswith("after")


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=4, max_size=60))
def test_any_prompt_is_taken_out_of_html(prompt: str) -> None:
    """Whatever the prompt is made of, escaped HTML that holds it does not after cleaning."""
    cleaned = clean_html(f"<p>{html.escape(prompt)}</p>", Redactor(prompt))
    assert cleaned is None or html.escape(prompt) not in cleaned


def test_a_short_prompt_does_not_tear_up_the_text() -> None:
    """A prompt of one letter is only taken out where it stands alone."""
    assert Redactor("a").text("a cat: cats are a must") == f"{MARK} cat: cats are {MARK} must"


@pytest.mark.parametrize("cut", [slice(0, 30), slice(20, 50), slice(8, None)], ids=["begin", "middle", "end"])
def test_a_part_of_the_prompt_is_taken_out_too(cut: slice) -> None:
    """Titles, toasts and consoles cut long texts; what is left of the prompt is gone as well."""
    text = Redactor(PROMPT).text(f"1: {PROMPT[cut]}… 2 more")
    assert not [word for word in ("fox", "Müller", "hen", "run", "frozen", "lake") if word in text]
    assert text.startswith("1: ")
    assert text.endswith("… 2 more")


def test_a_part_of_a_prompt_without_spaces_is_taken_out() -> None:
    """Some languages put much into few signs."""
    text = Redactor("一只红色的狐狸在雪地上奔跑月亮升起来了").text("标题 红色的狐狸在雪地…")
    assert "狐狸" not in text
    assert text.startswith("标题")


def test_prompts_of_other_videos_and_cookies_are_taken_out() -> None:
    """A page that served two batches may still show the other one's prompt, and a page may print its session."""
    redactor = Redactor("a red fox runs over ice", ("two blue hens swim in milk",), ("abc=def/ghi+jkl",))
    text = redactor.text("TWO BLUE hens swim in milk; abc=def/ghi+jkl; abc%3Ddef%2Fghi%2Bjkl")
    assert text == f"{MARK}; [cookie]; [cookie]"


def test_addresses_lose_their_queries() -> None:
    """Signatures in addresses do not get into the evidence."""
    text = clean_html('<video src="https://x.test/v.mp4?sig=s3cret&amp;e=1">', Redactor("a fox runs"))
    assert text is not None
    assert "s3cret" not in text
    assert "https://x.test/v.mp4" in text


ADDRESSES = {
    "see https://x.test/a/b?sig=1#f now": "see https://x.test/a/b?… now",
    "/callback#access_token=1": "/callback#…",
    "?conversation=1": "?…",
    "clip.mp4?sig=1": "clip.mp4?…",
    'url("data:image/png;base64,iVBORw0/KGgo+A==")': 'url("data:…")',
    "Really? A #1 and/or #fff; it&#39;s": "Really? A #1 and/or #fff; it&#39;s",
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses_in_a_text_lose_queries_and_fragments_and_other_text_nothing(text: str) -> None:
    """What lets one in goes; what only looks a little like it stays."""
    assert clean_text(text, Redactor("a fox runs")) == ADDRESSES[text]


def test_an_address_is_kept_without_its_query_its_user_and_the_prompt() -> None:
    """A requests list says where, and nothing more."""
    redactor = Redactor("a red fox runs over ice")
    assert clean_address("https://me:pw@x.test/p/a%20red%20fox%20runs%20over%20ice/?q=1#f", redactor) == (
        f"https://x.test/p/{MARK}/"
    )
    assert clean_address("blob:https://x.test/1-2", redactor) == "blob:…"


def test_what_stands_in_boxes_is_not_in_the_accessibility_tree() -> None:
    """Names, states and hints of boxes stay; their contents, nested ones too, go."""
    tree = """- main:
  - textbox "Make: a \\"video\\"" [active]: my diary
  - 'textbox "It: is"': my diary
  - textbox:
    - /placeholder: Type
    - paragraph: my diary
  - combobox "Length": my diary
    - option "6s" [selected]
  - button "Go": my text"""
    cleaned = clean_tree(tree.replace("\\\\", "\\"), Redactor("a fox runs"))
    assert "diary" not in cleaned
    assert [line.strip() for line in cleaned.splitlines()][1:4] == [
        '- textbox "Make: a \\"video\\"" [active]:',
        "- 'textbox \"It: is\"':",
        "- textbox:",
    ]
    assert all(kept in cleaned for kept in ("/placeholder: Type", 'option "6s" [selected]', '- button "Go": my text'))


def test_a_line_that_is_too_long_is_left_out_whole() -> None:
    """Half of it could hold half of something that is recognised only whole."""
    assert clean_line("x" * 5000, Redactor("a fox runs")) == "[5000 characters, left out]"


def test_html_that_cannot_be_cleaned_is_not_kept() -> None:
    """A prompt that is spread over many elements is found, and the HTML dropped."""
    spread = "".join(f"<b>{letter}</b>" for letter in "a very red fox")
    assert clean_html(f"<p>{spread}</p>", Redactor("a very red fox")) is None


LETTERS = st.characters(exclude_categories=("C", "Z"))
# Letters that become others in capitals are written in capitals by nobody.
AS_WRITTEN = st.sampled_from([form for name, form in FORMS.items() if name != "capitals"])


@given(st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=2, max_size=9), AS_WRITTEN)
@example(["12İ", "fox"], FORMS["json"])
def test_a_prompt_is_found_in_any_form_beside_other_prompts(words: list[str], form: Callable[[str], str]) -> None:
    """Only what a text may hold is looked for in it; nothing that it holds may be overlooked."""
    prompt = " ".join(words)
    redactor = Redactor("slow pan over the hills", ("a river at night", prompt))
    assert redactor.holds_prompt(f"it says ({form(prompt)})")


def test_prompts_of_five_hundred_videos_are_told_apart() -> None:
    others = tuple(f"slow pan over hill number {number} in the morning" for number in range(500))
    redactor = Redactor("a river at night", others)
    assert redactor.text(f"unsafe: {others[321]}!") == f"unsafe: {MARK}!"
    assert redactor.text("slow pan, hills") == "slow pan, hills"
