"""The public API: every name is there, and asking for none of them costs nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import grokbatch
from grokbatch.record.model.manifest import Manifest, VideoRecord
from grokbatch.record.model.outcome import Status
from grokbatch.record.storage.manifest_store import ManifestStore
from tests.documents import DOCS, printing

PERMALINK = "https://grok.com/imagine/post/0f0e0d0c-0b0a-4908-8706-050403020100"


@pytest.mark.parametrize("name", grokbatch.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    assert getattr(grokbatch, name).__doc__


def test_other_names_are_missed_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match=r"module 'grokbatch' has no attribute 'Nothing'"):
        _ = grokbatch.Nothing  # type: ignore[attr-defined]


def test_the_page_about_the_api_tells_every_name() -> None:
    told = (DOCS / "api.md").read_text(encoding="utf-8")
    assert [name for name in grokbatch.__all__ if f"`{name}`" not in told] == []


def test_importing_the_package_loads_nothing_else() -> None:
    """Every process of pytest imports it where it is installed."""
    code = "import sys; before = set(sys.modules); import grokbatch; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__future__", "grokbatch"]


def test_the_package_says_that_it_is_typed() -> None:
    assert Path(grokbatch.__file__).with_name("py.typed").exists()


def _a_batch(folder: Path) -> Path:
    path = folder / "batches" / "cats.yaml"
    path.parent.mkdir()
    path.write_text(f"permalink: {PERMALINK}\nprompt: slow hills\ncount: 2\n", encoding="utf-8")
    return path


def _ran(path: Path, tmp_path: Path) -> None:
    """Leave behind what a run does that has made one of two videos."""
    batch = grokbatch.load_batch(path)
    records = {
        video.id: VideoRecord(id=video.id, prompt=video.prompt, digest=video.digest, index=video.index)
        for video in batch.videos()
    }
    records["video-001"].status = Status.COMPLETED
    began = datetime(2026, 1, 1, tzinfo=UTC)
    manifest = Manifest(
        id="1",
        batch=batch.name,
        account=batch.account,
        permalink=PERMALINK,
        site=batch.site_name,
        created_at=began,
        updated_at=began,
        videos=records,
    )
    ManifestStore(tmp_path / "reports" / "cats" / "manifest.json").create(manifest)


def test_a_batch_that_was_never_run_has_no_manifest(tmp_path: Path) -> None:
    assert grokbatch.read_manifest(grokbatch.load_batch(_a_batch(tmp_path))) is None


def test_a_manifest_that_is_none_is_told(tmp_path: Path) -> None:
    batch = grokbatch.load_batch(_a_batch(tmp_path))
    manifest = tmp_path / "reports" / "cats" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}")
    with pytest.raises(grokbatch.ManifestUnreadableError, match="cannot be read"):
        grokbatch.read_manifest(batch)


@pytest.mark.parametrize(("code", "output"), printing("api.md"))
def test_the_examples_of_the_page_print_what_it_says(
    code: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ran(_a_batch(tmp_path), tmp_path)
    monkeypatch.chdir(tmp_path)
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == output
