"""Prompts are compared as a reader would: formatting and signs aside, but word for word."""

# ruff: noqa: RUF001 - the signs that look alike are what this is about
from __future__ import annotations

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grokbatch.site.api.prompt_text import carried_by, fold, is_same, unflagged

few = settings(max_examples=150, deadline=None)
MARKED = st.text(alphabet="ab1 .-*_#>`~\\'\"\n[]()<…—“’»•½²é\u0301\u200b\u00a0\ufe31\u2028👩\u200d🚀", max_size=40)
TEXTS = st.one_of(st.text(max_size=60), MARKED)
WORDS = st.lists(st.text(alphabet="abcXYZäß日本語ñ한0123456789", min_size=1, max_size=6), min_size=1, max_size=6)
PROMPTS = WORDS.map(" ".join)
INVISIBLE = st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u034f\ufe0f\u061c\u2063\x00")
SPACES = st.sampled_from(
    [" ", "  ", "\t", "\n", "\r\n", *"\u00a0\u2002\u2003\u2009\u202f\u205f\u3000\u2028\u2800\u3164"]
)


def same(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert is_same(one, other)
    assert carried_by(one, ["something else", other])


SAME: list[tuple[str, str]] = [
    *(("a cat - it sits", f"a cat {dash} it sits") for dash in "‐‑‒–—―−－"),
    ("a cat -- it sits", "a cat — it sits"),
    *(('say "hello" to it', f"say {left}hello{right} to it") for left, right in ("“”", "„“", "«»", "＂＂", "「」")),
    *(("it's a cat", f"it{sign}s a cat") for sign in "‘’‛′´ʼ＇"),
    *(("wait...", f"wait{dots}") for dots in ("…", "⋯", "..", "....")),
    ("a -> b", "a → b"),
    ("5' tall, 2\" wide", "5′ tall, 2″ wide"),
    ("cafe\u0301 über", "caf\u00e9 u\u0308ber"),
    ("fine ABC", "ﬁne ＡＢＣ"),
    ("1. a cat\n2. a dog", "a cat\na dog"),
    ("1. a cat\n2. a dog", "a cat a dog"),
    ("1. a cat\n2. a dog", "1. a cat 2. a dog"),
    ("- a cat\n- a dog", "• a cat\n• a dog"),
    ("- a cat", "* a cat"),
    ("# Scene\nA cat", "Scene\n\nA cat"),
    ("### Scene", "Scene"),
    ("> a cat", "a cat"),
    ("[ ] a cat", "a cat"),
    ("a **big** cat", "a big cat"),
    ("a *big* cat", "a big cat"),
    ("a ***big*** and __tall__ _cat_", "a big and tall cat"),
    ("a **big *red* cat**", "a big red cat"),
    ("a ~~small~~ `big` cat", "a small big cat"),
    ("a *big* cat", "a \\*big\\* cat"),
    ("*a\nb*", "a b"),
    ("@anna waves", "@anna\u00a0waves"),
    ("2*3 tiles, 10 x 5", "2×3 tiles, 10 × 5"),
    ("x^2 and 1/2 (c)", "x² and ½ ©"),
    ("❤️ heart", "❤ heart"),
    ("a cat", "\ufeffa cat\u200b"),
    ("a  cat\n\nsits ", "a cat sits"),
    ("- - -", "– – –"),
]

OTHER: list[tuple[str, str]] = [
    ("a cat", "A cat"),
    ("a cat", "a cat sits"),
    ("a cat sits", "a cat"),
    ("a cat", "a  ca t"),
    ("a cat", "cat"),
    ("a cat", "a cat."),
    ("a cat", "@a cat"),
    ("@anna waves", "anna waves"),
    ("a cat-like thing", "a cat like thing"),
    ("scene 1. a cat", "scene a cat"),
    ("2*3*4", "234"),
    ("snake_case_name", "snakecasename"),
    ("x2", "x²"),
    ("a cat", ""),
    ("-", "#"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_sites_and_editors_change_makes_no_other_prompt(one: str, other: str) -> None:
    """Signs, spaces, accents and marks of formatting are one form each."""
    assert is_same(one, other)
    assert is_same(other, one)
    assert carried_by(one, ["something else", other])


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_text_is_another_prompt(one: str, other: str) -> None:
    """Case, words and their order count, and so do punctuation and mentions."""
    assert not is_same(one, other)
    assert not carried_by(one, [other])
    assert not carried_by(other, [one])


@few
@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    """What is folded stays as it is."""
    assert fold(fold(text)) == fold(text)


@few
@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), INVISIBLE), max_size=5))
def test_signs_of_no_width_make_no_difference(text: str, inserted: list[tuple[int, str]]) -> None:
    """Wherever they stand."""
    changed = text
    for at, sign in inserted:
        changed = changed[: at % (len(changed) + 1)] + sign + changed[at % (len(changed) + 1) :]
    assert fold(changed) == fold(text)


@few
@given(WORDS, st.data())
def test_every_kind_of_space_is_one(words: list[str], data: st.DataObject) -> None:
    """Between words and around them."""
    changed = "".join(word + data.draw(SPACES) for word in words)
    same(" ".join(words), data.draw(SPACES) + changed)


@few
@given(PROMPTS, PROMPTS)
def test_distinct_prompts_stay_distinct(one: str, other: str) -> None:
    """Folding loses no word, and not the case of one either."""
    assume(one != other)
    assert fold(one) != fold(other)
    assert not is_same(one, other)
    assert not carried_by(one, [other])


@few
@given(PROMPTS, PROMPTS)
def test_the_beginning_or_a_part_of_another_prompt_is_never_it(one: str, other: str) -> None:
    """Neither way round, with flags or without."""
    for longer in (f"{one} {other}", f"{other} {one}", f"{other}, {one}, {other}", f"{one}\n{other}"):
        assert not carried_by(one, [longer, f"{longer} --mode=custom"])
        assert not carried_by(longer, [one, f"{one} --mode=custom"])


@pytest.mark.parametrize(
    "sent",
    [
        "a cat --mode=custom",
        "a cat --mode=extremely-spicy-or-crazy",
        "a cat  --mode=custom \n",
        "a cat\n--mode=custom --ratio=16:9",
        "a cat —mode=custom",
    ],
)
def test_flags_behind_a_prompt_are_not_the_prompts(sent: str) -> None:
    """The site adds them itself."""
    assert carried_by("a cat", [sent])
    assert not carried_by("a dog", [sent])


def test_flags_that_a_prompt_ends_with_are_its_own() -> None:
    """A site adds each flag once, so that two prompts that differ by one stay two."""
    assert carried_by("a cat --mode=fun", ["a cat --mode=fun --mode=custom"])
    assert not carried_by("a cat", ["a cat --mode=fun --mode=custom"])
    assert not carried_by("a cat", ["a cat --slow", "a cat - slowly", "a cat--mode=custom"])
    assert [*unflagged("--mode=normal")] == ["--mode=normal", ""]


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\n\u3000"])
def test_no_prompt_is_carried_by_nothing(nothing: str) -> None:
    """An empty prompt is never found, not even in an empty text."""
    assert not carried_by(nothing, [nothing, "", "--mode=normal"])


@pytest.mark.parametrize(
    "text",
    [
        "*a " * 20_000,
        "**" * 20_000,
        "_" * 40_000,
        "- " * 20_000,
        "\n- x" * 10_000,
        "`" * 40_000,
        " --a=b" * 8_000,
        "1. " * 9_000,
    ],
    ids=lambda text: text[:6],
)
def test_long_texts_full_of_marks_take_no_time(text: str) -> None:
    """The longest prompt that anybody could write is folded at once."""
    began = time.process_time()
    assert carried_by(text, [text])
    assert time.process_time() - began < 3
