"""Files reach the other side of a channel whole or not at all, and only where they belong."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import execnet
import pytest

from grokbatch.browser.errors import ProfileError
from grokbatch.hosts import remote_setup
from grokbatch.hosts.connection import FailedThereError, answer, put
from grokbatch.hosts.receive_account import file_within
from grokbatch.hosts.transfer import PIECE, send_file

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def channel() -> Iterator[Any]:
    """A channel to another process, which takes files."""
    group = execnet.Group()
    yield group.makegateway("popen").remote_exec(remote_setup)
    group.terminate(timeout=5)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 9 * PIECE + 7])
def test_a_file_comes_over_as_it_is(channel: Any, tmp_path: Path, size: int) -> None:
    source, target = tmp_path / "source", tmp_path / "new" / "folder" / "target"
    source.write_bytes(os.urandom(size))
    send_file(channel, source, str(target))
    assert target.read_bytes() == source.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_a_file_that_comes_over_changed_does_not_replace_the_old_one(channel: Any, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("old")
    put(channel, ("file", str(target), 3, hashlib.sha256(b"new").hexdigest()))
    put(channel, b"odd")
    with pytest.raises(FailedThereError, match="the file did not come over whole"):
        for _ in range(2):
            answer(channel, 20)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_what_runs_there_is_answered_with_its_code_and_end(channel: Any, tmp_path: Path) -> None:
    log = tmp_path / "log"
    for command, code, said in (
        (["sh", "-c", "echo one; echo two >&2; exit 3"], 3, "two"),
        (["nowhere/at-all"], -1, "No such file"),
    ):
        put(channel, ("run", command, str(log), 20.0))
        told = answer(channel, 30)
        assert told[0] == code
        assert said in told[1]
    assert "one\ntwo" in log.read_text()


@pytest.mark.parametrize(
    "name", ["account.json", "session-cookies.json", "profile/Default/Cookies", "profile/Local State"]
)
def test_files_of_an_account_have_their_place(name: str) -> None:
    assert file_within(Path("/x"), name) == Path("/x") / name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../account.json",
        "profile",
        "profile/../../x",
        "profile/Default/Local Storage/../../../../x",
        "profile/Default/Login Data",
        "profile/SingletonLock",
        "profile.lock",
    ],
)
def test_other_files_are_not_taken(name: str) -> None:
    with pytest.raises(ProfileError, match="no account is made of"):
        file_within(Path("/x"), name)
