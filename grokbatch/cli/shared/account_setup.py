"""Sets up an account: a person signs in, the profile is tried as a worker would use it, and then saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.browser.launch.staging import publish
from grokbatch.browser.profiles.account import Account
from grokbatch.browser.profiles.worker_copy import copy_allowed, copy_profile
from grokbatch.cli.shared import account_session, account_visit
from grokbatch.cli.shared.console import Exit, fail, next_step, note, say
from grokbatch.cli.shared.quota_report import forget_quota
from grokbatch.record.storage.accounts import AccountRecord, LoginState
from grokbatch.review.formatting import took
from grokbatch.site.account.sign_in import NotSignedInError, SignIn

if TYPE_CHECKING:
    from grokbatch.browser.discovery.find import Browser
    from grokbatch.browser.launch.staging import Staging
    from grokbatch.browser.launch.standalone import Launcher
    from grokbatch.cli.shared.account_visit import Visited
    from grokbatch.record.storage.accounts import AccountStore
    from grokbatch.site.account.sites import Site


@dataclass(frozen=True)
class AccountSetup:
    """Sets up an account for `site`; until it is saved, it is in the temporary folders of `place`."""

    launch: Launcher
    browser: Browser
    place: Staging
    store: AccountStore
    site: Site

    def sign_in(self, old: Account, seconds: float) -> Account:
        """Let a person sign in within `seconds`, starting from the profile of `old`; raises NotSignedInError."""
        copy_profile(old, self.place.window.profile)
        note(f"Opening {self.browser} at {self.site.sign_in}")
        note("Sign in there as usual. Once you are signed in, the window closes by itself; type nothing here.")
        note(f"To give up, close the window. It waits {took(seconds)} for you.")
        try:
            with self.launch.open(self.place.window, headless=False, cookies=old.cookies) as window:
                cookies = SignIn(window, self.site, account_session.table_in_force().table, note).wait(seconds)
        except NotSignedInError as error:
            raise NotSignedInError(
                f"account {old.alias}: {error}. Nothing was changed; to try again: grokbatch accounts add {old.alias}"
            ) from None
        copy_allowed(self.place.window.profile, self.place.kept, "the new profile")
        return Account(old.alias, self.place.kept, cookies)

    def keep(self, account: Account, *, is_another: bool = False) -> None:
        """Try a copy of the profile as a worker would use it, and save the account unless it is signed out.

        `is_another`: it takes the place of another person's account of the same name.
        """
        note("Checking the saved profile without a window …")
        visited = account_visit.visit(self.launch, account, self.place.trial, self.site)
        if visited.seen.login_state is LoginState.SIGNED_OUT:
            fail(
                f"account {account.alias}: {self.site.origin} does not accept a copy of this profile as signed in. Was "
                f"it made by another browser than {self.browser}? Nothing was changed; sign in with this one: "
                f"grokbatch accounts add {account.alias}",
                Exit.SIGN_IN,
            )
        publish(self.place, self.store.folder(account.alias), visited.cookies)
        if is_another:
            forget_quota(account.alias)
        self._record(account.alias, visited)
        _conclude(account.alias, visited)

    def _record(self, alias: str, visited: Visited) -> None:
        old, check = self.store.record_of(alias), visited.record(self.site)
        self.store.write(
            AccountRecord(
                alias=alias,
                site=self.site.origin,
                created_at=old.created_at if old else check.at,
                signed_in_at=check.at,
                last_used_at=old.last_used_at if old else None,
                last_check=check,
                browser=account_visit.made_by(self.browser),
            )
        )


def _conclude(alias: str, visited: Visited) -> None:
    login_state = visited.seen.login_state
    if visited.seen.shows_no_login:
        say(f"account {alias}: ready")
        next_step(f"write `account: {alias}` into a batch file, then: grokbatch run batches/FILE.yaml")
        next_step("(no batch file yet? grokbatch init NAME)")
        return
    say(f"account {alias}: saved")
    if login_state is LoginState.HUMAN_CHECK:
        fail(
            "without a window the site asks whether you are human, so make the videos with windows: add --headed, "
            "and answer the check there",
            Exit.SIGN_IN,
        )
    fail(f"it could not be checked ({visited.seen.message}); later: grokbatch accounts check {alias}")
