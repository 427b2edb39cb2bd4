"""Tables of prompts: what spreadsheets and scripts write is read, and what they get wrong is told with its cell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.batch.batch_files import POST, POSTS, loaded, problems

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.batch.model.video import VideoSpec

HEAD = f"permalink: {POST}\nprompts_file: list"


def videos(folder: Path, kind: str, table: str | bytes) -> list[VideoSpec]:
    return loaded(folder, f"{HEAD}.{kind}\n", **{f"list_{kind}": table}).videos()


def told(folder: Path, kind: str, table: str | bytes) -> list[str]:
    found = problems(folder, f"{HEAD}.{kind}\n", **{f"list_{kind}": table})
    return [problem.removeprefix(f"list.{kind}:") for problem in found]


@pytest.mark.parametrize(
    ("kind", "table", "made"),
    [
        ("csv", "prompt\na\nb\n", ["a", "b"]),
        ("csv", "prompt\na", ["a"]),
        ("csv", b"\xef\xbb\xbfprompt,count\r\na,2\r\n", ["a", "a"]),
        ("csv", "Count , PROMPT\n 2 , a \n", ["a", "a"]),
        ("csv", "prompt,count\na,\nb,2\n", ["a", "b", "b"]),
        ("csv", '"prompt","count"\n"a, b ""c""",1\n', ['a, b "c"']),
        ("csv", 'prompt,name\r\n"two\r\nlines",x\r\nb,y\r\n', ["two\nlines", "b"]),
        ("csv", "prompt\rold\rMac\r", ["old", "Mac"]),
        ("csv", "prompt;count\na, b;2\n", ["a, b", "a, b"]),
        ("csv", "prompt\tcount\na, b\t2\n", ["a, b", "a, b"]),
        ("csv", 'sep=;\nprompt;count\n"a;b";1\n', ["a;b"]),
        ("csv", '"sep=|"\r\nprompt|count\r\na;b|1\r\n', ["a;b"]),
        ("csv", "prompt,count,,\na,2,,\n,,,\n\nb,,\n", ["a", "a", "b"]),
        ("csv", "prompt,,count\na,,2\n", ["a", "a"]),
        ("csv", "prompt\n=SUM(1)\n-a\n@b\n+c\n#1\n", ["=SUM(1)", "-a", "@b", "+c", "#1"]),
        ("csv", "prompt\n1:30\n010\nno\n", ["1:30", "010", "no"]),
        ("csv", "prompt\n{a|b}\n", ["a", "b"]),
        ("csv", "prompt\nü 🪁\n", ["ü 🪁"]),
        ("csv", 'prompt\nHe said "hi"\n', ['He said "hi"']),
        ("tsv", "prompt\tcount\na, b; c\t2\n", ["a, b; c", "a, b; c"]),
        ("tsv", 'prompt\n"a\tb"\n', ["a\tb"]),
        ("txt", "\n a \r\n# a remark\nb, c\n\\# 1\n", ["a", "b, c", "# 1"]),
        ("txt", "a\u2028b", ["a\u2028b"]),
        ("jsonl", '"a"\n\n{"prompt": "b", "count": 2}\n', ["a", "b", "b"]),
        ("jsonl", '{"prompt": "a\\n\\u00fc"}\r\n{"prompt": "c\u2028d"}', ["a\nü", "c\u2028d"]),
        ("jsonl", '{"prompt": "a", "count": null}', ["a"]),
    ],
)  # fmt: skip
def test_a_table_is_read_as_it_is_written(tmp_path: Path, kind: str, table: str | bytes, made: list[str]) -> None:
    """Table: the kind of file, what is in it, and the prompts of its videos."""
    assert [video.prompt for video in videos(tmp_path, kind, table)] == made


def test_every_column_says_what_the_key_of_a_prompt_says(tmp_path: Path) -> None:
    """With units or without; what is left empty is as the batch says."""
    table = (
        "prompt,count,name,permalink,duration,resolution,aspect,preset\n"
        f"a,2,pan,{POSTS[1]},10 s,720p,16:9,Fun\n"
        "b,,,,,,,\n"
    )
    first, second, third = videos(tmp_path, "csv", table)
    assert (first.name, first.permalink, third.name, third.permalink) == ("pan", POSTS[1], "", POST)
    assert first.options.asked() == {"duration": "10", "resolution": "720p", "aspect": "16:9", "preset": "Fun"}
    assert (second.repetition, third.options.asked()) == (2, {})


def test_json_lines_have_numbers_and_checks_of_their_own(tmp_path: Path) -> None:
    """As in the batch file."""
    (video,) = videos(tmp_path, "jsonl", '{"prompt": "a", "duration": 10, "expect": {"audio": true, "duration": 10}}')
    assert video.options.duration == "10"
    assert video.expect is not None
    assert (video.expect.audio, video.expect.duration) == (True, 10)


def test_a_table_without_images_needs_one_of_the_batch(tmp_path: Path) -> None:
    """Told for each row that has none."""
    table = f"prompt,permalink\na,{POSTS[1]}\nb,\n"
    text = "prompts_file: list.csv\n"
    assert problems(tmp_path, text, list_csv=table) == ["list.csv:3: permalink: is missing, and the batch has none"]
    assert len(loaded(tmp_path, text, list_csv=table.replace("b,\n", "")).videos()) == 1


COUNT = "count: must be a whole number from 1 to 100"
COLUMNS = "prompt, count, name, permalink, duration, resolution, aspect, preset"
UNNAMED = "is in a column without a name: a text that contains the separator must be in quotes"
BROKEN = "cannot be read from here on: a quote is not closed, or text follows it; within quotes it is doubled"
NEVER_CLOSED = "prompt: a { without its }: for a literal brace, write \\{"
FORMULA = "holds a formula that failed in the spreadsheet: write ' before the text there"
UTF_16 = "1: is UTF-16 text: save the file with the encoding UTF-8 (Excel calls it CSV UTF-8)"
# From Python 3.13 on the comma itself is named, before that what follows it.
COMMA = 15 if sys.version_info >= (3, 13) else 16

FAULTS: list[tuple[str, str | bytes, list[str]]] = [
    # the file
    ("csv", "", ["1: the first row must name the columns, prompt among them"]),
    ("csv", "prompt,count\n", ["1: holds no prompt"]),
    ("txt", "# nothing\n", ["1: holds no prompt"]),
    ("csv", "prompt\na\n".encode("utf-16"), [UTF_16]),
    ("tsv", b"\xfe\xff\0p", [UTF_16]),
    ("csv", b"prompt\nM\xfcller\n", [f"2: is not UTF-8 text{UTF_16.removeprefix('1: is UTF-16 text')}"]),
    ("ods", "x", ["1: is no table: its name must end with .csv, .tsv, .jsonl, .txt"]),
    # the first row
    ("csv", "a red fox,runs\nb,c\n", ["1: the first row must name the columns, prompt among them"]),
    ("csv", "promt,count\na,1\n", ["1:1: promt: unknown column, did you mean prompt?"]),
    ("csv", "prompt,Cuont,zebra\na,1,2\n", [
        "1:2: cuont: unknown column, did you mean count?",
        f"1:3: zebra: unknown column, allowed are {COLUMNS}",
    ]),
    ("csv", "prompt,count,Prompt\na,1,b\n", ["1:3: prompt: names two columns of this table"]),
    ("csv", "count,name\n1,b\n", ["1: prompt: is missing: one of the columns must have this name"]),
    (
        "csv",
        "prompt,expect\na,1\n",
        ["1:2: expect: is not possible in a cell: set it in the batch, or use a .jsonl table"],
    ),
    ("csv", "sep=;\nprompt;cuont\n", ["2:2: cuont: unknown column, did you mean count?"]),
    # the cells, each row with the line in which it begins
    ("csv", "prompt,count\na,0\n\n\"b\nb\",x\nc,3.5\n", [
        f"2:2: {COUNT}, not 0",
        f'4:2: {COUNT}, not "x"',
        f'6:2: {COUNT}, not "3.5"',
    ]),
    ("csv", "sep=,\nprompt,count\na,0\n", [f"3:2: {COUNT}, not 0"]),
    ("csv", "count,prompt\n2,\n", ["2:2: prompt: is missing, or its cell is empty"]),
    ("csv", "prompt,aspect,duration,name,permalink\na,16:09:00,8,a b,x\n", [
        '2:2: aspect: must be a ratio of width to height, such as 16:9, not "16:09:00"',
        '2:3: duration: must be 6, 10, 15 or max, not "8"',
        '2:4: name: must be a short name of letters, digits, - and _, such as pan, not "a b"',
        '2:5: permalink: must be https://grok.com/imagine/post/<uuid>, not "x"',
    ]),
    ("csv", "prompt\na, b\nc\n", [f"2:2: {UNNAMED}"]),
    ("csv", "prompt,,\na,,b\n", [f"2:3: {UNNAMED}"]),
    ("csv", "prompt\n#NAME?\n", [f"2:1: prompt: {FORMULA}"]),
    ("csv", "prompt\na\x01\n", ["2:1: prompt: must be the text to make the videos from, but holds control characters"]),
    ("csv", 'prompt\na\n"b\nc\n', [f"3: {BROKEN}"]),
    ("csv", 'prompt\n"b" c\nd {\n', [f"2: {BROKEN}"]),
    # syntax
    ("csv", "name,prompt\nx,a {b\n", [f"2:2: {NEVER_CLOSED} (character 3 of the text)"]),
    ("txt", "a\n  b {c\n", [f"2:5: {NEVER_CLOSED}"]),
    ("jsonl", '{"prompt": "b {c"}', [f"1: {NEVER_CLOSED} (character 3 of the text)"]),
    # JSON Lines
    ("jsonl", '{"prompt": "a",}\n{"prompt": b}\n5\n["a"]\n', [
        f"1:{COMMA}: is not JSON",
        "2:12: is not JSON",
        '3: must be a text in quotes or keys such as {"prompt": "…", "count": 2}',
        '4: must be a text in quotes or keys such as {"prompt": "…", "count": 2}',
    ]),
    ("jsonl", '{"prompt": "a", "prompt": "b"}\n{"prompt": "a", "count": NaN}\n', [
        "1: names a key twice",
        "2: is not JSON",
    ]),
    ("jsonl", '{"prompt": "a", "cuont": 2, "count": "2", "expect": {"audoi": 1, "audio": 5}}', [
        "1: unknown key, did you mean count?",
        f'1: {COUNT}, not "2"',
        "1: expect: unknown key, did you mean audio?",
        "1: expect.audio: must be true or false, not 5",
    ]),
    ("jsonl", '{"count": 2}\n{"prompt": 5}', [
        "1: prompt: is missing",
        "2: prompt: must be the text to make the videos from, but is no text",
    ]),
    ("jsonl", '{"prompt": ' + "[" * 100_000, ["1: is nested too deeply"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "table", "said"), FAULTS)
def test_each_fault_of_a_table_names_its_row_its_cell_and_what_is_allowed(
    tmp_path: Path, kind: str, table: str | bytes, said: list[str]
) -> None:
    """All of them at once."""
    assert sorted(told(tmp_path, kind, table)) == sorted(said)


def test_faults_of_the_file_come_before_those_of_its_table(tmp_path: Path) -> None:
    """And all are told in one go."""
    text = f"count: 0\n{HEAD}.csv\nsuffix: '{{'\n"
    assert problems(tmp_path, text, list_csv="prompt,count\nb,0\na {,1\n") == [
        "x.yaml:1:8: count: must be a whole number from 1 to 100, not 0",
        "x.yaml:4:10: suffix: a { without its }: for a literal brace, write \\{",
        f"list.csv:2:2: {COUNT}, not 0",
        f"list.csv:3:1: {NEVER_CLOSED} (character 3 of the text)",
    ]


def test_a_missing_table_is_told_with_the_nearest_one_where_it_is_named(tmp_path: Path) -> None:
    """A folder is none."""
    text = f"{HEAD}.csv\n"
    reason = "list.csv cannot be read: No such file or directory, did you mean lists.csv?"
    assert problems(tmp_path, text, lists_csv="prompt\na\n") == [f"x.yaml:2:15: prompts_file: {reason}"]
    (tmp_path / "list.csv").mkdir()
    assert problems(tmp_path, text) == ["x.yaml:2:15: prompts_file: list.csv cannot be read: it is a folder"]
