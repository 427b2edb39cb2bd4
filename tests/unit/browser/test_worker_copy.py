"""Accounts are found, and their profiles copied: little, private, and never while they are open."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from grokbatch.browser.errors import ProfileError
from grokbatch.browser.profiles.account import Account, find_account
from grokbatch.browser.profiles.home import home_folder
from grokbatch.browser.profiles.worker_copy import copy_profile
from grokbatch.record.storage.accounts import AccountStore

if TYPE_CHECKING:
    from pathlib import Path

KEPT = (
    "Local State",
    "Default/Preferences",
    "Default/Cookies",
    "Default/Network/Cookies",
    "Default/Local Storage/leveldb/000003.log",
    "Default/IndexedDB/https_grok.com_0.indexeddb.leveldb/CURRENT",
)
LEFT = ("Default/Cache/Cache_Data/data_1", "Default/History", "GrShaderCache/index", "Default/Login Data")
COOKIE = {"name": "sso", "value": "the-secret", "domain": ".grok.com", "path": "/"}
posix = pytest.mark.skipif(os.name != "posix", reason="modes and symbolic links")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    profile = AccountStore(tmp_path).folder("main").profile
    for name in (*KEPT, *LEFT):
        (profile / name).parent.mkdir(parents=True, exist_ok=True)
        (profile / name).write_text(name)
    return tmp_path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "run" / "worker-profiles" / "gw0" / "profile"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_home_can_be_moved_by_a_variable(tmp_path: Path) -> None:
    assert home_folder({"GROKBATCH_HOME": str(tmp_path)}) == tmp_path
    assert home_folder({}).name == "grokbatch"


def test_a_copy_holds_what_keeps_the_account_signed_in_and_nothing_else(home: Path, target: Path) -> None:
    copy_profile(find_account("main", home), target)
    assert files(target) == set(KEPT)
    assert all((target / name).read_text() == name for name in KEPT)


@posix
def test_nobody_but_the_owner_can_read_a_copy(home: Path, target: Path) -> None:
    copy_profile(find_account("main", home), target)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in target.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (target, *target.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


@pytest.mark.skipif(sys.platform != "linux", reason="a process can be given a browser's name on Linux only")
def test_a_profile_that_a_browser_has_open_is_refused(home: Path, target: Path) -> None:
    profile = AccountStore(home).folder("main").profile
    with _sleeper("chromium") as browser:
        (profile / "SingletonLock").symlink_to(f"{socket.gethostname()}-{browser.pid}")
        with pytest.raises(ProfileError, match=f"is open in process {browser.pid}; close it"):
            copy_profile(find_account("main", home), target)
        browser.kill()
    copy_profile(find_account("main", home), target)
    assert not (target / "SingletonLock").is_symlink()


def test_a_profile_open_in_a_headless_shell_is_refused_though_that_makes_no_lock(home: Path, target: Path) -> None:
    profile = AccountStore(home).folder("main").profile
    with (
        _sleeper("browser", f"--user-data-dir={profile}"),
        pytest.raises(ProfileError, match="account main: its profile is open in process"),
    ):
        copy_profile(find_account("main", home), target)


def _sleeper(name: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a process that goes by the name of `name`, and return when it runs."""
    program = (
        "import pathlib, sys\n"
        "if sys.platform == 'linux': pathlib.Path('/proc/self/comm').write_text(sys.argv[1])\n"
        "print('up', flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, name, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


@posix
def test_a_profile_locked_on_another_computer_is_refused(home: Path, target: Path) -> None:
    (AccountStore(home).folder("main").profile / "SingletonLock").symlink_to("elsewhere-17")
    with pytest.raises(ProfileError, match="a browser on elsewhere"):
        copy_profile(find_account("main", home), target)


def test_a_profile_that_another_grokbatch_is_using_is_refused(home: Path, target: Path) -> None:
    account = find_account("main", home)
    with FileLock(account.lock), pytest.raises(ProfileError, match="being used by another grokbatch"):
        copy_profile(account, target, timeout=0.1)


def test_a_full_disk_is_found_before_anything_is_written(home: Path, target: Path) -> None:
    with pytest.raises(ProfileError, match=r"needs \d+ MB and 2 MB are free; make room"):
        copy_profile(find_account("main", home), target, free_space=lambda _: 2_000_000)
    assert not target.exists()


def test_a_copy_that_fails_half_way_is_removed(home: Path, target: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("limits of Unix")
    import resource

    account = find_account("main", home)
    assert account.profile is not None
    (account.profile / "Default/WebStorage").mkdir()
    (account.profile / "Default/WebStorage/large").write_bytes(bytes(200_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(ProfileError, match="account main: its profile cannot be copied"):
            copy_profile(account, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not target.exists()


def test_a_copy_goes_into_a_new_folder_only(home: Path, target: Path) -> None:
    copy_profile(find_account("main", home), target)
    with pytest.raises(ProfileError, match="not empty"):
        copy_profile(find_account("main", home), target)


def test_an_account_without_a_profile_gives_an_empty_one(target: Path) -> None:
    assert list(copy_profile(Account("demo", cookies=(COOKIE,)), target).iterdir()) == []


def test_a_missing_account_says_where_it_was_looked_for_and_how_to_sign_in(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="grokbatch accounts add other") as error:
        find_account("other", tmp_path)
    assert str(tmp_path / "accounts" / "other" / "profile") in str(error.value)


@pytest.mark.parametrize("alias", ["../main", "Main", "", "a b", "-x", "main\n"])
def test_an_alias_cannot_lead_out_of_the_accounts(home: Path, alias: str) -> None:
    with pytest.raises(ProfileError, match="a name is made of a-z"):
        find_account(alias, home)


def test_session_cookies_beside_the_profile_belong_to_the_account(home: Path) -> None:
    (AccountStore(home).folder("main").cookies).write_text(json.dumps([COOKIE]))
    account = find_account("main", home)
    assert account.cookies == (COOKIE,)
    assert "the-secret" not in repr(account)


@pytest.mark.parametrize("text", ['[{"name": "sso", "value": "the-secret"}]', '{"the-secret": 1}', "the-secret"])
def test_faulty_session_cookies_are_an_error_that_does_not_quote_them(home: Path, text: str) -> None:
    (AccountStore(home).folder("main").cookies).write_text(text)
    with pytest.raises(ProfileError, match=r"session-cookies\.json: .*remove it and sign in again") as error:
        find_account("main", home)
    assert "the-secret" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None
