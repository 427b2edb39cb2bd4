"""Draws a contact sheet: a picture from each video with its id and stars, as one JPEG or as a PDF to print."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageDraw, ImageFont

from grokbatch.media.frames import frames_at, length_of, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

Kind = Literal["jpeg", "pdf"]

_CELL = (320, 320)
_TEXT = 36
_GAP = 16
_PER_PAGE = (4, 5)
_PAPER, _INK, _STAR = (255, 255, 255), (30, 30, 30), (214, 150, 0)
_DPI = 150.0


@dataclass(frozen=True)
class Entry:
    """A video on the sheet; `stars`: its rating from 1 to 5, None: not rated."""

    path: Path
    id: str
    stars: int | None = None


def write_sheet(entries: Sequence[Entry], target: Path, kind: Kind, title: str, saved_at: datetime) -> None:
    """Write the sheet to `target`; a PDF has 20 videos on a page.

    `title` and `saved_at`, a time, are what a PDF tells of itself, so that the same choice makes the same file. Raises
    `DamagedFileError` and `OSError`.
    """
    if kind == "jpeg":
        columns = math.ceil(math.sqrt(len(entries)))
        _page(entries, columns, math.ceil(len(entries) / columns)).save(target, "JPEG", quality=88)
        return
    size = _PER_PAGE[0] * _PER_PAGE[1]
    pages = [_page(entries[at : at + size], *_PER_PAGE) for at in range(0, len(entries), size)]
    told = {"title": title, "creationDate": saved_at.timetuple(), "modDate": saved_at.timetuple()}
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:], resolution=_DPI, **told)


def _page(entries: Sequence[Entry], columns: int, rows: int) -> Image.Image:
    wide, high = _CELL[0] + _GAP, _CELL[1] + _TEXT + _GAP
    page = Image.new("RGB", (columns * wide + _GAP, rows * high + _GAP), _PAPER)
    for number, entry in enumerate(entries):
        left, top = number % columns * wide + _GAP, number // columns * high + _GAP
        picture = _picture(entry.path)
        page.paste(picture, (left + (_CELL[0] - picture.width) // 2, top + (_CELL[1] - picture.height) // 2))
        _caption(ImageDraw.Draw(page), entry, left, top + _CELL[1] + _TEXT // 2)
    return page


def _picture(path: Path) -> Image.Image:
    """Return the picture in the middle of a video, because all videos of a batch begin with the same image."""
    with opened(path) as video_file:
        (frame,) = frames_at(path, video_file, [length_of(video_file) / 2])
        scale = min(_CELL[0] / frame.width, _CELL[1] / frame.height)
        size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
        return Image.fromarray(frame.reformat(*size, "rgb24", interpolation="AREA").to_ndarray())


def _caption(draw: ImageDraw.ImageDraw, entry: Entry, left: int, middle: int) -> None:
    stars = entry.stars or 0
    for number in range(stars):
        # Drawn, because the built-in font has no star.
        draw.polygon(list(_star(left + _CELL[0] - 11 - 22 * number, middle, 10)), fill=_STAR)
    room = _CELL[0] - 22 * stars - 8
    font = ImageFont.load_default(20)
    draw.text((left, middle), _shortened(draw, entry.id, font, room), fill=_INK, font=font, anchor="lm")


def _shortened(
    draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: int
) -> str:
    """Return the text with its middle left out if it is too long: names differ at their ends."""
    short = text
    for kept in range(len(text) - 1, 2, -1):
        if draw.textlength(short, font=font) <= room:
            break
        short = f"{text[: kept // 2]}…{text[len(text) - (kept - kept // 2) :]}"
    return short


def _star(x: float, y: float, radius: float) -> Iterator[tuple[float, float]]:
    for number in range(10):
        angle, reach = math.pi * (number / 5 - 0.5), radius if number % 2 == 0 else radius * 0.4
        yield x + math.cos(angle) * reach, y + math.sin(angle) * reach
