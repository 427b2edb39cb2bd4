"""A visit to the site with an account: opens and checks a page as a worker would, and submits nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category
from grokbatch.record.storage.accounts import LoginState
from grokbatch.site.actions.actions import PageActions
from grokbatch.site.actions.context import PageContext
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.make.composer import ComposerTrial
from grokbatch.site.make.preparation import Preparation, PreparationRules
from grokbatch.site.network.listener import NetworkListener, Quota, read_quota
from grokbatch.site.outcome.failures import Failure, access_failure
from grokbatch.site.outcome.rules import Waiting
from grokbatch.site.page.listening import Listening
from grokbatch.site.page.timeouts import Timeouts
from grokbatch.site.page.watcher import PageGoneError, Watch, ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.site.make.composer import TrialResult
    from grokbatch.site.network.listener import Mark, NetworkEvents
    from grokbatch.site.page.observation import Observation

_LOGIN_STATES = {
    Category.AUTH_REQUIRED: LoginState.SIGNED_OUT,
    Category.HUMAN_CHECK: LoginState.HUMAN_CHECK,
    Category.NETWORK_ERROR: LoginState.UNREACHABLE,
}

# Runs in the page, so that the answer is about the account that is signed in there.
_ASK = """async (address) => {
  const sent = { method: "POST", credentials: "include", headers: { "content-type": "application/json" }, body: "{}" };
  try {
    const reply = await fetch(address, sent);
    return { body: reply.ok ? await reply.text() : "" };
  } catch {
    return { body: "" };
  }
}"""
_ASK_MILLISECONDS = 10_000


@dataclass(frozen=True)
class PageState:
    """The result of checking a page; `failure` is what would keep a worker from making videos there."""

    login_state: LoginState
    page: Observation | None = None
    failure: Failure | None = None

    @property
    def shows_no_login(self) -> bool:
        """Whether the page does not ask for a login; also true of a page with unknown controls."""
        unknown = self.failure is not None and self.failure.category is Category.LAYOUT_CHANGED
        return self.login_state is LoginState.SIGNED_IN or unknown

    @property
    def message(self) -> str:
        """What is wrong, for people; empty if nothing is wrong."""
        return "" if self.failure is None else self.failure.message


class Visit:
    """One page of an account's browser, while it is checked."""

    def __init__(
        self,
        page: Page,
        table: LocatorTable,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._page = page
        self._table = table
        self._timeouts = timeouts = timeouts or Timeouts()
        self._clock = clock
        self._network = NetworkListener(page, table, clock=clock)
        actions, listening = PageActions(page, table, timeouts.action), Listening(page, timeouts.deaf, clock)
        self._page_context = PageContext(page, table, timeouts, clock, self._network, actions, listening)

    def open(self, address: str) -> PageState:
        """Open `address` and check the page; a lost page counts as a site that cannot be reached."""
        mark, at = self._network.mark, self._clock()
        try:
            answer = open_page(self._page, address, self._timeouts.open)
            return _page_state(answer) if isinstance(answer, Failure) else self._look(answer, mark, at)
        except PageGoneError as error:
            return _page_state(Failure(Category.NETWORK_ERROR, str(error)))

    def look(self) -> PageState:
        """Check the page as it is; raises PageGoneError."""
        return self._look(None, self._network.mark, self._clock())

    def try_composer(self, address: str) -> TrialResult:
        """Open the composer for videos on the open post at `address`; raises PageGoneError."""
        return ComposerTrial(self._page_context, address).run()

    def quota(self, address: str) -> Quota:
        """Ask the site for the account's video quota; return an empty one if the site does not say."""
        try:
            return read_quota(ask(self._page, _ASK, address, _ASK_MILLISECONDS)["body"])
        except PageGoneError:
            return Quota()

    def _look(self, status: int | None, mark: Mark, at: float) -> PageState:
        watch = Watch(self._page, self._table)
        preparation_rules = PreparationRules(self._table, self._timeouts)
        seen, now = watch.now(), self._clock()
        deadline = now + self._timeouts.open + self._timeouts.controls
        prep = Preparation(seen, now, self._timeouts.open, deadline, self._timeouts.settle, status)
        while True:
            now, events = self._clock(), self._network.since(mark, at)
            prep = prep.seeing(seen, now)
            until = self._calm_at(prep, seen, events)
            if until is None:
                step = preparation_rules.step(prep, seen, events, now)
                if isinstance(step, Failure):
                    return _page_state(step, seen)
                until = step.until if isinstance(step, Waiting) else now + self._timeouts.settle
            elif now >= until:
                return PageState(LoginState.SIGNED_IN, seen)
            seen = watch.until_change(seen.signature, until - now)

    def _calm_at(self, prep: Preparation, seen: Observation, events: NetworkEvents) -> float | None:
        """Return the time from which a page that shows no login counts as signed in: the login button may come late."""
        barred = prep.login_since is not None or prep.check_since is not None
        is_way_in = seen.prompt is not None or seen.opener is not None
        if not is_way_in or barred or access_failure(seen, events, self._table) is not None:
            return None
        latest = prep.started_at + self._timeouts.restless
        quiet = max(prep.ids_since, events.quiet_since, prep.started_at) + self._timeouts.settle
        return latest if events.pending else min(latest, quiet)


def _page_state(failure: Failure, seen: Observation | None = None) -> PageState:
    return PageState(_LOGIN_STATES.get(failure.category, LoginState.UNCLEAR), seen, failure)
