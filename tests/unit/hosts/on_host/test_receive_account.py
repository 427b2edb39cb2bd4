"""Files that are sent as those of an account are taken only where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokbatch.browser.errors import ProfileError
from grokbatch.hosts.on_host.receive_account import file_within


@pytest.mark.parametrize(
    "name", ["account.json", "session-cookies.json", "profile/Default/Cookies", "profile/Local State"]
)
def test_files_of_an_account_have_their_place(name: str) -> None:
    assert file_within(Path("/x"), name) == Path("/x") / name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../account.json",
        "profile",
        "profile/../../x",
        "profile/Default/Local Storage/../../../../x",
        "profile/Default/Login Data",
        "profile/SingletonLock",
        "profile.lock",
    ],
)
def test_other_files_are_not_taken(name: str) -> None:
    with pytest.raises(ProfileError, match="no account is made of"):
        file_within(Path("/x"), name)
