"""A manifest that knows an image by another spelling of its address knows it by the plain one after reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.model.video import VideoOptions, VideoSpec, verbatim_digest_of
from grokbatch.record.model.outcome import MadeVideo, Outcome
from grokbatch.record.rules import ledger
from grokbatch.record.rules.video_identity import known_entries
from grokbatch.record.storage.manifest_store import ManifestStore

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import Manifest

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
UUID = "0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
POST = f"https://grok.com/imagine/post/{UUID}"
SHARED = f"{POST}?source=copy_link"
CAPITALS = f"https://grok.com/imagine/post/{UUID.upper()}"


def asked(link: str, count: int, first: int = 1) -> list[VideoSpec]:
    """Return the videos that a batch once asked for, its address taken as it was written."""
    options = VideoOptions(duration="6")
    return [
        VideoSpec(f"video-{at:03}", link, "a red kite", permalink=link, options=options, index=at, repetition=number)
        for number, at in enumerate(range(first, first + count), start=1)
    ]


def made(manifest: Manifest, *names: str) -> None:
    for name in names:
        ledger.claim(manifest, name, "gw0", NOW)
        found = MadeVideo(f"{len(manifest.retired)}-{name}", "https://x/v.mp4", POST, 560, 560, 6.0)
        ledger.finish(manifest, name, Outcome.success(found), NOW)


@pytest.fixture
def store(tmp_path: Path) -> ManifestStore:
    return ManifestStore(tmp_path / "manifest.json")


def manifest_of(link: str, videos: list[VideoSpec]) -> Manifest:
    manifest = ledger.new_manifest(batch="cats", account="main", permalink=link, site="https://grok.com", now=NOW)
    ledger.open_run(manifest, videos, browser="Chromium 156", now=NOW)
    return manifest


@pytest.mark.parametrize("link", [SHARED, CAPITALS, f"{CAPITALS}?conversation={UUID}"])
def test_what_was_made_under_another_spelling_is_not_made_again(store: ManifestStore, link: str) -> None:
    manifest = manifest_of(link, asked(link, 3))
    made(manifest, "video-001", "video-003")
    store.create(manifest)
    read = store.read()
    assert read.permalink == POST
    ledger.open_run(read, asked(POST, 3), browser="Chromium 156", now=NOW)
    assert [video.status for video in read.videos.values()] == ["COMPLETED", "PENDING", "COMPLETED"]
    assert {video.permalink for video in read.videos.values()} == {POST}
    assert not read.retired


def test_entries_without_an_address_go_by_that_of_the_batch(store: ManifestStore) -> None:
    manifest = manifest_of(SHARED, asked(SHARED, 1))
    made(manifest, "video-001")
    manifest.videos["video-001"].permalink = ""
    store.create(manifest)
    assert asked(POST, 1)[0].identity in known_entries(store.read())


def test_two_spellings_in_one_batch_were_two_images_and_none_of_their_videos_is_lost(store: ManifestStore) -> None:
    manifest = manifest_of(SHARED, [*asked(SHARED, 2), *asked(CAPITALS, 2, first=3)])
    made(manifest, "video-001", "video-002", "video-003", "video-004")
    store.create(manifest)
    read = store.read()
    ledger.open_run(read, asked(POST, 4), browser="Chromium 156", now=NOW)
    assert [video.status for video in read.videos.values()] == ["COMPLETED"] * 4
    assert len({video.video_id for video in read.videos.values()}) == 4


def test_videos_made_again_because_the_spelling_changed_all_stay_known(store: ManifestStore) -> None:
    """Those that the batch has now keep their place, those of the spelling before count after them."""
    manifest = manifest_of(SHARED, asked(SHARED, 2))
    made(manifest, "video-001", "video-002")
    ledger.open_run(manifest, asked(CAPITALS, 2), browser="Chromium 156", now=NOW)
    made(manifest, "video-001", "video-002")
    store.create(manifest)
    known = known_entries(store.read())
    found = [known[video.identity].video_id for video in asked(POST, 4)]
    assert found == ["2-video-001", "2-video-002", "0-video-001", "0-video-002"]


def test_reading_twice_or_writing_back_changes_nothing_more(store: ManifestStore) -> None:
    store.create(manifest_of(SHARED, asked(SHARED, 2)))
    once = store.read()
    with store.transaction():
        pass
    again = store.read()
    assert [video.identity for video in once.videos.values()] == [video.identity for video in again.videos.values()]
    assert POST in store.path.read_text()
    assert SHARED not in store.path.read_text()


def test_what_is_no_image_of_the_real_site_stays_as_it_is(store: ManifestStore) -> None:
    manifest = manifest_of("https://example.org/x?y", asked("https://example.org/x?y", 1))
    store.create(manifest)
    assert store.read().videos == manifest.videos


SPACED = "  a red \n kite  "


def spaced(prompt: str, count: int, first: int = 1) -> list[VideoSpec]:
    """Return the videos that a batch asks for whose prompt is written so."""
    return [replace(video, prompt=prompt) for video in asked(POST, count, first)]


def known_as_before(manifest: Manifest) -> Manifest:
    """Give the entries the digests that earlier versions took of them, white space included."""
    for entry in manifest.videos.values():
        entry.digest = verbatim_digest_of(entry.permalink, entry.prompt, entry.options)
    return manifest


@pytest.mark.parametrize("now", ["a red kite", "a  red kite", SPACED])
@pytest.mark.parametrize("then", ["a red kite", "a red  kite", SPACED])
def test_white_space_makes_nothing_anew(store: ManifestStore, then: str, now: str) -> None:
    """Whatever was made by an earlier version, which took another spelling for another prompt."""
    manifest = manifest_of(POST, spaced(then, 3))
    made(manifest, "video-001", "video-003")
    store.create(known_as_before(manifest))
    read = store.read()
    ledger.open_run(read, spaced(now, 3), browser="Chromium 156", now=NOW)
    assert [video.status for video in read.videos.values()] == ["COMPLETED", "PENDING", "COMPLETED"]
    assert not read.retired


def test_prompts_that_differed_in_white_space_were_two_and_none_of_their_videos_is_lost(store: ManifestStore) -> None:
    manifest = manifest_of(POST, [*spaced("a red kite", 2), *spaced("a  red kite", 2, first=3)])
    for at, entry in enumerate(manifest.videos.values()):
        entry.repetition = at % 2 + 1
    made(manifest, "video-001", "video-002", "video-003", "video-004")
    store.create(known_as_before(manifest))
    read = store.read()
    ledger.open_run(read, spaced("a red kite", 4), browser="Chromium 156", now=NOW)
    assert [video.status for video in read.videos.values()] == ["COMPLETED"] * 4
    assert len({video.video_id for video in read.videos.values()}) == 4
