"""`grokbatch accounts send` copies a signed-in account to a host behind a real SSH server."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from grokbatch.browser.errors import ProfileError
from grokbatch.hosts.host import Host, HostError
from grokbatch.hosts.look import look_at
from grokbatch.hosts.rules import needs_of, problems
from grokbatch.hosts.send_account import Sending, send_account
from grokbatch.record.storage.accounts import AccountRecord, AccountStore, CheckRecord, LoginState
from tests.e2e.sshd import CHECKOUT

if TYPE_CHECKING:
    from tests.e2e.sshd import Sshd, SshHost

SECRET = "the-session-of-main"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the account `main`, whose profile has a cache, and a lock that leads out of it."""
    store = AccountStore(tmp_path / "home")
    check = CheckRecord(at=NOW, login_state=LoginState.SIGNED_IN, site="https://grok.com")
    store.write(AccountRecord(alias="main", site="https://grok.com", created_at=NOW, last_check=check))
    folder = store.folder("main")
    files = {
        "Local State": b"{}",
        "Default/Cookies": os.urandom(700_000),
        "Default/Local Storage/leveldb/000003.log": b"x" * 1000,
        "Default/Cache/large": b"y" * 5000,
        "Default/Login Data": b"passwords",
    }
    for name, data in files.items():
        (folder.profile / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.profile / name).write_bytes(data)
    folder.cookies.write_text(json.dumps([{"name": "sso", "value": SECRET, "domain": "grok.com", "path": "/"}]))
    return tmp_path / "home"


@pytest.fixture
def studio(sshd: Sshd) -> SshHost:
    return sshd.host("studio")


def host_of(host: SshHost) -> Host:
    return Host(host.name, host.ssh, str(host.python))


def there(host: SshHost) -> AccountStore:
    return AccountStore(host.home / ".local" / "share" / "grokbatch")


def agreed(_: Sending) -> bool:
    return True


def test_what_keeps_an_account_signed_in_is_there_and_private(studio: SshHost, home: Path) -> None:
    told: list[Sending] = []

    def agree(sending: Sending) -> bool:
        told.append(sending)
        return True

    assert send_account("main", host_of(studio), home, agree)
    assert [(each.files, each.replaces, each.site) for each in told] == [(5, False, "https://grok.com")]
    ours, theirs = AccountStore(home).folder("main"), there(studio).folder("main")
    kept = {path.relative_to(theirs.profile).as_posix() for path in theirs.profile.rglob("*") if path.is_file()}
    assert kept == {"Local State", "Default/Cookies", "Default/Local Storage/leveldb/000003.log"}
    for name in kept:
        assert (theirs.profile / name).read_bytes() == (ours.profile / name).read_bytes()
    assert json.loads(theirs.cookies.read_text())[0]["value"] == SECRET
    assert there(studio).record_of("main") == AccountStore(home).record_of("main")
    for path in [there(studio).root, theirs.root, *theirs.root.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert [path.name for path in there(studio).root.iterdir() if path.is_dir()] == ["main"]
    assert not [
        line for line in problems(look_at(host_of(studio)), needs_of(host_of(studio), ["main"])) if "main" in line
    ]
    studio.check_nothing_runs()


def test_without_consent_nothing_is_sent(studio: SshHost, home: Path) -> None:
    assert not send_account("main", host_of(studio), home, lambda _: False)
    assert not there(studio).exists("main")


def test_an_account_that_is_there_is_replaced_and_said_to_be(studio: SshHost, home: Path) -> None:
    assert send_account("main", host_of(studio), home, agreed)
    (AccountStore(home).folder("main").profile / "Local State").write_text('{"new": 1}')
    assert send_account("main", host_of(studio), home, lambda sending: sending.replaces)
    assert (there(studio).folder("main").profile / "Local State").read_text() == '{"new": 1}'


def test_a_profile_in_use_here_is_not_sent(studio: SshHost, home: Path) -> None:
    (AccountStore(home).folder("main").profile / "SingletonLock").symlink_to("elsewhere-1")
    with pytest.raises(ProfileError, match="is open in a browser on elsewhere"):
        send_account("main", host_of(studio), home, agreed)
    assert not there(studio).exists("main")


@pytest.mark.slow
def test_a_profile_in_use_there_is_not_replaced(studio: SshHost, home: Path) -> None:
    assert send_account("main", host_of(studio), home, agreed)
    folder = there(studio).folder("main")
    before = (folder.profile / "Default" / "Cookies").read_bytes()
    (AccountStore(home).folder("main").profile / "Default" / "Cookies").write_bytes(b"new")
    with FileLock(folder.profile_lock), pytest.raises(HostError, match=r"studio: .*is being used by another grokbatch"):
        send_account("main", host_of(studio), home, agreed)
    (folder.profile / "SingletonLock").symlink_to("elsewhere-1")
    with pytest.raises(HostError, match="studio: account main: its profile is open in a browser on elsewhere"):
        send_account("main", host_of(studio), home, agreed)
    assert (folder.profile / "Default" / "Cookies").read_bytes() == before


@pytest.mark.slow
def test_a_connection_that_is_lost_on_the_way_leaves_the_old_account(studio: SshHost, home: Path) -> None:
    assert send_account("main", host_of(studio), home, agreed)
    before = (there(studio).folder("main").profile / "Default" / "Cookies").read_bytes()
    (AccountStore(home).folder("main").profile / "Default" / "Cookies").write_bytes(b"new")

    def cut(_: Sending) -> bool:
        for connection in studio.connections():
            connection.kill()
        return True

    with pytest.raises(HostError, match="studio: the connection was lost"):
        send_account("main", host_of(studio), home, cut)
    studio.check_nothing_runs()
    assert (there(studio).folder("main").profile / "Default" / "Cookies").read_bytes() == before
    assert send_account("main", host_of(studio), home, agreed)
    assert (there(studio).folder("main").profile / "Default" / "Cookies").read_bytes() == b"new"


def test_the_command_asks_first_and_shows_no_secret(studio: SshHost, home: Path, tmp_path: Path) -> None:
    (tmp_path / "hosts.yaml").write_text(f"studio: {{ssh: {studio.ssh}, python: {studio.python}}}\n")

    def send(*words: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "GROKBATCH_HOME": str(home)}
        command = [sys.executable, "-m", "grokbatch", "accounts", "send", *words]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    unasked = send("main", "studio")
    assert unasked.returncode == 4
    assert "--yes" in unasked.stderr
    assert not there(studio).exists("main")
    sent = send("main", "studio", "--yes")
    assert sent.returncode == 0, sent.stderr
    assert "account main: is on studio now" in sent.stdout
    assert SECRET not in sent.stdout + sent.stderr
    assert there(studio).exists("main")
    assert "there is none" in send("second", "studio", "--yes").stderr
    assert "did you mean studio?" in send("main", "studoi", "--yes").stderr
