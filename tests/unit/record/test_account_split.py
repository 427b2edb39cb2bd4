"""How several accounts share the videos of a batch: by weight, the same each time, and for good."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.rules import ledger
from grokbatch.record.rules.account_parts import begin_parts
from grokbatch.record.rules.account_split import split

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import Manifest

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
WEIGHTS = st.dictionaries(st.sampled_from(["main", "second", "third", "fourth"]), st.integers(1, 9), min_size=1)


def specs(count: int) -> list[VideoSpec]:
    return [VideoSpec(f"video-{n:03}", "http://site/p", "hills", index=n, repetition=n) for n in range(1, count + 1)]


def ran(videos: list[VideoSpec], accounts: dict[str, str], account: str = "main") -> Manifest:
    """Return the manifest of a batch that was opened once with these accounts."""
    manifest = ledger.new_manifest(batch="cats", account=account, permalink="p", site="demo", now=NOW)
    ledger.open_run(manifest, videos, browser="", now=NOW)
    begin_parts(manifest, accounts, account)
    return manifest


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ({"main": 1, "second": 1}, {"main": 5, "second": 5}),
        ({"main": 4, "second": 1}, {"main": 8, "second": 2}),
        ({"main": 1, "second": 1, "third": 1}, {"main": 4, "second": 3, "third": 3}),
        ({"main": 7}, {"main": 10}),
    ],
)
def test_videos_are_shared_as_the_weights_say(weights: dict[str, int], shares: dict[str, int]) -> None:
    assert Counter(split(specs(10), weights, None).values()) == shares


@given(WEIGHTS, st.integers(0, 60))
def test_no_share_is_more_than_one_video_away_from_its_weight(weights: dict[str, int], count: int) -> None:
    shares = Counter(split(specs(count), weights, None).values())
    total = sum(weights.values())
    assert shares.total() == count
    # With more than two accounts the method of Sainte-Laguë may be off by a little more than one.
    assert all(abs(shares[name] - count * weight / total) < 2 for name, weight in weights.items())


@given(WEIGHTS, WEIGHTS, st.integers(0, 20), st.integers(0, 20))
def test_whoever_has_a_video_keeps_it(before: dict[str, int], after: dict[str, int], old: int, new: int) -> None:
    first = split(specs(old), before, None)
    manifest = ran(specs(old), first)
    second = split(specs(old + new), after, manifest)
    kept = {video_id: account for video_id, account in first.items() if account in after}
    assert {video_id: second[video_id] for video_id in kept} == kept
    assert set(second.values()) <= set(after)


def test_one_video_after_the_other_is_shared_as_well() -> None:
    accounts: dict[str, str] = {}
    for count in range(1, 9):
        accounts = split(specs(count), {"main": 1, "second": 1}, ran(specs(count - 1), accounts) if accounts else None)
    assert Counter(accounts.values()) == {"main": 4, "second": 4}


def test_what_a_single_account_has_tried_stays_with_it_and_the_rest_is_shared() -> None:
    manifest = ran(specs(4), {}, account="second")
    ledger.claim(manifest, "video-003", "gw0", NOW)
    assert split(specs(4), {"main": 1, "second": 1}, manifest) == {
        "video-001": "main",
        "video-002": "second",
        "video-003": "second",
        "video-004": "main",
    }
