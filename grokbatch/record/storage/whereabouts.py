"""Finds the results of a batch: in its run directory, or where an earlier version or the file's old name put them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.batch.model.filenames import earlier_run_name, run_name
from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.video_identity import known_entries
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.project import REPORTS, reports_in, reports_of
from grokbatch.record.storage.run_directory import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.batch.model.batch import Batch
    from grokbatch.record.model.manifest import Manifest

MANIFESTS = "*/manifest.json"
"""The pattern of the manifests in a folder of run directories."""


@dataclass(frozen=True)
class Whereabouts:
    """Where the results of a batch are: `root` is its run directory, `found` the folder that has them now.

    They are moved from `found` to `root` if these differ. `other`: another batch file, if the results in `root` belong
    to that one. `is_shared`: `found` also has results of another batch.
    """

    root: Path
    found: Path
    other: Path | None = None
    is_shared: bool = False

    @property
    def is_moved(self) -> bool:
        """Whether the results have to be moved to `root`."""
        return self.found != self.root

    @property
    def other_shown(self) -> str:
        """The path of the other file as shown to people: relative to the current folder, if it is below that."""
        here = Path.cwd()
        other = self.other or Path()
        return str(other.relative_to(here) if other.is_relative_to(here) else other)


def whereabouts(batch: Batch, runs_dir: Path | None, here: Path) -> Whereabouts:
    """Return where the results of `batch` belong and where they are now; `runs_dir` is the value of `--runs-dir`.

    Earlier versions put them into the current folder, so they are also looked for around the file and around `here`.
    """
    folder = runs_dir or reports_of(batch.file)
    root = folder / batch.run_name
    manifest = _manifest_in(root)
    if RunDirectory(root).manifest.exists():
        return Whereabouts(root, root, None if manifest is None else other_source(manifest, root, batch.file))
    ways = [_under_an_earlier_mark(batch, root), _under_an_earlier_name(batch, folder)]
    if runs_dir is None:
        ways.insert(1, _in_another_folder(batch, root, here))
    return next((found for way in ways for found in way), Whereabouts(root, root))


def read_manifest(batch: Batch, runs_dir: Path | None = None) -> Manifest | None:
    """Return the manifest of `batch`, or None before its first run. The manifest contains the prompts.

    `runs_dir` is the value of `--runs-dir`, if the runs were started with it. For the results of a rehearsal, load the
    batch with `site="demo"`. Raises ManifestUnreadableError.
    """
    place = whereabouts(batch, None if runs_dir is None else runs_dir.absolute(), Path.cwd())
    store = ManifestStore(RunDirectory(place.found).manifest)
    return store.read() if place.other is None and store.exists() else None


def source_of(file: Path, root: Path) -> str:
    """Return the path of the batch file relative to `root`, so that both can be moved together."""
    try:
        return os.path.relpath(file, root)
    except ValueError:  # on another drive of Windows
        return str(file)


def other_source(manifest: Manifest, root: Path, file: Path) -> Path | None:
    """Return the batch file that the manifest in `root` belongs to, if it exists and is not `file`; else None."""
    source = _source(manifest, root)
    if source is None or not source.exists() or source.samefile(file):
        return None
    return source


def runs_of_file(folder: Path, file: Path) -> list[tuple[Path, Manifest]]:
    """Return the run directories in `folder` whose batch file is `file`, which may be unreadable; the latest first."""
    found = []
    for path in folder.glob(MANIFESTS):
        manifest = ManifestStore(path).peek()
        source = _source(manifest, path.parent) if manifest else None
        if manifest is not None and source is not None and source.exists() and source.samefile(file):
            found.append((path.parent, manifest))
    return sorted(found, key=lambda each: each[1].updated_at, reverse=True)


def _source(manifest: Manifest, root: Path) -> Path | None:
    return Path(os.path.normpath(root / manifest.source)) if manifest.source else None


def _under_an_earlier_mark(batch: Batch, root: Path) -> Iterator[Whereabouts]:
    found = root.with_name(earlier_run_name(batch.name, is_demo=batch.is_demo))
    manifest = _manifest_in(found)
    if manifest is not None and other_source(manifest, found, batch.file) is None:
        yield Whereabouts(root, found)


def _in_another_folder(batch: Batch, root: Path, here: Path) -> Iterator[Whereabouts]:
    around = [*(each / REPORTS for each in batch.file.parents), here / REPORTS, reports_in(here)]
    names = dict.fromkeys((root.name, earlier_run_name(batch.name, is_demo=batch.is_demo)))
    for found in dict.fromkeys(folder / name for folder in around for name in names):
        manifest = _manifest_in(found) if found.parent != root.parent else None
        if manifest is None or manifest.site != batch.site_name or other_source(manifest, found, batch.file):
            continue
        source = _source(manifest, found)
        if (source is not None and source.exists()) or _has_made(manifest, batch):
            yield Whereabouts(root, found, is_shared=source is None and _has_made_more(manifest, batch))


def _under_an_earlier_name(batch: Batch, folder: Path) -> Iterator[Whereabouts]:
    """Yield the results of a batch file that no longer exists and asked for the same: this file, before a renaming."""
    for path in sorted(folder.glob(MANIFESTS)):
        manifest = ManifestStore(path).peek()
        source = _source(manifest, path.parent) if manifest else None
        if manifest is None or source is None or source.exists() or manifest.site != batch.site_name:
            continue
        # The folder of a run that --fresh has set aside has a date in its name, and is not the one looked for.
        if path.parent.name == run_name(source.stem, is_demo=batch.is_demo) and _has_made(manifest, batch):
            yield Whereabouts(folder / batch.run_name, path.parent)


def _manifest_in(root: Path) -> Manifest | None:
    return ManifestStore(RunDirectory(root).manifest).peek()


def _has_made(manifest: Manifest, batch: Batch) -> bool:
    """Whether the manifest has an attempt for a video that the batch asks for."""
    known = known_entries(manifest)
    return any(video.identity in known and known[video.identity].attempts for video in batch.videos())


def _has_made_more(manifest: Manifest, batch: Batch) -> bool:
    """Whether the manifest has a completed video that the batch does not ask for."""
    asked = {video.identity for video in batch.videos()}
    known = known_entries(manifest)
    return any(entry.status is Status.COMPLETED and identity not in asked for identity, entry in known.items())
