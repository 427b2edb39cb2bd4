"""Whatever stands in a batch file, or in a table or word list that it names: a batch comes out, or our own error."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grokbatch.batch.loader import BatchError, load_batch
from tests.unit.batch.batch_files import POST, written

if TYPE_CHECKING:
    from grokbatch.batch.model.batch import Batch

EXAMPLES = Path(__file__).parents[3] / "batches"
HEAD = f"permalink: {POST}\n"
MUTANTS = 25
ANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def attempt(path: Path) -> Batch | BatchError:
    """Load a batch and look at all of it; only our own error may come instead."""
    came = loaded_or_not(path)
    if isinstance(came, BatchError):
        assert came.problems
        assert "\n" not in "".join(map(str, came.problems))
        return came
    videos = came.videos()
    assert 0 < len(videos) <= came.max_videos
    assert len({video.identity for video in videos}) == len(videos)
    assert all(video.prompt.strip() for video in videos)
    return came


def loaded_or_not(path: Path) -> Batch | BatchError:
    try:
        return load_batch(path)
    except BatchError as error:
        return error


def mutated(text: str, chance: random.Random) -> str:
    """Delete, repeat or swap lines and characters of `text`, or put in a sign that means something."""
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 3)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        way = chance.randrange(6)
        if way == 0 and len(lines) > 1:
            del lines[at]
        elif way == 1:
            lines.insert(other, lines[at])
        elif way == 2:
            lines[at], lines[other] = lines[other], lines[at]
        else:
            place, line = chance.randrange(len(lines[at]) + 1), lines[at]
            sign = chance.choice([*"{}[]|:#&*!-\"'\\%@`>,_$~ \t\n", "", "::", "__", ": ", "<<: "])
            lines[at] = line[:place] + sign + line[place + chance.randrange(3) :]
        lines = lines if any(lines) else ["x"]
    return "".join(lines)


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_damaged_example_is_a_batch_or_told(tmp_path: Path, example: Path) -> None:
    """The batch file and what lies beside it, each damaged in turn; the same damage in every run."""
    folder = tmp_path / "batches"
    shutil.copytree(EXAMPLES, folder)
    chance = random.Random(example.name)  # noqa: S311 - it is repeated
    path, text, came = folder / example.name, example.read_text("utf-8"), set()
    assert not isinstance(attempt(path), BatchError)
    for _ in range(MUTANTS):
        path.write_text(mutated(text, chance), "utf-8")
        came.add(isinstance(attempt(path), BatchError))
    assert came == {True, False}, "some damage is harmless, some is not"


@pytest.mark.parametrize(
    ("batch", "beside"),
    [
        ("table.yaml", "prompts/harbour.csv"),
        ("choices.yaml", "wordlists/season.txt"),
        ("shared.yaml", "shared/evening.yaml"),
    ],
)
def test_a_damaged_file_beside_an_example_is_read_or_told(tmp_path: Path, batch: str, beside: str) -> None:
    """A table, a word list, a shared file."""
    folder = tmp_path / "batches"
    shutil.copytree(EXAMPLES, folder)
    chance = random.Random(beside)  # noqa: S311 - it is repeated
    text = (folder / beside).read_text("utf-8")
    for _ in range(MUTANTS):
        (folder / beside).write_text(mutated(text, chance), "utf-8")
        attempt(folder / batch)


PIECES = [
    *("prompt", "prompts", "axes", "exclude", "prefix", "suffix", "sample", "seed", "count", "permalinks", "extends"),
    *("x.yaml", "prompts_file", "list.csv", "a", "2", "no", "{a}", "'{a|b}'", '"\\_"', "__w__", "__", "$$", "::", POST),
    *(
        "\n",
        "\n  ",
        "\n  - ",
        "\n    ",
        ": ",
        ": ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "- ",
        "&a ",
        "*a",
        "!x ",
        "# ",
        "<<",
        "~",
    ),
    *("'", '"', "|", ">", "?", "\t", "1:30", "2026-01-01", "\\"),
]
YAMLISH = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@ANY
@given(
    text=YAMLISH | YAMLISH.map((HEAD + "prompts:\n  - ").__add__) | YAMLISH.map((HEAD + "axes: {a: [x, y]}\n").__add__)
)
def test_any_text_is_a_batch_or_told(tmp_path: Path, text: str) -> None:
    """Made of what batch files are made of."""
    attempt(written(tmp_path, text, list_csv="prompt\na\n", wordlists__w_txt="a\nb\n"))


CELLS = st.lists(
    st.sampled_from(
        ["prompt", "count", "expect", "a", "2", ",", ";", "\t", '"', '""', "\n", "\r\n", "{a|b}", "{", "sep=", "\0"]
    ),
    max_size=30,
).map("".join)
LINES = st.lists(
    st.sampled_from(
        ['{"prompt": "a"', '"count": 2', "}", ",", "\n", "[", "]", '"expect": {"audio": 1}', "null", "1e999", "NaN"]
    ),
    max_size=15,
).map("".join)


@ANY
@given(
    table=CELLS | CELLS.map("prompt,count\n".__add__) | LINES | st.binary() | st.text(),
    kind=st.sampled_from(["csv", "tsv", "jsonl", "txt"]),
)
def test_any_bytes_are_a_table_or_told(tmp_path: Path, table: str | bytes, kind: str) -> None:
    """Of every kind."""
    data = table if isinstance(table, bytes) else table.encode("utf-8", "surrogatepass")
    attempt(written(tmp_path, f"{HEAD}prompts_file: list.{kind}\n", **{f"list_{kind}": data}))


PROMPTS = st.text() | st.lists(
    st.sampled_from(["{", "}", "|", "2$$", "$$", "::", "3", "a", "b", " ", "{x}", "__w__", "__", "\\", "\n", "{a|b}"]),
    max_size=20,
).map("".join)


@ANY
@given(
    prompts=st.lists(PROMPTS, min_size=1, max_size=3),
    prefix=PROMPTS,
    sample=st.none() | st.integers(1, 40),
    exclude=st.sampled_from([[], [{"x": "1"}], [{"x": ["1", "2"]}]]),
)
def test_any_prompts_are_a_batch_or_told(
    tmp_path: Path, prompts: list[str], prefix: str, sample: int | None, exclude: list[object]
) -> None:
    """With everything that can stand around them."""
    said = {"prompts": prompts, "prefix": prefix, "axes": {"x": ["1", "2"]}, "exclude": exclude, "sample": sample}
    attempt(written(tmp_path, {key: value for key, value in said.items() if value}, wordlists__w_txt="a\nb\n"))
