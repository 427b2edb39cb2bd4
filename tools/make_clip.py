"""Draws the demo's clips and stills anew: `python tools/make_clip.py` (needs `av` and `numpy`).

A landscape with hills, a sun and a drifting light, two seconds that loop without a seam, with a quiet chord; `splice`
makes videos of any length of it. Only developers need this; the results are kept in `grokbatch/demo/clips/media/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from grokbatch.demo.clips.clips import FOLDER, FPS, LOOP_SECONDS, SIZES, USUAL, clip_name, look_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

DRAWN = 160_000  # pixels; more are enlarged, for soft pictures make small files
SAMPLE_RATE = 16_000
SAMPLES_PER_FRAME = 1024  # of AAC
HERTZ = SAMPLE_RATE / SAMPLES_PER_FRAME  # whole waves in a frame: any frame may follow any other
LOUDNESS = 0.04

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Look:
    """The colours of one clip, its sun's height (0 top, 1 bottom) and its chord in hertz."""

    name: str
    top: Colour
    bottom: Colour
    sun: Colour
    near: Colour
    height: float
    chord: tuple[int, ...]


LOOKS = (
    Look("dawn", (44, 46, 92), (246, 164, 128), (255, 226, 190), (38, 26, 52), 0.52, (220, 277, 330)),
    Look("noon", (42, 116, 178), (186, 222, 228), (255, 250, 224), (20, 58, 58), 0.26, (262, 330, 392)),
    Look("dusk", (30, 18, 58), (224, 88, 84), (255, 176, 112), (22, 12, 30), 0.60, (196, 247, 294)),
    Look("night", (6, 10, 30), (34, 62, 98), (232, 238, 255), (6, 12, 24), 0.30, (174, 220, 262)),
)


def main() -> None:
    """Write `<look>.mp4` and `<look>.jpg` for every look, and one clip for each other size."""
    for look in LOOKS:
        write_clip(FOLDER / f"{look.name}.mp4", look, USUAL.size)
        write_still(FOLDER / f"{look.name}.jpg", look)
    for size in {size for sizes in SIZES.values() for size in sizes} - {USUAL.size}:
        look = next(each for each in LOOKS if each.name == look_of(size, ""))
        write_clip(FOLDER / clip_name(size, ""), look, size)


def write_clip(path: Path, look: Look, size: tuple[int, int]) -> None:
    """Write the clip as H.264 and AAC in an MP4 that begins with its index."""
    frames = FPS * LOOP_SECONDS
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as file:
        video = file.add_stream("libx264", rate=FPS)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.options = {"crf": "30", "preset": "slower", "g": str(frames), "bf": "0"}
        audio = file.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        audio.bit_rate = 8_000
        for index in range(frames):
            picture = _frame(look, index / frames, size)
            file.mux(video.encode(picture.reformat(*size, format="yuv420p", interpolation="BICUBIC")))
        file.mux(video.encode(None))
        for sound in _sounds(look):
            file.mux(audio.encode(sound))
        file.mux(audio.encode(None))


def write_still(path: Path, look: Look) -> None:
    """Write the clip's first frame as a JPEG picture."""
    width, height = USUAL.size
    frame = _frame(look, 0, USUAL.size).reformat(width, height, format="yuvj420p")
    with av.open(str(path), "w", format="mjpeg") as file:
        stream = file.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        stream.options = {"qmin": "5", "qmax": "5"}
        frame.pts = 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def _frame(look: Look, phase: float, size: tuple[int, int]) -> av.VideoFrame:
    share = min(1.0, (DRAWN / (size[0] * size[1])) ** 0.5)
    drawn = round(size[0] * share), round(size[1] * share)
    picture = np.clip(_landscape(look, phase, drawn), 0, 255).astype(np.uint8)
    return av.VideoFrame.from_ndarray(picture, format="rgb24")


def _landscape(look: Look, phase: float, size: tuple[int, int]) -> NDArray[np.float64]:
    turn = 2 * np.pi * phase
    width, height = size
    rows, columns = np.mgrid[0:height, 0:width]
    y, x = rows / height, columns / width
    sky = _mixed(look.top, look.bottom, np.clip(y / 0.7, 0, 1) ** 1.3)
    centre = look.height + 0.02 * np.sin(turn)
    distance = np.hypot((x - 0.62 - 0.02 * np.cos(turn)) * width / height, y - centre)
    glow = 0.55 * np.exp(-((distance / (0.22 + 0.02 * np.sin(turn))) ** 2))
    disc = np.clip((0.055 - distance) * height / 2, 0, 1)
    sky = _over(sky, look.sun, np.maximum(glow, disc))
    for depth in range(4):
        sky = _over(sky, _hill_colour(look, depth), _hill(x, y, depth, turn, height))
    return sky


def _hill_colour(look: Look, depth: int) -> Colour:
    share = (depth + 1) / 4
    red, green, blue = (round(far + (near - far) * share) for far, near in zip(look.bottom, look.near, strict=True))
    return red, green, blue


def _hill(x: NDArray[np.float64], y: NDArray[np.float64], depth: int, turn: float, height: int) -> NDArray[np.float64]:
    # The drift is a whole circle, so that the last frame leads into the first.
    drift = 0.012 * (depth + 1) * np.sin(turn + depth)
    ridge = 0.60 + 0.09 * depth
    for wave, size in ((1.3, 0.05), (2.9, 0.022), (6.1, 0.008)):
        ridge = ridge + size * np.sin(2 * np.pi * wave * (x + drift) + depth * 2.1 * wave)
    return np.clip((y - ridge) * height / 1.5, 0, 1)


def _mixed(first: Colour, second: Colour, share: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array(first) * (1 - share[..., None]) + np.array(second) * share[..., None]


def _over(picture: NDArray[np.float64], colour: Colour, share: NDArray[np.float64]) -> NDArray[np.float64]:
    return picture * (1 - share[..., None]) + np.array(colour) * share[..., None]


def _sounds(look: Look) -> list[av.AudioFrame]:
    total = SAMPLE_RATE * LOOP_SECONDS // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME
    time = np.arange(total) / SAMPLE_RATE
    wave = np.mean([np.sin(2 * np.pi * round(pitch / HERTZ) * HERTZ * time) for pitch in look.chord], axis=0) * LOUDNESS
    return [_sound(wave[start : start + SAMPLES_PER_FRAME], start) for start in range(0, total, SAMPLES_PER_FRAME)]


def _sound(wave: NDArray[np.float64], start: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None, :], format="fltp", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    frame.pts = start
    frame.time_base = Fraction(1, SAMPLE_RATE)
    return frame


if __name__ == "__main__":
    main()
