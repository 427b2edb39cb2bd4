"""What of a manifest others may see. Named here is what goes over; what is not named stays, whatever it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grokbatch.record.model.manifest import AttemptRecord, FileRecord, Manifest, StopRecord, VideoRecord, is_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FILMS = "videos"
"""The folder of the video files in the copy."""

_LEFT_OUT = "…"
_SHORTEST_SECRET = 4


def public_copy(
    manifest: Manifest, posters: Mapping[str, str], video_files: Iterable[str], only: Iterable[str]
) -> Manifest:
    """Return a manifest of the videos `only`, without account, prompts, addresses, the site's ids and its messages.

    `posters` are the places of the pictures by video id, `video_files` the names of those that are in the copy.
    """
    there, chosen, account, names = set(video_files), set(only), manifest.account, public_ids(manifest)
    return Manifest(
        id=manifest.id,
        batch=_without(manifest.batch, account),
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
            names[name]: _video(video, names[name], posters.get(name), there, account)
            for name, video in manifest.videos.items()
            if name in chosen
        },
    )


def public_ids(manifest: Manifest) -> dict[str, str]:
    """Return what each video is called in the copy: where ids are made of words of the batch, by its number alone."""
    videos = manifest.videos.values()
    if not any(video.axes or video.name for video in videos):
        return {video.id: video.id for video in videos}
    return {video.id: f"video-{video.index or place:03}" for place, video in enumerate(videos, start=1)}


def film_names(video: VideoRecord, name: str) -> Iterator[tuple[str, FileRecord]]:
    """Yield what the files of a video that is called `name` are called: a batch's own names for files may tell more."""
    for file, ending in ((video.download, ""), (video.hd, "-hd")):
        if is_there(file):
            yield f"{name}{ending}.mp4", file


def secrets(manifest: Manifest) -> frozenset[bytes]:
    """Return what no video file in the copy may hold: prompts, the site's ids and names, the addresses of the image."""
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


def _video(video: VideoRecord, called: str, poster: str | None, video_files: set[str], account: str) -> VideoRecord:
    files = {name: file for name, file in film_names(video, called) if name in video_files}
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
        degraded=_without(video.degraded, account),
        adopted=video.adopted,
        download=_file(files, f"{called}.mp4"),
        hd=_file(files, f"{called}-hd.mp4"),
        poster=poster,
        fingerprint=video.fingerprint,
        misses=[_without(_measured(miss), account) for miss in video.misses],
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
        path=f"{FILMS}/{name}",
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
    """Return a missed expectation without the reason why something could not be measured, which may name a file."""
    return re.sub(r"(measured nothing).*", r"\1", miss, flags=re.DOTALL)


def _without(text: str, account: str) -> str:
    if not account:
        return text
    return re.sub(rf"(?<![^\W_]){re.escape(account)}(?![^\W_])", _LEFT_OUT, text, flags=re.IGNORECASE)
