"""Results lie in the project of their batch file, under a name that is fit for addresses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grokbatch.batch.model.filenames import earlier_run_name, run_name
from grokbatch.record.storage.project import project_of, reports_near


def make(root: Path, *files: str) -> None:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


@pytest.mark.parametrize(
    ("files", "batch", "project"),
    [
        ([], "cats.yaml", "."),
        ([], "some/where/cats.yaml", "some/where"),
        ([], "batches/cats.yaml", "."),
        ([], "batches/spring/cats.yaml", "."),
        ([], "project/batches/cats.yaml", "project"),
        (["pyproject.toml"], "cats.yaml", "."),
        (["pytest.ini"], "some/where/cats.yaml", "."),
        (["pyproject.toml"], "batches/cats.yaml", "."),
        (["pyproject.toml"], "project/batches/cats.yaml", "project"),
        (["pyproject.toml", "project/tox.ini"], "project/some/cats.yaml", "project"),
        (["batches/pytest.ini"], "batches/spring/cats.yaml", "batches"),
        (["reports/README.md", ".git/config"], "project/cats.yaml", "project"),
    ],
)
def test_the_nearest_sign_of_a_project_is_where_it_begins(
    tmp_path: Path, files: list[str], batch: str, project: str
) -> None:
    make(tmp_path, *files, batch)
    assert project_of(tmp_path / batch) == (tmp_path / project).resolve()


def test_the_folder_one_stands_in_and_the_way_to_the_file_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "batches/cats.yaml", "elsewhere/x")
    (tmp_path / "link.yaml").symlink_to("batches/cats.yaml")
    (tmp_path / "elsewhere" / "b").symlink_to(tmp_path / "batches")
    for here, name in [
        (".", "batches/cats.yaml"),
        ("batches", "cats.yaml"),
        ("elsewhere", "../batches/cats.yaml"),
        (".", "link.yaml"),
        ("elsewhere", "b/cats.yaml"),
    ]:
        monkeypatch.chdir(tmp_path / here)
        assert project_of(Path(name)) == tmp_path, (here, name)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("cats", "cats"),
        ("my cats", "my-cats"),
        ("100% cats@home #2", "100-cats-home-2"),
        ("Fühling_ネコ-1.2", "Fühling_ネコ-1.2"),
        ("what? & (why)", "what-why-"),
        ("dots..", "dots"),
    ],
)
def test_a_run_directory_has_no_sign_that_an_address_or_a_shell_would_take_otherwise(stem: str, name: str) -> None:
    assert run_name(stem, is_demo=False) == name
    assert run_name(stem, is_demo=True) == f"{name}.demo"
    assert not set(run_name(stem, is_demo=True)) & set("@% ?#&()'\"\\:*<>|")


def test_what_it_was_called_before_is_known() -> None:
    assert earlier_run_name("my cats", is_demo=False) == "my cats"
    assert earlier_run_name("cats", is_demo=True) == "cats@demo"


def test_all_runs_are_those_of_the_project_or_of_the_nearest_folder_that_has_some(tmp_path: Path) -> None:
    make(tmp_path, "reports/cats/manifest.json", "batches/x.yaml", "clips/a/b", "own/reports/dogs/manifest.json")
    for folder in (".", "batches", "clips/a", "reports/cats"):
        assert reports_near(tmp_path / folder, holding="*/manifest.json") == tmp_path / "reports", folder
    assert reports_near(tmp_path / "own", holding="*/manifest.json") == tmp_path / "own" / "reports"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_in_circles_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("a.yaml")
    assert project_of(tmp_path / "a.yaml") == tmp_path
