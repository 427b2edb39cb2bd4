"""A worker's browser, really launched: signed in by the copied profile, small, closed whatever happens."""

from __future__ import annotations

import http.server
import os
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.browser.errors import BrowserError, ProfileError
from grokbatch.browser.launch.context import WorkerContext, WorkerFolder, open_context
from grokbatch.browser.process.memory import release_resources
from grokbatch.browser.profiles.account import Account
from grokbatch.browser.profiles.worker_copy import copy_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserType

    from grokbatch.browser.discovery.find import Browser

    Open = Callable[..., WorkerContext]

KEEP = "keep=signed-in; Max-Age=86400; Path=/; HttpOnly"
PAGE = b"<!doctype html><title>here</title><p>hello"


class _Site(http.server.BaseHTTPRequestHandler):
    """Sets a lasting cookie at /sign-in, has a clip to cache, and answers with the cookies it was sent."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        if self.path == "/sign-in":
            self.send_header("Set-Cookie", KEEP)
        if self.path == "/clip":
            self.send_header("Cache-Control", "max-age=3600")
            self.end_headers()
            self.wfile.write(os.urandom(3_000_000))
            return
        self.end_headers()
        self.wfile.write(PAGE + self.headers.get("Cookie", "no cookie").encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_worker(browser_type: BrowserType, installed: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a worker's browser in the folder of the name given; closed at the end of the test."""
    opened: list[WorkerContext] = []

    def begin(name: str = "gw0", *, browser: Browser = installed, **options: object) -> WorkerContext:
        worker = open_context(browser_type, browser, WorkerFolder(tmp_path / name), **options)  # type: ignore[arg-type]
        opened.append(worker)
        return worker

    yield begin
    for worker in opened:
        worker.close()


@pytest.fixture
def account(open_worker: Open, site: str) -> Account:
    """An account that was signed in in a browser of ours, with a cache of 50 MB."""
    with open_worker("account", close_seconds=60.0) as signing_in:
        signing_in.page.goto(f"{site}/sign-in")
    profile = signing_in.folder.profile
    cache = profile / "Default" / "Cache" / "Cache_Data"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "large").write_bytes(bytes(50_000_000))
    return Account("main", profile)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def test_a_worker_is_signed_in_by_a_copy_that_leaves_the_cache_behind(
    open_worker: Open, account: Account, site: str, tmp_path: Path
) -> None:
    folder = WorkerFolder(tmp_path / "gw0")
    copy_profile(account, folder.profile)
    worker = open_worker("gw0")
    worker.page.goto(site)
    assert "keep=signed-in" in worker.page.inner_text("p")
    worker.close()
    assert size(folder.root) < 2_000_000


def test_signing_in_with_the_full_browser_serves_the_headless_shell(
    open_worker: Open, installed: Browser, site: str, tmp_path: Path
) -> None:
    if installed.headless_executable is None:
        pytest.skip("there is no headless shell here")
    full = replace(installed, headless_executable=None)
    with open_worker("account", browser=full, close_seconds=60.0) as signing_in:
        signing_in.page.goto(f"{site}/sign-in")
    copy_profile(Account("main", signing_in.folder.profile), tmp_path / "gw0" / "profile")
    worker = open_worker("gw0")
    assert worker.process is not None
    assert worker.process.exe() == str(installed.headless_executable)
    worker.page.goto(site)
    assert "keep=signed-in" in worker.page.inner_text("p")


def test_session_cookies_of_the_account_are_sent(open_worker: Open, site: str) -> None:
    worker = open_worker(cookies=({"name": "sso", "value": "session", "url": site},))
    worker.page.goto(site)
    assert "sso=session" in worker.page.inner_text("p")


def test_a_profile_open_in_a_worker_is_not_copied(open_worker: Open, tmp_path: Path) -> None:
    worker = open_worker("account")
    with pytest.raises(ProfileError, match="its profile is open in process"):
        copy_profile(Account("main", worker.folder.profile), tmp_path / "copy")
    worker.close()
    copy_profile(Account("main", worker.folder.profile), tmp_path / "copy")


def test_playwrights_features_are_kept_beside_ours(open_worker: Open) -> None:
    process = open_worker(launch_args={"args": ["--disable-features=OfTheUser"]}).process
    assert process is not None
    lists = [part for part in process.cmdline() if part.startswith(("--disable-features=", "--enable-features="))]
    assert len(lists) == 2
    assert "NetworkServiceInProcess2" in lists[0].split(",")
    features = lists[1].partition("=")[2].split(",")
    assert {"OfTheUser", "SpareRendererForSitePerProcess", "MediaRouter"} <= set(features)


def test_pages_move_as_they_do_for_a_person(open_worker: Open) -> None:
    """The real site samples its own animations: one that stands still, or is asked to, would give a run away."""
    page = open_worker().page
    page.goto(
        "data:text/html,<style>@keyframes turn { to { rotate: 1turn } }</style>"
        "<i style='display: block; animation: turn 1s linear infinite'>o</i>"
    )
    page.wait_for_function(
        "() => { const now = getComputedStyle(document.querySelector('i')).rotate;"
        " (window.seen ??= new Set()).add(now); return window.seen.size > 3; }",
        timeout=30_000,
    )
    assert page.evaluate("document.getAnimations().map(one => one.playState)") == ["running"]
    assert not page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    assert page.evaluate("document.adoptedStyleSheets.length") == 0


def test_tidying_collects_garbage(open_worker: Open) -> None:
    worker = open_worker()
    worker.page.evaluate("() => { window.gone = new WeakRef({}); }")
    release_resources(worker.page)
    assert worker.page.evaluate("window.gone.deref() === undefined")


def test_what_was_watched_does_not_stay_on_the_disk(open_worker: Open, site: str) -> None:
    worker = open_worker()
    worker.page.goto(site)
    worker.page.evaluate("fetch('/clip').then(answer => answer.blob()).then(blob => blob.size)")
    release_resources(worker.page)
    worker.close()
    assert size(worker.folder.root) < 2_000_000


def test_a_video_on_the_page_plays_on(open_worker: Open, site: str) -> None:
    page = open_worker().page
    page.goto(site)
    # A moving picture that needs no codec.
    page.evaluate(
        "() => { const canvas = document.createElement('canvas'); canvas.getContext('2d').fillRect(0, 0, 9, 9);"
        " const video = document.createElement('video'); video.muted = video.autoplay = true;"
        " video.srcObject = canvas.captureStream(20); document.body.append(video); }"
    )
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.5", timeout=30_000)
    assert not page.evaluate("document.querySelector('video').paused")


def test_downloads_land_in_the_workers_folder(open_worker: Open) -> None:
    worker = open_worker()
    worker.page.set_content("<a download='clip.mp4' href='data:video/mp4,abc'>get</a>")
    with worker.page.expect_download() as waiting:
        worker.page.click("a")
    assert waiting.value.path().parent == worker.folder.downloads


@contextmanager
def hang(worker: WorkerContext, what: str) -> Iterator[None]:
    """Make the renderer loop for ever, or stop or kill the browser, for as long as the test takes."""
    process = worker.process
    assert process is not None
    if what == "renderer loops":
        worker.page.evaluate("() => { setTimeout(() => { for (;;); }); }")
    elif what == "browser stopped":
        process.suspend()
    else:
        process.kill()
    yield


@pytest.mark.parametrize("what", ["renderer loops", "browser stopped", "browser killed"])
def test_closing_kills_what_hangs_and_leaves_no_process(open_worker: Open, what: str) -> None:
    worker = open_worker()
    assert worker.process is not None
    family = [worker.process, *worker.process.children(recursive=True)]
    with hang(worker, what):
        began = time.monotonic()
        worker.close()
        assert time.monotonic() - began < 20, "it was not killed: Playwright itself does so after 30 s"
    _, alive = psutil.wait_procs(family, timeout=30)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    worker.close()


def test_a_new_browser_can_be_opened_where_one_was_killed(
    open_worker: Open, account: Account, site: str, tmp_path: Path
) -> None:
    copy_profile(account, tmp_path / "gw0" / "profile")
    open_worker("gw0").kill()
    worker = open_worker("gw0")
    worker.page.goto(site)
    assert "keep=signed-in" in worker.page.inner_text("p")


def test_a_browser_that_does_not_start_is_an_error_with_its_own_words(
    open_worker: Open, installed: Browser, tmp_path: Path
) -> None:
    broken = tmp_path / "broken-chrome"
    broken.write_text("#!/bin/sh\necho error while loading shared libraries: libnss3.so >&2\nexit 127\n")
    broken.chmod(0o700)
    with pytest.raises(BrowserError, match=r"does not start: .*libnss3\.so"):
        open_worker(browser=replace(installed, executable=broken, headless_executable=None))


def test_of_what_a_browser_says_the_reason_is_told_and_not_the_noise_of_its_crash(
    open_worker: Open, installed: Browser, tmp_path: Path
) -> None:
    broken = tmp_path / "broken-chrome"
    said = "[1:1:FATAL:process_singleton_posix.cc:315] Socket path too long: /a/very/long/path/SingletonSocket."
    noise = "[1:1:ERROR:file_io_posix.cc:145] open cpu0: No such file or directory (2)"
    lines = "".join(f"echo '{line}' >&2\n" for line in (said, *[noise] * 4))
    broken.write_text(f"#!/bin/sh\n{lines}exit 134\n")
    broken.chmod(0o700)
    with pytest.raises(BrowserError, match=r"Socket path too long: .*; set TMPDIR to a folder") as told:
        open_worker(browser=replace(installed, executable=broken, headless_executable=None))
    assert "cpu0" not in str(told.value)


def test_a_window_without_a_display_is_refused(open_worker: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have a display")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(BrowserError, match="leave out --headed"):
        open_worker(headless=False)
