"""The built-in site as a running server, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from grokbatch.demo.app import application
from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.scenario.users import DEMO_USER
from grokbatch.demo.state.host import Host
from grokbatch.demo.state.network import protocol_on
from grokbatch.demo.state.persistence import SavedVideos
from grokbatch.demo.state.sessions import browser_cookies

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

HOST = "127.0.0.1"
EXAMPLE_POST = "/imagine/post/8f3c1f5e-0d2b-4a57-9a55-4f4b0d6f5a10"
_BACKLOG = 512
_START_TIMEOUT = 30.0
_STOP_TIMEOUT = 10.0


class _ErrorsOnly(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Let exceptions through, except those of connections that are cut on purpose."""
        return record.exc_info is not None


_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"errors": {"()": _ErrorsOnly}},
    "loggers": {"uvicorn.error": {"level": "ERROR", "filters": ["errors"]}},
}


class DemoSite:
    """The built-in site, serving on 127.0.0.1 from `__enter__` (or `start`) until `__exit__` (or `stop`).

    `port` 0 takes a free port; a port that is in use raises OSError. Video files are served from a second free port,
    because the real site's files have another origin than its pages. `memory` are files, which need not exist yet, that
    keep finished videos: a later site with the same files has these videos, too, at new addresses.
    """

    def __init__(self, scenario: Scenario | None = None, *, port: int = 0, memory: tuple[Path, ...] = ()) -> None:
        self._scenario = scenario or Scenario()
        self._port = port
        self._memory = SavedVideos(memory)
        self._ready = threading.Event()
        self._host: Host | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def origin(self) -> str:
        """The site's address without a path, such as `http://127.0.0.1:41234`."""
        return self._running.origin

    @property
    def assets_origin(self) -> str:
        """The origin of video files and pictures."""
        return self._running.assets

    def start(self) -> None:
        """Bind the ports, start serving, and return when the site answers; raises OSError and RuntimeError."""
        sockets = [_listener(self._port)]
        try:
            sockets.append(_listener(0))
        except OSError:
            sockets[0].close()
            raise
        origin, assets = (f"http://{HOST}:{one.getsockname()[1]}" for one in sockets)
        self._host = Host(self._scenario, origin, assets, self._memory)
        self._server = uvicorn.Server(self._config(self._host))
        self._thread = threading.Thread(target=self._serve, args=(sockets,), name="grokbatch-demo", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_TIMEOUT):
            raise RuntimeError(f"demo site: {origin} did not start within {_START_TIMEOUT:g} s")

    def stop(self) -> None:
        """End open waits and the server; safe to call twice."""
        if self._thread is None or self._server is None or self._loop is None:
            return
        self._server.should_exit = True
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._running.stop)
            self._thread.join(_STOP_TIMEOUT)
        self._thread = None

    def session_cookies(self, user: str = DEMO_USER) -> list[dict[str, Any]]:
        """Return the cookies of a new session of `user`, for Playwright's `context.add_cookies`."""
        return browser_cookies(self._running.sessions.start(user), HOST)

    def journal(self) -> list[dict[str, Any]]:
        """Return all events so far, even after the stop: the fields of `journal.Entry` as dictionaries."""
        return self._running.site_state.journal.entries()

    @property
    def _running(self) -> Host:
        if self._host is None:
            raise RuntimeError("demo site: not started; use `with DemoSite(...) as site:` or call start()")
        return self._host

    def _config(self, host: Host) -> uvicorn.Config:
        return uvicorn.Config(
            application(host, self._mark_ready),
            http=protocol_on(host.network),
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=_LOGGING,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=4,
            backlog=_BACKLOG,
        )

    def _mark_ready(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()

    def _serve(self, sockets: list[socket.socket]) -> None:
        assert self._server is not None  # noqa: S101 - made in start()
        asyncio.run(self._server.serve(sockets=sockets))


def _listener(port: int) -> socket.socket:
    listener = socket.create_server((HOST, port), backlog=_BACKLOG)
    listener.setblocking(False)
    return listener
