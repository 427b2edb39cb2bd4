"""Takes a few small grey pictures from a video, on which all checks of its content are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grokbatch.media.frames import frames_at, length_of, opened

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

COUNT = 9
"""The number of pictures: the first, the last and seven between them."""

SIDE = 64
"""The rows and the columns of each picture, whatever the video's aspect ratio; a cell is the mean of its pixels."""


@dataclass(frozen=True, eq=False)
class Samples:
    """The pictures, at equal intervals: `greys[n, row, column]` is from 0 (black) to 255 (white)."""

    greys: NDArray[np.float32]


def take_samples(path: Path) -> Samples:
    """Return the samples of a video; raises `DamagedFileError` if it has no pictures that can be decoded.

    Decoding takes 0.1 to 0.2 s for six seconds of 480p.
    """
    with opened(path) as video_file:
        length = length_of(video_file)
        moments = (length * index / (COUNT - 1) for index in range(COUNT))
        greys = [
            frame.reformat(SIDE, SIDE, "gray", interpolation="AREA").to_ndarray()
            for frame in frames_at(path, video_file, moments)
        ]
    return Samples(np.stack(greys).astype(np.float32))


def coarser(greys: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Return smaller pictures: each cell is the mean of a square of `factor` times `factor` cells."""
    count, side = len(greys), SIDE // factor
    means: NDArray[np.float32] = greys.reshape(count, side, factor, side, factor).mean(axis=(2, 4))
    return means
