"""`grokbatch doctor --report`: what it tells, and what it must not."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grokbatch.batch.loader import load_batch
from grokbatch.cli.app import app
from grokbatch.cli.doctor.report import without_user
from grokbatch.record.model.manifest import Manifest, StopRecord, VideoRecord
from grokbatch.record.model.outcome import Category, RunStatus, Status
from grokbatch.record.storage.manifest_store import ManifestStore

PROMPT = "a very private prompt"
LINK = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the home of somebody who has run a batch, and stands in it."""
    monkeypatch.setenv("USERPROFILE" if sys.platform == "win32" else "HOME", str(tmp_path))
    monkeypatch.setenv("GROKBATCH_HOME", str(tmp_path / "kept"))
    (tmp_path / "kept" / "accounts" / "somebody" / "profile").mkdir(parents=True)
    (tmp_path / "work" / "batches").mkdir(parents=True)
    (tmp_path / "work" / "batches" / "secret.yaml").write_text(f"permalink: {LINK}\nprompt: {PROMPT}\ncount: 3\n")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def _ran(here: Path) -> None:
    batch = load_batch(here / "work" / "batches" / "secret.yaml")
    began = datetime(2026, 1, 1, tzinfo=UTC)
    manifest = Manifest(
        id="1",
        batch=batch.name,
        account="somebody",
        permalink=LINK,
        site=batch.site_name,
        created_at=began,
        updated_at=began,
        run=2,
        status=RunStatus.FAILED,
    )
    for video in batch.videos():
        manifest.videos[video.id] = VideoRecord(id=video.id, prompt=video.prompt, digest=video.digest)
    manifest.videos["video-001"].status = Status.COMPLETED
    failed = manifest.videos["video-002"]
    failed.status, failed.category, failed.message = Status.FAILED, Category.LAYOUT_CHANGED, "a message"
    at = manifest.created_at
    manifest.stop = StopRecord(category=Category.LAYOUT_CHANGED, message="a message", at=at, control="submit")
    ManifestStore(here / "work" / "reports" / "secret" / "manifest.json").create(manifest)


def _report() -> str:
    result = CliRunner().invoke(app, ["doctor", "--report"])
    assert result.exit_code == 0, result.output
    return result.output


def test_versions_machine_and_the_last_run_are_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "2000")
    _ran(here)
    told = dict(line.split(":", 1) for line in _report().splitlines())
    assert told["grokbatch"].strip() == version("grokbatch")
    assert f"playwright {version('playwright')}" in told["packages"]
    assert f"pytest-xdist {version('pytest-xdist')}" in told["packages"]
    assert "hypothesis" in told["pytest plugins"]
    assert "cores" in told["machine"]
    assert told["accounts"].strip() == "1 (1 never checked)"
    run = told["last run"]
    assert "on the real site, run 2, FAILED; stopped by LAYOUT_CHANGED at the control 'submit'" in run
    assert "1 COMPLETED" in run
    assert "failures: 1 LAYOUT_CHANGED" in run


def test_nothing_private_is_told(here: Path) -> None:
    _ran(here)
    told = _report()
    for private in (PROMPT, "somebody", "secret", "0d3f9a52", "a message", str(here)):
        assert private not in told
    assert f"/{getpass.getuser()}/" not in told


def test_before_the_first_run_and_account_it_works_too(
    here: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROKBATCH_HOME", str(here / "empty"))
    monkeypatch.chdir(tmp_path_factory.mktemp("new"))
    told = _report()
    assert "accounts:       none\n" in told
    assert "last run:       none here\n" in told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/ann/.venv/bin/python", "~/.venv/bin/python"),
        ("/home/ann", "~"),
        ("/home/anna/x", "/home/anna/x"),
        ("/data/ann/bin, C:\\Data\\Ann\\bin", "/data/[user]/bin, C:\\Data\\[user]\\bin"),
        ("planned", "planned"),
    ],
)
def test_paths_are_told_without_the_user(text: str, shown: str) -> None:
    assert without_user(text, Path("/home/ann"), "ann") == shown
