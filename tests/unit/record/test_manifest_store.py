"""The manifest on disk: locked, atomic, private, and never lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.manifest import is_there
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules import ledger
from grokbatch.record.storage import manifest_store as store_module
from grokbatch.record.storage import private_files
from grokbatch.record.storage.manifest_store import (
    ManifestStore,
    ManifestUnreadableError,
    ManifestView,
    transactions,
)

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
PROMPT = "a private prompt"
OLD = Path(__file__).with_name("manifest-0.1.json")
"""As it was written before defaults were left out: three videos, one of them found again after a lost reply."""


@pytest.fixture
def store(tmp_path: Path) -> ManifestStore:
    return new_store(tmp_path / "cats")


def new_store(folder: Path) -> ManifestStore:
    manifest = ledger.new_manifest(batch="cats", account="me", permalink="p", site="demo", now=NOW)
    ledger.open_run(manifest, [VideoSpec("video-001", "", PROMPT)], browser="", now=NOW)
    store = ManifestStore(folder / "manifest.json")
    store.create(manifest)
    return store


def test_what_is_written_is_read_back(store: ManifestStore) -> None:
    assert store.read().videos["video-001"].prompt == PROMPT


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_owner_may_read_it(store: ManifestStore) -> None:
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_a_transaction_that_fails_changes_nothing(store: ManifestStore) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as manifest:
        manifest.batch = "dogs"
        raise ZeroDivisionError
    assert store.read().batch == "cats"
    assert [path.name for path in store.path.parent.iterdir() if path.suffix == ".tmp"] == []


@pytest.fixture
def old(tmp_path: Path) -> ManifestStore:
    path = tmp_path / "old" / "manifest.json"
    path.parent.mkdir()
    shutil.copy(OLD, path)
    return ManifestStore(path)


def test_a_manifest_of_an_older_program_is_read_whole(old: ManifestStore) -> None:
    said, manifest = json.loads(OLD.read_bytes()), old.read()
    assert manifest.counts[Status.COMPLETED] == 3
    for name, video in manifest.videos.items():
        assert (video.digest, video.video_id) == (said["videos"][name]["digest"], said["videos"][name]["video_id"])
        assert is_there(video.download)
    assert [attempt.category for attempt in manifest.videos["video-002"].attempts] == [Category.NETWORK_ERROR, None]


def test_it_says_the_same_once_it_is_written_anew(old: ManifestStore) -> None:
    before = old.read()
    with old.transaction():
        pass
    after = old.read()
    assert after.videos == before.videos
    assert old.path.stat().st_size < OLD.stat().st_size


def test_other_tools_find_the_state_of_each_video_in_the_file(store: ManifestStore) -> None:
    """What is at its default is not written, but for what everybody looks for."""
    said = json.loads(store.path.read_bytes())
    assert (said["version"], said["status"], said["counts"]["PENDING"]) == (1, "IN_PROGRESS", 1)
    video = said["videos"]["video-001"]
    assert video["status"] == "PENDING"
    assert [video[key] for key in ("category", "video_id", "page_url", "download", "attempts")] == [None] * 4 + [[]]
    assert "hd" not in video


def test_a_thousand_finished_videos_take_less_than_2500_kilobytes(old: ManifestStore) -> None:
    with old.transaction() as manifest:
        video = manifest.videos["video-001"]
        for number in range(4, 1001):
            manifest.videos[f"video-{number:03}"] = structs.replace(video, id=f"video-{number:03}", repetition=number)
    assert old.path.stat().st_size < 2_500_000


def test_many_writers_lose_nothing(store: ManifestStore) -> None:
    def add_often() -> None:
        for _ in range(20):
            with ManifestStore(store.path).transaction() as manifest:
                manifest.baseline_ids = [*(manifest.baseline_ids or ()), "x"]

    threads = [threading.Thread(target=add_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.read().baseline_ids or ()) == 80


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 99}', '{"version": 1, "id": 5}', "[" * 100_000, '{"a":' * 100_000]
)
def test_an_unreadable_manifest_is_kept_and_the_message_quotes_nothing(store: ManifestStore, text: str) -> None:
    store.path.write_text(text)
    with pytest.raises(ManifestUnreadableError, match="--fresh") as caught:
        store.read()
    assert store.path.read_text() == text
    assert len(list(store.path.parent.glob("manifest.unreadable-*.json"))) == 1
    assert PROMPT not in str(caught.value)


def test_a_damaged_prompt_is_not_quoted(store: ManifestStore) -> None:
    store.path.write_text(store.path.read_text().replace(f'"{PROMPT}"', f'["{PROMPT}"]'))
    with pytest.raises(ManifestUnreadableError) as caught:
        store.read()
    assert PROMPT not in str(caught.value)


def test_a_result_is_written_on_a_full_disk(store: ManifestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.set_space_aside()
    write = private_files.write_private

    def write_when_there_is_room(path: Path, text: str) -> None:
        if store.reserve.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, text)

    monkeypatch.setattr(store_module, "write_private", write_when_there_is_room)
    with store.transaction() as manifest:
        manifest.batch = "dogs"
    assert store.read().batch == "dogs"


def test_several_manifests_change_together_or_not_at_all(tmp_path: Path) -> None:
    stores = [new_store(tmp_path / name) for name in ("b", "a")]
    with pytest.raises(ZeroDivisionError), transactions(stores) as manifests:
        manifests[0].batch = manifests[1].batch = "dogs"
        raise ZeroDivisionError
    assert {store.read().batch for store in stores} == {"cats"}
    with transactions(stores) as manifests:
        manifests[0].batch = "first"
    assert [store.read().batch for store in stores] == ["first", "cats"]


def test_who_looks_often_sees_what_others_have_written(store: ManifestStore) -> None:
    view = ManifestView(store)
    assert view.manifest() is view.manifest()
    with ManifestStore(store.path).transaction() as manifest:
        manifest.videos["video-001"].status = Status.COMPLETED
    assert view.manifest().videos["video-001"].status is Status.COMPLETED
