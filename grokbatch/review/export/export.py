"""Writes everything that is wanted of the chosen videos into one folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from grokbatch.review.export.files import Form, put_files, write_zip
from grokbatch.review.export.lists import Listed, edit_list, playlist, xmp
from grokbatch.review.export.placing import OtherContentError, placed
from grokbatch.review.export.timeline import library, timeline
from grokbatch.review.formatting import count_of, stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from grokbatch.review.export.chosen import Chosen, ChosenFile


class Sheet(StrEnum):
    """The kinds of contact sheets."""

    JPEG = "jpeg"
    PDF = "pdf"


class Cut(StrEnum):
    """What is between two clips of a film."""

    CUT = "cut"
    FADE = "fade"


CROSSFADE = 0.5
"""How long a crossfade takes, in seconds."""


@dataclass(frozen=True)
class Wishes:
    """What is wanted besides, or instead of, the video files; `force`: replace files that have other content."""

    form: Form = Form.COPIES
    playlist: bool = False
    sheet: Sheet | None = None
    film: Cut | None = None
    edit_list: bool = False
    timeline: bool = False
    xmp: bool = False
    force: bool = False


@dataclass(frozen=True)
class Export:
    """The chosen videos on their way into a folder; `saved_at` is when they were chosen."""

    batch: str
    videos: Sequence[Chosen]
    saved_at: datetime
    folder: Path
    wishes: Wishes

    def write(self) -> Iterator[str]:
        """Write everything; yield a line about each result. What can fail by a file in the way comes first.

        Raises OtherContentError, NoLinksError, NoLibraryError, DamagedFileError, NoEncoderError and OSError.
        """
        if self.wishes.timeline:
            library()  # before anything is written
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.wishes.film and not self.wishes.force and self._film_file.exists():
            # No encoder promises the same bytes twice, so that it would be in its own way, after minutes.
            raise OtherContentError([self._film_file])
        sources = [file.path for video in self.videos for file in video.files]
        if self.wishes.form in {Form.COPIES, Form.LINKS}:
            put_files(sources, self.folder, self.wishes.form, force=self.wishes.force)
            noun = "file" if self.wishes.form is Form.COPIES else "link"
            yield f"{count_of(len(sources), noun)} in {self.folder}"
        elif self.wishes.form is Form.ZIP:
            with placed(target := self.folder / f"{self.batch}.zip", force=self.wishes.force) as part:
                write_zip({path.name: path for path in sources}, self._ratings() if self.wishes.xmp else {}, part)
            yield f"{count_of(len(sources), 'file')} in {target}"
        yield from self._lists()
        if self.wishes.sheet:
            yield self._sheet(self.wishes.sheet)
        if self.wishes.film:
            yield self._film(self.wishes.film)

    def _lists(self) -> Iterator[str]:
        listed = [self._listed(video) for video in self.videos]
        if self.wishes.playlist:
            yield str(self._text(f"{self.batch}.m3u8", playlist(self.batch, listed)))
        if self.wishes.edit_list:
            yield str(self._text(f"{self.batch}.edl", edit_list(self.batch, listed)))
        if self.wishes.timeline:
            yield str(self._text(f"{self.batch}.otio", timeline(self.batch, listed)))
        if self.wishes.xmp and self.wishes.form is not Form.ZIP:
            for name, text in self._ratings().items():
                self._text(name, text)
            yield f"{count_of(len(self.videos), 'rating')} (.xmp) in {self.folder}"

    def _ratings(self) -> dict[str, str]:
        return {file.path.with_suffix(".xmp").name: xmp(video.pick) for video in self.videos for file in video.files}

    def _text(self, name: str, text: str) -> Path:
        target = self.folder / name
        with placed(target, force=self.wishes.force) as part:
            part.write_bytes(text.encode())
        return target

    def _listed(self, video: Chosen) -> Listed:
        file = video.best
        stars = "\N{BLACK STAR}" * (video.pick.rating or 0)
        return Listed(
            place=self._place(file),
            name=file.path.name,
            title=f"{video.pick.id} {stars}".rstrip(),
            seconds=file.record.duration or 0,
            rate=file.record.frames_per_second,
            has_sound=bool(file.record.has_audio),
        )

    def _place(self, file: ChosenFile) -> str:
        if self.wishes.form in {Form.COPIES, Form.LINKS}:
            return file.path.name
        try:
            # Without links, as the folder of the list may be reached by one.
            place = os.path.relpath(file.path.resolve(), self.folder.resolve())
        except ValueError:  # another drive of Windows
            return file.path.resolve().as_posix()
        return place.replace(os.sep, "/")

    def _sheet(self, kind: Sheet) -> str:
        # Imported here: it loads numpy and Pillow.
        from grokbatch.media.contact_sheet import Entry, write_sheet

        target = self.folder / f"{self.batch}-contact-sheet.{'jpg' if kind is Sheet.JPEG else 'pdf'}"
        entries = [Entry(video.best.path, video.pick.id, video.pick.rating) for video in self.videos]
        with placed(target, force=self.wishes.force) as part:
            write_sheet(entries, part, kind.value, self.batch, self.saved_at)
        return str(target)

    @property
    def _film_file(self) -> Path:
        return self.folder / f"{self.batch}-film.mp4"

    def _film(self, cut: Cut) -> str:
        from grokbatch.media.film import write_film

        with placed(target := self._film_file, force=self.wishes.force) as part:
            film = write_film([video.best.path for video in self.videos], part, CROSSFADE if cut is Cut.FADE else 0)
        how = f"encoded with {film.encoder}" if film.encoder else "not encoded again"
        bars = f", {count_of(film.letterboxed, 'clip')} with black bars" if film.letterboxed else ""
        return f"{target}: {stopwatch(film.seconds)}, {film.size[0]}x{film.size[1]}, {how}{bars}"
