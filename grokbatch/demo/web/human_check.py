"""The human check, which blocks the site until a person passes it, once in every browser."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from grokbatch.demo.web.templates import page
from grokbatch.demo.web.urls import HOME, local, place_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from grokbatch.demo.state.host import Host

CLEARANCE = "cf_clearance"
MAX_AGE = 365 * 24 * 3600
_BEHIND = ("/imagine", "/rest/", "/api/")


class HumanCheck:
    """Blocks pages and API, except for browsers with a clearance cookie."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Route]:
        """Return the routes of the check's own page."""
        return [
            Route("/human-check", self.still_wanted),
            Route("/human-check", self.passed, methods=["POST"]),
        ]

    def barrier(self, request: Request) -> Response | None:
        """Return the check as the reply to `request` (403, `cf-mitigated: challenge`), or None if it may pass."""
        if not request.url.path.startswith(_BEHIND) or not self._wanted(request):
            return None
        is_page = request.url.path.startswith(HOME)
        facts = self._host.facts(request)
        if is_page:
            self._host.site_state.journal.note("human_check", **facts)
        else:
            self._host.site_state.journal.note("refused", outcome="human_check", **facts)
        text = self._page(place_of(request) if is_page else HOME)
        return HTMLResponse(text, 403, {"cf-mitigated": "challenge", "cache-control": "no-store"})

    async def still_wanted(self, request: Request) -> Response:
        """Tell the page whether the check is still on: it may be ended while a browser shows it."""
        return JSONResponse({"wanted": self._wanted(request)}, headers={"cache-control": "no-store"})

    async def passed(self, request: Request) -> Response:
        """Give the browser a clearance, and redirect to the page at which it was blocked."""
        form = parse_qs((await request.body()).decode(errors="replace"))
        clearance = secrets.token_urlsafe(24)
        self._host.site_state.clearances.append(clearance)
        self._host.site_state.journal.note("human_passed", **self._host.facts(request))
        reply = RedirectResponse(local(form.get("redirect", [HOME])[0]), 303)
        reply.set_cookie(CLEARANCE, clearance, max_age=MAX_AGE, httponly=True, samesite="lax")
        return reply

    def _wanted(self, request: Request) -> bool:
        site_state = self._host.site_state
        return site_state.wants_human and request.cookies.get(CLEARANCE) not in site_state.clearances

    def _page(self, back_to: str) -> str:
        seconds = self._host.site_state.scenario.person_passes_after
        return page("human-check.html", by_itself="" if seconds is None else seconds, redirect=back_to)
