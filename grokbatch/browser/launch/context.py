"""Launches a worker's browser with few resources, and ends it even if it hangs."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import psutil
from playwright.sync_api import Error

from grokbatch.browser.errors import BrowserError
from grokbatch.browser.launch.environment import has_display, sandbox_works
from grokbatch.browser.process.tree import browsers_on, driver_of, end_tree
from grokbatch.browser.process.wrapper_scripts import guard_browser
from grokbatch.record.storage.private_files import private_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from playwright.sync_api import BrowserContext, BrowserType, Page

    from grokbatch.browser.discovery.find import Browser
    from grokbatch.browser.profiles.account import Cookie

# These switches save a sixth of a worker's memory, as measured: one renderer process and no spare one, and the network
# and audio services within the browser's process. Playwright itself adds switches such as --password-store=basic and
# --disable-background-networking, the same for signing in and for a run.
_SWITCHES = (
    "--renderer-process-limit=1",
    "--mute-audio",
    "--disable-gpu-shader-disk-cache",
    "--disk-cache-size=16777216",
)
_ENABLE = ("NetworkServiceInProcess2",)
_DISABLE = ("AudioServiceOutOfProcess", "SpareRendererForSitePerProcess")

# Pixels: wide enough for the page's desktop layout. A larger page would need more memory and time to draw.
_VIEWPORT = {"width": 1024, "height": 720}

_LAUNCH_MILLISECONDS = 90_000
CLOSE_SECONDS = 5.0
"""The seconds in which a browser must close before it is killed, if nothing that it still writes is needed."""

_DRIVER_SECONDS = 2.0
_LINES_SHOWN = 3
_SHORTER_FOLDER = "; set TMPDIR to a folder with a shorter path, such as: export TMPDIR=/tmp"


@dataclass(frozen=True)
class WorkerFolder:
    """The folder of one worker during a run: `<run directory>/worker-profiles/<worker>/`."""

    root: Path

    @property
    def profile(self) -> Path:
        """The copy of the account's profile."""
        return self.root / "profile"

    @property
    def downloads(self) -> Path:
        """The folder for downloads, on the run directory's file system, so that files can be moved by renaming them."""
        return self.root / "downloads"

    @property
    def scripts(self) -> Path:
        """The folder with the start scripts of the driver and the browser."""
        return self.root / "scripts"


class WorkerContext:
    """A worker's browser: a persistent context with one page, which can be closed in any state.

    `process` is the browser's main process and `driver` Playwright's, None if it was not found. `close_seconds` is the
    time in which the browser must close before it is killed.
    """

    def __init__(self, context: BrowserContext, folder: WorkerFolder, *, close_seconds: float = CLOSE_SECONDS) -> None:
        self.context = context
        self.folder = folder
        self._close_seconds = close_seconds
        self.process = _find_process(folder.profile)
        self.driver = None if self.process is None else driver_of(self.process)

    @property
    def page(self) -> Page:
        """The worker's page; a new one is opened if it was closed."""
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def kill(self) -> None:
        """Kill the browser at once; it saves nothing."""
        if self.process is not None:
            end_tree(self.process)

    def close(self) -> None:
        """Close the browser, and kill it if that takes too long. It is safe to call this twice."""
        closed = threading.Event()
        threading.Thread(target=self._watch, args=(closed,), daemon=True).start()
        try:
            self.context.close()
        except Error:
            # The browser has crashed or was killed, or its driver is gone. Nothing of it is left after this.
            self.kill()
        finally:
            closed.set()

    def _watch(self, closed: threading.Event) -> None:
        if closed.wait(self._close_seconds):
            return
        self.kill()
        # A driver that still waits after the kill hangs as well.
        if not closed.wait(_DRIVER_SECONDS) and self.driver is not None:
            end_tree(self.driver)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_context(
    browser_type: BrowserType,
    browser: Browser,
    folder: WorkerFolder,
    *,
    headless: bool = True,
    cookies: Sequence[Cookie] = (),
    launch_args: Mapping[str, Any] | None = None,
    context_args: Mapping[str, Any] | None = None,
    close_seconds: float = CLOSE_SECONDS,
) -> WorkerContext:
    """Launch `browser` on the profile in `folder`, add `cookies` to it, and return its context.

    `launch_args` and `context_args` are the values of pytest-playwright's fixtures `browser_type_launch_args` and
    `browser_context_args`; the headless mode, the channel and the executable in them are ignored in favour of
    `headless` and `browser`. A browser that does not close within `close_seconds` is killed. Raises BrowserError.
    """
    if not headless and not has_display(os.environ):
        raise BrowserError("there is no display to show a browser on; leave out --headed, or use xvfb-run")
    folder = WorkerFolder(folder.root.absolute())
    executable = choose_executable(browser, headless=headless)
    options = _options(executable, folder, headless, launch_args or {}, context_args or {})
    try:
        context = browser_type.launch_persistent_context(folder.profile, **options)
    except Error as error:
        raise BrowserError(f"{browser} does not start: {_reason(error)} ({executable}, {browser.source})") from error
    worker = WorkerContext(context, folder, close_seconds=close_seconds)
    try:
        context.add_cookies([*cookies])  # type: ignore[list-item]
    except BaseException:  # Ctrl+C included: the caller does not have the browser yet, so nobody else closes it
        worker.close()
        raise
    return worker


def worker_flags() -> list[str]:
    """Return the switches for every browser, for signing in and for runs, without those that Playwright adds."""
    return [
        *_SWITCHES,
        f"--enable-features={','.join(_ENABLE)}",
        f"--disable-features={','.join(_DISABLE)}",
    ]


def choose_executable(browser: Browser, *, headless: bool) -> Path:
    """Return the program to start: for headless mode the smaller headless shell, if there is one."""
    shell = browser.headless_executable
    return shell if headless and shell is not None else browser.executable


def _options(
    executable: Path,
    folder: WorkerFolder,
    headless: bool,
    launch_args: Mapping[str, Any],
    context_args: Mapping[str, Any],
) -> dict[str, Any]:
    decided_here = {"headless", "channel", "executable_path", "args"}
    ours = {
        "timeout": _LAUNCH_MILLISECONDS,
        "chromium_sandbox": sandbox_works(executable),
        # The run itself handles Ctrl+C: at the first one, videos under way are finished, for which browsers are needed.
        "handle_sigint": False,
        "viewport": _VIEWPORT,
    }
    given = {key: value for key, value in launch_args.items() if key not in decided_here}
    context = {key: value for key, value in context_args.items() if key != "default_browser_type"}
    return {
        **ours,
        **given,
        **context,
        "headless": headless,
        "executable_path": guard_browser(executable, folder.scripts, _ENABLE, _DISABLE),
        "args": [*_SWITCHES, *launch_args.get("args", ())],
        "downloads_path": private_folder(folder.downloads),
    }


def _find_process(profile: Path) -> psutil.Process | None:
    ours = profile.resolve()
    family = psutil.Process().children(recursive=True)
    return next(browsers_on(lambda folder: folder == ours, family), None)


def _reason(error: Error) -> str:
    lines = error.message.splitlines()
    said = [line.partition("[err] ")[2] for line in lines if "[err] " in line]
    ended_by = [line for line in said if ":FATAL:" in line]  # what it says after that is about the crash
    reason = "; ".join(dict.fromkeys(ended_by or said[-_LINES_SHOWN:])) or lines[0]
    return reason + (_SHORTER_FOLDER if "Socket path too long" in reason else "")
