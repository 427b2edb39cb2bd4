"""Where a batch's results lie: results of earlier versions are found, those of other files left alone."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from grokbatch.batch.loader import load_batch
from grokbatch.record.model.outcome import MadeVideo, Outcome
from grokbatch.record.rules import ledger
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.whereabouts import Whereabouts, source_of, whereabouts

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
POST = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"


def batch_file(path: Path, **said: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"permalink": POST, "prompt": "A red kite.", **said}))
    return path


def ran(file: Path, root: Path, *, has_source: bool = True, made: int = 1) -> Path:
    """Leave the results of a run of `file` in `root`; earlier versions did not say there which file it was."""
    batch = load_batch(file)
    manifest = ledger.new_manifest(batch="x", account="a", permalink=POST, site=batch.site_name, now=NOW)
    ledger.open_run(manifest, batch.videos(), browser="Chromium 156", now=NOW)
    for number, video in enumerate(batch.videos()[:made]):
        ledger.claim(manifest, video.id, "gw0", NOW)
        found = MadeVideo(f"v{number}", "https://x/v.mp4", POST, 560, 560, 6.0)
        ledger.finish(manifest, video.id, Outcome.success(found), NOW)
    manifest.source = source_of(file, root) if has_source else ""
    ManifestStore(root / "manifest.json").create(manifest)
    return root


def place(file: Path, here: Path | None = None, runs_dir: Path | None = None) -> Whereabouts:
    return whereabouts(load_batch(file), runs_dir, here or file.parent)


def test_a_batch_that_was_never_run_has_its_place_in_the_project(tmp_path: Path) -> None:
    root = tmp_path / "reports" / "cats"
    assert place(batch_file(tmp_path / "batches" / "cats.yaml")) == Whereabouts(root, root)
    assert place(batch_file(tmp_path / "batches" / "cats.yaml", site="demo")).root.name == "cats.demo"


def test_runs_dir_goes_before_the_project(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "cats.yaml")
    ran(file, tmp_path / "reports" / "cats", has_source=False)
    root = tmp_path / "disk" / "cats"
    assert place(file, runs_dir=tmp_path / "disk") == Whereabouts(root, root)


def test_a_rehearsal_of_an_earlier_version_is_found_under_its_old_mark(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "cats.yaml", site="demo")
    old = ran(file, tmp_path / "reports" / "cats@demo", has_source=False)
    assert place(file) == Whereabouts(tmp_path / "reports" / "cats.demo", old)


def test_blanks_in_an_old_folder_are_no_obstacle(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "my cats 100%.yaml")
    old = ran(file, tmp_path / "reports" / "my cats 100%", has_source=False)
    assert place(file) == Whereabouts(tmp_path / "reports" / "my-cats-100-", old)


@pytest.mark.parametrize("folder", [".", "spring", "spring/batches"])
def test_results_in_the_folder_one_stood_in_are_found_around_the_file(tmp_path: Path, folder: str) -> None:
    file = batch_file(tmp_path / "spring" / "batches" / "some" / "cats.yaml")
    old = ran(file, tmp_path / folder / "reports" / "cats", has_source=False)
    root = tmp_path / "spring" / "reports" / "cats"
    assert place(file, here=Path("/")) == Whereabouts(root, old)


def test_results_in_a_folder_beside_are_found_from_there(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "batches" / "cats.yaml")
    old = ran(file, tmp_path / "elsewhere" / "reports" / "cats", has_source=False)
    assert place(file, here=tmp_path / "elsewhere").found == old
    assert place(file, here=tmp_path).found == tmp_path / "reports" / "cats"


def test_results_that_may_be_of_another_file_of_that_name_are_left_alone(tmp_path: Path) -> None:
    """Nothing that this file asks for was made there: there would be nothing to take along."""
    ran(batch_file(tmp_path / "u" / "same.yaml", prompt="Another."), tmp_path / "reports" / "same", has_source=False)
    file = batch_file(tmp_path / "t" / "same.yaml")
    assert not place(file, here=tmp_path).is_moved


def test_results_of_another_site_are_left_alone(tmp_path: Path) -> None:
    ran(batch_file(tmp_path / "t" / "same.yaml"), tmp_path / "reports" / "same", has_source=False)
    assert not place(batch_file(tmp_path / "t" / "same.yaml", site="http://127.0.0.1:9"), here=tmp_path).is_moved


def test_results_that_two_files_shared_are_shared_still(tmp_path: Path) -> None:
    """One after the other they went into one manifest: neither may take them from the other."""
    one, two = batch_file(tmp_path / "t" / "same.yaml"), batch_file(tmp_path / "u" / "same.yaml", prompt="Another.")
    old = ran(one, tmp_path / "reports" / "same", has_source=False)
    store = ManifestStore(old / "manifest.json")
    with store.transaction() as manifest:
        ledger.open_run(manifest, load_batch(two).videos(), browser="", now=NOW)
        ledger.claim(manifest, "video-001", "gw0", NOW)
        ledger.finish(
            manifest, "video-001", Outcome.success(MadeVideo("w", "https://x/w.mp4", POST, 560, 560, 6.0)), NOW
        )
    for file in (one, two):
        found = place(file, here=tmp_path)
        assert (found.found, found.root, found.is_shared) == (old, file.parent / "reports" / "same", True)


def test_a_second_file_of_one_name_in_a_project_is_told_whose_place_it_is(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").touch()
    one, two = batch_file(tmp_path / "t" / "same.yaml"), batch_file(tmp_path / "u" / "same.yaml")
    root = ran(one, tmp_path / "reports" / "same")
    assert place(one) == Whereabouts(root, root)
    assert place(two).other == one
    assert place(two, runs_dir=tmp_path / "disk").other is None


def test_the_same_goes_for_two_projects_with_one_runs_dir(tmp_path: Path) -> None:
    one, two = batch_file(tmp_path / "p" / "cats.yaml"), batch_file(tmp_path / "q" / "cats.yaml")
    ran(one, tmp_path / "disk" / "cats")
    assert place(two, runs_dir=tmp_path / "disk").other == one


def test_a_file_that_was_moved_within_its_project_keeps_its_results(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "cats.yaml")
    root = ran(file, tmp_path / "reports" / "cats")
    (tmp_path / "batches").mkdir()
    moved = file.rename(tmp_path / "batches" / "cats.yaml")
    assert place(moved) == Whereabouts(root, root)


def test_a_project_that_was_moved_or_copied_has_its_results_with_it(tmp_path: Path) -> None:
    ran(batch_file(tmp_path / "p" / "batches" / "cats.yaml"), tmp_path / "p" / "reports" / "cats")
    shutil.copytree(tmp_path / "p", tmp_path / "copy")
    (tmp_path / "p").rename(tmp_path / "moved")
    for project in ("copy", "moved"):
        root = tmp_path / project / "reports" / "cats"
        assert place(tmp_path / project / "batches" / "cats.yaml") == Whereabouts(root, root)


def test_a_renamed_file_finds_what_it_made_under_its_old_name(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "cats.yaml")
    old = ran(file, tmp_path / "reports" / "cats")
    shutil.copytree(old, tmp_path / "reports" / "cats.20260901-120000-000000")
    renamed = file.rename(tmp_path / "dogs.yaml")
    assert place(renamed) == Whereabouts(tmp_path / "reports" / "dogs", old)


def test_a_copy_of_a_file_makes_its_own(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "cats.yaml")
    ran(file, tmp_path / "reports" / "cats")
    assert not place(batch_file(tmp_path / "dogs.yaml")).is_moved


def test_a_manifest_that_cannot_be_read_is_nobodys_and_nothing_is_written(tmp_path: Path) -> None:
    file = batch_file(tmp_path / "t" / "cats.yaml")
    for name in ("reports/cats", "t/reports/dogs"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "manifest.json").write_text(json.dumps({"version": 99}))
    before = sorted(tmp_path.rglob("*"))
    assert not place(file, here=tmp_path).is_moved
    assert sorted(tmp_path.rglob("*")) == before
