"""The clip for each video: its shape, its length, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from grokbatch.demo.clips.loop_mp4 import extended

FOLDER = Path(__file__).parent / "media"
LOOKS = ("dawn", "noon", "dusk", "night")
FPS = 24
LOOP_SECONDS = 2
SECONDS = (6, 10, 15)

Resolution = Literal["480p", "720p", "1080p"]
RESOLUTIONS: tuple[Resolution, ...] = ("480p", "720p", "1080p")
Aspect = Literal["2:3", "3:2", "1:1", "9:16", "16:9"]
ASPECTS: tuple[Aspect, ...] = ("2:3", "3:2", "1:1", "9:16", "16:9")
# 400x736, 560x560, 736x400 and 784x1168 are sizes of captured videos; the others are derived from them.
SIZES: dict[Resolution, tuple[tuple[int, int], ...]] = {
    "480p": ((400, 736), (736, 400), (560, 560), (400, 736), (736, 400)),
    "720p": ((784, 1168), (1168, 784), (960, 960), (720, 1280), (1280, 720)),
    "1080p": ((1176, 1752), (1752, 1176), (1440, 1440), (1080, 1920), (1920, 1080)),
}


@dataclass(frozen=True)
class DemoClip:
    """The properties of a video, as asked for or as delivered."""

    seconds: int = 6
    resolution: Resolution = "480p"
    aspect: Aspect = "2:3"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return SIZES[self.resolution][ASPECTS.index(self.aspect)]

    @property
    def frames(self) -> int:
        """The number of its pictures: one more than its duration needs, as in the real site's videos."""
        return self.seconds * FPS + 1


USUAL = DemoClip()


def look_for(name: str) -> str:
    """Return the look (the picture) of a post."""
    return LOOKS[int(name.replace("-", "")[:8], 16) % len(LOOKS)]


def clip_name(size: tuple[int, int], look: str) -> str:
    """Return the name of the packaged clip; only the most common size exists in every look."""
    return f"{look}.mp4" if size == USUAL.size else f"{size[0]}x{size[1]}.mp4"


def look_of(size: tuple[int, int], name: str) -> str:
    """Return the look of the video `name`."""
    return look_for(name) if size == USUAL.size else LOOKS[sum(size) // 8 % len(LOOKS)]


def clip_bytes(video_file: DemoClip, name: str) -> bytes:
    """Return the MP4 file of the video `name`; no two are equal: each has its id in a `free` box at its end."""
    label = name.encode()
    body = _video_file(clip_name(video_file.size, look_for(name)), video_file.frames / FPS)
    return body + (len(label) + 8).to_bytes(4, "big") + b"free" + label


def still_bytes(look: str) -> bytes:
    """Return the picture, a JPEG file, of a look."""
    return _file(f"{look}.jpg")


@cache
def _video_file(clip: str, seconds: float) -> bytes:
    return extended(_file(clip), seconds)


@cache
def _file(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
