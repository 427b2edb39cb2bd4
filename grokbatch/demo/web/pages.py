"""The HTML pages: the image post, the sign-in page, and the page after a sign-in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from grokbatch.demo.scenario.users import user_name
from grokbatch.demo.state.sessions import COOKIE, name_of, set_cookies
from grokbatch.demo.web import page_config
from grokbatch.demo.web.templates import page
from grokbatch.demo.web.urls import HOME, SIGN_IN, local, place_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from grokbatch.demo.scenario.scenario import Scenario
    from grokbatch.demo.state.host import Host
    from grokbatch.demo.state.sessions import Session

MORE_IN_GALLERY = 10


class Pages:
    """Serves the HTML pages and their scripts and styles."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[BaseRoute]:
        """Return the pages' routes."""
        return [
            Route(HOME, self.home),
            Route("/imagine/post/{post_id}", self.post),
            Route(SIGN_IN, self.sign_in),
            Route(SIGN_IN, self.signed_in, methods=["POST"]),
            Mount("/page", StaticFiles(directory=page_config.FOLDER / "static")),
        ]

    async def post(self, request: Request) -> Response:
        """Serve the shell of an image post; the page fills it by itself."""
        post_id = _uuid(request.path_params["post_id"])
        if post_id is None or self._host.site_state.post(post_id) is None:
            return Response("not found", 404)
        visitor = self._host.visitor(request)
        if visitor is None:
            return _to_sign_in(request)
        self._host.site_state.visit(visitor, post_id)
        scenario = self._host.site_state.scenario
        if uuid.UUID(post_id) == scenario.deleted_image:
            is_moved = scenario.deleted_post == "redirect"
            return RedirectResponse(HOME) if is_moved else self._visited(request, page("deleted.html"))
        return self._visited(request, self._shell(post_id, visitor))

    async def home(self, request: Request) -> Response:
        """Serve the page that says who is signed in; a sign-in without a page to go back to leads here."""
        visitor = self._host.visitor(request)
        if visitor is None:
            return _to_sign_in(request)
        return self._visited(request, page("signed-in.html", user=visitor.user))

    def _visited(self, request: Request, text: str) -> Response:
        reply = HTMLResponse(text, headers={"cache-control": "no-store"})
        if self._host.site_state.scenario.rotate_session:
            set_cookies(reply, self._host.sessions.rotate(request.cookies[COOKIE]))
        return reply

    def _shell(self, post_id: str, visitor: Session) -> str:
        site_state = self._host.site_state
        scenario, words = site_state.scenario, page_config.labels(site_state.scenario)
        boot: dict[str, Any] = {"post": post_id, "assets": self._host.assets, "labels": words, "user": visitor.user}
        boot |= page_config.told(scenario) | {"throttled": site_state.is_throttled(visitor.user)}
        boot["gallery"] = site_state.foreign(
            post_id, "gallery", scenario.gallery and scenario.gallery + MORE_IN_GALLERY
        )
        boot["others"] = site_state.foreign(post_id, uuid.uuid4().hex, MORE_IN_GALLERY * scenario.preference_question)
        return page(
            "post.html",
            language=scenario.language,
            era=scenario.era,
            shape=_shape_of(scenario),
            labels=words,
            boot=boot,
        )

    async def sign_in(self, request: Request) -> Response:
        """Serve the sign-in page, which leads back to `redirect`."""
        target = local(request.query_params.get("redirect", SIGN_IN))
        if self._host.visitor(request) is not None:
            return RedirectResponse(HOME if target == SIGN_IN else target, 302)
        scenario = self._host.site_state.scenario
        seconds = scenario.sign_in_by_itself
        by_itself = "" if seconds is None else seconds
        text = page("sign-in.html", by_itself=by_itself, user=scenario.sign_in_as, redirect=target)
        return HTMLResponse(text, headers={"cache-control": "no-store"})

    async def signed_in(self, request: Request) -> Response:
        """Start a session of the named user, and redirect to the page from which the visitor came."""
        form = parse_qs((await request.body()).decode(errors="replace"))
        try:
            user = user_name(form.get("user", [self._host.site_state.scenario.sign_in_as])[0])
        except ValueError as error:
            return Response(str(error), 400)
        reply = RedirectResponse(local(form.get("redirect", [SIGN_IN])[0]), 303)
        token = self._host.sessions.start(user)
        set_cookies(reply, token)
        self._host.site_state.journal.note("sign_in", session=name_of(token), user=user)
        return reply


def _to_sign_in(request: Request) -> Response:
    return RedirectResponse(f"{SIGN_IN}?redirect={quote(place_of(request))}", 302)


def _shape_of(scenario: Scenario) -> str:
    return scenario.era.lower() if scenario.layout == "known" else "unknown"


def _uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None
