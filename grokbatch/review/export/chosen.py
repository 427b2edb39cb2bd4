"""Which videos are taken away: those that were kept, or those with so many stars; and their files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import is_there
from grokbatch.record.rules.video_identity import choosable
from grokbatch.review.formatting import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grokbatch.record.model.manifest import FileRecord, Manifest, VideoRecord
    from grokbatch.record.storage.picks import Pick, Picks
    from grokbatch.record.storage.run_directory import RunDirectory

_GOOD = 3
"""From how many stars on a video is good, if nobody says anything else."""


@dataclass(frozen=True)
class ChosenFile:
    """A video file that is on disk, and what the manifest knows of it."""

    path: Path
    record: FileRecord


@dataclass(frozen=True)
class Chosen:
    """A video that is taken away; `files` are its file and its HD file, as far as they are on disk."""

    pick: Pick
    files: tuple[ChosenFile, ...]

    @property
    def best(self) -> ChosenFile:
        """The HD file if there is one."""
        return self.files[-1]


def wanted_picks(picks: Picks, stars: int | None) -> tuple[Pick, ...]:
    """Return what was kept, or with `stars` what has so many stars or more and was not rejected.

    Those that were ranked come first, by their places, then the others in the order of the file.
    """
    wanted = [
        pick
        for pick in picks.picks
        if (pick.keep is True if stars is None else (pick.rating or 0) >= stars and pick.keep is not False)
    ]
    return tuple(sorted(wanted, key=lambda pick: (pick.rank is None, pick.rank or 0)))


def chosen(
    directory: RunDirectory, manifest: Manifest, picks: Sequence[Pick]
) -> tuple[tuple[Chosen, ...], tuple[str, ...]]:
    """Return the picked videos with a file on disk, and the ids of those without one."""
    known = choosable(manifest)
    found = [Chosen(pick, _files(directory, known[pick.id])) for pick in picks if pick.id in known]
    return tuple(each for each in found if each.files), tuple(each.pick.id for each in found if not each.files)


def files_on_disk(directory: RunDirectory, manifest: Manifest, ids: Iterable[str]) -> list[Path]:
    """Return the files of the videos `ids` that are on disk, HD files included."""
    known = choosable(manifest)
    return [file.path for name in ids if name in known for file in _files(directory, known[name])]


def _files(directory: RunDirectory, video: VideoRecord) -> tuple[ChosenFile, ...]:
    named = [(directory.video_file(file.path), file) for file in (video.download, video.hd) if is_there(file)]
    return tuple(ChosenFile(path, file) for path, file in named if path is not None and path.is_file())


def nothing_wanted(picks: Picks, stars: int | None) -> tuple[str, int | None]:
    """Say why nothing is taken away, and with which number of stars there would be something, if there is one."""
    rated = Counter(pick.rating for pick in picks.picks if pick.rating and pick.keep is not False)
    rejected = sum(pick.keep is False for pick in picks.picks)
    there = [f"{number} with {count_of(star, 'star')}" for star, number in sorted(rated.items(), reverse=True)]
    if rejected:
        there.append(f"{rejected} rejected")
    missing = "no video is kept" if stars is None else f"no video has {count_of(stars, 'star')} or more"
    lower = sorted(star for star in rated if stars is None or star < stars)
    better = next((star for star in lower if star >= _GOOD), lower[-1] if lower else None)
    return f"{missing}; there are {', '.join(there) or 'no ratings either'}", better
