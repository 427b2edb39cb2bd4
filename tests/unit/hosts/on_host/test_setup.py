"""What is asked of a host while it is set up is done there, and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import execnet
import pytest

from grokbatch.hosts.connection import answer, put
from grokbatch.hosts.on_host import setup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def channel() -> Iterator[Any]:
    """A channel to another process, which does what is asked."""
    group = execnet.Group()
    yield group.makegateway("popen").remote_exec(setup)
    group.terminate(timeout=5)


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
