"""Which hosts a call has, and which videos are made on each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.loader import load_batch
from grokbatch.run.plan import HostUse
from grokbatch.run.planning.hosts import hosts_of_call
from tests.unit.run.test_worker import batch_of

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch

LINK = "https://grok.com/imagine/post/0f0e0d0c-0b0a-4908-8706-050403020100"


def batch(folder: Path, name: str, hosts: str = "") -> Batch:
    path = folder / f"{name}.yaml"
    path.write_text(f"permalink: {LINK}\nprompt: hills\naccount: me\n{hosts}")
    return load_batch(path)


def test_without_hosts_only_this_computer_makes_videos(tmp_path: Path) -> None:
    assert hosts_of_call([batch(tmp_path, "cats")], None) == ()


def test_a_typed_file_takes_the_place_of_what_the_batches_name(tmp_path: Path) -> None:
    one = batch(tmp_path, "cats", "hosts: {studio: {ssh: me@studio}}\n")
    other = batch(tmp_path, "dogs", "hosts: {attic: {ssh: me@attic}}\n")
    with pytest.raises(pytest.UsageError, match="--hosts FILE"):
        hosts_of_call([one, other], None)
    (tmp_path / "hosts.yaml").write_text("box: {ssh: me@box}\n")
    assert [host.name for host in hosts_of_call([one, other], tmp_path / "hosts.yaml")] == ["box"]


@pytest.mark.parametrize(
    ("accounts", "part", "expected"),
    [(None, "", True), (("me",), "", True), (("you",), "", False), (("you",), "you", True), ((), "", False)],
)
def test_a_host_takes_the_videos_of_its_accounts(
    accounts: tuple[str, ...] | None, part: str, *, expected: bool, tmp_path: Path
) -> None:
    plan = replace(batch_of(tmp_path, "cats", "me"), site="https://grok.com", part=part)
    assert HostUse("studio", accounts=accounts).takes(plan) is expected
