"""The site says enough, or signs the user out: the run ends politely, and goes on later where it was."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.model.quota import SubmitResult
from grokbatch.record.storage.quota_file import QuotaFile
from tests.e2e.demo_process import check_each_made_once

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.model.quota import QuotaRecord
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User


def last_line(said: str) -> str:
    return said.strip().splitlines()[-1]


def check_nothing_submitted_after_the_stop(site: DemoProcess, manifest: Manifest) -> None:
    """Check that no click was made after the stop, neither by the manifest nor by the site's journal."""
    assert manifest.stop is not None
    attempts = [attempt for video in manifest.videos.values() for attempt in video.attempts]
    assert all(each.submitted_at <= manifest.stop.at for each in attempts if each.submitted_at)
    clicks = sum(attempt.submitted_at is not None for attempt in attempts)
    refused = [entry for entry in site.journal("refused") if entry["outcome"] == "rate_limited"]
    assert len(site.submitted()) + len(refused) <= clicks


def quota_record(user: User) -> QuotaRecord:
    """Return what is known of the quota of the user's account."""
    [path] = (user.home / "quota").glob("*/*.json")
    return QuotaFile(path).read()


def test_a_rate_limit_ends_the_run_and_lf_makes_the_rest(user: User, site: DemoProcess) -> None:
    """Exit 75 with what is left; videos under way finish, none is started, and `--lf` makes only the rest."""
    # The second one is under way when the first to be ready asks for a third.
    site.play(quota=2, generation=[1, 8, 1, 1], limit_style="http429", retry_after=3600)
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 75, said
    wanted = "rate limit: 2 of 4 completed, 2 pending; resume with: pytest --lf"
    when = r" \(the site says: not before (\d{4}-\d\d-\d\d )?\d\d:\d\d\)"
    assert re.fullmatch(re.escape(wanted) + when, last_line(said)), said
    manifest = user.manifest()
    assert manifest.stop is not None
    assert manifest.counts[Status.COMPLETED] == 2
    assert manifest.counts[Status.RATE_LIMITED] >= 1
    assert manifest.counts[Status.FAILED] == 0
    ends = [datetime.fromisoformat(entry["time"]) for entry in site.journal("outcome")]
    assert max(ends) > manifest.stop.at, "a video was under way at the stop, and was finished"
    check_nothing_submitted_after_the_stop(site, manifest)
    check_each_made_once(site, manifest)
    limit = quota_record(user).open_limit
    assert limit is not None
    assert limit.said is not None
    assert abs(limit.said - limit.at - timedelta(hours=1)) < timedelta(minutes=1)
    assert [each.result for each in quota_record(user).submits] == [SubmitResult.MADE] * 2
    site.change(quota=None)
    code, said = user.run("--lf", "-n0")
    assert code == 0, said
    assert quota_record(user).open_limit is None
    assert len(quota_record(user).submits) == 4
    assert set(user.statuses().values()) == {"COMPLETED"}
    assert len(site.submitted()) == 4
    check_each_made_once(site, user.manifest())
    user.check_nothing_runs()


@pytest.mark.slow
def test_a_lost_login_ends_the_run_and_lf_goes_on_after_signing_in(user: User, site: DemoProcess) -> None:
    """Signed out in mid run: exit 77 with the remedy, no further submit; signed in again, `--lf` finishes."""
    site.play(signed_out_after=2, generation=[1, 4, 1, 1])
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 77, said
    assert last_line(said).startswith("login required: ")
    assert last_line(said).endswith("sign in again with: grokbatch accounts add me; then resume with: pytest --lf")
    manifest = user.manifest()
    assert manifest.stop is not None
    assert manifest.stop.category is Category.AUTH_REQUIRED
    assert len(site.submitted()) == 2
    check_nothing_submitted_after_the_stop(site, manifest)
    user.sign_in(site)
    code, said = user.run("--lf", "-n0")
    assert code == 0, said
    check_each_made_once(site, user.manifest())
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 0, said
    assert "video-001 to video-004  already completed" in said
    assert len(site.submitted()) == 4, "a batch that is completed submits nothing"
