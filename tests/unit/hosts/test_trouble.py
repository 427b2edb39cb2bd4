"""What ssh says of a host becomes one clean line and what to type next."""

from __future__ import annotations

import pytest

from grokbatch.hosts.host import Host
from grokbatch.hosts.trouble import LONGEST, TroubleKind, clean, remedy, trouble_of_ssh

HOST = Host("studio", "-p 2222 me@studio")


@pytest.mark.parametrize(
    ("stderr", "kind", "line"),
    [
        (
            "ssh: Could not resolve hostname studoi: Name or service not known\r\n",
            TroubleKind.NAME,
            "ssh: Could not resolve hostname studoi: Name or service not known",
        ),
        (
            "ssh: connect to host box port 22: Connection refused",
            TroubleKind.REFUSED,
            "ssh: connect to host box port 22: Connection refused",
        ),
        (
            "ssh: connect to host box port 22: Connection timed out",
            TroubleKind.SILENT,
            "ssh: connect to host box port 22: Connection timed out",
        ),
        ("me@box: Permission denied (publickey).", TroubleKind.NOT_LET_IN, "me@box: Permission denied (publickey)."),
        (
            (
                "No ED25519 host key is known for box and you have requested strict checking.\r\n"
                "Host key verification failed.\r\n"
            ),
            TroubleKind.UNKNOWN_KEY,
            "No ED25519 host key is known for box and you have requested strict checking.",
        ),
        (
            (
                "@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@\nIT IS POSSIBLE …\n"
                "Host key verification failed.\n"
            ),
            TroubleKind.CHANGED_KEY,
            "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @",
        ),
        ("welcome\nsomething new", TroubleKind.SSH, "something new"),
        ("", TroubleKind.SSH, "ssh ended without a word"),
    ],
)
def test_what_ssh_says_is_told_in_its_own_words(stderr: str, kind: TroubleKind, line: str) -> None:
    trouble = trouble_of_ssh(stderr)
    assert (trouble.kind, trouble.text) == (kind, line)


@pytest.mark.parametrize("kind", TroubleKind)
def test_each_kind_of_trouble_says_what_to_do(kind: TroubleKind) -> None:
    assert "{" not in remedy(HOST, kind)
    assert "ssh" not in remedy(Host("here"), kind)


def test_what_a_host_sends_cannot_disturb_a_terminal() -> None:
    assert clean("a\x1b[31mred\x07\r\nline\u202eesrever\udc80") == "a [31mred line esrever"
    assert len(clean("x" * 10_000)) == LONGEST + 1
