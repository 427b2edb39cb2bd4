"""Small videos for the tests of what is in a video file, made on the spot."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Picture = NDArray[np.float64]

WIDTH, HEIGHT, FPS, FRAMES = 200, 368, 24, 17
RATE = 44_100


def photograph(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """Return a picture with large and small shapes, 0 to 255, as [row, column, colour]."""
    random = np.random.default_rng(seed)
    layers = [_blots(random, cells, width, height) / cells for cells in (4, 9, 20, 45)]
    picture = np.stack([sum(layers) + 0.1 * _blots(random, 5, width, height) for _ in range(3)], axis=2)
    contrasty: Picture = (picture - picture.min()) / np.ptp(picture) * 255
    return contrasty


def _blots(random: np.random.Generator, cells: int, width: int, height: int) -> Picture:
    coarse = random.normal(size=(2 * cells, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64)


def still(picture: Picture, noise: float = 0, frames: int = FRAMES) -> Iterator[Picture]:
    """Yield one picture again and again, each time with other noise (standard deviation in grey levels)."""
    random = np.random.default_rng(1)
    for _ in range(frames):
        yield picture + random.normal(0, noise, picture.shape)


def pan(picture: Picture, pixels: float, frames: int = FRAMES) -> Iterator[Picture]:
    """Yield views of a picture that wander to the right, by so many pixels in all."""
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    for index in range(frames):
        right = pixels * index / (frames - 1)
        moved = image.transform(image.size, Image.Transform.AFFINE, (1, 0, right, 0, 1, 0), Image.Resampling.BICUBIC)
        yield np.asarray(moved, dtype=np.float64)


def write_video(
    path: Path,
    pictures: Iterable[Picture],
    *,
    loudness: float | None = None,
    crf: int = 25,
    between_keys: int = 250,
) -> Path:
    """Write H.264, and AAC of a tone of this amplitude unless it is None; return the path."""
    rows = list(pictures)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as video_file:
        quality = {"crf": str(crf), "preset": "veryfast", "g": str(between_keys)}
        video = video_file.add_stream("libx264", rate=FPS, options=quality)
        video.height, video.width, video.pix_fmt = *rows[0].shape[:2], "yuv420p"
        sound = None if loudness is None else video_file.add_stream("aac", rate=RATE, layout="mono")
        for row in rows:
            picture = np.clip(row, 0, 255).astype(np.uint8)
            video_file.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        video_file.mux(video.encode(None))
        if sound is not None:
            for part in _tone(loudness or 0, len(rows) / FPS):
                video_file.mux(sound.encode(part))
            video_file.mux(sound.encode(None))
    return path


def _tone(loudness: float, seconds: float) -> Iterator[av.AudioFrame]:
    for start in range(0, round(RATE * seconds), 1024):
        wave = loudness * np.sin(2 * np.pi * 330 * np.arange(start, start + 1024) / RATE)
        frame = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        yield frame


def packed_anew(data: bytes, **options: Any) -> bytes:
    """Return the same pictures and sounds in an MP4 that is written with other options of libav's muxer."""
    packed = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as video_file, av.open(packed, "w", format="mp4", options=options) as copy:
        streams = {stream.index: copy.add_stream_from_template(stream) for stream in video_file.streams}
        for packet in video_file.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                copy.mux(packet)
    return packed.getvalue()
