"""The text of `wall.html`: what it holds, what it must not hold, and that nothing in it can break out."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules.video_identity import choosable
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import Pick, Picks
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.export.chosen import files_on_disk
from grokbatch.review.wall.content import WallSource, build_common_wall, build_wall, wall_text
from grokbatch.review.wall.page import HERE, WallBatch, WallVideo, wall_html
from tests.documents import DOCS
from tests.picks_file import write_picks
from tests.unit.page_reader import NASTY, Reader
from tests.unit.recorded import START, manifest, video

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def video_told(video: WallVideo) -> Any:
    (told,) = Reader(wall_html(WallBatch("cats", "m1", [video]))).told["videos"]
    return told


def test_no_text_can_break_out_of_its_place() -> None:
    """A hostile name, message or expectation stays text; the page has the elements that it has without them."""
    odd = WallVideo(NASTY, Status.COMPLETED, message=NASTY, prompt_name=NASTY, account=NASTY, missed=(NASTY,))
    page, calm = (
        Reader(wall_html(WallBatch(name, "m1", [video])))
        for name, video in ((NASTY, odd), ("cats", WallVideo("video-001", Status.COMPLETED)))
    )
    assert page.shape == calm.shape
    assert page.texts["title"] == [f"{NASTY}: wall"]
    assert page.told["batch"] == NASTY
    assert page.told["videos"][0]["missed"] == [NASTY]


def test_the_page_asks_nothing_of_any_server() -> None:
    site = "https://grok.com/imagine/post/1"
    text = wall_html(WallBatch("cats", "m1", [WallVideo("video-001", Status.COMPLETED, address=site)]))
    asked = [attributes.get("src") or attributes.get("href") for _, attributes in Reader(text).elements]
    assert all(place.startswith(("#", "data:")) for place in asked if place)
    policy = next(attributes["content"] for _, attributes in Reader(text).elements if "http-equiv" in attributes)
    assert "default-src 'none'" in (policy or "")
    assert "http" not in (policy or "")
    assert "https" not in text.replace(site, "")


def test_the_policy_admits_our_script_only() -> None:
    """The digest in the page's policy is that of the script as it stands in the page."""
    page = Reader(wall_html(WallBatch("cats", "m1", [])))
    _, script = page.texts["script"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(attributes["content"] for _, attributes in page.elements if "http-equiv" in attributes)
    assert f"script-src 'sha256-{digest}'" in (policy or "")


def test_a_page_for_others_holds_only_what_it_was_given() -> None:
    """Without account, address and prompt of the videos, nothing of the kind is in the page's data."""
    video = WallVideo("video-001", Status.COMPLETED, file=Path("videos/1.mp4"), width=400, height=736)
    picks = Picks("cats", "m1", NOW, (Pick("video-001", 4, True),))
    told = Reader(wall_html(WallBatch("cats", "m1", [video], picks))).told
    assert set(told) == {"batch", "manifest", "picks", "videos"}
    assert told["picks"] == {"saved_at": NOW.isoformat(), "of": {"video-001": {"rating": 4, "keep": True}}}
    assert told["videos"] == [
        {
            "id": "video-001",
            "status": "completed",
            "category": "completed",
            "tone": "good",
            "file": "videos/1.mp4",
            "attempts": 0,
            "width": 400,
            "height": 736,
        }
    ]


def test_several_batches_share_a_page_and_their_ids_stay_apart(tmp_path: Path) -> None:
    """Two of the same name are told apart, too; each has its own manifest, picks and report."""
    sources = []
    for number, root in enumerate((tmp_path / "a" / "cats", tmp_path / "b" / "cats", tmp_path / "a" / "dogs"), 1):
        (root / "videos").mkdir(parents=True)
        (root / "videos" / "1.mp4").write_bytes(b"clip")
        file = FileRecord(state=FileState.DONE, path="videos/1.mp4", at=START)
        made = video(1, Status.COMPLETED, download=file)
        held = manifest(made, video(2, Status.COMPLETED), batch=root.name, id=f"m{number}")
        ManifestStore(RunDirectory(root).manifest).create(held)
        sources.append(WallSource(RunDirectory(root)))
    write_picks(sources[2].directory.picks, Picks("dogs", "m3", NOW, (Pick("video-001", 4),)))
    sources[0].directory.report.write_text("a report")
    page = tmp_path / "a" / "wall.html"
    build_common_wall(page, sources)
    assert page.stat().st_mode & 0o077 == 0
    read = Reader(page.read_text())
    told = read.told
    assert [(one["batch"], one["manifest"]) for one in told["batches"]] == [
        ("cats", "m1"),
        ("cats (2)", "m2"),
        ("dogs", "m3"),
    ]
    assert told["batches"][2]["picks"]["of"] == {"video-001": {"rating": 4}}
    assert [one["id"] for one in told["videos"]][::2] == ["cats/video-001", "cats (2)/video-001", "dogs/video-001"]
    assert [one["file"] for one in told["videos"] if "file" in one] == [
        "cats/videos/1.mp4",
        "../b/cats/videos/1.mp4",
        "dogs/videos/1.mp4",
    ]
    links = [attributes.get("href") for tag, attributes in read.elements if tag == "a"]
    assert "cats/report.html" in links


def test_paths_become_addresses_beside_the_page() -> None:
    odd = Path("my videos/50% #1?.mp4")
    told = video_told(WallVideo("video-001", Status.COMPLETED, file=odd, hd=Path("/v/a b.mp4")))
    assert told["file"] == "my%20videos/50%25%20%231%3F.mp4"
    assert str(told["hd"]).endswith("/v/a%20b.mp4")
    assert str(told["hd"]).startswith("file:///")


def test_only_web_pages_are_linked() -> None:
    assert "address" not in video_told(WallVideo("video-001", Status.PENDING, address="javascript:alert(1)"))


def test_a_failure_goes_by_its_category_and_moderation_by_its_own_word() -> None:
    failed = video_told(WallVideo("video-001", Status.FAILED, Category.TIMEOUT, "no sign\nof progress"))
    assert (failed["status"], failed["category"], failed["tone"]) == ("failed", "TIMEOUT", "bad")
    assert failed["message"] == "no sign of progress"
    assert video_told(WallVideo("video-001", Status.FAILED, Category.CONTENT_MODERATED))["status"] == "moderated"


def test_earlier_versions_are_told_with_ids_of_their_own(tmp_path: Path) -> None:
    """Made videos that the batch no longer asks for are on the wall, and picks can name them; failures are not."""
    now, before, failed = video(1, Status.COMPLETED), video(1, Status.COMPLETED), video(2, Status.FAILED)
    before.digest, before.repetition = "1f3a9c22", 1
    told = Reader(wall_text(RunDirectory(tmp_path), manifest(now, retired=[before, failed]))).told["videos"]
    assert [(one["id"], one.get("earlier_of")) for one in told] == [
        ("video-001", None),
        ("video-001~1f3a9c-1", "video-001"),
    ]
    assert choosable(manifest(now, retired=[before, failed]))["video-001~1f3a9c-1"] is before


def test_a_worker_has_the_name_that_the_terminal_and_the_report_give_it(tmp_path: Path) -> None:
    made = video(1, Status.COMPLETED, worker="gw0"), video(2, Status.COMPLETED, worker="studio-2")
    told = Reader(wall_text(RunDirectory(tmp_path), manifest(*made))).told["videos"]
    assert [one["worker"] for one in told] == ["browser 1", "studio 2"]


def test_an_earlier_version_is_copied_as_any_other(tmp_path: Path) -> None:
    directory = RunDirectory(tmp_path / "run")
    (directory.root / "videos").mkdir(parents=True)
    (directory.root / "videos" / "old.mp4").write_bytes(b"old")
    file = FileRecord(state=FileState.DONE, path="videos/old.mp4", at=START)
    before = video(1, Status.COMPLETED, download=file, digest="1f3a9c22", repetition=1)
    held = manifest(video(1, Status.COMPLETED), retired=[before])
    (found,) = files_on_disk(directory, held, ["video-001~1f3a9c-1", "video-001"])
    assert found.read_bytes() == b"old"


def test_the_wall_leads_to_the_report_where_there_is_one(tmp_path: Path) -> None:
    directory = RunDirectory(tmp_path)
    assert "report.html" not in wall_text(directory, manifest())
    text = wall_text(directory, manifest(), report=directory.report)
    assert "report.html" in [attributes.get("href") for tag, attributes in Reader(text).elements if tag == "a"]


def test_the_table_of_keys_in_the_docs_is_that_of_the_page() -> None:
    script = (HERE / "keys.js").read_text(encoding="utf-8")
    table = (DOCS / "choosing.md").read_text(encoding="utf-8").split("## Keys")[1].split("##")[0]
    keys = [
        key
        for line in re.findall(r'\["([^"]+)", "', script)
        for key in re.findall(r"(?<![\w])[^\w\s](?![\w])|\b[A-Z]\b", line)
    ]
    assert len(keys) > 25
    assert [key for key in keys if key not in table and key != "+"] == []


def test_a_served_page_may_write_to_its_server_only() -> None:
    for is_served, allowed in ((True, "connect-src 'self'"), (False, "connect-src 'none'")):
        page = Reader(wall_html(WallBatch("cats", "m1", []), is_served=is_served))
        policy = next(attributes["content"] for _, attributes in page.elements if "http-equiv" in attributes)
        assert allowed in (policy or "")
        assert page.told.get("served", False) is is_served


def test_the_page_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    page = build_wall(RunDirectory(tmp_path), manifest())
    assert page.stat().st_mode & 0o077 == 0
