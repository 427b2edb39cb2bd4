"""`grokbatch picks` and `grokbatch wall`: what a user types with saved picks, and what is said."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from typer.testing import CliRunner

from grokbatch.batch.loader import load_batch
from grokbatch.cli.app import app
from grokbatch.record.model.manifest import FileRecord, FileState, Manifest
from grokbatch.record.model.outcome import Status
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import Pick, Picks, read_picks
from grokbatch.record.storage.run_directory import RunDirectory
from tests.picks_file import picks_text, write_picks
from tests.unit.page_reader import Reader
from tests.unit.recorded import START, manifest, video

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result

    Type = Callable[..., Result]

PERMALINK = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
LATER = START + timedelta(hours=1)


@pytest.fixture
def type_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    monkeypatch.chdir(tmp_path)
    environ = {"GROKBATCH_HOME": str(tmp_path / "home"), "NO_COLOR": "1"}
    return lambda *arguments: CliRunner().invoke(app, arguments, env=environ)


@pytest.fixture
def place(tmp_path: Path) -> RunDirectory:
    """`cats.yaml` and its run directory, with three videos on disk and one that failed."""
    batch = tmp_path / "cats.yaml"
    batch.write_text(yaml.safe_dump({"permalink": PERMALINK, "prompt": "a hill", "count": 4}))
    found = RunDirectory(tmp_path / "reports" / "cats")
    (found.root / "videos").mkdir(parents=True)
    records = []
    for number, spec in enumerate(load_batch(batch).videos(), 1):
        name = f"videos/cats-{number:03d}.mp4"
        if number == 4:
            records.append(video(number, Status.FAILED, digest=spec.digest))
            continue
        (found.root / name).write_bytes(bytes([number]) * 1000 * number)
        (found.root / name).with_suffix(".json").write_text("{}")
        file = FileRecord(state=FileState.DONE, path=name, at=START, size=1000 * number)
        records.append(video(number, Status.COMPLETED, digest=spec.digest, download=file, is_inspected=True))
    ManifestStore(found.manifest).create(manifest(*records))
    return found


def picked(*picks: Pick, hours: int = 0) -> Picks:
    return Picks("cats", "m", START + timedelta(hours=hours), picks)


def on_disk(place: RunDirectory) -> list[str]:
    return sorted(path.relative_to(place.root / "videos").as_posix() for path in (place.root / "videos").rglob("*.mp4"))


def recorded(place: RunDirectory) -> Manifest:
    return ManifestStore(place.manifest).read()


# export


def test_nothing_kept_is_told_with_what_there_is(type_: Type, place: RunDirectory) -> None:
    write_picks(place.picks, picked(Pick("video-001", 4), Pick("video-002", 2), Pick("video-003", 5, False)))
    said = type_("picks", "export", "cats.yaml", "best")
    assert said.exit_code == 1
    assert "no video is kept; there are 1 with 4 stars, 1 with 2 stars, 1 rejected; nothing was written" in said.output
    assert "to keep videos, or type: grokbatch picks export cats.yaml best --stars 4\n" in said.output
    assert not Path("best").exists()
    assert type_("picks", "export", "cats.yaml", "best", "--stars", "4").output == "1 file in best\n"
    assert [path.name for path in Path("best").iterdir()] == ["cats-001.mp4"]


def test_what_is_kept_but_not_on_disk_is_told(type_: Type, place: RunDirectory) -> None:
    write_picks(place.picks, picked(Pick("video-001", keep=True), Pick("video-002", keep=True)))
    (place.root / "videos" / "cats-002.mp4").unlink()
    said = type_("picks", "export", "cats.yaml", "best")
    assert said.output == "1 file in best\nnot on disk: video-002\nnext: grokbatch run cats.yaml\n"
    (place.root / "videos" / "cats-001.mp4").unlink()
    said = type_("picks", "export", "cats.yaml", "other")
    assert said.exit_code == 1
    assert "no file of the 2 videos is on disk; nothing was written" in said.output
    assert not Path("other").exists()


def test_a_file_in_the_way_is_a_usage_error(type_: Type, place: RunDirectory) -> None:
    write_picks(place.picks, picked(Pick("video-001", keep=True)))
    Path("best").mkdir()
    Path("best/cats-001.mp4").write_text("mine")
    said = type_("picks", "export", "cats.yaml", "best")
    assert said.exit_code == 4
    assert "add --force to replace" in said.output
    assert Path("best/cats-001.mp4").read_text() == "mine"
    assert type_("picks", "export", "cats.yaml", "best", "--force").exit_code == 0


def test_a_file_that_is_no_video_ends_a_film_with_one_line(type_: Type, place: RunDirectory) -> None:
    write_picks(place.picks, picked(Pick("video-001", keep=True)))
    said = type_("picks", "export", "cats.yaml", "best", "--as", "none", "--film", "cut")
    assert said.exit_code == 1
    assert said.output.startswith("error: cats-001.mp4 ")
    assert len(said.output.splitlines()) == 1
    assert not list(Path("best").iterdir())


# the wall


def test_picks_of_several_files_are_brought_together_and_the_newest_count(type_: Type, place: RunDirectory) -> None:
    write_picks(place.picks, picked(Pick("video-001", 4, True), Pick("video-002", 3, note="mine")))
    write_picks(Path("one.yaml"), picked(Pick("video-001", 2, False), Pick("video-003", 5, True), hours=1))
    write_picks(Path("two.yaml"), picked(Pick("video-001", 1), Pick("video-002", 3, note="yours"), hours=-1))
    said = type_("wall", "cats.yaml", "--picks", "two.yaml", "--picks", "one.yaml")
    assert said.exit_code == 0, said.output
    assert "reports/cats/picks.yaml: 3 picks from 3 files" in said.output
    assert "video-001: rejected, 2 of 5 (" in said.output
    assert "counts, not kept, 4 of 5 (" in said.output
    assert "video-002: notes or tags differ; those of " in said.output
    assert "mine" not in said.output
    assert read_picks(place.picks).picks == (
        Pick("video-001", 2, False),
        Pick("video-002", 3, note="mine"),
        Pick("video-003", 5, True),
    )
    assert read_picks(place.picks).saved_at == LATER
    told = Reader(place.wall.read_text(encoding="utf-8")).told
    assert told["picks"]["of"]["video-003"] == {"rating": 5, "keep": True}


def test_picks_go_with_a_folder_that_is_moved(
    type_: Type, place: RunDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_picks(place.picks, picked(Pick("video-001", 4, True)))
    (tmp_path / "moved").mkdir()
    for name in ("cats.yaml", "reports"):
        shutil.move(tmp_path / name, tmp_path / "moved" / name)
    monkeypatch.chdir(tmp_path / "moved")
    assert type_("wall", "cats.yaml").exit_code == 0
    page = Reader(Path("reports/cats/wall.html").read_text(encoding="utf-8"))
    assert page.told["picks"]["of"] == {"video-001": {"rating": 4, "keep": True}}


def test_picks_that_cannot_be_used_are_told(type_: Type, place: RunDirectory) -> None:
    place.picks.write_text(picks_text(picked()).replace('"m"', '"other"'))
    said = type_("wall", "cats.yaml")
    assert said.exit_code == 0
    assert "these are picks of other videos" in said.output
    assert "the wall begins without these picks" in said.output
    write_picks(Path("one.yaml"), picked(Pick("video-001", 2)))
    before = place.picks.read_text()
    assert type_("wall", "cats.yaml", "--picks", "one.yaml").exit_code == 4
    assert place.picks.read_text() == before


def test_an_opened_wall_knows_what_was_picked_since(
    type_: Type, place: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    type_("open", "cats.yaml")
    write_picks(place.picks, picked(Pick("video-001", 4, True)))
    type_("open", "cats.yaml")
    assert Reader(place.wall.read_text(encoding="utf-8")).told["picks"]["of"]


# the bin


def test_rejected_files_go_into_a_bin_and_come_back(type_: Type, place: RunDirectory) -> None:
    write_picks(
        place.picks, picked(Pick("video-001", 1, False), Pick("video-002", keep=True), Pick("video-003", keep=False))
    )
    said = type_("picks", "trash", "cats.yaml")
    assert said.exit_code == 4
    assert (
        "Move 2 files, 4 kB of 2 rejected videos into the bin? To do it without being asked, add --yes" in said.output
    )
    assert len(on_disk(place)) == 3
    said = type_("picks", "trash", "cats.yaml", "--yes")
    assert said.output.startswith("moved: 2 files, 4 kB to reports/cats/videos/.trash; --restore")
    assert on_disk(place) == [".trash/cats-001.mp4", ".trash/cats-003.mp4", "cats-002.mp4"]
    assert (place.root / "videos" / ".trash" / "cats-001.json").exists()
    assert recorded(place).videos["video-001"].download.path == "videos/.trash/cats-001.mp4"  # type: ignore[union-attr]
    assert "no file of a rejected video is outside" in type_("picks", "trash", "cats.yaml", "--yes").output
    (place.root / "videos" / "cats-001.mp4").write_text("another file of that name")
    assert type_("picks", "trash", "cats.yaml", "--restore").output == "brought back: 2 files, 4 kB\n"
    assert on_disk(place) == ["cats-001.mp4", "cats-001~2.mp4", "cats-002.mp4", "cats-003.mp4"]
    assert (place.root / "videos" / "cats-001~2.json").exists()
    assert recorded(place).videos["video-001"].download.path == "videos/cats-001~2.mp4"  # type: ignore[union-attr]


def test_an_emptied_bin_is_empty_and_its_videos_can_be_fetched_again(type_: Type, place: RunDirectory) -> None:
    write_picks(place.picks, picked(Pick("video-001", keep=False), Pick("video-003", keep=False)))
    assert type_("picks", "trash", "cats.yaml", "--empty", "--yes").output == "there is nothing to delete\n"
    type_("wall", "cats.yaml")
    type_("picks", "trash", "cats.yaml", "--yes")
    assert ".trash/cats-001.mp4" in place.wall.read_text(encoding="utf-8")
    assert type_("picks", "trash", "cats.yaml", "--empty").exit_code == 4
    with ManifestStore(place.manifest).transaction() as changed:
        changed.videos["video-003"].removed_at = LATER
    said = type_("picks", "trash", "cats.yaml", "--empty", "--yes")
    assert said.output == "deleted: 2 files, 4 kB; no run fetches them again\n"
    assert on_disk(place) == ["cats-002.mp4"]
    assert not list((place.root / "videos" / ".trash").iterdir())
    assert "cats-001.mp4" not in place.wall.read_text(encoding="utf-8"), "the wall leads to files that are there"
    assert recorded(place).videos["video-001"].download.state is FileState.DISCARDED  # type: ignore[union-attr]
    said = type_("picks", "trash", "cats.yaml", "--restore")
    assert "cannot be brought back: video-003; deleted here and on the site" in said.output
    assert "still on the site: video-001\nnext: grokbatch run cats.yaml" in said.output
    assert recorded(place).videos["video-001"].download is None


def test_after_the_bin_no_link_of_a_page_is_dead(type_: Type, place: RunDirectory) -> None:
    """Wall and report are written anew after moving, deleting and bringing back; pages that are not there are not."""
    write_picks(place.picks, picked(Pick("video-001", keep=False)))
    type_("picks", "trash", "cats.yaml", "--yes")
    assert not place.report.exists()
    assert not place.wall.exists()
    type_("wall", "cats.yaml")
    type_("report", "cats.yaml", "--rebuild")
    for option, count in (("--restore", 3), ("--yes", 3), ("--empty", 2), ("--restore", 2)):
        assert type_("picks", "trash", "cats.yaml", option, "--yes").exit_code == 0
        for page in (place.wall, place.report):
            links = set(re.findall(r"videos/[\w./-]+\.mp4", page.read_text(encoding="utf-8")))
            assert len(links) == count, (option, page.name)
            assert all((place.root / link).is_file() for link in links), (option, page.name)


def test_a_bin_that_is_a_link_elsewhere_is_not_used(type_: Type, place: RunDirectory, tmp_path: Path) -> None:
    write_picks(place.picks, picked(Pick("video-001", keep=False)))
    (tmp_path / "elsewhere").mkdir()
    (place.root / "videos" / ".trash").symlink_to(tmp_path / "elsewhere")
    said = type_("picks", "trash", "cats.yaml", "--yes")
    assert said.exit_code == 1
    assert ".trash: is a link, not a folder" in said.output
    assert not list((tmp_path / "elsewhere").iterdir())
    assert len(on_disk(place)) == 3


def test_what_is_kept_after_all_is_not_deleted(type_: Type, place: RunDirectory) -> None:
    write_picks(place.picks, picked(Pick("video-001", keep=False), Pick("video-003", keep=False)))
    type_("picks", "trash", "cats.yaml", "--yes")
    write_picks(place.picks, picked(Pick("video-001", keep=True), Pick("video-003", keep=False)))
    said = type_("picks", "trash", "cats.yaml", "--empty", "--yes")
    assert "1 file of videos that are kept now stay in the bin" in said.output
    assert "deleted: 1 file, 3 kB" in said.output
    assert on_disk(place) == [".trash/cats-001.mp4", "cats-002.mp4"]


def test_files_of_earlier_manifests_are_deleted_from_the_bin_and_nothing_else(type_: Type, place: RunDirectory) -> None:
    place.root.joinpath("videos", ".trash").mkdir()
    for name in ("old.mp4", "old.json", "notes.txt"):
        place.root.joinpath("videos", ".trash", name).write_text("x")
    assert "deleted: 1 file, 1 B" in type_("picks", "trash", "cats.yaml", "--empty", "--yes").output
    assert [path.name for path in place.root.joinpath("videos", ".trash").iterdir()] == ["notes.txt"]
    assert len(on_disk(place)) == 3


def test_restoring_and_emptying_do_not_go_together(type_: Type, place: RunDirectory) -> None:
    assert place.manifest.exists()
    assert type_("picks", "trash", "cats.yaml", "--restore", "--empty").exit_code == 4


# several batches


@pytest.fixture
def dogs(place: RunDirectory, tmp_path: Path) -> RunDirectory:
    """A second batch beside `cats.yaml`, with one pending video."""
    (tmp_path / "dogs.yaml").write_text(yaml.safe_dump({"permalink": PERMALINK, "prompt": "a dog"}))
    found = RunDirectory(place.root.with_name("dogs"))
    found.root.mkdir()
    (spec,) = load_batch(tmp_path / "dogs.yaml").videos()
    record = video(1, Status.PENDING, digest=spec.digest)
    ManifestStore(found.manifest).create(manifest(record, id="m2", batch="dogs"))
    return found


def test_several_batches_are_on_one_wall_and_picks_find_their_own(
    type_: Type, place: RunDirectory, dogs: RunDirectory, tmp_path: Path
) -> None:
    write_picks(tmp_path / "one.yaml", Picks("dogs", "m2", LATER, (Pick("video-001", 5),)))
    write_picks(tmp_path / "two.yaml", picked(Pick("video-002", keep=True)))
    said = type_("wall", "cats.yaml", "dogs.yaml", "cats.yaml", "--picks", "one.yaml", "--picks", "two.yaml")
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines()[-1] == "reports/wall.html"
    assert read_picks(dogs.picks).picks == (Pick("video-001", 5),)
    assert read_picks(place.picks).kept == ("video-002",)
    told = Reader((tmp_path / "reports" / "wall.html").read_text(encoding="utf-8")).told
    assert told["batch"] == "cats, dogs"
    assert [one["id"] for one in told["videos"]][-2:] == ["cats/video-004", "dogs/video-001"]
    assert not place.wall.exists()


def test_each_of_several_batches_has_its_own_report(type_: Type, place: RunDirectory, dogs: RunDirectory) -> None:
    said = type_("report", "cats.yaml", "dogs.yaml", "--rebuild")
    assert said.stdout.split() == ["reports/cats/report.html", "reports/dogs/report.html"]
    assert all(each.report.exists() for each in (place, dogs))


def test_picks_of_no_batch_on_the_wall_are_refused(type_: Type, place: RunDirectory, dogs: RunDirectory) -> None:
    write_picks(Path("one.yaml"), Picks("cows", "m3", LATER, (Pick("video-001", 5),)))
    said = type_("wall", "cats.yaml", "dogs.yaml", "--picks", "one.yaml")
    assert said.exit_code == 4
    assert "these are picks of other videos" in said.output
    assert not any(each.picks.exists() for each in (place, dogs))
