"""Why a host cannot be reached or used, in one line, from what ssh and the shell there say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grokbatch.hosts.host import Host

LONGEST = 200
"""The most characters of a line that a host sends and that is shown."""

_UNPRINTABLE = re.compile(r"[^\S ]+|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class TroubleKind(StrEnum):
    """What kind of trouble it is, which decides what to type next."""

    NO_SSH = "no ssh here"
    NAME = "unknown name"
    REFUSED = "refused"
    SILENT = "silent"
    NOT_LET_IN = "not let in"
    UNKNOWN_KEY = "unknown host key"
    CHANGED_KEY = "changed host key"
    SSH = "ssh"
    NO_PYTHON = "no Python"
    OLD_PYTHON = "old Python"
    CHATTER = "chatter"
    LOST = "lost"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Trouble:
    """What is wrong; `text` says it in one line."""

    kind: TroubleKind
    text: str


def clean(text: str) -> str:
    """Return what a host sent as one line that a terminal can show: without control signs, and not too long."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


_REASONS = (
    (r"could not resolve hostname", TroubleKind.NAME),
    (r"remote host identification has changed", TroubleKind.CHANGED_KEY),
    (r"host key verification failed|no .* host key is known|authenticity of host", TroubleKind.UNKNOWN_KEY),
    (r"permission denied|too many authentication failures", TroubleKind.NOT_LET_IN),
    (r"connection refused", TroubleKind.REFUSED),
    (r"timed out|no route to host|network is unreachable|host is down", TroubleKind.SILENT),
)


def trouble_of_ssh(stderr: str) -> Trouble:
    """Return what kept ssh from connecting, from its messages."""
    lines = [line for line in map(clean, stderr.splitlines()) if line.strip("@ ")]
    for pattern, kind in _REASONS:
        for line in lines:
            if re.search(pattern, line, re.IGNORECASE):
                return Trouble(kind, line)
    return Trouble(TroubleKind.SSH, lines[-1] if lines else "ssh ended without a word")


def remedy(host: Host, kind: TroubleKind) -> str:
    """Return what to type next."""
    if host.is_here:
        return "see what is said by: grokbatch doctor"
    return _REMEDIES[kind].format(name=host.name, ssh=host.ssh, source=host.source, python=host.python)


def remedy_for_python(host: Host) -> str:
    """Return what to type where the host's Python or grokbatch is missing or another one."""
    if host.python:
        return (
            f"install the same grokbatch for {host.python} there, or leave out python: in {host.source} and type: "
            f"grokbatch hosts install {host.name}"
        )
    return f"type: grokbatch hosts install {host.name}"


_REMEDIES = {
    TroubleKind.NO_SSH: "install OpenSSH's client, for instance with: apt-get install openssh-client",
    TroubleKind.NAME: "check ssh: of {name} in {source}, and try: ssh {ssh} true",
    TroubleKind.REFUSED: "start the SSH server there (Linux: systemctl start ssh; macOS: Sharing, Remote Login), or "
    "check the port in {source}",
    TroubleKind.SILENT: "see whether it is on and in this network, then try: ssh {ssh} true",
    TroubleKind.NOT_LET_IN: "have your key let in there, once, with: ssh-copy-id {ssh}",
    TroubleKind.UNKNOWN_KEY: "log in once to see and accept its key: ssh {ssh} true",
    TroubleKind.CHANGED_KEY: "the computer is another one than before, or somebody is in between; if it was set up "
    "anew, follow what is said by: ssh {ssh} true",
    TroubleKind.SSH: "try: ssh {ssh} true",
    TroubleKind.NO_PYTHON: "type: grokbatch hosts install {name}",
    TroubleKind.OLD_PYTHON: "install Python 3.11 or later there, then type: grokbatch hosts install {name}",
    TroubleKind.CHATTER: "its login scripts (~/.bashrc, ~/.profile) print something where nobody is at a terminal, "
    "which disturbs the connection: let them do so in interactive shells only",
    TroubleKind.LOST: "try again; if it stays so: ssh {ssh} true",
    TroubleKind.UNCLEAR: "type: grokbatch hosts install {name}",
}
