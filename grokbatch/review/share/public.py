"""Makes a copy of a manifest with only what others may see. Only what is named here is copied, and no new field is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grokbatch.record.model.manifest import AttemptRecord, FileRecord, Manifest, StopRecord, VideoRecord, is_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VIDEOS = "videos"
"""The name of the folder with the video files in the copy."""

_LEFT_OUT = "…"
_SHORTEST_SECRET = 4


def public_copy(
    manifest: Manifest, posters: Mapping[str, str], video_files: Iterable[str], only: Iterable[str]
) -> Manifest:
    """Return a manifest of the videos `only`, without account, prompts, addresses, the site's ids and its messages.

    `posters` are the paths of the posters by video id, `video_files` the names of the video files in the copy.
    """
    there, chosen, names = set(video_files), set(only), public_ids(manifest)
    accounts = {manifest.account, *(video.account for video in manifest.videos.values())}
    return Manifest(
        id=manifest.id,
        batch=_without(manifest.batch, accounts),
        account="",
        permalink="",
        site="",
        browser=manifest.browser,
        status=manifest.status,
        stop=_stop(manifest.stop, names),
        created_at=manifest.created_at,
        updated_at=manifest.updated_at,
        run=manifest.run,
        run_started_at=manifest.run_started_at,
        videos={
            names[name]: _video(video, names[name], posters.get(name), there, accounts)
            for name, video in manifest.videos.items()
            if name in chosen
        },
    )


def public_ids(manifest: Manifest) -> dict[str, str]:
    """Return the id of each video in the copy; if the ids contain words of the batch, only the number is kept."""
    videos = manifest.videos.values()
    if not any(video.axes or video.name for video in videos):
        return {video.id: video.id for video in videos}
    return {video.id: f"video-{video.index or place:03}" for place, video in enumerate(videos, start=1)}


def file_names(video: VideoRecord, name: str) -> Iterator[tuple[str, FileRecord]]:
    """Yield the files of a video with their names in the copy, made of its id `name`: the batch's may say too much."""
    for file, ending in ((video.download, ""), (video.hd, "-hd")):
        if is_there(file):
            yield f"{name}{ending}.mp4", file


def secrets(manifest: Manifest) -> frozenset[bytes]:
    """Return what no video file in the copy may contain: prompts, the site's ids and host names, and the image's id."""
    entries = [*manifest.videos.values(), *manifest.retired]
    entries += [past for entry in entries for past in entry.history]
    words = set()
    for link in {manifest.permalink, *(entry.permalink for entry in entries)}:
        words |= {link.rpartition("/")[2], urlsplit(link).netloc}
    for entry in entries:
        words |= {entry.prompt.strip(), entry.video_id or "", urlsplit(entry.video_url or "").netloc}
    return frozenset(word.encode() for word in words if len(word) >= _SHORTEST_SECRET)


def _stop(stop: StopRecord | None, names: Mapping[str, str]) -> StopRecord | None:
    if stop is None:
        return None
    video = names.get(stop.video or "")
    return StopRecord(category=stop.category, message="", at=stop.at, video=video, retry_at=stop.retry_at)


def _video(
    video: VideoRecord, called: str, poster: str | None, video_files: set[str], accounts: Iterable[str]
) -> VideoRecord:
    files = {name: file for name, file in file_names(video, called) if name in video_files}
    return VideoRecord(
        id=called,
        prompt="",
        digest="",
        status=video.status,
        category=video.category,
        worker=video.worker,
        attempts=[_attempt(attempt) for attempt in video.attempts],
        width=video.width,
        height=video.height,
        duration=video.duration,
        size=video.size,
        degraded=_without(video.degraded, accounts),
        adopted=video.adopted,
        download=_file(files, f"{called}.mp4"),
        hd=_file(files, f"{called}-hd.mp4"),
        poster=poster,
        fingerprint=video.fingerprint,
        misses=[_without(_measured(miss), accounts) for miss in video.misses],
    )


def _attempt(attempt: AttemptRecord) -> AttemptRecord:
    return AttemptRecord(
        number=attempt.number,
        run=attempt.run,
        worker=attempt.worker,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        ended_at=attempt.ended_at,
        category=attempt.category,
    )


def _file(files: Mapping[str, FileRecord], name: str) -> FileRecord | None:
    file = files.get(name)
    if file is None:
        return None
    return FileRecord(
        state=file.state,
        path=f"{VIDEOS}/{name}",
        run=file.run,
        worker=file.worker,
        began_at=file.began_at,
        at=file.at,
        size=file.size,
        duration=file.duration,
        width=file.width,
        height=file.height,
    )


def _measured(miss: str) -> str:
    """Return a missed expectation without the reason why it could not be measured, which may contain a file's name."""
    return re.sub(r"(measured nothing).*", r"\1", miss, flags=re.DOTALL)


def _without(text: str, accounts: Iterable[str]) -> str:
    for account in filter(None, accounts):
        text = re.sub(rf"(?<![^\W_]){re.escape(account)}(?![^\W_])", _LEFT_OUT, text, flags=re.IGNORECASE)
    return text
