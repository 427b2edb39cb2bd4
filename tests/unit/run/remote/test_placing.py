"""What another computer sends is checked before it becomes a file here."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.run.remote import placing
from grokbatch.run.remote.placing import INCOMING, Destination, FilePlacer, PlacingError
from tests.unit.run.test_worker import batch_of

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.run.plan import BatchPlan

BYTES = b"a short video"
SHA256 = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def batch(tmp_path: Path) -> BatchPlan:
    """A batch whose files go to a folder."""
    found = batch_of(tmp_path, "cats", "me")
    return replace(found, files=replace(found.files, folder=found.run_root / "videos", download=True))


@pytest.fixture
def placer(batch: BatchPlan) -> FilePlacer:
    return FilePlacer("studio-1", {"cats": Destination.of(batch)}.__getitem__)


def told(name: str = "one.mp4", kind: str = "videos") -> dict[str, Any]:
    """Return what a worker says of a file."""
    return {"file": {"kind": kind, "name": name, "size": len(BYTES), "sha256": SHA256}, "batch": "cats"}


def send(placer: FilePlacer, announced: dict[str, Any], sent: bytes = BYTES) -> dict[str, Any]:
    """Send a file in two pieces, and return what is answered to its end."""
    assert placer.take(announced) == {"send": True}
    assert placer.take({"piece": sent[:3]}) == {"written": True}
    placer.take({"piece": sent[3:]})
    return placer.take({"end": SHA256})


def left(batch: BatchPlan) -> list[Path]:
    """Return what lies about of files that did not come whole."""
    return list((batch.run_root / INCOMING).glob("*"))


def test_a_file_is_put_in_its_place_and_the_manifest_knows(placer: FilePlacer, batch: BatchPlan) -> None:
    with batch.store().transaction() as manifest:
        manifest.videos["video-001"].download = FileRecord(
            state=FileState.ON_HOST, path="videos/one.mp4", sha256=SHA256, host="studio", at=datetime.now(UTC)
        )
    assert send(placer, told()) == {"placed": "one.mp4"}
    assert (batch.files.folder / "one.mp4").read_bytes() == BYTES
    record = batch.store().read().videos["video-001"].download
    assert record is not None
    assert (record.state, record.host) == (FileState.DONE, "")
    assert not left(batch)


def test_a_file_that_is_here_already_is_not_sent_again(placer: FilePlacer, batch: BatchPlan) -> None:
    send(placer, told())
    assert placer.take(told()) == {"placed": "one.mp4"}


def test_another_file_of_that_name_is_not_overwritten(placer: FilePlacer, batch: BatchPlan) -> None:
    batch.files.folder.mkdir(parents=True)
    (batch.files.folder / "one.mp4").write_bytes(b"older")
    assert send(placer, told()) == {"placed": "one~2.mp4"}
    assert (batch.files.folder / "one.mp4").read_bytes() == b"older"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("videos", "../one.mp4"),
        ("videos", "a/../../one.mp4"),
        ("videos", "/etc/one.mp4"),
        ("videos", "C:\\one.mp4"),
        ("videos", "one.sh"),
        ("videos", ""),
        ("videos", "x" * 300 + ".mp4"),
        ("videos", "one\n.mp4"),
        ("videos", "one\0.mp4"),
        ("run", "manifest.json"),
        ("run", "posters"),
        ("run", "posters/../manifest.json"),
        ("run", "batch/cats.yaml"),
        ("other", "one.mp4"),
    ],
)
def test_a_name_that_no_file_of_a_worker_has_is_refused(
    placer: FilePlacer, batch: BatchPlan, kind: str, name: str
) -> None:
    before = sorted(batch.run_root.parent.rglob("*"))
    with pytest.raises(PlacingError, match="with a name that no file of a worker has"):
        placer.take(told(name, kind))
    assert sorted(batch.run_root.parent.rglob("*")) == before


def test_names_in_all_scripts_are_taken(placer: FilePlacer) -> None:
    name = "鷺 👨‍👩‍👧 é.mp4"
    assert send(placer, told(name)) == {"placed": name}


@pytest.mark.parametrize("sent", [BYTES[:-1], BYTES[:-1] + b"!"], ids=["too short", "changed"])
def test_a_file_that_did_not_arrive_as_it_was_sent_is_refused(
    placer: FilePlacer, batch: BatchPlan, sent: bytes
) -> None:
    with pytest.raises(PlacingError, match="did not arrive as it was sent"):
        send(placer, told(), sent)
    assert not list(batch.files.folder.glob("*.mp4"))
    assert not left(batch)


def test_a_file_that_is_longer_than_announced_is_refused_at_once(placer: FilePlacer, batch: BatchPlan) -> None:
    placer.take(told())
    with pytest.raises(PlacingError, match="longer than it was said to be"):
        placer.take({"piece": BYTES + b"!"})
    assert not left(batch)
    with pytest.raises(PlacingError, match="no file was begun"):
        placer.take({"piece": b"more"})


def test_without_room_for_it_a_file_is_refused_before_it_comes(
    placer: FilePlacer, batch: BatchPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "_KEPT_FREE", 1 << 60)
    with pytest.raises(PlacingError, match="too little room"):
        placer.take(told())
    assert not left(batch)


def test_a_worker_that_is_gone_leaves_no_half_file(placer: FilePlacer, batch: BatchPlan) -> None:
    placer.take(told())
    placer.take({"piece": BYTES[:3]})
    placer.close()
    placer.close()
    assert not left(batch)
