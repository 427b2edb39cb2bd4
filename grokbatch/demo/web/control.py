"""The control endpoint `/__control__/…`, for tests and for people who rehearse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.scenario.users import DEMO_USER, user_name
from grokbatch.demo.state.sessions import browser_cookies

if TYPE_CHECKING:
    from starlette.requests import Request

    from grokbatch.demo.state.host import Host


CONTROL = "/__control__"


class Control:
    """Reads and changes the site from outside."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Mount]:
        """Return the control endpoint's routes."""
        inner = [
            Route("/scenario", self.read_scenario),
            Route("/scenario", self.change_scenario, methods=["POST", "PUT"]),
            Route("/reset", self.reset, methods=["POST"]),
            Route("/journal", self.journal),
            Route("/session", self.session, methods=["POST"]),
            Route("/expire", self.expire, methods=["POST"]),
            Route("/clear", self.clear, methods=["POST"]),
        ]
        return [Mount(CONTROL, routes=inner)]

    async def read_scenario(self, request: Request) -> Response:  # noqa: ARG002 - a handler's shape
        """Return the current scenario."""
        return JSONResponse(self._host.site_state.scenario.model_dump(mode="json"))

    async def change_scenario(self, request: Request) -> Response:
        """POST changes the fields that are given, PUT replaces the whole scenario; 422 says what is wrong."""
        try:
            fields = json.loads(await request.body())
            current = self._host.site_state.scenario
            new = current.changed(fields) if request.method == "POST" else Scenario.model_validate(fields)
        except (ValidationError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 422)
        except ValueError:
            return JSONResponse({"error": "the body must be a JSON object of scenario fields"}, 422)
        self._host.site_state.scenario = new
        return JSONResponse(new.model_dump(mode="json"))

    async def reset(self, request: Request) -> Response:  # noqa: ARG002 - a handler's shape
        """Delete everything except the scenario and the sessions."""
        self._host.reset()
        return JSONResponse({})

    async def journal(self, request: Request) -> Response:  # noqa: ARG002 - a handler's shape
        """Return all events so far."""
        return JSONResponse(self._host.site_state.journal.entries())

    async def session(self, request: Request) -> Response:
        """Start a session of `{"user": NAME}` or of the demo user; return cookies for `add_cookies`."""
        try:
            token = self._host.sessions.start(await _user(request) or DEMO_USER)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse(browser_cookies(token, urlsplit(self._host.origin).hostname or ""))

    async def expire(self, request: Request) -> Response:
        """Sign `{"user": NAME}` out everywhere, or everybody."""
        try:
            user = await _user(request)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 422)
        self._host.sessions.expire(user)
        self._host.site_state.journal.note("signed_out", user=user)
        return JSONResponse({})

    async def clear(self, request: Request) -> Response:  # noqa: ARG002 - a handler's shape
        """End the human check for everybody; browsers that show it go on by themselves."""
        scenario = self._host.site_state.scenario.changed({"human_check": False, "human_check_after": None})
        self._host.site_state.scenario = scenario
        return JSONResponse({})


async def _user(request: Request) -> str | None:
    """Return the user that the body names, None if it is empty; raises ValueError."""
    body = await request.body()
    told = json.loads(body) if body.strip() else {}
    if not isinstance(told, dict) or told.keys() - {"user"}:
        raise ValueError('the body must be empty or {"user": NAME}')
    return user_name(told["user"]) if "user" in told else None
