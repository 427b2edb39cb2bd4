"""Lets a host reach the built-in site, which listens on this computer only, for as long as a rehearsal lasts."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grokbatch.hosts.specs import SSH_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SECONDS = 5.0


def forwarding_words(ssh: str, ports: Iterable[int]) -> list[str]:
    """Return the command that makes these ports of this computer's own address ports of the host's own address."""
    forwarded = [f"-R127.0.0.1:{port}:127.0.0.1:{port}" for port in sorted(set(ports))]
    return ["ssh", *SSH_OPTIONS, "-N", "-T", *forwarded, *ssh.split()]


@contextmanager
def forwarded(ssh: str, ports: Iterable[int]) -> Iterator[None]:
    """Forward the ports while the block lasts. If that fails, the pages of the host's workers do not load, and say so.

    Nobody else's computer can use them: both ends are loopback addresses.
    """
    process = subprocess.Popen(
        forwarding_words(ssh, ports), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
