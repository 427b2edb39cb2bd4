"""What every request handler shares: the world, the sessions, the addresses, and waits that end at a stop."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from grokbatch.demo.sessions import COOKIE, Sessions, name_of
from grokbatch.demo.world import World

if TYPE_CHECKING:
    from starlette.requests import Request

    from grokbatch.demo.scenario import Scenario


class Host:
    """One running site."""

    def __init__(self, scenario: Scenario, origin: str, assets: str) -> None:
        self.origin = origin
        self.assets = assets
        self.sessions = Sessions()
        self.world = World(scenario, self.sessions)
        self._stopping = asyncio.Event()

    def reset(self) -> None:
        """Forget posts, videos, submits and the journal; the scenario and the sessions stay."""
        self.world = World(self.world.scenario, self.sessions)

    def stop(self) -> None:
        """End all waits."""
        self._stopping.set()

    async def pause(self, seconds: float | None) -> bool:
        """Wait `seconds` (None: for ever), and return False at once when the site stops."""
        if seconds is not None and seconds <= 0:
            return not self._stopping.is_set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return not self._stopping.is_set()

    async def lag(self) -> None:
        """Wait as long as the scenario lets every API reply take."""
        await self.pause(self.world.scenario.latency)

    def visitor(self, request: Request) -> str | None:
        """Return the journal's name of the signed-in session of `request`, or None."""
        token = request.cookies.get(COOKIE)
        return name_of(token) if token and self.sessions.holds(token) else None

    def may_fetch(self, request: Request) -> bool:
        """Whether the asset host serves `request`: it wants a session cookie and learns of sign-outs late."""
        return self.sessions.is_known(request.cookies.get(COOKIE))
