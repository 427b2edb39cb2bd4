"""The pages that people and browsers see: the image post, the sign-in page, what follows a sign-in."""

from __future__ import annotations

import html
import json
import uuid
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from grokbatch.demo.places import HOME, SIGN_IN, local, place_of
from grokbatch.demo.sessions import COOKIE, name_of, set_cookies, user_name

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from grokbatch.demo.host import Host
    from grokbatch.demo.scenario import Scenario
    from grokbatch.demo.sessions import Session

FOLDER = Path(__file__).parent / "page"


class Pages:
    """Serves the HTML pages and the files they are made of."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[BaseRoute]:
        """Return the pages' routes."""
        return [
            Route(HOME, self.home),
            Route("/imagine/post/{post_id}", self.post),
            Route(SIGN_IN, self.sign_in),
            Route(SIGN_IN, self.signed_in, methods=["POST"]),
            Mount("/page", StaticFiles(directory=FOLDER / "static")),
        ]

    async def post(self, request: Request) -> Response:
        """Serve the shell of an image post; the page fills it by itself."""
        post_id = _uuid(request.path_params["post_id"])
        if post_id is None or self._host.world.post(post_id) is None:
            return Response("not found", 404)
        visitor = self._host.visitor(request)
        if visitor is None:
            return _to_sign_in(request)
        self._host.world.journal.note("open", session=visitor.name, user=visitor.user, post=post_id)
        return self._visited(request, self._shell(post_id, visitor))

    async def home(self, request: Request) -> Response:
        """Say who is signed in; here a sign-in leads that came from nowhere."""
        visitor = self._host.visitor(request)
        if visitor is None:
            return _to_sign_in(request)
        return self._visited(request, _page("signed-in.html").replace("{{user}}", html.escape(visitor.user)))

    def _visited(self, request: Request, page: str) -> Response:
        reply = HTMLResponse(page, headers={"cache-control": "no-store"})
        if self._host.world.scenario.rotate_session:
            set_cookies(reply, self._host.sessions.rotate(request.cookies[COOKIE]))
        return reply

    def _shell(self, post_id: str, visitor: Session) -> str:
        scenario = self._host.world.scenario
        labels = _labels(scenario.language)
        boot = {"post": post_id, "assets": self._host.assets, "labels": labels, "user": visitor.user}
        boot |= _shown(scenario)
        # "</" inside the JSON would end the script element early.
        filled = _page("post.html").replace("{{boot}}", json.dumps(boot).replace("</", "<\\/"))
        for key, label in labels.items():
            filled = filled.replace("{{" + key + "}}", html.escape(label))
        return filled.replace("{{language}}", scenario.language)

    async def sign_in(self, request: Request) -> Response:
        """Serve the sign-in page, which comes back to `redirect`."""
        target = local(request.query_params.get("redirect", SIGN_IN))
        if self._host.visitor(request) is not None:
            return RedirectResponse(HOME if target == SIGN_IN else target, 302)
        scenario = self._host.world.scenario
        seconds = scenario.sign_in_by_itself
        page = _page("sign-in.html").replace("{{by-itself}}", "" if seconds is None else str(seconds))
        page = page.replace("{{user}}", scenario.sign_in_as)
        page = page.replace("{{redirect}}", html.escape(target, quote=True))
        return HTMLResponse(page, headers={"cache-control": "no-store"})

    async def signed_in(self, request: Request) -> Response:
        """Start a session of the named user and go back to where the visitor came from."""
        form = parse_qs((await request.body()).decode(errors="replace"))
        try:
            user = user_name(form.get("user", [self._host.world.scenario.sign_in_as])[0])
        except ValueError as error:
            return Response(str(error), 400)
        reply = RedirectResponse(local(form.get("redirect", [SIGN_IN])[0]), 303)
        token = self._host.sessions.start(user)
        set_cookies(reply, token)
        self._host.world.journal.note("sign_in", session=name_of(token), user=user)
        return reply


def _to_sign_in(request: Request) -> Response:
    return RedirectResponse(f"{SIGN_IN}?redirect={quote(place_of(request))}", 302)


def _shown(scenario: Scenario) -> dict[str, Any]:
    return {
        "hydrate": scenario.hydrate,
        "urlAfter": scenario.url_after,
        "limitText": scenario.limit_text,
        "disabledWhenLimited": scenario.limit_style == "disabled",
        "asksBeforeClick": any(script.kind == "ignored_click" for script in scenario.outcomes.values()),
        "upsell": scenario.upsell,
        "cookieBanner": scenario.cookie_banner,
        "oldToast": scenario.old_toast,
    }


def _uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def _labels(language: str) -> dict[str, str]:
    labels: dict[str, dict[str, str]] = json.loads(_page("labels.json"))
    return labels["en"] | labels[language]


@cache
def _page(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
