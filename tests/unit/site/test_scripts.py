"""The scripts that are sent into a page carry no comments, and lose nothing else by that."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from grokbatch.javascript import without_comments
from grokbatch.site.page.scripts import PAGE, script

PACKAGES = (
    PAGE,
    "grokbatch.site.actions",
    "grokbatch.site.evidence",
    "grokbatch.site.learn",
    "grokbatch.review.wall",
)
SCRIPTS = [
    (package, path.name)
    for package in (
        PAGE,
        "grokbatch.site.actions",
        "grokbatch.site.evidence",
        "grokbatch.site.learn",
        "grokbatch.review.wall",
    )
    for path in files(package).iterdir()
    if path.name.endswith(".js")
]
TEMPLATE = re.compile(r"`(?:[^`\\]|\\.)*`", re.DOTALL)
COMMENT_LINE = re.compile(r"^\s*(?://|/\*|\*)", re.MULTILINE)

PROGRAM = r"""
const address = "https://example.com/a"; // the rest of a line stays
const both = ["// no comment", '/* nor this */', `/** nor ${"this"} */`];
const slashes = /^\/\/[^/]*\/\*\*/.exec(address) ?? /[/*]*/;
const cast = /** @type {string} */ (both[0]);
/** @type {string} */ const here = cast;
const sum = 1 /
  2;
"""


def test_comments_on_lines_of_their_own_are_left_out() -> None:
    """What a line or a block says of the program does not travel with it."""
    text = "// one\n  // two\n/** @type {A} */\na();\n  /**\n   * @param {B} b\n   */\n  b();\n/** c */ c();\n"
    assert without_comments(text) == "a();\n  b();\n/** c */ c();\n"


def test_what_only_looks_like_a_comment_stays() -> None:
    """Texts, patterns and casts are a part of the program."""
    assert without_comments(PROGRAM) == PROGRAM


@pytest.mark.parametrize(("package", "name"), SCRIPTS)
def test_no_script_loses_a_part_of_a_text(package: str, name: str) -> None:
    """No text of several lines has a line that would be taken for a comment."""
    whole = files(package).joinpath(name).read_text("utf-8")
    sent = script(name, package)
    code = [line for line in whole.splitlines() if not COMMENT_LINE.match(line)]
    assert sent.splitlines() == code
    assert not any(COMMENT_LINE.search(found) for found in TEMPLATE.findall(sent))
