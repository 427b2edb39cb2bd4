"""The site's connections, which can all be cut for a while to simulate a lost network."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio


class Network:
    """All connections of one site. Used from the server's event loop only."""

    def __init__(self) -> None:
        self._back_at = 0.0
        self._lines: set[asyncio.Transport] = set()

    @property
    def is_away(self) -> bool:
        """Whether the network is cut now."""
        return time.monotonic() < self._back_at

    def go_away(self, seconds: float) -> None:
        """Drop all connections, and refuse new ones for `seconds`."""
        self._back_at = time.monotonic() + seconds
        for line in tuple(self._lines):
            line.abort()

    def opened(self, line: asyncio.Transport) -> None:
        """Add a new connection, or drop it while the network is cut."""
        self._lines.add(line)
        if self.is_away:
            line.abort()

    def closed(self, line: asyncio.Transport) -> None:
        """Remove a connection that has ended."""
        self._lines.discard(line)


def protocol_on(network: Network) -> type[H11Protocol]:
    """Return the server's protocol for connections that belong to `network`."""

    class Line(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            network.opened(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            network.closed(self.transport)

    return Line
