"""Which files pytest takes for batches: named ones always, others when they look like one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grokbatch.batch.discover import find_batches, is_batch_file

if TYPE_CHECKING:
    from pathlib import Path

BATCH = "permalink: x\nprompt: y\n"


@pytest.mark.parametrize(
    "content",
    [
        BATCH,
        "prompt: y",
        "count: 3\npermalink:\n",
        "# a remark\n\n---\ncount: 3\nprompt: y\n",
        "%YAML 1.1\n--- # a remark\nprompt: y\n",
        "\ufeffprompt: y",
        "count: 3\r\nprompt: y\r\n",
        '"prompt": y',
        "'permalink' : y",
        "  count: 3\n  prompt: y",
        "{count: 3, prompt: y}",
        "--- {prompt: y}",
        "? prompt\n: y",
        "count: [3\nprompt: y",
        "count: '3\nprompt: y",
        "x: !env HOME\nprompt: !file y",
        "prompt: y\n---\na: b",
        "a: " + "b" * 500_000 + "\nprompt: y",
        "prompts:\n  - y\n",
        "{permalinks: [x], axes: {}}",
        "prompts_file: prompts/x.csv\n",
        "extends: shared/evening.yaml # seen from here\nduration: 10\n",
        "extends: 'other.yml'\r\n",
    ],
    ids=lambda content: repr(content[:30]),
)
def test_yaml_with_a_batch_key_at_its_top_is_a_batch(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(content, encoding="utf-8", newline="")
    assert is_batch_file(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "on: push\njobs:\n  prompt: y\n",
        "- prompt: y\n",
        "promptly: y\n",
        "extends: default\nrules: {}\n",
        "extends:\n  - other.yaml\n",
        "defaults:\n  permalink: x\n  prompt: y\n",
        "defaults: {permalink: x, prompt: y}\n",
        "prompt:y\n",
        "# prompt: y\n",
        "a: |\n  prompt: y\n",
        "{a: {prompt: y}}",
        "  a:\n    prompt: y",
        "a: b\n---\nprompt: y\n",
        "a: b\n...\nprompt: y\n",
        "{" * 2_000,
        " [" * 2_000 + "prompt: y",
        "\0" * 100 + "prompt: y",
    ],
    ids=lambda content: repr(content[:30]),
)
def test_other_yaml_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content, encoding="utf-8")
    assert not is_batch_file(path)


def test_only_yaml_names_count_and_what_cannot_be_read_does_not(tmp_path: Path) -> None:
    for name in ("x.txt", "yaml", "x.yaml.bak"):
        (tmp_path / name).write_text(BATCH)
        assert not is_batch_file(tmp_path / name)
    (tmp_path / "X.YAML").write_text(BATCH)
    assert is_batch_file(tmp_path / "X.YAML")
    assert not is_batch_file(tmp_path / "missing.yaml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_hang_the_search(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    assert not is_batch_file(tmp_path / "x.yaml")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary() | st.text("{}[]?:-prompt \n\"'#%&*!|>\\U0\t").map(str.encode))
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
        ".hidden/x.yaml",
        "node_modules/x.yaml",
        "venv/x.yaml",
        "env/x.yaml",
        "env/lib/x.yaml",
        "__pycache__/x.yaml",
        "reports/cats/x.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BATCH)
    (tmp_path / "env/pyvenv.cfg").touch()
    (tmp_path / "b/other.yaml").write_text("a: 1")
    (tmp_path / "b/notes.txt").write_text(BATCH)
    return tmp_path


def names(found: list[Path], tree: Path) -> list[str]:
    return [path.relative_to(tree).as_posix() for path in found]


def test_a_folder_is_searched_in_a_stable_order_past_what_is_not_ours(tree: Path) -> None:
    assert names(find_batches(["."], tree), tree) == ["a/three.yaml", "b/one.yml", "b/two.yaml"]


def test_a_named_file_is_taken_whatever_it_holds_if_it_is_yaml(tree: Path) -> None:
    arguments = ["b/other.yaml", "b/notes.txt", "missing.yaml", "reports/cats/x.yaml"]
    assert names(find_batches(arguments, tree), tree) == ["b/other.yaml", "reports/cats/x.yaml"]


def test_arguments_keep_their_order_and_each_file_comes_once(tree: Path) -> None:
    arguments: list[str | Path] = [
        "b/two.yaml::video-001",
        tree / "b/two.yaml",
        "b/../b/two.yaml::video-002",
        "b",
        "x" * 5000,
    ]
    assert names(find_batches(arguments, tree), tree) == ["b/two.yaml", "b/one.yml"]
