"""Which files pytest takes for batches: those with a batch's keys, wherever they lie."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grokbatch.batch.discovery import KEYS, batches_in, find_batches, is_batch_file, is_meant_as_batch
from grokbatch.batch.model.batch import BatchFile

if TYPE_CHECKING:
    from pathlib import Path

BATCH = "permalink: x\nprompt: y\n"


@pytest.mark.parametrize(
    "content",
    [
        BATCH,
        "count: 3\npermalink:\nprompt:",
        "# a remark\n\n---\ncount: 3\n" + BATCH,
        "%YAML 1.1\n--- # a remark\n" + BATCH,
        "\ufeffprompt: y\npermalink: x",
        "count: 3\r\nprompt: y\r\npermalink: x\r\n",
        '"prompt": y\n"permalink" : x',
        "'permalink' : y\n'prompt': x",
        "  count: 3\n  prompt: y\n  permalink: x",
        "{count: 3, prompt: y, permalink: x}",
        "--- {prompt: y, permalink: x}",
        "? prompt\n: y\n? permalink\n: x\n",
        "count: [3\nprompt: y\npermalink: x",
        "count: '3\nprompt: y\npermalink: x",
        "x: !env HOME\nprompt: !file y\npermalink: x",
        BATCH + "---\na: b",
        BATCH + "cuont: 3\nsomething: else\n",
        "a: " + "b" * 500_000 + "\n" + BATCH,
        "prompts:\n  - {prompt: y, permalink: x}\n",
        "prompts:\n  - prompt: y\n    permalink: x\n",
        "{permalinks: [x], prompts: [y], axes: {}}",
        "prompts_file: prompts/x.csv\n",
        "prompts_file: prompts/x.csv\ncuont: 3\n",
        "extends: shared/evening.yaml # seen from here\nduration: 10\n",
        "extends: 'other.yml'\r\n",
    ],
    ids=lambda content: repr(content[:30]),
)
def test_yaml_that_says_what_is_asked_of_which_image_is_a_batch(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(content, encoding="utf-8", newline="")
    assert is_batch_file(path)


OTHERS = [
    "",
    "on: push\njobs:\n  prompt: y\n  permalink: x\n",
    "- prompt: y\n  permalink: x\n",
    "promptly: y\npermalinked: x\n",
    "extends: default\nrules: {}\n",
    "extends: default.yaml\nrules: {}\n",
    "defaults:\n  permalink: x\n  prompt: y\n",
    "defaults: {permalink: x, prompt: y}\n",
    "defaults:\n  permalink: x\nprompt: y\n",
    "prompt:y\npermalink:x\n",
    "# prompt: y\n# permalink: x\n",
    "a: |\n  prompt: y\n  permalink: x\n",
    "{a: {prompt: y, permalink: x}}",
    "  a:\n    prompt: y\n    permalink: x",
    "a: b\n---\nprompt: y\npermalink: x\n",
    "a: b\n...\nprompt: y\npermalink: x\n",
    "{" * 1_100,
    " [" * 1_100 + "prompt: y",
    "\0" * 100 + "prompt: y",
    # what others' tools name as we do
    "prompt: Translate {text}\nanswer: Bonjour\n",
    "prompts: [a.txt]\nproviders: [x]\ntests: []\n",
    "permalink: /:categories/:title/\ntitle: A blog\n",
    "prompts_file: x.csv\nmodel: y\n",
    "test_name: An answer\nstages: [{name: ask, request: {url: x}}]\n",
]


@pytest.mark.parametrize("content", OTHERS, ids=lambda content: repr(content[:30]))
def test_other_yaml_is_left_alone(tmp_path: Path, content: str) -> None:
    """Also when it is named, and among batches."""
    path = tmp_path / "x.yaml"
    path.write_text(content, encoding="utf-8")
    (tmp_path / "batch.yaml").write_text(BATCH)
    assert not is_batch_file(path)
    assert find_batches(["x.yaml"], tmp_path) == []
    assert batches_in(tmp_path) == [tmp_path / "batch.yaml"]


@pytest.mark.parametrize(
    "content", ["prompt: y\n", "permlink: x\nprompt: y\ncuont: 3\n", "permalink: x\n", "extends:\n  - shared.yaml\n"]
)
def test_a_batch_that_cannot_make_anything_yet_is_one_among_batches_only(tmp_path: Path, content: str) -> None:
    """There its faults get told; elsewhere it is somebody else's file."""
    path = tmp_path / "x.yaml"
    path.write_text(content)
    assert is_meant_as_batch(path)
    assert find_batches(["x.yaml"], tmp_path) == find_batches(["."], tmp_path) == []
    (tmp_path / "batch.yaml").write_text(BATCH)
    assert find_batches(["x.yaml"], tmp_path) == [path]
    assert find_batches(["."], tmp_path) == [tmp_path / "batch.yaml", path]


def test_all_keys_of_a_batch_file_are_known() -> None:
    assert set(BatchFile.model_fields) == KEYS


def test_only_yaml_names_count_and_what_cannot_be_read_does_not(tmp_path: Path) -> None:
    for name in ("x.txt", "yaml", "x.yaml.bak"):
        (tmp_path / name).write_text(BATCH)
        assert not is_batch_file(tmp_path / name)
    (tmp_path / "X.YAML").write_text(BATCH)
    assert is_batch_file(tmp_path / "X.YAML")
    assert not is_batch_file(tmp_path / "missing.yaml")


def test_a_named_pipe_does_not_hang_the_search(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("needs named pipes")
    os.mkfifo(tmp_path / "x.yaml")
    assert not is_batch_file(tmp_path / "x.yaml")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary() | st.text("{}[]?:-promptelink \n\"'#%&*!|>\\U0\t").map(str.encode))
def test_no_content_breaks_the_search(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    assert is_batch_file(tmp_path / "x.yaml") in {True, False}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with batches and much else."""
    for name in (
        "b/two.yaml",
        "b/one.yml",
        "a/three.yaml",
        "b/deeper/four.yaml",
        "reports/cats/x.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BATCH)
    (tmp_path / "b/other.yaml").write_text("a: 1")
    (tmp_path / "b/notes.txt").write_text(BATCH)
    return tmp_path


def names(found: list[Path], tree: Path) -> list[str]:
    return [path.relative_to(tree).as_posix() for path in found]


def test_a_folder_names_what_lies_directly_in_it_in_a_stable_order(tree: Path) -> None:
    assert find_batches(["."], tree) == []
    assert names(find_batches(["b", "a", "missing"], tree), tree) == ["b/one.yml", "b/two.yaml", "a/three.yaml"]


def test_a_named_file_is_taken_by_its_keys_wherever_it_lies(tree: Path) -> None:
    arguments = ["b/other.yaml", "b/notes.txt", "missing.yaml", "reports/cats/x.yaml"]
    assert names(find_batches(arguments, tree), tree) == ["reports/cats/x.yaml"]


def test_arguments_keep_their_order_and_each_file_comes_once(tree: Path) -> None:
    arguments: list[str | Path] = [
        "b/two.yaml::video-001",
        tree / "b/two.yaml",
        "b/../b/two.yaml::video-002",
        "b",
        "x" * 5000,
    ]
    assert names(find_batches(arguments, tree), tree) == ["b/two.yaml", "b/one.yml"]
