"""A worker's browser: opened on a copy of the account's profile when the first video needs it."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grokbatch.browser.discovery.find import Browser
from grokbatch.browser.launch.context import WorkerContext, WorkerFolder, open_context
from grokbatch.browser.launch.driver import Driver
from grokbatch.browser.launch.window_layout import tile_of
from grokbatch.browser.process.cleanup import use_temp
from grokbatch.browser.process.launch_gate import launch_gate
from grokbatch.browser.process.wrapper_scripts import guard_driver
from grokbatch.browser.profiles.account import Account
from grokbatch.browser.profiles.cookies import keep_cookies, take_cookies
from grokbatch.browser.profiles.home import driver_cache
from grokbatch.browser.profiles.worker_copy import copy_profile
from grokbatch.run.worker.evidence_facts import facts_of
from grokbatch.site.account.sites import site_at
from grokbatch.site.evidence.collector import Evidence
from grokbatch.site.locators.layers import table_of
from grokbatch.site.page_video_maker import PageVideoMaker

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from grokbatch.run.plan import BatchPlan
    from grokbatch.run.worker.worker import Worker


PERSON_SECONDS = 600.0
"""Seconds for which a headed run waits for a person to answer the site's human check."""


@dataclass(frozen=True)
class _BrowserKey:
    """Two batches can share a browser if these are the same."""

    account: str
    site: str
    headed: bool
    locators: str


class PageMakers:
    """The page makers of one worker; at most one has its browser open."""

    def __init__(self, request: pytest.FixtureRequest, worker: Worker) -> None:
        self._request = request
        self._worker = worker
        self._key: _BrowserKey | None = None
        self._maker: PageVideoMaker | None = None
        worker.on_opened.append(self._renew)
        worker.on_waiting.append(self._close_browser)
        self._batch: BatchPlan | None = None
        self._opened: WorkerContext | None = None
        self._driver: Driver | None = None
        self._folders: list[tuple[BatchPlan, WorkerFolder]] = []

    def of(self, batch: BatchPlan) -> PageVideoMaker:
        """Return the maker for `batch`; a browser that `batch` cannot share is closed first."""
        key = _BrowserKey(batch.account, batch.site, batch.headed, batch.locators)
        if self._maker is None or key != self._key:
            self._close_browser()  # saves the cookies of the account that it was opened for
            self._key, self._maker = key, self._new_maker(batch)
        self._batch = batch
        keep = self._worker.plan.evidence
        self._maker.serve(Evidence(batch.run_directory, keep=keep, facts=facts_of(self._worker, batch)))
        return self._maker

    def close(self) -> None:
        """End the browser and remove the profile copies, unless a batch keeps them."""
        self._close_browser()
        if self._driver is not None:
            self._driver.close()
        for batch, folder in self._folders:
            if not batch.keep_profiles:
                shutil.rmtree(folder.root, ignore_errors=True)

    def _close_browser(self) -> None:
        """End the browser; the next video opens another one."""
        if self._maker is None:
            return
        if self._batch is not None and self._worker.records.is_signed_in(self._batch):
            self._renew()
        self._maker.close()
        self._maker = self._opened = None

    def _renew(self) -> None:
        """Save the session's current cookies, for the next run and for a worker that is signed out."""
        if self._opened is not None and self._batch is not None:
            site = site_at(self._batch.origin)
            keep_cookies(self._account(self._batch), self._opened.context, site.cookies)

    def _new_maker(self, batch: BatchPlan) -> PageVideoMaker:
        # Each account has a copy of its own profile; with several, the name of its folder tells whose it is.
        name = f"{self._worker.id}-{batch.part}" if batch.part else self._worker.id
        folder = WorkerFolder(batch.run_directory.profiles / name)
        if all(known != folder for _, known in self._folders):
            self._folders.append((batch, folder))
        attended = batch.headed and self._worker.plan.attended
        return PageVideoMaker(
            lambda: self._open(batch, folder),
            batch.run_directory,
            table=table_of(batch.locators),
            timeouts=self._request.getfixturevalue("page_timeouts"),
            person_seconds=PERSON_SECONDS if attended else 0.0,
            renew_session=lambda context: take_cookies(self._account(batch), context),
            clock=self._worker.awake,
            today=self._worker.plan.clock.wall,
        )

    def _open(self, batch: BatchPlan, folder: WorkerFolder) -> WorkerContext:
        worker = self._worker
        temp = worker.plan.folder
        account = self._account(batch)
        if not folder.profile.exists():
            copy_profile(account, folder.profile)
        # The driver starts with the environment of this process, when the fixture is first asked for.
        use_temp(temp, os.environ)
        guard_driver(os.environ, folder.scripts, driver_cache(os.environ))
        with launch_gate(temp / "gate", delay=batch.worker_start_delay):
            self._driver = self._driver or Driver(self._fixture("playwright"), self._fixture("browser_type"))
            self._opened = open_context(
                self._driver.browser_type(),
                Browser.from_plain(worker.plan.browser),
                folder,
                headless=not batch.headed,
                cookies=account.cookies,
                launch_args=self._launch_args(batch),
                context_args=self._context_args(batch),
            )
            self._driver.launched(self._opened)
        return self._opened

    def _account(self, batch: BatchPlan) -> Account:
        planned = self._worker.plan.account(batch.account)
        return Account(planned.alias, planned.profile, tuple(json.loads(planned.cookies)))

    def _launch_args(self, batch: BatchPlan) -> Mapping[str, Any]:
        given: Mapping[str, Any] = self._fixture("browser_type_launch_args")
        if not batch.headed:
            return given
        return {**given, "args": [*given.get("args", ()), *tile_of(self._worker.id).switches]}

    def _context_args(self, batch: BatchPlan) -> Mapping[str, Any]:
        given: Mapping[str, Any] = self._fixture("browser_context_args")
        # In a window the page takes the window's size.
        return {**given, "viewport": None, "no_viewport": True} if batch.headed else given

    def _fixture(self, name: str) -> Any:
        return self._request.getfixturevalue(name)
