"""Sends files to a host over a channel of execnet: in pieces, checked by their hash, with bounded memory."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from grokbatch.hosts.connection import answer, put

if TYPE_CHECKING:
    from pathlib import Path

PIECE = 256 * 1024
"""Bytes of a piece."""

_AHEAD = 4
"""Pieces that are under way before the first of them must have been taken: the other side keeps what it has not."""

_SECONDS = 120.0


def send_file(channel: Any, path: Path, name: str) -> None:
    """Send the file `path` as `name` to the module that serves the channel.

    Raises what `answer` and `put` raise, and OSError.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        put(channel, ("file", name, size := file.seek(0, 2), digest))
        file.seek(0)
        sent = taken = 0
        while taken * PIECE < size:
            while sent * PIECE < size and sent - taken < _AHEAD:
                put(channel, file.read(PIECE))
                sent += 1
            answer(channel, _SECONDS)
            taken += 1
    answer(channel, _SECONDS)
