"""The prompt syntax: what each construct becomes, and how each mistake is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokbatch.batch.prompts.expansion import Vocabulary, expand
from grokbatch.batch.prompts.parser import PromptSyntaxError, Slip, parse

KNOWN = Vocabulary(
    axes={"camera": ["slow", "fast"], "light": ["dawn", "noon", "dusk"], "one": ["only"]},
    words={"season": ["spring", "late summer"], "a-b_c": ["{x|y}", "__season__"]},
)


def texts(prompt: str) -> list[str]:
    return [variant.text for variant in expand(parse(prompt), KNOWN)]


@pytest.mark.parametrize(
    "prompt",
    [
        "A red kite.",
        "two  spaces, a\ttab,\nand  a line",
        "either | or, 3::4, 5$$6, $$ and a_b and __ and ____ and a__b",
        "a \\ b \\n \\",
        "ünï 🪁",
    ],
)
def test_a_prompt_without_syntax_is_left_as_it_stands(prompt: str) -> None:
    assert texts(prompt) == [prompt]


CONSTRUCTS = {
    # choices
    "{slow|fast} pan": ["slow pan", "fast pan"],
    "{a|b}{c|d}": ["ac", "ad", "bc", "bd"],
    "{a|{b|c} d}": ["a", "b d", "c d"],
    "{{a|b}|c}": ["a", "b", "c"],
    "{a|b|a}": ["a", "b"],
    "{ a | b }c": ["a c", "b c"],
    "{|very }slow": ["slow", "very slow"],
    "a {|very} slow": ["a slow", "a very slow"],
    "{x|}": ["x", ""],
    "one {a|b}  two\n  three": ["one a two\n three", "one b two\n three"],
    # weights only matter for a draw
    "{a::3|b}": ["a", "b"],
    "{3::a|b::0.5}": ["a", "b"],
    "{a ::3 | b}": ["a", "b"],
    "{3::4|b}": ["3", "b"],
    # several of them
    "{2$$a|b|c}": ["a, b", "a, c", "b, c"],
    "{1-2$$a|b}": ["a", "b", "a, b"],
    "{2$$ and $$a|b|c}": ["a and b", "a and c", "b and c"],
    "{1-2$$ and $$ a | b }": ["a", "b", "a and b"],
    "{0-1$$a|b} c": ["c", "a c", "b c"],
    "{2$$a|{b|c}}": ["a, b", "a, c"],
    "{2$$$$a|b}": ["ab"],
    "{1$$a}": ["a"],
    "{2$$a::2|b|c}": ["a, b", "a, c", "b, c"],
    # axes
    "{camera} pan": ["slow pan", "fast pan"],
    "{ camera } pan": ["slow pan", "fast pan"],
    "{camera} and {camera}": ["slow and slow", "fast and fast"],
    "{camera} at {light}": [
        f"{camera} at {light}" for camera in ("slow", "fast") for light in ("dawn", "noon", "dusk")
    ],
    "{{camera} pan|still}": ["slow pan", "still", "fast pan"],
    # word lists, taken as they stand
    "in __season__.": ["in spring.", "in late summer."],
    "__season__ __season__": [
        "spring spring",
        "spring late summer",
        "late summer spring",
        "late summer late summer",
    ],
    "__a-b_c__": ["{x|y}", "__season__"],
    "{in __season__|now}": ["in spring", "in late summer", "now"],
    # the signs themselves
    "\\{a\\|b\\}": ["{a|b}"],
    "{a\\|b|c}": ["a|b", "c"],
    "\\__season_\\_": ["__season__"],
    "{a\\:\\:3|b}": ["a::3", "b"],
    "{2\\$\\$a|b}": ["2$$a", "b"],
    "\\\\{a|b}": ["\\a", "\\b"],
    "\\# 1": ["# 1"],
    "{a|b} | c": ["a | c", "b | c"],
}


@pytest.mark.parametrize("prompt", CONSTRUCTS)
def test_each_construct_becomes_exactly_these_texts(prompt: str) -> None:
    assert texts(prompt) == CONSTRUCTS[prompt]


def test_a_variant_says_which_axes_it_mentions_and_no_others() -> None:
    told = [variant.axes for variant in expand(parse("{{camera} pan|still} at {light}"), KNOWN)]
    assert told[:2] == [(("camera", "slow"), ("light", "dawn")), (("light", "dawn"),)]
    assert len(told) == len(set(told)) == 9


NEVER_OPENED = "a } without its {: for a literal brace, write \\}"
NEVER_CLOSED = "a { without its }: for a literal brace, write \\{"
SINGLE = "braces around a single text choose nothing: for literal braces, write \\{ and \\}"
DOLLARS = "$$ needs a number before it, as in {2$$a|b|c}: for literal signs, write \\$\\$"
COLONS = ":: needs a weight beside it, as in {a::3|b}: for literal colons, write \\:\\:"
FAULTS = {
    "a } b": (NEVER_OPENED, 2),
    "{a|b}}": (NEVER_OPENED, 5),
    "a {b|c": (NEVER_CLOSED, 2),
    "{a|{b}": (NEVER_CLOSED, 0),
    "see {a red fox}": (SINGLE, 4),
    "{}": (SINGLE, 0),
    "{{a|b}}": (SINGLE, 0),
    "{a::2}": (SINGLE, 0),
    "${x=1}": (SINGLE, 1),
    "{3$$a|b}": ("asks for 3 of 2 options", 0),
    "{1-3$$a|b}": ("asks for 3 of 2 options", 0),
    "{2-1$$a|b}": ("asks for at least 2 and at most 1 options", 0),
    "{0$$a|b}": ("asks for at least 0 and at most 0 options", 0),
    "{2-$$a|b}": (DOLLARS, 3),
    "{a|b $$ c}": (DOLLARS, 5),
    "{a::b|c}": (COLONS, 2),
    "{a|b::}": (COLONS, 4),
    "{a::0|b}": ("a weight must be more than 0", 4),
    "{1::a::2|b}": ("an option has one weight: for literal colons, write \\:\\:", 5),
    "a __colors/warm__ b": (
        "a word list has a name of letters, digits, - and _: for a literal _, write \\_",
        2,
    ),
    "{" * 21 + "a|b" + "}" * 21: ("is nested too deeply", 20),
}


@pytest.mark.parametrize("prompt", FAULTS)
def test_each_mistake_is_told_with_its_place_and_what_to_write_instead(prompt: str) -> None:
    with pytest.raises(PromptSyntaxError) as caught:
        parse(prompt)
    assert caught.value.slips == (Slip(*FAULTS[prompt]),)
    assert str(caught.value) == FAULTS[prompt][0]


def test_all_mistakes_of_a_prompt_are_told_in_their_order() -> None:
    """Up to a brace that never closes: what is behind it may belong to it or not."""
    prompt = "{one} and {3$$a|b::x} } with __a/b__ {2-1$$a|{b}} or {c|d __a/b__"
    with pytest.raises(PromptSyntaxError) as caught:
        parse(prompt)
    assert [slip.at for slip in caught.value.slips] == [10, 17, 22, 29, 37, 53, 58]


@pytest.mark.parametrize(("prompt", "places"), [("}}{|}{3$$}", [0, 1, 5]), ("{{{", [2]), ("{a::1::2::3|$$}", [5, 12])])
def test_what_is_wrong_is_told_once(prompt: str, places: list[int]) -> None:
    with pytest.raises(PromptSyntaxError) as caught:
        parse(prompt)
    assert [slip.at for slip in caught.value.slips] == places


PIECES = st.lists(
    st.sampled_from(["{", "}", "|", "$$", "::", "__", "\\", "2", "1-2", "a", " ", "camera", "season", ", ", "é", "\n"]),
    max_size=30,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(prompt=PIECES | st.text(max_size=60))
def test_any_text_is_a_prompt_or_refused_without_repeating_it(prompt: str) -> None:
    try:
        told = repr(parse(prompt))
    except PromptSyntaxError as error:
        told = repr((error, [slip.at if slip.at <= len(prompt) else "season" for slip in error.slips]))
    assert "season" not in told


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40))
def test_every_text_can_be_said_with_escapes(text: str) -> None:
    written = "".join(f"\\{sign}" if sign in "{}|_\\$:#" else sign for sign in text)
    assert texts(written) == [text.strip()]
