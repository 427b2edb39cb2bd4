"""What was learned is put into a user's own table; what else stands there stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.site.learn.layer_writer import with_learned
from grokbatch.site.locators.layers import table_in_force
from grokbatch.site.locators.table import Alternative, packaged_table

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.site.learn.candidates import Part

BUTTON = Alternative(role="button", name='^Don\'t stop: "now" #1$')
BOX = Alternative(css="[data-testid='box'] > input", text=r"^\d{1,3}\s*%$")
PLAIN_BOX = Alternative(role="textbox", name="^Idea$", any_use=True)
LEARNED: dict[Part, tuple[Alternative, ...]] = {"submit": (BUTTON, BOX), "prompt": (PLAIN_BOX, BOX)}

COMMENTED = """\
# my own table
controls:
  # the button was renamed in spring
  submit:   # see the ticket
    # the old one
    - {role: button, name: '^make$'}
    - packaged

  player:
  - css: |
      main video
  # about players

texts:
  failed: [{text: 'ging schief'}]
# the end
"""
TABLES = {
    "nothing": "",
    "comments only": "# nothing yet\n",
    "texts only": "texts: {failed: [{text: 'ging schief'}]}\n",
    "an empty section": "controls:\ntexts:\n  failed: [{text: 'ging schief'}]\n",
    "comments and other controls": COMMENTED,
    "all on one line": "{controls: {submit: [{role: button, name: '^make$'}, packaged], player: [{css: main video}]}}",
    "a list on one line": "controls:\n  submit: [{role: button, name: '^make$'}, packaged]\n  player: [{css: video}]\n",
    "no packaged ones": "controls:\n    submit:\n      - css: a.go\n        text: go\n    player:\n    - css: video",
}


@pytest.mark.parametrize("name", TABLES)
def test_what_is_learned_comes_first_and_all_else_stays(tmp_path: Path, name: str) -> None:
    """The file reads back as the same table, with the learned entries in front."""
    file = tmp_path / "locators.yaml"
    file.write_text(TABLES[name], encoding="utf-8")
    before = table_in_force([file]).table
    written = with_learned(TABLES[name], LEARNED, "learned on Monday")
    file.write_text(written, encoding="utf-8")
    after = table_in_force([file]).table
    assert after.controls["submit"] == (BUTTON, BOX, *before.controls["submit"])
    assert after.controls["prompt"] == (PLAIN_BOX, BOX, *packaged_table().controls["prompt"])
    assert after.controls["player"] == before.controls["player"]
    assert after.texts == before.texts
    assert written.count("# learned on Monday") == 2


def test_comments_stay_where_they_are() -> None:
    """The lines of a file written by hand are all kept, in their order."""
    written = with_learned(COMMENTED, LEARNED, "learned on Monday").splitlines()
    left = iter(written)
    assert all(line in left for line in COMMENTED.splitlines())


def test_what_was_learned_before_is_not_written_twice() -> None:
    """Learning the same again changes nothing."""
    once = with_learned("", LEARNED, "learned on Monday")
    assert with_learned(once, LEARNED, "learned on Tuesday") == once


def test_only_what_serves_other_uses_too_is_marked_so() -> None:
    """An entry says what it says, and nothing of what it does not."""
    written = with_learned("", LEARNED, "learned on Monday")
    assert "    - {role: textbox, name: '^Idea$', any_use: true}\n" in written
    assert written.count("any_use") == 1
