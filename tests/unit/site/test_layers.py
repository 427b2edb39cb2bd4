"""A user's own locators: laid over the packaged ones, and refused with all that is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.model.errors import BatchError
from grokbatch.site.locators.layers import table_in_force, table_of
from grokbatch.site.locators.table import packaged_table

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str, name: str = "locators.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_list_replaces_the_one_below_and_packaged_stands_for_it(tmp_path: Path) -> None:
    """The last file is on top; what it does not name stays; each entry knows its file."""
    mine = written(
        tmp_path,
        "# mine\nversion: 1\ncontrols:\n  submit:\n    - {role: button, name: '^erzeugen$'}\n    - packaged\n"
        "  download: [{css: 'a.get'}]\ntexts:\n  failed: [{text: 'ging schief'}, packaged]\npaths:\n  post: ['^/p/']\n",
    )
    batchs = written(tmp_path, "controls: {submit: [{label: go}, packaged]}", "batch.yaml")
    force = table_in_force([mine, batchs])
    packaged = packaged_table()
    assert [str(each) for each in force.table.controls["submit"][:2]] == [
        "label=/go/",
        "role=button name=/^erzeugen$/",
    ]
    assert force.table.controls["submit"][2:] == packaged.controls["submit"]
    assert set(force.origins["controls", "submit"][2:]) == {"packaged"}
    assert [name.rpartition("/")[2] for name in force.origins["controls", "submit"][:2]] == [
        "batch.yaml",
        "locators.yaml",
    ]
    assert [str(each) for each in force.table.controls["download"]] == ["css=a.get"]
    assert force.table.controls["prompt"] == packaged.controls["prompt"]
    assert force.table.matches("failed", "Das ging schief")
    assert force.table.matches("failed", "something went wrong")
    assert force.table.paths["post"] == ("^/p/",)
    assert table_of(force.plain) == force.table


def test_without_files_it_is_the_packaged_table(tmp_path: Path) -> None:
    """Nothing is sent to the workers then; a file of comments changes nothing, either."""
    assert table_in_force([]).plain == ""
    assert table_of("") == packaged_table()
    assert table_in_force([written(tmp_path, "# nothing yet\n")]).table == packaged_table()


FAULTS = r"""version: 2
controls:
  sumbit: [packaged]
  prompt: {css: textarea}
  player: []
  redo:
    - {role: buton, name: again}
    - {role: button}
    - {css: 'a >> b', colour: red}
    - {text: '(unclosed'}
    - {nmae: x, role: button, name: y}
    - again
  redo: [packaged]
  cancel:
    - {role: button, name: '(?i)stop', era: E, any_use: perhaps}
texts:
  limit: [{txt: enough}]
path: {post: ['^/p']}
paths:
  post: ['(', packaged, {a: b}]
"""
SAID = [
    "1: version: must be 1",
    "3: controls.sumbit: unknown control sumbit, did you mean submit?",
    "4: controls.prompt: must be a list; each item begins with a dash",
    "5: controls.player: must not be empty: leave it out, or write - packaged",
    "7: controls.redo[1].role: buton is not a role of WAI-ARIA, did you mean button?",
    "8: controls.redo[2]: role and name belong together",
    "9: controls.redo[3].css: >> is not CSS",
    "9: controls.redo[3]: unknown key colour, allowed are era, language, role, name, label, css, text, any_use",
    "10: controls.redo[4].text: not a regular expression: missing )",
    "11: controls.redo[5]: unknown key nmae, did you mean name?",
    "12: controls.redo[6]: must be an alternative in braces, such as {role: button, name: '^send$'}, or packaged",
    "13: controls.redo: is here twice, first in line 6",
    "15: controls.cancel[1].era: input should be 'A', 'B', 'C' or 'D'",
    "15: controls.cancel[1].any_use: input should be a valid boolean",
    "15: controls.cancel[1].name: (?i) is known to Python only",
    "17: texts.limit[1]: text is missing",
    "17: texts.limit[1]: unknown key txt, did you mean text?",
    "18: unknown section path, did you mean paths?",
    "20: paths.post[1]: not a regular expression: missing )",
    "20: paths.post[3]: must be a regular expression, or packaged",
]


def test_every_fault_is_told_with_its_line_and_what_is_allowed(tmp_path: Path) -> None:
    """All of them at once, in order."""
    file = written(tmp_path, FAULTS)
    with pytest.raises(BatchError) as caught:
        table_in_force([file])
    told = str(caught.value).splitlines()
    assert len(told) == len(SAID), "\n".join(told)
    for said in SAID:
        assert any(line.startswith(f"{file}:{said}") for line in told), said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("controls: [", ":1: cannot be read as YAML"),
        ("controls:\n\t- x", ":2: cannot be read as YAML"),
        ('controls: "\\U99999999"', ":1: cannot be read as YAML"),
        ("- a\n- b", ":1: must hold the sections controls, texts and paths"),
        ("controls: 7", ":1: controls: must hold controls by name, such as prompt"),
        ("controls: {submit: [[x]]}", ":1: controls.submit[1]: must be an alternative"),
        ("controls: {submit: [{css: [x]}]}", ":1: controls.submit[1].css: input should be a valid string"),
    ],
)
def test_what_is_no_table_at_all_is_told_so(tmp_path: Path, text: str, said: str) -> None:
    """Broken YAML, lists and numbers where keys belong."""
    with pytest.raises(BatchError) as caught:
        table_in_force([written(tmp_path, text)])
    assert said in str(caught.value)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    """A missing file and one in another encoding."""
    (tmp_path / "latin.yaml").write_bytes(b"controls: {submit: [{text: 'k\xf6nnte'}]}")
    with pytest.raises(BatchError) as caught:
        table_in_force([tmp_path / "none.yaml", tmp_path / "latin.yaml"])
    assert "none.yaml:1: cannot be read: No such file" in str(caught.value)
    assert "latin.yaml:1: is not UTF-8 text" in str(caught.value)
