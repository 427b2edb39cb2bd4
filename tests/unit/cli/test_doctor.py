"""What the doctor says of made-up machines."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from grokbatch.batch.model.batch import Batch
from grokbatch.batch.model.recipes import Recipe
from grokbatch.batch.model.video import VideoOptions
from grokbatch.browser.capacity import Capacity, Footprint
from grokbatch.cli.doctor import checks
from grokbatch.cli.doctor.checks import Level
from grokbatch.record.storage.accounts import AccountRecord, AccountStore, CheckRecord, LoginState

GB = 10**9
ASSUMED = Footprint(300_000_000)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def batch(**keys: object) -> Batch:
    permalink = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
    says = {"path": Path("cats.yaml"), "permalink": permalink, "prompt": "a heron", "count": 100, "account": "main"}
    made = Batch.model_validate(says | keys)
    recipe = Recipe(permalink, "a heron", VideoOptions(), made.count, number=1)
    return made.model_copy(update={"recipes": (recipe,)})


@pytest.mark.parametrize(
    ("memory", "disk", "level"),
    [(9 * GB, 9 * GB, Level.OK), (2 * GB, 9 * GB, Level.FAIL), (9 * GB, GB // 2, Level.FAIL), (0, 0, Level.FAIL)],
)
def test_room_for_fewer_workers_than_the_batch_wants_fails(memory: int, disk: int, level: Level) -> None:
    finding = checks.room(batch(parallel=10), Capacity(memory, disk), ASSUMED)
    assert finding.level is level
    assert bool(finding.remedy) is (level is Level.FAIL)


def test_the_number_of_workers_that_fit_is_what_to_type() -> None:
    finding = checks.room(batch(parallel=10), Capacity(2 * GB, 9 * GB), ASSUMED)
    assert "enough for 6 workers (300 MB for each worker, assumed" in finding.text
    assert "10 are wanted" in finding.text
    assert "type -n 6" in finding.remedy


def test_a_batch_that_takes_what_fits_needs_room_for_one_worker() -> None:
    """`parallel: auto` is content with few, but not with none."""
    assert checks.room(batch(parallel="auto"), Capacity(GB, 9 * GB), ASSUMED).level is Level.OK
    assert checks.room(batch(parallel="auto"), Capacity(0, 9 * GB), ASSUMED).level is Level.FAIL


def test_two_videos_need_no_room_for_ten_workers() -> None:
    assert checks.room(batch(parallel=10, count=2), Capacity(GB, GB), ASSUMED).level is Level.OK


def test_a_missing_and_an_old_package_are_named() -> None:
    def version(name: str) -> str:
        if name == "pytest":
            raise PackageNotFoundError(name)
        return "1.2"

    [finding] = checks.packages(["pytest>=9", "rich>=13", 'httpx>=9; extra == "test"'], version)
    assert finding.level is Level.FAIL
    assert finding.text == "pytest is missing; rich is 1.2, needed is >=13"
    assert "pip install" in finding.remedy


@pytest.mark.skipif(not Path("/proc").exists(), reason="other systems always have a display")
def test_a_display_is_needed_only_where_windows_are_wanted() -> None:
    assert checks.display(batch(), {"DISPLAY": ":0"}).level is Level.OK
    assert checks.display(batch(), {}).level is Level.WARN
    assert checks.display(batch(headed=True), {}).level is Level.FAIL


def test_an_account_that_is_missing_fails_and_can_be_mended_by_signing_in(tmp_path: Path) -> None:
    [finding] = checks.accounts(AccountStore(tmp_path), batch(), None)
    assert (finding.level, finding.sign_in) == (Level.FAIL, True)
    assert finding.remedy == "type: grokbatch accounts add main"


def test_each_of_several_accounts_is_looked_at(tmp_path: Path) -> None:
    found = list(checks.accounts(AccountStore(tmp_path), batch(account="default", accounts=["main", "second"]), None))
    remedies = [finding.remedy for finding in found]
    assert remedies == ["type: grokbatch accounts add main", "type: grokbatch accounts add second"]


def test_the_built_in_site_needs_no_account(tmp_path: Path) -> None:
    [finding] = checks.accounts(AccountStore(tmp_path), batch(site="demo"), None)
    assert finding.level is Level.OK


@pytest.mark.parametrize(("state", "level"), [(LoginState.SIGNED_IN, Level.OK), (LoginState.SIGNED_OUT, Level.WARN)])
def test_an_account_is_as_it_was_seen_last(tmp_path: Path, state: LoginState, level: Level) -> None:
    store = AccountStore(tmp_path)
    check = CheckRecord(at=NOW, login_state=state, site="https://grok.com")
    store.write(AccountRecord(alias="main", site="https://grok.com", created_at=NOW, last_check=check))
    store.folder("main").profile.mkdir()
    [finding] = checks.accounts(store, batch(), None)
    assert finding.level is level
    assert f"main: {state}" in finding.text


def test_a_folder_for_results_that_cannot_be_written_fails(tmp_path: Path) -> None:
    """A file stands in its way: as root, no mode of a folder would."""
    (tmp_path / "file").touch()
    found = checks.results(tmp_path / "file" / "reports" / "cats")
    assert found.level is Level.FAIL
    assert "--runs-dir DIR" in found.remedy
    assert checks.results(tmp_path / "reports" / "cats").level is Level.OK
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
