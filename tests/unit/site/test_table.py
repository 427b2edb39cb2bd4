"""The table of locators is data that is checked before anything is done with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import grokbatch.site
from grokbatch.site.locators.table import LocatorTable, packaged_table, read_table

SITE = Path(grokbatch.site.__file__).parent


def test_the_packaged_table_is_complete_and_knows_all_eras_and_languages() -> None:
    """Every control has alternatives; eras A to D and the known languages are among them."""
    table = packaged_table()
    alternatives = [each for group in table.controls.values() for each in group]
    assert all(table.controls.values())
    assert {each.era for each in alternatives} >= {"A", "B", "C", "D"}
    assert {each.language for each in alternatives} >= {"en", "es", "pt", "vi", "zh", "ko", "tr"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"controls": {"prompt": [{"role": "textbox"}]}}, "role and name belong together"),
        ({"controls": {"prompt": [{"role": "form", "name": "y", "label": "x"}]}}, "exclude each other"),
        ({"controls": {"prompt": [{"text": "x", "label": "x"}]}}, "text goes with css"),
        ({"controls": {"prompt": [{"era": "A"}]}}, "or label, or css, or text"),
        (
            {"controls": {"prompt": [{"role": "buton", "name": "x"}]}},
            "buton is not a role of WAI-ARIA, did you mean button",
        ),
        ({"controls": {"prompt": [{"css": "form >> button"}]}}, ">> is not CSS"),
        ({"controls": {"prompt": [{"css": "a[href='x"}]}}, "a quote or a bracket is left open"),
        ({"controls": {"prompt": [{"text": "(?P<x>y)"}]}}, "known to Python only"),
        ({"controls": {"prompt": [{"text": "("}]}}, "not a regular expression"),
        ({"controls": {"prmopt": [{"css": "p"}]}}, "prmopt"),
        ({"controls": {"prompt": [{"css": "p", "colour": "red"}]}}, "colour"),
        ({"controls": {"prompt": [{"css": "p"}]}}, "missing"),
    ],
)
def test_a_faulty_table_says_what_is_wrong(change: dict[str, object], said: str) -> None:
    """Unknown keys, half an alternative, a broken pattern and missing controls are named."""
    raw = yaml.safe_load((SITE / "locators" / "locators.yaml").read_text("utf-8"))
    with pytest.raises(ValueError, match=said):
        LocatorTable.model_validate(raw | change)


def test_text_that_is_no_yaml_is_a_value_error() -> None:
    """A table that cannot even be parsed is reported like any other fault."""
    with pytest.raises(ValueError, match="not YAML"):
        read_table("controls: [")


@pytest.mark.parametrize(
    "text",
    [
        "Rate limit reached",
        "Image limit reached\nUpgrade to unlock more",
        "You have 3 videos before limit is gone. Wait or upgrade to SuperGrok.",
        "Too many requests, please try again later",
        "You have exceeded: quota exceeded",
        "Maximum number of videos reached",
        "Your DAILY LIMIT is used up",
    ],
)
def test_texts_of_limits_are_recognised(text: str) -> None:
    """Each wording that is known to mean a limit means one."""
    assert packaged_table().is_limit(text)


@pytest.mark.parametrize(
    "text",
    ["Upgrade to SuperGrok", "Upgrade for higher rate limits", "Get more: higher video limits", "No limits"],
)
def test_offers_are_no_limits(text: str) -> None:
    """A passive offer to upgrade decides nothing, even when it speaks of limits."""
    assert not packaged_table().is_limit(text)
