"""Finds videos that look almost the same: those of which keeping one is enough."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grokbatch.media.frame_samples import COUNT, coarser, take_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from grokbatch.media.frame_samples import Samples

# All videos of a batch begin with the same image, so that a plain hash of whole pictures calls all of them twins
# (different motions of one photograph: 10 to 42 of 252 bits differ). What tells them apart is how their difference
# compares with what moves. Measured as a share of that, over three photographs and three strengths of motion:
# the same video encoded anew, noisier, twice as large or two frames late 0.03 to 0.45 (the most for hardly any
# motion), the same motion varied by 15 % up to 0.4, different motions at least 1.07.
TWIN_SHARE = 0.4
"""Twins differ by no more than this share of the motion in the calmer one."""

# Two encodings of one still differ by 0.2.
TWIN_FLOOR = 0.5
"""Grey levels by which twins may differ in any case."""

PICTURES = 5
"""Of the samples, the first, the last and those at each quarter are kept."""

WAVES = 6
"""Kept of each picture: the lowest frequencies of a cosine transform, this many each way."""


def fingerprint(path: Path, samples: Samples | None = None) -> str:
    """Return what a video looks like as 480 letters of base64, to be kept beside it and compared by `near_twins`.

    Raises `DamagedFileError` if the video cannot be decoded; with `samples` nothing is decoded.
    """
    greys = (samples or take_samples(path)).greys[:: (COUNT - 1) // (PICTURES - 1)]
    small = coarser(greys, 2) - 128
    waves = _cosines(small.shape[1])[:WAVES]
    lowest = waves @ small @ waves.T / small.shape[1]
    return base64.b64encode(lowest.astype("<f2").tobytes()).decode("ascii")


def near_twins(fingerprints: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Group the names of the videos that look almost the same; who has no twin is in no group.

    A twin's twin is in the same group. Groups and names stand in the order of `fingerprints`, and what belongs
    together does not depend on it. 1,000 videos take 0.1 s. Raises `ValueError` for what is no fingerprint.
    """
    names = list(fingerprints)
    if len(names) < 2:
        return ()
    alike = _alike(_Looks.of(list(fingerprints.values())))
    return tuple(tuple(names[index] for index in group) for group in _groups(alike))


@dataclass(frozen=True, eq=False)
class _Looks:
    """Of each video all numbers of its pictures after the first, and its motion: how far they are from the first."""

    later: NDArray[np.float64]
    motion: NDArray[np.float64]

    @classmethod
    def of(cls, fingerprints: list[str]) -> _Looks:
        pictures = np.stack([_pictures(text) for text in fingerprints])
        first, later = pictures[:, :1], pictures[:, 1:]
        motion = np.sqrt(((later - first) ** 2).sum(axis=2).mean(axis=1))
        # So scaled, the distance of two rows is in grey levels, too.
        return cls(later.reshape(len(pictures), -1) / np.sqrt(PICTURES - 1), motion)


def _pictures(text: str) -> NDArray[np.float64]:
    try:
        numbers = np.frombuffer(base64.b64decode(text, validate=True), dtype="<f2")
        return numbers.reshape(PICTURES, WAVES * WAVES).astype(np.float64)
    except (binascii.Error, ValueError) as problem:
        raise ValueError("not a fingerprint of a video") from problem


def _alike(looks: _Looks) -> NDArray[np.bool_]:
    """Return for every two videos whether they are twins."""
    squares = (looks.later**2).sum(axis=1)
    products = looks.later @ looks.later.T
    distance = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * products, 0))
    allowed = np.maximum(TWIN_FLOOR, TWIN_SHARE * np.minimum(looks.motion[:, None], looks.motion[None, :]))
    twins: NDArray[np.bool_] = distance <= allowed
    return twins


def _groups(alike: NDArray[np.bool_]) -> Iterator[list[int]]:
    """Yield the groups of two or more that hang together, each in ascending order."""
    seen = np.zeros(len(alike), dtype=bool)
    for start in range(len(alike)):
        if seen[start]:
            continue
        group = np.zeros(len(alike), dtype=bool)
        fresh = [start]
        while len(fresh):
            group[fresh] = True
            fresh = np.flatnonzero(alike[fresh].any(axis=0) & ~group).tolist()
        seen |= group
        if group.sum() > 1:
            yield np.flatnonzero(group).tolist()


def _cosines(count: int) -> NDArray[np.float64]:
    """Return the orthonormal matrix of the cosine transform (DCT-II), a row for each frequency."""
    frequency, place = np.arange(count)[:, None], np.arange(count)[None, :]
    matrix: NDArray[np.float64] = np.cos(np.pi * frequency * (2 * place + 1) / (2 * count)) * np.sqrt(2 / count)
    matrix[0] /= np.sqrt(2)
    return matrix
