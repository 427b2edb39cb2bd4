"""Files that are no files, and files far too large: one plain line each, at once, and hardly any memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.batch.loader import BatchError, load_batch
from grokbatch.record.storage.picks import PicksError, read_picks
from tests.unit.batch.batch_files import POST as PERMALINK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="devices and pipes of Unix")

LOAD = """
import json, sys, time, tracemalloc
from pathlib import Path
from grokbatch.batch.loader import BatchError, load_batch
tracemalloc.start()  # what the process itself takes: the system's own figure begins with that of the process before it
began = time.process_time()
try:
    load_batch(Path(sys.argv[1]))
    problems = []
except BatchError as error:
    problems = [str(problem) for problem in error.problems]
told = {"problems": problems, "seconds": time.process_time() - began}
print(json.dumps(told | {"memory": tracemalloc.get_traced_memory()[1]}))
"""
MEGABYTES = 200


def load(path: Path) -> dict[str, Any]:
    """Load a batch in a process of its own, which would be waited for or would take all memory if it went wrong."""
    done = subprocess.run([sys.executable, "-c", LOAD, path], capture_output=True, timeout=60, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MEGABYTES * 1_000_000)


KINDS: dict[str, Callable[[Path], None]] = {"a folder": lambda path: path.mkdir(), "too large": huge}
if sys.platform != "win32":
    KINDS |= {"a device": lambda path: path.symlink_to("/dev/zero"), "a pipe": os.mkfifo}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ["extends", "prompts_file"])
def test_a_file_that_is_named_and_is_none_is_told_at_once(tmp_path: Path, key: str, kind: str) -> None:
    name = "shared.yaml" if key == "extends" else "prompts.csv"
    KINDS[kind](tmp_path / name)
    batch = tmp_path / "cats.yaml"
    batch.write_text(f"permalink: {PERMALINK}\n{key}: {name}\n")
    told = load(batch)
    [problem] = told["problems"]
    assert problem.startswith(f"{batch}:2:")
    assert f"{key}: {tmp_path / name} " in problem
    assert kind in problem
    assert told["seconds"] < 1
    assert told["memory"] < MEGABYTES * 1_000_000 / 2


def test_a_prompt_of_50_megabytes_is_told_at_once(tmp_path: Path) -> None:
    batch = tmp_path / "cats.yaml"
    with batch.open("w") as file:
        file.write(f"permalink: {PERMALINK}\nprompt: ")
        for _ in range(50):
            file.write("hills " * 170_000)
    told = load(batch)
    assert told["problems"] == [f"{batch}:1: is too large: it has 51.0 MB, and 1 MB are read at most"]
    assert told["seconds"] < 1


@pytest.mark.parametrize("where", ["prompt", "prefix", "prompts_file", "altogether"])
def test_a_prompt_that_nobody_would_type_is_refused_without_being_quoted(tmp_path: Path, where: str) -> None:
    text = "hills and " * 3000
    says = {
        "prompt": {"prompt": text},
        "prefix": {"prefix": text, "prompt": "hills"},
        "prompts_file": {"prompts_file": "prompts.txt"},
        "altogether": {"prefix": text[:15_000], "prompt": text[:15_000]},
    }
    (tmp_path / "prompts.txt").write_text(text)
    (tmp_path / "cats.yaml").write_text(json.dumps({"permalink": PERMALINK} | says[where]))
    with pytest.raises(BatchError) as caught:
        load_batch(tmp_path / "cats.yaml")
    [problem] = caught.value.problems
    assert "is too long: " in problem.reason
    assert "20,000 at most" in problem.reason
    assert "and hills" not in str(problem)


def test_a_word_list_that_is_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "wordlists").mkdir()
    huge(tmp_path / "wordlists" / "animals.txt")
    (tmp_path / "cats.yaml").write_text(f"permalink: {PERMALINK}\nprompt: one of __animals__\n")
    [problem] = load(tmp_path / "cats.yaml")["problems"]
    assert "animals.txt:1: is too large" in problem


@pytest.mark.skipif(sys.platform == "darwin", reason="has no such names")
@pytest.mark.parametrize("place", ["file", "folder"])
def test_a_name_that_cannot_be_written_down_is_told_in_signs_that_can(tmp_path: Path, place: str) -> None:
    odd = os.fsdecode(b"c\xff\xfets")
    path = tmp_path / odd / "cats.yaml" if place == "folder" else tmp_path / f"{odd}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"permalink: {PERMALINK}\nprompt: hills\n")
    with pytest.raises(BatchError) as caught:
        load_batch(path)
    [problem] = map(str, caught.value.problems)
    assert problem.encode().decode().endswith(": its name contains bytes that are no characters: rename the file")


@pytest.mark.parametrize("kind", KINDS)
def test_picks_that_are_no_file_are_told(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path / "picks.yaml")
    with pytest.raises(PicksError, match=kind):
        read_picks(tmp_path / "picks.yaml")
