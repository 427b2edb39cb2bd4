"""Runs the server until Ctrl+C."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn

from grokbatch.review.serve.app import HOST, application
from grokbatch.review.serve.contents import ServedWall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grokbatch.review.wall.content import WallSource


def serve(sources: Sequence[WallSource], ready: Callable[[str], None]) -> None:
    """Give out one wall of `sources` on a free port until Ctrl+C; call `ready` with the address. Raises OSError.

    The address has a part that nobody can guess, because other users of this computer can connect, too.
    """
    token = secrets.token_urlsafe(24)
    with socket.create_server((HOST, 0)) as listener:
        # Whoever connects now waits until the server answers.
        ready(f"http://{HOST}:{listener.getsockname()[1]}/{token}/")
        with suppress(KeyboardInterrupt):
            server_of(sources, token).run(sockets=[listener])


def server_of(sources: Sequence[WallSource], token: str) -> uvicorn.Server:
    """Return the server of a wall, which does not run yet."""
    return uvicorn.Server(
        uvicorn.Config(
            application(ServedWall(*sources), token),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )
