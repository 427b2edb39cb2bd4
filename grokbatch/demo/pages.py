"""The pages that people and browsers see: the image post, the sign-in page, the human check."""

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

from grokbatch.demo.sessions import COOKIES, MAX_AGE, name_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from grokbatch.demo.host import Host
    from grokbatch.demo.scenario import Scenario

FOLDER = Path(__file__).parent / "page"


class Pages:
    """Serves the HTML pages and the files they are made of."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[BaseRoute]:
        """Return the pages' routes."""
        return [
            Route("/imagine/post/{post_id}", self.post),
            Route("/sign-in", self.sign_in),
            Route("/sign-in", self.signed_in, methods=["POST"]),
            Route("/human-check", self.human_checked, methods=["POST"]),
            Mount("/page", StaticFiles(directory=FOLDER / "static")),
        ]

    async def post(self, request: Request) -> Response:
        """Serve the shell of an image post; the page fills it by itself."""
        post_id = _uuid(request.path_params["post_id"])
        if post_id is None or self._host.world.post(post_id) is None:
            return Response("not found", 404)
        visitor = self._host.visitor(request)
        if visitor is None:
            wanted = quote(str(request.url.replace(scheme="", netloc="")))
            return RedirectResponse(f"/sign-in?redirect={wanted}", 302)
        self._host.world.journal.note("open", session=visitor, post=post_id)
        return HTMLResponse(self._shell(post_id), headers={"cache-control": "no-store"})

    def _shell(self, post_id: str) -> str:
        scenario = self._host.world.scenario
        labels = _labels(scenario.language)
        boot = {"post": post_id, "assets": self._host.assets, "labels": labels, **_shown(scenario)}
        # "</" inside the JSON would end the script element early.
        filled = _page("post.html").replace("{{boot}}", json.dumps(boot).replace("</", "<\\/"))
        for key, label in labels.items():
            filled = filled.replace("{{" + key + "}}", html.escape(label))
        return filled.replace("{{language}}", scenario.language)

    async def sign_in(self, request: Request) -> Response:
        """Serve the sign-in page, which comes back to `redirect`."""
        target = _local(request.query_params.get("redirect", "/sign-in"))
        signed_in = self._host.visitor(request) is not None
        page = _page("signed-in.html" if signed_in and target == "/sign-in" else "sign-in.html")
        return HTMLResponse(page.replace("{{redirect}}", html.escape(target, quote=True)))

    async def signed_in(self, request: Request) -> Response:
        """Start a session and go back to where the visitor came from."""
        form = parse_qs((await request.body()).decode(errors="replace"))
        reply = RedirectResponse(_local(form.get("redirect", ["/sign-in"])[0]), 303)
        token = self._host.sessions.start()
        for name in COOKIES:
            reply.set_cookie(name, token, max_age=MAX_AGE, httponly=True, samesite="lax")
        self._host.world.journal.note("sign_in", session=name_of(token))
        return reply

    async def human_checked(self, request: Request) -> Response:
        """Let the visitor pass who said to be human, and go back."""
        form = parse_qs((await request.body()).decode(errors="replace"))
        self._host.world.human_check_passed = True
        return RedirectResponse(_local(form.get("redirect", ["/sign-in"])[0]), 303)


def human_check(path: str) -> HTMLResponse:
    """Return the challenge that stands in the way of `path`."""
    page = _page("human-check.html").replace("{{redirect}}", html.escape(_local(path), quote=True))
    return HTMLResponse(page, 403, {"cf-mitigated": "challenge", "cache-control": "no-store"})


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


def _local(target: str) -> str:
    # Only paths of this site: "//host" and "/\host" would lead away.
    return target if target.startswith("/") and target[1:2] not in ("/", "\\") else "/sign-in"


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
