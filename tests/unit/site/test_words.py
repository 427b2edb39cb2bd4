"""What the site looks like and says stands in the locator table, and nowhere in the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import grokbatch
from grokbatch.site.locators.table import packaged_table

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(grokbatch.__file__).parent
ROOMS = ("batch", "browser", "cli", "record", "review", "run", "site")
# The wall is a page of our own: its script finds its own parts.
OWN_PAGES = {"wall"}
CODE = sorted(
    path
    for room in ROOMS
    for path in (HOUSE / room).rglob("*")
    if path.suffix in {".py", ".js"} and path.parent.name not in OWN_PAGES
)

COMMENT = re.compile(r"^\s*//[^\n]*|\s// [^\n]*|/\*[\s\S]*?\*/", re.MULTILINE)
JS_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`')
# A selector for an attribute that sites word as they like, with a value.
WORDED = re.compile(
    r"""\[\s*(?:aria-label|alt|placeholder|title|href|src|class|id|name|data-[\w-]+)\s*[~|^$*]?=\s*["']?[\w/]"""
)
# HTML's and ARIA's own words, and what any page may say.
_COMMON = """
    true false i menu dialog alert alertdialog radio radiogroup textbox search button option tab status listbox
    listitem gridcell menuitem menuitemradio assertive password submit main progressbar navigation group video image
    span div button label select form link close dismiss error upgrade skip login enter create delete download cancel
    redo image agent custom normal fun spicy options settings hd generating creating making rendering moderated
    loading cookie sign-in
"""
COMMON = frozenset(_COMMON.split())
# What we say ourselves, to people.
OURS = {"sign in", "page is out of date"}


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts in a program, without those that only explain it."""
    source = path.read_text("utf-8")
    if path.suffix == ".js":
        source = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source)
        for found in JS_LITERAL.finditer(source):
            yield source.count("\n", 0, found.start()) + 1, next(filter(None, found.groups()), "")
        return
    tree = ast.parse(source)
    explaining = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in explaining:
            yield node.lineno, node.value


def marks() -> set[str]:
    """Return the classes, ids and attribute values of the packaged selectors."""
    found: set[str] = set()
    for alternatives in packaged_table().controls.values():
        for css in (each.css for each in alternatives if each.css):
            values = re.findall(r'=["\']([^"\']+)["\']', css)
            bare = re.sub(r'["\'][^"\']*["\']', "", css)
            found |= {*values, *re.findall(r"[.#]([A-Za-z][\w-]*)", bare)}
    return {mark.lower() for mark in found if mark.lower() not in COMMON}


def phrases() -> set[str]:
    """Return what the packaged patterns recognise word for word, if it is more than a common word."""
    table = packaged_table()
    patterns = [each.name or each.text for alternatives in table.controls.values() for each in alternatives]
    patterns += [each.text for texts in table.texts.values() for each in texts if "(" not in each.text]
    words = {part.strip(" ^$") for pattern in filter(None, patterns) for part in re.split(r"[|()]", pattern)}
    return {word.lower() for word in words if re.fullmatch(r"[^\W\d_]+([ '-][^\W\d_]+)+", word)} - OURS


def any_of(words: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(words)))


def test_the_table_is_told_apart_from_common_words() -> None:
    """The check below looks for these, so they must be among what it takes from the table."""
    assert {"tiptap", "lucide-play", "sd-video", "onetrust-banner-sdk", "make video", "thumbnail"} <= marks()
    assert {"more options", "too many requests", "content moderated"} <= phrases()


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_no_selector_and_no_text_of_the_site_stands_in_the_code(path: Path) -> None:
    """Neither a class, id or label of the packaged selectors, nor a text that a pattern is made for."""
    known = any_of(marks() | {"lucide", "sonner", "onetrust"})
    said = any_of(phrases())
    for line, text in literals(path):
        where = f"{path.name}:{line}: {text[:80]!r}"
        assert not known.search(text.lower()), where
        assert not WORDED.search(text), where
        if path.relative_to(HOUSE).parts[0] == "site":
            assert not said.search(text.lower()), where
