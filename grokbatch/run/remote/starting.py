"""What keeps a worker on another computer from starting, as it is seen from here."""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

import execnet

from grokbatch.hosts.trouble import clean

START_SECONDS = 60.0
"""Seconds for which an answer of a Python that has just started is waited for."""

_CHATTER = (
    "something there prints before Python does: let ~/.bashrc and ~/.profile be silent where nobody is at a terminal"
)


class HostUnusableError(Exception):
    """A worker on another computer is of no use; the message says why, and what to type."""


START_ERRORS: tuple[type[Exception], ...] = (
    HostUnusableError,
    execnet.HostNotFound,
    execnet.RemoteError,
    execnet.DataFormatError,
    AssertionError,  # execnet's own, about the first byte that comes back
    EOFError,
    OSError,
)
"""What may be raised while a worker is started on another computer."""


def give_up_in_time(spec: Any) -> None:
    """Let ssh give up a computer that does not answer, where the user's words for it do not say when."""
    if spec.ssh and "ConnectTimeout" not in spec.ssh:
        spec.ssh = f"-oConnectTimeout=15 -oServerAliveInterval=15 -oServerAliveCountMax=3 {spec.ssh}"


def check_version(gateway: Any) -> None:
    """Raise HostUnusableError unless the Python there has the same version of grokbatch as this one.

    It is asked before anything else is sent: another version may understand the rest in another way.
    """
    channel = gateway.remote_exec(
        "from importlib import metadata\n"
        "try: found = metadata.version('grokbatch')\n"
        "except metadata.PackageNotFoundError: found = ''\n"
        "channel.send(found)"
    )
    try:
        there = clean(str(channel.receive(START_SECONDS)))
    except channel.TimeoutError:
        raise HostUnusableError(f"its Python did not answer within {START_SECONDS:g} s") from None
    here = metadata.version("grokbatch")
    if there != here:
        has = f"has grokbatch {there}" if there else "has no grokbatch"
        raise HostUnusableError(f"its Python {has}, here it is {here}; type: grokbatch hosts install")


_ENDED = "its Python ended at once, or is not there"


def reason_of(error: object) -> str:
    """Return in one line why a worker could not be started or has ended, from an exception or a traceback."""
    if isinstance(error, AssertionError):
        return _CHATTER
    if isinstance(error, execnet.HostNotFound):
        return "ssh cannot connect to it"
    if isinstance(error, OSError) and error.errno is None:
        # execnet could not even send: ssh had ended, and nobody is told whether by itself or as its Python did.
        return f"ssh cannot connect to it, or {_ENDED}"
    if isinstance(error, EOFError):
        return _ENDED
    lines = [line for line in str(error).splitlines() if line.strip()]
    return clean(lines[-1]) if lines else type(error).__name__


_RAISED = re.compile(r"^([A-Za-z_][\w.]*(?:Error|Exception|Warning|Exit|Interrupt))(?::|$)", re.MULTILINE)
_PLACE = re.compile(r'^\s*File "(?:.*[/\\])?([^"/\\]+)", line (\d+), in (\w+)', re.MULTILINE)


def told_by(traceback: str) -> tuple[str, str]:
    """Return from a traceback the class of the exception, and the places in the code that it went through.

    Its message is left out, because it may quote a prompt.
    """
    classes = _RAISED.findall(traceback)
    way = " > ".join(f"{file}:{line} {function}" for file, line, function in _PLACE.findall(traceback))
    return (classes[-1] if classes else "an error"), way
