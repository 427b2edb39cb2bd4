"""How a host is reached: ssh's words, and execnet's specs, which pytest-xdist takes as `--tx`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grokbatch.hosts.host import Host

SSH_OPTIONS = (
    "-oBatchMode=yes",  # a question would wait for ever: nobody sees it
    "-oConnectTimeout=15",
    "-oServerAliveInterval=15",
    "-oServerAliveCountMax=3",
    "-oLogLevel=ERROR",
)
"""Options that always apply: ssh takes the first of several values, so these come before the user's own.

A connection on which nothing comes back for 45 seconds is given up."""


def ssh_words(host: Host) -> list[str]:
    """Return the words that a command for the host is added to, `ssh` among them."""
    return ["ssh", *SSH_OPTIONS, *host.ssh.split()]


def python_of(host: Host) -> str:
    """Return the host's Python as a shell there takes it."""
    return shell_path(host.python or host.own_python)


def shell_path(path: str) -> str:
    """Return a path as a POSIX shell takes it, in which a leading `~/` keeps its meaning."""
    home, rest = ("~/", path[2:]) if path.startswith("~/") else ("", path)
    return home + shlex.quote(rest)


def worker_specs(host: Host, number: int) -> list[str]:
    """Return the specs of `number` workers on the host, each for a `--tx` of its own.

    Their ids are the host's name and a number, `studio-1`, and no two hosts can have the same.
    """
    if host.is_here:
        return [f"popen//id={host.name}-{at}" for at in range(1, number + 1)]
    ways = "//".join([_ssh(host), f"python={python_of(host)}", f"chdir={host.directory}"])
    return [f"{ways}//id={host.name}-{at}" for at in range(1, number + 1)]


def visit_spec(host: Host, python: str = "") -> str:
    """Return the spec of a visit that makes nothing: it starts in the home there, with `python` if that is given.

    What the host writes to its error stream is left there: it would reach this terminal unchecked.
    """
    if host.is_here:
        return f"popen//id={host.name}"
    return "//".join([_ssh(host), f"python={python or python_of(host)} 2>/dev/null", f"id={host.name}"])


def _ssh(host: Host) -> str:
    return f"ssh={' '.join([*SSH_OPTIONS, host.ssh])}"
