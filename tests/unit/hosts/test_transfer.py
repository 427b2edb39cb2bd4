"""Files reach the other side of a channel whole or not at all."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

import execnet
import pytest

from grokbatch.hosts.connection import FailedThereError, answer, put
from grokbatch.hosts.on_host import setup
from grokbatch.hosts.transfer import PIECE, send_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def channel() -> Iterator[Any]:
    """A channel to another process, which takes files."""
    group = execnet.Group()
    yield group.makegateway("popen").remote_exec(setup)
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
