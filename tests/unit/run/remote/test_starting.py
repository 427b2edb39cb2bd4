"""Why a worker cannot start on another computer is said in one line."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import execnet
import pytest

from grokbatch.run.remote.starting import HostUnusableError, check_version, give_up_in_time, reason_of

TRACEBACK = 'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nKeyError: 3\n'


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (HostUnusableError("has no grokbatch"), "has no grokbatch"),
        (AssertionError(), "something there prints before Python does"),
        (execnet.HostNotFound("me@studio"), "ssh cannot connect to it"),
        (EOFError(), "its Python ended at once"),
        (OSError("cannot send (already closed?)"), "its Python ended at once"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (execnet.RemoteError(TRACEBACK), "KeyError: 3"),
        (TRACEBACK, "KeyError: 3"),
        (ValueError(), "ValueError"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
    ],
)
def test_a_reason_is_one_line_that_a_terminal_can_show(error: object, reason: str) -> None:
    said = reason_of(error)
    assert reason in said
    assert "\n" not in said
    assert "\x1b" not in said


def test_ssh_gives_up_in_time_unless_the_user_says_when() -> None:
    plain, typed = (execnet.XSpec(f"ssh={words}") for words in ("me@studio", "-oConnectTimeout=90 me@studio"))
    for spec in (plain, typed):
        give_up_in_time(spec)
        give_up_in_time(spec)
    assert plain.ssh is not None
    assert plain.ssh.split().count("-oConnectTimeout=15") == 1
    assert plain.ssh.endswith(" me@studio")
    assert typed.ssh == "-oConnectTimeout=90 me@studio"


class Gateway:
    """A gateway to a Python that says it has this version of grokbatch, or is silent."""

    def __init__(self, said: str | None) -> None:
        self.said = said

    def remote_exec(self, _: str) -> Gateway:
        return self

    class TimeoutError(Exception):  # noqa: A001
        """What execnet's channels raise."""

    def receive(self, seconds: float) -> str:
        assert seconds > 0
        if self.said is None:
            raise self.TimeoutError
        return self.said


@pytest.mark.parametrize(
    ("said", "reason"),
    [("0.0.1", "has grokbatch 0.0.1, here it is"), ("", "has no grokbatch"), (None, "did not answer within")],
)
def test_another_version_is_refused(said: str | None, reason: str) -> None:
    with pytest.raises(HostUnusableError, match=reason):
        check_version(Gateway(said))


def test_the_same_version_is_taken() -> None:
    check_version(Gateway(metadata.version("grokbatch")))


def test_a_real_python_says_its_version() -> None:
    group: Any = execnet.Group()
    try:
        check_version(group.makegateway("popen"))
    finally:
        group.terminate(timeout=10)
