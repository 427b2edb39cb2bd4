"""`grokbatch learn`: a person shows grokbatch where the controls are on a page that it does not know."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.browser.launch.environment import has_display
from grokbatch.browser.launch.standalone import launcher
from grokbatch.browser.profiles.cookies import keep_cookies
from grokbatch.browser.profiles.home import home_folder
from grokbatch.browser.profiles.worker_copy import copy_profile
from grokbatch.cli.accounts import Channel, SiteOption  # noqa: TC001 - typer resolves them at run time
from grokbatch.cli.locators import Alias, Permalink  # noqa: TC001 - as above
from grokbatch.cli.shared import account_session
from grokbatch.cli.shared.account_visit import trial_folder
from grokbatch.cli.shared.console import Exit, UsageError, fail, next_step, note, say
from grokbatch.record.model.outcome import Category
from grokbatch.record.storage.private_files import private_folder, write_private
from grokbatch.site.account.sites import site_at
from grokbatch.site.actions.inspect import NEEDED, WAY
from grokbatch.site.learn.flow import learn_by_clicks, learn_by_watching, open_session
from grokbatch.site.learn.layer_writer import with_learned
from grokbatch.site.learn.session import LearnSession
from grokbatch.site.locators.layers import table_in_force, users_file
from grokbatch.site.page.watcher import PageGoneError

if TYPE_CHECKING:
    from grokbatch.browser.launch.context import WorkerFolder
    from grokbatch.browser.launch.standalone import Launcher
    from grokbatch.browser.profiles.account import Account
    from grokbatch.site.account.sites import Site
    from grokbatch.site.locators.table import LocatorTable

_NO_DISPLAY = (
    "there is no display to show a browser window on. Two ways out:\n"
    "  - connect with X11 forwarding (ssh -X), or use a virtual display that you can look at (VNC), then again\n"
    "  - learn on a computer with a screen, and copy the file that it writes (grokbatch locators path) to this one"
)
_SPENDS = "You make one video by hand, as you always do: that one is spent. To spend none, add --no-video."
_PRIVATE = "What you type stays in the window: it is neither shown here nor written down."


@dataclass(frozen=True)
class _Way:
    """How the page is learned: by asking for clicks or by watching, with a video or without."""

    watch: bool
    video: bool
    seconds: float

    def hold(self, learn_session: LearnSession) -> None:
        """Run the session."""
        if self.watch:
            learn_by_watching(learn_session)
        else:
            learn_by_clicks(learn_session, video=self.video)


def learn(
    permalink: Permalink,
    account: Alias,
    site: SiteOption = None,
    watch: Annotated[bool, typer.Option("--watch", help="Ask for no clicks; watch one video being made.")] = False,
    no_video: Annotated[
        bool,
        typer.Option("--no-video", help="Spend no video: only the prompt's box, its way and the button are learned."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Write to this file, for one batch's `locators:`.", show_default=False
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="How long to wait for you.")] = 900,
    browser_channel: Channel = None,
) -> None:
    """Show grokbatch where things are when the site has changed. You click, it learns.

    Opens the image post in a window and asks you to click the prompt's box (and what opens it, if it is not there yet),
    the button, the percentage, the finished video and the download button, one after the other. Your own table of
    locators, which goes before the packaged one, keeps what was learned.
    Exit code 0: the prompt's box, the way to it and the button were learned; 77: the account is signed out; 1: not all
    of these were learned.
    """
    if watch and no_video:
        raise UsageError("--watch and --no-video: there would be nothing to watch; leave one of them out")
    way = _Way(watch, not no_video, timeout)
    site_there = site_at(account_session.site_origin(site))
    address = account_session.post_address(permalink, site_there.origin)
    file = output or users_file(home_folder(os.environ))
    table_in_force([file] if file.exists() else [])  # problems of the table are reported before anybody clicks
    known, force = account_session.account(account), account_session.table_in_force()
    if not has_display(os.environ):
        fail(_NO_DISPLAY)
    browser = account_session.browser_to_use(browser_channel)
    note(f"Opening {browser} at {address}")
    for line in (*([_SPENDS] if way.video else []), _PRIVATE, "To give up, close the window."):
        note(line)
    with trial_folder() as folder, launcher(browser) as launch:
        learn_session = _hold(launch, folder, _Room(known, site_there, address, force.table), way)
    if not learn_session.learned:
        fail(f"nothing was learned; {file} is as it was")
    _write(file, learn_session, site_there)
    _conclude(learn_session, file, f"{permalink} --account {account}" + (f" --site {site}" if site else ""), output)


@dataclass(frozen=True)
class _Room:
    """The setting of a session: account, page and locators."""

    account: Account
    site: Site
    address: str
    table: LocatorTable


def _hold(launch: Launcher, folder: WorkerFolder, room: _Room, way: _Way) -> LearnSession:
    copy_profile(room.account, folder.profile)
    with launch.open(folder, headless=False, cookies=room.account.cookies) as window:
        learn_session = LearnSession(window.page, room.table, note, way.seconds)
        try:
            failure = open_session(learn_session, room.address, room.table)
        except PageGoneError:
            fail("the window was closed before the page was there")
        if failure is not None:
            alias = room.account.alias
            again = f"; type: grokbatch accounts add {alias}" if failure.category is Category.AUTH_REQUIRED else ""
            fail(f"{room.site.origin}: {failure.message}{again}", Exit.SIGN_IN if again else Exit.NOT_OK)
        way.hold(learn_session)
        keep_cookies(room.account, window.context, room.site.cookies)
    return learn_session


def _write(file: Path, learn_session: LearnSession, site: Site) -> None:
    language = f", in the language {learn_session.language}" if learn_session.language else ""
    remark = f"learned {datetime.now().astimezone():%Y-%m-%d %H:%M} on an image post of {site.origin}{language}"
    before = file.read_text(encoding="utf-8-sig") if file.exists() else ""
    if before:
        shutil.copyfile(file, file.with_name(f"{file.name}.bak"))
    else:
        private_folder(file.parent) if file.parent == home_folder(os.environ) else file.parent.mkdir(exist_ok=True)
    write_private(file, with_learned(before, learn_session.learned, remark))


def _conclude(learn_session: LearnSession, file: Path, again: str, output: Path | None) -> None:
    say(f"\nlearned: {', '.join(learn_session.learned)}")
    say(f"written to {file}")
    wanted = [*(name for name in WAY if name in learn_session.lacking), *NEEDED]
    missing = [name for name in wanted if name not in learn_session.learned]
    if missing:
        say(f"not learned: {' and '.join(missing)}")
        next_step(f"grokbatch learn {again}")
        raise typer.Exit(Exit.NOT_OK)
    if output is not None:
        next_step(f"write `locators: {output}` into the batch file (the path as seen from the folder that it is in)")
    else:
        next_step(f"grokbatch locators check {again}")
