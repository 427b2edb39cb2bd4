"""No form of a prompt survives redaction."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokbatch.site.evidence import clean_html
from grokbatch.site.redact import MARK, Redactor

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


def test_addresses_lose_their_queries() -> None:
    """Signatures in addresses do not get into the evidence."""
    text = clean_html('<video src="https://x.test/v.mp4?sig=s3cret&amp;e=1">', Redactor("a fox runs"))
    assert text is not None
    assert "s3cret" not in text
    assert "https://x.test/v.mp4" in text


def test_html_that_cannot_be_cleaned_is_not_kept() -> None:
    """A prompt that is spread over many elements is found, and the HTML dropped."""
    spread = "".join(f"<b>{letter}</b>" for letter in "a very red fox")
    assert clean_html(f"<p>{spread}</p>", Redactor("a very red fox")) is None
