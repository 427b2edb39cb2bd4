"""Accounts on the disk: named safely, private, changed in one step, and never half there."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock, Timeout

from grokbatch.browser.discovery.find import Browser
from grokbatch.browser.errors import ProfileError
from grokbatch.browser.launch.staging import publish, save_cookies, staging
from grokbatch.browser.profiles.account import find_account, foreign_family
from grokbatch.record.storage.accounts import (
    AccountError,
    AccountRecord,
    AccountStore,
    AliasError,
    BrowserRecord,
    CheckRecord,
    LoginState,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
COOKIE = {"name": "sso", "value": "the-secret", "domain": "grok.com", "path": "/", "expires": -1}
posix = pytest.mark.skipif(os.name != "posix", reason="modes")


@pytest.fixture
def store(tmp_path: Path) -> AccountStore:
    return AccountStore(tmp_path / "home")


def record(alias: str = "main", family: str = "Chromium") -> AccountRecord:
    browser = BrowserRecord(family=family, version="156.0.1.2")
    return AccountRecord(alias=alias, site="https://grok.com", created_at=NOW, browser=browser)


def make(store: AccountStore, alias: str = "main", says: str = "new") -> None:
    """Make an account whose profile holds one file."""
    with staging(store, alias) as place:
        (place.kept / "Default").mkdir(parents=True)
        (place.kept / "Default" / "Cookies").write_text(says)
        publish(place, store.folder(alias), [COOKIE])
    store.write(record(alias))


def profile_says(store: AccountStore, alias: str = "main") -> str:
    profile = find_account(alias, store.root.parent).profile
    assert profile is not None
    return (profile / "Default" / "Cookies").read_text()


@pytest.mark.parametrize("alias", ["../main", "a/b", "a\\b", "/etc", "Main", "", ".", "a b", "-x", "main\n", "x" * 65])
def test_an_alias_is_a_plain_name_and_never_a_path(store: AccountStore, alias: str) -> None:
    for use in (store.folder, store.exists, store.record_of, store.remove):
        with pytest.raises(AliasError, match="a name is made of a-z"):
            use(alias)


@posix
def test_the_record_is_private_from_its_home_on(store: AccountStore) -> None:
    store.write(record())
    home = store.root.parent
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (home, *home.rglob("*")) if path.is_dir()}
    assert folders == {0o700}
    assert stat.S_IMODE(store.folder("main").record.stat().st_mode) == 0o600


def test_what_is_known_of_an_account_is_read_back_and_brought_up_to_date(store: AccountStore) -> None:
    store.write(record())
    check = CheckRecord(at=NOW, login_state=LoginState.SIGNED_OUT, site="https://grok.com", message="signed out")
    store.touch_used("main", NOW)
    store.note_check("main", check)
    known = store.record_of("main")
    assert known is not None
    assert (known.last_used_at, known.last_check) == (NOW, check)
    assert store.aliases() == ["main"]


def test_an_account_without_a_record_is_no_error(store: AccountStore) -> None:
    store.touch_used("main", NOW)
    assert store.record_of("main") is None
    assert store.aliases() == []


def test_an_unreadable_record_names_the_file_and_the_remedy_and_does_not_quote_it(store: AccountStore) -> None:
    store.write(record())
    store.folder("main").record.write_text('{"alias": "the-secret"')
    with pytest.raises(AccountError, match=r"account\.json: .*delete this file") as error:
        store.record_of("main")
    assert "the-secret" not in str(error.value)


def test_a_newer_records_unknown_keys_do_not_lose_the_account(store: AccountStore) -> None:
    store.write(record())
    path = store.folder("main").record
    path.write_text(json.dumps(json.loads(path.read_text()) | {"unheard_of": 1}))
    assert store.record_of("main") == record()


def test_a_check_in_a_file_of_an_older_version_is_read(store: AccountStore) -> None:
    """Its key for the state of the login had another name, and is written with the present one."""
    check = CheckRecord(at=NOW, login_state=LoginState.SIGNED_OUT, site="https://grok.com")
    store.write(record())
    store.note_check("main", check)
    path = store.folder("main").record
    path.write_text(path.read_text().replace('"login_state"', '"standing"'))
    known = store.record_of("main")
    assert known is not None
    assert known.last_check == check
    store.touch_used("main", NOW)
    assert json.loads(path.read_text())["last_check"]["login_state"] == "signed out"


def test_a_removed_account_is_gone_with_its_cookies(store: AccountStore) -> None:
    make(store)
    store.remove("main")
    assert not store.exists("main")
    assert not [path for path in store.root.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_an_account_whose_profile_is_being_copied_is_not_removed(store: AccountStore) -> None:
    make(store)
    with FileLock(store.folder("main").profile_lock), pytest.raises(Timeout):
        store.remove("main", timeout=0.1)
    assert profile_says(store) == "new"


def test_a_new_profile_takes_the_place_of_the_old_one_with_its_own_cookies(store: AccountStore) -> None:
    make(store, says="old")
    make(store, says="new")
    assert profile_says(store) == "new"
    assert find_account("main", store.root.parent).cookies == (COOKIE,)
    assert not store.folder("main").previous.exists()


def test_a_making_that_fails_leaves_the_old_account_and_nothing_else(store: AccountStore) -> None:
    make(store, says="old")
    with pytest.raises(RuntimeError), staging(store, "main") as place:
        place.kept.mkdir()
        raise RuntimeError
    assert profile_says(store) == "old"
    assert sorted(path.name for path in store.root.iterdir() if path.is_dir()) == ["main"]


def test_whoever_is_killed_while_a_profile_is_replaced_finds_the_old_one_again(store: AccountStore) -> None:
    make(store, says="old")
    folder = store.folder("main")
    folder.profile.rename(folder.previous)
    assert profile_says(store) == "old"


def test_what_a_killed_sign_in_left_is_removed_by_the_next_one(store: AccountStore) -> None:
    left = store.root / ".making-other"
    (left / "window").mkdir(parents=True)
    (left / "window" / "Cookies").write_text("the-secret")
    make(store)
    assert not left.exists()


def test_two_sign_ins_to_one_account_at_a_time_are_refused(store: AccountStore) -> None:
    with (
        staging(store, "main"),
        pytest.raises(ProfileError, match="another grokbatch is signing in"),
        staging(store, "main"),
    ):
        pass


def test_cookies_that_have_expired_are_not_kept(store: AccountStore) -> None:
    make(store)
    save_cookies(store.folder("main"), [COOKIE, COOKIE | {"name": "old", "expires": 1.0}])
    assert find_account("main", store.root.parent).cookies == (COOKIE,)


def test_another_family_of_browsers_than_the_profiles_own_is_warned_about_by_both_names() -> None:
    chrome = Browser("Google Chrome", executable=None, version="159.0.1.2", source="")  # type: ignore[arg-type]
    warning = foreign_family(record(family="Chromium"), chrome)
    assert warning is not None
    assert "Chromium 156.0.1.2" in warning
    assert "Google Chrome 159.0.1.2" in warning
    assert foreign_family(record(family="Google Chrome"), chrome) is None
