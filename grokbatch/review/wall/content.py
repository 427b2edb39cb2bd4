"""Collects the contents of a batch's wall from its manifest, with paths relative to the folder of the page."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import FileRecord, VideoRecord, is_there
from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.video_identity import choosable, made_earlier
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import Picks, PicksError, read_picks
from grokbatch.record.storage.private_files import write_private
from grokbatch.record.storage.source_pictures import picture_of
from grokbatch.review.formatting import browser_name
from grokbatch.review.report.video import picture_itself
from grokbatch.review.wall.page import WallBatch, WallVideo, wall_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.run_directory import RunDirectory


def build_wall(
    directory: RunDirectory, manifest: Manifest, report: Path | None = None, *, show_prompts: bool = False
) -> Path:
    """Write the wall of a batch, readable by its owner only, and return its path. Raises OSError.

    `report` is the path of the report that the wall leads to, None for no link. With `show_prompts` it holds prompts.
    """
    text = wall_text(directory, manifest, report=report, show_prompts=show_prompts)
    write_private(directory.wall, text)
    return directory.wall


@dataclass(frozen=True)
class WallSource:
    """A run directory whose videos a wall shows, and whether it shows their prompts."""

    directory: RunDirectory
    show_prompts: bool = False


def build_common_wall(page: Path, sources: Sequence[WallSource]) -> None:
    """Write one wall of several batches to `page`, readable by its owner only. Raises OSError."""
    batches = []
    for source in sources:
        directory, manifest = source.directory, ManifestStore(source.directory.manifest).read()
        report = directory.report if directory.report.exists() else None
        batches.append(
            wall_batch(directory, manifest, folder=page.parent, report=report, show_prompts=source.show_prompts)
        )
    shows_prompts = all(source.show_prompts for source in sources)
    write_private(page, wall_html(*with_different_names(batches), shows_prompts=shows_prompts))


def with_different_names(batches: Sequence[WallBatch]) -> list[WallBatch]:
    """Return the batches with a number added to each name that an earlier one has."""
    names = [batch.name for batch in batches]
    earlier = (names[:at].count(name) for at, name in enumerate(names))
    return [
        replace(batch, name=f"{batch.name} ({number + 1})") if number else batch
        for batch, number in zip(batches, earlier, strict=True)
    ]


def wall_text(
    directory: RunDirectory,
    manifest: Manifest,
    *,
    pictures_inside: bool = False,
    report: Path | None = None,
    show_prompts: bool | None = None,
) -> str:
    """Return the text of the wall, with paths relative to its run directory, and posters embedded if `pictures_inside`.

    `show_prompts` is None in a copy for others, which does not say how to get them. Raises OSError.
    """
    batch = wall_batch(directory, manifest, report=report, show_prompts=bool(show_prompts))
    if pictures_inside:
        batch = replace(batch, videos=[_with_picture(video, directory) for video in batch.videos])
    return wall_html(batch, shows_prompts=show_prompts)


def wall_batch(
    directory: RunDirectory,
    manifest: Manifest,
    *,
    folder: Path | None = None,
    report: Path | None = None,
    show_prompts: bool = False,
) -> WallBatch:
    """Return a batch as the wall shows it, on request with prompts.

    Its paths are relative to `folder`, by default to the run directory.
    """
    place = _Place(directory, folder or directory.wall.parent)
    videos = _videos(place, manifest, show_prompts=show_prompts)
    return WallBatch(manifest.batch, manifest.id, videos, saved_picks(directory, manifest.id), place.relative(report))


@dataclass(frozen=True)
class _Place:
    """A run directory, and the folder of the page, to which paths are relative."""

    directory: RunDirectory
    folder: Path

    def relative(self, path: Path | None) -> Path | None:
        if path is None:
            return None
        try:
            return Path(os.path.relpath(path, self.folder))
        except ValueError:
            return path  # another drive of Windows

    def video(self, file: FileRecord | None) -> Path | None:
        return self.relative(self.directory.video_file(file.path)) if file else None


def _videos(place: _Place, manifest: Manifest, *, show_prompts: bool) -> list[WallVideo]:
    twins, known = _twins(manifest), choosable(manifest)
    videos = [_shown(video, manifest, place, twins.get(video.id, ())) for video in manifest.videos.values()]
    videos += [
        replace(_shown(video, manifest, place), id=name, earlier_of=video.id)
        for name, video in made_earlier(manifest).items()
    ]
    sources = _sources(place, manifest, {record.permalink for record in known.values()})
    videos = [replace(video, source=sources[known[video.id].permalink]) for video in videos]
    if len({video.prompt_number for video in videos}) == 1:
        videos = [replace(video, prompt_number=None) for video in videos]
    if show_prompts:
        videos = [replace(video, prompt=known[video.id].prompt) for video in videos]
    return videos


def _with_picture(video: WallVideo, directory: RunDirectory) -> WallVideo:
    file = directory.poster(str(video.poster)) if isinstance(video.poster, Path) else None
    return replace(video, poster=picture_itself(file) if file is not None and file.is_file() else None)


def _sources(place: _Place, manifest: Manifest, links: Iterable[str]) -> Mapping[str, Path | None]:
    return {link: place.relative(picture_of(place.directory, link or manifest.permalink)) for link in links}


def _twins(manifest: Manifest) -> Mapping[str, tuple[str, ...]]:
    prints = {video.id: video.fingerprint for video in manifest.videos.values() if video.fingerprint}
    if len(prints) < 2:
        return {}
    # Imported here: it loads numpy.
    from grokbatch.media.near_duplicates import near_twins

    groups = near_twins(prints)
    return {name: tuple(other for other in group if other != name) for group in groups for name in group}


def saved_picks(directory: RunDirectory, manifest_id: str) -> Picks | None:
    """Return the picks beside the wall, or None if there are none that can be used."""
    try:
        return read_picks(directory.picks, manifest=manifest_id) if directory.picks.exists() else None
    except PicksError:
        return None  # the page begins without; what is wrong is told where the file is used


def _shown(video: VideoRecord, manifest: Manifest, place: _Place, twins: tuple[str, ...] = ()) -> WallVideo:
    last = video.attempts[-1] if video.attempts else None
    file = video.download if is_there(video.download) else None
    is_made = video.status is Status.COMPLETED
    return WallVideo(
        id=video.id,
        status=video.status,
        category=video.category,
        message=video.message,
        address=video.page_url,
        file=place.video(file),
        poster=place.relative(place.directory.poster(video.poster)) if video.poster else None,
        hd=place.video(video.hd if is_there(video.hd) else None),
        width=file.width if file else video.width,
        height=file.height if file else video.height,
        duration=file.duration if file else video.duration,
        size=file.size if file else video.size,
        frames_per_second=file.frames_per_second if file else None,
        account=video.account or manifest.account,
        worker=browser_name(video.worker or ""),
        attempts=len(video.attempts),
        prompt_number=video.number,
        prompt_name=video.name,
        choices=tuple(f"{name}: {value}" for name, value in video.axes.items()),
        missed=tuple(video.misses),
        degraded=video.degraded,
        twins=twins,
        made_at=last.ended_at if last and is_made else None,
        seconds=video.seconds,
    )
