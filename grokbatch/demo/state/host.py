"""What all request handlers share: the site's state, the sessions, the addresses, and waits that end with the site."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from grokbatch.demo.state.network import Network
from grokbatch.demo.state.persistence import SavedVideos
from grokbatch.demo.state.sessions import COOKIE, Sessions
from grokbatch.demo.state.site_state import SiteState

if TYPE_CHECKING:
    from starlette.requests import Request

    from grokbatch.demo.scenario.scenario import Scenario
    from grokbatch.demo.state.sessions import Session


class Host:
    """One running site."""

    def __init__(self, scenario: Scenario, origin: str, assets: str, memory: SavedVideos | None = None) -> None:
        self.origin = origin
        self.assets = assets
        self.sessions = Sessions()
        self.network = Network()
        self.site_state = SiteState(scenario, self.sessions, memory or SavedVideos())
        self._stopping = asyncio.Event()

    def reset(self) -> None:
        """Delete posts, videos, submits and the journal; keep the scenario and the sessions."""
        self.site_state.memory.keep(())
        self.site_state = SiteState(self.site_state.scenario, self.sessions, self.site_state.memory)

    def stop(self) -> None:
        """End all waits."""
        self._stopping.set()

    async def pause(self, seconds: float | None) -> bool:
        """Wait `seconds` (None: without end) and return True; return False at once when the site stops."""
        if seconds is not None and seconds <= 0:
            return not self._stopping.is_set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return not self._stopping.is_set()

    async def lag(self) -> None:
        """Wait for the scenario's latency of API replies."""
        await self.pause(self.site_state.scenario.latency)

    def visitor(self, request: Request) -> Session | None:
        """Return the session of `request`, or None if it is not signed in."""
        return self.sessions.find(request.cookies.get(COOKIE), self.site_state.scenario)

    def facts(self, request: Request) -> dict[str, str]:
        """Return the journal's fields for the session of `request`, even if that session has ended."""
        session = self.sessions.ever(request.cookies.get(COOKIE))
        return {} if session is None else {"session": session.name, "user": session.user}

    def may_fetch(self, request: Request) -> bool:
        """Whether the asset host serves `request`: it needs the cookie of a session, which may have ended."""
        return self.sessions.ever(request.cookies.get(COOKIE)) is not None
