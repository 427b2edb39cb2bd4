"""Measures how similar a video's first picture is to the image that the video was made from."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from grokbatch.media.frame_samples import SIDE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from grokbatch.media.frame_samples import Samples
    from grokbatch.media.probe import VideoFacts

    Picture = NDArray[np.float32]

# Measured values of `likeness` for 21 pictures. The same picture as JPEG, blurred, brighter or paler: at least 0.98;
# zoomed by 3 %: 0.76; shifted by 4 %: at least 0.49, mostly 0.76. Two different photographs: at most 0.29. The same
# landscape in another light can reach 0.9, because shapes are compared and colours are not.
ALIKE_FROM = 0.4
"""The likeness from which two pictures count as the same."""

FINE, COARSE = 1, 6
"""The radii, in cells, of two blurs. Their difference shows shapes: noise is blurred away, and light subtracted."""

REACH = 2
"""The most cells, of 64, by which the picture may be shifted."""


class UnreadableImageError(Exception):
    """The source image cannot be read; the message does not name the file, because its name may be private."""


def likeness(samples: Samples, facts: VideoFacts, source_image: Path) -> float:
    """Return how similar the video's first picture and the image are, from 0 (not at all) to 1 (the same).

    The image may have been cropped or squeezed to the video's aspect ratio. Raises `UnreadableImageError`.
    """
    first = _shapes(samples.greys[0])
    sources = _small_images(source_image, facts.width / facts.height)
    return max(0.0, *(_best_match(_shapes(source), first) for source in sources))


def _small_images(path: Path, shape: float) -> tuple[Picture, Picture]:
    """Return the image cropped to an aspect ratio (width by height), and the whole image squeezed into it."""
    try:
        with Image.open(path) as image:
            image.draft("RGB", (8 * SIDE, 8 * SIDE))  # a JPEG is then decoded in a smaller size, which is faster
            upright = ImageOps.exif_transpose(image).convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise UnreadableImageError("the source image cannot be read") from problem
    middle = ImageOps.fit(upright, (round(16 * SIDE * shape), 16 * SIDE), Image.Resampling.BOX)
    return _small(middle), _small(upright)


def _small(image: Image.Image) -> Picture:
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float32)


def _shapes(grey: Picture) -> Picture:
    return _blurred(grey, FINE) - _blurred(grey, COARSE)


def _blurred(grey: Picture, half: int) -> Picture:
    """Return the means over squares with a side of `2 * half + 1` cells, computed from cumulative sums."""
    width = 2 * half + 1
    sums = np.pad(np.pad(grey, half, mode="edge").cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0)))
    squares = sums[width:, width:] - sums[:-width, width:] - sums[width:, :-width] + sums[:-width, :-width]
    means: Picture = (squares / width**2).astype(np.float32)
    return means


def _best_match(one: Picture, other: Picture) -> float:
    return max(_correlation(*pair) for pair in _overlaps(one, other))


def _overlaps(one: Picture, other: Picture) -> Iterator[tuple[Picture, Picture]]:
    for down, right in product(range(-REACH, REACH + 1), repeat=2):
        yield _moved(one, down, right), _moved(other, -down, -right)


def _moved(picture: Picture, down: int, right: int) -> Picture:
    rows, columns = picture.shape
    return picture[max(0, down) : rows + min(0, down), max(0, right) : columns + min(0, right)]


def _correlation(one: Picture, other: Picture) -> float:
    one, other = one - one.mean(), other - other.mean()
    power = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / power if power > one.size else 0.0  # otherwise the pictures have no shapes
